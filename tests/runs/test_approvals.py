"""Approvals through the real service: they wait through restarts, are decided once, expire, and end with their run."""

from __future__ import annotations

import json
import sqlite3
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from agents.base import CallTool, Write
from graph.events import AnswerChecked, ApprovalAsked, ApprovalDecided, StepEnded, Tainted, ToolCalled
from runs.errors import AlreadyDecided, BadGoal, NotFound
from tests.fakes import ScriptedAgent, plan, step
from tests.runs.conftest import to_the_end
from tools.base import ToolContext, ToolResult, tool

DONE: list[int] = []


@tool(risk="external")
def pay(ctx: ToolContext, amount: int) -> ToolResult:
    """Pay an amount."""
    DONE.append(amount)
    return ToolResult(f"paid {amount}", {"value": amount})


@tool(risk="read")
def slow(ctx: ToolContext) -> ToolResult:
    """Take a moment."""
    time.sleep(1.0)
    return ToolResult("slept", {"value": 1})


TOOLS = {"pay": pay, "slow": slow}


@pytest.fixture(autouse=True)
def _nothing_paid() -> None:
    DONE.clear()


def paying(*amounts: int, writes: Any = ("Done.",)) -> ScriptedAgent:
    """Pays each amount in a step of its own, all at once, then answers."""
    steps = [step(f"s{n}", "pay", amount=a) for n, a in enumerate(amounts)]
    last = step("z", needs=[s["id"] for s in steps])
    return ScriptedAgent([plan(*steps, last)], {"z": [Write(w) for w in writes]})


def waits(g: Any, user: str = "ann") -> Any:
    run = to_the_end(g, user, g.submit(user, "pay them"))
    assert run.status == "waiting", run
    return run


def kinds(g: Any, run: Any, kind: Any) -> list[Any]:
    return [e.event for e in g.events(run.user, run.id) if isinstance(e.event, kind)]


def test_an_approved_call_is_made_once_and_everything_is_told(open_groundwork: Any) -> None:
    g = open_groundwork(paying(5), TOOLS)
    run = waits(g)
    assert not DONE
    (asked,) = g.approvals("ann")
    assert (asked.tool, asked.args, asked.run, asked.state) == ("pay", {"amount": 5}, run.id, "waiting")
    assert [r.id for r in g.waiting("ann")] == [run.id]
    assert g.approvals("bob") == g.waiting("bob") == []
    g.approve("ann", asked.id)
    assert to_the_end(g, "ann", run).status == "done"
    assert DONE == [5]
    (decided,) = kinds(g, run, ApprovalDecided)
    assert (decided.word, decided.by, decided.hash) == ("approved", "ann", asked.hash)
    assert kinds(g, run, ToolCalled)[0].grounds == "approved by ann"
    assert g.approvals("ann") == []


def test_edited_arguments_are_checked_and_get_a_hash_of_their_own(open_groundwork: Any) -> None:
    g = open_groundwork(paying(500), TOOLS)
    run = waits(g)
    (asked,) = g.approvals("ann")
    with pytest.raises(BadGoal, match="still waits"):
        g.approve("ann", asked.id, {"amount": "much"})
    assert [a.id for a in g.approvals("ann")] == [asked.id]
    g.approve("ann", asked.id, {"amount": 50})
    to_the_end(g, "ann", run)
    assert DONE == [50]
    (decided,) = kinds(g, run, ApprovalDecided)
    assert decided.edited == {"amount": 50}
    assert decided.hash != asked.hash


def test_a_rejection_reaches_the_agent_with_its_reason(open_groundwork: Any) -> None:
    g = open_groundwork(paying(5), TOOLS)
    run = waits(g)
    g.reject("ann", g.approvals("ann")[0].id, "the invoice is wrong")
    assert to_the_end(g, "ann", run).status == "done"
    assert not DONE
    ended = {e.step: e for e in kinds(g, run, StepEnded)}
    assert "the invoice is wrong" in ended["s0"].text
    (answer,) = kinds(g, run, AnswerChecked)
    assert answer.data["notes"] == ["You did not approve pay, so it was not done: the invoice is wrong"]


