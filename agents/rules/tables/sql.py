"""An `Ask` as DuckDB SQL, built from sqlglot expressions only."""

from __future__ import annotations

from typing import Any

from agents.rules.tables.conditions import col, compared, condition, number
from agents.rules.tables.schema import Ask, Filter

ROWS = 200  # rows of a listing
_OF_ROWS = ("sum", "avg", "min", "max", "median", "ratio", "extent")  # told with the number of rows they are of


def to_sql(ask: Ask) -> str:
    from sqlglot import exp

    value = _value(ask)
    query: Any
    if ask.difference or _periods(ask):
        query = _side_by_side(ask, value)
    elif ask.share:
        query = _share(ask, value)
    elif ask.group or ask.bucket:
        query = _grouped(ask, value)
    elif ask.agg:
        extra = [_as(_count(), "rows")] if ask.agg in _OF_ROWS else []
        query = exp.select(_as(value, _title(ask)), *extra)
    else:
        query = _rows(ask)
    query = _from(query, ask)
    if not (ask.difference or _periods(ask)):
        filters = ask.whole if ask.share else ask.filters
        for f in filters:
            query = query.where(condition(f))
    if ask.absent:
        other, theirs, own = ask.absent
        there = exp.select("1").from_(exp.Table(this=exp.to_identifier(other.name, quoted=True))).where(exp.EQ(this=col(theirs), expression=col(own)))  # fmt: skip
        query = query.where(exp.Not(this=exp.Exists(this=there)))
    if ask.having and ask.counted:
        query.set("order", None)
        query = exp.select(_as(_count(), f"different {ask.group[0].name}")).from_(query.subquery("x"))
    return query.sql(dialect="duckdb", pretty=True)


def _from(query: Any, ask: Ask) -> Any:
    from sqlglot import exp

    query = query.from_(exp.Table(this=exp.to_identifier(ask.sheet.name, quoted=True)))
    if ask.join:
        other, a, b = ask.join
        query = query.join(
            exp.Table(this=exp.to_identifier(other.name, quoted=True)),
            on=exp.EQ(this=col(a), expression=col(b)),
            join_type="left",
        )
    return query


def _as(e: Any, name: str) -> Any:
    from sqlglot import exp

    return exp.alias_(e, name, quoted=True)


def _count() -> Any:
    from sqlglot import exp

    return exp.Count(this=exp.Star())


def _operand(ask: Ask) -> Any:
    from sqlglot import exp

    assert ask.measure is not None
    if ask.times is not None:
        return exp.Mul(this=col(ask.measure), expression=col(ask.times))
    if ask.less is not None:
        nothing = exp.Literal.number(0)
        return exp.Sub(this=col(ask.measure), expression=exp.Coalesce(this=col(ask.less), expressions=[nothing]))
    return col(ask.measure)


def _value(ask: Ask) -> Any:
    from sqlglot import exp

    if ask.agg in ("", "count") or ask.measure is None:
        return _count() if ask.factor == 1.0 else _money(exp.Mul(this=_count(), expression=number(ask.factor)))
    x = _operand(ask)
    if ask.factor != 1.0:
        return _money(exp.Mul(this=exp.Sum(this=x), expression=number(ask.factor)))
    if ask.minuend is not None:
        return _money(exp.Sub(this=number(ask.minuend), expression=exp.Sum(this=x)))
    if ask.agg == "distinct":
        return exp.Count(this=exp.Distinct(expressions=[x]))
    if ask.agg == "median":
        return exp.Median(this=x)
    if ask.agg == "extent":
        return exp.Sub(this=exp.Max(this=x), expression=exp.Min(this=x.copy()))
    if ask.agg == "ratio" and ask.per is not None:
        whole = exp.Nullif(this=exp.Sum(this=col(ask.per)), expression=exp.Literal.number(0))
        return exp.Round(this=exp.Div(this=exp.Sum(this=x), expression=whole), decimals=exp.Literal.number(3))
    node = {"sum": exp.Sum, "avg": exp.Avg, "min": exp.Min, "max": exp.Max}[ask.agg](this=x)
    return (
        exp.Round(this=node, decimals=exp.Literal.number(2))
        if ask.agg in ("sum", "avg") and ask.measure.kind == "number"
        else node
    )


