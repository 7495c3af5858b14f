"""Budgets at their edge and limits for a day, over the real service: asked, answered, expired, refused, counted."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from agents.allowance import Allowance
from agents.base import Write
from agents.errors import OverBudget
from agents.reports import Usage
from graph.budgets import GO_ON, STOP
from graph.events import BudgetExtended, QuestionAnswered, RunQueued, ToolCalled
from graph.state import DEFAULT_BUDGETS
from runs import limits
from runs.errors import NotAllowed, OverLimit
from tests.fakes import ScriptedAgent, plan, step
from tests.runs.conftest import to_the_end
from tools.base import ToolContext, ToolResult, tool


@tool(risk="read", pure=True)
def look(ctx: ToolContext, value: int = 1) -> ToolResult:
    """Return a value."""
    return ToolResult(f"value {value}", {"value": value})


TOOLS = {"look": look}
TIGHT: Any = {**DEFAULT_BUDGETS, "tool_calls": 1}


def two(text: str = "Done.", times: int = 1) -> ScriptedAgent:
    made = plan(step("s1", "look", value=1), step("s2", "look", ["s1"], value=2), step("s3", needs=["s2"]))
    return ScriptedAgent([made] * times, {"s3": [Write(text)] * times})


def events(g: Any, run: Any, kind: type) -> list[Any]:
    return [e.event for e in g.events(run.user, run.id) if isinstance(e.event, kind)]


def test_it_waits_at_the_edge_through_a_restart_and_goes_on_with_a_yes(open_groundwork: Any) -> None:
    agent = two()
    g = open_groundwork(agent, TOOLS, budgets=TIGHT)
    run = to_the_end(g, "ann", g.submit("ann", "look twice", ask_at_edge=True))
    assert (run.status, list(run.options)) == ("waiting", [GO_ON, STOP])
    assert "limit of 1 tool call for one run" in run.question
    g.close()
    g = open_groundwork(agent, TOOLS, budgets=TIGHT)
    g.reply("ann", run.id, GO_ON)
    run = to_the_end(g, "ann", run)
    assert (run.status, run.outcome, run.answer) == ("done", "answered", "Done.")
    assert [e.step for e in events(g, run, ToolCalled)] == ["s1", "s2"]
    assert events(g, run, BudgetExtended) == [BudgetExtended("tool_calls", 2, "ann")]
    assert [line.kind for line in g.control.audit("ann", run=run.id)].count("BudgetExtended") == 1


def test_without_anybody_there_it_ends_with_a_partial_answer(open_groundwork: Any) -> None:
    g = open_groundwork(two("Half."), TOOLS, budgets=TIGHT)
    run = to_the_end(g, "ann", g.submit("ann", "look twice"))
    assert (run.status, run.outcome, run.answer) == ("done", "partial", "Half.")
    assert "tool call" in run.reason


def test_a_question_that_nobody_answers_in_time_counts_as_a_no(open_groundwork: Any) -> None:
    g = open_groundwork(two("Half."), TOOLS, budgets=TIGHT, approval_days=1 / 86_400)
    run = g.submit("ann", "look twice", ask_at_edge=True)
    run = to_the_end(g, "ann", run)
    assert run.status == "waiting"
    for _ in range(40):
        if (run := g.run("ann", run.id)).status == "waiting":
            g.wait("ann", run.id, run.last, 0.5)
    run = to_the_end(g, "ann", run)
    assert (run.status, run.outcome) == ("done", "partial")
    assert [e.reply for e in events(g, run, QuestionAnswered)] == ["(nobody answered in time)"]


def test_a_goal_above_the_limit_of_the_day_is_refused_before_it_is_queued(
    open_groundwork: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    g = open_groundwork(two(times=3), TOOLS)
    g.control.set_limit("local", "ann", "runs", 1)
    run = to_the_end(g, "ann", g.submit("ann", "look twice"))
    with pytest.raises(OverLimit, match=r"1 goal.*free again at midnight, in .* min.*Nothing was queued"):
        g.submit("ann", "look again")
    assert [r.id for r in g.runs("ann")] == [run.id]
    assert to_the_end(g, "bob", g.submit("bob", "look twice")).outcome == "answered"
    g.delete_thread("ann", run.thread)
    with pytest.raises(OverLimit):
        g.submit("ann", "what was deleted still counts")
    tomorrow = datetime.now().astimezone() + timedelta(days=1)
    monkeypatch.setattr(limits, "now", lambda: tomorrow)
    assert to_the_end(g, "ann", g.submit("ann", "another day")).outcome == "answered"


def test_a_run_that_comes_to_the_limit_of_the_day_ends_with_what_there_is(open_groundwork: Any) -> None:
    g = open_groundwork(two("Half."), TOOLS)
    g.control.set_limit("local", "", "tool_calls", 1)
    run = to_the_end(g, "ann", g.submit("ann", "look twice", ask_at_edge=True))
    assert (run.status, run.outcome, run.answer) == ("done", "partial", "Half.")
    assert "limit for today" in run.reason
    assert len(events(g, run, ToolCalled)) == 1
    with pytest.raises(OverLimit, match="1 tool call"):
        g.submit("ann", "one more")


def test_what_is_used_is_counted_and_shown_to_its_user(open_groundwork: Any) -> None:
    g = open_groundwork(two(times=2), TOOLS)
    run = to_the_end(g, "ann", g.submit("ann", "look twice"))
    used = {kind: n for kind, n, _ in g.control.day("ann")}
    assert (used["runs"], used["tool_calls"], used["tokens"], used["money"]) == (1, 2, 0, 0)
    assert used["seconds"] == pytest.approx(run.seconds, abs=0.01)
    g.control.set_limit("local", "", "seconds", 50)
    g.control.set_limit("local", "ann", "seconds", 0)
    assert g.control.limits.of("ann") == {}
    assert g.control.limits.of("bob") == {"seconds": 50}
    g.control.set_limit("local", "ann", "seconds", None)
    assert g.control.limits.of("ann") == {"seconds": 50}
    with pytest.raises(NotAllowed):
        g.control.set_limit("ann", "ann", "seconds", 10)
    with pytest.raises(NotAllowed):
        g.control.day("ann", "bob")
    assert "LimitSet" in [line.kind for line in g.control.audit("local")]


def test_the_last_goal_of_the_day_is_accepted_once_however_many_come_at_once(open_groundwork: Any) -> None:
    import threading

    g = open_groundwork(two(times=3), TOOLS)
    g.control.set_limit("local", "", "runs", 3)
    refused: list[Exception] = []

    def send() -> None:
        try:
            g.submit("ann", "look twice")
        except OverLimit as e:
            refused.append(e)

    senders = [threading.Thread(target=send) for _ in range(12)]
    for t in senders:
        t.start()
    for t in senders:
        t.join()
    assert len(refused) == 9
    for run in g.runs("ann"):
        assert to_the_end(g, "ann", run).status == "done"
        assert len(events(g, run, RunQueued)) == 1


class Talker(ScriptedAgent):
    """Says that each text took tokens of a language model, after asking the run's allowance for them."""

    async def act(self, task: Any) -> Any:
        if not task.step["tool"]:
            task.allowance.hold(100, 0.0)
            task.allowance.settle(100, 0.0, 90, 0.0)
            task.report(Usage("m", "writer", 60, 30, 0.0))
        return await super().act(task)


