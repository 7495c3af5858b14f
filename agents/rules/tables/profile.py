"""The first query of a table question: which values the columns hold. Its answer is read back as `Facts`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from agents.rules.tables.schema import Column, Facts, Sheet

_ROWS = 950  # the tool returns 1,000 at most
_MOST = 120  # values of one column


def profile_sql(chosen: Sequence[Sheet], stems: Sequence[str]) -> str:
    """For text columns their values (those that share a word with the goal first), for dates and numbers their span."""
    from sqlglot import exp

    columns = [c for s in chosen for c in s.columns]
    room = max(8, min(_MOST, _ROWS // max(1, sum(c.kind == "text" for c in columns))))
    pattern = "|".join(re.escape(w) for w in stems if len(w) > 1) or "^$"
    selects: list[exp.Select] = []
    for c in columns:
        cell = exp.cast(exp.column(c.name, quoted=True), "varchar")
        table = exp.Table(this=exp.to_identifier(c.table, quoted=True))
        if c.kind in ("text", "bool"):
            inner = (
                exp.select(exp.alias_(cell, "v"), exp.alias_(exp.Count(this=exp.Star()), "n"))
                .from_(table)
                .where(exp.column(c.name, quoted=True).is_(exp.null()).not_())
                .group_by(cell)
            )
            hit = (
                exp.Case()
                .when(
                    exp.func("regexp_matches", exp.func("lower", exp.column("v")), exp.Literal.string(pattern)),
                    exp.Literal.number(0),
                )
                .else_(exp.Literal.number(1))
            )
            over = exp.Window(this=exp.Count(this=exp.Star()))
            q = _select(c, exp.column("v"), exp.null(), over).from_(inner.subquery("x"))
            q = q.order_by(hit, exp.column("n").desc(), exp.column("v")).limit(room)
            selects.append(exp.select("*").from_(q.subquery("y")))
        else:
            own = exp.column(c.name, quoted=True)
            low, high = (exp.cast(bound(this=own.copy()), "varchar") for bound in (exp.Min, exp.Max))
            different = exp.Count(this=exp.Distinct(expressions=[own.copy()]))
            selects.append(_select(c, low, high, different).from_(table))
    query: Any = selects[0]
    for s in selects[1:]:
        query = exp.union(query, s, distinct=False, copy=False)
    return query.sql(dialect="duckdb")


def _select(c: Column, value: Any, high: Any, different: Any) -> Any:
    from sqlglot import exp

    named = exp.Literal.string(c.table), exp.Literal.string(c.name), value, high, different
    titles = "table_name", "column_name", "value", "greatest", "different"
    return exp.select(*(exp.alias_(e, n) for e, n in zip(named, titles, strict=True)))


def facts(data: Mapping[str, Any]) -> Facts:
    values: dict[tuple[str, str], list[str]] = {}
    distinct: dict[tuple[str, str], int] = {}
    span: dict[tuple[str, str], tuple[str, str]] = {}
    for table, column, value, greatest, different in data.get("rows") or []:
        key = (table, column)
        distinct[key] = int(different or 0)
        if value is not None and greatest is not None:
            span[key] = (str(value), str(greatest))
        elif value is not None:
            values.setdefault(key, []).append(str(value))
    return Facts(values, distinct, span)
