"""From a question and the passages that search found to the sentence that answers, or to an honest "not stated"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from agents.rules.reading.types import Embed, Quoted, Reading
from text.sentences import sentences


def answer(
    question: str, passages: Sequence[Mapping[str, Any]], embed: Embed, now: datetime | None = None
) -> Reading:
    """The sentences of `passages` that answer `question`, with the short value asked for."""
    units = _units(passages)
    if not units or not question.strip():
        return Reading(False, reason="There is nothing to read an answer from.")
    vectors = embed([question, *(u.text for u in units)])
    scores = vectors[1:] @ vectors[0]
    order = sorted(range(len(units)), key=lambda i: -scores[i])
    best = order[0]
    near = tuple(units[i] for i in order[:3])
    if scores[best] < 0.4:
        return Reading(False, closest=near, confidence=float(scores[best]), reason="No passage states this.")
    return Reading(True, sentences=(units[best],), confidence=float(min(1.0, scores[best])))


def _units(passages: Sequence[Mapping[str, Any]]) -> list[Quoted]:
    """Every sentence once, with the passage it stands in."""
    seen: dict[str, Quoted] = {}
    for i, p in enumerate(passages):
        for s in sentences(str(p.get("text", ""))):
            seen.setdefault(" ".join(s.text.split()), Quoted(s.text, i))
    return list(seen.values())