def test_tokens_of_all_of_a_users_runs_count_for_the_day(open_groundwork: Any) -> None:
    made = plan(step("s1"), step("s2", needs=["s1"]))
    agent = Talker([made] * 2, {"s1": [Write("thought")] * 2, "s2": [Write("Said.")] * 2})
    g = open_groundwork(agent, TOOLS)
    g.control.set_limit("local", "", "tokens", 300)
    run = to_the_end(g, "ann", g.submit("ann", "say something"))
    assert run.outcome == "answered"
    run = to_the_end(g, "ann", g.submit("ann", "say more"))  # 180 used: the first text fits, the second does not
    assert run.outcome != "answered"
    assert {k: n for k, n, _ in g.control.day("ann")}["tokens"] == 270
    g.control.set_limit("local", "ann", "tokens", 270)
    with pytest.raises(OverLimit, match="270 tokens"):
        g.submit("ann", "and more")


def test_an_allowance_within_a_day() -> None:
    day = Allowance(tokens=150, name="today", what="day")
    one, other = Allowance(tokens=100, day=day), Allowance(day=day)
    one.hold(80, 0.0)
    assert (one.tokens_left(), other.tokens_left()) == (20, 70)
    with pytest.raises(OverBudget) as own:
        one.hold(30, 0.0)
    with pytest.raises(OverBudget) as shared:
        other.hold(80, 0.0)
    assert (own.value.what, shared.value.what) == ("tokens", "day")
    one.settle(80, 0.0, 50, 0.0)
    assert (one.tokens_left(), other.tokens_left(), day.held_tokens) == (50, 100, 0)
