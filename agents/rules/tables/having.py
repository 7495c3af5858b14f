"""Groups chosen by what is in them: "which clients have more than one open bill", "who spent over £500 altogether".

A number beside the rows' own noun compares how many rows a group has; an amount with "in total" what they add up to.
Anything else that is compared is a condition on single rows (`filters.number_filters`).
"""

from __future__ import annotations

import re

from agents.rules.tables.column_kinds import is_additive, is_money, principal
from agents.rules.tables.cue import Cue
from agents.rules.tables.findings import Read
from agents.rules.tables.ranking_people import people
from agents.rules.tables.schema import Ask, Column, Having

_ONCE = {"once": 1, "twice": 2, "thrice": 3}
_OFTEN = re.compile(
    r"""
    \b(?:(?P<more>more[ ]than)|(?P<least>at[ ]least)|(?P<less>less[ ]than)|(?P<only>only|just|exactly))[ ]
        (?:(?P<once>once|twice|thrice)|(?P<one>one|a[ ]single))(?P<times>[ ]time)?\b
    |\b(?P<twice>twice|thrice)[ ]or[ ]more\b
    |\b(?P<several>several|multiple)[ ](?=[a-z])
    """,
    re.I | re.X,
)
_TOGETHER = re.compile(r"\b(?:in total|altogether|overall|in all|all told|all together|combined|between them)\b", re.I)
_HOW_MANY = re.compile(r"\b(?:how many|(?:the )?number of|count(?: of)?)\s+(?:of\s+)?(?:our |the |different )?$", re.I)
_OF_WHICH = re.compile(r"\s+of\W*$", re.I)  # "which suppliers do we have more than one of"
_NEAR = 30  # characters between the number and the noun of the rows


def having(r: Read, ask: Ask, used: set[int]) -> None:
    """Hears such a condition and takes its words; `chosen_groups` makes the query of it when the rest is understood."""
    if r.has("limit") or r.has("share"):
        return
    for cue in r.cue("compare"):
        op, n, high, _ = cue.value  # type: ignore[misc]
        if high is None and _heard(r, ask, used, cue.start, cue.end, Having(str(op), float(n))):
            r.found.remove(cue)
            return
    if m := _OFTEN.search(r.text):
        _heard(r, ask, used, m.start(), m.end(), _often(m), said_times=bool(m["once"] or m["twice"] or m["times"]))


def _often(m: re.Match[str]) -> Having:
    n = float(_ONCE.get((m["once"] or m["twice"] or "").lower(), 1))
    if m["several"]:
        return Having(">", 1.0)
    return Having(">" if m["more"] else "<" if m["less"] else "=" if m["only"] else ">=", n)


def _heard(r: Read, ask: Ask, used: set[int], start: int, end: int, wanted: Having, said_times: bool = False) -> bool:
    group = _group(r, start)
    if group is None:
        return False
    times = re.match(r"\s*times\b", r.text[end:], re.I)
    rows = next((i for i in r.rows if 0 <= r.tokens[i].start - end < _NEAR), None)
    between = r.text[end : r.tokens[rows].start] if rows is not None else ""
    counted = (
        said_times
        or times
        or _OF_WHICH.match(r.text[end:])
        or (rows is not None and not re.search(r"[,;]|\b(?:of|with|in|and)\b", between))
    )
    total = _total(r) if not counted and _TOGETHER.search(r.text) and not _measured(r, end) else None
    if not counted and total is None:
        return False
    ask.having = Having(wanted.op, wanted.value, group, total)
    ask.counted = _HOW_MANY.search(r.text[: _begin(r, group, start)]) is not None
    heard = [(start, end + (times.end() if times else 0)), *(m.span() for m in _TOGETHER.finditer(r.text))]
    for i, w in enumerate(r.tokens):
        if any(a <= w.start < b for a, b in heard):
            used.add(i)
            if i in r.left:
                r.left.remove(i)
    r.found[:] = [c for c in r.found if not _spent(c, heard)]
    return True


def _measured(r: Read, end: int) -> bool:
    """ "Fewer than 50 employees": the number is of a column that is named right after it."""
    return any(m.column.kind == "number" and 0 <= r.tokens[m.start].start - end <= 2 for m in r.columns)


def _spent(c: Cue, heard: list[tuple[int, int]]) -> bool:
    """Is the cue one of the words that said it, or the "how many" or "which" that it is about?"""
    return c.kind in ("number", "list") or (c.kind == "agg" and any(a <= c.start < b for a, b in heard)) or c.value == "count"  # fmt: skip


def _group(r: Read, before: int) -> Column | None:
    """What is chosen: the last text column named before the number that does not name single rows, else who."""
    named = [m for m in r.columns if m.column.kind == "text" and r.tokens[m.start].start < before]
    named = [m for m in named if not r.facts.unique(m.column, r.sheet.rows)]
    if named:
        return max(named, key=lambda m: (m.start, m.rate)).column
    return people(r) if re.search(r"\b(?:who|whom|people|anyone|anybody|everyone)\b", r.text[:before], re.I) else None


def _begin(r: Read, group: Column, before: int) -> int:
    return next((r.tokens[m.start].start for m in r.columns if m.column is group), before)


def _total(r: Read) -> Column | None:
    """The amount that adds up: the one named, else the money of the table."""
    amounts = [c for c in r.amounts() if is_additive(c)]
    named = [m.column for m in r.columns if m.column in amounts]
    return named[0] if named else principal([c for c in amounts if is_money(c)])


def chosen_groups(ask: Ask) -> None:
    """The groups that fulfil the condition, or how many they are."""
    if ask.having is None or ask.having.group is None:
        return
    ask.group, ask.bucket, ask.show = [ask.having.group], "", []
    ask.measure, ask.times, ask.less, ask.per = ask.having.total, None, None, None
    ask.agg = "count" if ask.having.total is None else "sum"
    ask.order, ask.limit, ask.share, ask.difference, ask.chart = "desc", 0, False, False, ""
