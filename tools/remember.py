"""The tool `remember`: keeps one fact that the user told us."""

from __future__ import annotations

from typing import Annotated

from tools.base import ToolContext, ToolFailed, ToolResult, tool

_LONGEST = 2000


@tool(risk="write", timeout=15, retries=1, pure=True)
def remember(
    ctx: ToolContext,
    fact: Annotated[str, "the fact as one sentence that makes sense on its own, e.g. 'My flight to Oslo is on 3 May.'"],
) -> ToolResult:
    """Keep a fact about the user or their world, for all later conversations.

    Use it only when the user asks for something to be remembered or noted; not for content of documents.

    data: {"value": the fact as stored, "id"}.
    """
    text = " ".join(fact.split())
    if not text:
        raise ToolFailed("There is nothing to remember: the fact is empty.")
    if len(text) > _LONGEST:
        raise ToolFailed(
            f"That is too long for a fact ({len(text):,} characters, {_LONGEST:,} at most). Upload it as a document instead."
        )
    stored = ctx.memory.remember(text, key=ctx.key)
    return ToolResult(f"Remembered: {stored.text}", {"value": stored.text, "id": stored.id})
