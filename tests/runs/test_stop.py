"""A stop that comes at a bad moment: the end is the last thing that a run tells, and no run waits that was stopped."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from agents.base import Action, Task, Write
from agents.reports import TextPart, Usage
from graph.events import QuestionAsked, RunEnded, StepStarted, StopRequested
from tests.fakes import ScriptedAgent, plan, step
from tests.runs.conftest import to_the_end


class Overtaken(ScriptedAgent):
    """Thinks in a thread that nobody can end, and that goes on telling when the run has ended."""

    def __init__(self) -> None:
        super().__init__([plan(step("s1"))], {})
        self.task: Task | None = None

    async def act(self, task: Task) -> Action:
        import asyncio

        self.task = task
        await asyncio.sleep(60)
        return Write("too late")


def events(g: Any, run: Any) -> list[Any]:
    return [e.event for e in g.events("ann", run.id)]


def test_what_is_told_after_the_end_is_not_kept_but_counts_for_the_day(open_groundwork: Callable[..., Any]) -> None:
    agent = Overtaken()
    g = open_groundwork(agent, {})
    run = g.submit("ann", "take your time")
    while not any(isinstance(e, StepStarted) for e in events(g, run)) or agent.task is None:
        time.sleep(0.01)
    g.stop("ann", run.id)
    assert to_the_end(g, "ann", run).status == "cancelled"
    before = len(events(g, run))
    assert agent.task.report
    agent.task.report(TextPart("a late word"))
    agent.task.report(Usage("m", "writer", 70, 7, 0.01, 0.1))
    assert len(events(g, run)) == before
    assert isinstance(events(g, run)[-1], RunEnded)
    assert g.control.limits.used("ann")["tokens"] == 77


def test_stopping_again_and_again_is_told_once_and_never_after_the_end(open_groundwork: Callable[..., Any]) -> None:
    agent = Overtaken()
    g = open_groundwork(agent, {})
    run = g.submit("ann", "take your time")
    while agent.task is None:
        time.sleep(0.01)
    many = [threading.Thread(target=g.stop, args=("ann", run.id)) for _ in range(8)]
    for t in many:
        t.start()
    for t in many:
        t.join()
    assert to_the_end(g, "ann", run).status == "cancelled"
    g.stop("ann", run.id)
    told = events(g, run)
    assert sum(isinstance(e, StopRequested) for e in told) == 1
    assert isinstance(told[-1], RunEnded)


def test_a_run_that_ends_while_it_is_being_stopped(
    open_groundwork: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its worker comes to the end between the two halves of the stop: what is written down, and what is told to it."""
    agent = Overtaken()
    g = open_groundwork(agent, {})
    run, ask_stop = g.submit("ann", "be quick"), g._ledger.ask_stop
    while agent.task is None:
        time.sleep(0.01)

    def overtaken(user: str, id: str) -> bool:
        asked = ask_stop(user, id)
        g._ledger.end(id, "done", None, "", 1.0)
        return asked

    monkeypatch.setattr(g._ledger, "ask_stop", overtaken)
    g.stop("ann", run.id)
    monkeypatch.undo()
    told = events(g, run)
    assert [type(e) for e in told[-2:]] == [StopRequested, RunEnded]


@pytest.mark.parametrize("answered", [False, True])
def test_a_run_that_is_stopped_as_it_begins_to_wait(
    open_groundwork: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, answered: bool
) -> None:
    """answered: the reply came at that moment as well, so that the run was queued again."""
    asking: Any = {**plan(), "question": "Which year?", "options": ["2025"]}
    g = open_groundwork(ScriptedAgent([asking], {}), {})
    wait = g._ledger.set_waiting

    def stopped(run: str, *args: Any, **more: Any) -> bool:
        if answered:
            waits = wait(run, *args, **more)
            g._ledger.reply("ann", run, "2025")
            g.stop("ann", run)
            g._engine.enqueue_run("ann", run, 1)
            return waits
        g.stop("ann", run)
        return wait(run, *args, **more)

    monkeypatch.setattr(g._ledger, "set_waiting", stopped)
    run = g.submit("ann", "the report")
    assert to_the_end(g, "ann", run).status == "cancelled"
    told = events(g, run)
    assert any(isinstance(e, QuestionAsked) for e in told)
    assert [isinstance(e, RunEnded) for e in told].index(True) == len(told) - 1
