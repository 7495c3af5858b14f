"""Two columns of a row against each other: "below its reorder level", "over budget", "later than promised", "late"."""

from __future__ import annotations

import re

from agents.rules.tables.column_kinds import LEVEL, is_each, is_money, pieces, principal
from agents.rules.tables.findings import Mention, Read
from agents.rules.tables.schema import Ask, Column, Filter
from agents.rules.words import stem

_DET = r"(?:(?:its|their|the|our|his|her|any|what|when|we|they|it|had|was|were|is|been|originally|first)\s+)*"
_OPS = re.compile(
    rf"""
    \b(?:(?P<low>below|under(?:neath)?
            |(?:less|lower|fewer|smaller|cheaper|shorter|earlier|sooner)(?:[ ]\w+)?[ ]than|ahead[ ]of|before)
        |(?P<high>above|over|beyond|past|after
        |(?:more|higher|greater|larger|bigger|longer|later|dearer)(?:[ ]\w+)?[ ]than|exceed(?:s|ed|ing)?))
    \s+{_DET}$
    """,
    re.I | re.X,
)
_SHORT = re.compile(
    r"""
    \b(?:(?:running|run|getting|are|is)[ ](?:low|short)\b(?:[ ](?:on|of))?|(?:low|short)[ ](?:on|of|in)[ ]stock
        |low[ ]stock|running[ ]out(?:[ ]of)?
        |(?:need(?:s|ed)?|should|must|have|has|want|due|time)[ ](?:(?:we|i|you)[ ])?(?:for[ ])?(?:to[ ]be[ ]|to[ ]|be[ ])?
            (?:(?:re-?)?order(?:ed|ing)?(?:[ ]more[ ]of)?|re-?stock(?:ed|ing)?|topp?(?:ed|ing)?[ ]up)(?:[ ](?:again|soon))?
        |to[ ](?:re-?order|re-?stock|top[ ]up)
        |re-?ordering|re-?stocking)
    \b
    """,
    re.I | re.X,
)
_GONE = re.compile(r"\b(?:completely |totally |all )?(?:r[ua]n out(?: of)?|out of stock|sold out(?: of)?|(?:have|has|got) none left(?: of)?)\b", re.I)  # fmt: skip
_LATE = re.compile(r"\b(?:(?P<late>late|behind schedule|overran|overrun|delayed)|(?P<good>on time|in time|on schedule|early))\b", re.I)  # fmt: skip
_PLANNED = {stem(w) for w in "promised planned due deadline scheduled expected target agreed estimated".split()}  # noqa: SIM905
_ACTUAL = {stem(w) for w in "finished delivered completed done actual received arrived returned closed ended shipped paid".split()}  # fmt: skip  # noqa: SIM905


def pair_filters(r: Read, ask: Ask, used: set[int]) -> None:
    comparable = [*r.amounts(), *r.sheet.of_kind("date")]
    for m in r.columns:
        at = r.tokens[m.start].start
        op = _OPS.search(r.text[:at])
        if op is None or m.column not in comparable or m.start in used:
            continue
        left = _other(r, m, op.start())
        if left is None:
            continue
        _compare(r, ask, used, left, "<" if op["low"] else ">", m.column, (op.start(), r.tokens[m.end - 1].end))
        again = [x.span() for p in (_SHORT, _LATE) for x in p.finditer(r.text)]  # said in one word as well
        r.left[:] = [i for i in r.left if not any(a <= r.tokens[i].start < b for a, b in again)]
        return
    _understood(r, ask, used)


def _other(r: Read, m: Mention, before: int) -> Column | None:
    """What is compared with the column: one named before it, else the only one it could be."""
    fits = [c for c in (*r.amounts(), *r.sheet.of_kind("date")) if c is not m.column and c.kind == m.column.kind]
    named = [x for x in r.columns if x.column in fits and r.tokens[x.start].start < before]
    if named:
        return max(named, key=lambda x: (x.start, x.rate)).column
    if m.column.kind == "date":
        done = [c for c in fits if set(c.stems) & _ACTUAL]
        return done[0] if len(done) == 1 else fits[0] if len(fits) == 1 else None
    if is_money(m.column):
        return principal([c for c in fits if is_money(c)])
    return pieces(fits) or (fits[0] if len(fits) == 1 else None)


def _understood(r: Read, ask: Ask, used: set[int]) -> None:
    """ "Running low", "late": a comparison that is said in one word, where the two columns for it are there."""
    numbers = r.amounts()
    levels = [c for c in numbers if set(c.stems) & LEVEL and not is_each(c)]
    if (m := _SHORT.search(r.text)) and len(levels) == 1 and (count := pieces([c for c in numbers if c not in levels])):
        _compare(r, ask, used, count, "<", levels[0], m.span())
        ask.notes.append(f"“{m[0]}” read as {count.name} below {levels[0].name}")
        return
    if (m := _GONE.search(r.text)) and (count := pieces(numbers)):
        ask.filters.append(Filter(count, "<=", (0,), f"{count.name} <= 0"))
        ask.notes.append(f"“{m[0]}” read as {count.name} 0")
        _take(r, used, m.span())
        return
    dates = r.sheet.of_kind("date")
    planned = [c for c in dates if set(c.stems) & _PLANNED]
    done = [c for c in dates if set(c.stems) & _ACTUAL and c not in planned]
    done = [c for c in done if stem("paid") not in c.stems] or done  # paid late is said with "paid"
    if (m := _LATE.search(r.text)) and len(planned) == 1 and len(done) == 1:
        late = bool(m["late"]) == (re.search(r"\b(?:not|n['’]t|never)\s+$", r.text[: m.start()], re.I) is None)
        _compare(r, ask, used, done[0], ">" if late else "<=", planned[0], m.span())
        ask.notes.append(f"“{m[0]}” read as {done[0].name} {'after' if late else 'not after'} {planned[0].name}")


def _compare(r: Read, ask: Ask, used: set[int], left: Column, op: str, right: Column, span: tuple[int, int]) -> None:
    ask.filters.append(Filter(left, op, (), f"{left.name} {op} {right.name}", right))
    used.update(x.start for x in r.columns if x.column is right)
    _take(r, used, span)
    # What is compared is no amount to add up; a limit or a measure in the same words is none either.
    used.update(x.start for x in r.columns if x.column is left and not r.has("agg", "sum") and not r.has("agg", "much"))
    r.found[:] = [c for c in r.found if c.kind not in ("order", "agg") or not (span[0] <= c.start < span[1])]


def _take(r: Read, used: set[int], span: tuple[int, int]) -> None:
    inside = [i for i, w in enumerate(r.tokens) if span[0] <= w.start < span[1]]
    r.left[:] = [i for i in r.left if i not in inside]
    used.update(inside)
