"""Comparisons with a number or a date in a question's wording: "more than 500", "between 3 and 5", "30 or more"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from agents.rules.tables.cue import Cue
from agents.rules.tables.periods import compared_date, is_year, ranges, with_years
from text.values import Value, find_values

_COMPARE = [
    (re.compile(rf"(?:{pattern})\s+(?:of\s+|to\s+|a\s+|the\s+)?$", re.I), op)
    for pattern, op in (
        (
            r"\b(?:more|greater|higher|larger|bigger|longer|older|heavier|warmer|hotter|later|dearer|taller|wider|deeper|further|faster)(?: \w+){0,2}? than|\bover|\babove|\bexceed(?:s|ing|ed)?|\bin excess of|\bbeyond|\bupwards of|>(?!=)",
            ">",
        ),
        (
            r"\b(?:fewer|less|lower|smaller|shorter|younger|lighter|colder|cooler|cheaper|slower|sooner)(?: \w+){0,2}? than|\bunder|\bbelow|\bbeneath|<(?!=)",
            "<",
        ),
        (r"\bat least|\bno less than|\bno fewer than|\bminimum of|\bfrom at least|>=|≥|\bnot less than", ">="),
        (r"\bat most|\bup to|\bno more than|\bmaximum of|<=|≤|\bnot more than|\bnot over", "<="),
        (r"\bexactly|\bequal(?:s)? to|\bprecisely", "="),
    )
]
_WHICH_ONE = re.compile(r"\b(?:single|which|what|each|any|every|no|that|the)\s+$", re.I)
_OF_A_TIME = re.compile(r"(?:an?|one) (?:hour|day|night|week|month|quarter|year)['’]s\b", re.I)
_A_NOUN = re.compile(r"\s+[a-z]")
_CURRENCY = re.compile(r"[$€£¥]\s*$")
_BETWEEN = re.compile(r"\bbetween\s+$", re.I)
_AND = re.compile(r"\s*(?:and|to|-|–)\s*", re.I)
_OR_MORE = re.compile(
    r"""
    \s*(?:or[ ](?P<up>more|higher|above|greater|over|longer|later)
        |or[ ](?P<down>less|fewer|lower|below|under|shorter)
        |and[ ](?:above|over|up)
        |\+)
    """,
    re.I | re.X,
)


def compared_numbers(text: str, now: datetime, out: list[Cue]) -> None:
    """Adds them to `out`, with what they compare with; a number that nothing is compared with as "number"."""
    values = [v for v in find_values(text, now) if not any(v.start < c.end and c.start < v.end for c in out)]
    values = with_years(values)
    ranges(text, values, out)
    for v in values:
        if any(c.start <= v.start < c.end for c in out):
            continue
        if v.kind == "date":
            compared_date(text, v, out)
        elif is_year(v) and _A_NOUN.match(text[v.end :]) and not _CURRENCY.search(text[: v.start]):
            compared_date(text, replace(v, kind="date", date=v.text), out)  # "our 2025 expenses"
        elif v.text.casefold() == "one" and _WHICH_ONE.search(text[: v.start]):
            continue
        elif _OF_A_TIME.match(text[v.start :]):
            continue  # "a month's rent" compares nothing
        elif v.number is not None and v.kind in ("number", "money", "percent", "duration", "quantity"):
            _compared_number(text, v, values, out)


def _compared_number(text: str, v: Value, values: Sequence[Value], out: list[Cue]) -> None:
    before = text[max(0, v.start - 45) : v.start]
    between = _BETWEEN.search(before)
    if between:
        other = next(
            (w for w in values if w.start > v.end and _AND.fullmatch(text[v.end : w.start])),
            None,
        )
        if other is not None and other.number is not None:
            out.append(
                Cue(
                    "compare",
                    v.start - len(before) + between.start(),
                    other.end,
                    ("between", v.number, other.number, v.unit),
                )
            )
        return
    if any(c.kind == "compare" and c.start <= v.start < c.end for c in out):
        return
    for pattern, op in _COMPARE:
        if m := pattern.search(before):
            out.append(Cue("compare", v.start - len(before) + m.start(), v.end, (op, v.number, None, v.unit)))
            return
    after = _OR_MORE.match(text[v.end :])
    if after:
        op = "<=" if after["down"] else ">="
        out.append(Cue("compare", v.start, v.end + after.end(), (op, v.number, None, v.unit)))
        return
    out.append(Cue("number", v.start, v.end, (v.number, v.unit)))
