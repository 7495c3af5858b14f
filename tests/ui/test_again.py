"""Under the steps of an ended run, and at the edge of a budget: what is offered, and what a click asks of the service."""

from __future__ import annotations

import pytest

from graph import events as ev
from graph.budgets import GO_ON, STOP
from tests.ui.driving import button, html, keys, open_app
from tests.ui.fake_service import FakeService
from tests.ui.scripted import answer, claim, ended, plan, step, worked


@pytest.fixture
def done(service: FakeService) -> FakeService:
    """A run of one write, whose panel is open."""
    made = plan(step("s1", "Remember it", "remember", fact="Tea"), step("s2", "Write the answer", "", ["s1"], "writer"))
    events = [
        ev.RunQueued("Remember tea", "t1", []), ev.RunStarted("built-in", False), ev.PlanMade(made, 1, 0.1),
        ev.StepStarted("s1", 1), ev.ToolCalled("s1", "remember", {"fact": "Tea"}, "write"),
        ev.ToolReturned("s1", "remember", "Remembered: Tea", {"value": "Tea"}, [], 0.1), ev.StepEnded("s1", "ok", "Remembered", 1, 0.1, 0),
        answer("I'll remember.", claim("I'll remember.")), ended(),
    ]  # fmt: skip
    service.script("r1", events, "done")
    return service


def test_a_write_is_undone_with_one_click(done: FakeService) -> None:
    app = open_app("t1")
    app.session_state["past-r1"] = True
    app.run()
    assert "undo-r1-5" in keys(app)
    done.expected = ["undo"]
    button(app, "undo-r1-5").click().run()
    assert done.called == [("undo", "r1", 5)]


def test_what_is_undone_says_so_and_offers_it_no_more(done: FakeService) -> None:
    done.logs["r1"].append(
        type(done.logs["r1"][0])("r1", 10, 0.0, ev.Undone("s1", "remember", 5, "Forgotten: Tea", "ann"))
    )
    app = open_app("t1")
    app.session_state["past-r1"] = True
    app.run()
    assert "undo-r1-5" not in keys(app)
    assert "Forgotten: Tea" in html(app)


def test_a_failed_step_is_retried_with_one_click(service: FakeService) -> None:
    events = [*worked()[:7], ev.ToolErred("s1", "search_memory", "The index is locked.", -1)]
    events += [ev.StepEnded("s1", "failed", "The index is locked.", 1, 0.1, 0), ended("done", "partial", "s1 failed")]
    service.script("r1", events, "done")
    app = open_app("t1")
    app.session_state["past-r1"] = True
    app.run()
    service.expected = ["fork"]
    button(app, "retry-r1-s1").click().run()
    assert service.called == [("fork", "r1", "s1", None, "")]
    assert "compare?run=r2" in html(app)


def test_at_the_edge_of_a_budget_there_are_two_ways_on(service: FakeService) -> None:
    asked = "The 40 tool calls that one run may make are used, and there is more to do. Extend?"
    events = [*worked()[:9], ev.BudgetReached("tool calls", 40), ev.QuestionAsked(asked, [GO_ON, STOP])]
    service.script("r1", events, "waiting", question=asked, options=[GO_ON, STOP], ask_at_edge=True)
    app = open_app("t1")
    assert "A limit was reached" in html(app)
    service.expected = ["reply"]
    button(app, "option-r1-0").click().run()
    assert service.called == [("reply", "r1", GO_ON)]
