"""Tools of MCP servers as tools of ours.

A tool is used as it was when a person allowed it (its `Pin`): agents read the pinned description and schema, and before
a yes is asked for, and again before every call, the server is asked what it offers now; if that is something else, it is
not used until a person has looked. Results are content from outside: they taint the run.

A call that changes something is made at most once. That it begins is in the run's journal before it is sent, what came
of it afterwards; a call that began and whose end is not known (a crash, a lost connection, Stop, too slow) is never
made again by this run, neither by the same step nor by another that a new plan made of it: the step fails and says
that it may have been done, and so does the answer.

Not covered: a server that behaves differently behind the same description; one that does a thing twice on one request.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol, cast

from pydantic import BaseModel

from tools.base import Json, OutcomeUnknown, RetryTool, Risk, Tool, ToolContext, ToolFailed, ToolResult, source
from tools.json_schema import UnusableSchema, usable
from tools.mcp_connection import CONNECT, LIST, Lost, Refused, Unreachable
from tools.mcp_hub import Hub
from tools.mcp_servers import Server
from tools.mcp_session import Offer
from tools.mcp_text import clean, clean_json

CALL = 60.0  # seconds for one call
DESCRIPTION = 4_000  # characters of a description that are read
TEXT = 60_000  # characters of a result's text that are kept
DATA = 100_000  # characters of a result's data as JSON that are kept
QUOTE = 2_000  # characters of a result that its source quotes
_BEGUN_AT_MOST = (
    20  # times one call, with the same arguments, may begin in a run; the end of each but the last is known
)


@dataclass(frozen=True)
class Pin:
    """A tool as a person allowed it."""

    server: str
    tool: str  # as the server calls it
    digest: str
    description: str  # cleaned
    schema: Mapping[str, Any]  # cleaned, usable
    risk: Risk = "external"


class Door(Protocol):
    """Who knows what is allowed at this moment (`runs/mcp_registry.py`)."""

    def admit(self, allowed: Pin) -> Server:
        """The pin's server. Raises ToolFailed when the tool is not allowed (any more)."""
        ...

    def seen(self, server: Server, offers: list[Offer]) -> None:
        """What the server offered just now."""
        ...


def pin(server: Server, offer: Offer, risk: Risk = "external") -> Pin:
    """Raises UnusableSchema."""
    secrets = server.secrets()
    schema = usable(clean_json(usable(offer.schema), secrets))
    return Pin(
        server.name, offer.name, digest(server, offer), clean(offer.description, DESCRIPTION, secrets), schema, risk
    )


def digest(server: Server, offer: Offer) -> str:
    """Of everything that makes the tool what it is: where it runs, its name, description and schema, to the letter."""
    parts = [server.fingerprint(), offer.name, offer.description, offer.schema]
    return hashlib.sha256(json.dumps(parts, sort_keys=True, ensure_ascii=True).encode()).hexdigest()


def tool_name(server: str, tool: str) -> str:
    """A name that every model provider takes: letters, digits, _ and -, at most 64."""
    name = f"{server}__{re.sub(r'[^A-Za-z0-9_-]', '_', tool)}"
    if name == f"{server}__{tool}" and len(name) <= 64:
        return name
    return f"{name[:55]}_{hashlib.sha256(tool.encode()).hexdigest()[:8]}"


def as_tool(allowed: Pin, hub: Hub, door: Door) -> Tool:
    async def run(ctx: ToolContext, /, **arguments: Any) -> ToolResult:
        server = await _as_allowed(allowed, hub, door)
        if allowed.risk == "read":
            return await _call(allowed, hub, server, arguments)
        return await _at_most_once(ctx, allowed, hub, server, arguments)

    return Tool(
        name=tool_name(allowed.server, allowed.tool),
        description=f"{allowed.description}\n(A tool of the MCP server “{allowed.server}”.)".strip(),
        risk=allowed.risk,
        args=BaseModel,
        run=run,
        timeout=2 * (CONNECT + LIST) + CALL + 10,
        retries=2,
        external=True,
        json_schema=allowed.schema,
        ready=partial(_as_allowed, allowed, hub, door),
        stoppable=True,
    )


async def _as_allowed(allowed: Pin, hub: Hub, door: Door) -> Server:
    """Connect if need be, and make sure that the tool is still what was allowed."""
    server = await asyncio.to_thread(door.admit, allowed)
    try:
        offers = await hub.ask(hub.offers(server))
    except Unreachable as e:
        raise RetryTool(f"{e} Nothing was asked of it.", after=1) from e
    except Refused as e:
        raise ToolFailed(f"{server.name} does not list its tools: {e}") from e
    await asyncio.to_thread(door.seen, server, offers)
    now = next((o for o in offers if o.name == allowed.tool), None)
    if now is None:
        raise ToolFailed(f"{server.name} does not offer {allowed.tool} any more. Nothing was done.")
    if digest(server, now) != allowed.digest:
        raise ToolFailed(
            f"{allowed.tool} of {server.name} is not what was allowed: its description or its arguments have changed. "
            "It was not used. Look at it under Settings → MCP servers."
        )
    return server


