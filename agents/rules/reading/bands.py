"""Ranges that a text sets ("over £5,000 and up to £20,000", "0-5 kg", "250 or more") and which of them an amount is in.

It compares amounts of one kind and unit; it converts nothing.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from text.values import Value, find_values

_FLOOR = re.compile(
    r"(?P<beyond>\b(?<!no )(?<!not )(?:over|above|more than|greater than|exceed(?:s|ing)?|beyond|higher than|older than|longer than|heavier than|larger than)|>)\s*$|"
    r"(?:\b(?:from|at least|no less than|not less than|minimum(?: of)?|min\.?|starting at|between)|≥|>=)\s*$",
    re.I,
)
_CEILING = re.compile(
    r"(?P<short>\b(?:under|below|less than|fewer than|lower than|younger than|shorter than|lighter than)|<)\s*$|"
    r"(?:\b(?:up to|at most|no more than|not more than|not exceeding|maximum(?: of)?|max\.?|until|through)|≤|<=)\s*(?:and including\s*)?$",
    re.I,
)
_ONWARDS = re.compile(
    r"\s*(?:or (?:more|over|above|longer|older)|and (?:more|over|above|up(?:wards)?)|upwards|\+)", re.I
)
_DOWNWARDS = re.compile(r"\s*(?:or (?:less|fewer|under|below|younger)|and (?:less|under|below))", re.I)
_TO = re.compile(r"\s*(?:to|[-–—]|and|and up to|but not more than|but under|up to|until|till)\s*", re.I)
# "Children under five come free and older ones pay £3": what the ranges leave out is spoken of as well.
_REST = re.compile(
    r"\b(?:older|younger|larger|bigger|smaller|longer|shorter|heavier|others?|otherwise|the rest|everyone else|everybody else|anything else|(?:above|beyond|over|under|below) (?:that|this))\b(?! than\b)",
    re.I,
)
_OR_MORE = re.compile(
    r"(?P<n>[£$€]?\d[\d,.]*|(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\b)(?P<noun>(?: [a-z]+){0,3}?) (?:or|and) (?P<way>more|over|above|longer|later|older|less|fewer|under|below|shorter)\b",
    re.I,
)
_LESS = ("less", "fewer", "under", "below", "shorter")
_KINDS = ("money", "quantity", "number", "duration", "percent")


@dataclass(frozen=True)
class _Band:
    low: float
    high: float
    open_low: bool
    open_high: bool
    like: Value

    def holds(self, n: float) -> bool:
        if self.low > self.high:  # from ten at night until seven
            return n >= self.low or n <= self.high
        above = n > self.low if self.open_low else n >= self.low
        return above and (n < self.high if self.open_high else n <= self.high)


def speaks_of_the_rest(text: str) -> bool:
    return bool(_REST.search(text))


def hours(question: str) -> list[Value]:
    """The times of day that a question names."""
    return [v for v in find_values(question) if v.kind == "time" and v.number is not None]


def amounts(question: str) -> list[Value]:
    """The amounts that a question names ("an order of £12,000"), years left out."""
    return [v for v in find_values(question) if v.kind in _KINDS and v.number is not None and not _is_year(v)]


def in_band(asked: Sequence[Value], text: str) -> bool | None:
    """Is one of the amounts in a range that `text` sets? None where it sets none for such amounts."""
    bands = _bands(text, ("time",) if asked[0].kind == "time" else _KINDS) if asked else []
    fitting = [(v, b) for v in asked for b in bands if _alike(v, b.like)]
    return any(v.number is not None and b.holds(v.number) for v, b in fitting) if fitting else None


def sets_limit(text: str) -> bool:
    """ "It must stay below 135 °C" gives a limit without the word."""
    return bool(_bands(text))


def at_least(text: str) -> str:
    """ "7 nights or more" as "at least 7 nights"."""

    def before(m: re.Match[str]) -> str:
        return f"{'at most' if m['way'].lower() in _LESS else 'at least'} {m['n']}{m['noun']}"

    return _OR_MORE.sub(before, text)


def _is_year(v: Value) -> bool:
    return v.kind == "number" and v.text.isdigit() and 1900 <= float(v.text) <= 2100


def _alike(a: Value, b: Value) -> bool:
    if a.kind == b.kind:
        return a.unit == b.unit or not a.unit or not b.unit
    aged = any(v.kind == "duration" and v.unit.startswith("year") for v in (a, b))  # "under five" of a "3 year old"
    return "number" in (a.kind, b.kind) and ("money" in (a.kind, b.kind) or aged)


def _bands(text: str, kinds: Sequence[str] = _KINDS) -> list[_Band]:
    found = [v for v in find_values(text) if v.kind in kinds and v.number is not None]
    out: list[_Band] = []
    taken = -1
    for i, v in enumerate(found):
        if i <= taken or v.number is None:
            continue
        before, after = text[max(0, v.start - 30) : v.start], text[v.end : v.end + 20]
        floor, ceiling = _FLOOR.search(before), _CEILING.search(before)
        following = found[i + 1] if i + 1 < len(found) else None
        between = text[v.end : following.start] if following else ""
        if (
            following
            and following.number is not None
            and not ceiling
            and _TO.fullmatch(between)
            and (floor or "and" not in between.lower())
        ):
            short = bool(re.search(r"under", between, re.I))
            out.append(_Band(v.number, following.number, bool(floor and floor["beyond"]), short, following))
            taken = i + 1
        elif floor or _ONWARDS.match(after):
            out.append(_Band(v.number, math.inf, bool(floor and floor["beyond"]), False, v))
        elif ceiling or _DOWNWARDS.match(after):
            out.append(_Band(-math.inf, v.number, False, bool(ceiling and ceiling["short"]), v))
    return out
