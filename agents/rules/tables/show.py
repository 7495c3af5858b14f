"""A query's result for people: the value first, the rows as a table, what was asked of the data; and why not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from agents.rules import say
from agents.rules.tables.schema import Ask, Facts, Filter
from tools.base import Json

_SHOWN = 30  # rows in an answer


def shown(ask: Ask, data: Mapping[str, Any], cite: str) -> str:
    columns, rows = list(data["columns"]), [list(r) for r in data["rows"]]
    where = _where(ask)
    if (len(rows) == 1 and len(columns) == 1) or (
        ask.agg
        and not ask.group
        and not ask.bucket
        and not ask.share
        and not ask.difference
        and len(rows) == 1
        and len(columns) <= 2
    ):
        counted = f" ({say.cell(rows[0][1])} rows)" if len(columns) == 2 and columns[1] == "rows" else ""
        return f"**{say.cell(rows[0][0], columns[0])}** — {columns[0]} {where}{counted}. {cite}".replace("..", ".")
    if ask.share and not ask.group and not ask.bucket and len(rows) == 1:
        share, part, whole = rows[0]
        return f"**{say.cell(share)}%** — {say.cell(part)} of {say.cell(whole)} {where}. {cite}"
    if len(rows) == 1 and ask.limit == 1 and len(columns) == 2:
        return f"**{_label(rows[0][0], ask)}** — {columns[1]} {say.cell(rows[0][1], columns[1])} {where}. {cite}"
    if (
        len(rows) == 1 and ask.limit == 1 and ask.join and len(ask.group) == 2 and len(columns) == 3
    ):  # a code and its name
        return f"**{say.cell(rows[0][1])}** ({_label(rows[0][0], ask)}) — {columns[2]} {say.cell(rows[0][2], columns[2])} {where}. {cite}"  # fmt: skip
    if len(rows) == 1:
        head = f"**{_found(columns, rows[0], ask)}**" if ask.limit == 1 else ""
        body = ", ".join(f"{c}: {_cell(v, c, ask)}" for c, v in zip(columns, rows[0], strict=True))
        return f"{head} — {body} ({where}). {cite}".removeprefix(" — ")
    kept = rows[:_SHOWN]
    tie = _tie(ask, rows)
    more = f"\n\n{_SHOWN} of {len(rows)} rows are shown." if len(rows) > _SHOWN else ""
    lead = (
        f"#### {columns[-1][0].upper()}{columns[-1][1:]} by {' and '.join(columns[:-1])} {where}"
        if ask.agg
        else f"{len(rows)} rows {where}"
    )
    return f"{lead}{'' if lead.startswith('#') else ':'} {cite}\n\n{tie}{say.table(columns, kept, ask.codes)}{more}"


def _tie(ask: Ask, rows: Sequence[Sequence[Any]]) -> str:
    """Said where more than were asked for come out equal, so that nobody takes the first of them for the only one."""
    if not 0 < ask.limit < len(rows):
        return ""
    if ask.limit == 1:
        names = [f"**{_label(r[0], ask)}**" for r in rows]
        several = f"{', '.join(names[:-1])} and {names[-1]}" if len(names) <= 5 else f"{len(names)} of them"
        return f"{several} come out equal.\n\n"
    return f"{len(rows)} instead of {ask.limit}: the last ones come out equal.\n\n"


def _found(columns: Sequence[str], row: Sequence[Any], ask: Ask) -> str:
    """Of the one row of a ranking: which it is; of a row that has no name of its own, only a number, how much it is."""
    dated = next((c.kind == "date" for c in ask.sheet.columns if c.name == columns[0]), False)
    if (columns[0] in ask.codes or dated) and ask.measure is not None and ask.measure.name in columns:
        return f"{say.cell(row[columns.index(ask.measure.name)], ask.measure.name)} {ask.measure.name}"
    return _label(row[0], ask)


def _cell(value: Any, column: str, ask: Ask) -> str:
    return str(value) if column in ask.codes and value is not None else say.cell(value, column)


def _label(value: Any, ask: Ask) -> str:
    if ask.bucket == "month" and isinstance(value, str) and len(value) == 7:
        from datetime import date

        return f"{date(int(value[:4]), int(value[5:]), 1):%B %Y}"
    return say.cell(value)


def _where(ask: Ask) -> str:
    source = ask.sheet.title + (f" and {ask.join[0].title}" if ask.join else "")
    said = [*ask.notes, *([f"not used: {', '.join(f'“{w}”' for w in ask.unused)}"] if ask.unused else [])]
    notes = f"; {'; '.join(said)}" if said else ""
    without = f", without a row in {ask.absent[0].title}" if ask.absent else ""
    groups = f", {_groups(ask)}" if ask.having else ""
    return f"in {source}{without}" + (f", {described(ask.filters)}" if ask.filters else "") + groups + notes


def _groups(ask: Ask) -> str:
    assert ask.having
    what = f"total {ask.having.total.name}" if ask.having.total else "count"
    return f"{what} {ask.having.op} {ask.having.value:g} for each {ask.group[0].name}"


def described(filters: Sequence[Filter]) -> str:
    return ", ".join(f.shown for f in filters)


def value_of(data: Mapping[str, Any], ask: Ask) -> Json:
    """What a later part may compute with: the cell that was asked for, else the last number (before "rows")."""
    columns, rows = data["columns"], data["rows"]
    if not rows:
        return None
    if not ask.agg and ask.measure is not None and ask.measure.name in columns:
        return rows[0][columns.index(ask.measure.name)]
    cells = [v for c, v in zip(columns, rows[0], strict=True) if c != "rows"]
    numbers = [v for v in cells if isinstance(v, int | float) and not isinstance(v, bool)]
    return numbers[-1] if numbers else cells[0]


def label_of(data: Mapping[str, Any], ask: Ask) -> dict[str, Json]:
    """Which one a ranking found ({"column", "value"}), for a part that goes on about it; {} when it found none or many."""
    if ask.limit != 1 or len(data["rows"]) != 1 or ask.bucket:
        return {}
    return {"column": str(data["columns"][0]), "value": data["rows"][0][0]}


def chart(ask: Ask, data: Mapping[str, Any]) -> dict[str, Json]:
    """For 2–40 groups with a number each; {} when there is nothing to draw."""
    columns, rows = data["columns"], data["rows"]
    if not ask.chart or not 2 <= len(rows) <= 40 or len(columns) < 2:
        return {}
    y = next(
        (i for i in range(1, len(columns)) if all(isinstance(r[i], int | float) or r[i] is None for r in rows)), None
    )
    if y is None:
        return {}
    return {
        "kind": ask.chart,
        "x": [str(r[0]) for r in rows],
        "y": [r[y] for r in rows],
        "x_label": str(columns[0]),
        "y_label": str(columns[y]),
    }


def problem(ask: Ask, known: Facts, brief: bool = False) -> str:
    """What did not fit, and what there is instead; brief: only the first, where a text is read for the answer as well."""
    said = ", ".join(f"“{w}”" for w in dict.fromkeys(ask.left))
    columns = ", ".join(c.name for c in ask.sheet.columns[:14])
    if brief:
        return f"nothing in {ask.sheet.title} fits {said}."
    out = f"Nothing in {ask.sheet.title} fits {said}. Its columns are: {columns}."
    few = [c for c in ask.sheet.of_kind("text") if 1 < known.distinct.get((c.table, c.name), 0) <= 12][:3]
    if few:
        out += " " + " ".join(f"{c.name} has: {', '.join(list(known.of(c))[:12])}." for c in few)
    return out
