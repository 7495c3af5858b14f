"""The tool `remember`: keeps one fact that the user told us."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from tools.base import Json, ToolContext, ToolFailed, ToolResult, tool

_LONGEST = 2000


def _undo(ctx: ToolContext, data: Mapping[str, Json]) -> str:
    exact = ctx.journal.once(f"{ctx.key}:stored", {}, exact=True)  # of data, what looked like a secret was taken out
    data = {**data, **(exact if isinstance(exact, dict) else {})}
    text, before = str(data.get("value", "")), str(data.get("replaced") or "")
    if data.get("known"):
        raise ToolFailed("This was known before that run, so there is nothing to undo.")
    now = [f for f in ctx.memory.facts("", 10_000) if f.id == data.get("id")]
    if now and now[0].text != text:
        raise ToolFailed("This fact was changed since. Nothing was undone; the Memory page forgets it.")
    if before:  # first: a crash in between leaves two facts, never none
        ctx.memory.put_back(before, f"{ctx.key}:undo", str(data.get("replaced_of") or ""))
    ctx.memory.forget([f.id for f in now])
    return f"Forgotten: {text}" + (f" Remembered again: {before}" if before else "")


@tool(risk="write", timeout=15, retries=1, pure=True, undo=_undo)
def remember(
    ctx: ToolContext,
    fact: Annotated[str, "the fact as one sentence that makes sense on its own, e.g. 'My flight to Oslo is on 3 May.'"],
) -> ToolResult:
    """Keep a fact about the user or their world, for all later conversations.

    Use it only when the user asks for something to be remembered or noted; not for content of documents.

    data: {"value": the fact as stored, "id", "known": whether it was there before, "replaced": the older one}.
    """
    text = " ".join(fact.split())
    if not text:
        raise ToolFailed("There is nothing to remember: the fact is empty.")
    if len(text) > _LONGEST:
        raise ToolFailed(
            f"That is too long for a fact ({len(text):,} characters, {_LONGEST:,} at most). Upload it as a document instead."
        )
    facts = ctx.memory.facts("", 10_000)
    # What there was before is written down before it changes: a replay finds the fact itself already there.
    known = ctx.journal.once(f"{ctx.key}:known", any(f.text.casefold() == text.casefold() for f in facts))
    dates = ctx.journal.once(f"{ctx.key}:dates", {f.text: f.added for f in facts}, exact=True)
    stored = ctx.memory.remember(text, key=ctx.key)
    replaced = str(getattr(stored, "replaces", ""))
    data: dict[str, Json] = {"value": stored.text, "id": stored.id, "known": known}
    if replaced and not known:
        data |= {"replaced": replaced, "replaced_of": dates.get(replaced, "") if isinstance(dates, dict) else ""}
    ctx.journal.once(f"{ctx.key}:stored", data, exact=True)
    return ToolResult(f"Remembered: {stored.text}", data)
