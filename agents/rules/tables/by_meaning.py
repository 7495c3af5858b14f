"""A question that the words of no table account for, understood by its meaning: of the queries that the tables allow, which
one does it ask? Used where `understand` leaves words over; a query is taken only when the model is sure of it, and when
every number, date and name in the question has its place in it.

A decision at a time is rated first (what is counted, of what each, which rows), then whole queries of the likeliest.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import combinations
from typing import Any

from agents.rules.reading.types import Sense
from agents.rules.tables.column_kinds import is_identifier
from agents.rules.tables.cue import Cue
from agents.rules.tables.cues import cues
from agents.rules.tables.schema import Ask, Column, Facts, Filter, Sheet
from agents.rules.tables.worded import condition, grouping, groupings, head, heads, joined, part, whole
from agents.rules.words import stem, words

SURE, CLEAR = 1.0, 0.7  # log-odds of the query taken, and by how much it must lead one that gives another answer
_TABLES, _PARTS, _WHOLES = 3, 36, 40  # rated at most: tables, decisions of each, queries
_POSSIBLE = -2.0  # log-odds below which a decision is no candidate
_FEW = 30  # values of a column that are all looked at


@dataclass
class _Rated:
    what: Any  # Ask or Filter
    odds: float


def meant(text: str, pool: Sequence[Sheet], facts: Facts, sense: Sense, now: datetime) -> Ask | None:
    """The one query that the question asks, or None."""
    tables = _likeliest(text, pool, sense)
    rated: list[_Rated] = []
    for sheet in tables:
        rated += [_Rated(ask, 0.0) for ask in _queries(text, sheet, facts, sense, now)]
    if not rated:
        return None
    odds = sense.asks(text, [whole(r.what) for r in rated])
    for r, z in zip(rated, odds, strict=True):
        r.odds = float(z)
    rated.sort(key=lambda r: -r.odds)
    best = rated[0]
    rival = next((r for r in rated[1:] if not _same(best.what, r.what)), None)
    if best.odds < SURE or (rival is not None and best.odds - rival.odds < CLEAR):
        return None
    return best.what if _accounts(text, best.what, facts, now) else None


def _likeliest(text: str, pool: Sequence[Sheet], sense: Sense) -> list[Sheet]:
    if len(pool) <= _TABLES:
        return list(pool)
    said = [f"{s.title} {s.sheet}: {', '.join(c.name for c in s.columns)}" for s in pool]
    vectors = sense.embed([text, *said])
    order = sorted(range(len(pool)), key=lambda i: -float(vectors[0] @ vectors[i + 1]))
    return [pool[i] for i in order[:_TABLES]]


def _queries(text: str, sheet: Sheet, facts: Facts, sense: Sense, now: datetime) -> list[Ask]:
    """Whole queries made of the decisions that are likely for this table."""
    found = cues(text, now)
    numbers = [c for c in sheet.of_kind("number") if not is_identifier(c)]
    what = _best(text, sheet, [(a, head(a)) for a in heads(sheet, numbers)], sense, 4)
    each = _best(text, sheet, [(a, grouping(a)) for a in groupings(sheet)], sense, 3)
    rows = _best(text, sheet, [(f, condition(f)) for f in _conditions(text, sheet, facts, found, sense)], sense, 5)
    number = next((c.value[0] for c in found if c.kind == "limit"), 0)  # type: ignore[index]
    out: list[tuple[float, Ask]] = []
    for a in what[:4]:
        for g in [None, *each]:
            if g is not None and (a.what.share or not a.what.agg):
                continue
            for chosen in _together(rows):
                ask = joined(a.what, g.what if g else None, [f.what for f in chosen])
                if number and ask.limit:
                    ask.limit = int(number)
                unlikely = sum(max(0.0, r.odds) for r in rows if r not in chosen)
                out.append((a.odds + (g.odds if g else 0.0) + sum(min(0.0, f.odds) for f in chosen) - unlikely, ask))
    out.sort(key=lambda x: -x[0])
    return [ask for _, ask in out[:_WHOLES]]


def _best(text: str, sheet: Sheet, said: Sequence[tuple[Any, str]], sense: Sense, n: int) -> list[_Rated]:
    if len(said) > _PARTS:  # likeness alone leaves out what is far off
        vectors = sense.embed([text, *(s for _, s in said)])
        order = sorted(range(len(said)), key=lambda i: -float(vectors[0] @ vectors[i + 1]))
        said = [said[i] for i in order[:_PARTS]]
    if not said:
        return []
    odds = sense.asks(text, [part(sheet, s) for _, s in said])
    rated = sorted((_Rated(x, float(z)) for (x, _), z in zip(said, odds, strict=True)), key=lambda r: -r.odds)
    return [r for r in rated[:n] if r.odds > _POSSIBLE] or rated[:1]


def _together(rows: Sequence[_Rated]) -> Iterator[tuple[_Rated, ...]]:
    """Conditions that go together: none, one, two or three of the likely ones, no column twice."""
    for n in range(min(3, len(rows)) + 1):
        for chosen in combinations(rows, n):
            names = [(f.what.column.name, f.what.op in ("<", "<=")) for f in chosen]
            if len({*names}) == len(names):
                yield chosen


def _conditions(text: str, sheet: Sheet, facts: Facts, found: Sequence[Cue], sense: Sense) -> Iterator[Filter]:
    stems_ = {w.stem for w in words(text)}
    for c in sheet.columns:
        if c.kind == "text":
            values = facts.of(c)
            few = facts.distinct.get((c.table, c.name), len(values)) <= _FEW
            for v in values:
                if few or stems_ & {w.stem for w in words(v)}:
                    yield Filter(c, "in", (v,), f"{c.name} is {v}")
                    if few and len(values) <= 8:
                        yield Filter(c, "not in", (v,), f"{c.name} is not {v}")
        if c.kind == "bool":
            yield from (Filter(c, op, (), f"{c.name} is {said}") for op, said in (("true", "yes"), ("false", "no")))
        if c.kind in ("text", "date"):
            yield Filter(c, "null", (), f"{c.name} is empty")
            yield Filter(c, "not null", (), f"{c.name} is filled in")
    yield from _literal(sheet, found)


def _literal(sheet: Sheet, found: Sequence[Cue]) -> Iterator[Filter]:
    """Dates and numbers of the question, of each column that they could be of."""
    for cue in found:
        value: Any = cue.value
        for c in sheet.of_kind("date"):
            if cue.kind == "when":
                yield Filter(c, value[0], (value[1],), f"{c.name} {value[0]} {value[1]}")
            elif cue.kind == "period" and value[0] == "months":
                yield Filter(c, "month", tuple(value[1]), f"{c.name} in {', '.join(f'{date(2000, m, 1):%B}' for m in value[1])}")
            elif cue.kind == "period":
                yield Filter(c, "from", tuple(value), f"{c.name} from {value[0]} to before {value[1]}")
                yield Filter(c, "<", (value[0],), f"{c.name} < {value[0]}")
                yield Filter(c, ">=", (value[1],), f"{c.name} >= {value[1]}")
        for c in sheet.of_kind("number"):
            if cue.kind == "compare" and value[0] != "between":
                yield Filter(c, value[0], (value[1],), f"{c.name} {value[0]} {value[1]:g}")
            elif cue.kind == "number":
                yield Filter(c, "=", (value[0],), f"{c.name} = {value[0]:g}")


def _same(a: Ask, b: Ask) -> bool:
    """The same answer to whoever asked: the highest amount, and the row with it."""
    if {condition(f) for f in a.filters} != {condition(f) for f in b.filters} or a.sheet.name != b.sheet.name:
        return False
    ends: Mapping[str, str] = {"max": "desc", "min": "asc"}
    return a.measure == b.measure and bool(a.measure) and not (a.group or b.group) and ends.get(a.agg, a.order) == ends.get(b.agg, b.order) != ""


def _accounts(text: str, ask: Ask, facts: Facts, now: datetime) -> bool:
    """Has every date, number and name of the question its place in the query?"""
    for cue in cues(text, now):
        value: Any = cue.value
        if cue.kind == "when" and not any(f.values[:1] == (value[1],) for f in ask.filters):
            return False
        if cue.kind == "period" and not any(_of_period(f, value) for f in ask.filters):
            return False
        if cue.kind == "compare" and not any(f.values[:1] == (value[1],) for f in ask.filters):
            return False
    return True


def _of_period(f: Filter, value: Any) -> bool:
    if value[0] == "months":
        return f.op == "month" and f.values == tuple(value[1])
    return f.values in (tuple(value), (value[0],), (value[1],))
