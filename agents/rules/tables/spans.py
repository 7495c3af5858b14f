"""The time between two date columns of a row against a length: "took longer than 10 days from received to finished".

Both columns are named, or, after a verb of taking time, they are the one that ends what the other begins. Rows in which
one of the two dates is missing have no such time and are left out.
"""

from __future__ import annotations

import re

from agents.rules.tables.findings import Mention, Read
from agents.rules.tables.schema import Ask, Column, Filter
from agents.rules.words import stem

_TOOK = re.compile(
    r"""
    \b(?:exceed(?:s|ed|ing)?|longer|shorter|took|takes?|taken|taking|need(?:s|ed)?|last(?:s|ed)?
        |wait(?:s|ed|ing)?|open|outstanding|away|out|spent|stayed|delayed|done|finished|completed|answered
        |delivered|returned|repaired|turned[ ]round|turnaround)
    \b
    """,
    re.I | re.X,
)
_ENDS = {stem(w) for w in "finished delivered completed done answered arrived returned closed ended shipped end finish completion return delivery resolved released collected departed".split()}  # fmt: skip  # noqa: SIM905
_BEGINS = {stem(w) for w in "received start started begin began opened ordered placed reported requested booked collected raised created submitted sent arrived borrowed lent issued".split()}  # fmt: skip  # noqa: SIM905
# In days; a month has no length of its own.
_DAYS = {"minute": 1 / 1440, "hour": 1 / 24, "day": 1.0, "week": 7.0, "fortnight": 14.0}


def span_filters(r: Read, ask: Ask, used: set[int]) -> None:
    lengths = [c for c in r.cue("compare") if _unit(c.value)]
    if len(lengths) != 1 or len(r.sheet.of_kind("date")) < 2:
        return
    cue = lengths[0]
    op, low, high, _ = cue.value  # type: ignore[misc]
    days = _DAYS[_unit(cue.value)]
    pair = _named(r)
    if pair is None and _TOOK.search(r.text) and not _has_length(r, _unit(cue.value)):
        pair = _known(r)
    if pair is None:
        return
    begin, end = pair
    bounds = [(">=", low), ("<=", high)] if op == "between" else [(op, low)]
    for sign, n in bounds:
        shown = f"{begin.name} to {end.name} {sign} {n * days:g} days"
        ask.filters.append(Filter(end, str(sign), (n * days,), shown, begin, span=True))
    said = [m for m in r.columns if m.column in (begin, end)]
    used.update(i for m in said for i in range(m.start, m.end))
    r.found[:] = [c for c in r.found if c is not cue]
    took = [m.span() for m in _TOOK.finditer(r.text)]
    r.left[:] = [i for i in r.left if not any(a <= r.tokens[i].start < b for a, b in took)]


def _unit(value: object) -> str:
    unit = str(value[3]).casefold().rstrip("s") if isinstance(value, tuple) and len(value) == 4 else ""
    return unit if unit in _DAYS else ""


def _named(r: Read) -> tuple[Column, Column] | None:
    """ "From received to finished", "between arrival and departure"."""
    dates: list[Mention] = []
    for m in sorted(r.columns, key=lambda x: (x.start, -x.rate)):
        if m.column.kind == "date" and not any(d.start == m.start for d in dates):
            dates.append(m)
    for a in dates:
        for b in dates:
            if a.column is b.column or b.start < a.end:
                continue
            before = r.text[: r.tokens[a.start].start]
            between = r.text[r.tokens[a.end - 1].end : r.tokens[b.start].start]
            from_to = re.search(r"\b(?:from|since|after)\s+(?:\w+\s+){0,2}$", before, re.I) and re.fullmatch(r"(?:\s+\w+){0,3}?\s+(?:to|until|till|through to)\s+(?:\w+\s+){0,2}", between, re.I)  # fmt: skip
            both = re.search(r"\bbetween\s+(?:\w+\s+){0,2}$", before, re.I) and re.fullmatch(r"(?:\s+\w+){0,2}?\s+and\s+(?:\w+\s+){0,2}", between, re.I)  # fmt: skip
            if from_to or both:
                return a.column, b.column
    return None


def _known(r: Read) -> tuple[Column, Column] | None:
    """The one date that ends and the one other that begins; None where there could be two of either."""
    dates = r.sheet.of_kind("date")
    ends = [c for c in dates if set(c.stems) & _ENDS]
    begins = [c for c in dates if set(c.stems) & _BEGINS and c not in ends[:1]]
    return (begins[0], ends[0]) if len(ends) == 1 and len(begins) == 1 else None


def _has_length(r: Read, unit: str) -> bool:
    """Is there a column that counts in that very unit ("days")? Then that is how long it took."""
    return any(stem(unit) in c.stems for c in r.amounts())
