"""Plans that wait for their user, in the real service: decided once, bound to what was approved, waiting through restarts."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from agents.base import Write
from graph.events import ApprovalAsked, PlanMade, PlanReviewAsked, PlanReviewed, StepEnded
from runs import steering
from runs.database import Database
from runs.errors import AlreadyDecided, BadGoal, BadHome, NotFound
from runs.ledger import Ledger
from runs.record import earlier_turns, record
from tests.fakes import ScriptedAgent, plan, step
from tests.runs.conftest import to_the_end
from tools.base import ToolContext, ToolResult, tool
from tools.registry import all_tools

ROOT = Path(__file__).parents[2]
SENT: list[tuple[str, int]] = []


@tool(risk="external", pure=True)
def send(ctx: ToolContext, amount: int) -> ToolResult:
    """Send it."""
    SENT.append((ctx.key, amount))
    return ToolResult(f"sent {amount}", {"value": amount})


@pytest.fixture(autouse=True)
def nothing_sent() -> None:
    SENT.clear()


def waiting(open_groundwork: Callable[..., Any], *steps: Any, when: Any = "always") -> tuple[Any, Any, Any]:
    agent = ScriptedAgent([plan(*steps, step("s9", needs=[s["id"] for s in steps]))], {"s9": [Write("Sent.")]})
    g = open_groundwork(agent, {**all_tools(), "send": send})
    g.steering.choose_review("u", when)
    run = to_the_end(g, "u", g.submit("u", "send it"))
    assert run.status == "waiting"
    (asked,) = g.steering.plans("u", run.id)
    return g, run, asked


def test_it_waits_and_runs_as_approved(open_groundwork: Callable[..., Any]) -> None:
    g, run, asked = waiting(open_groundwork, step("s1", "send", amount=1), step("s2", "send", amount=2))
    done = g.steering.approve_plan("u", asked.id, kept=["s1"], granted=["s1"])
    assert done.state == "approved"
    ended = to_the_end(g, "u", run)
    assert (ended.status, ended.answer, [a for _, a in SENT]) == ("done", "Sent.", [1])
    events = [e.event for e in g.events("u", run.id)]
    (told,) = [e for e in events if isinstance(e, PlanReviewed)]
    assert (told.word, told.by, told.changes, told.granted) == ("approved", "u", ["Left out s2: Step s2."], ["s1"])
    assert next(e for e in events if isinstance(e, StepEnded) and e.step == "s2").status == "skipped"


def test_a_plan_approved_without_its_calls_still_asks_for_them(open_groundwork: Callable[..., Any]) -> None:
    g, run, asked = waiting(open_groundwork, step("s1", "send", amount=1))
    g.steering.approve_plan("u", asked.id)
    assert to_the_end(g, "u", run).status == "waiting"
    assert SENT == []
    (call,) = g.approvals("u", run.id)
    g.approve("u", call.id)
    assert to_the_end(g, "u", run).status == "done"
    assert [a for _, a in SENT] == [1]


def test_a_ticked_call_is_approved_for_its_own_arguments_only(open_groundwork: Callable[..., Any]) -> None:
    """The agent calls with other arguments than those that stood on the board: a person is asked."""

    class Cheat(ScriptedAgent):
        async def act(self, task: Any) -> Any:
            if task.step["id"] == "s1" and not task.calls:
                task.step["args"]["amount"] = 1_000
            return await super().act(task)

    agent = Cheat([plan(step("s1", "send", amount=1), step("s9", needs=["s1"]))], {"s9": [Write("Sent.")]})
    g = open_groundwork(agent, {**all_tools(), "send": send})
    g.steering.choose_review("u", "always")
    run = to_the_end(g, "u", g.submit("u", "send it"))
    g.steering.approve_plan("u", g.steering.plans("u")[0].id, granted=["s1"])
    assert to_the_end(g, "u", run).status == "waiting"
    assert SENT == []
    assert g.approvals("u", run.id)[0].args == {"amount": 1_000}


def test_arguments_that_come_later_are_not_approved_with_the_plan(open_groundwork: Callable[..., Any]) -> None:
    g, run, asked = waiting(
        open_groundwork,
        step("s1", "calculate", (), "analyst", expression="2 * 3"),
        step("s2", "send", ["s1"], amount="${s1.value}"),
    )
    g.steering.approve_plan("u", asked.id, granted=["s2"])
    assert to_the_end(g, "u", run).status == "waiting"
    assert SENT == []


def test_an_edited_plan_is_checked_like_an_agents(open_groundwork: Callable[..., Any]) -> None:
    g, run, asked = waiting(open_groundwork, step("s1", "send", amount=1))
    first, last = asked.plan["steps"]
    for wrong, said in (
        ([{**first, "tool": "format_disk"}, last], "does not exist"),
        ([{**first, "needs": ["s1"]}, last], "wait for each other"),
        ([{**first, "args": {"amount": "many"}}, last], "amount"),
        ([{**first, "args": {"amount": "${s7.value}"}}, last], "without needing it"),
        ([first, {**last, "tool": "send"}], "must write the answer"),
        ([last, first], "stays where it is"),
        ([first] * 2 + [last], "same id"),
        ([{**first, "id": f"u{n}"} for n in range(30)] + [last], "at most"),
    ):
        steps: Any = wrong
        kept = [s["id"] for s in steps]
        assert any(said in f for f in g.steering.faults("u", asked.id, steps, kept)), said
        with pytest.raises(BadGoal, match="still waits"):
            g.steering.approve_plan("u", asked.id, steps, kept)
    assert g.run("u", run.id).status == "waiting"
    assert SENT == []


def test_edited_arguments_are_what_runs(open_groundwork: Callable[..., Any]) -> None:
    g, run, asked = waiting(open_groundwork, step("s1", "send", amount=1))
    first, last = asked.plan["steps"]
    added: Any = {
        **first,
        "id": "u1",
        "title": "Compute",
        "tool": "calculate",
        "args": {"expression": "6*7"},
        "role": "writer",
    }
    edited: Any = [{**first, "args": {"amount": "7"}}, added, last]
    g.steering.approve_plan("u", asked.id, edited, [s["id"] for s in edited], ["s1"])
    assert to_the_end(g, "u", run).status == "done"
    assert [a for _, a in SENT] == [7]
    assert any(isinstance(e.event, StepEnded) and e.event.step == "u1" for e in g.events("u", run.id))
    told = record(g.run("u", run.id), g.events("u", run.id))["steps"]
    assert [(s["id"], s["args"], s["status"]) for s in told[:2]] == [
        ("s1", {"amount": 7}, "ok"),
        ("u1", {"expression": "6*7"}, "ok"),
    ]


def test_a_step_with_another_tool_is_another_step(open_groundwork: Callable[..., Any]) -> None:
    g, run, asked = waiting(
        open_groundwork,
        step("s1", "send", amount=1),
        step("s2", "calculate", ["s1"], "analyst", expression="${s1.value}"),
    )
    first, second, last = asked.plan["steps"]
    edited: Any = [{**first, "tool": "calculate", "args": {"expression": "5"}}, second, last]
    g.steering.approve_plan("u", asked.id, edited)
    assert to_the_end(g, "u", run).status == "done"
    told = next(e.event for e in g.events("u", run.id) if isinstance(e.event, PlanReviewed))
    assert [s["id"] for s in told.plan["steps"]] == ["s1v2", "s2", "s9"]
    assert told.plan["steps"][1]["args"] == {"expression": "${s1v2.value}"}
    steps = record(g.run("u", run.id), g.events("u", run.id))["steps"]
    assert [s["id"] for s in steps] == ["s1", "s1v2", "s2", "s9"]
    assert [s["status"] for s in steps[:2]] == ["skipped", "ok"]
    following = g._ledger.accept("r2", "u", "And then?", run.thread, [])
    (turn,) = earlier_turns(g._database, g._ledger, g._log, following)
    assert {"s1v2"} <= {str(s["id"]) for s in turn["steps"]} & {str(r["step"]) for r in turn["results"]}


def test_of_two_tabs_one_decides(open_groundwork: Callable[..., Any]) -> None:
    g, run, asked = waiting(open_groundwork, step("s1", "calculate", (), "analyst", expression="1+1"))
    outcomes: list[str] = []

    def tab() -> None:
        try:
            outcomes.append(g.steering.approve_plan("u", asked.id).state)
        except AlreadyDecided as e:
            outcomes.append(str(e))

    tabs = [threading.Thread(target=tab) for _ in range(6)]
    for t in tabs:
        t.start()
    for t in tabs:
        t.join()
    assert outcomes.count("approved") == 1
    assert all("already approved" in o for o in outcomes if o != "approved")
    assert to_the_end(g, "u", run).status == "done"


def test_another_user_neither_sees_nor_decides(open_groundwork: Callable[..., Any]) -> None:
    g, run, asked = waiting(open_groundwork, step("s1", "send", amount=1))
    assert g.steering.plans("v") == []
    for call in (g.steering.approve_plan, g.steering.send_back_plan):
        with pytest.raises(NotFound):
            call("v", asked.id)
    with pytest.raises(NotFound):
        g.steering.faults("v", asked.id, asked.plan["steps"], [])
    assert g.steering.review_when("v", "built-in") == "never"
    assert g.steering.review_when("v", "openai:gpt") == "risky"
    assert g.run("u", run.id).status == "waiting"


def test_stopping_withdraws_the_review(open_groundwork: Callable[..., Any]) -> None:
    g, run, asked = waiting(open_groundwork, step("s1", "send", amount=1))
    g.stop("u", run.id)
    assert to_the_end(g, "u", run).status == "cancelled"
    assert g.steering.plans("u") == []
    with pytest.raises(AlreadyDecided):
        g.steering.approve_plan("u", asked.id)
    assert SENT == []


def test_what_it_usually_takes_comes_from_the_users_own_runs(open_groundwork: Callable[..., Any]) -> None:
    g = open_groundwork()
    to_the_end(g, "u", g.submit("u", "What is 17.5% of 2,340?"))
    assert g.steering.usual("u").seconds["calculate"] > 0
    assert g.steering.usual("v").seconds == {}
    assert g.steering.usual("u").of(step("s1", "calculate"), False).seconds
    assert g.steering.usual("u").of(step("s1"), True).tokens is None


def test_every_when_is_known() -> None:
    assert set(steering.WHEN) == {"always", "risky", "never"}


# --- kill -9 while a plan waits
def start(home: Path, *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.runs.killed", str(home), *words], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )


def rows(home: Path, sql: str, *args: Any) -> list[Any]:
    database = Database(home / "groundwork.sqlite3", readonly=True)
    try:
        return database.read(sql, *args)
    finally:
        database.close()


def until(home: Path, sql: str, seconds: float = 60) -> None:
    while seconds > 0:
        try:
            if rows(home, sql)[0][0]:
                return
        except (BadHome, sqlite3.OperationalError):
            pass  # it is not there yet
        time.sleep(0.1)
        seconds -= 0.1
    raise AssertionError(sql)


def test_killed_while_a_plan_waits_it_still_waits_and_runs_once_when_approved(tmp_path: Path) -> None:
    home = tmp_path / "home"
    process = start(home, "--review", "--until-done", "pay everyone")
    until(home, "SELECT COUNT(*) FROM run WHERE status='waiting'")
    for _ in range(2):  # twice: a restart must not ask anew
        process.send_signal(signal.SIGKILL)
        process.wait()
        process = start(home, "--until-done")
        time.sleep(4)  # into the work of the next process, which has nothing to do but to wait
    process.kill()
    process.wait()
    assert rows(home, "SELECT state FROM review")[0]["state"] == "waiting"
    (asked,) = rows(home, "SELECT id, run FROM review")
    told = subprocess.run(
        [sys.executable, "-m", "runs", "plan", "approve", asked["id"], "--user", "u"],
        cwd=ROOT, env={**os.environ, "GROUNDWORK_HOME": str(home)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert told.returncode == 0, told.stderr
    process = start(home, "--until-done")
    assert process.communicate(timeout=90)[0].strip().endswith("all ended")
    from tests.runs.killed import trace

    database = Database(home / "groundwork.sqlite3", readonly=True)
    (run,) = Ledger(database).runs("u", "", 10, "")
    from runs.log import Log

    kinds = [type(e.event) for e in Log(database).read(run.id)]
    database.close()
    assert (run.status, run.answer) == ("done", "All three were paid.")
    assert (kinds.count(PlanMade), kinds.count(PlanReviewAsked), kinds.count(PlanReviewed)) == (1, 1, 1)
    assert trace(home).execute("SELECT COUNT(*) FROM call").fetchone()[0] == 3
    assert ApprovalAsked not in kinds


def test_a_draft_is_its_users_own_and_goes_with_the_decision(open_groundwork: Any) -> None:
    made = plan(step("s1"), step("s2", needs=["s1"]))
    g = open_groundwork(ScriptedAgent([made], {"s1": [Write("thought")], "s2": [Write("Done.")]}), {"send": send})
    g.steering.choose_review("ann", "always")
    run = to_the_end(g, "ann", g.submit("ann", "look"))
    (waiting,) = g.steering.plans("ann", run.id)
    assert g.steering.draft("ann", waiting.id) is None
    g.steering.keep_draft("ann", waiting.id, {"out": ["s1"]})
    g.steering.keep_draft("bob", waiting.id, {"out": ["s2"]})
    assert g.steering.draft("ann", waiting.id) == {"out": ["s1"]}
    assert g.steering.draft("bob", waiting.id) is None
    with pytest.raises(BadGoal):
        g.steering.keep_draft("ann", waiting.id, "x" * 300_000)
    g.steering.approve_plan("ann", waiting.id)
    to_the_end(g, "ann", run)
    g.steering.keep_draft("ann", waiting.id, {"out": []})
    assert g.steering.draft("ann", waiting.id) is None
