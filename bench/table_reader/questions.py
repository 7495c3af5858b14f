"""The questions that model is trained on: tables, queries of them, and how people word each.

Plain text: `=== file`, `- column | kind | value; value`, `Q query :: wording | wording`, `N :: wording | wording` (the table
cannot answer). A query: `count where status = paid`, `top customer by sum(amount)`, `list name where due < 2026-06-01`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from agents.rules.tables.schema import Ask, Column, Filter, Sheet, kind_of, split_name
from agents.rules.words import stem

TABLES = Path(__file__).parent / "tables"
_SQL = {"text": "VARCHAR", "text*": "VARCHAR", "code": "VARCHAR", "number": "DOUBLE", "date": "DATE", "bool": "BOOLEAN"}
_AGG = re.compile(r"(?P<agg>count|sum|avg|min|max|distinct)(?:\((?P<of>.+?)\))?", re.I)
_TOP = re.compile(r"(?P<end>top|bottom)\s+(?:(?P<n>\d+)\s+)?(?P<what>.+?)\s+by\s+(?P<by>.+)", re.I)
_BUCKET = re.compile(r"(year|quarter|month|week)\s+of\s+(.+)", re.I)
_MONTH, _QUARTER, _YEAR = re.compile(r"(\d{4})-(\d{2})"), re.compile(r"(\d{4})-Q([1-4])", re.I), re.compile(r"\d{4}")


@dataclass
class Table:
    name: str  # of the text file and its place there: "a/3"
    sheet: Sheet
    values: dict[str, list[str]]
    listed: set[str]  # columns of which all values are known
    codes: set[str]
    asked: list[tuple[str, Ask]] = field(default_factory=list)
    unanswerable: list[str] = field(default_factory=list)


def tables(folder: Path = TABLES) -> Iterator[Table]:
    """Every table. Raises ValueError with file and line where the form is not kept."""
    for file in sorted(folder.glob("*.txt")):
        found, faults = parsed(file)
        if faults:
            raise ValueError("\n".join(faults))
        yield from found


def parsed(file: Path) -> tuple[list[Table], list[str]]:
    """The tables of a file, and what is wrong with it, a line each."""
    out: list[Table] = []
    faults: list[str] = []
    title, columns = "", []

    def begun() -> None:
        if columns and (not out or out[-1].sheet.title != title):
            out.append(_table(f"{file.stem}/{len(out) + 1}", title, columns))

    for number, raw in enumerate(file.read_text("utf-8").splitlines(), 1):
        line = raw.strip()
        try:
            if line.startswith("==="):
                title, columns = line.strip("= "), []
            elif line.startswith("- "):
                columns.append([p.strip() for p in line[2:].split("|", 2)])
            elif line.startswith("Q "):
                begun()
                query, _, wordings = line[2:].partition("::")
                ask = query_of(query.strip(), out[-1])
                out[-1].asked += [(w, ask) for w in _wordings(wordings)]
            elif line.startswith("N"):
                begun()
                out[-1].unanswerable += _wordings(line.partition("::")[2])
        except (ValueError, IndexError, KeyError) as e:
            faults.append(f"{file.name}:{number}: {e}: {line[:90]}")
    return out, faults


def _wordings(text: str) -> list[str]:
    out = [w.strip() for w in text.split("|") if w.strip()]
    if not out:
        raise ValueError("no wording")
    return out


def _table(name: str, title: str, columns: Sequence[Sequence[str]]) -> Table:
    made, values, listed, codes = [], {}, set(), set()
    for c in columns:
        column, kind, given = (*c, "", "")[:3]
        if kind not in _SQL:
            raise ValueError(f"no such kind: {kind}")
        made.append(Column("t", column, kind_of(_SQL[kind]), tuple(stem(w) for w in split_name(column))))
        values[column] = [v.strip() for v in given.split(";") if v.strip()]
        listed |= {column} if kind in ("text*", "bool") else set()
        codes |= {column} if kind == "code" else set()
    return Table(name, Sheet("t", title, "", 100, tuple(made), frozenset()), values, listed, codes)


def query_of(text: str, table: Table) -> Ask:
    """The query in the small language of these files. ValueError where it is none."""
    body, _, sort = text.partition(" sort ")
    what, _, where = body.partition(" where ")
    what = what.strip()
    ask = Ask(table.sheet)
    if m := _TOP.fullmatch(what):
        ask.order, ask.limit = ("desc" if m["end"].lower() == "top" else "asc"), int(m["n"] or 1)
        if m["what"].lower() in ("row", "rows"):
            ask.measure = _column(m["by"], table)
        else:
            ask.group = [_column(m["what"], table)]
            _aggregate(m["by"], ask, table)
    elif re.match(r"list\b", what, re.I):
        ask.show = [_column(c, table) for c in what[4:].split(",") if c.strip()]
    elif re.match(r"share\b", what, re.I):
        ask.share = True
        _aggregate(what[5:].strip() or "count", ask, table)
    else:
        value, _, by = what.partition(" by ")
        _aggregate(value, ask, table)
        if m := _BUCKET.fullmatch(by.strip()):
            ask.bucket, ask.when = m[1].lower(), _column(m[2], table)
        elif by:
            ask.group = [_column(by, table)]
    ask.filters = [_condition(c, table) for c in _conditions(where, table)]
    if sort:
        column, _, order = sort.strip().rpartition(" ")
        if ask.agg or order.lower() not in ("asc", "desc"):
            raise ValueError("sort is for lists, and ends in asc or desc")
        ask.measure, ask.order = _column(column, table), order.lower()
    return ask


def _aggregate(text: str, ask: Ask, table: Table) -> None:
    m = _AGG.fullmatch(text.strip())
    if m is None or (m["agg"].lower() != "count" and not m["of"]):
        raise ValueError(f"no aggregate: {text}")
    ask.agg = m["agg"].lower()
    ask.measure = _column(m["of"], table) if m["of"] and ask.agg != "count" else None
    if ask.agg in ("sum", "avg") and ask.measure is not None and ask.measure.kind != "number":
        raise ValueError(f"{ask.agg} of what is no number")


def _column(name: str, table: Table) -> Column:
    for c in table.sheet.columns:
        if c.name.casefold() == name.strip().casefold():
            return c
    raise ValueError(f"no such column: {name.strip()}")


def _conditions(where: str, table: Table) -> list[str]:
    names = "|".join(sorted((re.escape(c.name) for c in table.sheet.columns), key=len, reverse=True))
    cut = re.split(rf"\s+and\s+(?=(?:{names})\s*(?:=|!=|<|>|\bin\b|\bis\b))", where.strip(), flags=re.I)
    return [c for c in cut if c.strip()]


def _condition(text: str, table: Table) -> Filter:
    m = re.fullmatch(r"(.+?)\s*(!=|<=|>=|=|<|>|\bis not empty\b|\bis empty\b|\bin\b)\s*(.*)", text.strip(), re.I)
    if m is None:
        raise ValueError(f"no condition: {text}")
    c, op, value = _column(m[1], table), m[2].lower(), m[3].strip()
    if op.endswith("empty"):
        return Filter(c, "not null" if "not" in op else "null")
    if op == "in" and c.kind == "date":
        return Filter(c, "from", _span(value))
    if op in ("<", "<=", ">", ">=") or (op == "=" and c.kind in ("number", "date")):
        return Filter(
            c, op, (date.fromisoformat(value).isoformat() if c.kind == "date" else float(value.replace(",", "")),)
        )
    if c.kind == "bool":
        return Filter(c, "true" if (value.lower() == "yes") == (op == "=") else "false")
    values = tuple(v.strip() for v in value.split(",")) if op == "in" else (value,)
    for v in values:
        if c.name in table.listed and v not in table.values[c.name]:
            raise ValueError(f"{c.name} has no value {v}")
    return Filter(c, "not in" if op == "!=" else "in", values)


def _span(value: str) -> tuple[str, str]:
    if m := _QUARTER.fullmatch(value):
        year, month, months = int(m[1]), 3 * int(m[2]) - 2, 3
    elif m := _MONTH.fullmatch(value):
        year, month, months = int(m[1]), int(m[2]), 1
    elif _YEAR.fullmatch(value):
        year, month, months = int(value), 1, 12
    else:
        raise ValueError(f"no period: {value}")
    end = month - 1 + months
    return date(year, month, 1).isoformat(), date(year + end // 12, end % 12 + 1, 1).isoformat()
