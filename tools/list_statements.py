"""The tool `list_statements`: every statement of a kind in documents (dates, duties, decisions …), quoted word for word.

It lists them all, where `summarize` chooses: who asks "who has to do what by when" wants no most central ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from tools.base import Document, Json, Source, ToolContext, ToolResult, tool
from tools.prose import words
from tools.quoting import ROWS, quoted
from tools.statements import Kind, Statement, day_of, has_to, is_a, statements, when
from tools.which_document import find_documents

_MOST = 60  # statements in all: more than anybody reads
_NEAR = 0.42  # cosine of the topic and a statement; unrelated ones lie below 0.2
_HEAD = 300  # characters at a document's start that say what it is about


@tool(risk="read", timeout=60, retries=1)
def list_statements(
    ctx: ToolContext,
    kind: Annotated[Kind, "what to list"],
    documents: Annotated[list[str], "ids or names of the documents; empty: all uploads"] = [],  # noqa: B006 - validation copies it, nothing changes it
    topic: Annotated[str, "only what is about this; empty: all of that kind"] = "",
    who: Annotated[str, "only what names this person or party; empty: anybody"] = "",
) -> ToolResult:
    """List every sentence of a kind in uploaded documents, quoted word for word with its place.

    kind: dates, deadlines, duties (who must or may not do what), actions (who is to do what by when), decisions, risks,
    amounts (money), figures, open points. Use it for "key dates", "what was decided?", "who has to do what by when?".

    data: {"points": [{"text", "when": the dates in it, "source": index into the sources, "document": id, "title"}]};
    dates and deadlines in order of time, the others in the documents' order. No points: nothing of the kind was found.
    """
    docs = [d for d in find_documents(ctx.memory, documents) if d.format not in ROWS]
    found: list[tuple[Document, Statement, Source]] = []
    for d in docs:
        passages, whole = ctx.memory.passages(d.id), ctx.memory.text(d.id)
        every = _once(statements(whole, passages))
        own = [s for s in every if (is_a(kind, s) and (not who or _names(s, who))) or (who and has_to(who, s))]
        for s in _on(ctx, topic, own, f"{d.name} {whole[:_HEAD]}") if topic else own:
            found.append((d, s, quoted(d, s.quote, s.start, s.end, passages)))
    if kind in ("dates", "deadlines"):
        found.sort(key=lambda x: day_of(x[1]))
    left = max(0, len(found) - _MOST)
    found = found[:_MOST]
    points: list[Json] = [
        {"text": s.line, "when": when(s), "source": i, "document": d.id, "title": d.name}
        for i, (d, s, _) in enumerate(found)
    ]
    text = "\n".join(f"- {s.line} ({d.name})" for d, s, _ in found) or f"No {kind} were found."
    note = f"{left} more are not shown." if left else ""
    return ToolResult(text, {"points": points, "looked_in": [d.name for d in docs]}, [src for _, _, src in found], note)


def _once(found: Sequence[Statement]) -> list[Statement]:
    """Each once: what a reply quotes, or a page repeats, is said already."""
    seen: set[str] = set()
    return [s for s in found if not (s.line.casefold() in seen or seen.add(s.line.casefold()))]


def _names(s: Statement, who: str) -> bool:
    asked = set(words(who))
    return bool(asked) and asked <= set(words(f"{s.section} {s.before} {s.line}"))


def _on(ctx: ToolContext, topic: str, found: Sequence[Statement], head: str) -> list[Statement]:
    """Those about the topic: by its words, in them or above them, or by meaning; all, in a document that is about it."""
    asked = set(words(topic))
    if not found or (asked and asked <= set(words(head))):
        return list(found)
    texts = [f"{s.section}: {s.line}" for s in found]
    vectors: Any = ctx.memory.embed([topic, *texts])
    near = vectors[1:] @ vectors[0]
    out = []
    for s, text, cosine in zip(found, texts, near, strict=True):
        said = len(asked & set(words(text))) / max(1, len(asked))
        if said >= 0.6 or float(cosine) >= _NEAR or (said > 0 and float(cosine) >= 0.3):
            out.append(s)
    return out
