"""Ranges of days in a sentence: "from 1 May to 30 April", "12 to 16 April 2027". Which of its days is meant, no more."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from text.values import Value

_STARTS = {"start", "begin", "commenc", "open"}
_ENDS = {"end", "expir", "finish", "termin", "conclud", "close", "complet"}
_DAY = r"(?:\d{1,2}(?:st|nd|rd|th)?\s+[A-Z][a-z]+(?:\s+\d{4})?|[A-Z][a-z]+\s+\d{1,2}(?:,?\s+\d{4})?|\d{4}-\d\d-\d\d|\d{1,2}[./]\d{1,2}[./]\d{2,4})"
_RANGE = re.compile(
    rf"(?:from|between)\s+(?:\w+day,?\s+)?(?P<from>{_DAY})\s*(?:,?\s*(?:up )?(?:to|until|till|through|and)|–|-)\s*(?:and including\s+)?(?:\w+day,?\s+)?(?P<to>{_DAY})"
)


def range_end(of: tuple[str, ...], text: str) -> int | None:
    """Where in `text` a range ("from 1 May 2025 to 30 April 2026") says when something starts or ends; None if not."""
    side = "from" if set(of) & _STARTS else "to" if set(of) & _ENDS else ""
    m = _RANGE.search(text) if side else None
    return m.start(side) if m else None


_TO = re.compile(r"\s*(?:to|until|and|–|-)\s*")


def whole_ranges(text: str, values: Sequence[Value]) -> list[Value]:
    """ "12 to 16 April 2027" is one value: "12" alone says nothing to whoever reads it."""
    out: list[Value] = []
    for v in values:
        last = out[-1] if out else None
        if last and last.kind == v.kind == "date" and last.text.isdigit() and _TO.fullmatch(text[last.end : v.start]):
            out[-1] = replace(last, text=text[last.start : v.end], end=v.end)
        else:
            out.append(v)
    return out
