"""At the edge of a budget: a person is asked, and what follows from a yes, a no and from nobody being there."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from agents.base import CallTool, Write
from agents.errors import OverBudget
from graph.budgets import GO_ON, STOP
from graph.closing import close
from graph.events import BudgetExtended, BudgetReached, QuestionAnswered, QuestionAsked, StepStarted, ToolCalled
from graph.extend import yes
from graph.state import DEFAULT_BUDGETS, Budgets
from tests.fakes import ScriptedAgent, plan, step, verdict
from tests.graph.conftest import Driven


def budgets(**less: Any) -> Budgets:
    return {**DEFAULT_BUDGETS, **less}  # type: ignore[typeddict-item]


def three() -> Any:
    """Three steps one after the other, then the answer."""
    return plan(
        step("s1", "give", value=1),
        step("s2", "count", ["s1"], value=2),
        step("s3", "count", ["s2"], value=3),
        step("s4", needs=["s3"]),
    )


def asking(agent: Any, **less: Any) -> Driven:
    run = Driven(agent, budgets(**less))
    run.ask_at_edge = True
    return run


def called(run: Driven) -> list[str]:
    return [e.step for e in run.events if isinstance(e, ToolCalled)]


def test_a_yes_at_the_edge_gives_as_much_again_and_nothing_is_done_twice() -> None:
    run = asking(ScriptedAgent([three()], {"s4": [Write("Done.")]}), tool_calls=2)

    async def go() -> Any:
        await run.start()
        asked = await run.question()
        assert (asked["edge"], asked["options"]) == ("tool_calls", [GO_ON, STOP])
        assert called(run) == ["s1", "s2"]
        return await run.reply(GO_ON)

    state = asyncio.run(go())
    assert called(run) == ["s1", "s2", "s3"]
    assert state["budgets"]["tool_calls"] == 4
    assert state["answer"]["outcome"] == "answered"
    assert [e for e in run.events if isinstance(e, BudgetExtended)] == [BudgetExtended("tool_calls", 4, "u")]
    assert run.kinds().count("QuestionAsked") == run.kinds().count("QuestionAnswered") == 1


@pytest.mark.parametrize("said", [STOP, "no", "(nobody answered in time)", "yes, but no", ""])
def test_anything_but_a_yes_ends_with_what_there_is_and_says_why(said: str) -> None:
    run = asking(ScriptedAgent([three()], {"s4": [Write("Half of it.")]}), tool_calls=2)

    async def go() -> Any:
        await run.start()
        return await run.reply(said)

    state = asyncio.run(go())
    assert called(run) == ["s1", "s2"]
    assert state["answer"]["text"] == "Half of it."
    assert state["answer"]["outcome"] == "partial"
    assert "2 tool calls" in state["answer"]["reason"]
    assert [e.reply for e in run.events if isinstance(e, QuestionAnswered)] == [said]


def test_where_nobody_is_asked_it_ends_with_what_there_is() -> None:
    run = Driven(ScriptedAgent([three()], {"s4": [Write("Half of it.")]}), budgets(tool_calls=2))
    state: Any = asyncio.run(run.start())
    assert state["answer"]["outcome"] == "partial"
    assert not [e for e in run.events if isinstance(e, QuestionAsked)]
    assert [e.budget for e in run.events if isinstance(e, BudgetReached)][:1] == ["tool calls"]


def test_nobody_is_asked_when_the_budget_was_just_enough() -> None:
    run = asking(ScriptedAgent([three()], {"s4": [Write("Done.")]}), tool_calls=3)
    state: Any = asyncio.run(run.start())
    assert state["answer"]["outcome"] == "answered"
    assert not [e for e in run.events if isinstance(e, QuestionAsked)]


def test_it_is_asked_as_often_as_the_budgets_say_and_then_ends() -> None:
    many = plan(*(step(f"s{n}", "count", [f"s{n - 1}"] if n > 1 else [], value=n) for n in range(1, 9)), step("s9"))
    run = asking(ScriptedAgent([many], {"s9": [Write("Some.")]}), tool_calls=2, extensions=2)

    async def go() -> Any:
        state = await run.start()
        while await run.waits():
            state = await run.reply("yes")
        return state

    state = asyncio.run(go())
    assert len(called(run)) == 6
    assert state["extended"] == {"tool_calls": 2}
    assert state["answer"]["outcome"] == "partial"


def test_a_step_that_had_no_tokens_left_is_done_again_after_a_yes() -> None:
    made = plan(step("s1", "give"), step("s2", needs=["s1"]), step("s3", needs=["s2"]))
    agent = ScriptedAgent(
        [made], {"s2": [OverBudget("tokens", "No tokens are left."), Write("thought")], "s3": [Write("All of it.")]}
    )
    run = asking(agent, tokens=1_000)

    async def go() -> Any:
        await run.start()
        assert (await run.question())["edge"] == "tokens"
        return await run.reply(GO_ON)

    state = asyncio.run(go())
    assert state["answer"]["text"] == "All of it."
    assert state["answer"]["outcome"] == "answered"
    assert state["budgets"]["tokens"] == 2_000
    assert not state["spent"]
    assert called(run) == ["s1"]
    assert [(e.step, e.attempt) for e in run.events if isinstance(e, StepStarted)].count(("s2", 1)) == 2
    agent.finish()


def test_time_that_ran_out_can_be_extended_and_the_step_is_done_again() -> None:
    made = plan(step("s1", "give"), step("s2", "count", ["s1"]), step("s3", needs=["s2"]))
    run = asking(ScriptedAgent([made], {"s3": [Write("In time.")]}), seconds=100.0)
    run.tick = 40.0

    async def go() -> Any:
        await run.start()
        assert (await run.question())["edge"] == "seconds"
        run.tick = 0.0
        state = await run.reply(GO_ON)
        while await run.waits():
            state = await run.reply(GO_ON)
        return state

    state = asyncio.run(go())
    assert state["answer"]["text"] == "In time."
    assert state["budgets"]["seconds"] >= 200.0
    declined = asking(ScriptedAgent([made], {"s3": [Write("never")]}), seconds=100.0)
    declined.tick = 40.0

    async def stop() -> Any:
        await declined.start()
        return await declined.reply(STOP)

    assert "100 seconds" in close(asyncio.run(stop()))["reason"]


def test_one_more_plan_than_the_budget_has() -> None:
    one = lambda id: plan(step(id, "give"), step(f"{id}e", needs=[id]))  # noqa: E731
    again = verdict("replan", "it missed the point")
    agent = ScriptedAgent(
        [one("a"), one("b"), one("c")],
        {"ae": [Write("A.")], "be": [Write("B.")], "ce": [Write("C.")]},
        [verdict("accept"), again, verdict("accept"), again, verdict("accept"), verdict("finish")],
    )
    run = asking(agent, replans=1)

    async def go() -> Any:
        await run.start()
        assert (await run.question())["edge"] == "replans"
        return await run.reply("go on")

    assert asyncio.run(go())["answer"]["text"] == "C."
    agent.finish()


def test_a_plan_that_is_too_long_may_be_allowed_more_steps() -> None:
    agent = ScriptedAgent([three(), three(), three(), three()], {"s4": [Write("Done.")]})
    run = asking(agent, steps=3)

    async def go() -> Any:
        await run.start()
        assert (await run.question())["edge"] == "steps"
        return await run.reply(GO_ON)

    assert asyncio.run(go())["answer"]["outcome"] == "answered"
    agent.finish()


def test_a_step_in_the_middle_of_its_calls_goes_on_with_the_next_one() -> None:
    calls = [CallTool("give", {"value": n}) for n in (1, 2, 3)]
    agent = ScriptedAgent([plan(step("s1"))], {"s1": [*calls, Write("Three calls.")]})
    run = asking(agent, tool_calls=2)

    async def go() -> Any:
        await run.start()
        assert (await run.question())["edge"] == "tool_calls"
        return await run.reply(GO_ON)

    assert asyncio.run(go())["answer"]["text"].startswith("Three calls.")
    assert [e.args["value"] for e in run.events if isinstance(e, ToolCalled)] == [1, 2, 3]


def test_only_a_plain_yes_is_one() -> None:
    assert all(map(yes, [GO_ON, GO_ON.upper(), "Yes.", "go on", " extend "]))
    assert not any(map(yes, ["", STOP, "yes and no", "maybe", "go on holiday"]))


def test_a_day_that_is_full_ends_the_run_and_cannot_be_extended() -> None:
    run = asking(ScriptedAgent([three()], {"s4": [Write("Half of it.")]}))

    class Filling(list[Any]):
        def append(self, event: Any) -> None:
            super().append(event)
            if isinstance(event, ToolCalled) and event.step == "s2":
                run.full = "Your limit for today is used up: 2 tool calls."

    run.events = Filling()
    state: Any = asyncio.run(run.start())
    assert called(run) == ["s1", "s2"]
    assert (state["answer"]["text"], state["answer"]["outcome"]) == ("Half of it.", "partial")
    assert "limit for today" in state["answer"]["reason"]
    assert not [e for e in run.events if isinstance(e, QuestionAsked)]