def _money(x: Any) -> Any:
    from sqlglot import exp

    return exp.Round(this=x, decimals=exp.Literal.number(2))


def _title(ask: Ask) -> str:
    if ask.factor != 1.0:
        return ask.title
    if ask.minuend is not None and ask.measure is not None:
        return f"{ask.minuend:,.10g} less total {ask.measure.name}"
    if ask.agg in ("", "count") or ask.measure is None:
        return "count"
    name = ask.measure.name if ask.times is None else f"{ask.measure.name} × {ask.times.name}"
    name = name if ask.less is None else f"{ask.measure.name} − {ask.less.name}"
    if ask.agg == "ratio" and ask.per is not None:
        return f"{name} per {ask.per.name}"
    word = {
        "sum": "total",
        "extent": "highest less lowest",
        "avg": "average",
        "min": "lowest",
        "max": "highest",
        "median": "median",
        "distinct": "different",
    }[ask.agg]
    return f"{word} {name}"


def _bucket(ask: Ask) -> Any:
    from sqlglot import exp

    assert ask.when is not None
    when = exp.cast(col(ask.when), "timestamp")
    pattern = {"year": "%Y", "month": "%Y-%m", "day": "%Y-%m-%d", "week": "%G-W%V"}.get(ask.bucket)
    if pattern:
        return exp.func("strftime", when, exp.Literal.string(pattern))
    year = exp.func("strftime", when, exp.Literal.string("%Y-Q"))
    return exp.func("concat", year, exp.func("quarter", when.copy()))


def _grouped(ask: Ask, value: Any) -> Any:
    from sqlglot import exp

    keys = [(col(g), g.name) for g in ask.group]
    if ask.bucket:
        keys.insert(0, (_bucket(ask), ask.bucket))
    title = _title(ask)
    query = exp.select(*(_as(e, n) for e, n in keys), _as(value, title))
    for g in ask.group if ask.limit else ():  # rows that name nobody are no first of "which skipper"
        query = query.where(exp.Not(this=condition(Filter(g, "null", (), ""))))
    for i in range(len(keys)):
        query = query.group_by(exp.Literal.number(i + 1))
    if ask.bucket and not ask.limit and not ask.order:
        order = [exp.Ordered(this=exp.Literal.number(i + 1)) for i in range(len(keys))]
    else:
        order = [exp.Ordered(this=exp.Literal.number(len(keys) + 1), desc=ask.order != "asc", nulls_first=False)]
        order += [exp.Ordered(this=exp.Literal.number(1))]
    if ask.having:
        query = query.having(compared(ask.having.op, value.copy(), ask.having.value))
    return _first(query.order_by(*order), ask, value)


def _first(query: Any, ask: Ask, by: Any) -> Any:
    """The first `limit`, and whatever is equal to the last of them: a tie is told, not decided by chance."""
    from sqlglot import exp

    if not ask.limit:
        return query
    order = exp.Order(expressions=[exp.Ordered(this=by.copy(), desc=ask.order != "asc", nulls_first=False)])
    place = exp.Window(this=exp.func("rank"), order=order)
    among = exp.LTE(this=place, expression=exp.Literal.number(ask.limit))
    if not isinstance(by, exp.Count):  # what has no value has no place, and is equal to nothing
        among = exp.and_(among, by.copy().is_(exp.null()).not_())
    return query.qualify(among).limit(max(ask.limit, ROWS))


