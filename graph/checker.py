"""The checker node: deterministic checks first, then the agent's word. It routes nothing: see `edges.py`.

Of a step: did it fail, is it empty? Of the answer: every claim against its source (`claims`). What stays
unsupported is marked, never hidden.
"""

from __future__ import annotations

import asyncio
from typing import cast

from langgraph.runtime import Runtime

from agents.base import AgentError, Outcome, Result, Review, Step, Verdict
from agents.errors import OverBudget
from graph.asked import answers, expects
from graph.asking import Heard, Stopped, ask
from graph.budgets import left_undone, limit_in_words
from graph.claims.grounding import ground
from graph.context import Context
from graph.demanded import Missing, has_changed, missing, not_done, sent_back, with_cause
from graph.edges import closing, doomed, exhausted, may_replan, may_retry, ready
from graph.events import AnswerChecked, BudgetReached, QuestionAsked, StepAdded, StepChecked, StepEnded
from graph.own_word import from_memory, hollow
from graph.plan_fold import with_step
from graph.quotes import narrowed
from graph.results import evidence_of, result, whole
from graph.state import GO_ON, Answer, State
from graph.updates import CheckerUpdate
from tools.base import Source

ABOUT_THE_TURN_BEFORE = ("explain", "retell")  # intents whose answer tells an earlier one again
ASKED_FOR = {
    "date": "a date",
    "number": "a number",
    "money": "an amount",
    "person": "a name",
    "duration": "a length of time",
    "percent": "a percentage",
}


async def checker(state: State, runtime: Runtime[Context]) -> CheckerUpdate:
    ctx = runtime.context
    if ctx.stop.is_set():
        return {"seconds": ctx.elapsed(), "stopped": True}  # what came in is checked when the run goes on
    handed = {s: r for s, r in state["results"].items() if "hand_over" in r["data"]}
    if handed:
        state, changed = _add_steps(state, ctx, handed)
    else:
        changed = CheckerUpdate()
    finished = [s for s in state["results"] if s not in state["checked"]]
    update: CheckerUpdate = {"checked": [*state["checked"], *finished], "seconds": ctx.elapsed()}
    if not finished:
        return {**update, **changed, "verdict": GO_ON}
    heard = Heard(ctx)
    results = await asyncio.to_thread(whole, ctx.record, ctx.run, state["results"])
    faults = [f for s in finished for f in _faults(results[s])]
    answer, lacks = await asyncio.to_thread(_answer, state, ctx, results)
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
        report=heard,
        allowance=ctx.allowance,
    )
    spent: CheckerUpdate = {"spent": "day"} if ctx.full() else {}
    without, counted = sent_back(state, lacks, ctx.tools)
    try:
        verdict = without or _send_back(state, answer) or await ask(ctx, state, heard, ctx.agent.check(review))
    except Stopped:
        return {**changed, **heard.update(), "stopped": True}
    except AgentError as e:
        verdict = Verdict(
            word="finish" if answer else "accept", reason=f"Not reviewed: {e}", steps=[], question="", options=[]
        )
        spent = {"spent": e.what} if isinstance(e, OverBudget) else spent
    applied = _apply(cast(State, {**state, **spent}), ctx, verdict, answer, finished, faults)
    out: CheckerUpdate = {**changed, **update, **counted, **applied, **heard.update(), **spent}
    if results_too := {**changed.get("results", {}), **applied.get("results", {})}:
        out["results"] = results_too
    return out


def _add_steps(state: State, ctx: Context, handed: dict[str, Result]) -> tuple[State, CheckerUpdate]:
    """Each hand-over becomes a step of its own before the step that asked; that one is open again."""
    plan = state["plan"]
    for asking, r in handed.items():
        before = next(s for s in plan["steps"] if s["id"] == asking)
        wanted = cast(dict[str, str], r["data"]["hand_over"])
        id = f"{asking}h{len(before.get('asked', [])) + 1}"
        why = f"Step {asking} asked for it."
        new = Step(
            id=id, title=wanted["what"][:200], role=wanted["role"], tool="", args={}, needs=before["needs"], reason=why
        )
        plan = with_step(plan, new, asking)
        ctx.emit(StepAdded(new, asking))
    changed: CheckerUpdate = {"plan": plan, "results": dict.fromkeys(handed)}
    left = {k: v for k, v in state["results"].items() if k not in handed}
    return cast(State, {**state, "plan": plan, "results": left}), changed


