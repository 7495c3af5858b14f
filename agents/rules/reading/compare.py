"""Documents side by side on a topic, and findings on a topic by category."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from agents.rules.reading.answer import answer
from agents.rules.reading.types import Cell, Comparison, Embed, Group, Quoted, Report, Row


def compare(topic: str, by_document: Mapping[str, Sequence[Mapping[str, Any]]], embed: Embed) -> Comparison:
    """What each document says on `topic`; a document that says nothing is a gap."""
    cells = {}
    for title, passages in by_document.items():
        r = answer(topic, passages, embed)
        cells[title] = Cell(r.found, r.value, r.sentences, r.reason)
    gaps = [(topic, t) for t, c in cells.items() if not c.found]
    return Comparison(topic, tuple(by_document), (Row(topic, cells),), gaps)


def report(topic: str, passages: Sequence[Mapping[str, Any]], embed: Embed) -> Report:
    """Findings on `topic`, by document."""
    groups: dict[str, list[Quoted]] = {}
    for i, p in enumerate(passages):
        r = answer(topic, [p], embed)
        for q in r.sentences:
            groups.setdefault(str(p.get("title", "")), []).append(Quoted(q.text, i))
    return Report(topic, tuple(Group(h, tuple(f)) for h, f in groups.items()))
