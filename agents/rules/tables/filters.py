"""Which rows a question is about: values, numbers, periods, empty cells. Each finding becomes a `Filter` or is left over."""

from __future__ import annotations

import re

from agents.rules.tables.column_kinds import is_identifier, is_money
from agents.rules.tables.cue import Cue
from agents.rules.tables.findings import Mention, Read
from agents.rules.tables.schema import Ask, Column, Filter
from agents.rules.words import stem

# "…, including the empty ones" leaves none out; beside another value of the column they are added to its rows.
_INCLUDING = re.compile(r"\b(?:including|even counting)\s+(?:(?:the|any|all)\s+)*$", re.I)
_ONES = re.compile(r"\s+ones\b", re.I)


def value_filters(r: Read, ask: Ask) -> None:
    by_column: dict[tuple[str, bool], list[Mention]] = {}
    for m in r.values:
        by_column.setdefault((m.column.name, m.negated), []).append(m)
    for (_, negated), ms in by_column.items():
        if not negated and all(_INCLUDING.search(r.text[: r.tokens[m.start].start]) and _ONES.match(r.text[r.tokens[m.end - 1].end :]) for m in ms):  # fmt: skip
            continue
        values = tuple(dict.fromkeys(m.value for m in ms))
        shown = f"{ms[0].column.name} {'is not' if negated else 'is'} {' or '.join(values)}"
        ask.filters.append(Filter(ms[0].column, "not in" if negated else "in", values, shown))


def number_filters(r: Read, ask: Ask, used: set[int]) -> None:
    for c in r.cue("compare"):
        op, low, high, unit = c.value  # type: ignore[misc]
        column = number_column(r, c, used, str(unit))
        if column is None:
            ask.left.append(r.text[c.start : c.end])
            continue
        if op == "between":
            ask.filters.append(Filter(column, ">=", (low,), f"{column.name} ≥ {low:g}"))
            ask.filters.append(Filter(column, "<=", (high,), f"{column.name} ≤ {high:g}"))
        else:
            ask.filters.append(Filter(column, str(op), (low,), f"{column.name} {op} {low:g}"))
    for c in r.cue("number"):  # a bare number: an exact value of a number column that stands beside it, or unexplained
        near = [m for m in r.columns if m.column.kind == "number" and not m.guessed and abs(r.tokens[m.start].start - c.end) < 12]  # fmt: skip
        if near:
            ask.filters.append(Filter(near[0].column, "=", (c.value[0],), f"{near[0].column.name} = {c.value[0]:g}"))  # type: ignore[index]
            used.add(near[0].start)
        else:
            ask.left.append(r.text[c.start : c.end])


_HAVING = re.compile(
    r"\b(?:(?P<none>without|no|not any|n['’]t (?:have|bring|take|got)(?: any)?)|with|brings?|brought|bringing|have|has|had|having|takes?|took|got|includ(?:es?|ed|ing))"
    r"\s+(?:(?:any|some|an?|their|his|her|the)\s+)?$",
    re.I,
)


# "Give me a table with the hours per grade": what it shows.
_SHOWN_WITH = re.compile(r"\b(?:table|list|chart|graph|plot|overview|breakdown|summary|report|spreadsheet)\s+with\s+(?:\w+\s+){0,2}$", re.I)  # fmt: skip


def some_filters(r: Read, ask: Ask, used: set[int]) -> None:
    """ "Which guests brought dogs", of a column that counts the dogs: the rows where there is one, or none of them."""
    for m in r.columns:
        if m.column not in r.amounts() or m.guessed or m.start in used or is_money(m.column):
            continue
        before = r.text[: r.tokens[m.start].start]
        heard = None if _SHOWN_WITH.search(before) else _HAVING.search(before)
        if heard is None or not set(m.column.stems) & {w.stem for w in r.tokens[m.start : m.end]}:
            continue
        if any(x.column is m.column for x in r.columns if x.start < m.start):
            continue
        op = "=" if heard["none"] else ">"
        ask.filters.append(Filter(m.column, op, (0,), f"{m.column.name} {op} 0"))
        used.add(m.start)


_TIMES = ("minute", "hour", "day", "night", "week", "month", "year")


def number_column(r: Read, c: Cue, used: set[int], unit: str) -> Column | None:
    """The number column that is compared: the one named just before or after, else the only plausible one."""
    numeric = [m for m in r.columns if m.column.kind == "number" and m.start not in used]
    counted = {
        i for i, w in enumerate(r.tokens) for a in r.cue("agg") if a.value == "count" and 0 <= w.start - a.end < 3
    }
    if not any(c.start <= r.tokens[m.start].start < c.end for m in numeric) and (within := _named_within(r, c)):
        return within
    rated = []
    for m in numeric:
        gap = r.tokens[m.start].start - c.end if r.tokens[m.start].start >= c.end else c.start - r.tokens[m.end - 1].end
        inside = c.start <= r.tokens[m.start].start < c.end
        rated.append((0 if inside else abs(gap), -m.rate, m))
    rated.sort(key=lambda x: x[:2])
    rated = [x for x in rated if x[2].start not in counted] or rated
    if rated and rated[0][0] < 40:
        best = rated[0][2]
        near = [x[2] for x in rated if x[0] < 40]
        names: dict[str, int] = {}
        for m in near:
            names[m.column.name] = names.get(m.column.name, 0) + 1
        best = max(near, key=lambda m: (names[m.column.name], m is best))
        timed = _by_unit(r, c) if rated[0][0] and unit.casefold().rstrip("s") in _TIMES else None
        if timed is not None and is_money(best.column):
            return timed  # "longer than 14 days and add up their charges": days are no charges
        used.update(m.start for m in near if m.column.name == best.column.name)
        return best.column
    if unit_column := _by_unit(r, c):
        return unit_column
    if len(said := {m.column.name: m.column for m in numeric if not m.guessed}) == 1:
        return next(iter(said.values()))  # "going by the replacement value, which items … are above 1,500"
    money = [x for x in r.sheet.of_kind("number") if is_money(x)]
    numbers = [x for x in r.sheet.of_kind("number") if not is_identifier(x)]
    if len(numbers) == 1:
        return numbers[0]
    if (
        unit.isupper()
        or re.search(
            r"\b(?:worth|costs?|value|amounts?|expensive|invoices?|orders?|purchases?|sales?|payments?)\b", r.text, re.I
        )
    ) and len(money) == 1:
        return money[0]
    return None


