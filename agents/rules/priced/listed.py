"""The amount that a list or table in a text gives for what a question names: "the deposit per trailer hire" of the row
"Category: Trailer; Deposit per hire: 250" or "| Trailer | 250 |".

"What is the labour rate per hour" is answered in the same way by the one sentence that states such a rate. The question
must have every word of the column's name and of the row's; two rows or columns that fit are none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from agents.rules.reading.types import Quoted, Reading
from agents.rules.words import content, stem
from text.sentences import sentences
from text.values import Value, find_values

_CELL = re.compile(r"(?:^|; )\s*(?P<label>[^:;\n]{1,60}): (?P<value>[^;\n]+)")
_RULE = re.compile(r"[\s|:-]*-[\s|:-]*")


@dataclass(frozen=True)
class Listed:
    value: Value
    label: str  # "Deposit per hire"
    quote: str  # the row as it stands in the passage
    passage: int


def stated_in_a_list(question: str, passages: Sequence[Mapping[str, Any]]) -> Reading | None:
    """What is stated plainly for the question's own words, where no sentence could be read as its answer."""
    cell = listed(question, passages) or rate_stated(question, passages) or price_stated(question, passages)
    if cell is None:
        return None
    v, said = cell.value, Quoted(cell.quote, cell.passage)
    return Reading(True, v.text, "money" if v.kind == "money" else "number", v.number, v.unit, [said], 0.7)


def listed(question: str, passages: Sequence[Mapping[str, Any]]) -> Listed | None:
    """The one cell whose row and column the question names in full."""
    asked = {w.stem for w in content(question)}
    found: dict[tuple[str, str], Listed] = {}
    for i, p in enumerate(passages):
        for row, quote in _rows(str(p["text"])):
            names = [v for _, v in row if not re.search(r"\d", v)]
            named = names and _within(names[0], asked)
            for label, cell in row:
                values = [v for v in find_values(cell) if v.number is not None and v.kind in ("money", "number", "percent", "duration", "quantity")]  # fmt: skip
                if named and len(values) == 1 and (_within(label, asked) or _all_said(label, names[0], asked)):
                    found.setdefault((quote, label), Listed(values[0], label, quote, i))
    longest = max((len(content(x.label)) for x in found.values()), default=0)
    best = [x for x in found.values() if len(content(x.label)) == longest]
    return best[0] if len(best) == 1 else None


_HOURLY = {"hourly": "hour", "daily": "day", "nightly": "night", "weekly": "week", "monthly": "month", "yearly": "year", "annual": "year"}  # fmt: skip
_OF_A_RATE = frozenset(stem(w) for w in "rate rates price prices cost costs fee fees charge charged charges tariff amount much take time book booked pay paid".split()) | {stem(w) for w in _HOURLY}  # fmt: skip  # noqa: SIM905


COUNTED_BY = re.compile(r"\s*(?:per|an?|each|every|for each|for every|/)\s*(?P<unit>[a-z]+)\b", re.I)


@dataclass(frozen=True)
class Stated:
    """An amount with what it is counted by, in a sentence on what was asked for."""

    value: Value
    quote: str
    passage: int


def rate_stated(question: str, passages: Sequence[Mapping[str, Any]]) -> Stated | None:
    """The one rate that the passages state for the question's subject by the question's unit: "the labour rate per hour"."""
    units = {stem(m["unit"]) for m in re.finditer(r"\bper\s+(?P<unit>[a-z]+)", question, re.I)}
    units |= {stem(u) for w, u in _HOURLY.items() if re.search(rf"\b{w}\b", question, re.I)}
    subject = {w.stem for w in content(question)} - units - _OF_A_RATE
    if not units or not subject:
        return None
    found: dict[float, Stated] = {}
    for i, p in enumerate(passages):
        for s in sentences(str(p["text"])):
            told = {w.stem for w in content(s.text)}
            for v in find_values(s.text) if subject <= told else ():
                per = COUNTED_BY.match(s.text, v.end)
                if v.number is not None and v.kind in ("money", "number", "quantity") and per and {stem(per["unit"])} == units:  # fmt: skip
                    found.setdefault(v.number, Stated(v, " ".join(s.text.split()), i))
    return next(iter(found.values())) if len(found) == 1 else None


_COSTS = re.compile(r"(?:how much|what)\s+(?:do|does|did|is|are|was|were|will)\s+(?P<what>.+?)(?:\s+(?:cost|costs|come to))?[?. ]*", re.I)  # fmt: skip
_PRICED = re.compile(r"(?:\b(?:costs?|is|are|was|were|at|for|of|comes? to|paid)\s+|[:,(–-]\s*)(?:[£$€]\s?)?$", re.I)


def price_stated(question: str, passages: Sequence[Mapping[str, Any]]) -> Stated | None:
    """The one amount of the one sentence that has all words of what is asked for: "New bench lighting, 640: approved"."""
    m = _COSTS.fullmatch(question.strip())
    subject = {w.stem for w in content(m["what"])} if m else set()
    found: dict[str, Stated] = {}
    for i, p in enumerate(passages):
        for s in sentences(str(p["text"])) if subject else ():
            values = [v for v in find_values(s.text) if v.number is not None and (v.kind == "money" or (v.kind == "number" and v.text[0].isdigit()))]  # fmt: skip
            priced = [v for v in values if _PRICED.search(s.text[: v.start])]
            if len(priced) == 1 and subject <= {w.stem for w in content(s.text)} and "; " not in s.text:
                found.setdefault(s.text, Stated(priced[0], " ".join(s.text.split()), i))
    return next(iter(found.values())) if len(found) == 1 else None


def _within(said: str, asked: set[str]) -> bool:
    own = {w.stem for w in content(said)}
    return bool(own) and own <= asked


def _all_said(label: str, name: str, asked: set[str]) -> bool:
    """ "The deposit for a trailer", of a column "Deposit per hire": nothing else is asked."""
    head = {w.stem for w in content(re.split(r"\s+per\s+|\s*\(", label)[0])}
    return bool(head) and asked == head | {w.stem for w in content(name)}


def _rows(text: str) -> Iterator[tuple[list[tuple[str, str]], str]]:
    """The rows of the tables in a passage, as (label, cell) pairs, with the row's own words."""
    heads: list[str] = []
    for line in text.splitlines():
        bare = line.strip().removeprefix("- ").strip()
        if "|" in bare:
            cells = [c.strip() for c in bare.strip("|").split("|")]
            if _RULE.fullmatch(bare):
                continue
            if not heads or len(cells) != len(heads):
                heads = cells
            else:
                yield list(zip(heads, cells, strict=True)), bare
            continue
        heads = []
        pairs = [(m["label"].strip(), m["value"].strip().rstrip(".")) for m in _CELL.finditer(bare)]
        if len(pairs) > 1:
            yield pairs, bare
