"""Before every single tool call: what the policy says, and where it says "ask", the wait for a person.

Nothing with an effect stands before the wait but what is stored once: the agent's decision (so that a model asked again
after the wait cannot decide otherwise) and the question itself. On resume the task starts from its top and finds the
person's decision at the desk; the value that LangGraph resumes with only wakes it and is never believed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from langgraph.types import interrupt

from agents.base import Brief, Result, Task
from graph.approvals import Decision, Request, approval_id, call_hash
from graph.context import Context
from graph.events import Tainted
from graph.keys import decided_key, taint_note, tainted_key
from graph.policy import Ruling, decide, unseen
from graph.state import State
from tools.base import BadArguments, Json, Source, Tool

BASED_ON = 5  # sources shown with an approval
QUOTE = 200  # characters of each


@dataclass(frozen=True)
class Permit:
    args: dict[str, Any]  # as approved: a person may have edited them
    grounds: str
    approval: str = ""  # its id; the caller takes it with `take` when the call is made


class Refused(Exception):
    """The call is not made. The message is the step's error, read by the agent and by users."""


def permit(state: State, ctx: Context, task: Task, tool: Tool, args: dict[str, Any], slot: str) -> Permit:
    """slot: which call of the step this is. Raises Refused; raises GraphInterrupt while it waits."""
    ruling = _ruling(state, ctx, task, tool, args)
    if ruling.word == "deny":
        raise Refused(ruling.reason)
    if ruling.word == "allow":
        return Permit(args, ruling.reason)
    if ctx.approvals is None:
        raise Refused(f"{tool.name} needs a person's approval, and nobody can be asked here. It was not done.")
    if by := ctx.approvals.allowed(tool.name, state["tainted"]):
        return Permit(args, f"allowed for this run by {by}")
    digest = call_hash(tool.name, args, ctx.user)
    if before := ctx.approvals.rejection(digest):
        raise Refused(_refusal(tool, before))
    id = approval_id(ctx.run, task.step["id"], slot, digest)
    decision = ctx.approvals.decision(id, args)
    if decision is None:
        decided: Json = {"tool": tool.name, "args": cast(Json, args)}
        ctx.record.save(decided_key(ctx.run, task.step["id"], slot), decided, exact=True)
        why = ruling.reason + (f" ({_taint(ctx)})." if state["tainted"] and _taint(ctx) else ".")
        ctx.approvals.ask(_request(id, task, tool, args, digest, why, state["tainted"]))
        interrupt({"approval": id})
        decision = ctx.approvals.decision(id, args)
    if decision is None or decision.word != "approved":
        raise Refused(_refusal(tool, decision))
    return Permit(_as_approved(tool, args, decision), f"approved by {decision.by}", id)


def will_ask(state: State, ctx: Context, task: Task, tool: Tool, args: dict[str, Any], slot: str) -> bool:
    """Would `permit` put this before a person now, for the first time?"""
    if ctx.approvals is None or _ruling(state, ctx, task, tool, args).word != "ask":
        return False
    asked = ctx.record.load(decided_key(ctx.run, task.step["id"], slot)) is not None
    return not asked and not ctx.approvals.allowed(tool.name, state["tainted"])


def _ruling(state: State, ctx: Context, task: Task, tool: Tool, args: dict[str, Any]) -> Ruling:
    sends = unseen(args, _typed(state), _foreign(task)) if tool.external and state["tainted"] else ""
    return decide(tool, tainted=state["tainted"], rules=ctx.rules(), sends=sends)


def take(ctx: Context, given: Permit, key: str) -> None:
    """Use the approval up for the call with this key; the same call after a crash may go on. Raises Refused."""
    if given.approval and not (ctx.approvals and ctx.approvals.use(given.approval, key)):
        raise Refused("This approval was used for another call already. It was not done again.")


def _as_approved(tool: Tool, args: dict[str, Any], decision: Decision) -> dict[str, Any]:
    if decision.args is None:
        return args
    try:
        return tool.validate(decision.args)
    except BadArguments as e:  # they were validated when they were edited; the tool has changed since
        raise Refused(str(e)) from e


