"""`RuleAgent`: plans, acts and checks by rules. No key, no network, no I/O of its own, the same answer every time.

It routes each part of a goal by meaning and by what parses (`router`), and leaves the rest to the part's intent
(`intents/`): which steps, what to decide in mid-run, how its piece of the answer reads. What no intent can do honestly
goes to `needs_model`, which says so.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace

from agents.base import BUILT_IN, Action, AgentError, Brief, CallTool, Done, Plan, Review, Task, Verdict
from agents.rules.compose import compose
from agents.rules.judge import judge
from agents.rules.planning import plan
from agents.rules.reading.types import Sense
from agents.rules.router import Router, intent_of
from agents.rules.scoped import scoped
from agents.rules.shapes import Planned, Work
from agents.rules.spelling import spelled
from agents.rules.started_from import started_from


class RuleAgent:
    suggestible = False  # plans come from the goal's own words; content is quoted and computed with, never obeyed

    def __init__(self, sense: Sense) -> None:
        self.sense = sense
        self.router = Router(sense.embed)

    @property
    def name(self) -> str:
        return BUILT_IN

    def warm(self) -> None:
        """Load the models and embed the example goals now rather than at the first goal (about a second)."""
        self.router.meanings("hello")
        self.sense.answers("hello", ["hello"])
        self.sense.asks("hello", ["hello"])

    async def plan(self, brief: Brief) -> Plan:
        return await asyncio.to_thread(self._plan, brief)

    def _plan(self, brief: Brief) -> Plan:
        return started_from(self._anew(brief), brief, self._anew)

    def _anew(self, brief: Brief) -> Plan:
        return spelled(brief, lambda b: scoped(b, lambda narrow: plan(narrow, self.router)))

    async def act(self, task: Task) -> Action:
        return await asyncio.to_thread(self._act, task)

    async def check(self, review: Review) -> Verdict:
        return judge(review)

    def _act(self, task: Task) -> Action:
        step = task.step
        parts = planned_parts(task.plan)
        if step["id"] == task.plan["steps"][-1]["id"]:
            return compose(task, parts, self.sense)
        for part in parts:
            for purpose, owner in part.steps.items():
                if owner != step["id"]:
                    continue
                work = Work(task, part, self.sense)
                decided = intent_of(part.intent).act(work, purpose)
                if decided is not None:
                    return decided
        if task.calls:
            return Done()
        if not step["tool"]:
            raise AgentError(f"The built-in agent does not know how to do the step “{step['title']}”.")
        return CallTool(step["tool"], step["args"])


def planned_parts(made: Plan) -> list[Planned]:
    """The parts as the plan's last step keeps them."""
    stored = made["steps"][-1]["args"].get("parts") or []
    if not isinstance(stored, list):
        return []
    return [replace(Planned.from_json(p)) for p in stored if isinstance(p, dict)]
