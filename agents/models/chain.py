"""The models of one run, one after the other: further tries of the first, then the next, until one gave what was asked.

Made per run: a model that has failed is not tried again in the same run. Each change is reported. What happens when
none is left is the agent's business.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, TypeVar

from agents.base import Allowance
from agents.errors import AgentError
from agents.models.chat import Chat, Message, Reply
from agents.models.draft import Draft
from agents.models.faults import Busy, Invalid, ModelFault, TooLong
from agents.models.learned import Mode
from agents.models.prices import price
from agents.models.spec import ModelSettings
from agents.models.tokens import estimate
from agents.reports import Erred, Reasoning, Report, Switched, Usage

PLANNER = "planner"
TRIES = 3  # further tries of one call after a fault that may pass
SHORTER_WAIT = 0.5  # of a call's time, for the try after one that took all of it: its reply is to be half as long
LONGEST_WAIT = 30.0  # seconds; a server that asks for more is left for the next model
SMALLEST_REPLY = 200  # tokens; with less left of the budget no call is made
T = TypeVar("T")
Attempt = Callable[[int, float], Awaitable[Reply]]  # (tokens of the reply, seconds for it) -> the reply


class NoModel(AgentError):
    """No configured model gave a usable reply."""


class Line:
    """One model for one decision: each `say` is tried, counted and held against the run's allowance."""

    def __init__(
        self,
        chat: Chat,
        role: str,
        most: int,
        report: Callable[[Report], None],
        allowance: Allowance,
        backoff: float,
    ) -> None:
        self.chat, self._role, self._most = chat, role, most
        self._report, self._allowance, self._backoff = report, allowance, backoff
        self.size = self.most = 0  # tokens of the last prompt and its reply, and of the reply alone at most

    @property
    def room(self) -> int:
        """Estimated tokens that a prompt may have."""
        return int((self.chat.context - self._longest - 64) / self.chat.scale.factor)

    @property
    def _longest(self) -> int:
        """Tokens that a reply may have: its own, and those that this model thinks before."""
        learned = self.chat.learned
        return learned.in_time(min(self._most, max(256, self.chat.context // 3)) + learned.thinking)

    async def say(
        self, messages: Sequence[Message], mode: Mode = "text", schema: Mapping[str, Any] | None = None
    ) -> Reply:
        return await self._tried(
            lambda most, seconds: self.chat.say(messages, most, mode, schema, seconds=seconds), messages
        )

    async def stream(self, messages: Sequence[Message], draft: Draft) -> Reply:
        """`draft` hears the reply as it comes; a further try starts it anew."""

        def go(most: int, seconds: float) -> Awaitable[Reply]:
            draft.start()
            return self.chat.say(messages, most, hear=draft.hear, seconds=seconds)

        reply = await self._tried(go, messages, streamed=True)
        draft.end()
        return reply

    async def _tried(self, attempt: Attempt, messages: Sequence[Message], streamed: bool = False) -> Reply:
        seconds = self.chat.timeout
        for number in range(TRIES + 1):
            try:
                reply = await self._counted(attempt, messages, seconds)
            except Busy as e:
                if e.slow:
                    self.chat.learned.too_slow(self.most)
                    seconds = self.chat.timeout * SHORTER_WAIT
                wait = e.after if e.after is not None else self._backoff * 2**number
                if number >= (1 if e.slow else TRIES) or wait > LONGEST_WAIT:
                    raise
                if wait or e.slow:  # else it is only asked in the way that its server turned out to want
                    self._report(Erred(self.chat.name, str(e), wait))
                await asyncio.sleep(wait)
                continue
            if reply.cut and reply.silent and number < TRIES and self.chat.learned.thinks_longer():
                continue
            if reply.reasoning and not streamed:
                self._report(Reasoning(reply.reasoning))
            return reply
        raise AssertionError("unreachable")

    async def _counted(self, attempt: Attempt, messages: Sequence[Message], seconds: float) -> Reply:
        """Hold the most that the call can use, make it, settle with what it used."""
        asked = self.chat.scale.of(sum(estimate(t) + 4 for _, t in messages))
        most, left = self._longest, self._allowance.tokens_left()
        if left is not None and SMALLEST_REPLY <= left - asked < most:
            most = left - asked
        self.size, self.most = asked + most, most
        spec = self.chat.spec
        cost = max(0.0, price(spec, asked, most))
        self._allowance.hold(asked + most, cost)
        used, paid = asked, 0.0  # a call that is called off may have been billed for its prompt
        began = time.monotonic()
        try:
            reply = await attempt(most, seconds)
            used, paid = self._billed(reply.input_tokens, reply.output_tokens, reply.seconds)
            self.chat.learned.fitted(asked + most, most)
            return reply
        except ModelFault as e:  # refused, or lost on the way; but what was said before it broke off was billed
            used, paid = self._billed(asked, estimate(e.begun), time.monotonic() - began) if e.begun else (0, 0.0)
            raise
        finally:
            self._allowance.settle(asked + most, cost, used, paid)

    def _billed(self, asked: int, said: int, seconds: float) -> tuple[int, float]:
        """Tell what a call used. (tokens, US dollars)"""
        money = price(self.chat.spec, asked, said)
        self._report(Usage(self.chat.name, self._role, asked, said, money, round(seconds, 3)))
        return asked + said, max(0.0, money)


class Chain:
    def __init__(self, settings: ModelSettings, chat: Callable[[str], Chat], last: str = "the built-in agent") -> None:
        """chat(model string) -> the chat model, shared by runs. Raises ModelFault."""
        self._settings, self._chat, self._last = settings, chat, last
        self._down: dict[str, str] = {}

    async def use(
        self,
        role: str,
        most: int,
        work: Callable[[Line], Awaitable[T]],
        report: Callable[[Report], None],
        allowance: Allowance,
    ) -> T:
        """What `work` makes with the first model that serves. Raises NoModel, OverBudget."""
        names = list(dict.fromkeys([self._settings.of_role(role), *self._settings.fallbacks]))
        why = ""
        for i, name in enumerate(names):
            if name in self._down:
                why = self._down[name]
                continue
            left = allowance.seconds_to_plan() if role == PLANNER else None
            try:
                line = Line(self._chat(name), role, most, report, allowance, self._settings.backoff)
                async with asyncio.timeout(left) as time:
                    return await self._fitting(line, work)
            except TimeoutError as e:
                if not time.expired():
                    raise
                why = f"{name} took all the time that this run has for planning."
                report(Switched(name, self._last, why))
                raise NoModel(why) from e
            except ModelFault as e:
                why = str(e)
                if not isinstance(e, Invalid | TooLong):
                    self._down[name] = why
            after = next((n for n in names[i + 1 :] if n not in self._down), self._last)
            report(Switched(name, after, why))
        raise NoModel(why or "No language model is configured.")

    async def _fitting(self, line: Line, work: Callable[[Line], Awaitable[T]]) -> T:
        """When the model says that a prompt is too long, its context is taken to be smaller for a while, and the prompt
        made anew."""
        while True:
            try:
                return await work(line)
            except TooLong:
                if not line.chat.learned.too_long(line.size):
                    raise
