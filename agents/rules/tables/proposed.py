"""What a question may well ask of a table, where its words alone do not tell: of all queries that the table allows, the
one that the model of `doubted.py` puts first.

It is looked for in two steps, since all queries are too many: first what is counted, of what each, and which rows, each
by itself; then whole queries of the best of these. What it finds is never told as an answer, only as one reading of the
question, with the reading in words beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TypeVar

from agents.rules.reading.types import Sense
from agents.rules.tables.parts import grouping, groupings, head, heads, joined, part
from agents.rules.tables.schema import Ask, Facts, Filter
from agents.rules.tables.worded import condition, whole

T = TypeVar("T")
HEADS, GROUPINGS, CONDITIONS = 6, 4, 4  # the likeliest of each that whole queries are made of
FEW = 12  # values of a column that are all tried
SHEETS = 2  # tables that are tried


@dataclass(frozen=True)
class Proposal:
    ask: Ask
    odds: float  # log-odds that it is what is asked
    lead: float  # over the next one that asks for something else


def proposed(text: str, asks: Sequence[Ask], known: Facts, sense: Sense) -> Proposal | None:
    """The likeliest query. asks: what `understand` made of the question, best first; its literal values hold."""
    queries: dict[str, Ask] = {}
    for ask in [a for a in asks if a.join is None][:SHEETS]:
        queries |= {whole(q): q for q in _queries(text, ask, known, sense)}
    if not queries:
        return None
    odds = sense.asks(text, list(queries))
    ranked = sorted(zip(map(float, odds), queries.values(), strict=True), key=lambda x: -x[0])
    first, best = ranked[0]
    other = next((o for o, q in ranked[1:] if not alike(q, best)), -9.0)
    return Proposal(best, first, first - other)


def _queries(text: str, ask: Ask, known: Facts, sense: Sense) -> Iterator[Ask]:
    sheet = ask.sheet
    amounts = [c for c in sheet.of_kind("number") if c.name not in ask.codes]
    able = [a for a in heads(sheet, amounts) if a.agg != "distinct" or a.measure is not None]
    tops = _best(text, ask, [(head(a), a) for a in able], HEADS, sense)
    groups = [None, *_best(text, ask, [(grouping(a), a) for a in groupings(sheet)], GROUPINGS, sense)]
    literal = [f for f in ask.filters if _is_literal(f, text)]
    taken = {f.column.name for f in literal}
    others = [(condition(f), f) for f in [*ask.filters, *_conditions(ask, known)] if f.column.name not in taken]
    likely = _best(text, ask, others, CONDITIONS, sense)
    rows = [(), *((f,) for f in likely), *(p for p in combinations(likely, 2) if p[0].column != p[1].column)]
    for asked in tops:
        for grouped in groups:
            if grouped is not None and (asked.share or asked.limit or not asked.agg or asked.agg in ("min", "max")):
                continue
            for more in rows:
                yield joined(asked, grouped, [*literal, *more])


def _best(text: str, ask: Ask, said: Sequence[tuple[str, T]], most: int, sense: Sense) -> list[T]:
    if not said:
        return []
    odds = sense.asks(text, [part(ask.sheet, words) for words, _ in said])
    return [said[int(i)][1] for i in (-odds).argsort()[:most]]


def _conditions(ask: Ask, known: Facts) -> Iterator[Filter]:
    for c in ask.sheet.columns:
        if c.kind == "bool":
            yield Filter(c, "true", (), f"{c.name} is yes")
            yield Filter(c, "false", (), f"{c.name} is no")
        if c.kind == "text" and known.distinct.get((c.table, c.name), 0) <= FEW:
            yield from (Filter(c, "in", (v,), f"{c.name} is {v}") for v in known.of(c)[:FEW])


def _is_literal(f: Filter, text: str) -> bool:
    """Does its value itself stand in the question? Then every reading has to keep it."""
    if f.op in ("in", "not in"):
        return all(re.search(rf"\b{re.escape(str(v))}\b", text, re.I) for v in f.values)
    return f.op in ("from", "month", "quarter", ">", ">=", "<", "<=", "=") and f.other is None


def alike(a: Ask, b: Ask) -> bool:
    """The same to whoever asked: the highest amount, and the row with it."""
    if whole(a) == whole(b):
        return True
    ends = {("max", ""): "desc", ("min", ""): "asc"}
    of = [(x.measure, ends.get((x.agg, x.order), x.order if not x.agg else "")) for x in (a, b)]
    same_rows = {condition(f) for f in a.filters} == {condition(f) for f in b.filters}
    return bool(of[0] == of[1] and of[0][1]) and same_rows and not a.group and not b.group


def told(proposal: Proposal) -> str:
    """The reading in words: "number of rows, where status is paid"."""
    return whole(proposal.ask).split(": ", 1)[1]
