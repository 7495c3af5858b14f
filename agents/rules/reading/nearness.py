"""How near a value stands to the words of a question in its unit: by distance, by what stands between, by its heading."""

from __future__ import annotations

import math
import re

from agents.rules.reading.question import Question, Term
from agents.rules.reading.units import Unit
from agents.rules.reading.words import STOP, concepts, stems


def spots_of(terms: tuple[Term, ...], u: Unit) -> list[tuple[int, int, float]]:
    """Where the question's words stand in the unit: (start, end, weight)."""
    out = []
    for m in re.finditer(r"[^\W_]+(?:['’\-][^\W_]+)*", u.text):
        if m[0].lower() in STOP:
            continue
        of = stems(m[0])
        groups = concepts(of)
        for t in terms:
            if set(t.stems) & set(of) or (t.groups & groups):
                out.append((m.start(), m.end(), t.weight * (1.5 if t.head else 1.0)))
                break
    return out


def nearness(q: Question, u: Unit, start: int, end: int, spots: list[tuple[int, int, float]]) -> float:
    """Weighted closeness to the question's words; another clause in between counts as distance."""
    spots = [s for s in spots if not (s[0] >= start and s[1] <= end)] or spots
    if not spots:
        return _under_heading(q, u, start) or (0.3 if u.label else 0.1)
    near = total = 0.0
    for a, b, w in spots:
        between = u.text[end:a] if a >= end else u.text[b:start] if b <= start else ""
        gap = len(between) + 25 * len(re.findall(r"[;|]|, (?:and|but|or|which)\b", between)) + (6 if a >= end else 0)
        gap += 15 * len(re.findall(r"(?<!,) (?:and|but|or)\b", between)) + 40 * _leaves_bracket(between)
        near += w * math.exp(-gap / 40)
        total += w
    score = 0.75 * near / total
    follows = stems(u.text[end : end + 30])[:3]
    if (q.noun and (q.noun in follows or concepts([q.noun]) & concepts(follows))) or (
        not q.noun and u.label and start >= len(u.label)
    ):
        score += 0.25
    elif _governed(u.text, start, spots):
        score += 0.2
    return min(1.0, score)


def _under_heading(q: Question, u: Unit, start: int) -> float:
    """ "Price" above "£4,850 excluding VAT.": the heading says what the value is, when nothing before the value does."""
    of = stems(u.heading)
    named = any(t.head and (set(t.stems) <= set(of) or t.groups & concepts(of)) for t in q.terms)
    if not named:
        return 0.0
    return 0.8 if not [w for w in stems(u.text[:start]) if w not in STOP] else 0.35


def _leaves_bracket(between: str) -> bool:
    """ "(the landlord) and David Kim": what stands in brackets belongs to what stands before them."""
    return between.count(")") > between.count("(")


_LINK = re.compile(
    r"(?:\s|\b(?:on|at|by|of|to|from|until|till|is|are|was|were|be|in|for|as|the|a|an|about|only|not|than|more|less|up|least|most)\b|[:=])*$"
)


def _governed(text: str, start: int, spots: list[tuple[int, int, float]]) -> bool:
    """ "begins on 1 May and ends on 30 April": a value belongs to the word that governs it, here one of the question's."""
    before = _LINK.sub("", text[:start].lower())
    return any(b == len(before) for _, b, _ in spots)