@pytest.mark.parametrize(("reply", "paid"), [("Yes", [5]), ("no", []), ("pay 4 instead", [])])
def test_a_reply_in_the_chat_decides_a_single_approval(open_groundwork: Any, reply: str, paid: list[int]) -> None:
    g = open_groundwork(paying(5), TOOLS)
    run = waits(g)
    g.reply("ann", run.id, reply)
    to_the_end(g, "ann", run)
    assert paid == DONE


def test_several_wait_at_once_and_survive_restarts(open_groundwork: Any) -> None:
    g = open_groundwork(paying(1, 2, 3), TOOLS)
    run = waits(g)
    assert len(g.approvals("ann")) == 3
    with pytest.raises(BadGoal, match="3 actions wait"):
        g.reply("ann", run.id, "yes")
    for amount in (2, 1, 3):
        g.close()
        g = open_groundwork(paying(), TOOLS) if amount != 3 else open_groundwork(_writer("z"), TOOLS)
        g.approve("ann", next(a.id for a in g.approvals("ann") if a.args["amount"] == amount))
        to_the_end(g, "ann", run)
    assert sorted(DONE) == [1, 2, 3]
    assert g.run("ann", run.id).status == "done"
    assert len(kinds(g, run, ApprovalAsked)) == len(kinds(g, run, ApprovalDecided)) == 3


def _writer(last: str) -> ScriptedAgent:
    return ScriptedAgent([], {last: [Write("All paid.")]})


def test_of_many_tabs_exactly_one_decides(open_groundwork: Any) -> None:
    g = open_groundwork(paying(5), TOOLS)
    run = waits(g)
    (asked,) = g.approvals("ann")
    outcomes: list[str] = []

    def tab(n: int) -> None:
        try:
            g.approve("ann", asked.id) if n % 2 else g.reject("ann", asked.id)
            outcomes.append("won")
        except AlreadyDecided as e:
            outcomes.append(str(e))

    tabs = [threading.Thread(target=tab, args=(n,)) for n in range(12)]
    [t.start() for t in tabs]
    [t.join() for t in tabs]
    assert outcomes.count("won") == 1
    assert all("already" in o for o in outcomes if o != "won")
    to_the_end(g, "ann", run)
    assert len(kinds(g, run, ApprovalDecided)) == 1
    assert len(DONE) <= 1


def test_nobody_else_decides_or_sees(open_groundwork: Any) -> None:
    g = open_groundwork(paying(5), TOOLS)
    waits(g)
    (asked,) = g.approvals("ann")
    for attempt in (g.approve, g.reject):
        with pytest.raises(NotFound):
            attempt("bob", asked.id)
    assert len(g.approvals("ann")) == 1


def test_an_approval_expires_and_the_run_ends_with_that(open_groundwork: Any) -> None:
    g = open_groundwork(paying(5), TOOLS, approval_days=0.5 / 86_400)
    run = g.submit("ann", "pay them")
    deadline = time.monotonic() + 30
    while g.run("ann", run.id).status != "done" and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not DONE
    (decided,) = kinds(g, run, ApprovalDecided)
    assert (decided.word, decided.by) == ("expired", "")
    assert "Rejected: expired" in {e.step: e for e in kinds(g, run, StepEnded)}["s0"].text
    assert "nobody decided in time" in str(kinds(g, run, AnswerChecked)[0].data["notes"])


def test_a_late_decision_is_told_that_it_expired(open_groundwork: Any, tmp_path: Path) -> None:
    g = open_groundwork(paying(5), TOOLS)
    run = waits(g)
    (asked,) = g.approvals("ann")
    with sqlite3.connect(tmp_path / "home" / "groundwork.sqlite3", timeout=10) as c:
        c.execute("UPDATE approval SET expires='2020-01-01T00:00:00.000+00:00'")
    with pytest.raises(AlreadyDecided, match="expired"):
        g.approve("ann", asked.id)
    to_the_end(g, "ann", run)
    assert not DONE


