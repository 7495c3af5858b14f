"""The short value of the sentence that answers: what is told first, before the quotation."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from agents.rules.reading.evidence import Evidence
from agents.rules.reading.pick import Candidate, candidates
from agents.rules.reading.polarity import verdict
from agents.rules.reading.question import Question
from agents.rules.reading.types import Kind, Quoted
from agents.rules.reading.words import stems

_CELL = re.compile(r"\W*([^:;\n]{1,40}): ([^;\n]*)")  # of a table's row, told as text: "Room: C03; Extension: 4412"


def value_of(q: Question, best: Evidence, quotes: Sequence[Quoted]) -> tuple[str, Kind, float | str | None, str]:
    u = best.unit
    if q.kind == "yes_no":
        word = verdict(q, u, best)
        return word, "yes_no", word.lower() or None, ""
    found = best.found
    if q.wants and not found and len(quotes[0].text) > len(u.text):  # it may stand in the sentence that was added
        found = candidates(q, replace(u, text=quotes[0].text), frozenset())
    if q.wants:
        return typed(q, found[0]) if found and (found[0].score >= 0.1 or len(found) == 1) else ("", q.kind, None, "")
    if cells := _CELL.findall(u.text) if u.text.count(";") and _CELL.match(u.text) else []:
        asked = {s for t in q.terms for s in t.stems}
        named = [v.strip() for label, v in cells if stems(label) and set(stems(label)) <= asked]
        return (named[0], q.kind, named[0], "") if len(named) == 1 else ("", q.kind, None, "")
    if u.label and best.inside >= 0.5:
        after = re.sub(r"^\**:\**\s*", "", u.text[u.text.index(u.label) + len(u.label) :]).strip()
        if 0 < len(after) <= 80:
            return after.rstrip("."), q.kind, after.rstrip("."), ""
    return "", q.kind, None, ""


_KINDS: dict[str, Kind] = {
    "quantity": "number",
    "time": "date",
    "ordinal": "number",
    "frequency": "duration",
    "name": "person",
    "role": "person",
}


def typed(q: Question, c: Candidate) -> tuple[str, Kind, float | str | None, str]:
    kind: Kind = _KINDS.get(c.kind, c.kind)  # type: ignore[arg-type]
    if c.kind in ("name", "role"):
        kind = q.kind if q.kind in ("person", "organisation", "place") else "person"
    v = c.value
    if v is None:
        return c.text, kind, c.text, ""
    if v.kind == "date":
        return c.text, kind, v.date or c.text, ""
    if v.number is not None:
        return c.text, kind, v.number, v.unit
    return c.text, kind, c.text, ""
