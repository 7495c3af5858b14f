"""The tool `read_document`: a stretch of one document's text, as it stands."""

from __future__ import annotations

from typing import Annotated

from tools.base import ToolContext, ToolFailed, ToolResult, source, tool
from tools.which_document import find_document, find_documents


@tool(risk="read", timeout=30, retries=1)
def read_document(
    ctx: ToolContext,
    document: Annotated[str, "the document's id or name; a part of the name will do"],
    start: Annotated[int, "the character to begin at, from 0; negative: counted from the end"] = 0,
    length: Annotated[int, "how many characters at most, 1 to 50000"] = 6000,
) -> ToolResult:
    """Read a part of one uploaded document, word for word.

    Use it to read around a found passage, or a short document in full; to find something in a long one use
    search_memory, to get its gist use summarize. Call again with start = the last "end" for the next part.

    data: {"document": id, "title", "total": characters in the document, "start", "end", "value": the text}.
    One source per passage that the part touches.
    """
    doc = find_document(find_documents(ctx.memory, []), document)
    whole = ctx.memory.text(doc.id)
    total = len(whole)
    if start < 0:
        start = max(0, total + start)
    if total and start >= total:
        raise ToolFailed(f"{doc.name} has {total:,} characters; there is nothing from character {start:,} on.")
    end = min(total, start + max(1, min(50_000, length)))
    part = whole[start:end]
    if not part.strip():
        raise ToolFailed(f"{doc.name} has no text in this part ({start:,} to {end:,} of {total:,} characters).")
    sources = [
        source(
            doc.name,
            whole[max(start, p.start) : min(end, p.end)],
            locator=p.locator,
            trust=doc.trust,
            document=doc.id,
            passage=p.id,
        )
        for p in ctx.memory.passages(doc.id)
        if p.start < end and p.end > start
    ]
    data = {"document": doc.id, "title": doc.name, "total": total, "start": start, "end": end, "value": part}
    note = f"Read characters {start:,} to {end:,} of {total:,}." if end - start < total else ""
    return ToolResult(part, data, sources, note)
