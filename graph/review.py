"""The review node: a person sees the plan before its first step. It waits, and routes nothing: see `edges.py`.

As with approvals, the value that LangGraph resumes with only wakes the node; what was decided is read at the desk.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any

from langgraph.runtime import Runtime
from langgraph.types import interrupt

from agents.base import Plan, Result, Verdict
from graph.context import Context
from graph.events import PlanRejected, StepEnded
from graph.plans import ReviewRequest
from graph.policy import validate
from graph.results import result
from graph.state import GO_ON, NO_PLAN, State


async def review(state: State, runtime: Runtime[Context]) -> dict[str, Any]:
    """The node. It starts again from its top on resume: what stands before the wait is stored once."""
    ctx, plan = runtime.context, state["plan"]
    if ctx.stop.is_set():
        return {"stopped": True}
    if ctx.reviews is None:
        return {"review": ""}
    id = _id(ctx.run, state)
    decision = ctx.reviews.decision(id, plan)
    if decision is None:
        number, most = state.get("number", 1), state["budgets"]["steps"]
        ctx.reviews.ask(ReviewRequest(id, number, plan, [*state["results"]], most, state.get("review", "")))
        interrupt({"review": id})
        decision = ctx.reviews.decision(id, plan)
    if ctx.stop.is_set() or decision is None or decision.word == "withdrawn":
        return {"stopped": True}
    if decision.word == "sent_back":
        why = f"The user sent the plan back: {decision.reason or 'make another one'}"
        again = Verdict(word="replan", reason=why, steps=[], question="", options=[])
        return {"review": "", "plan": NO_PLAN, "problems": [why], "verdict": again}
    approved = _still_sure(decision.plan, plan, decision.left_out)
    # Days may have passed: what was allowed when it was approved need not be allowed now.
    faults = validate(
        approved,
        ctx.tools,
        max_steps=state["budgets"]["steps"],
        known=state["results"],
        rules=ctx.rules(),
        roles=ctx.roles,
    )
    if faults:
        ctx.emit(PlanRejected(faults, state.get("number", 1)))
        return {"review": "", "plan": NO_PLAN, "refusals": state["refusals"] + 1, "problems": faults}
    titles = {s["id"]: s["title"] for s in plan["steps"]}
    skipped = {s: _left_out(ctx, s, titles.get(s, s)) for s in decision.left_out}
    checked = [*state["checked"], *skipped]
    return {"review": "", "plan": approved, "results": skipped, "checked": checked, "verdict": GO_ON, "problems": []}


def _still_sure(approved: Plan, made: Plan, left_out: Sequence[str]) -> Plan:
    """What a person took out of a plan is no longer held against the run that did not do it."""
    gone = {s["tool"] for s in made["steps"] if s["id"] in left_out}
    if not gone or "sure" not in approved:
        return approved
    tools = {} if "" in gone else {n: t for n, t in approved["sure"]["tools"].items() if n not in gone}
    return {**approved, "sure": {**approved["sure"], "tools": tools}}


def _id(run: str, state: State) -> str:
    told = json.dumps([run, state.get("number", 1), state["replans"], state["plan"]], sort_keys=True, default=str)
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def _left_out(ctx: Context, step: str, title: str) -> Result:
    why = f"You left “{title}” out of the plan."
    ctx.emit(StepEnded(step, "skipped", why, 0, 0.0, 0))
    return result(step, status="skipped", error=why, attempts=0)
