"""The view model: the same events give the same view, whatever happened in the run."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import get_args

from graph import events as ev
from runs.types import Stamped
from tests.ui.scripted import answer as checked
from tests.ui.scripted import claim, ended, plan, stamped, step, worked
from ui.panel import _opening_html, budget_text
from ui.step_html import step_html
from ui.timeline import RunView, fold, seconds


def view_of(*events: ev.Event) -> RunView:
    return fold(stamped("r1", events))


def test_no_events_is_a_run_that_waits_to_start() -> None:
    assert fold([]).activity() == "Waiting to start"


def test_a_whole_run() -> None:
    view = view_of(*worked(), ended())
    assert view.plan is not None
    s1, s2 = view.plan.steps.values()
    assert (s1.state, s1.attempts, s1.seconds) == ("ok", 1, 0.1)
    assert s1.calls[0].sources[0]["locator"] == "page 3 · Termination"
    assert s1.verdicts[0].word == "accept"
    assert s2.state == "ok"
    assert view.draft == "The notice period is 60 days [s1.1]."
    assert view.answer is not None
    assert view.summary() == "2 steps · 3.2 s · checked"


def test_every_prefix_of_a_run_can_be_drawn() -> None:
    from ui.plan_graph import dot

    events = [*worked(), ended()]
    lines = []
    for n in range(len(events) + 1):
        view = view_of(*events[:n])
        lines.append(view.activity())
        if view.plan:
            assert dot(view.plan).startswith("digraph")
            assert all(step_html(s) for s in view.plan.steps.values())
    assert lines[1] == "Reading your files (1 of 1)"
    assert lines[6] == "Search your documents"
    assert lines[9] == "Checking the work"
    assert lines[11] == "Write the answer"


def test_folding_piece_by_piece_gives_the_same_view() -> None:
    again = plan(step("s1", "Search your documents", "search_memory", query="notice period"), step("s3", "Read on"))
    happened: list[ev.Event] = [
        *worked(), ev.StepChecked(["s2"], "replan", "The date is missing.", ["no date"]), ev.PlanMade(again, 2, 0.01),
        ev.StepAdded(step("s3h1", "Count", "", (), "analyst"), "s3"), ev.StepStarted("s3h1", 1), ev.Thought("s3h1", "First "),
        ev.Thought("s3h1", "this."), ev.AnswerPart("A "), ev.AnswerPart("word."), ev.QuestionAsked("Which?", ["A"]),
        ev.QuestionAnswered("Which?", "A"), ev.RunStarted("built-in", True), ev.StopRequested(), ended(), ev.RunReopened("ann"),
    ]  # fmt: skip
    events = stamped("r1", happened)
    whole, one_by_one = fold(events), RunView()
    for e in events:
        fold([e], one_by_one)
    assert one_by_one == whole
    assert whole.draft == "A word."
    for cut in range(len(events)):
        assert fold(events[cut:], fold(events[:cut])) == whole, cut


def test_every_kind_of_event_is_folded_or_deliberately_not() -> None:
    """A new kind of event must be thought about here: each one changes the view."""
    asked = ev.ApprovalAsked(
        "a1", "s1", "pay", {"amount": 5}, "h", "external", "it pays", True, "2026-12-01T00:00:00+00:00"
    )
    base = [*worked()[:6], replace(asked, approval="a2")]
    samples: list[ev.Event] = [
        *worked(), ended(), ev.PlanRejected(["no such tool"], 1), ev.ToolErred("s1", "search_memory", "busy", 1.0), ev.QuestionAsked("Which?", ["A"]),
        ev.QuestionAnswered("Which?", "A"), ev.BudgetReached("steps", 20), ev.StopRequested(), ev.RunStarted("built-in", True),
        ev.Tainted("Page", "it has read external content"), asked, ev.ApprovalDecided("a2", "s1", "pay", "approved", "ann", "h", "", {}, False),
        ev.Thought("s1", "First the contract."), ev.ModelUsed("openai:m", "writer", "s1", 100, 20, 0.01, 0.5), ev.ModelChanged("s1", "openai:m", "the built-in agent", "It is down."),
        ev.ModelErred("s1", "openai:m", "It did not answer.", 0.5),
        ev.StepAdded(step("s1h1", "Count", "", (), "analyst"), "s2"), ev.PlanReviewAsked("r1", 1, "It writes."), ev.RunReopened("ann"),
        ev.PlanReviewed("r1", 1, "sent_back", "ann", "Too long.", [], {"steps": [], "note": "", "intent": ""}),
        ev.BudgetExtended("tool_calls", 80, "ann"), ev.RunForked("r0", "s2", [], ["s1"], "ann"),
        ev.Undone("s1", "search_memory", 9, "It is as before.", "ann"),
    ]  # fmt: skip
    assert {type(e) for e in samples} == set(get_args(ev.Event))
    for event in samples:
        first: list[ev.Event] = {"RunReopened": [ended()], "Undone": worked()[6:8]}.get(event.kind, [])
        so_far = [ev.QuestionAsked("Which?", ["A"]), *base, *first]
        before = view_of(*so_far)
        after = view_of(*so_far, event)
        moved = {"last", "moment"}
        differ = [
            f.name for f in fields(RunView) if f.name not in moved and getattr(before, f.name) != getattr(after, f.name)
        ]
        same = isinstance(
            event, (ev.RunQueued, ev.RunStarted, ev.FileIngested, ev.Recalled, ev.StepStarted)
        ) and not getattr(event, "resumed", 0)
        assert differ or same, event


def test_a_model_that_is_asked_again_is_seen_where_it_happened() -> None:
    """A call that was in vain may have taken minutes, which the panel must not leave unexplained."""
    late = "openai:m did not answer within 120 seconds."
    planning = view_of(*worked()[:5], ev.ModelErred("", "openai:m", late, 0.0))
    assert f"{late} It was asked again at once." in _opening_html(planning)
    working = view_of(*worked()[:8], ev.ModelErred("s1", "openai:m", "It is busy <429>.", 2.0))
    assert working.plan
    assert "It is busy &lt;429&gt;. It was asked again after 2 s." in step_html(working.plan.steps["s1"])


def test_a_replan_keeps_finished_steps_and_starts_the_answer_anew() -> None:
    two = plan(
        step("s1", "Search your documents", "search_memory", query="notice period"),
        step("s3", "Read on", "read_document", ["s1"]),
    )
    view = view_of(
        *worked()[:-1], ev.StepChecked(["s2"], "replan", "The date is missing.", ["no date"]), ev.PlanMade(two, 2, 0.01)
    )
    assert [p.number for p in view.plans] == [1, 2]
    assert view.plan is not None
    assert {s.step["id"]: s.state for s in view.plan.steps.values()} == {"s1": "ok", "s3": "pending"}
    assert view.draft == ""
    assert view_of(*worked()[:-1], ev.PlanMade(two, 2, 0.01), ended()).summary().startswith("2 steps")


def test_a_step_with_the_same_id_but_other_arguments_is_another_step() -> None:
    other = plan(step("s1", "Search your documents", "search_memory", query="something else"))
    view = view_of(*worked(), ev.PlanMade(other, 2, 0.01))
    assert view.plan is not None
    assert view.plan.steps["s1"].state == "pending"


def test_attempts_and_errors_of_a_tool() -> None:
    view = view_of(
        *worked()[:7], ev.ToolErred("s1", "search_memory", "The index is busy.", 1.0), ev.ToolCalled("s1", "search_memory", {"query": "x"}, "read"),
        ev.ToolReturned("s1", "search_memory", "found", {}, [], 0.2), ev.StepEnded("s1", "ok", "found", 2, 1.3, 0),
    )  # fmt: skip
    assert view.plan is not None
    first, second = view.plan.steps["s1"].calls
    assert (first.error, first.returned, second.text, second.returned) == ("The index is busy.", False, "found", True)
    assert view.plan.steps["s1"].attempts == 2


def test_a_stopped_run_has_no_step_that_seems_to_run() -> None:
    view = view_of(*worked()[:7], ev.StopRequested())
    assert view.activity() == "Stopping"
    view = view_of(*worked()[:7], ev.StopRequested(), ended("cancelled", ""))
    assert view.plan is not None
    assert view.plan.steps["s1"].state == "stopped"
    assert view.summary() == "1 step · 3.2 s · stopped"


def test_two_steps_at_once_are_told_in_one_line() -> None:
    p = plan(step("s1", "Read contract A", "read_document"), step("s2", "Read contract B", "read_document"))
    view = view_of(ev.PlanMade(p, 1, 0.0), ev.StepStarted("s1", 1), ev.StepStarted("s2", 1))
    assert view.activity() == "Read contract A and 1 more"


def test_a_question_waits_until_it_is_answered() -> None:
    asked = [*worked()[:6], ev.QuestionAsked("Which contract?", ["A", "B"])]
    assert view_of(*asked).waiting == "Which contract?"
    assert view_of(*asked).activity() == "Waiting for your reply"
    after = view_of(*asked, ev.QuestionAnswered("Which contract?", "A"))
    assert after.waiting == ""
    assert after.questions == [("Which contract?", "A")]


def test_unsupported_claims_are_in_the_summary() -> None:
    view = view_of(*worked(answer=checked("x", claim("x", "unsupported"), claim("y"))), ended())
    assert view.summary().endswith("checked, 1 not found in the sources")


def test_events_of_unknown_steps_do_no_harm() -> None:
    assert view_of(ev.StepStarted("s9", 1), ev.ToolReturned("s9", "x", "", {}, [], 0.1)).plan is None
    view = view_of(
        *worked()[:6], ev.ToolReturned("s1", "search_memory", "found", {}, [], 0.1)
    )  # its call was cut off by a crash
    assert view.plan is not None
    assert view.plan.steps["s1"].calls[0].returned


def test_durations() -> None:
    assert [seconds(x) for x in (-1, 0.02, 2.14, 59.9, 185)] == ["0 ms", "20 ms", "2.1 s", "59.9 s", "3 min 5 s"]


def test_an_extended_budget_is_the_one_that_the_panel_counts_against() -> None:
    view = view_of(*worked()[:1], ev.RunStarted("built-in", False, {"tool_calls": 40}), *worked()[2:9])
    assert budget_text(view, view.begun).startswith("1 of 40 tool calls")
    view = view_of(
        *worked()[:1],
        ev.RunStarted("built-in", False, {"tool_calls": 40}),
        *worked()[2:9],
        ev.BudgetExtended("tool_calls", 80, "ann"),
        ev.RunForked("r0", "s2", [], ["s1"], "ann"),
    )
    assert budget_text(view, view.begun).startswith("1 of 80 tool calls")


def at(*pairs: tuple[float, ev.Event]) -> RunView:
    return fold([Stamped("r1", i + 1, time, e) for i, (time, e) in enumerate(pairs)])


def test_a_wait_for_a_person_is_no_work() -> None:
    queued = ev.RunQueued("goal", "t1", [])
    started = ev.RunStarted("built-in", False, {"seconds": 600})
    asked = ev.QuestionAsked("Which?", [])
    waiting = at((100.0, queued), (103.0, started), (108.0, asked))
    assert at((100.0, queued)).worked(150.0) == 0
    assert waiting.worked(108.0 + 3_600) == 5.0
    again, answered = ev.RunStarted("built-in", True, {"seconds": 600}), ev.QuestionAnswered("Which?", "A")
    later = at((100.0, queued), (103.0, started), (108.0, asked), (4_000.0, again), (4_000.1, answered))
    assert later.worked(4_002.0) == 7.0
    assert "7.0 s of 600 s" in budget_text(later, 4_002.0)


def test_the_clock_stands_between_a_decision_and_the_next_piece_of_work() -> None:
    started, made = ev.RunStarted("built-in", False, {}), ev.PlanReviewAsked("p1", 1, "why")
    decided = ev.PlanReviewed("p1", 1, "approved", "ann", "", [], plan(step("s1", "Look")))
    view = at((10.0, started), (12.0, made), (500.0, decided))
    assert view.worked(503.0) == 2.0
    view = at((10.0, started), (12.0, made), (500.0, decided), (504.0, ev.RunStarted("built-in", True, {})))
    assert view.worked(505.0) == 3.0


def test_the_summary_says_what_failed_and_does_not_call_a_stopped_run_checked() -> None:
    made = plan(step("s1", "Divide", "calculate", expression="1/0"), step("s2", "Write", "", ["s1"], "writer"))
    events = [
        ev.PlanMade(made, 1, 0.1), ev.StepStarted("s1", 1), ev.ToolCalled("s1", "calculate", {"expression": "1/0"}, "read", ""),
        ev.ToolErred("s1", "calculate", "It divides by zero.", -1), ev.StepEnded("s1", "failed", "It divides by zero.", 1, 0.1, 0),
        ev.StepChecked(["s1"], "accept", "as it is", ["It divides by zero."]), checked("Nothing."),
    ]  # fmt: skip
    assert view_of(*events, ended()).summary() == "1 step · 1 failed · 3.2 s · checked"
    assert "checked" not in view_of(*events, ended("cancelled")).summary()
    view = view_of(*events, ended())
    assert view.plan
    assert step_html(view.plan.steps["s1"]).count("It divides by zero.") == 1
