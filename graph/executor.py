"""The executor node: one step, at most one tool call a task.

The order of things is what makes a crash harmless. The agent's decision is made, then its call (`graph.calls`), whose
result is kept under its key, and only then does the state move on. What is lost at worst is a read that is repeated.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

from langgraph.runtime import Runtime

from agents.base import AgentError, CallTool, Done, HandOver, Result, Step, Task, Turn, Write
from agents.errors import OverBudget
from graph.asking import Heard, Stopped, ask
from graph.calls import make_call
from graph.context import Context
from graph.edges import may_hand_over
from graph.events import StepEnded, StepStarted
from graph.gate import taint_of_results
from graph.keys import call_key, decided_key, result_key
from graph.results import HEAD, MissingReference, keep, number_sources, resolve, result, whole
from graph.state import Pending, StepState
from tools.base import BadArguments, Json


async def executor(state: StepState, runtime: Runtime[Context]) -> dict[str, Any]:
    ctx, step = runtime.context, _step(state)
    if ctx.stop.is_set():
        return {"stopped": True}
    calls, attempt = state["calls"].get(step["id"], []), state["attempts"].get(step["id"], 0) + 1
    pending = _pending(state, ctx, step, f"{attempt}:{len(calls)}")
    if not calls and not pending:
        ctx.emit(StepStarted(step["id"], attempt))
    began = ctx.elapsed()
    used: dict[str, str] = {}  # the tool called, if any, and whether it came out well
    heard = Heard(ctx, step["id"], answers=step["id"] == state["plan"]["steps"][-1]["id"])
    try:
        task = await asyncio.to_thread(_task, state, step, ctx, heard)
        if pending:
            action = CallTool(pending["tool"], pending["args"])
        else:
            action = await ask(ctx, state, heard, ctx.agent.act(task))
        if isinstance(action, CallTool) and state["tool_calls"] >= state["budgets"]["tool_calls"]:
            most = state["budgets"]["tool_calls"]
            raise OverBudget("tool_calls", f"The budget of {most} tool calls for one run is used up.")
        if isinstance(action, CallTool):
            called = await make_call(state, ctx, task, action, attempt)
            if called is None:
                return {"stopped": True}
            used = {action.tool: called["status"]}
            if called["status"] == "failed" and called["note"]:
                heard.notes.append(called["note"])  # told with the answer, whatever the agent makes of it
            if called["status"] == "failed" and step["tool"]:
                return _ended(ctx, state, step, called, attempt, used, heard)
            task = _with_call(task, called)
            action = await ask(ctx, state, heard, ctx.agent.act(task))
        if isinstance(action, HandOver) and not may_hand_over(state):
            raise AgentError(
                f"It needs the {action.role} ({action.what}), but no further hand-over is possible in this run."
            )
    except Stopped:
        return {**heard.update(), "stopped": True}
    except (AgentError, MissingReference, BadArguments) as e:
        failed = result(step["id"], status="failed", error=str(e), attempts=attempt, seconds=ctx.elapsed() - began)
        failed["data"] = {"over": e.what} if isinstance(e, OverBudget) else {}
        ended = _ended(ctx, state, step, failed, attempt, used, heard)
        return {**ended, "spent": e.what} if isinstance(e, OverBudget) else ended
    if isinstance(action, CallTool):
        if len(task.calls) < state["budgets"]["calls_per_step"]:
            return _open(ctx, state, step, task, action, used, heard)
        action = Done()
    if isinstance(action, HandOver):
        return _asks(ctx, state, step, task, action, used, heard)
    return _ended(ctx, state, step, _finished(step, task, action, attempt, ctx.elapsed() - began), attempt, used, heard)


def _step(state: StepState) -> Step:
    return next(s for s in state["plan"]["steps"] if s["id"] == state["step"])


def _pending(state: StepState, ctx: Context, step: Step, slot: str) -> Pending | None:
    """A call that was decided and has not run: from the last task, or from before a wait for an approval."""
    return state["pending"].get(step["id"]) or cast(
        "Pending | None", ctx.record.load(decided_key(ctx.run, step["id"], slot))
    )


def _task(state: StepState, step: Step, ctx: Context, heard: Heard) -> Task:
    results = whole(ctx.record, ctx.run, state["results"])
    resolved = cast(Step, {**step, "args": resolve(cast(Json, step["args"]), results)})
    calls = [
        cast(Result, ctx.record.load(call_key(ctx.run, step["id"], i)) or c)
        for i, c in enumerate(state["calls"].get(step["id"], []))
    ]
    return Task(
        goal=state["goal"],
        step=resolved,
        plan=state["plan"],
        results=results,
        calls=calls,
        now=ctx.now,
        memory=ctx.memory,
        documents=ctx.memory.documents(),
        facts=ctx.memory.facts(state["goal"], k=5),
        turns=[Turn(**t) for t in state["turns"]],  # type: ignore[arg-type]
        problems=state["problems"],
        previous=_previous(state, step, ctx),
        tools=ctx.tools,
        tables=ctx.memory.tables(),
        off=ctx.off,
        calls_left=state["budgets"]["calls_per_step"] - len(calls),
        resolve=lambda value: _resolved(value, results),
        handovers_left=state["budgets"].get("handovers", 0) - state["handovers"] if may_hand_over(state) else 0,
        earlier=state.get("earlier", ""),
        report=heard,
        allowance=ctx.allowance,
    )


def _resolved(value: Json, results: Mapping[str, Result]) -> Json:
    try:
        return resolve(value, results)
    except MissingReference as e:
        raise BadArguments(str(e)) from e


def _previous(state: StepState, step: Step, ctx: Context) -> str:
    """What the last attempt at this step wrote, when the checker sent it back."""
    if not state["attempts"].get(step["id"]):
        return ""
    before = ctx.record.load(result_key(ctx.run, step["id"]))
    return str(before["text"]) if isinstance(before, dict) else ""


def _with_call(task: Task, called: Result) -> Task:
    return replace(task, calls=[*task.calls, called], calls_left=task.calls_left - 1)


def _finished(step: Step, task: Task, action: Done | Write, attempt: int, seconds: float) -> Result:
    out = result(step["id"], attempts=attempt, seconds=round(seconds, 3))
    out["tokens"] = sum(c["tokens"] for c in task.calls)
    if isinstance(action, Write):
        out["text"], out["note"] = action.text, action.reason
        out["data"] = {**action.data, "outcome": action.outcome}
    for i, call in enumerate(task.calls):
        last = i == len(task.calls) - 1 and isinstance(action, Done)
        if last:
            out["status"], out["text"], out["data"] = call["status"], call["text"], dict(call["data"])
            out["note"], out["error"] = call["note"], call["error"]
        out["sources"] = [*out["sources"], *call["sources"]]
        out["seconds"] = round(out["seconds"] + call["seconds"], 3) if not last else out["seconds"]
    return number_sources(step["id"], out)


def _open(
    ctx: Context, state: StepState, step: Step, task: Task, action: CallTool, used: dict[str, str], heard: Heard
) -> dict[str, Any]:
    """The step goes on with another call."""
    task.calls[-1]["tokens"] = heard.tokens  # what deciding on it took
    return {
        **_told(ctx, state, task.calls, used, heard),
        "calls": {step["id"]: _heads(ctx, step, task)},
        "pending": {step["id"]: Pending(tool=action.tool, args=dict(action.args))},
    }


def _asks(
    ctx: Context, state: StepState, step: Step, task: Task, action: HandOver, used: dict[str, str], heard: Heard
) -> dict[str, Any]:
    """The step waits for another specialist: what it found so far stays, and the checker adds the other's step."""
    asked = result(step["id"], attempts=0)
    asked["data"] = {"hand_over": {"role": action.role, "what": action.what}}
    return {
        **_told(ctx, state, task.calls, used, heard),
        "results": {step["id"]: asked},
        "calls": {step["id"]: _heads(ctx, step, task) or None},
        "pending": {step["id"]: None},
        "handovers": 1,
    }


