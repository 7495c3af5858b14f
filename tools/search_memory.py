"""The tool `search_memory`: passages of the user's documents, or facts they told us, nearest to a query."""

from __future__ import annotations

from typing import Annotated, Literal

from tools.base import ToolContext, ToolFailed, ToolResult, source, tool
from tools.scope import in_folder, tagged
from tools.which_document import find_documents


@tool(risk="read", timeout=30, retries=1)
def search_memory(
    ctx: ToolContext,
    query: Annotated[str, "what to look for, in the user's words; a question or a few key words"],
    k: Annotated[int, "how many passages at most, 1 to 50"] = 8,
    documents: Annotated[list[str], "ids or names of the documents to search in; empty: all of them"] = [],  # noqa: B006 - validation copies it, nothing changes it
    kind: Annotated[
        Literal["documents", "facts"], "'documents': uploads; 'facts': what the user told us about themselves"
    ] = "documents",
    folder: Annotated[str, "only documents in this folder or below it; empty: everywhere"] = "",
    tag: Annotated[str, "only documents with this tag; empty: any"] = "",
) -> ToolResult:
    """Find the passages of the user's uploaded documents that fit a question, by meaning and by exact word.

    Use it for any question whose answer may stand in an upload, before answering from anything else. With
    kind="facts" it searches what the user asked to remember (an empty query lists all facts).

    data: {"passages": [{"id", "document", "title", "locator", "text", "similarity", "score"}], "value": number found};
    for facts {"facts": [{"id", "text", "added"}], "value": number found}. Best first. One source per passage.
    """
    k = max(1, min(50, k))
    if kind == "facts":
        return _facts(ctx, query, k)
    if not query.strip():
        raise ToolFailed("There is nothing to search for: the query is empty.")
    ids = [d.id for d in find_documents(ctx.memory, documents)] if documents else None
    if folder.strip() or tag.strip():
        ids = _placed(ctx, ids, folder.strip(), tag.strip())
    if ids is None and not ctx.memory.documents():
        return ToolResult(
            "Nothing is uploaded yet.", {"passages": [], "value": 0}, note="No documents are uploaded yet."
        )
    found = ctx.memory.search(query, k, ids)
    if not found:
        return ToolResult(f"No passage fits “{query}”.", {"passages": [], "value": 0})
    return ToolResult(
        "\n\n".join(
            f"[{i}] {p.title}{' · ' + p.locator if p.locator else ''}\n{p.text.strip()}" for i, p in enumerate(found, 1)
        ),
        {
            "passages": [
                {
                    "id": p.id,
                    "document": p.document,
                    "title": p.title,
                    "locator": p.locator,
                    "text": p.text,
                    "similarity": float(p.similarity),
                    "score": float(p.score),
                }
                for p in found
            ],
            "value": len(found),
        },
        [source(p.title, p.text, locator=p.locator, trust=p.trust, document=p.document, passage=p.id) for p in found],
    )


def _placed(ctx: ToolContext, ids: list[str] | None, folder: str, tag: str) -> list[str]:
    every = ctx.memory.documents()
    kept = in_folder(every, folder) if folder else every
    kept = tagged(kept, tag.lstrip("#")) if tag else kept
    kept = [d.id for d in kept if ids is None or d.id in ids]
    if not kept:
        where = " and ".join(
            x for x in (f"in a folder {folder}" if folder else "", f"tagged {tag}" if tag else "") if x
        )
        there = sorted({d.folder for d in every if d.folder} | {f"#{t}" for d in every for t in d.tags})
        raise ToolFailed(
            f"There are no documents {where}. There are: {', '.join(there[:12]) or 'no folders and no tags'}."
        )
    return kept


def _facts(ctx: ToolContext, query: str, k: int) -> ToolResult:
    facts = ctx.memory.facts(query.strip(), k)
    if not facts:
        return ToolResult("I don't know anything about you yet.", {"facts": [], "value": 0})
    return ToolResult(
        "\n".join(f"- {f.text}" for f in facts),
        {"facts": [{"id": f.id, "text": f.text, "added": f.added} for f in facts], "value": len(facts)},
        [source("What you told me", f.text, locator=f.added[:10]) for f in facts],
    )
