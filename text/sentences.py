"""Sentences with their offsets. `nupunkt` finds the boundaries; this mends the two cases it leaves to the caller.

English punctuation rules; other scripts fall back to what nupunkt does with them.
"""

from __future__ import annotations

import re
from typing import NamedTuple


class Sentence(NamedTuple):
    text: str  # stripped; text == whole[start:end]
    start: int
    end: int


_BLOCK = re.compile(r"[ \t]*\n(?:[ \t]*\n)+|\n(?=[ \t]*(?:[-*•#>|]|\d{1,3}[.)]\s|\([a-z0-9]{1,4}\)\s))")


def sentences(text: str) -> list[Sentence]:
    """Split `text`; a blank line, a list item or a table row always ends a sentence."""
    import nupunkt

    out: list[Sentence] = []
    at = 0
    for gap in [*_BLOCK.finditer(text), None]:
        end = gap.start() if gap else len(text)
        block = text[at:end]
        if block.strip():
            _append(out, text, at, [(at + s, at + e) for s, e in nupunkt.sent_spans(block)])
        at = gap.end() if gap else end
    return out


def _append(out: list[Sentence], text: str, block_start: int, spans: list[tuple[int, int]]) -> None:
    merged: list[list[int]] = []
    for s, e in spans:
        # "(excl. VAT)": a boundary inside an open bracket is none; nor one before a lower-case word.
        open_bracket = merged and text[merged[-1][0] : merged[-1][1]].count("(") > text[merged[-1][0] : merged[-1][1]].count(")")
        lower = text[s:e].lstrip()[:1].islower()
        if merged and (open_bracket or lower) and e - merged[-1][0] < 600:
            merged[-1][1] = e
        else:
            merged.append([s, e])
    for s, e in merged:
        raw = text[s:e]
        start = s + len(raw) - len(raw.lstrip())
        stop = s + len(raw.rstrip())
        if stop > start:
            out.append(Sentence(text[start:stop], start, stop))
