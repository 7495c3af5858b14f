"""Limits and sides of a value: "at least 60%", "not later than 5 May", "24 hours after". Lexical, English."""

from __future__ import annotations

import re

_LARGER = r"(?:more|bigger|larger|greater|higher|longer|later|wider|taller|heavier|older|deeper|further|farther|thicker|faster|stronger)"
_SMALLER = (
    r"(?:less|fewer|lower|shorter|earlier|sooner|smaller|younger|closer|nearer|narrower|lighter|thinner|slower|weaker)"
)
_LIMITS = [  # in order: the longer first, so that "not more than" is no negation
    (
        "at most",
        rf"(?:no|not) (?:be )?{_LARGER} (?:\w+ )?than|(?:not|never|cannot|can't) (?:to )?(?:exceed|be exceeded|surpass)\w*|never by more than|not by more than|up to|at most|(?:a )?maximum(?: of)?|max\.?|or less|or fewer|or under|at the latest|capped at|limited to|without exceeding|within",
    ),
    (
        "at least",
        rf"(?:no|not) (?:be )?{_SMALLER} (?:\w+ )?than|not (?:be )?(?:below|under)|at least|(?:a )?minimum(?: of)?|min\.?|or more|or above|or better|or longer|or higher|at the earliest",
    ),
    (
        "over",
        (
            r"more than|greater than|higher than|longer than|larger than|over|above|exceed(?:s|ing|ed)?"
            r"|in excess of|beyond|(?<!no )(?<!not )(?<!be )later than(?=\W*$)"
        ),
    ),
    ("under", r"less than|fewer than|lower than|shorter than|smaller than|under|below"),
    ("before", r"(?:not|never) after|before|prior to|earlier than|by|until|in advance of|ahead of"),
    ("after", r"(?:not|never) before|after|following|later than|since|from|starting|as of"),
]
_UP, _DOWN = {"at least", "over"}, {"at most", "under"}
# "No later than 90 days before" is at least 90 days before; "aged eight and over" is a limit, not a side.
_TURNING = r"\b(?:no|not) (?:be )?(?:later|earlier|sooner) than\W*$"
_TURNED = {"at most": "at least", "at least": "at most"}
_IDLE = re.compile(
    r"\bno\.\s?(?=\d)|\bnot only\b|\bwhether or not\b|\bno doubt\b|\bno matter\b|\bnumber no\b|\bor not\b|\bnot (?:counting|including)\b",
    re.I,
)
_AFTER_IT = re.compile(
    r"\s*(?:[a-z]+\s){0,2}?((?:or|and) (?:less|fewer|under|younger)"
    r"|(?:or|and) (?:more|above|over|better|longer|higher|older|up)|at the latest|at the earliest"
    r"|maximum|minimum)\b",
    re.I,
)
_SIDE = re.compile(
    r"['’]?\s*(?:\(\d+\)\s*)?(?:[a-z]+\s)?(before|prior to|ahead of|in advance|ahead|after|following|from|of|later|earlier)\b",
    re.I,
)


def limit_at(text: str, start: int, end: int) -> str:
    """The limit that stands at a value: "at most", "at least", "over", "under", "before", "after" or ""."""
    before, after = text[max(0, start - 34) : start], text[end : end + 20]
    head = re.split(r"[,;:(|]|\d|\b(?:and|or|but)\b", before)[-1]
    best = ("", -1, -1)
    for name, pattern in _LIMITS:
        for m in re.finditer(rf"\b(?:{pattern})(?!\w)", head, re.I):
            inside = m.start() >= best[2] >= 0 and m.end() <= best[1]
            if m.end() > best[1] and not inside and not (best[1] >= 0 and m.start() < best[1]):
                best = (name, m.end(), m.start())
    tail = _AFTER_IT.match(after)
    if tail:
        return "at most" if re.search(r"less|fewer|under|younger|latest|maximum", tail[1], re.I) else "at least"
    if best[0] in _TURNED and re.search(_TURNING, head, re.I) and side_of(text, end) == "before":
        return _TURNED[best[0]]
    return best[0]


def side_of(text: str, end: int) -> str:
    """ "24 hours after …" -> "after", "60 days before …" -> "before": on which side a period lies."""
    m = _SIDE.match(text[end : end + 34])
    if not m:
        return ""
    return "before" if m[1].lower() in ("before", "prior to", "ahead of", "ahead", "in advance", "earlier") else "after"


def opposed(a: str, b: str) -> bool:
    """Do two limits exclude each other?"""
    return (a in _UP and b in _DOWN) or (a in _DOWN and b in _UP) or {a, b} == {"before", "after"}


def without_limits(text: str) -> str:
    """The text with "not more than" and its like cut out: what is left denies where it says "not"."""
    text = _IDLE.sub(" ", text)
    text = re.sub(rf"\bnot (?:permitted|allowed)(?: to \w+| for)? {_LARGER} than\b", " , ", text, flags=re.I)
    for _, pattern in _LIMITS[:2]:
        text = re.sub(
            rf"(?<!not )\b(?:must |shall |may |should |can |will |would |does |do )?(?:{pattern})(?!\w)",
            " , ",
            text,
            flags=re.I,
        )
    return text
