"""What a comparison and a report read besides single sentences: the heading a unit stands under, its paragraph, and
whether it can stand as a finding of its own. By form alone; what is about a topic is judged elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from agents.rules.reading.units import Unit, units
from text.values import find_values
from tools.prose import COURTESY, stands_alone

DEFINITE = ("money", "percent", "date", "duration", "quantity", "time")
_LEADING = re.compile(r"^(?:[#*\d.§\s]|\([a-z0-9]{1,3}\)\s)+")
_ADDRESS = re.compile(r"(?:from|to|cc|sent|subject|date)\s*:", re.I)


@dataclass(frozen=True)
class Block:
    """A paragraph: units of one passage, under one heading, with no blank line between them."""

    heading: str
    units: tuple[Unit, ...]

    @property
    def text(self) -> str:
        return " ".join(u.text for u in self.units)


def definite(text: str) -> bool:
    """Does it give a figure, a date, a time?"""
    return any(v.kind in DEFINITE for v in find_values(text))


def plain(heading: str) -> str:
    """A heading without its number and marks: "3. Shower block A" -> "Shower block A"."""
    last = heading.rsplit(" > ", 1)[-1]
    return _LEADING.sub("", last).strip(" :*#")


def fit(u: Unit) -> bool:
    """Can it be quoted alone: a sentence, or a labelled line with its value; no heading, row, greeting or address."""
    line = " ".join(re.sub(r"^\s*(?:[-*•]|\d{1,2}[.)]|\([a-z0-9]{1,3}\))\s+", "", u.text).split())
    if line.startswith(">") or COURTESY.match(line.lstrip("*# ")) or _ADDRESS.match(line.lstrip("*# ")):
        return False
    labelled = bool(u.label) and 3 <= len(line.split()) <= 40 and "|" not in line and line.count(";") < 2
    # A short sentence ("Candles are not allowed.") is one all the same.
    short = 3 <= len(line.split()) < 9 and line[:1].isupper() and line.endswith(".") and "|" not in line
    return labelled or short or stands_alone(u.text, line)


def read_units(passages: Sequence[Mapping[str, Any]]) -> list[Unit]:
    """Units with the headings of plain text too: a short line with no full stop above a sentence ("Price")."""
    out: list[Unit] = []
    heading, at = "", -1
    for u in units(passages):
        heading = heading if u.passage == at else ""
        if _titles(u, str(passages[u.passage]["text"])):
            heading, at = u.text.strip(), u.passage
            continue
        out.append(replace(u, heading=heading) if heading and u.passage == at else u)
    return out


def _titles(u: Unit, text: str) -> bool:
    line = u.text.strip()
    if not (0 < len(line.split()) <= 6 and len(line) <= 60) or "\n" in line or u.label or "|" in line:
        return False
    after = text[u.end : u.end + 1]
    return bool(line[:1].isupper() and after == "\n" and u.after and not re.search(r"[.!?:;,]$|\d{3}", line))


def blocks(us: Sequence[Unit], passages: Sequence[Mapping[str, Any]]) -> list[Block]:
    out: list[list[Unit]] = []
    for u in us:
        before = out[-1][-1] if out else None
        joined = (
            before is not None
            and before.passage == u.passage
            and before.heading == u.heading
            and "\n\n" not in str(passages[u.passage]["text"])[before.end : u.start]
        )
        if joined:
            out[-1].append(u)
        else:
            out.append([u])
    return [Block(b[0].heading, tuple(b)) for b in out]
