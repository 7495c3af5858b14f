"""A follow-up laid over the question before: what it names anew replaces what it replaces, the rest stays."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from agents.rules.tables.decide import decide
from agents.rules.tables.findings import Read
from agents.rules.tables.schema import Ask, Column, Filter, split_name

_LISTS = re.compile(r"\W*(?:and |so )?(?:which|who|list|show(?: me)?|name)\b", re.I)
# What the question before lacked and a later one may name.
_A_NUMBER = ("an amount of money", "which number to add up", "which number to average", "what to rank by")


def overlay(base: Ask, r: Read) -> Ask:
    """ "total sales in the North by month" + "and for the South?" -> the same of the South."""
    if _sorts(base, r):
        return base
    new = decide(r)
    renamed = {(f.column.table, f.column.name) for f in new.filters}
    base.filters = [f for f in base.filters if (f.column.table, f.column.name) not in renamed] + new.filters
    if r.has("agg"):
        base.agg, base.measure, base.times = new.agg or base.agg, new.measure or base.measure, new.times or base.times
        base.less = new.less if new.measure else base.less
        base.limit, base.order = (0, "") if not new.limit else (new.limit, new.order)
    elif any(m.column.kind == "number" for m in r.columns) and new.measure is not None:
        base.measure, base.times, base.less = new.measure, new.times, new.less
        if base.agg == "count" and new.agg in ("sum", "") and not re.search(r"\bhow many\b|\bcount\b", r.text, re.I):
            base.agg = "sum"  # "and what was charged for those?" after how many there were
    if new.group or new.bucket:
        base.group, base.bucket, base.when = new.group, new.bucket, new.when
        base.agg = base.agg or ("sum" if base.measure else "count")
    if r.has("limit") or r.has("order"):
        base.limit, base.order = new.limit, new.order
        if new.limit == 1 and r.rows and not new.group and not new.bucket:  # "and the most expensive purchase of it?"
            base.group, base.bucket, base.agg, base.show = [], "", "", new.show
    plain = not (base.group or base.bucket or new.group or new.bucket)
    if plain and new.agg in ("min", "max") and new.measure is not None:
        base.agg, base.measure, base.times = new.agg, new.measure, None  # "and the highest fee": no total of it
    if plain and new.limit == 1 and not new.agg and new.measure is not None and base.agg:
        base.agg, base.measure, base.times, base.show = (
            "",
            new.measure,
            None,
            new.show,
        )  # "and the highest fee among them"
    if (
        _LISTS.match(r.text)
        and base.agg in ("count", "sum")
        and not (base.group or base.bucket or r.has("agg") or r.has("order"))
    ):
        base.agg, base.show = (
            "",
            new.show,
        )  # "how many were cancelled?" + "which of them had paid?": the rows themselves
    several = [f for f in new.filters if f.op == "in" and len(f.values) > 1]
    if several and base.agg and not base.group and not base.bucket:
        base.group = [several[0].column]
    if new.share and base.filters and base.agg in ("sum", "count") and not base.group and not base.bucket:
        base.share = True  # "and what percentage is that of everything paid?"
        base.whole = [f for f in base.filters if f.op in ("from", "month")]
    if r.has("chart"):
        base.chart = new.chart
    missing = [w for w in base.left if not (base.measure is not None and w in _A_NUMBER)]
    base.left = [*missing, *(new.left if not _only_chart(r) else [])]
    base.score += new.score if new.score > 0 else 0.0
    return base


_SORTS = re.compile(r"\b(?:sort|order|rank|arrange)\w*(?: \w+)? by\b", re.I)


_FIRST = re.compile(r"\b(?:(?P<down>biggest|largest|highest|most|newest|latest|longest|best|dearest)|smallest|lowest|least|fewest|oldest|earliest|shortest|worst|cheapest)(?: ones?)? first\b", re.I)  # fmt: skip


def _sorts(base: Ask, r: Read) -> bool:
    """ "sorted by name": the same rows in another order; False where they are groups, or no one column is named."""
    if (m := _FIRST.search(r.text)) and base.group and base.agg:
        base.order = "desc" if m["down"] else "asc"
        return True
    named = {m.column.name: m.column for m in r.columns}
    if not _SORTS.search(r.text) or base.agg or base.group or len(named) != 1 or r.left:
        return False
    base.measure = next(iter(named.values()))
    down = r"\b(?:desc\w*|(?:highest|largest|most|latest|newest|biggest) first)\b"
    base.order = "desc" if re.search(down, r.text, re.I) else "asc"
    return True


def _only_chart(r: Read) -> bool:
    return bool(r.cue("chart")) and not r.values and not r.columns


def called_alike(c: Column, name: str) -> bool:
    """The same column, or the one of another table that is called the same: "Job no", "job_no"."""
    return c.name == name or [w.casefold() for w in split_name(c.name)] == [w.casefold() for w in split_name(name)]


def about(ask: Ask, found: Mapping[str, Any]) -> Ask:
    """The ask restricted to what a ranking before it found: "which region sold the most, and how much was that …"."""
    column = next((c for c in ask.sheet.columns if called_alike(c, str(found.get("column")))), None)
    if column is None or any(f.column.name == column.name for f in ask.filters):
        return ask
    value = found["value"]
    ask.filters.append(Filter(column, "in", (value,), f"{column.name} is {value}"))
    if any(g.name == column.name for g in ask.group):
        ask.group = [g for g in ask.group if g.name != column.name]
        ask.limit, ask.order = 0, ""
        ask.agg = ask.agg or ("sum" if ask.measure is not None else "count")
    return ask