def _refusal(tool: Tool, decision: Decision | None) -> str:
    if decision is None or decision.word == "withdrawn":
        return f"{tool.name} was not approved, so it was not done."
    if decision.word == "expired":
        return f"{tool.name} was not done. Rejected: expired, nobody decided in time."
    reason = f": {decision.reason}" if decision.reason else ""
    return f"You did not approve {tool.name}, so it was not done{reason if reason else '.'}"


def _request(id: str, task: Task, tool: Tool, args: Mapping[str, Any], digest: str, why: str, tainted: bool) -> Request:
    read = [s for r in [*task.results.values(), *task.calls] for s in r["sources"]]
    read.sort(key=lambda s: s["trust"] != "external")
    seen: dict[tuple[str, str], Source] = {}
    for s in read:
        seen.setdefault((s["title"], s["locator"]), cast(Source, {**s, "quote": s["quote"][:QUOTE]}))
    return Request(
        id=id,
        step=task.step["id"],
        tool=tool.name,
        args=cast(Mapping[str, Json], args),
        hash=digest,
        risk=tool.risk,
        title=task.step["title"],
        why=why,
        reason=task.step["reason"],
        tainted=tainted,
        sources=[*seen.values()][:BASED_ON],
        schema=tool.schema(),
    )


def _typed(state: State) -> list[str]:
    """What the user said, in this run and in the turns before it."""
    return [state["goal"], *(r for _, r in state["replies"]), *(t["goal"] for t in state["turns"])]


def _foreign(task: Task) -> list[str]:
    sources = [s for r in [*task.results.values(), *task.calls] for s in r["sources"] if s["trust"] == "external"]
    return [x for s in sources for x in (s["title"], s["locator"], s["quote"])]


# --- taint
def taint_of_brief(ctx: Context, brief: Brief) -> bool:
    """Does what the planner was given taint the run? Tells it once."""
    if not _suggestible(ctx):
        return False
    if any(t.tainted for t in brief.turns):
        return _tell(ctx, "an earlier turn of this conversation", "it had read content of others")
    if e := next((e for e in brief.episodes if e.tainted), None):
        return _tell(ctx, f"an earlier run of a similar goal (“{e.goal[:80]}”)", "it had read content of others")
    if brief.documents:
        names = ", ".join(d.name for d in brief.documents[:3])
        return _tell(ctx, "your documents", f"{_agent(ctx)} was given passages and names of {names}")
    if brief.facts:
        return _tell(ctx, "remembered facts", f"{_agent(ctx)} was given what was remembered before this goal")
    if others := [t.name for t in brief.tools.values() if t.json_schema is not None]:
        return _tell(ctx, ", ".join(others[:3]), f"{_agent(ctx)} was given descriptions that other programs wrote")
    return False


def taint_of_results(ctx: Context, tools: list[Tool], results: list[Result]) -> bool:
    """Does what these tools returned taint the run? Tells it once. See `graph/policy.py` for the rule."""
    for r in results:
        for s in r["sources"]:
            if s["trust"] == "external":
                return _tell(ctx, _where(s), "this run has read external content")
    for t in tools:
        if t.external:
            return _tell(ctx, t.name, "this run has read external content")
        if _suggestible(ctx) and not t.pure:
            shown = next((_where(s) for r in results for s in r["sources"]), t.name)
            return _tell(ctx, shown, f"{_agent(ctx)} has read content that may be somebody else's")
    return False


def _suggestible(ctx: Context) -> bool:
    return getattr(ctx.agent, "suggestible", True)


def _agent(ctx: Context) -> str:
    """A model by its name, without the address at which it is."""
    return ctx.agent.name.partition("@")[0]


def _where(s: Source) -> str:
    return ", ".join(x for x in (s["title"], s["locator"]) if x)


def _tell(ctx: Context, source: str, why: str) -> bool:
    key, tainted = tainted_key(ctx.run), Tainted(source, why)
    if ctx.record.load(key) is None:
        ctx.emit(tainted)
        ctx.record.save(key, taint_note(tainted))
    return True


def _taint(ctx: Context) -> str:
    return str(ctx.record.load(tainted_key(ctx.run)) or "")
