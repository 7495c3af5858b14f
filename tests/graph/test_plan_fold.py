"""The plan as events leave it: replaced, approved with changes, made longer by a specialist."""

from __future__ import annotations

from graph.events import Event, PlanMade, PlanReviewed, StepAdded, StepStarted
from graph.plan_fold import every_step, final_plan, plan_after, waits_for
from graph.state import NO_PLAN
from tests.fakes import plan, step

FIRST = plan(step("s1", "search_memory", query="x"), step("s2", needs=["s1"]))


def reviewed(word: str, *steps) -> PlanReviewed:
    return PlanReviewed("r1", 1, word, "ann", "", [], plan(*steps) if steps else NO_PLAN)  # type: ignore[arg-type]


def test_what_was_approved_takes_the_place_of_what_was_asked() -> None:
    other = step("s1v2", "calculate", expression="1+1")
    events: list[Event] = [PlanMade(FIRST, 1, 0.0), reviewed("approved", other, step("s2", needs=["s1v2"]))]
    assert [s["id"] for s in final_plan(events)["steps"]] == ["s1v2", "s2"]
    assert [*every_step(events)] == ["s1", "s1v2", "s2"]
    assert every_step(events)["s2"]["needs"] == ["s1v2"]


def test_a_plan_that_was_sent_back_or_withdrawn_is_still_the_last_one() -> None:
    for word in ("sent_back", "withdrawn"):
        assert final_plan([PlanMade(FIRST, 1, 0.0), reviewed(word)]) is FIRST


def test_an_added_step_comes_before_the_one_that_asked_and_is_waited_for() -> None:
    added = step("s2h1", needs=["s1"])
    after = plan_after(plan_after(NO_PLAN, PlanMade(FIRST, 1, 0.0)), StepAdded(added, "s2"))
    assert [s["id"] for s in after["steps"]] == ["s1", "s2h1", "s2"]
    assert waits_for(after["steps"][2]) == ["s1", "s2h1"]
    assert [s["id"] for s in FIRST["steps"]] == ["s1", "s2"], "the plan before is left as it was"


def test_other_events_and_an_unknown_step_change_nothing() -> None:
    assert plan_after(FIRST, StepStarted("s1", 1)) is FIRST
    assert plan_after(FIRST, StepAdded(step("s9h1"), "s9")) is FIRST
