"""Which clause of a sentence a value belongs to: "the repairs budget is £7,500 and the food budget is £4,000".

A sentence that answers may give the same kind of value for two things. The value asked for stands in the clause that has
the question's words. Nothing is found here that the sentence does not say.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from agents.rules.reading.question import analyse
from agents.rules.reading.types import Reading
from agents.rules.reading.words import concepts, stems
from text.values import Value, find_values

_EDGE = re.compile(r"\s*;\s*|,?\s+(?:and|but|or|whereas|while|against|versus|compared (?:with|to)|instead of|rather than)\s+|,\s+", re.I)  # fmt: skip
KINDS = ("money", "quantity", "percent", "duration", "number")


@dataclass(frozen=True)
class Clause:
    text: str
    values: tuple[Value, ...]  # of the kinds looked for; at least one


def clauses(text: str, kinds: Sequence[str] = KINDS) -> list[Clause]:
    """`text` in pieces with a value each; what has none belongs to the piece before it, or to the first."""
    found = [v for v in find_values(text) if v.kind in kinds and v.number is not None]
    if not found:
        return []
    edges = [m.end() for m in _EDGE.finditer(text) if not any(v.start < m.end() and m.start() < v.end for v in found)]
    starts, at = [0], 0
    for e in edges:
        if any(at <= v.start < e for v in found) and any(v.start >= e for v in found):
            # The words before a value are its own from the last edge on: "with scaffolding, and Carne asked £4,120".
            upto = min(v.start for v in found if v.start >= e)
            own = max(x for x in edges if x <= upto)
            if own not in starts:
                starts.append(own)
            at = own
    cuts = [*starts, len(text)]
    out = []
    for a, b in pairwise(cuts):
        values = tuple(v for v in found if a <= v.start < b)
        out.append(Clause(text[a:b].strip(), values))
    return [c for c in out if c.values]


def by_clause(question: str, found: Reading) -> Reading:
    """The reading with the value of the clause that has more of the question's words; unchanged where none has."""
    if not found.found or not found.sentences or found.kind not in KINDS or not isinstance(found.typed, int | float):
        return found
    said = [c for c in clauses(found.sentences[0].text, (found.kind,)) if len(c.values) == 1]
    own = next((c for c in said if c.values[0].text == found.value), None)
    if own is None or len(said) < 2:
        return found
    terms = [t for t in analyse(question).terms if t.weight >= 0.7]

    def covered(c: Clause) -> float:
        of = stems(c.text)
        having = concepts(of)
        return sum(t.hit(of, having) for t in terms)

    best = max(said, key=covered)
    if covered(best) < covered(own) + 0.9 or sum(covered(c) == covered(best) for c in said) > 1:
        return found
    v = best.values[0]
    return replace(found, value=v.text, typed=v.number, unit=v.unit)
