"""What the tools that quote documents share: which documents hold sentences, and a sentence as a source."""

from __future__ import annotations

from collections.abc import Sequence

from tools.base import Document, Passage, Source, source

ROWS = ("csv", "tsv", "xlsx", "xls", "parquet", "jsonl", "ndjson")  # formats whose text is rows, not sentences


def quoted(document: Document, quote: str, start: int, end: int, passages: Sequence[Passage]) -> Source:
    """start, end: offsets of the quotation in the document's text. It is located by the passage that holds most of it."""

    def overlap(p: Passage) -> int:
        return min(p.end, end) - max(p.start, start)

    p = max(passages, key=overlap, default=None)
    here = p if p is not None and overlap(p) > 0 else None
    return source(
        document.name,
        quote,
        locator=here.locator if here else "",
        trust=document.trust,
        document=document.id,
        passage=here.id if here else "",
    )
