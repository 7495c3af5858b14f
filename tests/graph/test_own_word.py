"""What weak models write: only what the run bears out, or what the goal asked for as free text, counts as answered."""

from __future__ import annotations

import asyncio
from typing import Any, cast

import pytest

from agents.base import Sure, Write
from graph.own_word import loops
from tests.fakes import ScriptedAgent, plan, step, verdict


def made(*steps: Any, talk: Any = "", tools: dict[str, str] | None = None, whole: bool = False) -> Any:
    sure = Sure(tools=tools or {}, whole=whole, talk=talk)
    return cast(Any, {**plan(*steps), "by": "weak-model", "sure": sure})


def outcome(drive: Any, goal: str, text: str, talk: Any = "", found: bool = False) -> tuple[str, str]:
    """What a run ends with whose model wrote `text`, both times when it is sent back."""
    steps = [step("s1", "give", value=7), step("s2", needs=["s1"])] if found else [step("s2")]
    agent = ScriptedAgent([made(*steps, talk=talk)], {"s2": [Write(text), Write(text)]})
    d = drive(agent)
    answer = (asyncio.run(d.start(goal)))["answer"]
    return answer["outcome"], answer["reason"]


@pytest.mark.parametrize(
    "text",
    [
        "The notice is a notice of the period of the one that it is in.",  # words of the question, no answer
        "I'm a helpful assistant and I'm here to help you with the world.",
        "asdf qwer zxcv uiop",
        "Yes.",
        "Done.",
        "The answer is as follows:",
        "It is good to be kind to people and to love them.",
        "The notice period is 30 days.",
        "The documents do not mention it.",
        "# Notice period\n\n**Answer**",
    ],
)
@pytest.mark.parametrize("found", [False, True])
def test_a_question_is_not_answered_by_words_that_nothing_bears_out(drive, text, found):
    said, why = outcome(drive, "What is the notice period?", text, found=found)
    assert said == "partial", text
    assert why


def test_what_a_source_says_about_the_goal_is_an_answer(drive):
    assert (outcome(drive, "What is the value?", "The value is 7 [s1.1].", found=True))[0] == "answered"


def test_what_a_source_says_about_something_else_is_none(drive):
    said, why = outcome(drive, "Who was Ada Lovelace?", "The value is 7 [s1.1].", found=True)
    assert (said, why != "") == ("partial", True)


@pytest.mark.parametrize(
    ("goal", "text", "talk", "expected"),
    [
        ("Hello", "Good morning to you! How can I help?", "chat", "answered"),
        ("Hello", "The Eiffel Tower is 330 metres tall.", "chat", "partial"),
        ("Write a poem about the sea", "The sea is deep, the sea is blue, and it is calling me and you.", "text", "answered"),
        ("Write a poem about the sea", "You are a helpful assistant who is asked to make a plan.", "text", "partial"),
        ("Write a poem about the sea", "the sea is the sea and " * 30, "text", "partial"),
    ],
)  # fmt: skip
def test_words_of_its_own_count_where_the_goal_asks_for_them(drive, goal, text, talk, expected):
    assert (outcome(drive, goal, text, talk))[0] == expected


def test_a_bare_done_is_enough_when_something_was_done(drive):
    agent = ScriptedAgent([made(step("s1", "put"), step("s2", needs=["s1"]))], {"s2": [Write("Done.")]})
    assert (asyncio.run(drive(agent).start("Put it there")))["answer"]["outcome"] == "answered"


def test_a_plan_that_leaves_a_tool_out_goes_back_once_and_then_to_the_built_in_agent(drive):
    sure = {"tools": {"put": "Put it there"}, "whole": True}
    built_in = plan(step("s3", "put"), step("s4", needs=["s3"]))
    agent = ScriptedAgent(
        [made(step("s1"), **sure), made(step("s2"), **sure), built_in],
        {"s1": [Write("It is there.")], "s2": [Write("It is there.")], "s4": [Write("Put.")]},
    )
    state = asyncio.run(drive(agent).start("Put it there"))
    agent.finish()
    assert state["answer"]["outcome"] == "answered"
    assert [bool(b.instead) for b in agent.briefs] == [False, False, True]
    assert "the tool put" in agent.briefs[1].problems[-1]


def test_with_no_plan_left_the_answer_says_what_was_not_done(drive):
    from graph.state import DEFAULT_BUDGETS

    agent = ScriptedAgent(
        [made(step("s1"), tools={"put": "Put it there"}, whole=True)], {"s1": [Write("It is there.")]}
    )
    d = drive(agent, {**DEFAULT_BUDGETS, "replans": 0})
    answer = (asyncio.run(d.start("Put it there")))["answer"]
    assert (answer["outcome"], answer["reason"]) == (
        "partial",
        "This goal needs “Put it there” (the tool put), and no step did that.",
    )


def test_what_was_written_is_never_written_again_for_the_sake_of_another_tool(drive):
    sure = {"tools": {"put": "Put it there", "post": "Send it"}, "whole": True}
    agent = ScriptedAgent(
        [made(step("s1", "put"), step("s2", needs=["s1"]), **sure)], {"s2": [Write("Put.")]}, [verdict("finish")]
    )
    d = drive(agent)
    answer = (asyncio.run(d.start("Put it there and send it")))["answer"]
    assert answer["outcome"] == "partial"
    assert "the tool post" in answer["reason"]
    assert d.kinds().count("PlanMade") == 1


def test_why_a_tool_failed_is_told_with_the_models_own_reason(drive):
    agent = ScriptedAgent(
        [made(step("s1", "fail"), step("s2", needs=["s1"]))],
        {"s2": [Write("It was not found.", "not_answered", "nothing came back.")]},
    )
    answer = asyncio.run(drive(agent).start("Look it up"))["answer"]
    assert answer["reason"] == "nothing came back. “Step s1” did not work out: This tool always fails."


def test_what_the_answer_tells_of_a_failed_tool_is_not_told_again_in_the_reason(drive):
    agent = ScriptedAgent(
        [made(step("s1", "fail"), step("s2", needs=["s1"]))],
        {"s2": [Write("The price is not known. This tool always fails.", "not_answered", "nothing came back.")]},
    )
    answer = asyncio.run(drive(agent).start("Look it up"))["answer"]
    assert answer["reason"] == "nothing came back."


def test_a_text_that_loops_is_told_from_one_with_a_chorus():
    chorus = "Row, row, row your boat, gently down the stream. "
    verses = " ".join(
        f"Verse number {i} tells of another {w} day on the long water."
        for i, w in enumerate(["red", "green", "blue", "grey", "gold"])
    )
    assert not loops(chorus * 2 + verses)
    assert loops(chorus * 20)
