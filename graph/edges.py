"""The orchestrator: every way a run can go, as pure functions of its state.

No model call, no I/O, no clock. The nodes decide nothing about order, retries or budgets; they write what happened into
the state, and these functions read it. Each cycle through the graph uses up something bounded (a step, an attempt, a
tool call, a replan, a refusal, a question, an extension), so every path ends.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from langgraph.types import Send

from agents.base import Result, Step
from graph.budgets import enlarged, may_be_extended, out_of_time, reached, with_update
from graph.state import State

Next = Literal["planner", "review", "executor", "extend", "end"]


def after_start(state: State) -> Next:
    """To the planner, unless the run begins with a plan and results of an earlier run."""
    return course(state) if state["plan"]["steps"] else "planner"


def after_planner(state: State) -> Next:
    return "extend" if at_edge(state) else _planned(state)


def after_review(state: State) -> Next:
    return "extend" if at_edge(state) else _reviewed(state)


def after_checker(state: State) -> Next:
    return "extend" if at_edge(state) else _checked(state)


def after_extend(state: State) -> Next:
    """Where the run would have gone, had the budget been what it is now; or, when nobody wants more, to its end."""
    return "extend" if at_edge(state) else course(state)


def at_edge(state: State) -> str:
    """The budget that alone keeps the run from going on, when somebody is to be asked whether to extend it; else "".

    There is more to do when the run would take another course with more of it.
    """
    budget = reached(state) if may_be_extended(state) else ""
    if not budget or budget == "day":
        return ""
    more = with_update(state, enlarged(state, budget))
    if budget == "tool_calls" and state["pending"]:
        return budget  # a step is in the middle of its calls
    return budget if _ahead(more) != _ahead(state) else ""


def _ahead(state: State) -> tuple[Next, list[str]]:
    to = course(state)
    return to, [s["id"] for s in ready(state)] if to == "executor" else []


def course(state: State) -> Next:
    """Where the run goes from here, whichever node was the last."""
    if not state["plan"]["steps"]:
        return _reviewed(state) if state["verdict"]["word"] == "replan" else _planned(state)
    return _planned(state) if state.get("review") else _checked(state)


def _planned(state: State) -> Next:
    if state["stopped"] or exhausted(state):
        return "end"
    if state["verdict"]["word"] == "ask":
        return "planner"  # the planner waits there for the reply
    if state["plan"]["steps"]:
        return "review" if state.get("review") else "executor"
    if state.get("spent"):
        return "end"
    return "planner" if state["refusals"] <= state["budgets"]["refusals"] else "end"


def _reviewed(state: State) -> Next:
    if state["stopped"] or exhausted(state):
        return "end"
    if state["plan"]["steps"]:
        return "executor"
    if state["verdict"]["word"] == "replan":  # the user sent it back
        return "planner" if may_replan(state) else "end"
    return "planner" if state["refusals"] <= state["budgets"]["refusals"] else "end"


def _checked(state: State) -> Next:
    if state["stopped"] or exhausted(state):
        return "end"
    word = state["verdict"]["word"]
    if word == "ask" and state["questions"] < state["budgets"]["questions"]:
        return "planner"
    if word == "replan" and may_replan(state):
        return "planner"
    return "executor" if ready(state) else "end"


def exhausted(state: State) -> str:
    """The budget that stops everything, or ""."""
    return "seconds" if out_of_time(state) else ""


def closing(state: State) -> bool:
    """No further work may start; only the answer is still to be written, from what is there."""
    word, budgets = state["verdict"]["word"], state["budgets"]
    return (
        word in ("finish", "give_up")
        or (word == "replan" and not may_replan(state))
        or (word == "ask" and state["questions"] >= budgets["questions"])
        or state["tool_calls"] >= budgets["tool_calls"]
        or bool(state.get("spent"))
    )


def ready(state: State) -> list[Step]:
    """The steps that can run now: not finished, everything they need is. The answer is written last, and even when a
    step that it needs has failed: a partial answer with the reason is better than none."""
    steps, results = state["plan"]["steps"], state["results"]
    if not steps or steps[-1]["id"] in results:
        return []
    last = steps[-1]
    if closing(state):
        return [last]
    waiting = [s for s in steps[:-1] if s["id"] not in results]
    able = [s for s in waiting if _able(s, results)]
    if able:
        # Each task makes at most one call, so a batch never passes the budget of calls.
        return able[: state["budgets"]["tool_calls"] - state["tool_calls"]]
    return [last] if all(n in results for n in [*last["needs"], *last.get("asked", [])]) else []


def _able(step: Step, results: Mapping[str, Result]) -> bool:
    """All that it needs came out well, and all that it asked of others came out somehow."""
    needed = all(n in results and results[n]["status"] == "ok" for n in step["needs"])
    return needed and all(n in results for n in step.get("asked", []))


def doomed(state: State) -> list[Step]:
    """Steps that can never run, because one that they need failed or was skipped."""
    results, out = state["results"], set[str]()
    for _ in state["plan"]["steps"]:
        for s in state["plan"]["steps"][:-1]:
            failed = any(n in out or (n in results and results[n]["status"] != "ok") for n in s["needs"])
            if failed and s["id"] not in results:
                out.add(s["id"])
    return [s for s in state["plan"]["steps"] if s["id"] in out]


def may_replan(state: State) -> bool:
    return state["replans"] < state["budgets"]["replans"] and not state.get("spent")


def may_hand_over(state: State) -> bool:
    budgets = state["budgets"]
    return state["handovers"] < budgets.get("handovers", 0) and not closing(state)


def may_retry(state: State, step: str) -> bool:
    return state["attempts"].get(step, 0) < state["budgets"]["attempts"] and not closing(state)


def dispatch(state: State, to: Next) -> list[Send] | str:
    """How a `Next` is told to LangGraph: one `Send` task for each ready step (two approvals in one task would execute
    the first action twice: measured)."""
    if to == "executor":
        return [Send("executor", {**state, "step": s["id"]}) for s in ready(state)]
    return "__end__" if to == "end" else to
