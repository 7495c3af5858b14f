"""What a passage is in each place it is kept: handed out, embedded, in Chroma's metadata. Pure functions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from memory.catalog import Row
from memory.types import Document, Passage


def passage_of(row: Row, document: Document, text: str) -> Passage:
    return Passage(
        row.id, document.id, document.name, text, row.page, row.heading, row.start, row.end, row.order, document.trust
    )


def embedded(text: str, metadata: Mapping[str, Any]) -> str:
    """What is embedded of a passage: its text, under its heading where it does not begin with it."""
    last = str(metadata.get("heading", "")).rsplit(" > ", 1)[-1]
    return f"{last}\n{text}" if last and last not in text[: len(last) + 10] else text


def metadata_of(row: Row, document: Document) -> dict[str, Any]:
    return {
        "document": row.document,
        "title": document.name,
        "order": row.order,
        "page": row.page,
        "heading": row.heading,
        "start": row.start,
        "end": row.end,
        "trust": document.trust,
    }
