"""What the wording of a table question asks for: counting, adding up, ranking, periods, comparisons with a number.

Patterns over the question's text; each finding has its span, so that no word is used twice and none is lost.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from agents.rules.tables.cue import BUT, Cue
from agents.rules.tables.periods import compared_date, is_year, periods, ranges, with_years
from text.numbers import SMALL
from text.values import Value, find_values

_AGG = (
    (
        r"\bhow many(?: times)?\b(?! percent)|\b(?:the )?number of\b|\bcount(?: of| the)?\b|\bhow often\b|\bhow frequently\b",
        "count",
    ),
    (r"\bhead ?count\b", "headcount"),
    (r"\b(?:different|distinct|unique|individual|various)\b", "distinct"),
    (r"\b(?:average|avg|(?<!to )mean|typical(?:ly)?|on average|averaged?)\b", "avg"),
    (r"\bmedian\b", "median"),
    (
        r"\b(?:in total|altogether|all together|in all|overall|combined|sum(?: of| up)?|sums?|totals?|totall?ing|totall?ed|add(?:ed)? up|cumulative|grand total|(?:the|our|wages?|pay|salary|energy|electricity|gas|water|phone|food|fuel|heating|whole|entire) bill)\b",
        "sum",
    ),
    (r"\bhow much\b", "much"),
)
# "the last delivery" is the latest; "the last month" or "the last three" is not meant.
_LAST = r"(?<=the )last(?! (?:\d|two|three|four|five|six|seven|eight|nine|ten|twelve|few|day|week|month|quarter|year|night|name|column|row))"
_HIGH = (
    r"(?:most recent(?:ly)?|most (?:popular|common|frequent(?:ly)?|often)|highest|largest|biggest|greatest|most expensive|maximum|max|most|best|strongest|top|longest|heaviest|dearest|priciest|hottest|warmest|peak|best[- ]selling|latest|newest|most recent|youngest|busiest|fastest|(?<!on )record|"
    + _LAST
    + ")"
)
_LOW = r"(?:longest[- ]serving|least (?:popular|common|frequent(?:ly)?|often)|lowest|smallest|least expensive|cheapest|minimum|min|least|fewest|worst|weakest|poorest|shortest|lightest|coldest|coolest|earliest|oldest|first|slowest|tiniest|quietest)"
_N = r"(?:\d+|two|three|four|five|six|seven|eight|nine|ten|twelve|fifteen|twenty)"
_BUCKET = (
    (
        r"\b(?:by|per|each|every|for each|for every|over the|which|what|in which|across (?:the )?|of each) (?:calendar )?(day|week|month|quarter|year)s?\b",
        1,
    ),
    (r"\b(daily|weekly|monthly|quarterly|yearly|annually)\b", 1),
    (r"\b(day|week|month|quarter|year)(?:[- ](?:by|over|on|after)[- ])\1\b", 1),
    (
        r"\b(?:over time|trends?|development|evolution|time ?line|through(?:out)? the year|develop(?:ed)?|over the (?:course of the )?year)\b",
        0,
    ),
)
_COMPARE = (
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


# "What does E5 mean" asks for no average, "does the mean differ" does.
_SIGNIFIES = re.compile(r"\b(?:do|does|did)\b(?!.*\b(?:the|an?|our|their|its|by)\s+$)", re.I)


def cues(text: str, now: datetime) -> list[Cue]:
    out: list[Cue] = []

    def add(kind: str, m: re.Match[str], value: object = None) -> None:
        if (
            not any(
                m.start() < c.end and c.start < m.end() and c.kind in ("period", "when", "compare", "number", "limit")
                for c in out
            )
            or kind == "not"
        ):
            out.append(Cue(kind, m.start(), m.end(), value))

    periods(text, now, out)
    _numbers(text, now, out)
    for m in re.finditer(
        rf"\b(?:top|best|first|highest|largest|biggest|worst|bottom|lowest|smallest|cheapest|last|latest) {_N}\b|\b{_N} (?:(?:most|least) \w+|{_HIGH}|{_LOW})\b",
        text,
        re.I,
    ):
        n = re.search(rf"\b{_N}\b", m[0], re.I)
        low = bool(re.search(r"\b(?:worst|bottom|lowest|smallest|cheapest|least|fewest|weakest)\b", m[0], re.I))
        if n:
            out = [c for c in out if c.kind != "number" or c.end <= m.start() or c.start >= m.end()]
            out.append(Cue("limit", m.start(), m.end(), (_count(n[0]), "asc" if low else "desc")))
    for pattern, group in _BUCKET:
        for m in re.finditer(pattern, text, re.I):
            word = m[1].lower() if group else ""
            unit = {
                "daily": "day",
                "weekly": "week",
                "monthly": "month",
                "quarterly": "quarter",
                "yearly": "year",
                "annually": "year",
            }.get(word, word)
            add("bucket", m, unit or "time")
    for pattern, value in _AGG:
        for m in re.finditer(pattern, text, re.I):
            if not (m[0].lower() == "mean" and _SIGNIFIES.search(text[: m.start()])):
                add("agg", m, value)
    for m in re.finditer(
        r"\b(?:from (?:the )?(?:lowest|smallest|least|cheapest) to (?:the )?(?:highest|largest|most)|ascending|in ascending order|(?:lowest|smallest|least|fewest|worst|cheapest|oldest|earliest|shortest|soonest)(?: [\w-]+){0,2} first)\b",
        text,
        re.I,
    ):
        out.append(Cue("sort", m.start(), m.end(), "asc"))
    for m in re.finditer(
        r"\b(?:from (?:the )?(?:highest|largest|most|best) to (?:the )?(?:lowest|smallest|least|worst)|descending|in descending order|(?:highest|largest|biggest|greatest|most|best|top|dearest|priciest|busiest|newest|latest|longest)(?: [\w-]+){0,2} first|ranked?|ranking|sorted?|in order of|ordered by)\b",
        text,
        re.I,
    ):
        out.append(Cue("sort", m.start(), m.end(), "desc"))
    for m in re.finditer(rf"\b{_HIGH}\b(?![- ]serving)|\bmost\b", text, re.I):
        bound = re.search(
            r"\b(?:below|under|above|over|than|within)\s+(?:(?:the|its|their|our)\s+)?$", text[: m.start()], re.I
        )
        if not bound and not _within(m, out, ("limit", "sort", "compare")):
            add("order", m, "desc")
    for m in re.finditer(rf"\b{_LOW}\b", text, re.I):
        bound = re.search(
            r"\b(?:below|under|above|over|than|within)\s+(?:(?:the|its|their|our)\s+)?$", text[: m.start()], re.I
        )
        if not bound and not _within(m, out, ("limit", "sort", "compare", "period")):
            add("order", m, "asc")
    if re.search(r"\b(?:which|who|what)\b", text, re.I):
        for m in re.finditer(
            r"\b(?:(?P<high>higher|larger|bigger|greater|more|better|longer|older)|lower|smaller|less|fewer|worse|cheaper|shorter)\b(?!\s+than\b)",
            text,
            re.I,
        ):
            if not _within(m, out, ("compare", "limit", "sort", "order")):
                add("order", m, "desc" if m["high"] else "asc")
    for m in re.finditer(
        r"\b(?:what|which|the)?\s*(?:share|percent(?:age)?|proportion|fraction|portion|part)\s+(?:of|from)\b|\bhow many percent\b|\bwhat (?:percent(?:age)?|share)\b|\b(?:share|percentage|proportion)\b|%",
        text,
        re.I,
    ):
        add("share", m)
    for m in re.finditer(
        r"(?<![-–])\b(?:list|show(?: me)?|display|which|who(?:'s|’s| is| are| has| have)?|give me|name)\b", text, re.I
    ):
        add("list", m, m[0].lower())
    for m in re.finditer(
        r"\b(?:difference|gap|change[ds]?|growth|grew|grown|how much (?:more|less|higher|lower)|by how much|compare[ds]?|comparison|versus|vs\.?|against|compared (?:to|with))\b",
        text,
        re.I,
    ):
        add(
            "difference",
            m,
            "difference"
            if re.search(r"difference|gap|chang|grow|grew|more|less|higher|lower|by how much", m[0], re.I)
            else "compare",
        )
    for m in re.finditer(
        r"\b(?:as an? |in an? |draw (?:me )?(?:a )?|plot(?: me)?(?: a)?|show (?:me )?(?:a )?|with an? )?(?:(?:little|small|nice|quick|simple|short|pretty|rough|basic|clear) )?(?:(?P<k>bar|line|column|pie)[- ])?(?:chart|graph|plot|diagram|visuali[sz](?:e|ation)|histogram)\b",
        text,
        re.I,
    ):
        out.append(Cue("chart", m.start(), m.end(), "line" if (m["k"] or "").lower() == "line" else ""))
    for m in re.finditer(
        rf"\b(?:{BUT}|not|non|aren't|isn't)\b",
        text,
        re.I,
    ):
        add("not", m, "without" if m[0].lower() == "without" else "")
    for m in re.finditer(
        r"\b(?:missing|empty|blank|no value|unknown|have no|has no|with no|lacks?|lacking)\b", text, re.I
    ):
        add("null", m)
    if any(
        c.kind == "agg" and c.value in ("avg", "median") for c in out
    ):  # "the average number of nights" counts nothing
        out = [c for c in out if c.value != "count" or not re.match(r"(?:the )?number", text[c.start : c.end], re.I)]
    return sorted(out, key=lambda c: (c.start, -c.end))


def _count(word: str) -> int:
    return int(word) if word.isdigit() else SMALL.get(word.lower(), 0)


def _within(m: re.Match[str], found: Sequence[Cue], kinds: Sequence[str]) -> bool:
    return any(c.kind in kinds and m.start() < c.end and c.start < m.end() for c in found)


def _numbers(text: str, now: datetime, out: list[Cue]) -> None:
    """Comparisons with a number or a date, and what they compare with."""
    values = [v for v in find_values(text, now) if not any(v.start < c.end and c.start < v.end for c in out)]
    values = with_years(values)
    ranges(text, values, out)
    for v in values:
        if any(c.start <= v.start < c.end for c in out):
            continue
        if v.kind == "date":
            compared_date(text, v, out)
        elif is_year(v) and re.match(r"\s+[a-z]", text[v.end :]) and not re.search(r"[$€£¥]\s*$", text[: v.start]):
            compared_date(text, replace(v, kind="date", date=v.text), out)  # "our 2025 expenses"
        elif v.number is not None and v.kind in ("number", "money", "percent", "duration", "quantity"):
            _compared_number(text, v, values, out)


def _compared_number(text: str, v: Value, values: Sequence[Value], out: list[Cue]) -> None:
    before = text[max(0, v.start - 45) : v.start]
    between = re.search(r"\bbetween\s+$", before, re.I)
    if between:
        other = next(
            (
                w
                for w in values
                if w.start > v.end and re.fullmatch(r"\s*(?:and|to|-|–)\s*", text[v.end : w.start], re.I)
            ),
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
        m = re.search(rf"(?:{pattern})\s+(?:of\s+|to\s+|a\s+|the\s+)?$", before, re.I)
        if m:
            out.append(Cue("compare", v.start - len(before) + m.start(), v.end, (op, v.number, None, v.unit)))
            return
    after = re.match(
        r"\s*(?:or (?P<up>more|higher|above|greater|over|longer|later)|or (?P<down>less|fewer|lower|below|under|shorter)|and (?:above|over|up)|\+)",
        text[v.end :],
        re.I,
    )
    if after:
        op = "<=" if after["down"] else ">="
        out.append(Cue("compare", v.start, v.end + after.end(), (op, v.number, None, v.unit)))
        return
    out.append(Cue("number", v.start, v.end, (v.number, v.unit)))
