"""Documents side by side on a topic, and findings on a topic by category.

Both take a topic in the user's words, possibly several ("price, term and notice period"): each is an aspect with its
own row or findings, and what nobody states is a gap. Neither writes a sentence of its own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from agents.rules.reading.answer import probability, read
from agents.rules.reading.evidence import Evidence, gather
from agents.rules.reading.question import analyse
from agents.rules.reading.types import Cell, Comparison, Group, Quoted, Report, Row, Sense
from agents.rules.reading.units import Unit, units
from agents.rules.reading.words import STOP, stems
from text.values import find_values

# A table shows each quotation beside its document, so the reader judges: nearer to "about" than to "answers".
# At 0.15 nine of ten answering sentences of the development questions pass (0.38 for an answer).
ABOUT = 0.15
MOST_FINDINGS = 12
MOST_QUOTES = 3
SPECIFIC, FIRST = 0.12, 0.3  # what a figure or a date adds: a comparison is read for them

_LEAD = re.compile(
    r"^\W*(?:please\s+)?(?:compare|comparison of|contrast|differences? (?:between|in|of)|report on|write (?:me )?a (?:short )?report (?:on|about)|summari[sz]e|what do(?:es)? .{0,60}? say about|regarding|with regard to|in terms of)\s+",
    re.I,
)
_SPLIT = re.compile(r"\s*(?:,|;|\n|\band\b|&|\bas well as\b|\bplus\b)\s*(?:and\s+)?(?:the\s+|their\s+)?", re.I)


def aspects(topic: str) -> list[str]:
    """ "the price, term and notice period" -> ["price", "term", "notice period"]; a whole question stays whole."""
    bare = _LEAD.sub("", " ".join(topic.split())).strip(" ?.!")
    if re.match(r"(?:what|which|who|when|where|how|why|is|are|do|does|can|may|must)\b", bare, re.I):
        return [bare]
    parts = [re.sub(r"^(?:the|their|its|our)\s+", "", p, flags=re.I) for p in _SPLIT.split(bare) if p.strip()]
    return list(dict.fromkeys(parts)) or [topic]


def compare(topic: str, by_document: Mapping[str, Sequence[Mapping[str, Any]]], sense: Sense) -> Comparison:
    """What each document says on each aspect of `topic`; a document that says nothing on it is a gap.

    by_document: document title -> its passages, best first. A cell's quotes index the passages of its own document.
    """
    rows, gaps = [], []
    for aspect in aspects(topic):
        cells: dict[str, Cell] = {}
        for title, passages in by_document.items():
            cells[title] = _cell(aspect, passages, sense)
            if not cells[title].found:
                gaps.append((aspect, title))
        rows.append(Row(aspect, cells))
    return Comparison(topic, tuple(by_document), tuple(rows), tuple(gaps))


def _cell(aspect: str, passages: Sequence[Mapping[str, Any]], sense: Sense) -> Cell:
    """A value with its sentence where the aspect has one; else the sentences on it that say something definite."""
    r = read(aspect, passages, sense, ABOUT)
    if (r.value and analyse(aspect).wants) or not passages:
        return Cell(r.found, r.value, r.sentences, r.reason)
    us = [u for u in units(passages) if _definite(u) or len(u.text.split()) > 3]  # a bare heading says nothing
    rated = [
        (probability(e) + SPECIFIC * _definite(e.unit), e) for e in gather(analyse(aspect), us, sense) if not e.veto
    ]
    best = max((p for p, _ in rated), default=0.0)
    near = [(p + FIRST * _definite(e.unit), e.unit) for p, e in rated if p >= max(ABOUT, 0.3 * best)]
    kept = [u for _, u in sorted(near, key=lambda x: -x[0])][:MOST_QUOTES]
    wanted = set(stems(aspect)) - STOP
    section = [u for u in us if kept and wanted and wanted <= set(stems(u.heading)) and _definite(u)]
    chosen = {(u.passage, u.start): u for u in [*kept, *section[: MOST_QUOTES + 2]]}
    quotes = [Quoted(u.text, u.passage) for _, u in sorted(chosen.items())]
    return Cell(bool(quotes), "", tuple(quotes), "" if quotes else r.reason)


def _definite(u: Unit) -> bool:
    """Does it give a figure, a date, a time?"""
    return any(v.kind in ("money", "percent", "date", "duration", "quantity", "time") for v in find_values(u.text))


def report(topic: str, passages: Sequence[Mapping[str, Any]], sense: Sense) -> Report:
    """Findings on `topic` under the headings they stand under; aspects without a finding are gaps."""
    us = units(passages)
    if not us:
        return Report(topic, (), reason="There is no text to report on.")
    best: dict[tuple[int, int], tuple[float, Unit, str]] = {}
    gaps = []
    wanted = aspects(topic)
    for aspect in wanted:
        q = analyse(aspect)
        kept = [e for e in gather(q, us, sense) if not e.veto and _about(e)]
        if not kept:
            gaps.append(aspect)
        for e in kept:
            key = (e.unit.passage, e.unit.start)
            if key not in best or best[key][0] < probability(e):
                best[key] = (probability(e), e.unit, aspect)
    chosen = sorted(best.values(), key=lambda x: -x[0])[:MOST_FINDINGS]
    several = len({u.title for _, u, _ in chosen}) > 1
    groups: dict[str, list[Quoted]] = {}
    for _, u, aspect in sorted(chosen, key=lambda x: (x[1].passage, x[1].start)):
        groups.setdefault(_category(u, aspect, len(wanted) > 1, several), []).append(Quoted(u.text, u.passage))
    reason = "" if groups else "None of the passages found is about this."
    return Report(topic, tuple(Group(h, tuple(f)) for h, f in groups.items()), tuple(gaps), reason)


def _about(e: Evidence) -> bool:
    """On the topic: by the fitted weights, or plainly close in meaning with its words met (a topic has no value)."""
    return probability(e) >= ABOUT or (e.cosine >= 0.45 and e.covered >= 0.5)


def _category(u: Unit, aspect: str, by_aspect: bool, several: bool) -> str:
    if by_aspect:
        return aspect[:1].upper() + aspect[1:]
    heading = re.sub(r"^[\d.§\s]+", "", u.heading).strip()
    return heading or (u.title if several else aspect[:1].upper() + aspect[1:])