def _send_back(state: State, answer: Answer | None) -> Verdict | None:
    """A model's answer with claims that nothing supports goes back to who wrote it, once."""
    last = state["plan"]["steps"][-1]["id"]
    if not answer or not may_retry(state, last) or state["attempts"].get(last, 0) > 1:
        return None
    if not (bad := from_memory(state, answer["claims"])):
        return None
    lines = [f"“{c['text'][:300]}”: {c['reason'] or 'no source says so'}" for c in bad[:12]]
    reason = (
        "No source of this run supports these sentences; correct them from the material, cite what supports them, "
        "or leave them out: " + " ".join(f"({i}) {x}" for i, x in enumerate(lines, 1))
    )
    return Verdict(word="retry", reason=reason, steps=[last], question="", options=[])


def _faults(r: Result) -> list[str]:
    if r["status"] == "failed":
        return [r["error"]]
    if r["status"] == "ok" and not r["text"].strip() and not r["data"]:
        return ["The step produced nothing."]
    return []


def _answer(state: State, ctx: Context, results: dict[str, Result]) -> tuple[Answer | None, Missing | None]:
    """The answer, once it is written; and what it was made without, though the goal needs it."""
    last = results.get(state["plan"]["steps"][-1]["id"])
    if last is None or last["status"] != "ok":
        return None, None
    data = dict(last["data"])
    outcome = cast(Outcome, data.pop("outcome", "answered"))
    known = {**evidence_of(ctx, results), **_before(state)}
    grounded = ground(last["text"], known, ctx.memory.embed, state["goal"])
    data.pop("over", None)
    reason = last["note"]
    if outcome == "answered" and (short := left_undone(state)):
        why = ctx.full() if short == "day" else f"The limit of {limit_in_words(state, short)} was reached."
        outcome, reason = "partial", f"{why} Not every step was done."
    asked = expects(state["goal"])
    if outcome == "answered" and asked in ASKED_FOR and not answers(asked, grounded.text):
        outcome, reason = "partial", f"You asked for {ASKED_FOR[asked]}, and the answer gives none."
    answer = Answer(
        text=grounded.text,
        outcome=outcome,
        reason=reason,
        claims=[*grounded.claims],
        sources=narrowed(grounded.sources, grounded.claims),
        data=data,
    )
    lacks = missing(state, answer, ctx.tools, ctx.memory.documents())
    if outcome == "answered":
        done = has_changed(state, ctx.tools)
        if why := not_done(state, lacks, ctx.tools) or hollow(state, answer, ctx.memory.embed, done):
            answer["outcome"], answer["reason"] = "partial", why
    elif last["data"].get("outcome", "answered") != "answered":
        answer["reason"] = with_cause(state, reason, answer["text"])
    said = f"{answer['text']}\n{answer['reason']}"  # what it says is not told a second time
    if notes := [n for n in dict.fromkeys(state.get("notes", [])) if n not in said]:
        data["notes"] = [*notes]
    return answer, lacks


def _before(state: State) -> dict[str, Result]:
    """The turn before, for an answer about it ("why?"): the steps of its run, and the sources that its answer cites."""
    if state["plan"]["intent"] not in ABOUT_THE_TURN_BEFORE or not state["turns"]:
        return {}
    turn = state["turns"][-1]
    told = [turn["goal"], turn["answer"]]
    for s, r in ((s, r) for s in turn["steps"] for r in turn["results"] if r["step"] == s["id"]):
        told += [str(s["title"]), r["text"], str(r["data"].get("expression") or ""), str(r["data"].get("sql") or "")]
    sources = [cast(Source, {**s, "id": f"before.{n}"}) for n, s in enumerate(turn.get("sources", []), 1)]
    blank = Result(step="before", status="ok", text="", data={}, sources=sources, note="", error="", attempts=1, seconds=0.0, tokens=0)  # fmt: skip
    return {"before": blank, "before.run": {**blank, "text": "\n\n".join(filter(None, told)), "sources": []}}


def _apply(
    state: State, ctx: Context, verdict: Verdict, answer: Answer | None, finished: list[str], faults: list[str]
) -> CheckerUpdate:
    """What the verdict means for the state. A retry is granted only while attempts are left."""
    ctx.emit(StepChecked(finished, verdict["word"], verdict["reason"], faults))
    update: CheckerUpdate = {"verdict": verdict, "answer": answer}
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
    replans = word == "replan" and may_replan(state)
    return not asks_on and not replans and not ready(state)


def _tell_budget(state: State, ctx: Context) -> None:
    if budget := exhausted(state):
        ctx.emit(BudgetReached(budget, state["budgets"]["seconds"]))
    elif spent := state.get("spent"):
        ctx.emit(
            BudgetReached(
                "limit for today" if spent == "day" else spent.replace("_", " "), state["budgets"].get(spent, 0)
            )
        )
    elif state["tool_calls"] >= state["budgets"]["tool_calls"]:
        ctx.emit(BudgetReached("tool calls", state["budgets"]["tool_calls"]))
    elif state["verdict"]["word"] == "replan" and closing(state):
        ctx.emit(BudgetReached("replans", state["budgets"]["replans"]))
