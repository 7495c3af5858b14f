"""Which of several values in one sentence a question asks for, told by the clause that each stands in.

"… built in 1887 for a merchant and converted to a guest house in 1974": asked when it was built, both years stand near
the word. The reader model is given the sentence once with each clause and without the others.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from agents.rules.reading.bands import amounts, in_band, speaks_of_the_rest
from agents.rules.reading.pick import Candidate
from agents.rules.reading.question import Question
from agents.rules.reading.told import told
from agents.rules.reading.types import Sense
from agents.rules.reading.units import Unit
from agents.rules.reading.words import concepts, stems

_BREAK = re.compile(r"[;()|]|,(?=\s)| [–—-] |\s(?=(?:and|but|or|while|whereas|plus|which|rising|then) )")
_REFERS = re.compile(r"\b(?:it|this|that|they|these|those)\b", re.I)
PLAINLY = 1.5  # log-odds by which another value's clause must be the likelier before nearness is overruled
WORD = 3.0  # log-odds that a word of the question is worth, where only one of the clauses has it
MOST = 4  # values compared


def by_clause(q: Question, u: Unit, found: Sequence[Candidate], sense: Sense) -> list[Candidate]:
    """`found` with the value first whose clause answers the question plainly better than that of the nearest value."""
    found = _in_unit(q, _in_its_range(q, u, found))
    same = [c for c in found if c.kind == found[0].kind][:MOST] if found else []
    if len(same) < 2:
        return list(found)
    pairs = _clauses(u.text, same)
    whole = [f"{head}{own}" for head, own in pairs]
    if len(set(whole)) < 2:
        return list(found)
    odds = sense.answers(q.wording, [told(replace(u, text=text)) for text in whole])
    worth = [max(-5.0, min(5.0, float(z))) + WORD * _said(q, text) for z, text in zip(odds, whole, strict=True)]
    best = max(range(len(same)), key=worth.__getitem__)
    if worth[best] - worth[0] < PLAINLY:
        return list(found)
    return [same[best], *(c for c in found if c is not same[best])]


_HOW_MANY = re.compile(r"\bhow many (?:working |calendar |business )?(?P<unit>[a-z]+?)s?\b", re.I)


def _in_unit(q: Question, found: Sequence[Candidate]) -> Sequence[Candidate]:
    """Asked how many days, "ninety days" answers and "six months" beside it does not."""
    m = _HOW_MANY.search(q.text)
    own = [c for c in found if m and c.value is not None and c.value.unit.rstrip("s") == m["unit"].casefold()]
    return own or found


def _in_its_range(q: Question, u: Unit, found: Sequence[Candidate]) -> Sequence[Candidate]:
    """ "Under five come free and older ones pay £3.50": for an amount that the question names, only the values of the
    clause whose range holds it, or of the one about the rest where no range does; none where that clause has no value."""
    asked = amounts(f"{q.told} {q.text}")
    if not asked or not found:
        return found
    cuts = [0, *(m.end() for m in _BREAK.finditer(u.text)), len(u.text)]
    spans = list(pairwise(cuts))
    held = [in_band(asked, u.text[a:b]) for a, b in spans]
    if True not in held and False in held:
        held = [True if h is None and speaks_of_the_rest(u.text[a:b]) else h for h, (a, b) in zip(held, spans, strict=True)]  # fmt: skip
    if held.count(True) != 1 or (held.count(None) == len(held) - 1 and len(found) == 1):
        return found
    a, b = spans[held.index(True)]
    return [c for c in found if a <= c.start < b]


def _clauses(text: str, values: Sequence[Candidate]) -> list[tuple[str, str]]:
    """(what it takes over, its own words) of the clause around each value. A clause that begins with its value takes
    over what stands before the first ("Leave 300 mm behind it and 500 mm at the side"); one that refers back with "it"
    is about what the clause before says."""
    first = min(values, key=lambda c: c.start)
    start, end = _clause(text, first)
    head, before = text[start : first.start], _bare(text[start:end])
    out = []
    for c in values:
        a, b = _clause(text, c)
        own = _bare(text[a:b])
        if c is not first and _REFERS.search(text[a : c.start]):
            own = f"{before}; {own}"
        out.append((head if c is not first and own.startswith(text[c.start : c.end]) else "", own))
    return out


def _bare(clause: str) -> str:
    return re.sub(r"^(?:and|but|or|plus) ", "", clause.strip(" ,;()|–—-"))


def _said(q: Question, own: str) -> float:
    of = stems(own)
    hits = [t.hit(of, concepts(of)) for t in q.terms]
    return sum(1.0 if h == 1.0 else 0.5 if h else 0.0 for h in hits)  # a word like it says less than the word


def _clause(text: str, c: Candidate) -> tuple[int, int]:
    cuts = [0, *(m.end() for m in _BREAK.finditer(text) if not c.start <= m.start() < c.end), len(text)]
    return max(x for x in cuts if x <= c.start), min(x for x in cuts if x >= c.end)
