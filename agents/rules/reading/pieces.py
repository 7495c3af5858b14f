"""A sentence in pieces with a value each: "the repairs budget is £7,500 and the food budget is £4,000"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

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