def _rows(ask: Ask) -> Any:
    from sqlglot import exp

    names_row = any(c.kind != "number" for c in ask.show)
    columns = list(ask.show) if names_row else []  # "which project has the biggest fee": which it is comes first
    everything = list(ask.sheet.columns)
    identity = [c for c in everything[:4] if c.kind == "text"][:2]  # a number of the row, and who or what it is of
    for c in [
        *identity,
        *ask.sheet.of_kind("date")[:1],
        *ask.show,
        *([ask.measure] if ask.measure else []),
        *(f.column for f in ask.filters),
        *(f.other for f in ask.filters if f.other),
    ]:
        if not any(c.name == x.name and c.table == x.table for x in columns):
            columns.append(c)
    if len(everything) <= 10 and (not ask.show or ask.limit == 1):
        shown = ask.show if names_row else []
        columns = [*shown, *(c for c in everything if c not in shown)]
    extra = [_as(_operand(ask), _title(ask).split(" ", 1)[-1])] if ask.times is not None or ask.less is not None else []
    query = exp.select(*(col(c) for c in columns), *extra)
    if ask.order and ask.measure is not None:
        query = query.order_by(exp.Ordered(this=_operand(ask), desc=ask.order == "desc", nulls_first=False))
        return _first(query, ask, _operand(ask)) if ask.limit else query.limit(ROWS)
    return query.limit(ask.limit or ROWS)


def _share(ask: Ask, value: Any) -> Any:
    """Part, whole and percentage; by group the share of each."""
    from sqlglot import exp

    base = _count() if ask.measure is None or ask.agg == "count" else exp.Sum(this=_operand(ask))
    hundred = exp.Literal.number(100)
    if ask.group or ask.bucket:
        whole = exp.Window(this=exp.Sum(this=base.copy()))
        share = exp.Round(
            this=exp.Div(this=exp.Mul(this=hundred, expression=base), expression=whole), decimals=exp.Literal.number(2)
        )
        query = _grouped(ask, value)
        return query.select(_as(share, "share in %"))
    inside = [f for f in ask.filters if f not in ask.whole]
    met = exp.and_(*(condition(f) for f in inside)) if inside else exp.true()
    part = exp.Filter(this=base.copy(), expression=exp.Where(this=met))
    share = exp.Round(
        this=exp.Div(this=exp.Mul(this=hundred, expression=part), expression=base), decimals=exp.Literal.number(2)
    )
    return exp.select(_as(share, "share in %"), _as(part.copy(), "part"), _as(base.copy(), "whole"))


def _periods(ask: Ask) -> list[Filter]:
    found = [f for f in ask.filters if f.op in ("from", "month")]
    return found if len(found) > 1 else []


def _side_by_side(ask: Ask, value: Any) -> Any:
    """One column for each period or value, and the difference where it is asked for."""
    from sqlglot import exp

    alternatives = _periods(ask)
    if not alternatives:
        several = next(f for f in ask.filters if f.op == "in" and len(f.values) > 1)
        alternatives = [Filter(several.column, "in", (v,), str(v)) for v in several.values]
        fixed = [f for f in ask.filters if f is not several]
    else:
        fixed = [f for f in ask.filters if f not in alternatives]
    base = value.this if isinstance(value, exp.Round) else value
    cells = []
    for f in alternatives:
        met = exp.and_(*(condition(x) for x in [f, *fixed]))
        cell: Any = exp.Filter(this=base.copy(), expression=exp.Where(this=met))
        cells.append(
            (exp.Round(this=cell, decimals=exp.Literal.number(2)) if isinstance(value, exp.Round) else cell, f)
        )
    titles = [f.shown.removeprefix(f.column.name).strip() for _, f in cells]
    out = [_as(e, t) for (e, _), t in zip(cells, titles, strict=True)]
    if len(cells) == 2:
        a, b = cells[0][0].copy(), cells[1][0].copy()
        first, second = (b, a) if _periods(ask) else (a, b)
        difference = exp.Round(this=exp.Sub(this=first, expression=second), decimals=exp.Literal.number(2))
        out.append(_as(difference, "difference"))
        if _periods(ask):
            change = exp.Div(
                this=exp.Mul(
                    this=exp.Literal.number(100), expression=exp.paren(exp.Sub(this=b.copy(), expression=a.copy()))
                ),
                expression=exp.func("nullif", a.copy(), exp.Literal.number(0)),
            )
            out.append(_as(exp.Round(this=change, decimals=exp.Literal.number(2)), "change in %"))
    return exp.select(*out)
