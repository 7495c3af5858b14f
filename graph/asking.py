"""How a node asks the agent: never longer than the run has, given up at once when the user stops it, and heard meanwhile.

What the agent reports becomes events here. Text comes in small pieces, so that a fast model does not flood the log.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any, TypeVar

from agents.errors import OverBudget
from agents.reports import Erred, Reasoning, Report, Switched, TextPart, Usage
from graph.context import Context
from graph.events import AnswerPart, ModelChanged, ModelErred, ModelUsed, Thought
from graph.state import State
from graph.updates import Metered

KEPT = 20.0  # seconds of a run that no model may plan away: the built-in agent can then still answer
KEPT_SHARE = 0.1  # of the run's time, when that is more; at most a half
_ADDRESS = re.compile(r"(?<=\S)@https?://[^\s,;)]+")  # of a model: for the panel, not for the answer
PIECE = 0.05  # seconds between two pieces of one text
T = TypeVar("T")


class Stopped(Exception):
    """The user stopped the run while the agent was deciding."""


async def ask(ctx: Context, state: State, heard: Heard, decision: Coroutine[Any, Any, T]) -> T:
    """The agent's decision. Raises OverBudget (time is up), Stopped, and what the agent raises."""
    whole = state["budgets"]["seconds"]
    left = whole - ctx.elapsed()
    ctx.allowance.plan_by = time.monotonic() + left - min(whole / 2, max(KEPT, whole * KEPT_SHARE))
    deciding, stopped = asyncio.ensure_future(decision), asyncio.ensure_future(ctx.stop.wait())
    try:
        await asyncio.wait({deciding, stopped}, timeout=max(0.0, left), return_when=asyncio.FIRST_COMPLETED)
        if deciding.done():
            return deciding.result()
        if stopped.done():
            raise Stopped
        raise OverBudget("seconds", f"The time for one run ({state['budgets']['seconds']:g} seconds) was used up.")
    finally:
        stopped.cancel()
        if not deciding.done():
            deciding.cancel()
            await asyncio.gather(deciding, return_exceptions=True)
        heard.flush()


@dataclass
class Heard:
    """One node's ear for one decision after the other: `Heard(ctx, step)` is the callback."""

    ctx: Context
    step: str = ""
    answers: bool = False  # the step writes the answer
    streamed: str = ""  # what has been told of the answer
    tokens: int = 0
    notes: list[str] = field(default_factory=list)  # for the answer
    _kind: type = TextPart
    _text: str = ""
    _anew: bool = False
    _told: float = 0.0

    def __call__(self, report: Report) -> None:
        match report:
            case TextPart(text=text, anew=anew):
                if self.answers:
                    self._piece(TextPart, text, anew)
            case Reasoning(text=text):
                self._piece(Reasoning, text, False)
            case Usage() as u:
                self.tokens += u.input_tokens + u.output_tokens
                self.ctx.emit(
                    ModelUsed(u.model, u.role, self.step, u.input_tokens, u.output_tokens, u.money, u.seconds)
                )
            case Switched() as s:
                self.flush()
                self.notes.append(_ADDRESS.sub("", f"{s.reason} It went on with {s.after}."))
                self.ctx.emit(ModelChanged(self.step, s.before, s.after, s.reason))
            case Erred(model=model, error=error, after=after):
                self.flush()
                self.ctx.emit(ModelErred(self.step, model, error, round(after, 1)))

    def _piece(self, kind: type, text: str, anew: bool) -> None:
        if kind is not self._kind or anew:
            self.flush()
            self._kind = kind
        if anew:
            self._anew = bool(self.streamed)  # nothing to throw away before the first piece
            return
        self._text += text
        if time.monotonic() - self._told >= PIECE:
            self.flush()

    def flush(self) -> None:
        if self._text and self._kind is Reasoning:
            self.ctx.emit(Thought(self.step, self._text))
        elif self._text:
            self.ctx.emit(AnswerPart(self._text, self._anew))
            self.streamed, self._anew = ("" if self._anew else self.streamed) + self._text, False
        self._text, self._told = "", time.monotonic()

    def written(self, text: str) -> None:
        """The step's text is final: tell it, unless it has been heard already as it came."""
        if self.streamed and self.streamed.strip() != text.strip():
            self.ctx.emit(AnswerPart(text, anew=True))
        elif not self.streamed:
            for line in text.splitlines(keepends=True):
                self.ctx.emit(AnswerPart(line))

    def update(self) -> Metered:
        """What the node adds to its state update."""
        a = self.ctx.allowance
        return {"notes": self.notes, "tokens": a.used_tokens, "money": a.used_money}
