"""The service over real SQLite, DBOS, LangGraph and Chroma, with a scripted agent."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any

import pytest

from agents.base import Write
from graph.events import AnswerChecked, FileIngested, RunEnded, RunStarted, StepStarted
from memory.store import Memory
from runs.database import Database
from runs.engine import Engine
from runs.errors import BadGoal, BadHome, HomeInUse, NotFound
from runs.home import Home
from runs.record import record
from runs.types import Upload
from tests.fakes import ScriptedAgent, plan, step
from tests.runs.conftest import to_the_end
from tools.base import ToolContext, ToolResult, tool

GATE = threading.Event()


@tool(risk="read", timeout=30)
def wait_for_gate(ctx: ToolContext) -> ToolResult:
    """Wait until the test opens the gate."""
    GATE.wait(20)
    return ToolResult("through", {"value": 1})


@tool(risk="read")
def look(ctx: ToolContext, value: int = 1) -> ToolResult:
    """Return a value."""
    return ToolResult(f"value {value}", {"value": value})


@tool(risk="read")
def break_down(ctx: ToolContext) -> ToolResult:
    """A bug."""
    raise ZeroDivisionError("a bug in a tool, sk-secret-canary")


TOOLS = {t.name: t for t in (wait_for_gate, look, break_down)}


@pytest.fixture(autouse=True)
def _gate() -> None:
    GATE.clear()


def test_a_goal_becomes_a_run_with_events_and_an_answer(open_groundwork: Any) -> None:
    agent = ScriptedAgent([plan(step("s1", "look"), step("s2", needs=["s1"]))], {"s2": [Write("It is fine.")]})
    g = open_groundwork(agent, TOOLS)
    accepted = g.submit("ann", "  look at it  ")
    assert (accepted.goal, accepted.status, accepted.last) == ("look at it", "queued", 1)
    run = to_the_end(g, "ann", accepted)
    assert (run.status, run.outcome, run.answer) == ("done", "answered", "It is fine.")
    events = g.events("ann", run.id)
    assert [e.sequence for e in events] == list(range(1, run.last + 1))
    assert isinstance(events[-1].event, RunEnded)
    told = record(run, events)
    assert [(s["id"], s["status"]) for s in told["steps"]] == [("s1", "ok"), ("s2", "ok")]
    assert [t.title for t in g.threads("ann")] == ["look at it"]
    agent.finish()


def test_what_is_another_users_does_not_exist(open_groundwork: Any) -> None:
    agent = ScriptedAgent([plan(step("s1"))], {"s1": [Write("Secret.")]})
    g = open_groundwork(agent, TOOLS)
    run = to_the_end(g, "ann", g.submit("ann", "a secret"))
    for attempt in (
        lambda: g.run("bob", run.id),
        lambda: g.events("bob", run.id),
        lambda: g.wait("bob", run.id),
        lambda: g.stop("bob", run.id),
        lambda: g.reply("bob", run.id, "yes"),
        lambda: g.submit("bob", "go on", run.thread),
        lambda: g.delete_thread("bob", run.thread),
        lambda: g.delete_document("bob", "x"),
        lambda: g.report("bob", "../../groundwork.sqlite3"),
    ):
        with pytest.raises(NotFound):
            attempt()
    assert g.threads("bob") == g.runs("bob") == g.jobs("bob") == []


def test_a_goal_that_is_none_is_refused_and_nothing_is_queued(open_groundwork: Any) -> None:
    g = open_groundwork(ScriptedAgent([], {}), TOOLS)
    for goal in ("", "   \n", "x" * 20_001):
        with pytest.raises(BadGoal):
            g.submit("ann", goal)
    assert g.runs("ann") == []


def test_stop_keeps_what_is_there_and_starts_nothing_more(open_groundwork: Any) -> None:
    steps = plan(
        step("s1", "look"), step("s2", "wait_for_gate", ["s1"]), step("s3", "look", ["s2"]), step("s4", needs=["s3"])
    )
    g = open_groundwork(ScriptedAgent([steps], {}), TOOLS)
    run = g.submit("ann", "take your time")
    while not any(isinstance(e.event, StepStarted) and e.event.step == "s2" for e in g.events("ann", run.id)):
        time.sleep(0.01)
    g.stop("ann", run.id)
    ended = to_the_end(g, "ann", run)
    assert ended.status == "cancelled"
    assert "value 1" in ended.answer
    started = [e.event.step for e in g.events("ann", run.id) if isinstance(e.event, StepStarted)]
    assert started == ["s1", "s2"]
    g.stop("ann", run.id)
    assert g.run("ann", run.id).status == "cancelled"
    GATE.set()


def test_a_bug_ends_the_run_as_failed_with_a_reference_and_no_detail(open_groundwork: Any, tmp_path: Path) -> None:
    g = open_groundwork(ScriptedAgent([plan(step("s1", "break_down"), step("s2", needs=["s1"]))], {}), TOOLS)
    run = to_the_end(g, "ann", g.submit("ann", "break"))
    assert run.status == "failed"
    assert run.id in run.reason
    assert "canary" not in run.reason
    assert run.id in (tmp_path / "home" / "groundwork.log").read_text()


def test_a_question_waits_and_the_reply_takes_the_run_up_again(open_groundwork: Any) -> None:
    asking: Any = {**plan(), "question": "Which year?", "options": ["2025", "2026"]}
    agent = ScriptedAgent([asking, plan(step("s1"))], {"s1": [Write("2026 then.")]})
    g = open_groundwork(agent, TOOLS)
    run = to_the_end(g, "ann", g.submit("ann", "the report"))
    assert (run.status, run.question, run.options) == ("waiting", "Which year?", ["2025", "2026"])
    with pytest.raises(BadGoal):
        g.reply("ann", run.id, " ")
    g.reply("ann", run.id, "2026")
    run = to_the_end(g, "ann", run)
    assert (run.status, run.answer) == ("done", "2026 then.")
    with pytest.raises(NotFound):
        g.reply("ann", run.id, "2025")
    agent.finish()


def test_a_waiting_run_can_be_stopped(open_groundwork: Any) -> None:
    asking: Any = {**plan(), "question": "Which year?", "options": []}
    g = open_groundwork(ScriptedAgent([asking], {}), TOOLS)
    run = to_the_end(g, "ann", g.submit("ann", "the report"))
    g.stop("ann", run.id)
    assert g.run("ann", run.id).status == "cancelled"


def test_earlier_turns_reach_the_planner(open_groundwork: Any) -> None:
    agent = ScriptedAgent(
        [plan(step("s1", "look", value=4), step("s2", needs=["s1"])), plan(step("s1"))],
        {"s2": [Write("Four.")], "s1": [Write("As before.")]},
    )
    g = open_groundwork(agent, TOOLS)
    first = to_the_end(g, "ann", g.submit("ann", "how many?"))
    to_the_end(g, "ann", g.submit("ann", "and again?", first.thread))
    (turn,) = agent.briefs[1].turns
    assert (turn.goal, turn.answer, turn.outcome) == ("how many?", "Four.", "answered")
    assert [s["tool"] for s in turn.steps] == ["look", ""]
    assert turn.results[0]["data"] == {"value": 4}


def test_files_that_come_with_a_goal_are_taken_in_first(open_groundwork: Any) -> None:
    agent = ScriptedAgent([plan(step("s1"))], {"s1": [Write("Read.")]})
    g = open_groundwork(agent, TOOLS)
    uploads = [Upload("rent.md", b"# Rent\n\nThe rent is 900 euros a month."), Upload("empty.txt", b"")]
    run = to_the_end(g, "ann", g.submit("ann", "read these", uploads=uploads))
    told = {e.event.name: e.event.status for e in g.events("ann", run.id) if isinstance(e.event, FileIngested)}
    assert told == {"rent.md": "added", "empty.txt": "failed"}
    assert list(agent.briefs[0].attached) == [d.id for d in g.memory("ann").documents()]


def test_what_was_running_at_a_shutdown_goes_on_at_the_next_start(open_groundwork: Any) -> None:
    steps = plan(step("s1", "look"), step("s2", "wait_for_gate", ["s1"]), step("s3", needs=["s2"]))
    first = open_groundwork(ScriptedAgent([steps], {}), TOOLS)
    run = first.submit("ann", "take your time")
    while not any(isinstance(e.event, StepStarted) and e.event.step == "s2" for e in first.events("ann", run.id)):
        time.sleep(0.01)
    first.close()
    GATE.set()
    second = open_groundwork(ScriptedAgent([], {"s3": [Write("Through.")]}), TOOLS)
    run = to_the_end(second, "ann", run)
    assert (run.status, run.answer) == ("done", "Through.")
    events = [e.event for e in second.events("ann", run.id)]
    assert [e.resumed for e in events if isinstance(e, RunStarted)] == [False, True]
    assert sum(isinstance(e, StepStarted) and e.step == "s1" for e in events) == 1


def test_the_ingestion_queue_takes_files_in_and_tells_of_failures(open_groundwork: Any) -> None:
    g = open_groundwork(ScriptedAgent([], {}), TOOLS)
    g.ingest("ann", [Upload("a.txt", b"The lease ends on 3 May 2027."), Upload("b.pdf", b"%PDF-1.4 broken")])
    deadline = time.monotonic() + 60
    while any(j.state in ("queued", "working") for j in g.jobs("ann")):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    states = {j.name: (j.state, j.status) for j in g.jobs("ann")}
    assert states == {"a.txt": ("done", "added"), "b.pdf": ("failed", "failed")}
    (document,) = g.memory("ann").documents()
    assert g.delete_document("ann", document.id).left == 0
    assert g.memory("ann").documents() == []


def test_deleting_a_conversation_removes_its_runs_and_events(open_groundwork: Any) -> None:
    agent = ScriptedAgent([plan(step("s1"))], {"s1": [Write("x")]})
    g = open_groundwork(agent, TOOLS)
    run = to_the_end(g, "ann", g.submit("ann", "goal"))
    g.delete_thread("ann", run.thread)
    assert g.threads("ann") == []
    with pytest.raises(NotFound):
        g.run("ann", run.id)


def test_a_second_process_is_told_who_owns_the_home(tmp_path: Path) -> None:
    home = Home.take(tmp_path / "home")
    with pytest.raises(HomeInUse, match=r"already running on .*: process \d+"):
        Home.take(tmp_path / "home")
    home.release()
    Home.take(tmp_path / "home").release()


def test_a_home_that_cannot_be_used_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(BadHome, match="GROUNDWORK_HOME"):
        Home.take(tmp_path / "file" / "home")


def test_an_opening_that_fails_leaves_nothing_open(
    open_groundwork: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    closed = list[str]()
    for owner in (Engine, Memory, Database):

        def noted(self: Any, close: Any = owner.close, name: str = owner.__name__) -> None:
            closed.append(name)
            close(self)

        monkeypatch.setattr(owner, "close", noted)
    with monkeypatch.context() as broken:
        broken.setattr("runs.service.take_up", lambda ledger, engine: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            open_groundwork()
    assert closed == ["Engine", "Memory", "Database"]
    assert not [t for t in threading.enumerate() if t.name in ("look-after", "learning", "watching")]
    assert open_groundwork().runs("ann") == []


def test_the_answer_is_told_before_the_end(open_groundwork: Any) -> None:
    agent = ScriptedAgent([plan(step("s1"))], {"s1": [Write("x")]})
    g = open_groundwork(agent, TOOLS)
    run = to_the_end(g, "ann", g.submit("ann", "goal"))
    kinds = [type(e.event) for e in g.events("ann", run.id)]
    assert kinds.index(AnswerChecked) < kinds.index(RunEnded)
