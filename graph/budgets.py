"""What a run may still use, when it has come to the edge of it, and what it changes when a person gives it as much again.

Pure functions of the state: whether a person is asked at all, and where the run goes then, is `edges.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from agents.base import Result
from graph.state import Budgets, State, merge
from graph.updates import Enlarged

NAMES = {
    "seconds": ("second", "of work for one run"),
    "tool_calls": ("tool call", "for one run"),
    "replans": ("new plan", "for one run"),
    "tokens": ("token", "of a language model for one run"),
    "money": ("US dollar", "for language models in one run"),
    "steps": ("step", "in one plan"),
}
GO_ON, STOP = "Go on with as much again", "Stop here with what there is"


def out_of_time(state: State) -> bool:
    return state["seconds"] >= state["budgets"]["seconds"]


def reached(state: State) -> str:
    """The budget that is used up, or that something needed more of than is left; "" when there is none."""
    if out_of_time(state):
        return "seconds"
    if short := state.get("spent", "") or next((_over(r) for r in _of_plan(state) if _over(r)), ""):
        return short
    if state["tool_calls"] >= state["budgets"]["tool_calls"]:
        return "tool_calls"
    if state["verdict"]["word"] == "replan" and state["replans"] >= state["budgets"]["replans"]:
        return "replans"
    too_many = state.get("oversized", 0) > state["budgets"]["steps"]
    return "steps" if too_many and state["refusals"] > state["budgets"]["refusals"] else ""


def may_be_extended(state: State) -> bool:
    """Is there somebody to be asked, and have they not said no, or yes often enough?"""
    given = sum(state.get("extended", {}).values())
    asked = state.get("ask_at_edge", False) and not state.get("declined") and not state["stopped"]
    return bool(asked) and given < state["budgets"].get("extensions", 0)


def enlarged(state: State, budget: str) -> Enlarged:
    """The update that gives the run as much again as it had at first; what failed for want of it is open again."""
    given = state.get("extended", {}).get(budget, 0)
    now = limit(state, budget)
    late = max(0.0, state["seconds"] - now) if budget == "seconds" else 0  # a call that was under way is waited for
    again = _cut_off(state)
    attempts = {s: n - 1 for s, n in state["attempts"].items() if s in again}
    more = now + late + now / (1 + given)
    budgets = cast(Budgets, {**state["budgets"], budget: more if isinstance(now, float) else round(more)})
    update: Enlarged = {
        "budgets": budgets,
        "extended": {**state.get("extended", {}), budget: given + 1},
        "spent": None,
        "results": dict.fromkeys(again),
        "checked": [s for s in state["checked"] if s not in again],
        "attempts": {s: n or None for s, n in attempts.items()},
    }
    if again:
        update["answer"] = None
    if budget == "steps":
        update["refusals"], update["oversized"] = state["budgets"]["refusals"], 0
    return update


def with_update(state: State, update: Enlarged) -> State:
    """The state as the graph would make it of such an update."""
    out: dict[str, Any] = {**state, **update, "spent": ""}
    for key in ("results", "attempts"):
        out[key] = merge(cast("dict[str, Any]", state[key]), update[key])
    return cast(State, out)


def _cut_off(state: State) -> list[str]:
    """Steps that failed because a budget was used up, and those that were skipped because of them."""
    results, out = state["results"], list[str]()
    for s in state["plan"]["steps"]:
        if (r := results.get(s["id"])) is None:
            continue
        after_one = r["status"] == "skipped" and any(n in out for n in s["needs"])
        if _over(r) or after_one:
            out.append(s["id"])
    last = state["plan"]["steps"][-1]["id"] if state["plan"]["steps"] else ""
    return [*out, last] if out and last in results and last not in out else out


def _of_plan(state: State) -> list[Result]:
    return [r for s in state["plan"]["steps"] if (r := state["results"].get(s["id"]))]


def _over(r: Result) -> str:
    """The budget for want of which the step was not done, or done by half; or ""."""
    return str(r["data"].get("over", ""))


def left_undone(state: State) -> str:
    """The budget that kept steps of the plan from being done, when the answer is written now; "" when none did."""
    budget = reached(state)
    undone = [s for s in state["plan"]["steps"][:-1] if s["id"] not in state["results"]]
    over = any(_over(r) for r in _of_plan(state))
    return budget if (undone or over) and budget not in ("replans", "steps") else ""


def limit_in_words(state: State, budget: str) -> str:
    """ "40 tool calls for one run"."""
    n, (noun, more) = limit(state, budget), NAMES[budget]
    amount = f"{n:,.2f}" if budget == "money" else f"{n:,.0f}"
    return f"{amount} {noun}{'' if n == 1 else 's'} {more}"


def limit(state: State, budget: str) -> float:
    """0: there is none."""
    return cast("Mapping[str, float]", state["budgets"]).get(budget, 0)
