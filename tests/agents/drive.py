"""A small stand-in for the graph: plan, run the tools for real over real memory, act, check. Order and references as in
the graph (it uses the graph's own `resolve` and `validate`); no checkpoints, budgets or events.
"""

from __future__ import annotations

import asyncio
import inspect
import itertools
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

from agents.base import AgentError, Brief, CallTool, Done, HandOver, Plan, Result, Review, Task, Turn, Verdict, Write
from agents.roles import built_in_roles
from agents.rules.agent import RuleAgent
from graph.policy import Rules, validate
from graph.results import MissingReference, number_sources, resolve, result
from tools.base import Json, ToolContext, ToolFailed
from tools.registry import all_tools

NOW = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)


class Notes:
    """A journal in memory."""

    def __init__(self) -> None:
        self.kept: dict[str, Json] = {}

    def once(self, key: str, value: Json, exact: bool = False) -> Json:
        return self.kept.setdefault(key, value)


@dataclass
class Ran:
    goal: str
    plan: Plan
    results: dict[str, Result] = field(default_factory=dict)
    verdict: Verdict | None = None

    @property
    def final(self) -> Result:
        return self.results[self.plan["steps"][-1]["id"]]

    @property
    def text(self) -> str:
        return self.final["text"]

    @property
    def outcome(self) -> str:
        return str(self.final["data"].get("outcome"))

    @property
    def tools(self) -> list[str]:
        return [s["tool"] for s in self.plan["steps"] if s["tool"]]

    def turn(self) -> Turn:
        return Turn(self.goal, self.text, self.outcome, "r", self.plan["steps"], list(self.results.values()))


_keys = itertools.count()


def run(
    agent: RuleAgent,
    memory: Any,
    goal: str,
    folder: Path,
    turns: list[Turn] | None = None,
    attached: list[str] | None = None,
    now: datetime = NOW,
    web: bool = False,
    replies: list[tuple[str, str]] | None = None,
) -> Ran:
    return asyncio.run(_run(agent, memory, goal, folder, turns or [], attached or [], now, web, replies or []))


async def _run(
    agent: RuleAgent,
    memory: Any,
    goal: str,
    folder: Path,
    turns: list[Turn],
    attached: list[str],
    now: datetime,
    web: bool,
    replies: list[tuple[str, str]],
) -> Ran:
    tools = all_tools()
    brief = Brief(
        goal=goal,
        user="u",
        now=now,
        tools=tools,
        turns=turns,
        documents=memory.documents(),
        tables=memory.tables(),
        passages=memory.search(goal),
        facts=memory.facts(goal, 5),
        attached=attached,
        replies=replies,
    )
    made = await agent.plan(brief)
    ran = Ran(goal, made)
    if made.get("question"):
        return ran
    assert (
        faults := validate(made, tools, max_steps=20, known={}, rules=Rules("member", {}), roles=built_in_roles())
    ) == [], faults
    while len(ran.results) < len(made["steps"]):
        for step in made["steps"]:
            if step["id"] in ran.results or any(n not in ran.results for n in step["needs"]):
                continue
            bad = [n for n in step["needs"] if ran.results[n]["status"] != "ok"]
            if bad and step is not made["steps"][-1]:
                ran.results[step["id"]] = result(
                    step["id"], status="skipped", error="Not done, because a step that it needs failed."
                )
                continue
            ran.results[step["id"]] = await _step(agent, memory, ran, step, folder, now, turns, web)
    review = Review(goal, made, ran.results, [made["steps"][-1]["id"]], [], ran.text, ran.outcome, [], 2, now)
    ran.verdict = await agent.check(review)
    return ran


async def _step(
    agent: RuleAgent, memory: Any, ran: Ran, step: Any, folder: Path, now: datetime, turns: list[Turn], web: bool
) -> Result:
    try:
        task = Task(
            goal=ran.goal,
            step=cast(Any, {**step, "args": resolve(step["args"], ran.results)}),
            plan=ran.plan,
            results=dict(ran.results),
            calls=[],
            now=now,
            memory=memory,
            documents=memory.documents(),
            facts=memory.facts(ran.goal, 5),
            turns=turns,
        )
        for _ in range(8):
            action = await agent.act(task)
            assert not isinstance(action, HandOver)
            if not isinstance(action, CallTool):
                return _finished(step, task, action)
            called = await _call(memory, step["id"], action, folder, now, web)
            if called["status"] == "failed" and step["tool"]:
                return called
            number_sources(step["id"], called, after=sum(len(c["sources"]) for c in task.calls))
            task = replace(task, calls=[*task.calls, called])
        return _finished(step, task, Done())
    except (AgentError, MissingReference, ToolFailed) as e:
        return result(step["id"], status="failed", error=str(e))


async def _call(memory: Any, step: str, action: CallTool, folder: Path, now: datetime, web: bool) -> Result:
    tool = all_tools()[action.tool]
    args = tool.validate(action.args)
    ctx = ToolContext("u", "r", step, f"k{next(_keys)}", now, memory, cast(Any, Notes()), folder, web_search=web)
    try:
        returned = await tool.run(ctx, **args) if inspect.iscoroutinefunction(tool.run) else tool.run(ctx, **args)
    except ToolFailed as e:
        return result(step, status="failed", error=str(e))
    out = result(step, text=returned.text)
    out["data"], out["sources"], out["note"] = dict(returned.data), [*returned.sources], returned.note
    return out


def _finished(step: Any, task: Task, action: Done | Write) -> Result:
    out = result(step["id"])
    if isinstance(action, Write):
        out["text"], out["note"] = action.text, action.reason
        out["data"] = {**action.data, "outcome": action.outcome}
    elif task.calls:
        out = cast(Result, {**task.calls[-1]})
    out["sources"] = [s for c in task.calls for s in c["sources"]]
    return number_sources(step["id"], out)
