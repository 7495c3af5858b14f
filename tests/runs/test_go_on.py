"""A run that was stopped or has failed goes on where it was: what is done is not done again."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from agents.base import Review, Verdict, Write
from graph.events import RunReopened, StepChecked, StepStarted, ToolCalled
from runs.errors import BadGoal, NotFound
from tests.fakes import ScriptedAgent, plan, step
from tests.runs.conftest import to_the_end
from tools.base import ToolContext, ToolResult, tool
from tools.registry import all_tools

DONE: list[str] = []
GATE = threading.Event()


@tool(risk="write", pure=True)
def first(ctx: ToolContext) -> ToolResult:
    """Do the first thing."""
    DONE.append("first")
    return ToolResult("first done", {"value": 1})


@tool(risk="write", pure=True)
def second(ctx: ToolContext) -> ToolResult:
    """Do the second thing, when it may."""
    GATE.wait(20)
    DONE.append("second")
    return ToolResult("second done", {"value": 2})


TOOLS = {**all_tools(), "first": first, "second": second}
PLAN = plan(step("s1", "first"), step("s2", "second", ["s1"]), step("s3", "first", ["s2"]), step("s4", needs=["s3"]))


@pytest.fixture(autouse=True)
def fresh() -> None:
    DONE.clear()
    GATE.clear()


def stopped(open_groundwork: Callable[..., Any], agent: Any) -> tuple[Any, Any]:
    """Stopped in the middle of the second step."""
    g = open_groundwork(agent, TOOLS)
    run = g.submit("u", "do both")
    while not any(isinstance(e.event, ToolCalled) and e.event.tool == "second" for e in g.events("u", run.id)):
        time.sleep(0.02)
    g.stop("u", run.id)
    GATE.set()
    assert to_the_end(g, "u", run).status == "cancelled"
    return g, run


def test_a_stopped_run_goes_on_and_repeats_nothing(open_groundwork: Callable[..., Any]) -> None:
    g, run = stopped(open_groundwork, ScriptedAgent([PLAN], {"s4": [Write("both done")]}))
    assert DONE == ["first", "second"]
    g.go_on("u", run.id)
    ended = to_the_end(g, "u", run)
    assert (ended.status, ended.answer, DONE) == ("done", "both done", ["first", "second", "first"])
    events = [e.event for e in g.events("u", run.id)]
    assert sum(isinstance(e, RunReopened) for e in events) == 1
    assert [e.step for e in events if isinstance(e, StepStarted)].count("s1") == 1


def test_a_failed_run_goes_on(open_groundwork: Callable[..., Any]) -> None:
    GATE.set()
    agent = ScriptedAgent([PLAN], {"s4": [KeyError("a bug"), Write("both done")]})
    g = open_groundwork(agent, TOOLS)
    run = to_the_end(g, "u", g.submit("u", "do both"))
    assert run.status == "failed"
    g.go_on("u", run.id)
    ended = to_the_end(g, "u", run)
    assert (ended.status, ended.answer, DONE) == ("done", "both done", ["first", "second", "first"])


def test_what_waited_when_it_was_stopped_is_asked_anew(open_groundwork: Callable[..., Any]) -> None:
    GATE.set()
    g = open_groundwork(ScriptedAgent([PLAN], {"s4": [Write("both done")]}), TOOLS)
    g.steering.choose_review("u", "always")
    run = to_the_end(g, "u", g.submit("u", "do both"))
    g.stop("u", run.id)
    assert to_the_end(g, "u", run).status == "cancelled"
    assert g.steering.plans("u") == []
    g.go_on("u", run.id)
    assert to_the_end(g, "u", run).status == "waiting"
    (asked,) = g.steering.plans("u", run.id)
    g.steering.approve_plan("u", asked.id)
    assert to_the_end(g, "u", run).answer == "both done"


class StoppedAtCheck(ScriptedAgent):
    """Stops its run, once, while the checker waits for its verdict on `at`."""

    def __init__(self, at: str, *args: Any) -> None:
        super().__init__(*args)
        self.at, self.was_stopped = at, False
        self.stop: Callable[[], None] = lambda: None

    async def check(self, review: Review) -> Verdict:
        if self.at in review.finished and not self.was_stopped:
            self.was_stopped = True
            await asyncio.to_thread(self.stop)
            await asyncio.sleep(20)  # the checker does not wait for it
        return await super().check(review)


@pytest.mark.parametrize("at", ["s1", "s2"])
def test_what_was_not_checked_when_it_was_stopped_is_checked_then(open_groundwork: Callable[..., Any], at: str) -> None:
    """s2 is the answer: nobody has it twice written, and nobody goes without it."""
    agent = StoppedAtCheck(at, [plan(step("s1", "first"), step("s2", needs=["s1"]))], {"s2": [Write("it is done")]})
    g = open_groundwork(agent, TOOLS)
    started = threading.Event()

    def stop() -> None:
        started.wait(20)
        g.stop("u", run.id)

    agent.stop = stop
    run = g.submit("u", "do it")
    started.set()
    assert to_the_end(g, "u", run).status == "cancelled"
    g.go_on("u", run.id)
    ended = to_the_end(g, "u", run)
    assert (ended.status, ended.outcome, ended.answer) == ("done", "answered", "it is done")
    checked = [e.event.steps for e in g.events("u", run.id) if isinstance(e.event, StepChecked)]
    assert sorted(s for steps in checked for s in steps) == ["s1", "s2"]
    assert DONE == ["first"]
    agent.finish()


def test_only_its_owner_and_only_what_has_stopped(open_groundwork: Callable[..., Any]) -> None:
    g, run = stopped(open_groundwork, ScriptedAgent([PLAN], {"s4": [Write("both done")]}))
    with pytest.raises(NotFound):
        g.go_on("v", run.id)
    g.go_on("u", run.id)
    with pytest.raises(BadGoal, match="Only a run that was stopped"):
        g.go_on("u", run.id)
    assert to_the_end(g, "u", run).status == "done"
    with pytest.raises(BadGoal):
        g.go_on("u", run.id)
