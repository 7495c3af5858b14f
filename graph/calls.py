"""One tool call of a step: allowed, made once, waited for, kept.

The call's key is known before it is made; a call whose result is in the journal is not made again, and a tool that
writes gets the key and stores it with its effect. Retries, timeouts and Stop are here. Which call is made is the
agent's decision, and what becomes of its result is the executor's: neither is here.
"""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any, cast

from agents.base import AgentError, Call, CallTool, Result, Task, made_by_model
from agents.errors import OverBudget
from graph.context import Context
from graph.events import ToolCalled, ToolErred, ToolReturned
from graph.for_readers import checked
from graph.gate import Refused, permit, take, will_ask
from graph.keys import call_key, done_key, effect_key
from graph.results import evidence_of, fits, number_sources, result
from graph.state import StepState
from memory.types import MemoryFault
from tools.base import Json, OutcomeUnknown, RetryTool, Tool, ToolContext, ToolFailed, ToolResult

LONGEST_WAIT = 30.0  # seconds a tool may ask to be retried after; longer counts as failed
TEXT = 4_000  # characters of a tool's text in its event


async def make_call(state: StepState, ctx: Context, task: Task, action: CallTool, attempt: int) -> Result | None:
    """Make the call, or return what it returned before a crash. None when the user stopped it."""
    step, number = task.step["id"], len(task.calls)
    tool = ctx.tools.get(action.tool)
    if tool is None:
        raise AgentError(f"The tool {action.tool} does not exist or is not allowed here.")
    args = tool.validate(action.args)
    key, memo = _keys(ctx, step, tool, args, f"{attempt}:{number}")
    if (known := ctx.record.load(memo)) is not None:
        return cast(Result, known)
    if full := ctx.full():
        raise OverBudget("day", full)
    if tool.ready is not None and will_ask(state, ctx, task, tool, args, f"{attempt}:{number}"):
        # A read of its own: no yes is asked for what would be refused after it.
        ready = await _attempts(ctx, step, replace(tool, risk="read"), tool.ready)
        if ready is None:
            return None
        if isinstance(ready, ToolFailed):
            refused = _as_result(step, ready, attempt, 0.0)
            refused["note"] = str(ready)  # told with the answer, whoever writes it
            return {**refused, "call": Call(tool=tool.name, args=args)}
    try:
        given = permit(state, ctx, task, tool, args, f"{attempt}:{number}")
        key, memo = _keys(ctx, step, tool, given.args, f"{attempt}:{number}")
        if (known := ctx.record.load(memo)) is not None:
            return cast(Result, known)
        take(ctx, given, key)
    except Refused as e:
        refused = result(step, status="failed", error=str(e), attempts=attempt)
        refused["note"] = str(e)  # told with the answer, whoever writes it
        return {**refused, "call": Call(tool=tool.name, args=args)}
    ctx.emit(ToolCalled(step, tool.name, cast(Mapping[str, Json], given.args), tool.risk, given.grounds))
    began = ctx.elapsed()
    returned = await _attempts(ctx, step, tool, partial(tool.run, _tool_context(state, ctx, task, key), **given.args))
    if returned is None:
        return None
    called = _as_result(step, returned, attempt, ctx.elapsed() - began)
    called["call"] = Call(tool=tool.name, args=given.args)
    if called["status"] == "ok":
        called = number_sources(step, called, after=sum(len(c["sources"]) for c in task.calls))
        ctx.emit(
            ToolReturned(
                step,
                tool.name,
                called["text"][:TEXT],
                called["data"] if fits(called["data"]) else {},
                called["sources"],
                round(called["seconds"], 3),
            )
        )
        ctx.record.save(memo, cast(Json, called))
    ctx.record.save(call_key(ctx.run, step, number), cast(Json, called))
    return called


def _keys(ctx: Context, step: str, tool: Tool, args: Mapping[str, Any], slot: str) -> tuple[str, str]:
    """The call's idempotency key, and where its result is kept. A read may be tried anew when the checker asks for
    another attempt; a write that succeeded is never repeated."""
    key = effect_key(ctx.run, step, tool.name, args, ctx.user)
    return key, done_key(key, slot if tool.risk == "read" else "")


def _tool_context(state: StepState, ctx: Context, task: Task, key: str) -> ToolContext:
    def found() -> Mapping[str, Result]:
        calls = {f"{task.step['id']}#{i}": c for i, c in enumerate(task.calls)}
        return {**evidence_of(ctx, task.results), **calls}

    return ToolContext(
        ctx.user,
        ctx.run,
        task.step["id"],
        key,
        ctx.now,
        ctx.memory,
        ctx.record,
        ctx.reports,
        ctx.web_search,
        ctx.allow_private_addresses,
        checked(found, ctx.memory.embed, state["goal"]) if made_by_model(task.plan) else str,
    )


async def _attempts(ctx: Context, step: str, tool: Tool, work: Callable[[], Any]) -> Any:
    """What `work` returns, plain or async; a ToolFailed when it failed for good, None when the user stopped it."""
    for attempt in range(tool.retries + 1):
        try:
            returned = await _run(ctx, tool, work)
            if returned is None and tool.risk != "read":
                ctx.emit(ToolErred(step, tool.name, "Stopped while it was at work: it may have been done or not.", -1))
            return returned
        except RetryTool as e:
            final = attempt == tool.retries or e.after > LONGEST_WAIT
            ctx.emit(ToolErred(step, tool.name, str(e), -1 if final else e.after))
            if final:
                return ToolFailed(str(e))
            try:
                await asyncio.wait_for(ctx.stop.wait(), e.after)
                return None
            except TimeoutError:
                continue
        except (ToolFailed, MemoryFault) as e:
            # Tools may not import memory, so what it raises through them is translated here.
            ctx.emit(ToolErred(step, tool.name, str(e), -1))
            return e if isinstance(e, ToolFailed) else ToolFailed(str(e))
    return None


async def _run(ctx: Context, tool: Tool, work: Callable[[], Any]) -> Any:
    """One attempt. Stop abandons a read at once; a write is waited for, so that what it did is known, unless the tool
    itself says that it cannot be (and remembers that it was begun)."""
    begun = work() if inspect.iscoroutinefunction(tool.run) else asyncio.to_thread(work)
    running, stopped = asyncio.ensure_future(begun), asyncio.ensure_future(ctx.stop.wait())
    try:
        waits = {running, stopped} if tool.risk == "read" or tool.stoppable else {running}
        await asyncio.wait(waits, timeout=tool.timeout, return_when=asyncio.FIRST_COMPLETED)
        if running.done():
            return running.result()
        running.cancel()
        if stopped.done():
            return None
        slow = f"{tool.name} took longer than {tool.timeout:g} seconds and was given up."
        raise ToolFailed(slow) if tool.risk == "read" else OutcomeUnknown(f"{slow} It may have been done or not.")
    finally:
        stopped.cancel()


def _as_result(step: str, returned: ToolResult | ToolFailed, attempt: int, seconds: float) -> Result:
    if isinstance(returned, ToolFailed):
        failed = result(step, status="failed", error=str(returned), attempts=attempt, seconds=seconds)
        failed["note"] = str(returned) if isinstance(returned, OutcomeUnknown) else ""
        return failed
    out = result(step, text=returned.text, attempts=attempt, seconds=round(seconds, 3))
    out["data"], out["sources"], out["note"] = dict(returned.data), [*returned.sources], returned.note
    return out
