"""Queries that differ from a given one, and single decisions of a query in words: what training shows as wrong."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from agents.rules.tables.schema import Ask, Column, Filter, Sheet
from agents.rules.tables.worded import aggregate, each, table, what


def part(sheet: Sheet, said: str) -> str:
    """One decision, of a query of which nothing else is known yet."""
    return f"{table(sheet)}, in part: {said}"


def head(ask: Ask) -> str:
    """What is counted, added up or looked up, without its groups and rows."""
    if ask.group or ask.bucket:
        return aggregate(ask)
    return what(ask)


def grouping(ask: Ask) -> str:
    """Of what each, and which of them; "" where nothing is grouped."""
    return each(ask) if ask.group or ask.bucket else ""


def heads(sheet: Sheet, numbers: Sequence[Column]) -> Iterator[Ask]:
    """Everything that could be asked of the rows before they are grouped or chosen. numbers: those that measure."""
    yield Ask(sheet)
    yield Ask(sheet, "count")
    yield Ask(sheet, "count", share=True)
    for c in numbers:
        for agg in ("sum", "avg", "max", "min"):
            yield Ask(sheet, agg, c)
        yield Ask(sheet, "sum", c, share=True)
    for c in (*numbers, *sheet.of_kind("date")):
        for order in ("desc", "asc"):
            yield Ask(sheet, measure=c, order=order, limit=1)
    for c in sheet.of_kind("text"):
        yield Ask(sheet, "distinct", c)


def groupings(sheet: Sheet) -> Iterator[Ask]:
    """Everything that rows could be grouped by, and with which of the groups is asked for."""
    for c in sheet.of_kind("text", "bool"):
        for order, limit in (("", 0), ("desc", 1), ("asc", 1)):
            yield Ask(sheet, "count", group=[c], order=order, limit=limit)
    for c in sheet.of_kind("date"):
        for unit in ("month", "year"):
            for order, limit in (("", 0), ("desc", 1)):
                yield Ask(sheet, "count", bucket=unit, when=c, order=order, limit=limit)


def joined(asked: Ask, grouped: Ask | None, filters: Sequence[Filter]) -> Ask:
    """One query of a head, a grouping and conditions."""
    if grouped is None:
        return replace(asked, filters=list(filters))
    return replace(
        asked,
        group=list(grouped.group),
        bucket=grouped.bucket,
        when=grouped.when,
        order=grouped.order,
        limit=grouped.limit,
        filters=list(filters),
    )
