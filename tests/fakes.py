"""Strict fakes: an unexpected question fails the test, and so does a reply that nobody asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from agents.base import Action, Brief, CallTool, Done, Plan, Review, Step, Task, Verdict, Write


def step(id: str, tool: str = "", needs: Sequence[str] = (), role: Any = "researcher", **args: Any) -> Step:
    return Step(id=id, title=f"Step {id}", role=role, tool=tool, args=args, needs=list(needs), reason="because")


def plan(*steps: Step, note: str = "", intent: str = "test") -> Plan:
    return Plan(steps=list(steps), note=note, intent=intent)


def verdict(
    word: Any, reason: str = "", steps: Sequence[str] = (), question: str = "", options: Sequence[str] = ()
) -> Verdict:
    return Verdict(word=word, reason=reason, steps=list(steps), question=question, options=list(options))


class ScriptedAgent:
    """Plays plans in order; writes what `writes` says for steps without a tool; verdicts by order, then the usual one.

    Call `finish()` at the end: every scripted plan, text and verdict must have been used.
    """

    name = "scripted"

    def __init__(
        self,
        plans: Sequence[Plan | Exception],
        writes: Mapping[str, Sequence[Write | CallTool | Exception]],
        verdicts: Sequence[Verdict] = (),
    ) -> None:
        self._plans = list(plans)
        self._writes = {k: list(v) for k, v in writes.items()}
        self._verdicts = list(verdicts)
        self.briefs: list[Brief] = []
        self.tasks: list[Task] = []
        self.reviews: list[Review] = []

    async def plan(self, brief: Brief) -> Plan:
        self.briefs.append(brief)
        assert self._plans, f"an unexpected plan was asked for: {brief.problems}"
        reply = self._plans.pop(0)
        if isinstance(reply, Exception):
            raise reply
        return reply

    async def act(self, task: Task) -> Action:
        self.tasks.append(task)
        id, tool = task.step["id"], task.step["tool"]
        if tool:
            return Done() if task.calls else CallTool(tool, task.step["args"])
        assert self._writes.get(id), f"step {id} was not expected to act (again)"
        reply = self._writes[id].pop(0)
        if isinstance(reply, Exception):
            raise reply
        return reply

    async def check(self, review: Review) -> Verdict:
        self.reviews.append(review)
        if self._verdicts:
            return self._verdicts.pop(0)
        return verdict("finish" if review.answer else "accept")

    def finish(self) -> None:
        left = [*self._plans, *(w for ws in self._writes.values() for w in ws), *self._verdicts]
        assert not left, f"scripted but never asked for: {left}"


class EmptyMemory:
    """A user's memory with nothing in it, for tests of what does not read memory."""

    def search(self, query: str, k: int = 8, documents: Sequence[str] | None = None) -> list[Any]:
        return []

    def documents(self) -> list[Any]:
        return []

    def tables(self) -> list[Any]:
        return []

    def facts(self, query: str = "", k: int = 50) -> list[Any]:
        return []

    def passages(self, document: str) -> list[Any]:
        raise AssertionError("there is no document to read")

    def text(self, document: str) -> str:
        raise AssertionError("there is no document to read")

    def remember(self, text: str, key: str) -> Any:
        raise AssertionError("nothing was expected to be remembered")

    def put_back(self, text: str, key: str, added: str) -> Any:
        raise AssertionError("nothing was expected to be put back")

    def forget(self, facts: Sequence[str]) -> list[Any]:
        raise AssertionError("nothing was expected to be forgotten")

    def embed(self, texts: Sequence[str]) -> Any:
        import numpy as np

        return np.zeros((len(texts), 384), dtype=np.float32)


class DictRecord:
    """A run's record in memory; values go through JSON, as in the real one."""

    def __init__(self) -> None:
        self._values: dict[str, str] = {}

    def once(self, key: str, value: Any, exact: bool = False) -> Any:
        import json

        return json.loads(self._values.setdefault(f"once:{key}", json.dumps(value)))

    def save(self, key: str, value: Any, exact: bool = False) -> None:
        import json

        self._values[key] = json.dumps(value)

    def load(self, key: str) -> Any:
        import json

        return json.loads(self._values[key]) if key in self._values else None


class MemoryDesk:
    """Approvals in memory: `decide(id, ...)` stands for the person. What was asked is in `asked`, by id."""

    def __init__(self) -> None:
        from graph.approvals import Decision, Request

        self.asked: dict[str, Request] = {}
        self.decided: dict[str, Decision] = {}
        self.used: dict[str, str] = {}
        self.allows: dict[str, bool] = {}  # tool -> tainted when it was allowed

    def decide(self, id: str, word: Any, reason: str = "", args: Any = None, for_run: bool = False) -> None:
        from graph.approvals import Decision

        self.decided[id] = Decision(word, "ann", reason, args, for_run)
        if for_run:
            self.allows[self.asked[id].tool] = self.asked[id].tainted

    def waiting(self) -> list[str]:
        return [id for id in self.asked if id not in self.decided]

    def ask(self, request: Any) -> None:
        self.asked.setdefault(request.id, request)

    def decision(self, id: str, args: Any) -> Any:
        return self.decided.get(id)

    def rejection(self, hash: str) -> Any:
        rejected = (d for i, d in self.decided.items() if d.word == "rejected" and self.asked[i].hash == hash)
        return next(rejected, None)

    def allowed(self, tool: str, tainted: bool) -> str:
        return "ann" if tool in self.allows and (self.allows[tool] or not tainted) else ""

    def use(self, id: str, key: str) -> bool:
        return self.used.setdefault(id, key) == key


class MemoryReviews:
    """Plan reviews in memory: `decide(id, ...)` stands for the person. What was asked is in `asked`, by id."""

    def __init__(self) -> None:
        self.asked: dict[str, Any] = {}
        self.decided: dict[str, Any] = {}

    def decide(self, id: str, word: Any, plan: Any = None, reason: str = "", left_out: Sequence[str] = ()) -> None:
        from graph.plans import Reviewed

        self.decided[id] = Reviewed(word, "ann", reason, plan or self.asked[id].plan, left_out)

    def waiting(self) -> list[str]:
        return [id for id in self.asked if id not in self.decided]

    def ask(self, request: Any) -> None:
        self.asked.setdefault(request.id, request)

    def decision(self, id: str, plan: Any) -> Any:
        return self.decided.get(id)
