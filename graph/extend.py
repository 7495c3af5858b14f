"""The extend node: at the edge of a budget a person is asked for more of it. It waits, and routes nothing: see `edges.py`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from langgraph.runtime import Runtime
from langgraph.types import interrupt

from graph.budgets import GO_ON, STOP, enlarged, limit_in_words
from graph.context import Context
from graph.edges import at_edge
from graph.events import BudgetExtended, QuestionAnswered, QuestionAsked
from graph.keys import edge_key
from graph.state import State

_YES = ("y", "yes", "go on", "extend", "continue", "more")


async def extend(state: State, runtime: Runtime[Context]) -> dict[str, Any]:
    """The node. It starts again from its top on resume: what stands before the wait is told once."""
    ctx, budget = runtime.context, at_edge(state)
    if ctx.stop.is_set() or not budget:
        return {"stopped": True} if ctx.stop.is_set() else {"declined": True}
    word = "would be passed" if budget in ("tokens", "money") else "is reached"  # a call that would go over is not made
    question = f"The limit of {limit_in_words(state, budget)} {word}, and there is more to do. Extend?"
    told = edge_key(ctx.run, budget, state.get("extended", {}).get(budget, 0))
    if ctx.record.load(told) is None:
        ctx.emit(QuestionAsked(question, [GO_ON, STOP]))
        ctx.record.save(told, True)
    reply = str(interrupt({"question": question, "options": [GO_ON, STOP], "edge": budget}))
    ctx.emit(QuestionAnswered(question, reply))
    if not yes(reply):
        return {"declined": True, "seconds": ctx.elapsed()}
    update = enlarged(state, budget)
    limit = cast("Mapping[str, float]", update["budgets"])[budget]
    ctx.emit(BudgetExtended(budget, limit, ctx.user))
    ctx.allowance.tokens = int(update["budgets"].get("tokens", 0))
    ctx.allowance.money = float(update["budgets"].get("money", 0.0))
    return update


def yes(reply: str) -> bool:
    """Anything but a plain yes is a no: nobody's money is spent on a guess."""
    said = " ".join(reply.split()).strip(" .!").casefold()
    return said == GO_ON.casefold() or said in _YES
