"""The review of a plan: when it is asked, what an edited plan is, and what runs in the end."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from agents.base import Write
from graph.approvals import FIRST_CALL, approval_id, call_hash
from graph.plans import arranged, changes, renamed, settled
from graph.policy import Rules
from tests.fakes import ScriptedAgent, plan, step
from tests.graph.conftest import PUT

RISKY = plan(step("s1", "count"), step("s2", "put", ["s1"], value=3), step("s3", needs=["s1", "s2"]))


def one(made: Any, **more: Any) -> ScriptedAgent:
    return ScriptedAgent([made], {"s3": [Write("the answer")]}, **more)


@pytest.mark.parametrize(("when", "asked"), [("always", True), ("risky", True), ("never", False)])
def test_a_risky_plan_waits_as_its_user_wants(drive: Callable[..., Any], when: str, asked: bool) -> None:
    run = drive(one(RISKY))
    run.review = when
    asyncio.run(run.start())
    assert bool(run.reviews.waiting()) is asked
    assert bool(PUT) is not asked


def test_a_plan_that_only_reads_is_not_risky(drive: Callable[..., Any]) -> None:
    run = drive(one(plan(step("s1", "give"), step("s3", needs=["s1"]))))
    run.review = "risky"
    state = asyncio.run(run.start())
    assert not run.reviews.asked
    assert state["answer"]["text"] == "the answer"


def test_only_what_was_approved_runs(drive: Callable[..., Any]) -> None:
    async def go() -> Any:
        run = drive(one(RISKY))
        run.review = "always"
        await run.start()
        (id,) = run.reviews.waiting()
        edited = arranged(RISKY, RISKY["steps"], ["s1"])
        return run, await run.reviewed(id, "approved", plan=edited, left_out=["s2"])

    run, state = asyncio.run(go())
    assert PUT == []
    assert state["results"]["s2"]["status"] == "skipped"
    assert state["answer"]["text"] == "the answer"
    assert run.kinds().count("PlanMade") == 1  # the planner was not asked again


def test_what_was_sent_back_is_planned_anew_with_the_reason(drive: Callable[..., Any]) -> None:
    second = plan(step("s1", "give"), step("s3", needs=["s1"]))
    agent = ScriptedAgent([RISKY, second], {"s3": [Write("the answer")]})

    async def go() -> Any:
        run = drive(agent)
        run.review = "risky"
        await run.start()
        return await run.reviewed(run.reviews.waiting()[0], "sent_back", reason="do not write anything")

    state = asyncio.run(go())
    assert "do not write anything" in agent.briefs[1].problems[0]
    assert (PUT, state["replans"], state["answer"]["text"]) == ([], 1, "the answer")


def test_a_plan_that_is_no_longer_allowed_does_not_run_because_it_was_approved(drive: Callable[..., Any]) -> None:
    async def go() -> Any:
        run = drive(ScriptedAgent([RISKY, plan(step("s3"))], {"s3": [Write("the answer")]}))
        run.review = "risky"
        await run.start()
        run.rules = Rules("viewer", {})  # changed while it waited
        await run.reviewed(run.reviews.waiting()[0], "approved")
        return run

    run = asyncio.run(go())
    assert PUT == []
    assert "PlanRejected" in run.kinds()


def test_an_approved_plan_does_not_approve_its_calls(drive: Callable[..., Any]) -> None:
    async def go() -> Any:
        run = drive(one(plan(step("s1", "post", value=3), step("s3", needs=["s1"]))))
        run.review = "always"
        await run.start()
        await run.reviewed(run.reviews.waiting()[0], "approved")
        return run

    run = asyncio.run(go())
    assert PUT == []
    (asked,) = run.desk.waiting()
    # What is approved with a plan is exactly this: the first call of the step, with these arguments, for this user.
    assert asked == approval_id("r", "s1", FIRST_CALL, call_hash("post", {"value": 3}, "u"))


def test_a_step_that_the_user_left_out_is_not_held_against_the_run(drive: Callable[..., Any]) -> None:
    made: Any = {**RISKY, "by": "a-model", "sure": {"tools": {"put": "Put it there"}, "whole": True, "talk": "text"}}

    async def go() -> Any:
        run = drive(one(made))
        run.review = "always"
        await run.start()
        (id,) = run.reviews.waiting()
        edited = arranged(made, RISKY["steps"], ["s1"])
        return run, await run.reviewed(id, "approved", plan=edited, left_out=["s2"])

    run, state = asyncio.run(go())
    assert run.kinds().count("PlanMade") == 1, "no second plan is asked for"
    assert "the tool put" not in state["answer"]["reason"]


# --- what a person makes of a plan
def test_whoever_needed_a_step_that_was_left_out_is_told() -> None:
    made = arranged(RISKY, RISKY["steps"], ["s2"])
    put, last = made["steps"]
    assert (put["id"], put["needs"], last["needs"]) == ("s2", [], ["s2"])
    assert "Without s1" in put["reason"]
    assert "Without s1" in last["reason"]


def test_an_added_step_is_needed_by_the_answer() -> None:
    steps = [*RISKY["steps"][:2], step("u1", "count"), RISKY["steps"][2]]
    made = arranged(RISKY, steps, [s["id"] for s in steps])
    assert made["steps"][-1]["needs"] == ["s1", "s2", "u1"]
    assert changes(RISKY, made) == ["Added u1: Step u1 (count)."]


def test_changes_are_told_in_sentences() -> None:
    edited = [{**RISKY["steps"][1], "args": {"value": 4}, "needs": []}, RISKY["steps"][0], RISKY["steps"][2]]
    told = changes(RISKY, arranged(RISKY, edited, ["s1", "s2"]))  # type: ignore[list-item]
    assert told == [
        "Step s2: value is “4” instead of “3”.",
        "Step s2 comes after nothing.",
        "The order is now s2, s1, s3.",
    ]
    assert changes(RISKY, arranged(RISKY, RISKY["steps"], ["s1", "s2"])) == []


def test_renaming_reaches_needs_and_references() -> None:
    made = renamed([step("s1", "give"), step("s2", "put", ["s1"], value="${s1.value}")], {"s1": "s1v2"})
    assert (made[0]["id"], made[1]["needs"], made[1]["args"]) == ("s1v2", ["s1v2"], {"value": "${s1v2.value}"})
    assert settled(made[0])
    assert not settled(made[1])
