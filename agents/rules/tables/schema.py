"""Tables as the reading of questions sees them, and what an `Ask` of them is. Data only."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Literal

from agents.rules.words import stem

Kind = Literal["number", "date", "bool", "text"]


@dataclass(frozen=True)
class Column:
    table: str
    name: str
    kind: Kind
    stems: tuple[str, ...]  # of its name's words: "Annual salary" -> annual, salari


@dataclass(frozen=True)
class Sheet:
    name: str  # in SQL
    title: str  # the document's name
    sheet: str
    rows: int
    columns: tuple[Column, ...]
    stems: frozenset[str]  # of title and sheet: what its rows are called
    trust: str = "user"
    others: frozenset[str] = frozenset()  # what the rows of other tables are called
    head: str = ""  # the noun of the title that the rows are: of supplier_invoices.csv "invoic"

    def of_kind(self, *kinds: Kind) -> list[Column]:
        return [c for c in self.columns if c.kind in kinds]


@dataclass(frozen=True)
class Facts:
    """What a first query told of the columns: values by (table, column), number of different ones, least and greatest."""

    values: Mapping[tuple[str, str], Sequence[str]] = field(default_factory=dict)
    distinct: Mapping[tuple[str, str], int] = field(default_factory=dict)
    span: Mapping[tuple[str, str], tuple[str, str]] = field(default_factory=dict)

    def of(self, c: Column) -> Sequence[str]:
        return self.values.get((c.table, c.name), ())

    def unique(self, c: Column, rows: int) -> bool:
        return rows > 0 and self.distinct.get((c.table, c.name), 0) >= rows


@dataclass(frozen=True)
class Filter:
    """op: "in" (values), "not in", ">", ">=", "<", "<=", "=" (one value), "from" (values: start, end exclusive),
    "month" (values: numbers), "quarter", "null", "not null", "true", "false"; `other`: a column to compare with."""

    column: Column
    op: str
    values: tuple[Any, ...] = ()
    shown: str = ""
    other: Column | None = None
    span: bool = False  # the days from `other` to `column` are compared with the value


@dataclass(frozen=True)
class Having:
    """Which groups: those whose rows (or their `total`) are more, less or as many as the value."""

    op: str  # ">", ">=", "<", "<=", "="
    value: float
    group: Column | None = None
    total: Column | None = None  # added up and compared; None: the rows are counted


@dataclass
class Ask:
    """One question to one table (or a join of two), ready to be written as SQL."""

    sheet: Sheet
    agg: str = (
        ""  # count, distinct, sum, avg, min, max, median, ratio (measure to per), extent (max less min), "" = rows
    )
    measure: Column | None = None
    times: Column | None = None  # measure × times
    less: Column | None = None  # measure − less, row by row
    per: Column | None = None  # of a ratio: what the measure's sum is divided by
    group: list[Column] = field(default_factory=list)
    bucket: str = ""  # year, quarter, month, week, day
    when: Column | None = None  # the date column of the bucket
    filters: list[Filter] = field(default_factory=list)
    having: Having | None = None  # which of the groups
    counted: bool = False  # how many groups these are, and not which
    order: str = ""  # asc, desc
    limit: int = 0  # with all that come out equal to the last one
    share: bool = False
    whole: list[Filter] = field(default_factory=list)  # of a share: filters that hold for the whole as well
    show: list[Column] = field(default_factory=list)
    join: tuple[Sheet, Column, Column] | None = None  # other sheet, this column = that column
    absent: tuple[Sheet, Column, Column] | None = (
        None  # rows of which this other sheet's column has no equal in the third
    )
    difference: bool = False  # of the two groups
    chart: str = ""  # bar, line
    left: list[str] = field(default_factory=list)  # words that fit nothing
    partly: bool = False  # a word is only one of several of the value that it was read as
    notes: list[str] = field(default_factory=list)
    unused: list[str] = field(default_factory=list)  # words that restrict nothing
    rule: tuple[str, int] | None = None  # a document's sentence that gave a condition, and the passage it stands in
    factor: float = 1.0  # what a text's rate multiplies the sum or the count by
    title: str = ""  # of the value, where a rate made it
    minuend: float | None = None  # a text's amount that the sum is taken from
    codes: frozenset[str] = frozenset()  # number columns that number the rows and measure nothing
    score: float = 0.0


def kind_of(sql_type: str) -> Kind:
    t = sql_type.upper()
    if "BOOL" in t:
        return "bool"
    if any(x in t for x in ("INT", "DOUBLE", "FLOAT", "DECIMAL", "REAL", "NUMERIC")):
        return "number"
    return "date" if any(x in t for x in ("DATE", "TIMESTAMP")) else "text"


def split_name(name: str) -> list[str]:
    """ "unit_priceEUR" -> unit, price, EUR; "TÜV_bis" -> TÜV, bis"""
    name = re.sub(r"\be-mail", "email", name, flags=re.I)
    name = re.sub(r"\b(?:no|nr|num)\.? of\b", "number of", name, flags=re.I)
    runs = re.findall(r"\d+|[^\W\d_]+", re.sub(r"\.\w{1,8}$", "", name))
    return [word for run in runs for word in _by_case(run)]


def _by_case(letters: str) -> list[str]:
    """ "priceEUR" -> price, EUR; "HTMLPage" -> HTML, Page. Asked of the letters: `re` knows no classes for their case."""
    starts = [0]
    for i in range(1, len(letters)):
        if letters[i].isupper() and (not letters[i - 1].isupper() or letters[i + 1 : i + 2].islower()):
            starts.append(i)
    return [letters[i:j] for i, j in pairwise([*starts, len(letters)])]


def sheets(tables: Sequence[Any]) -> list[Sheet]:
    out = []
    called = {t.name: _called(t.sheet or "") for t in tables}
    for t in tables:
        columns = tuple(Column(t.name, n, kind_of(k), tuple(stem(w) for w in split_name(n))) for n, k in t.columns)
        own = called[t.name]
        beside = frozenset().union(*(called[o.name] for o in tables if o.title == t.title and o.name != t.name)) - own
        named = (_called(t.title) | own) - beside  # "purchases" of a file "stock and purchases" are not its stock
        others = frozenset().union(*(called[o.name] or _called(o.title) for o in tables if o.name != t.name)) - named
        trust, head = getattr(t, "trust", "user"), _head(t.sheet if own - _called(t.title) else t.title)
        out.append(Sheet(t.name, t.title, t.sheet, t.rows, columns, named, trust, others, head))
    return out


_GENERIC = re.compile(r"sheet|data|table|export|file|list|log", re.I)
_A_TIME = re.compile(r"spring|summer|autumn|fall|winter|q|h|v|fy|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*", re.I)  # fmt: skip


def _head(name: str) -> str:
    named = [w for w in split_name(name) if not w.isdigit() and not _GENERIC.fullmatch(w)]
    named = [w for w in named if not _A_TIME.fullmatch(w)] or named
    return stem(named[-1]) if named else ""


def _called(name: str) -> frozenset[str]:
    return frozenset(stem(w) for w in split_name(name) if not w.isdigit() and not _GENERIC.fullmatch(w))
