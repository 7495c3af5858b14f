"""The quantities that a goal names, each with what is counted: "30 chairs and 6 tables for 2 days"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from agents.rules.words import STOP, stem, words
from text.values import Value, find_values

_CUT = re.compile(r"\s*[;.?!:]\s+|\s+[-–—]\s+|,\s*(?:(?:and|plus|with)\s+)?|\s+(?:and|plus|as well as)\s+", re.I)
_ASKS = re.compile(
    r"\b(?:how much|what (?:would|will|does|do|did|is|are|must|should|can|could)\b|what(?:['’]s|['’]ll|['’]d)|whats|cost|costs|pay|owe|set (?:us|me) back|come to|damage|work out at|bill|price|total)\b",
    re.I,
)
# A mean is taken over rows; no quantity of the goal is billed.
_OVER_ROWS = re.compile(r"\b(?:average|the mean|median)\b", re.I)
_NO_SUM = re.compile(r"\b(?:how many|how long|how often|when|who|where|why|which|by when)\b", re.I)
# "For a week" is a quantity; "the rent per month", "how much a month" asks for the rate itself.
_ONE = re.compile(
    r"\b(?:for an?|one|a single|a whole)\s+(?P<unit>hour|day|night|week|month|quarter|year|fortnight)\b", re.I
)
_NONE = frozenset(stem(w) for w in ("time", "times", "am", "pm", "o'clock", "percent", "th", "st", "nd", "rd"))


@dataclass(frozen=True)
class Count:
    number: float
    nouns: tuple[str, ...]  # stems of what follows it, nearest first; () where nothing does
    word: str  # the noun as it was typed
    segment: int
    value: Value | None = None  # as it stands in the goal; None for "a week"


@dataclass(frozen=True)
class Counted:
    counts: tuple[Count, ...]
    segments: tuple[frozenset[str], ...]  # the stems of each stretch between commas and "and"


def asks_amount(text: str) -> bool:
    """Is an amount of money asked for?"""
    return bool(_ASKS.search(text)) and not _OVER_ROWS.search(text) and not _NO_SUM.search(_last_question(text))


def _last_question(text: str) -> str:
    return re.split(r"[.;!]\s+|,\s+", text.strip())[-1]


def counted(text: str, now: datetime | None = None) -> Counted:
    """The quantities of `text`; dates, times and percentages are none."""
    text = re.sub(r"(?<=\w)-(?=(?:mile|hour|night|day|week|month|kilometre|km)\b)", " ", text)
    values = find_values(text, now) if now else find_values(text)
    cuts = [
        0,
        *(m.end() for m in _CUT.finditer(text) if not any(v.start < m.end() and m.start() < v.end for v in values)),
    ]
    ends = [*cuts[1:], len(text)]
    out: list[Count] = []
    for v in values:
        if (
            v.number is None
            or v.kind not in ("number", "quantity", "duration")
            or re.fullmatch(r"(?:19|20)\d\d", v.text)
        ):
            continue
        if v.text.casefold() in ("one", "a single") and any(
            0 < x.start - v.end <= 2 and x.kind in ("duration", "quantity") for x in values
        ):
            continue  # "one six-hour call"
        inside = [w for w in words(v.text) if not w.text[0].isdigit()]
        nouns = [inside[-1].stem] if inside and v.kind != "number" else []
        nouns += [n for n in _nouns(text[v.end :]) if n not in nouns]
        if nouns and nouns[0] in _NONE:
            continue
        if not nouns and re.search(r"\b(?:the|number|no\.?)\s+$", text[: v.start], re.I):
            continue
        word = (
            inside[-1].text if v.kind != "number" and inside else next((w.text for w in words(text[v.end :])[:1]), "")
        )
        out.append(Count(v.number, tuple(nouns), word if nouns else "", _at(v.start, cuts), v))
    taken = {n for c in out for n in c.nouns[:1]}
    for m in _ONE.finditer(text):
        if stem(m["unit"]) not in taken:
            out.append(Count(1.0, (stem(m["unit"]),), m["unit"], _at(m.start(), cuts)))
    segments = tuple(frozenset(w.stem for w in words(text[a:b])) for a, b in zip(cuts, ends, strict=True))
    return Counted(tuple(out), segments)


def _at(start: int, cuts: Sequence[int]) -> int:
    return max(i for i, c in enumerate(cuts) if c <= start)


def _nouns(after: str) -> list[str]:
    """The words right after a number, up to one that carries nothing: "new members joining in full"."""
    out: list[str] = []
    m = re.match(r"[^,.;?!]*", after)
    for w in words(m[0] if m else ""):
        if w.text.casefold() in STOP or w.text[0].isdigit() or len(out) == 3:
            break
        out.append(w.stem)
    return out
