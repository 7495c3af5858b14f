"""A filter as a condition in SQL, and the columns and numbers that it is made of: sqlglot expressions only."""

from __future__ import annotations

from typing import Any

from agents.rules.tables.schema import Column, Filter


def col(c: Column) -> Any:
    from sqlglot import exp

    return exp.column(c.name, table=exp.to_identifier(c.table, quoted=True), quoted=True)


def condition(f: Filter) -> Any:
    from sqlglot import exp

    c = col(f.column)
    if f.span and f.other is not None:
        days = exp.Sub(this=exp.cast(c, "date"), expression=exp.cast(col(f.other), "date"))
        return compared(f.op, days, f.values[0])
    if f.other is not None:
        return {"<": exp.LT, "<=": exp.LTE, ">": exp.GT, ">=": exp.GTE}[f.op](this=c, expression=col(f.other))
    if f.op in ("in", "not in"):
        text = exp.cast(c, "varchar") if f.column.kind != "text" else c
        hit: Any = (
            exp.In(this=text, expressions=[exp.Literal.string(str(v)) for v in f.values])
            if len(f.values) != 1
            else exp.EQ(this=text, expression=exp.Literal.string(str(f.values[0])))
        )
        return (
            hit
            if f.op == "in"
            else exp.Or(this=exp.Not(this=exp.paren(hit)), expression=exp.Is(this=c.copy(), expression=exp.null()))
        )
    if f.op in ("true", "false"):
        return exp.EQ(this=c, expression=exp.true() if f.op == "true" else exp.false())
    if f.op == "null":
        empty = exp.EQ(this=exp.func("trim", exp.cast(c.copy(), "varchar")), expression=exp.Literal.string(""))
        return exp.paren(exp.Or(this=exp.Is(this=c, expression=exp.null()), expression=empty))
    if f.op == "not null":
        return exp.Is(this=c, expression=exp.null()).not_()
    if f.op == "month":
        month = exp.func("month", c)
        return exp.In(this=month, expressions=[exp.Literal.number(m) for m in f.values])
    if f.op == "from":
        low, high = (exp.cast(exp.Literal.string(str(v)), "timestamp") for v in f.values)
        return exp.and_(exp.GTE(this=c, expression=low), exp.LT(this=c.copy(), expression=high))
    node = {">": exp.GT, ">=": exp.GTE, "<": exp.LT, "<=": exp.LTE, "=": exp.EQ}[f.op]
    value = (
        exp.cast(exp.Literal.string(str(f.values[0])), "timestamp")
        if f.column.kind == "date"
        else exp.Literal.number(plain(f.values[0]))
    )
    return node(this=c, expression=value)


def compared(op: str, left: Any, right: float) -> Any:
    from sqlglot import exp

    node = {">": exp.GT, ">=": exp.GTE, "<": exp.LT, "<=": exp.LTE, "=": exp.EQ}[op]
    return node(this=left, expression=exp.Literal.number(plain(right)))


def number(x: float) -> Any:
    from sqlglot import exp

    return exp.cast(exp.Literal.number(plain(x)), "double")  # 0.15 as a decimal would round what it multiplies


def plain(value: Any) -> str:
    number = float(value)
    return str(int(number)) if number == int(number) else repr(number)