async def _at_most_once(
    ctx: ToolContext, allowed: Pin, hub: Hub, server: Server, arguments: dict[str, Any]
) -> ToolResult:
    call = f"{ctx.run}:mcp:{_digest(allowed, arguments)}"
    if not hub.enter(call):
        raise RetryTool(f"The same call of {allowed.tool} is under way in another step.", after=2)
    try:
        return await _begun(ctx, call, allowed, hub, server, arguments)
    finally:
        hub.leave(call)


async def _begun(
    ctx: ToolContext, call: str, allowed: Pin, hub: Hub, server: Server, arguments: dict[str, Any]
) -> ToolResult:
    number = await asyncio.to_thread(_begin, ctx, call, allowed)
    if isinstance(number, ToolResult):
        return number
    ended: Json = None  # None: not known
    try:
        returned = await _call(allowed, hub, server, arguments)
        ended = {"text": returned.text, "data": dict(returned.data), "note": returned.note}
        return returned
    except RetryTool:  # it was never sent
        ended = "not done"
        raise
    except _Lost as e:
        raise OutcomeUnknown(
            f"{e} It may have been done or not, so it is not tried again. Look in {server.name}."
        ) from e
    except ToolFailed:
        ended = "not done"
        raise
    finally:
        if ended is not None:
            # Not in a thread: between the server's word and this note nothing may come.
            ctx.journal.once(f"{call}:{number}:ended", ended)


def _begin(ctx: ToolContext, call: str, allowed: Pin) -> int | ToolResult:
    """Note that the call begins. Returns its number, or what it returned when this step had done it already."""
    mine = {"key": ctx.key, "try": uuid.uuid4().hex}
    for number in range(_BEGUN_AT_MOST):
        begun = ctx.journal.once(f"{call}:{number}", cast(Json, mine), exact=True)
        if begun == mine:
            return number
        ended = ctx.journal.once(f"{call}:{number}:ended", "not known")
        if ended == "not known":
            raise OutcomeUnknown(
                f"{allowed.tool} of {allowed.server} was begun before and its end is not known (Groundwork or the "
                f"connection stopped in between). It may have been done, so it was not done again. Look in "
                f"{allowed.server}, then give the goal again if it is missing."
            )
        if isinstance(ended, dict) and isinstance(begun, dict) and begun["key"] == ctx.key:
            data = cast(Mapping[str, Json], ended["data"])
            return _result(allowed, str(ended["text"]), data, str(ended["note"]))
    raise ToolFailed(f"{allowed.tool} of {allowed.server} was asked for the same {_BEGUN_AT_MOST} times in this run.")


def _digest(allowed: Pin, arguments: Mapping[str, Any]) -> str:
    parts = [allowed.server, allowed.tool, arguments]
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()[:24]


class _Lost(ToolFailed):
    """Asked, and no answer."""


async def _call(allowed: Pin, hub: Hub, server: Server, arguments: dict[str, Any]) -> ToolResult:
    """Raises RetryTool when nothing was sent (or a read was lost), ToolFailed when the server refused, _Lost."""
    try:
        returned = await hub.ask(hub.call(server, allowed.tool, arguments, CALL))
    except Unreachable as e:
        raise RetryTool(f"{e} Nothing was asked of it.", after=1) from e
    except Refused as e:
        raise ToolFailed(f"{server.name} refused {allowed.tool}: {e}") from e
    except Lost as e:
        if allowed.risk == "read":
            raise RetryTool(str(e), after=1) from e
        raise _Lost(str(e)) from e
    except TimeoutError as e:
        raise _Lost(f"{allowed.tool} of {server.name} did not answer within {CALL:g} seconds and was given up.") from e
    secrets = server.secrets()
    text = returned.text
    if returned.failed:
        raise ToolFailed(
            f"{allowed.tool} of {server.name} failed: {clean(text, 1_000, secrets) or 'it gave no reason'}"
        )
    kept = clean(text, TEXT, secrets)
    note = f"Only the first {TEXT:,} of {len(text):,} characters were kept." if len(text) > TEXT else ""
    value = await asyncio.to_thread(_value, returned.structured, text, secrets)
    return _result(allowed, kept, {"value": kept if value is None else value}, note)


def _result(allowed: Pin, text: str, data: Mapping[str, Json], note: str) -> ToolResult:
    title = f"{allowed.server}: {allowed.tool}"
    found = [source(title, text[:QUOTE], locator="MCP tool", trust="external")] if text else []
    return ToolResult(text or "(The tool returned no text.)", data, found, note)


def _value(structured: Any, text: str, secrets: Mapping[str, str]) -> Json:
    """What later steps can refer to: the structured content, or a text that is JSON; None for neither."""
    found = structured
    if isinstance(found, dict) and set(found) == {"result"}:
        found = found["result"]
    if found is None and len(text) <= DATA and text.lstrip()[:1] in ("{", "["):
        try:
            found = json.loads(text)
        except (ValueError, RecursionError):
            return None
    kept = clean_json(found, secrets)
    return kept if len(json.dumps(kept)) <= DATA else None


__all__ = ["Door", "Hub", "Offer", "Pin", "Server", "UnusableSchema", "as_tool", "digest", "pin", "tool_name"]