def _ended(
    ctx: Context, state: StepState, step: Step, done: Result, attempt: int, used: dict[str, str], heard: Heard
) -> dict[str, Any]:
    done["tokens"] += heard.tokens
    if step["id"] == state["plan"]["steps"][-1]["id"] and done["status"] == "ok":
        heard.written(done["text"])
    ctx.emit(
        StepEnded(
            step["id"],
            done["status"],
            (done["text"] or done["error"])[:HEAD],
            attempt,
            round(done["seconds"], 3),
            done["tokens"],
        )
    )
    return {
        **_told(ctx, state, [done], used, heard),
        "results": {step["id"]: keep(ctx.record, result_key(ctx.run, step["id"]), done)},
        "calls": {step["id"]: None},
        "pending": {step["id"]: None},
        "attempts": {step["id"]: attempt},
    }


def _told(
    ctx: Context, state: StepState, results: Sequence[Result], used: dict[str, str], heard: Heard
) -> dict[str, Any]:
    """What a task tells the run, whatever became of its step."""
    tools = [ctx.tools[n] for n in used if n in ctx.tools]
    return {
        **heard.update(),
        "tool_calls": len(used),
        "used": used,
        "tainted": state["tainted"] or taint_of_results(ctx, tools, [*results]),
        "seconds": ctx.elapsed(),
    }


def _heads(ctx: Context, step: Step, task: Task) -> list[Result]:
    return [keep(ctx.record, call_key(ctx.run, step["id"], i), c) for i, c in enumerate(task.calls)]
