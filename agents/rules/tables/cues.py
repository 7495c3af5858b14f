"""What the wording of a table question asks for: counting, adding up, ranking, periods, comparisons with a number.

Patterns over the question's text; each finding has its span, so that no word is used twice and none is lost.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from agents.rules.tables.cue import BUT, Cue
from agents.rules.tables.number_cues import compared_numbers
from agents.rules.tables.periods import month_ranges, periods
from text.numbers import SMALL

_AGG = [
    (re.compile(pattern, re.I), value)
    for pattern, value in (
        (
            r"\bhow many(?: times)?\b(?! percent)|\b(?:the )?number of\b|\bcount(?: of| the)?\b|\bhow often\b|\bhow frequently\b",
            "count",
        ),
        (r"\bhead ?count\b", "headcount"),
        (r"\b(?:different|distinct|unique|individual|various)\b", "distinct"),
        (r"\b(?:average|avg|(?<!to )mean|typical(?:ly)?|on average|averaged?)\b", "avg"),
        (r"\bmedian\b", "median"),
        (
            r"\b(?:in total|altogether|all together|all told|in all|overall|combined|sum(?: of| up)?|sums?|totals?|totall?ing|totall?ed|add(?:ed)? up|cumulative|grand total|(?:the|our|wages?|pay|salary|energy|electricity|gas|water|phone|food|fuel|heating|whole|entire) bill)\b",
            "sum",
        ),
        (r"\bhow much\b", "much"),
    )
]
# "the last delivery" is the latest; "the last month" or "the last three" is not meant.
_LAST = r"(?<=the )last(?! (?:\d|two|three|four|five|six|seven|eight|nine|ten|twelve|few|day|week|month|quarter|year|night|name|column|row))"
_HIGH = (
    r"(?:most recent(?:ly)?|most (?:popular|common|frequent(?:ly)?|often)|highest|largest|biggest|greatest|most expensive|maximum|max|most|best(?![- ]before)|strongest|top|longest|heaviest|dearest|priciest|hottest|warmest|peak|best[- ]selling|latest|newest|most recent|youngest|busiest|fastest|(?<!on )record|"
    + _LAST
    + ")"
)
_LOW = r"(?:longest[- ](?:serving|standing|outstanding)|least (?:popular|common|frequent(?:ly)?|often)|lowest|smallest|least expensive|cheapest|minimum|min|least|fewest|worst|weakest|poorest|shortest|lightest|coldest|coolest|earliest|oldest|first|slowest|tiniest|quietest)"
_N = r"(?:\d+|two|three|four|five|six|seven|eight|nine|ten|twelve|fifteen|twenty)"
_BUCKET = re.compile(
    r"""
    \b(?:by|per|each|every|for[ ]each|for[ ]every|over[ ]the|which|what|in[ ]which|across[ ](?:the[ ])?|of[ ]each)[ ]
        (?:calendar[ ])?(day|week|month|quarter|year)s?\b
    """,
    re.I | re.X,
)
_EVERY = re.compile(r"\b(daily|weekly|monthly|quarterly|yearly|annually)\b", re.I)
_BY_AND_BY = re.compile(r"\b(day|week|month|quarter|year)(?:[- ](?:by|over|on|after)[- ])\1\b", re.I)  # "year on year"
_OVER_TIME = re.compile(
    r"""
    \b(?:over[ ]time|trends?|development|evolution|time[ ]?line|through(?:out)?[ ]the[ ]year|develop(?:ed)?
        |over[ ]the[ ](?:course[ ]of[ ]the[ ])?year)\b
    """,
    re.I | re.X,
)
_UNITS = {
    "daily": "day",
    "weekly": "week",
    "monthly": "month",
    "quarterly": "quarter",
    "yearly": "year",
    "annually": "year",
}
# "What does E5 mean" asks for no average, "does the mean differ" does.
_SIGNIFIES = re.compile(r"\b(?:do|does|did)\b(?!.*\b(?:the|an?|our|their|its|by)\s+$)", re.I)
# "Who sold the most and how many was it?": how many of what the superlative says.
_IS_IT = re.compile(r"\s+(?:is|was|are|were) (?:it|that|this|they)\W*$", re.I)
_SETTLED = ("period", "when", "compare", "number", "limit")  # words of these are used up; only a denial may cross them
_TOP_FEW = re.compile(
    rf"\b(?:top|best|first|highest|largest|biggest|worst|bottom|lowest|smallest|cheapest|last|latest) {_N}\b"
    rf"|\b{_N} (?:(?:most|least) \w+|{_HIGH}|{_LOW})\b",
    re.I,
)
_HOW_FEW = re.compile(rf"\b{_N}\b", re.I)
_FROM_BELOW = re.compile(r"\b(?:worst|bottom|lowest|smallest|cheapest|least|fewest|weakest)\b", re.I)
_RISING = re.compile(
    r"""
    \b(?:from[ ](?:the[ ])?(?:lowest|smallest|least|cheapest)[ ]to[ ](?:the[ ])?(?:highest|largest|most)
        |ascending|in[ ]ascending[ ]order
        |(?:lowest|smallest|least|fewest|worst|cheapest|oldest|earliest|shortest|soonest)(?:[ ][\w-]+){0,2}[ ]first)\b
    """,
    re.I | re.X,
)
_FALLING = re.compile(
    r"""
    \b(?:from[ ](?:the[ ])?(?:highest|largest|most|best)[ ]to[ ](?:the[ ])?(?:lowest|smallest|least|worst)
        |descending|in[ ]descending[ ]order
        |(?:highest|largest|biggest|greatest|most|best|top|dearest|priciest|busiest|newest|latest|longest)
            (?:[ ][\w-]+){0,2}[ ]first
        |ranked?|ranking|sorted?|in[ ]order[ ]of|ordered[ ]by)\b
    """,
    re.I | re.X,
)
_MOST = re.compile(rf"\b{_HIGH}\b(?![- ](?:serving|standing|outstanding))|\bmost\b", re.I)
_LEAST = re.compile(rf"\b{_LOW}\b", re.I)
# "Below the minimum": a bound, and nothing is ranked.
_BOUND_BY = re.compile(r"\b(?:below|under|above|over|than|within)\s+(?:(?:the|its|their|our)\s+)?$", re.I)
_ASKS_WHICH = re.compile(r"\b(?:which|who|what)\b", re.I)
_MORE_OF_TWO = re.compile(
    r"""
    \b(?:(?P<high>higher|larger|bigger|greater|more|better|longer|older)
        |lower|smaller|less|fewer|worse|cheaper|shorter)\b(?!\s+than\b)
    """,
    re.I | re.X,
)
_SHARE = re.compile(
    r"""
    \b(?:what|which|the)?\s*(?:share|percent(?:age)?|proportion|fraction|portion|part)\s+(?:of|from)\b
    |\bhow[ ]many[ ]percent\b
    |\bwhat[ ](?:percent(?:age)?|share)\b
    |\b(?:share|percentage|proportion)\b
    |%
    """,
    re.I | re.X,
)
_LIST = re.compile(
    r"(?<![-–])\b(?:list|show(?: me)?|display|which|who(?:'s|’s| is| are| has| have)?|give me|name)\b", re.I
)
_DIFFERENCE = re.compile(
    r"""
    \b(?:difference|gap|change[ds]?|growth|grew|grown|how[ ]much[ ](?:more|less|higher|lower)|by[ ]how[ ]much
        |compare[ds]?|comparison|versus|vs\.?|against|compared[ ](?:to|with))\b
    """,
    re.I | re.X,
)
_BY_HOW_MUCH = re.compile(r"difference|gap|chang|grow|grew|more|less|higher|lower|by how much", re.I)
_CHART = re.compile(
    r"""
    \b(?:as[ ]an?[ ]|in[ ]an?[ ]|draw[ ](?:me[ ])?(?:a[ ])?|plot(?:[ ]me)?(?:[ ]a)?|show[ ](?:me[ ])?(?:a[ ])?|with[ ]an?[ ])?
        (?:(?:little|small|nice|quick|simple|short|pretty|rough|basic|clear)[ ])?(?:(?P<k>bar|line|column|pie)[- ])?(?:chart|graph|plot|diagram|visuali[sz](?:e|ation)|histogram)\b
    """,
    re.I | re.X,
)
_NOT = re.compile(rf"\b(?:{BUT}|not|non|aren't|isn't)\b", re.I)
_NO_VALUE = re.compile(
    r"""
    \b(?:missing|empty|blank|no[ ]value|unknown|have[ ]no|has[ ]no|with[ ]no|lacks?|lacking
        |(?:forgotten|forgot|failed|yet)[ ]to[ ](?:put|enter|fill|record|write|note|add)(?:[ ](?:in|down))?
        |(?:nobody|no[ ]one)(?:['’]s|[ ]has|[ ]have)?[ ](?:filled|put|entered|recorded|written|noted|added)(?:[ ](?:in|down))?)\b
    """,
    re.I | re.X,
)
_THE_NUMBER = re.compile(r"(?:the )?number", re.I)


def cues(text: str, now: datetime) -> list[Cue]:
    """In the order of the text. What is found first is found for good: each reader looks at what the ones before it took."""
    out: list[Cue] = []
    periods(text, now, out)
    compared_numbers(text, now, out)
    for reader in (_limits, _buckets, _aggregates, _sorts, _orders, _shares, _lists, _differences, _charts, _denials):
        reader(text, out)
    if not any(c.kind == "difference" for c in out):
        out = month_ranges(text, out)
    if any(c.kind == "agg" and c.value in ("avg", "median") for c in out):
        # "the average number of nights" counts nothing
        out = [c for c in out if c.value != "count" or not _THE_NUMBER.match(text[c.start : c.end])]
    return sorted(out, key=lambda c: (c.start, -c.end))


def _add(out: list[Cue], kind: str, m: re.Match[str], value: object = None) -> None:
    if kind == "not" or not _within(m, out, _SETTLED):
        out.append(Cue(kind, m.start(), m.end(), value))


def _limits(text: str, out: list[Cue]) -> None:
    """ "The top five", "three cheapest": the number in it is no number to compare with."""
    for m in _TOP_FEW.finditer(text):
        if n := _HOW_FEW.search(m[0]):
            out[:] = [c for c in out if c.kind != "number" or c.end <= m.start() or c.start >= m.end()]
            order = "asc" if _FROM_BELOW.search(m[0]) else "desc"
            out.append(Cue("limit", m.start(), m.end(), (_count(n[0]), order)))


def _buckets(text: str, out: list[Cue]) -> None:
    for pattern in (_BUCKET, _EVERY, _BY_AND_BY):
        for m in pattern.finditer(text):
            word = m[1].lower()
            _add(out, "bucket", m, _UNITS.get(word, word))
    for m in _OVER_TIME.finditer(text):
        _add(out, "bucket", m, "time")


def _aggregates(text: str, out: list[Cue]) -> None:
    for pattern, value in _AGG:
        for m in pattern.finditer(text):
            told_with_it = value == "count" and m.start() and _IS_IT.match(text[m.end() :])
            if not told_with_it and not (m[0].lower() == "mean" and _SIGNIFIES.search(text[: m.start()])):
                _add(out, "agg", m, value)


def _sorts(text: str, out: list[Cue]) -> None:
    out += [Cue("sort", m.start(), m.end(), "asc") for m in _RISING.finditer(text)]
    out += [Cue("sort", m.start(), m.end(), "desc") for m in _FALLING.finditer(text)]


def _orders(text: str, out: list[Cue]) -> None:
    """ "The highest", "the earliest", "which is cheaper"."""
    for m in _MOST.finditer(text):
        if not _BOUND_BY.search(text[: m.start()]) and not _within(m, out, ("limit", "sort", "compare")):
            _add(out, "order", m, "desc")
    for m in _LEAST.finditer(text):
        if not _BOUND_BY.search(text[: m.start()]) and not _within(m, out, ("limit", "sort", "compare", "period")):
            _add(out, "order", m, "asc")
    if _ASKS_WHICH.search(text):
        for m in _MORE_OF_TWO.finditer(text):
            if not _within(m, out, ("compare", "limit", "sort", "order")):
                _add(out, "order", m, "desc" if m["high"] else "asc")


def _shares(text: str, out: list[Cue]) -> None:
    for m in _SHARE.finditer(text):
        _add(out, "share", m)


def _lists(text: str, out: list[Cue]) -> None:
    for m in _LIST.finditer(text):
        _add(out, "list", m, m[0].lower())


def _differences(text: str, out: list[Cue]) -> None:
    for m in _DIFFERENCE.finditer(text):
        _add(out, "difference", m, "difference" if _BY_HOW_MUCH.search(m[0]) else "compare")


def _charts(text: str, out: list[Cue]) -> None:
    for m in _CHART.finditer(text):
        out.append(Cue("chart", m.start(), m.end(), "line" if (m["k"] or "").lower() == "line" else ""))


def _denials(text: str, out: list[Cue]) -> None:
    """ "Not", "without", and values that are missing."""
    for m in _NOT.finditer(text):
        _add(out, "not", m, "without" if m[0].lower() == "without" else "")
    for m in _NO_VALUE.finditer(text):
        _add(out, "null", m)


def _count(word: str) -> int:
    return int(word) if word.isdigit() else SMALL.get(word.lower(), 0)


def _within(m: re.Match[str], found: Sequence[Cue], kinds: Sequence[str]) -> bool:
    return any(c.kind in kinds and m.start() < c.end and c.start < m.end() for c in found)
