"""A typed decision from a model: native structured output, else one function call, else JSON in its text.

What a model can do is found out by its decisions and remembered with it for a while (`Chat.learned`). An invalid reply
is asked for once more, with what was wrong; then the next mode, if this one never worked or is not known to the server;
then the model has failed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from agents.models.chat import Chat, Message, Reply
from agents.models.faults import Invalid, Unsupported
from agents.models.learned import MODES, Mode
from agents.models.shapes import loads, sound

T = TypeVar("T", bound=BaseModel)
Say = Callable[[Sequence[Message], Mode, dict[str, Any]], Awaitable[Reply]]


async def decide(chat: Chat, say: Say, messages: Sequence[Message], shape: type[T], wrong: Callable[[T], str]) -> T:
    """wrong(decision) says what else is wrong with a decision of the right shape, or "".

    Raises ModelFault.
    """
    schema = {**shape.model_json_schema(), "title": shape.__name__.removesuffix("Shape").lower()}
    fault, told, first = "", True, chat.learned.mode
    for mode in MODES[MODES.index(first) :]:
        refused = shaped = False
        try:
            made, fault, shaped = await _twice(say, messages, mode, schema, shape, wrong)
        except Unsupported as e:
            made, fault, refused = None, str(e), True
        if made is not None or mode == MODES[-1]:
            if mode != first:
                chat.learned.instead(mode, told)
            if made is None:
                break
            chat.learned.served(mode)
            return made
        if not refused and (chat.learned.proven(mode) or shaped):
            break  # it can, and did not this time: asking in another way would only take longer
        told = told and refused
    raise Invalid(f"{chat.name} gave no valid decision: {fault}")


async def _twice(
    say: Say, messages: Sequence[Message], mode: Mode, schema: dict[str, Any], shape: type[T], wrong: Callable[[T], str]
) -> tuple[T | None, str, bool]:
    """(the decision, what is wrong when there is none, whether one came that had the right shape at least)."""
    asked, fault, shaped = [*messages], "", False

    def told(made: T) -> str:
        nonlocal shaped
        shaped = shaped or bool(made.model_fields_set)
        return wrong(made)

    for _ in range(2):
        reply = await say(asked, mode, schema)
        # Mending a long reply's JSON takes its time, which other runs must not wait for.
        made, fault = await asyncio.to_thread(_read, reply, shape, told)
        if made is not None:
            return made, "", True
        said = reply.text or str(reply.decided or "")
        asked = [*messages, ("assistant", said[:2_000] or "(nothing)"), ("user", _again(fault))]
    return None, fault, shaped


def _again(fault: str) -> str:
    return f"That cannot be used: {fault} Reply again with one JSON object as described, and nothing else."


def _read(reply: Reply, shape: type[T], wrong: Callable[[T], str]) -> tuple[T | None, str]:
    given = reply.decided if reply.decided is not None else reply.text
    found = loads(given) if isinstance(given, str) else given
    if not isinstance(found, dict):
        what = "the reply is empty" if not str(given).strip() else "the reply holds no JSON object"
        return None, what + (" (it was cut off)." if reply.cut else ".")
    try:
        made = shape.model_validate(sound(found))
    except ValidationError as e:
        faults = "; ".join(f"{'.'.join(map(str, x['loc']))}: {x['msg']}" for x in e.errors()[:5])
        return None, f"{faults}."
    except ValueError as e:
        return None, str(e)
    fault = wrong(made)
    return (None, fault) if fault else (made, "")
