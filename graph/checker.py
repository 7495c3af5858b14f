"""The checker node: deterministic checks first, then the agent's word. It routes nothing: see `edges.py`.

Of a step: did it fail, is it empty? Of the answer: every claim against its source (`grounding.py`). What stays
unsupported is marked, never hidden.
"""

from __future__ import annotations

import asyncio
from typing import Any, cast

from langgraph.runtime import Runtime

from agents.base import AgentError, Outcome, Result, Review, Verdict
from graph.asked import answers, expects
from graph.context import Context
from graph.edges import closing, doomed, exhausted, may_retry, ready
from graph.events import AnswerChecked, BudgetReached, QuestionAsked, StepChecked, StepEnded
from graph.grounding import ground
from graph.quotes import narrowed
from graph.results import call_key, result, whole
from graph.state import GO_ON, Answer, State

ASKED_FOR = {
    "date": "a date",
    "number": "a number",
    "money": "an amount",
    "person": "a name",
    "duration": "a length of time",
    "percent": "a percentage",
}


async def checker(state: State, runtime: Runtime[Context]) -> dict[str, Any]:
    ctx = runtime.context
    finished = [s for s in state["results"] if s not in state["checked"]]
    update: dict[str, Any] = {"checked": [*state["checked"], *finished], "seconds": ctx.elapsed()}
    if ctx.stop.is_set():
        return {**update, "stopped": True}
    if not finished:
        return {**update, "verdict": GO_ON}
    results = await asyncio.to_thread(whole, ctx.record, ctx.run, state["results"])
    faults = [f for s in finished for f in _faults(results[s])]
    answer = await asyncio.to_thread(_answer, state, ctx, results)
    review = Review(
        goal=state["goal"],
        plan=state["plan"],
        results=results,
        finished=finished,
        faults=faults,
        answer=answer["text"] if answer else "",
        outcome=answer["outcome"] if answer else "",
        claims=answer["claims"] if answer else [],
        replans_left=state["budgets"]["replans"] - state["replans"],
        now=ctx.now,
    )
    try:
        verdict = await ctx.agent.check(review)
    except AgentError as e:
        verdict = Verdict(
            word="finish" if answer else "accept", reason=f"Not reviewed: {e}", steps=[], question="", options=[]
        )
    return {**update, **_apply(state, ctx, verdict, answer, finished, faults)}


def _faults(r: Result) -> list[str]:
    if r["status"] == "failed":
        return [r["error"]]
    if r["status"] == "ok" and not r["text"].strip() and not r["data"]:
        return ["The step produced nothing."]
    return []


def _answer(state: State, ctx: Context, results: dict[str, Result]) -> Answer | None:
    last = results.get(state["plan"]["steps"][-1]["id"])
    if last is None or last["status"] != "ok":
        return None
    data = dict(last["data"])
    outcome = cast(Outcome, data.pop("outcome", "answered"))
    grounded = ground(last["text"], _evidence(ctx, results), ctx.memory.embed, state["goal"])
    reason = last["note"]
    asked = expects(state["goal"])
    if outcome == "answered" and asked in ASKED_FOR and not answers(asked, grounded.text):
        outcome, reason = "partial", f"You asked for {ASKED_FOR[asked]}, and the answer gives none."
    return Answer(
        text=grounded.text,
        outcome=outcome,
        reason=reason,
        claims=[*grounded.claims],
        sources=narrowed(grounded.sources, grounded.claims),
        data=data,
    )


def _evidence(ctx: Context, results: dict[str, Result]) -> dict[str, Result]:
    """What tools returned, and nothing that an agent wrote: a text is no evidence for itself."""
    out: dict[str, Result] = {}
    for step, r in results.items():
        if "outcome" not in r["data"]:
            out[step] = r
            continue
        number = 0
        while called := ctx.record.load(call_key(ctx.run, step, number)):
            out[f"{step}#{number}"] = cast(Result, called)
            number += 1
    return out


def _apply(
    state: State, ctx: Context, verdict: Verdict, answer: Answer | None, finished: list[str], faults: list[str]
) -> dict[str, Any]:
    """What the verdict means for the state. A retry is granted only while attempts are left."""
    ctx.emit(StepChecked(finished, verdict["word"], verdict["reason"], faults))
    update: dict[str, Any] = {"verdict": verdict, "answer": answer}
    again = (
        [s for s in verdict["steps"] if s in state["results"] and may_retry(state, s)]
        if verdict["word"] == "retry"
        else []
    )
    if again:
        update["results"] = dict.fromkeys(again)
        update["checked"] = [s for s in [*state["checked"], *finished] if s not in again]
        update["problems"] = [verdict["reason"]]
        update["answer"] = None
    if verdict["word"] == "replan":
        update["problems"] = [*faults, verdict["reason"]]
    if verdict["word"] == "ask" and state["questions"] < state["budgets"]["questions"]:
        ctx.emit(QuestionAsked(verdict["question"], verdict["options"]))
    after = cast(
        State, {**state, "verdict": verdict, "results": {k: v for k, v in state["results"].items() if k not in again}}
    )
    skipped = {} if again else {s["id"]: _skip(ctx, s["id"]) for s in doomed(after)}
    if skipped:
        update["results"] = {**update.get("results", {}), **skipped}
        update["checked"] = [*update.get("checked", [*state["checked"], *finished]), *skipped]
        after["results"] = {**after["results"], **skipped}
    if answer and not again and _is_final(after):
        ctx.emit(AnswerChecked(**answer))
    _tell_budget(after, ctx)
    return update


def _skip(ctx: Context, step: str) -> Result:
    why = "Not done, because a step that it needs failed."
    ctx.emit(StepEnded(step, "skipped", why, 0, 0.0, 0))
    return result(step, status="skipped", error=why, attempts=0)


def _is_final(state: State) -> bool:
    word = state["verdict"]["word"]
    asks_on = word == "ask" and state["questions"] < state["budgets"]["questions"]
    replans = word == "replan" and state["replans"] < state["budgets"]["replans"]
    return not asks_on and not replans and not ready(state)


def _tell_budget(state: State, ctx: Context) -> None:
    if budget := exhausted(state):
        ctx.emit(BudgetReached(budget, state["budgets"]["seconds"]))
    elif state["tool_calls"] >= state["budgets"]["tool_calls"]:
        ctx.emit(BudgetReached("tool calls", state["budgets"]["tool_calls"]))
    elif state["verdict"]["word"] == "replan" and closing(state):
        ctx.emit(BudgetReached("replans", state["budgets"]["replans"]))
