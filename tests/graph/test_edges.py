"""From any reachable state every path ends within the budgets, whatever the agent decides."""

from __future__ import annotations

import asyncio
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agents.base import AgentError, CallTool, Done, HandOver, Write
from agents.errors import OverBudget
from graph.budgets import GO_ON
from graph.closing import close
from graph.edges import after_checker, after_planner, after_review, after_start, ready
from graph.results import result
from graph.state import Budgets, initial
from tests.fakes import plan, step, verdict
from tests.graph.conftest import Driven

BUDGETS = Budgets(
    steps=6,
    tool_calls=9,
    calls_per_step=3,
    attempts=2,
    replans=2,
    refusals=2,
    questions=2,
    seconds=1_000.0,
    handovers=2,
    extensions=2,
)
TOOL = st.sampled_from(["", "give", "fail", "stutter", "outside", "put", "no_such_tool"])


@st.composite
def plans(draw: Any) -> Any:
    ids = [f"s{n}" for n in range(draw(st.integers(0, 7)))]
    steps = []
    for n, id in enumerate(ids):
        needs = (
            draw(st.lists(st.sampled_from([*ids[:n], *ids[n + 1 :]] or ["s0"]), max_size=2, unique=True))
            if draw(st.integers(0, 4)) == 0
            else draw(st.lists(st.sampled_from(ids[:n]), max_size=2, unique=True))
            if n
            else []
        )
        steps.append(step(id, draw(TOOL), needs))
    if steps and draw(st.integers(0, 3)):
        steps[-1]["tool"] = ""
    made = plan(*steps)
    if draw(st.integers(0, 5)) == 0:
        made["question"], made["options"] = "Which?", ["a"]
    return made


class Whim:
    """An agent that decides anything at all."""

    name = "whim"

    def __init__(self, data: Any) -> None:
        self._data = data

    async def plan(self, brief: Any) -> Any:
        if self._data.draw(st.integers(0, 9)) == 0:
            raise AgentError("no plan today")
        return self._data.draw(plans())

    async def act(self, task: Any) -> Any:
        tool = task.step["tool"]
        if tool and not task.calls:
            return CallTool(tool, task.step["args"])
        if self._data.draw(st.integers(0, 30)) == 0:
            raise OverBudget(self._data.draw(st.sampled_from(["tokens", "day"])), "none are left")
        return self._data.draw(
            st.sampled_from(
                [
                    HandOver("analyst", "count"),
                    Done(),
                    Write("a text"),
                    Write("", outcome="not_answered"),
                    CallTool("give", {}),
                    CallTool("nope", {}),
                ]
            )
        )

    async def check(self, review: Any) -> Any:
        word = self._data.draw(st.sampled_from(["accept", "retry", "replan", "ask", "finish", "give_up"]))
        return verdict(word, "whim", list(review.finished), "And?", ["x"])


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.data())
def test_every_run_ends_within_its_budgets(data: Any) -> None:
    run = Driven(Whim(data), BUDGETS)
    run.review = data.draw(st.sampled_from(["never", "risky", "always"]))
    run.ask_at_edge, run.tick = data.draw(st.booleans()), data.draw(st.sampled_from([0.0, 9.0, 90.0]))

    async def to_the_end() -> Any:
        state, replies = await run.start(), 0
        while await run.waits():
            replies += 1
            made = run.kinds().count("PlanMade")
            assert replies <= BUDGETS["questions"] + 3 * BUDGETS["tool_calls"] + made + 3
            if asked := run.reviews.waiting():
                word, edited = data.draw(st.sampled_from(["approved", "sent_back", "withdrawn"])), data.draw(plans())
                left_out = [s["id"] for s in run.reviews.asked[asked[0]].plan["steps"][:1]]
                state = await run.reviewed(asked[0], word, plan=edited, left_out=left_out)
            elif waiting := run.desk.waiting():
                word = data.draw(st.sampled_from(["approved", "rejected", "expired"]))
                state = await run.decide(data.draw(st.sampled_from(waiting)), word)
            else:
                state = await run.reply(data.draw(st.sampled_from(["x", "yes", GO_ON])))
        return state

    state = asyncio.run(to_the_end())
    limits, extended = state["budgets"], state.get("extended", {})
    assert sum(extended.values()) <= (2 if run.ask_at_edge else 0)
    assert run.kinds().count("BudgetExtended") == sum(extended.values())
    for name in ("tool_calls", "replans", "steps"):
        assert limits[name] == BUDGETS[name] * (1 + extended.get(name, 0))
    assert state["tool_calls"] <= limits["tool_calls"]
    assert state["replans"] <= limits["replans"]
    assert state["questions"] <= BUDGETS["questions"]
    assert state["handovers"] <= limits["steps"] + 2  # steps that run at the same time may each ask once
    assert run.kinds().count("StepAdded") == state["handovers"]
    assert all(n <= BUDGETS["attempts"] for n in state["attempts"].values())
    assert run.kinds().count("PlanMade") <= 1 + limits["replans"] + BUDGETS["questions"]
    assert close(state)["text"] or state["answer"] is not None


def test_a_plan_that_is_to_be_reviewed_runs_only_after_the_review() -> None:
    state = initial("g")
    state["plan"], state["review"] = plan(step("s1", "give"), step("s2", needs=["s1"])), "you asked for it"
    assert after_planner(state) == "review"
    assert after_review(state) == "executor"
    state["plan"], state["verdict"] = plan(), verdict("replan")
    assert after_review(state) == "planner"
    state["replans"] = state["budgets"]["replans"]
    assert after_review(state) == "end"
    state["stopped"], state["replans"] = True, 0
    assert after_review(state) == "end"


def test_a_run_that_begins_with_a_plan_and_results_goes_on_with_what_is_left() -> None:
    state = initial("g")
    assert after_start(state) == "planner"
    state["plan"] = plan(step("s1", "give"), step("s2", "give", ["s1"]), step("s3", needs=["s2"]))
    state["results"] = {"s1": result("s1", text="there")}
    assert after_start(state) == "executor"
    assert [s["id"] for s in ready(state)] == ["s2"]


def test_the_edges_read_the_state_and_nothing_else() -> None:
    state = initial("g")
    assert after_planner(state) == "planner"
    state["refusals"] = 3
    assert after_planner(state) == "end"
    state["plan"] = plan(step("s1", "give"), step("s2", needs=["s1"]))
    assert after_planner(state) == "executor"
    assert [s["id"] for s in ready(state)] == ["s1"]
    state["verdict"] = verdict("give_up")
    assert [s["id"] for s in ready(state)] == ["s2"]
    assert after_checker(state) == "executor"
    state["stopped"] = True
    assert after_checker(state) == after_planner(state) == "end"
