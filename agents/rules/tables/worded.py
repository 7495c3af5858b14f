"""A query in plain words, as the model reads it that compares queries with questions (`memory/reader.py`).

"orders q1: the customer with the highest total of total gbp, where container is keg". Training (`bench/table_reader`) and
use say a query with the same words; what changes here makes a stranger of the shipped model.
"""

from __future__ import annotations

from datetime import date, timedelta

from agents.rules.tables.schema import Ask, Column, Filter, Sheet, split_name

_OPS = {">": "more than ", ">=": "at least ", "<": "less than ", "<=": "at most ", "=": ""}
_DAYS = {">": "after ", ">=": "on or after ", "<": "before ", "<=": "on or before ", "=": "on "}
_AGG = {"sum": "total of", "avg": "average of", "median": "median of", "distinct": "number of different"}


def whole(ask: Ask) -> str:
    """The query with everything that it asks."""
    where = " and ".join(condition(f) for f in ask.filters)
    return f"{table(ask.sheet)}: {what(ask)}{f', where {where}' if where else ''}"


def condition(f: Filter) -> str:
    name = column(f.column)
    if f.op in ("in", "not in"):
        return f"{name} is {'not ' if f.op == 'not in' else ''}{' or '.join(str(v) for v in f.values)}"
    if f.op in ("null", "not null"):
        return f"{name} is {'empty' if f.op == 'null' else 'filled in'}"
    if f.op in ("true", "false"):
        return f"{name} is {'yes' if f.op == 'true' else 'no'}"
    if f.op == "from":
        return f"{name} is {_period(*map(str, f.values))}"
    if f.op == "month":
        return f"{name} is in {' or '.join(f'{date(2000, int(m), 1):%B}' for m in f.values)}"
    if f.other is not None:
        return f"{name} is {(_DAYS if f.column.kind == 'date' else _OPS)[f.op]}{column(f.other)}"
    if f.column.kind == "date":
        return f"{name} is {_DAYS[f.op]}{_day(str(f.values[0]))}"
    return f"{name} is {_OPS[f.op]}{f.values[0]:.10g}"


def column(c: Column) -> str:
    return " ".join(w.casefold() for w in split_name(c.name)) or c.name


def what(ask: Ask) -> str:
    if ask.share:
        return f"share of {'the rows' if ask.agg == 'count' or ask.measure is None else 'the ' + aggregate(ask)}"
    if ask.group or ask.bucket:
        return f"{each(ask)} {aggregate(ask)}" if ask.limit else f"{aggregate(ask)} {each(ask)}"
    if ask.agg or ask.measure is None:
        return aggregate(ask)
    if not ask.limit:
        return f"the rows in order of {column(ask.measure)}, {_end(ask.measure, ask.order)} first"
    many = f"{ask.limit} rows" if ask.limit > 1 else "row"
    return f"the {many} with the {_end(ask.measure, ask.order)} {column(ask.measure)}"


def aggregate(ask: Ask) -> str:
    if ask.agg == "count":
        return "number of rows"
    if not ask.agg or ask.measure is None:
        return "the rows"
    if ask.agg in ("min", "max"):
        return f"{_end(ask.measure, 'desc' if ask.agg == 'max' else 'asc')} {column(ask.measure)}"
    less = f" less {column(ask.less)}" if ask.less else ""
    return f"{_AGG.get(ask.agg, ask.agg)} {column(ask.measure)}{less}"


def each(ask: Ask) -> str:
    named = " and ".join(column(c) for c in ask.group) or f"{ask.bucket} of {column(ask.when) if ask.when else ''}"
    if not ask.limit:
        return f"for each {named}"
    return f"the {f'{ask.limit} ' if ask.limit > 1 else ''}{named} with the {'highest' if ask.order == 'desc' else 'lowest'}"


def _end(c: Column, order: str) -> str:
    if c.kind == "date":
        return "latest" if order == "desc" else "earliest"
    return "highest" if order == "desc" else "lowest"


def table(sheet: Sheet) -> str:
    title, own = ([w.casefold() for w in split_name(x)] for x in (sheet.title, sheet.sheet))
    suffix = sheet.title.rsplit(".", 1)[-1].casefold() if "." in sheet.title else ""
    more = [] if set(own) <= set(title) else own  # the one sheet of a CSV file is called as the file is
    return " ".join(w for w in (*title, suffix, *more) if w)


def _day(iso: str) -> str:
    d = date.fromisoformat(iso[:10])
    return f"{d.day} {d:%B %Y}"


def _period(start: str, end: str) -> str:
    """`end` is the first day after."""
    a, z = date.fromisoformat(start[:10]), date.fromisoformat(end[:10])
    months = (z.year - a.year) * 12 + z.month - a.month
    if a.day == z.day == 1:
        if months == 1:
            return f"in {a:%B %Y}"
        if months == 12 and a.month == 1:
            return f"in {a.year}"
        if months == 3 and a.month % 3 == 1:
            return f"in the {('first', 'second', 'third', 'fourth')[a.month // 3]} quarter of {a.year}"
    return f"from {_day(start)} to {_day(str(z - timedelta(days=1)))}"
