"""The tool `list_documents`: what the user has uploaded."""

from __future__ import annotations

from tools.base import ToolContext, ToolResult, tool


@tool(risk="read", timeout=15, retries=1)
def list_documents(ctx: ToolContext) -> ToolResult:
    """List the documents that the user has uploaded, newest first.

    Use it for "what have I uploaded?", "how many files are there?" and to learn names before reading one.

    data: {"documents": [{"id", "name", "format", "pages", "passages", "added"}], "value": how many}.
    """
    documents = ctx.memory.documents()
    if not documents:
        return ToolResult("Nothing is uploaded yet.", {"documents": [], "value": 0})
    lines = []
    for d in documents:
        size = f"{d.pages} page{'s' * (d.pages != 1)}" if d.pages else f"{d.passages} passage{'s' * (d.passages != 1)}"
        lines.append(f"- {d.name} ({d.format.upper()}, {size}, added {d.added[:10]})")
    return ToolResult(
        "\n".join(lines),
        {
            "documents": [
                {
                    "id": d.id,
                    "name": d.name,
                    "format": d.format,
                    "pages": d.pages,
                    "passages": d.passages,
                    "added": d.added,
                }
                for d in documents
            ],
            "value": len(documents),
        },
    )