def test_allow_for_this_run_releases_what_waits_of_the_same_tool(open_groundwork: Any) -> None:
    g = open_groundwork(paying(1, 2, 3), TOOLS)
    run = waits(g)
    g.approve("ann", g.approvals("ann")[0].id, for_run=True)
    assert to_the_end(g, "ann", run).status == "done"
    assert sorted(DONE) == [1, 2, 3]


def test_a_decision_while_other_steps_still_work_is_not_lost(open_groundwork: Any) -> None:
    steps = plan(step("s0", "pay", amount=5), step("s1", "slow"), step("z", needs=["s0", "s1"]))
    g = open_groundwork(ScriptedAgent([steps], {"z": [Write("Done.")]}), TOOLS)
    run = g.submit("ann", "pay and sleep")
    deadline = time.monotonic() + 30
    while not g.approvals("ann") and time.monotonic() < deadline:
        time.sleep(0.02)
    assert g.run("ann", run.id).status == "running"
    g.approve("ann", g.approvals("ann")[0].id)
    assert to_the_end(g, "ann", run).status == "done"
    assert DONE == [5]


def test_a_decision_of_another_process_lets_the_run_go_on(open_groundwork: Any, tmp_path: Path) -> None:
    from runs.approvals import Approvals
    from runs.database import Database

    g = open_groundwork(paying(5), TOOLS)
    run = waits(g)
    other = Database(tmp_path / "home" / "groundwork.sqlite3")
    Approvals(other, 7).decide("ann", g.approvals("ann")[0].id, "approved")
    other.close()
    deadline = time.monotonic() + 30
    while g.run("ann", run.id).status != "done" and time.monotonic() < deadline:
        time.sleep(0.1)
    assert DONE == [5]


def test_the_command_line_shows_the_whole_of_what_waits(
    open_groundwork: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from runs.__main__ import main

    @tool(risk="external")
    def send(ctx: ToolContext, note: str) -> ToolResult:
        """Send a note."""
        return ToolResult("sent", {"value": note})

    whole = "please " * 400 + "and \u202eeverything\n\nto the last word"
    agent = ScriptedAgent([plan(step("s1", "send", note=whole), step("s2", needs=["s1"]))], {})
    g = open_groundwork(agent, {"send": send})
    waits(g)
    monkeypatch.setenv("GROUNDWORK_HOME", str(tmp_path / "home"))
    capsys.readouterr()
    assert main(["approvals", "--user", "ann"]) == 0
    listed = capsys.readouterr().out
    assert "note: " + "please " * 400 + "and ⟨U+202E⟩everything\n" in listed
    assert "| to the last word\n" in listed
    assert main(["approvals", "--user", "ann", "--json"]) == 0
    raw = capsys.readouterr().out
    assert "\u202e" not in raw
    assert json.loads(raw)[0]["args"]["note"] == whole


def test_stopping_withdraws_what_waits(open_groundwork: Any) -> None:
    g = open_groundwork(paying(5), TOOLS)
    run = waits(g)
    g.stop("ann", run.id)
    assert g.approvals("ann") == []
    assert [e.word for e in kinds(g, run, ApprovalDecided)] == ["withdrawn"]
    g.delete_thread("ann", run.thread)


def test_a_call_within_a_step_waits_too_and_is_made_as_it_was_asked(open_groundwork: Any) -> None:
    acts = [CallTool("pay", {"amount": 7}), Write("paid")]
    agent = ScriptedAgent([plan(step("s1"), step("z", needs=["s1"]))], {"s1": acts, "z": [Write("Done.")]})
    g = open_groundwork(agent, TOOLS)
    run = waits(g)
    g.approve("ann", g.approvals("ann")[0].id)
    assert to_the_end(g, "ann", run).status == "done"
    assert DONE == [7]
    agent.finish()
    assert kinds(g, run, Tainted)
