"""Running a run again from one of its steps, over the real service."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from agents.base import CallTool, Write
from graph.events import PlanMade, RunForked, StepEnded, StepStarted, Tainted, ToolCalled
from runs.errors import BadGoal, NotFound, OverLimit
from tests.fakes import ScriptedAgent, plan, step
from tests.runs.conftest import to_the_end
from tools.base import ToolContext, ToolFailed, ToolResult, source, tool

WRITTEN: list[tuple[str, int]] = []
BROKEN = threading.Event()
GATE = threading.Event()


@tool(risk="read", pure=True)
def look(ctx: ToolContext, value: int = 1) -> ToolResult:
    """Return a value."""
    return ToolResult(f"value {value}", {"value": value}, [source("Notes", f"value {value}")])


@tool(risk="write", pure=True)
def put(ctx: ToolContext, value: int = 1) -> ToolResult:
    """Write a value down."""
    WRITTEN.append((ctx.key, value))
    return ToolResult(f"wrote {value}", {"value": value})


@tool(risk="read", pure=True)
def brittle(ctx: ToolContext, value: int = 1) -> ToolResult:
    """Fails until it is mended."""
    if BROKEN.is_set():
        raise ToolFailed("The source is down.")
    return ToolResult("there it is", {"value": value})


@tool(risk="read", external=True)
def outside(ctx: ToolContext) -> ToolResult:
    """Bring in external content."""
    return ToolResult("from outside", {"value": "x"}, [source("Page", "from outside", trust="external")])


@tool(risk="read", timeout=30)
def wait_for_gate(ctx: ToolContext) -> ToolResult:
    """Wait until the test opens the gate."""
    GATE.wait(20)
    return ToolResult("through", {"value": 1})


TOOLS = {t.name: t for t in (look, put, brittle, outside, wait_for_gate)}


@pytest.fixture(autouse=True)
def _fresh() -> None:
    WRITTEN.clear()
    BROKEN.clear()
    GATE.clear()


def shape() -> Any:
    """s1 and s2 stand beside each other; s3 depends on s2; s4 is the answer."""
    return plan(
        step("s1", "put", value=1),
        step("s2", "look", value=2),
        step("s3", "look", ["s2"], value="${s2.value}"),
        step("s4", needs=["s1", "s3"]),
    )


def events(g: Any, run: Any, kind: type) -> list[Any]:
    return [e.event for e in g.events(run.user, run.id) if isinstance(e.event, kind)]


def first(g: Any, agent: ScriptedAgent | None = None) -> Any:
    run = to_the_end(g, "ann", g.submit("ann", "add it up"))
    assert run.status == "done"
    return run


def test_a_step_with_changed_input_and_what_depends_on_it_are_done_anew(open_groundwork: Any) -> None:
    agent = ScriptedAgent([shape()], {"s4": [Write("First."), Write("Second.")]})
    g = open_groundwork(agent, TOOLS)
    run = first(g)
    assert [s["id"] for s in g.forks.anew("ann", run.id, "s2")] == ["s2", "s3", "s4"]
    fork = to_the_end(g, "ann", g.forks.start("ann", run.id, "s2", {"value": "7"}))
    assert (fork.status, fork.answer, fork.goal, fork.thread) == ("done", "Second.", run.goal, run.thread)
    assert (fork.parent, fork.from_step) == (run.id, "s2")
    assert g.forks.of("ann", run.id) == [fork.id]
    assert [(e.step, dict(e.args)) for e in events(g, fork, ToolCalled)] == [("s2", {"value": 7}), ("s3", {"value": 7})]
    assert [v for _, v in WRITTEN] == [1], "a write was repeated"
    told = events(g, fork, RunForked)[0]
    assert (told.run, told.step, list(told.taken)) == (run.id, "s2", ["s1"])
    assert told.changes == ["Step s2: value is “7” instead of “2”."]
    assert g.run("ann", run.id).answer == "First."
    task = agent.tasks[-1]
    assert task.results["s1"]["text"] == "wrote 1"
    assert task.results["s1"]["data"]["value"] == 1
    assert task.results["s2"]["sources"][0]["id"] == "s2.1"
    assert [t.goal for t in task.turns] == [], "the first run is not an earlier turn of its fork"
    assert "RunForked" in [line.kind for line in g.control.audit("ann", run=fork.id)]
    agent.finish()


def test_a_failed_step_is_tried_again_and_the_skipped_ones_with_it(open_groundwork: Any) -> None:
    made = plan(
        step("s1", "put", value=1), step("s2", "brittle", ["s1"]), step("s3", "look", ["s2"]), step("s4", needs=["s3"])
    )
    agent = ScriptedAgent([made], {"s4": [Write("Not much.", "partial", "s2 failed"), Write("All.")]})
    g = open_groundwork(agent, TOOLS)
    BROKEN.set()
    run = first(g)
    assert {e.step: e.status for e in events(g, run, StepEnded)} == {
        "s1": "ok", "s2": "failed", "s3": "skipped", "s4": "ok",
    }  # fmt: skip
    BROKEN.clear()
    fork = to_the_end(g, "ann", g.forks.start("ann", run.id, "s2"))
    assert (fork.outcome, fork.answer) == ("answered", "All.")
    assert [e.step for e in events(g, fork, StepStarted)] == ["s2", "s3", "s4"]
    assert len(WRITTEN) == 1


def test_the_answer_alone_can_be_written_anew_and_a_fork_be_forked(open_groundwork: Any) -> None:
    agent = ScriptedAgent([shape()], {"s4": [Write("Early."), Write("Later."), Write("At last.")]})
    g = open_groundwork(agent, TOOLS)
    run = first(g)
    fork = to_the_end(g, "ann", g.forks.start("ann", run.id, "s4"))
    assert (fork.answer, events(g, fork, ToolCalled)) == ("Later.", [])
    again = to_the_end(g, "ann", g.forks.start("ann", fork.id, "s3"))
    assert again.answer == "At last."
    assert [e.step for e in events(g, again, ToolCalled)] == ["s3"]
    assert [e.args["value"] for e in events(g, again, ToolCalled)] == [2], "what it refers to was taken over"
    assert again.parent == fork.id
    assert g.forks.of("ann", run.id) == [fork.id]


def test_taint_is_inherited_and_a_write_then_waits_for_a_yes(open_groundwork: Any) -> None:
    made = plan(
        step("s1", "outside"), step("s2", "look", value=3), step("s3", "put", ["s2"], value=3), step("s4", needs=["s3"])
    )
    agent = ScriptedAgent([made], {"s4": [Write("First."), Write("Second.")]})
    g = open_groundwork(agent, TOOLS)
    run = to_the_end(g, "ann", g.submit("ann", "bring it in"))
    for _ in range(3):  # whether the write comes before the page was read is up to the two steps that run at once
        if run.status == "waiting":
            g.approve("ann", g.approvals("ann", run.id)[0].id)
            run = to_the_end(g, "ann", run)
    assert run.status == "done"
    fork = to_the_end(g, "ann", g.forks.start("ann", run.id, "s3", {"value": 4}))
    assert fork.status == "waiting", "the fork's write was done without a yes"
    assert [v for _, v in WRITTEN] == [3]
    assert len(events(g, fork, Tainted)) == 1
    asked = g.approvals("ann", fork.id)[0]
    assert asked.tainted
    (tainted,) = events(g, fork, Tainted)
    assert f"{tainted.source}: {tainted.why}" in asked.why, "a fork tells why as the first run would"
    g.approve("ann", asked.id)
    fork = to_the_end(g, "ann", fork)
    assert (fork.answer, [v for _, v in WRITTEN]) == ("Second.", [3, 4])


def test_a_stopped_run_goes_on_in_its_fork_with_what_it_had(open_groundwork: Any) -> None:
    made = plan(
        step("s1", "put", value=1),
        step("s2", "wait_for_gate", ["s1"]),
        step("s3", "look", ["s2"]),
        step("s4", needs=["s3"]),
    )
    agent = ScriptedAgent([made], {"s4": [Write("There.")]})
    g = open_groundwork(agent, TOOLS)
    run = g.submit("ann", "take your time")
    while "s2" not in [e.step for e in events(g, run, StepStarted)]:
        g.wait("ann", run.id, g.run("ann", run.id).last, 0.2)
    with pytest.raises(BadGoal, match="still at work"):
        g.forks.start("ann", run.id, "s1")
    g.stop("ann", run.id)
    run = to_the_end(g, "ann", run)
    GATE.set()
    fork = to_the_end(g, "ann", g.forks.start("ann", run.id, "s3"))
    assert (fork.answer, len(WRITTEN)) == ("There.", 1)
    assert [e.step for e in events(g, fork, StepStarted)] == ["s2", "s3", "s4"]


@pytest.mark.parametrize(
    ("at", "args", "why"),
    [
        ("s9", None, "no step s9"),
        ("s2", {"value": "much"}, "value"),
        ("s2", {"valu": 1}, "valu"),
        ("s2", {"value": "${s3.value}"}, "s3"),
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_is_started(
    open_groundwork: Any, at: str, args: Any, why: str
) -> None:
    g = open_groundwork(ScriptedAgent([shape()], {"s4": [Write("First.")]}), TOOLS)
    run = first(g)
    with pytest.raises(BadGoal, match=why):
        g.forks.start("ann", run.id, at, args)
    assert [r.id for r in g.runs("ann")] == [run.id]


def test_whose_it_is_what_is_denied_and_the_days_limit_hold_for_a_fork_too(open_groundwork: Any) -> None:
    g = open_groundwork(ScriptedAgent([shape()], {"s4": [Write("First.")]}), TOOLS)
    run = first(g)
    for attempt in (
        lambda: g.forks.start("bob", run.id, "s2"),
        lambda: g.forks.anew("bob", run.id, "s2"),
    ):
        with pytest.raises(NotFound):
            attempt()
    assert g.forks.of("bob", run.id) == []
    g.control.set_rule("local", "put", "member", "deny")
    with pytest.raises(BadGoal, match="not allowed for your role"):
        g.forks.start("ann", run.id, "s1")
    g.control.set_rule("local", "put", "member", "")
    g.control.set_limit("local", "ann", "runs", 1)
    with pytest.raises(OverLimit):
        g.forks.start("ann", run.id, "s2")


def test_a_fork_that_is_accepted_survives_a_restart_and_the_first_runs_deletion_takes_both(
    open_groundwork: Any,
) -> None:
    made = plan(step("s1", "put", value=1), step("s2", "wait_for_gate", ["s1"]), step("s3", needs=["s2"]))
    agent = ScriptedAgent([made], {"s3": [Write("First."), Write("Second.")]})
    g = open_groundwork(agent, TOOLS)
    GATE.set()
    run = first(g)
    GATE.clear()
    fork = g.forks.start("ann", run.id, "s2")
    while "s2" not in [e.step for e in events(g, fork, StepStarted)]:
        g.wait("ann", fork.id, g.run("ann", fork.id).last, 0.2)
    GATE.set()
    g.close()
    g = open_groundwork(agent, TOOLS)
    fork = to_the_end(g, "ann", fork)
    assert (fork.status, fork.answer, len(WRITTEN)) == ("done", "Second.", 1)
    assert len(events(g, fork, PlanMade)) == len(events(g, fork, RunForked)) == 1
    g.delete_thread("ann", run.thread)
    assert g.runs("ann") == []


def test_a_step_that_thinks_can_be_given_other_words(open_groundwork: Any) -> None:
    made = plan(step("s1"), step("s2", needs=["s1"]))
    agent = ScriptedAgent(
        [made],
        {"s1": [CallTool("look", {}), Write("thought"), Write("thought again")], "s2": [Write("A."), Write("B.")]},
    )
    g = open_groundwork(agent, TOOLS)
    run = first(g)
    fork = to_the_end(g, "ann", g.forks.start("ann", run.id, "s1", title="Look at something else"))
    assert fork.answer.startswith("B.")
    assert agent.tasks[-2].step["title"] == "Look at something else"
    agent.finish()
