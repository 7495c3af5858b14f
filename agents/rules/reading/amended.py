"""A value that another sentence changes: "moved from 13 April to 4 May", "raised from £900 to £950".

Only an explicit change counts, of the very value that was read. Two documents that merely disagree are not this.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from agents.rules.reading.evidence import Evidence
from agents.rules.reading.pick import ASKS_OLD, CHANGED
from agents.rules.reading.question import Question
from text.values import Value, find_values

_TO = re.compile(r"\s*(?:to|until|till)\s*")
_ON_TOPIC = 0.4  # share of the question that the changing sentence and what surrounds it cover


@dataclass(frozen=True)
class Change:
    evidence: Evidence
    value: Value


def change_of(q: Question, best: Evidence, evidence: Sequence[Evidence]) -> Change | None:
    """The change of the value that `best` gives; None where none is stated or the old value is asked for."""
    if not best.found or best.found[0].value is None or ASKS_OLD.search(q.text):
        return None
    old = best.found[0].value
    for e in evidence:
        if e.unit is best.unit or e.covered < _ON_TOPIC or not CHANGED.search(e.unit.text):
            continue
        values = find_values(e.unit.text)
        for a, b in pairwise(values):
            if _same(a, old) and b.kind == a.kind and _TO.fullmatch(e.unit.text[a.end : b.start]):
                return Change(e, b)
    return None


def _same(a: Value, b: Value) -> bool:
    if a.kind != b.kind:
        return False
    if a.kind == "date":  # one of them may leave the year out
        return bool(a.date and b.date) and a.date[-5:] == b.date[-5:]
    return a.number is not None and a.number == b.number and (a.unit == b.unit or not a.unit or not b.unit)
