"""Figures of a passage said in another way: "in full" as 100%, "per calendar year" as "in a calendar year", a monthly
amount by the year, how far two figures of one sentence lie apart. Each is reckoned anew, none is believed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from graph.claims.evidence import Line
from graph.claims.match import near, rounds_to
from text.values import Value

_WHOLE = re.compile(r"\b(?:in full|full|fully|entire|entirely|whole|wholly|completely)\b", re.I)
_PART = re.compile(r"\b(?:half|partly|partial\w*|reduced)\b|%", re.I)
_EVERY = {
    "years": r"(?:a|an|per|each|every|any|in)\s+(?:\w+\s)?year(?!s)|yearly|annual(?:ly)?",
    "months": r"(?:a|per|each|every|any)\s+(?:\w+\s)?month(?!s)|monthly",
    "weeks": r"(?:a|per|each|every|any)\s+(?:\w+\s)?week(?!s)|weekly",
    "days": r"(?:a|per|each|every|any)\s+(?:\w+\s)?day(?!s)|daily",
}
# "The term is a year" says how long something lasts; "12 trips a year", "over a year" only by what it is counted.
_LASTS = re.compile(
    r"\b(?:is|are|was|be|lasts?|lasted|within|after|before|of|for|until|by|than|least|most|to|about|takes?|took|another|only|just|up)\s+$",
    re.I,
)
_TIMES = {("years", "months"): 12, ("years", "weeks"): 52, ("months", "years"): 1 / 12, ("weeks", "years"): 1 / 52}
_APART = re.compile(
    r"\b(?:differ\w*|more|less|fewer|higher|lower|longer|shorter|older|younger|faster|slower|quicker|sooner|later|earlier|cheaper|"
    r"increas\w*|decreas\w*|r[io]se\w*|fell|falls?|drop\w*|grew|chang\w*|gap|cut|reduc\w*|gain\w*"
    r"|sav\w*|push\w*|delay\w*|postpon\w*|not|without)\b|n['’]t\b",
    re.I,
)
_COMPARED = re.compile(r"\b(?:from|to|compared|against|than|versus|vs|instead)\b|;", re.I)


def restated(v: Value, unit_text: str, lines: Sequence[Line], goal: str) -> bool:
    """Does a line say the value in words of its own?"""
    if v.kind == "percent" and v.number == 100:
        return any(_WHOLE.search(x.text) and not _PART.search(x.text) for x in lines)
    if v.kind != "duration" or v.number != 1 or not re.match(r"(?:an?|one)\s", v.text, re.I):
        return False
    if _LASTS.search(unit_text[: v.start]) or v.unit not in _EVERY:
        return False
    texts = (goal, *(x.text for x in lines))
    if any(re.search(rf"\b(?:{_EVERY[v.unit]})\b", t, re.I) for t in texts):
        return True
    by_twelve = v.unit == "years" and re.search(r"\b(?:12|twelve)\b", unit_text)  # "12 × £400 over a year"
    return bool(by_twelve) and any(re.search(_EVERY["months"], t, re.I) for t in texts)


def worked_out(v: Value, unit_text: str, lines: Sequence[Line]) -> str:
    """ "12 × €6,000 = €72,000" for a monthly amount by the year, "38 minutes - 24 minutes = 14 minutes" for two figures
    that one sentence compares; "" when no line bears the value out so."""
    if v.number is None:
        return ""
    near_by = unit_text[max(0, v.start - 60) : v.end + 40]
    for x in lines:
        if how := _by_period(v, near_by, x) or (_APART.search(near_by) and _apart(v, x)):
            return how
    return ""


def _by_period(v: Value, near_by: str, x: Line) -> str:
    if v.kind not in ("money", "number", "quantity"):
        return ""
    for (mine, theirs), factor in _TIMES.items():
        if not re.search(rf"\b(?:{_EVERY[mine]})\b", near_by, re.I) or not re.search(_EVERY[theirs], x.text, re.I):
            continue
        for s in x.values:
            if (s.kind, s.unit) == (v.kind, v.unit) and s.number and _is(v, s.number * factor, near_by):
                return f"{factor:g} × {s.text} = {v.text}" if factor > 1 else f"{s.text} / {1 / factor:g} = {v.text}"
    return ""


def _apart(v: Value, x: Line) -> str:
    usable = [s for s in x.values if s.number is not None and (s.kind, s.unit) == (v.kind, v.unit)]
    if len(usable) > 4:
        return ""
    for i, a in enumerate(usable):
        for b in usable[i + 1 :]:
            between = x.text[a.start - 12 if a.start > 12 else 0 : b.end]
            apart = abs((a.number or 0.0) - (b.number or 0.0))
            if apart and _COMPARED.search(between) and near(v.number or 0.0, apart):
                high, low = (a, b) if (a.number or 0.0) > (b.number or 0.0) else (b, a)
                return f"{high.text} - {low.text} = {v.text}"
    return ""


def _is(v: Value, exact: float, text: str) -> bool:
    return v.number is not None and (near(v.number, exact) or rounds_to(v, exact, text))
