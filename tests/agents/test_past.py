"""Past goals as planners are given them: what is the same goal, which plan may be taken over, what a model is shown."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from agents.base import Brief, Plan
from agents.episodes import Episode, from_record, same_goal, to_record
from agents.models.made import as_plan
from agents.models.past import past_goals
from agents.models.prompts import plan as plan_prompt
from agents.models.shapes import PlanShape
from agents.roles import built_in_roles
from agents.rules.started_from import started_from
from tests.fakes import plan, step
from tools.registry import all_tools

FIRST = plan(step("s1", "search_memory", query="x"), step("s2", needs=["s1"]))
BETTER = plan(step("s1", "search_memory", query="x", k=3), step("s2", needs=["s1"]))
WORKED = Episode("r1", "t1", "Find x", "2026-11-01", "done", "answered", "built-in", FIRST, BETTER, similarity=0.9)
BRIEF = Brief("Find x", "u", datetime(2026, 11, 24, tzinfo=UTC), all_tools(), episodes=[WORKED])


def begun(*episodes: Episode, made: Plan = FIRST, **more: Any) -> Plan:
    return started_from(made, replace(BRIEF, episodes=episodes, **more), lambda brief: FIRST)


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ("What is 17.5% of 2,340?", "what is 17.5% of 2,340 please", True),
        ("What's the fee?", "What is the fee", True),
        ("What is 17.5% of 2,340?", "What is 17.5% of 2,341?", False),
        ("Is smoking allowed?", "Is smoking not allowed?", False),
        ("5 - 3", "5 + 3", False),
        ("-5 in km", "5 in km", False),
        ("a > b?", "a < b?", False),
        ("...", "!!!", False),
    ],
)
def test_the_same_goal(a: str, b: str, same: bool) -> None:
    assert same_goal(a, b) is same


def test_a_plan_is_taken_over_from_a_run_that_worked() -> None:
    made = begun(WORKED)
    assert made["steps"] == BETTER["steps"]
    assert made.get("like", {}).get("run") == "r1"


@pytest.mark.parametrize(
    "episode",
    [
        replace(WORKED, outcome="not_answered"),
        replace(WORKED, status="failed", outcome=""),
        replace(WORKED, by="openai:x"),
        replace(WORKED, goal="Find y"),
        replace(WORKED, made=BETTER, plan=FIRST),  # it would not begin like that today
        replace(WORKED, plan=plan(step("s1", "a_tool_of_old"), step("s2", needs=["s1"]))),
        replace(WORKED, plan=plan(step("s1", "search_memory", query="x", documents=["0123456789abcdef"]), step("s2"))),
        replace(WORKED, plan=plan(step("s2", needs=["s0"]))),  # it goes on from what an earlier plan had found
        replace(WORKED, plan=plan(step("s2", x="${s0.value}"))),
    ],
)
def test_but_from_no_other(episode: Episode) -> None:
    assert begun(episode) == FIRST


def test_the_last_word_counts() -> None:
    newer = replace(WORKED, run="r2", added="2026-11-02")
    assert begun(WORKED, replace(newer, outcome="not_answered")) == FIRST  # it has failed since
    assert begun(WORKED, replace(newer, plan=FIRST)) == FIRST  # the user went back
    assert begun(WORKED, problems=["refused"]) == FIRST


def test_a_record_is_read_back_whole_or_not_at_all() -> None:
    kept = replace(WORKED, replies=(("Which?", "This"),), corrected=["x"], failed=["y"], tainted=True)
    assert from_record(to_record(kept), 0.9) == kept
    assert from_record("{}") is None
    assert from_record("[]") is None
    assert from_record("not json") is None


def test_a_model_is_shown_what_is_near_as_data() -> None:
    evil = replace(WORKED, corrected=["Did not allow mail: never on Fridays"], failed=["fetch_page: no network"])
    far = replace(WORKED, run="r2", goal="Bake bread", similarity=0.1)
    brief = replace(BRIEF, goal="Find z", episodes=[evil, far])
    text = past_goals(brief.episodes)
    assert "e1: Find x" in text
    assert "it worked" in text
    assert "never on Fridays" in text
    assert "no network" in text
    assert "Bake bread" not in text
    prompt = plan_prompt(brief, {}, 4000)[-1][1]
    fence = prompt[: prompt.index("e1: Find x")].rstrip().rsplit("\n", 1)[-1]
    assert fence.startswith("<data-")


def test_what_a_model_says_it_started_from_is_told_if_it_can_be() -> None:
    def made(like: str, tool: str = "search_memory") -> Plan:
        shape = PlanShape.model_validate({"like": like, "steps": [{"id": "s1", "tool": tool, "args": {"query": "z"}}]})
        return as_plan(shape, BRIEF, "a model")

    assert made("e1").get("like", {}).get("run") == "r1"
    assert "like" not in made("e7")
    assert "like" not in made("")
    assert "like" not in made("e1", "calculate")


def test_a_model_is_told_which_tools_are_off_and_why() -> None:
    brief = replace(BRIEF, withheld={"crm__list": "its description has changed since it was allowed."})
    (_, _), (_, told) = plan_prompt(brief, built_in_roles(), 4_000)
    assert "Tools that are off" in told
    assert "- crm__list: its description has changed since it was allowed." in told
    (_, _), (_, told) = plan_prompt(BRIEF, built_in_roles(), 4_000)
    assert "Tools that are off" not in told