def _by_unit(r: Read, c: Cue) -> Column | None:
    """ "more than 3 hours" of a column "Labour (hrs)": the unit said with the number names what is measured."""
    said = [w.stem for w in r.tokens if c.start <= w.start < c.end and w.text.isalpha()]
    if r.lexicon is None or not said:
        return None
    fits = [x for x in r.sheet.of_kind("number") if r.lexicon.rate((said[-1],), x) >= 0.49]
    return fits[0] if len(fits) == 1 else None


_WITHIN = re.compile(r"\b\w+\s+(?P<noun>[\w'’-]+(?: [\w'’-]+)?) than\b", re.I)


def _named_within(r: Read, c: Cue) -> Column | None:
    """ "A higher discount than 15%": what the comparison itself names."""
    m = _WITHIN.match(r.text[c.start : c.end])
    if m is None or r.lexicon is None:
        return None
    said = tuple(stem(w) for w in m["noun"].split())
    rated = sorted(((r.lexicon.rate(said, x), x) for x in r.sheet.of_kind("number")), key=lambda x: -x[0])
    clear = len(rated) < 2 or rated[0][0] - rated[1][0] > 0.08
    return rated[0][1] if rated and rated[0][0] >= 0.49 and clear else None


def named_near(r: Read, c: Cue, column: Column) -> bool:
    """Is the column one that the wording names, rather than the only one that is left?"""
    return is_money(column) or column is _by_unit(r, c) or any(m.column is column for m in r.columns)


def date_column(r: Read, near: int, used: set[int]) -> Column | None:
    dates = r.sheet.of_kind("date")
    named = [m for m in r.columns if m.column.kind == "date"]
    if named:
        best = max(named, key=lambda m: m.rate - abs(r.tokens[m.start].start - near) / 400)
        used.update(m.start for m in named if m.column is best.column)
        return best.column
    if not dates:
        return None
    return min(dates, key=lambda c: (_late(c), r.sheet.columns.index(c)))


def _late(c: Column) -> bool:
    """Due and end dates are meant only when they are named."""
    return any(
        s in {stem(w) for w in ("due", "end", "expiry", "paid", "updated", "closed", "delivery")} for s in c.stems
    )


def date_filters(r: Read, ask: Ask, used: set[int]) -> None:
    periods = r.cue("period", "when")
    for c in periods:
        column = date_column(r, c.start, used)
        said = r.text[c.start : c.end].strip()
        if column is None:
            years = [x for x in r.sheet.of_kind("number") if "year" in x.stems]
            whole_year = (
                isinstance(c.value, tuple)
                and len(c.value) == 2
                and str(c.value[0]).endswith("-01-01")
                and str(c.value[1]).endswith("-01-01")
            )
            if years and whole_year:
                year = int(str(c.value[0])[:4])  # type: ignore[index]
                ask.filters.append(Filter(years[0], "=", (year,), f"{years[0].name} = {year}"))
            elif whole_year and str(c.value[0])[:4] in f"{r.sheet.title} {r.sheet.sheet}":  # type: ignore[index]
                continue  # the file is of that year
            else:
                ask.left.append(said)
            continue
        if c.kind == "when":
            op, bound = c.value  # type: ignore[misc]
            ask.filters.append(Filter(column, str(op), (bound,), f"{column.name} {op} {bound}"))
        elif c.value[0] == "months":  # type: ignore[index]
            months = tuple(c.value[1])  # type: ignore[index]
            ask.filters.append(Filter(column, "month", months, f"{column.name} {said}"))
        else:
            ask.filters.append(Filter(column, "from", tuple(c.value), f"{column.name} {said}"))  # type: ignore[arg-type]
    _out_of_range(r, ask)


_A_YEAR = re.compile(r"(?:in |during |for |of |from )?(?:the )?(?:this|last|current|past|previous) year", re.I)


def _out_of_range(r: Read, ask: Ask) -> None:
    """A period in which the table has no rows at all is no "0": it is not in the data."""
    for f in list(ask.filters):
        span = r.facts.span.get((f.column.table, f.column.name))
        if f.op == "from" and span and (f.values[0] > span[1][:10] or f.values[1] <= span[0][:10]):
            said = f.shown.removeprefix(f.column.name).strip()
            if _A_YEAR.fullmatch(said) and span[0][:4] == span[1][:4]:  # who has one year's rows means that year
                ask.filters.remove(f)
                ask.notes.append(f"“{said}” read as {span[0][:4]}, the only year in the data")
                continue
            ask.left.append(
                f"{f.shown.removeprefix(f.column.name).strip()} (the data runs from {span[0][:10]} to {span[1][:10]})"
            )
        if (
            f.op == "="
            and "year" in f.column.stems
            and span
            and not float(span[0]) <= float(f.values[0]) <= float(span[1])
        ):
            ask.left.append(str(f.values[0]))
