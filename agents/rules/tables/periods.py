"""Periods in a question: "in March", "Q2 2025", "the first half of the year", "last quarter", "since 3 May"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise

from agents.rules.tables.cue import Cue
from text.dates import MONTHS
from text.values import Value

_MONTH = r"(?P<m>january|february|march|april|may|june|july|august|september|october|november|december|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)"


_ORD = {"first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4, "last": 4}


Period = tuple[str, str]  # ISO start, ISO end (exclusive)


def is_year(v: Value) -> bool:
    return v.kind == "number" and bool(re.fullmatch(r"(?:19|20)\d\d", v.text))


def with_years(values: Sequence[Value]) -> list[Value]:
    """ "between 1 April and 30 June 2025": a day without a year is of the year that a later date names."""
    out = list(values)
    for i in range(len(out) - 2, -1, -1):
        v, following = out[i], out[i + 1]
        if v.kind == "date" and v.date.startswith("--") and re.match(r"\d{4}-", following.date or ""):
            out[i] = replace(v, date=f"{following.date[:4]}-{v.date[2:]}")
    return out


def ranges(text: str, values: Sequence[Value], out: list[Cue]) -> None:
    """ "between 1 April and 30 June", "from 3 May to 9 May": one period, both ends in it."""
    for a, b in pairwise(values):
        lead = re.search(r"\b(?:between|from)\s+(?:the\s+)?$", text[: a.start], re.I)
        joined = re.fullmatch(r"\s*(?:and|to|until|till|through|-|–)\s*(?:the\s+)?", text[a.end : b.start], re.I)
        first, last = (_date_period(v.date) if v.kind == "date" and len(v.date) == 10 else None for v in (a, b))
        if joined and first and last and (lead or not re.search(r"\w", text[a.end : b.start])):
            out.append(Cue("period", lead.start() if lead else a.start, b.end, (first[0], last[1])))


_FROM = re.compile(r"\b(?P<lead>from|between)\s+(?:the\s+)?$", re.I)
_UP_TO = re.compile(r"\s*(?:to|until|till|through|-|–)\s*", re.I)


def month_ranges(text: str, out: list[Cue]) -> list[Cue]:
    """ "From April to June 2026", "between May and July": one period, and no comparison of two months."""
    found = sorted((c for c in out if c.kind == "period"), key=lambda c: c.start)
    for a, b in pairwise(found):
        said, between = text[a.start : a.end], text[a.end : b.start]
        lead = re.match(r"from\b", said, re.I) or _FROM.search(text[: a.start])
        both = lead is not None and lead[0].lower().startswith("between") and re.fullmatch(r"\s*and\s*", between, re.I)
        if lead is None or not (both or _UP_TO.fullmatch(between)) or (whole := _from_to(a.value, b.value)) is None:
            continue
        start = a.start if re.match(r"from\b", said, re.I) else lead.start()
        return [*(c for c in out if c is not a and c is not b), Cue("period", start, b.end, whole)]
    return out


def _from_to(first: object, last: object) -> object:
    """Both ends in it; a month without a year is the last one before the other end."""
    assert isinstance(first, tuple)
    assert isinstance(last, tuple)
    if first[0] == last[0] == "months":
        months = tuple(range(first[1][0], last[1][-1] + 1))
        return ("months", months) if months else None
    if last[0] == "months":
        return None
    if first[0] == "months":
        year, month = int(last[0][:4]), first[1][0]
        first = _span(year if month <= int(last[0][5:7]) else year - 1, month, 1)
    return (first[0], last[1]) if first[0] < last[1] else None


def compared_date(text: str, v: Value, out: list[Cue]) -> None:
    before = text[max(0, v.start - 30) : v.start]
    m = re.search(
        r"\b(?P<op>before|prior to|until|till|up to|by|after|since|from|starting(?: from)?|later than|earlier than|on or after|on or before)\s+(?:the\s+)?$",
        before,
        re.I,
    )
    start = v.start - (len(before) - m.start()) if m else v.start
    period = _date_period(v.date)
    if period is None:
        return
    op = m["op"].lower() if m else ""
    if op in ("after", "later than"):
        out.append(Cue("when", start, v.end, (">=", period[1])))
    elif op in ("since", "from", "on or after", "starting", "starting from"):
        out.append(Cue("when", start, v.end, (">=", period[0])))
    elif op in ("before", "prior to", "earlier than"):
        out.append(Cue("when", start, v.end, ("<", period[0])))
    elif op in ("until", "till", "up to", "by", "on or before"):
        out.append(Cue("when", start, v.end, ("<", period[1])))
    else:
        out.append(Cue("period", start, v.end, period))


def _date_period(iso: str) -> Period | None:
    if m := re.fullmatch(r"(\d{4})", iso):
        return _span(int(m[1]), 1, 12)
    if m := re.fullmatch(r"(\d{4})-(\d{2})", iso):
        return _span(int(m[1]), int(m[2]), 1)
    if m := re.fullmatch(r"(\d{4})-Q(\d)", iso):
        return _span(int(m[1]), 3 * int(m[2]) - 2, 3)
    if m := re.fullmatch(r"(\d{4})-H(\d)", iso):
        return _span(int(m[1]), 6 * int(m[2]) - 5, 6)
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", iso):
        day = date.fromisoformat(iso)
        return (iso, (day + timedelta(days=1)).isoformat())
    return None


def _span(year: int, month: int, months: int) -> Period:
    last = month - 1 + months
    return (date(year, month, 1).isoformat(), date(year + last // 12, last % 12 + 1, 1).isoformat())


def periods(text: str, now: datetime, out: list[Cue]) -> None:
    """Named periods: "in March", "Q2 2025", "the first half of the year", "last quarter"."""
    to_the_end(text, now, out)
    year = r"(?:\s*,?\s*(?:of\s+)?(?:the\s+)?(?P<y>(?:19|20)\d\d|year|this year|last year))?"
    lead = r"(?:\b(?:in|during|for|of|from|throughout|within)\s+)?(?:\bthe\s+)?"
    for m in re.finditer(
        rf"{lead}\b(?:(?P<o>first|second|third|fourth|last|1st|2nd|3rd|4th)[- ]quarter|q(?P<q>[1-4])|quarter (?P<q2>[1-4]))\b{year}",
        text,
        re.I,
    ):
        n = int(m["q"] or m["q2"] or _ORD[m["o"].lower()])
        if m["o"] and m["o"].lower() == "last" and not m["y"]:
            continue
        out.append(Cue("period", m.start(), m.end(), _part(m["y"], now, 3 * n - 2, 3)))
    for m in re.finditer(rf"{lead}\b(?:(?P<o>first|second|1st|2nd)[- ]half|h(?P<h>[12]))\b{year}", text, re.I):
        n = int(m["h"] or _ORD[m["o"].lower()])
        out.append(Cue("period", m.start(), m.end(), _part(m["y"], now, 6 * n - 5, 6)))
    for m in re.finditer(
        rf"{lead}\b(?P<which>this|last|previous|current|past|next)\s+(?P<u>month|quarter|year|week)\b", text, re.I
    ):
        if not any(m.start() < c.end and c.start < m.end() for c in out):
            out.append(Cue("period", m.start(), m.end(), _relative(m["which"].lower(), m["u"].lower(), now.date())))
    for m in re.finditer(
        rf"(?P<lead>\b(?:in|during|for|of|from|throughout|and|or|vs\.?|versus|to|the|between|with|is|was|since|than|about)\s+(?:the\s+)?)?\b{_MONTH}\b\.?(?:\s*,?\s*(?P<y>(?:19|20)\d\d))?(?!\s*\d)",
        text,
        re.I,
    ):
        if re.search(r"\d(?:st|nd|rd|th)?\s*(?:of\s+)?$", text[max(0, m.start("m") - 8) : m.start("m")]) or any(
            m.start("m") < c.end and c.start < m.end() for c in out
        ):
            continue
        if (
            m["m"].lower() in ("may", "mar", "march", "august")
            and not m["m"][0].isupper()
            and not m["y"]
            and not re.match(r"(?:in|during|for|since)\b", m["lead"] or "", re.I)
        ):
            continue
        if m["m"].lower() == "may" and not m["lead"] and not m["y"]:
            continue
        since = _SINCE.search(text[: m.start("m")])
        if since and not m["y"]:
            month = MONTHS[m["m"].lower()]
            year = now.year if month <= now.month else now.year - 1
            start, end = _span(year, month, 1)
            op = since["op"].lower()
            day = end if op in ("after", "until", "till", "up to") else start
            out.append(Cue("when", since.start(), m.end(), (">=" if op in ("since", "after") else "<", day)))
            continue
        begin = (
            m.start() if re.match(r"(?:in|during|for|of|from|throughout)\b", m["lead"] or "", re.I) else m.start("m")
        )
        out.append(Cue("period", begin, m.end(), _part(m["y"], now, MONTHS[m["m"].lower()], 1)))


# "Since July" without a year is since the last July that there was; "from May to July" is a range.
_SINCE = re.compile(r"\b(?P<op>since|after|before|until|till|up to)\s+(?:the\s+)?$", re.I)
_TO_THE_END = re.compile(
    r"""
    \b(?P<lead>before|by|until|till|up[ ]to)[ ](?:the[ ])?
    (?:end[ ]of[ ](?:(?P<which>the|this|next)[ ])?(?P<unit>week|month|quarter|year)
        |(?P<end>(?:year|month)[- ]?end|(?:year|month)['’]s[ ]end))\b(?![ ]of\b)
    """,
    re.I | re.X,
)


def to_the_end(text: str, now: datetime, out: list[Cue]) -> None:
    """ "Before the end of the year", "by month end": up to its last day."""
    for m in _TO_THE_END.finditer(text):
        unit = (m["unit"] or m["end"] or "").lower()
        unit = unit if m["unit"] else "year" if unit.startswith("year") else "month"
        _, end = _relative("next" if (m["which"] or "").lower() == "next" else "this", unit, now.date())
        out.append(Cue("when", m.start(), m.end(), ("<", end)))


def _part(year: str | None, now: datetime, month: int, months: int) -> object:
    """A period with its year, or ("months", …) where none is said: then of every year in the data."""
    if year and year.isdigit():
        return _span(int(year), month, months)
    if year and "last" in year.lower():
        return _span(now.year - 1, month, months)
    if year and "this" in year.lower():
        return _span(now.year, month, months)
    return ("months", tuple(range(month, month + months)))


def _relative(which: str, unit: str, today: date) -> Period:
    step = {"this": 0, "current": 0, "last": -1, "previous": -1, "past": -1, "next": 1}[which]
    if unit == "year":
        return _span(today.year + step, 1, 12)
    if unit == "week":
        monday = today - timedelta(days=today.weekday()) + timedelta(weeks=step)
        return (monday.isoformat(), (monday + timedelta(days=7)).isoformat())
    size = 1 if unit == "month" else 3
    first = today.year * 12 + (today.month - 1) // size * size + step * size
    return _span(first // 12, first % 12 + 1, size)
