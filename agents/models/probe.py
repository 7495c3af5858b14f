"""Is this model there, and what can it do? One small typed decision, as the real ones are made."""

from __future__ import annotations

import time
from dataclasses import dataclass

from pydantic import BaseModel

from agents.allowance import Allowance
from agents.models.chain import Line
from agents.models.chat import Chat, Message
from agents.models.learned import Mode
from agents.models.spec import ModelSettings, Spec
from agents.models.typed import decide
from agents.reports import unheard

_SAID = {"native": "native", "tools": "by tool calls", "text": "as JSON in its text"}
_ASKED: list[Message] = [
    ("system", 'Reply with one JSON object: {"total": a number}'),
    ("user", "Give 2 + 3 as total."),
]


class ProbeShape(BaseModel):
    total: int


@dataclass(frozen=True)
class Probed:
    seconds: float
    mode: Mode
    context: int  # tokens that prompts for it will be made for

    def __str__(self) -> str:
        return f"answered in {self.seconds:.1f} s, structured output: {_SAID[self.mode]}, prompts of up to {self.context:,} tokens"


async def probe(name: str, settings: ModelSettings) -> Probed:
    """Raises BadSpec, ModelFault."""
    chat = Chat(Spec.parse(name), settings)
    # As a run asks: with further tries, in the ways that this server turns out to want.
    line = Line(chat, "", 512, unheard, Allowance(), settings.backoff)
    began = time.monotonic()
    await decide(chat, line.say, _ASKED, ProbeShape, lambda made: "")
    return Probed(time.monotonic() - began, chat.learned.mode, chat.context)
