"""The planner node: recall, ask the agent for a plan, validate it. It routes nothing: see `edges.py`."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import cast

from langgraph.runtime import Runtime
from langgraph.types import interrupt

from agents.base import AgentError, Brief, Plan, Turn, Verdict
from agents.errors import OverBudget
from graph.asking import Heard, Stopped, ask
from graph.context import Context
from graph.events import PlanMade, PlanRejected, QuestionAnswered, QuestionAsked, Recalled
from graph.gate import taint_of_brief
from graph.plans import renamed, wanted
from graph.policy import decide, validate
from graph.results import whole
from graph.state import GO_ON, NO_PLAN, State
from graph.updates import PlannerUpdate
from tools.scope import scope_of


async def planner(state: State, runtime: Runtime[Context]) -> PlannerUpdate:
    ctx = runtime.context
    replies, questions = state["replies"], state["questions"]
    if state["verdict"]["word"] == "ask":
        # The node starts again from its top on resume, so nothing with an effect may stand before this line.
        question = state["verdict"]["question"]
        reply = str(interrupt({"question": question, "options": state["verdict"]["options"]}))
        ctx.emit(QuestionAnswered(question, reply))
        replies, questions = [*replies, [question, reply]], questions + 1
    if ctx.stop.is_set():
        return {"stopped": True}

    began = ctx.elapsed()
    brief = await asyncio.to_thread(_recall, state, ctx, replies)
    counts = len(brief.passages), len(brief.facts), len(brief.turns)
    ctx.emit(Recalled(*counts, round(ctx.elapsed() - began, 3), len(brief.episodes)))
    replanned = state["replans"] + (state["verdict"]["word"] == "replan")
    common: PlannerUpdate = {
        "replies": replies,
        "questions": questions,
        "replans": replanned,
        "verdict": GO_ON,
        "oversized": 0,
        "tainted": taint_of_brief(ctx, brief),
        "seconds": ctx.elapsed(),
    }
    number = state["refusals"] + replanned + questions + 1
    heard = Heard(ctx)
    try:
        plan = await ask(ctx, state, heard, ctx.agent.plan(replace(brief, report=heard)))
    except Stopped:
        return {**heard.update(), "stopped": True}
    except OverBudget as e:
        return {**common, **heard.update(), **_refused(state, ctx, [str(e)], number), "spent": e.what}
    except AgentError as e:
        return {**common, **heard.update(), **_refused(state, ctx, [str(e)], number)}
    common = {**common, **heard.update(), "seconds": ctx.elapsed()}
    if plan.get("question") and questions < state["budgets"]["questions"]:
        return {**common, "verdict": _ask(ctx, plan)}
    plan = _fresh_ids(plan, taken=set(state["results"]), number=number)
    if faults := validate(
        plan, ctx.tools, max_steps=state["budgets"]["steps"], known=state["results"], rules=ctx.rules(), roles=ctx.roles
    ):
        return {**common, **_refused(state, ctx, faults, number), "oversized": len(plan["steps"])}
    ctx.emit(PlanMade(plan, number, round(ctx.elapsed() - began, 3)))
    made: PlannerUpdate = {"plan": plan, "number": number, "review": wanted(ctx.review, plan, ctx.tools, ctx.rules())}
    return {**common, **made, "refusals": 0, "problems": [], "seconds": ctx.elapsed()}


def _recall(state: State, ctx: Context, replies: list[list[str]]) -> Brief:
    goal, rules = state["goal"], ctx.rules()
    documents = ctx.memory.documents()
    scope = scope_of(goal, documents, ctx.now)
    within = [*scope.documents] if scope and scope.documents else None
    return Brief(
        goal=goal,
        user=ctx.user,
        now=ctx.now,
        tools={n: t for n, t in ctx.tools.items() if decide(t, tainted=False, rules=rules, sends="").word != "deny"},
        turns=[cast(Turn, Turn(**t)) for t in state["turns"]],  # type: ignore[arg-type]
        documents=documents,
        tables=ctx.memory.tables(),
        passages=ctx.memory.search(goal, documents=within),
        facts=ctx.memory.facts(goal, k=5),
        attached=state["attached"],
        results=whole(ctx.record, ctx.run, state["results"]),
        problems=state["problems"],
        replies=[(q, r) for q, r in replies],
        max_steps=state["budgets"]["steps"],
        earlier=state.get("earlier", ""),
        allowance=ctx.allowance,
        episodes=ctx.episodes(goal),
        text=ctx.memory.text,
        off=ctx.off,
        withheld=ctx.withheld,
        instead=state.get("instead", ""),
    )


def _ask(ctx: Context, plan: Plan) -> Verdict:
    question, options = plan.get("question", ""), plan.get("options", [])
    ctx.emit(QuestionAsked(question, options))
    return Verdict(word="ask", reason=plan["note"], steps=[], question=question, options=options)


def _refused(state: State, ctx: Context, reasons: list[str], number: int) -> PlannerUpdate:
    ctx.emit(PlanRejected(reasons, number))
    return {"plan": NO_PLAN, "refusals": state["refusals"] + 1, "problems": reasons}


def _fresh_ids(plan: Plan, taken: set[str], number: int) -> Plan:
    """Steps of a second plan get ids of their own, so that the first plan's results stay what they were."""
    if not taken & {s["id"] for s in plan["steps"]}:
        return plan
    ids = {s["id"]: f"p{number}{s['id']}" for s in plan["steps"]}
    return cast(Plan, {**plan, "steps": renamed(plan["steps"], ids)})
