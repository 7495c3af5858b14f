"""Amounts of money that a sentence states for something, with what each is counted by: "chairs at 40p each per day".

A price without a unit ("a bath is £16") is for one of its subject. What changes a price by a share ("20% off for …",
"a deposit of 25%") is a `Change`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from agents.rules.reading.pieces import clauses
from agents.rules.words import content, stem
from text.sentences import sentences
from text.values import Value, find_values

# Units of which a goal names none where it means one: "£12 per booking".
OCCASIONS = frozenset(stem(w) for w in ("booking", "stay", "visit", "trip", "job", "order", "hire", "event", "occasion", "time", "application", "session"))  # fmt: skip
_PER = re.compile(r"\s*(?:,\s*)?(?:for each|for every|for an?|per|an?|each|every|/)\s+(?:single |full |whole |calendar |started |additional |extra |further )?(?P<unit>[a-z]+)", re.I)  # fmt: skip
_EACH = re.compile(
    r"\s*(?:each|apiece|a piece|per item|per piece)\b(?!\s+(?!per\b|an?\b|for\b|and\b|or\b|in\b|on\b|at\b|with\b)[a-z])",
    re.I,
)
_BEFORE = re.compile(
    r"\b(?:per|each|every)\s+(?P<unit>[a-z]+)\b\W*(?:(?:is|are|costs?|charge|rate|price|fee|of|:|at|we charge)\W*){0,3}$",
    re.I,
)
_ADVERBS = {"hourly": "hour", "daily": "day", "nightly": "night", "weekly": "week", "monthly": "month", "annual": "year", "yearly": "year"}  # fmt: skip
_EXTRA = re.compile(r"\b(?:second|additional|extra|further|another|subsequent)\b", re.I)
_ADDS = re.compile(r"\b(?:adds?|more|supplement|surcharge|on top|plus)\b", re.I)
_FLOOR = re.compile(r"\b(?:minimum|at least|no less than|not less than)\b", re.I)
_CEILING = re.compile(r"\b(?:maximum|at most|capped|up to|no more than|not more than)\b", re.I)
_LESS = re.compile(r"\b(?:discount|off|reduc\w+|rebate|cheaper|less|lower)\b", re.I)
_MORE = re.compile(r"\b(?:surcharge|supplement|added|extra|more|increase\w*|on top|higher|plus|vat|tax)\b", re.I)
_PART = re.compile(r"\b(?:deposit|down payment|commission|upfront|up front|in advance|holding fee|retainer)\b", re.I)
_OFF = re.compile(r"\b(?:unless|except|other than|apart from|not|never|no longer|until|formerly|used to)\b|n['’]t\b", re.I)  # fmt: skip
_GENERIC = frozenset(
    stem(w)
    for w in "cost costs charge charged price priced fee rate pay paid amount sum use hire hired rent lend lent claim available is are may sold come comes sell take takes buy bought each apiece total standard normal usual full boarding".split()  # noqa: SIM905
)
_CELLS = re.compile(r"(?:^|; )\s*(?P<label>[^:;\n]{1,60}): (?P<value>[^;\n]+)")
_PRICED = re.compile(r"\b(?:price|rate|charge|fee|cost|tariff)s?\b", re.I)


@dataclass(frozen=True)
class Rate:
    amount: float
    currency: str
    shown: str  # the amount as it stands there
    units: tuple[str, ...]  # stems; "" for one of the subject
    subject: frozenset[str]  # stems that say what it is for
    head: str  # the stem of the noun that the amount stands with
    sentence: str
    passage: int
    extra: bool = False  # for every one but the first
    adds: bool = False  # on top of another rate
    floor: float | None = None
    ceiling: float | None = None
    within: tuple[tuple[float, str, str], ...] = ()  # of the same sentence: so many of one unit in another


@dataclass(frozen=True)
class Change:
    """A share that is taken off, added, or asked for in advance."""

    factor: float  # 0.9 for 10% off
    way: Literal["less", "more", "part", "times"]
    shown: str  # "10%", "one and a half times"
    subject: frozenset[str]
    sentence: str
    passage: int


def rates(passages: Sequence[Mapping[str, Any]]) -> tuple[list[Rate], list[Change]]:
    """All that the passages state, each once."""
    found: dict[tuple[Any, ...], Rate] = {}
    changes: dict[str, Change] = {}
    for i, p in enumerate(passages):
        for s in sentences(str(p["text"])):
            sentence = " ".join(s.text.split())
            for r in _rates_of(sentence, i):
                found.setdefault((r.amount, r.units, r.subject), r)
            if change := _change_of(sentence, i):
                changes.setdefault(sentence, change)
    return list(found.values()), list(changes.values())


def _rates_of(sentence: str, passage: int) -> list[Rate]:
    if len(cells := list(_CELLS.finditer(sentence))) > 1:
        return _row(sentence, cells, passage)
    within = _within(sentence)
    out: list[Rate] = []
    for clause in clauses(sentence, ("money",)):
        if len(clause.values) != 1:
            continue
        start = sentence.find(clause.text)
        value = clause.values[0]
        v = Value(value.kind, value.text, value.start - start, value.end - start, value.number, value.unit)
        if v.number is None or _OFF.search(clause.text):
            continue
        before = clause.text[: v.start]
        units, end = _units(clause.text, v)
        if out and not units and (_FLOOR.search(before) or _CEILING.search(before)):
            key = "floor" if _FLOOR.search(before) else "ceiling"
            out[-1] = Rate(**{**out[-1].__dict__, key: v.number})
            continue
        rest = before if content(before) else clause.text[end:]
        said = [w.stem for w in content(rest) if not w.text[0].isdigit()]
        named = [w for w in said if w not in _GENERIC and w not in units]
        if not named and not units:
            continue
        head = _head(rest, units) or (named[-1] if named else "")
        whole = frozenset(w.stem for w in content(before + " " + clause.text[end:]) if w.stem not in _GENERIC)
        extra = _EXTRA.search(before) is not None
        adds = _ADDS.search(clause.text) is not None
        out.append(Rate(v.number, v.unit, v.text, units, whole - set(units), head, sentence, passage, extra, adds, within=within))  # fmt: skip
    return out


def _units(text: str, v: Value) -> tuple[tuple[str, ...], int]:
    """(what the amount is counted by, where that ends)."""
    out: list[str] = []
    at = v.end
    while True:
        if m := _EACH.match(text, at):
            out.append("")
        elif m := _PER.match(text, at):
            out.append(stem(m["unit"]))
        else:
            break
        at = m.end()
    if not out:
        before = text[: v.start]
        if m := _BEFORE.search(before):
            out.append(stem(m["unit"]))
        else:
            out += [unit for word, unit in _ADVERBS.items() if re.search(rf"\b{word}\b", before, re.I)]
    return tuple(dict.fromkeys(out)), at


def _head(before: str, units: Sequence[str]) -> str:
    """The noun before "is", "costs", "at", "are lent at", else the last one: "a second DOG from the same family is"."""
    m = re.search(r"\s+(?:from|in|for|of|on|with|that|which|who|is|are|costs?|at|may|can|will|has|have|lent|charged|adds?|:)(?:\s|$)|:", before, re.I)  # fmt: skip
    part = before[: m.start()] if m and content(before[: m.start()]) else before
    named = [w.stem for w in content(part) if w.stem not in _GENERIC and w.stem not in units and not w.text[0].isdigit()]  # fmt: skip
    if not named and m:
        return _head(before[m.end() :], units)
    return named[-1] if named else ""


def _within(sentence: str) -> tuple[tuple[float, str, str], ...]:
    """ "30 hours a week" -> (30, "hour", "week")."""
    out = []
    for m in re.finditer(
        r"\b(?P<n>\d+(?:\.\d+)?) (?P<of>[a-z]+) (?:a|an|per|each|every) (?P<unit>[a-z]+)\b", sentence, re.I
    ):
        out.append((float(m["n"]), stem(m["of"]), stem(m["unit"])))
    return tuple(out)


def _row(sentence: str, cells: Sequence[re.Match[str]], passage: int) -> list[Rate]:
    """A row of a price list, told as text: "Item: Trestle table; Price per day: £4"."""
    priced = [c for c in cells if _PRICED.search(c["label"])]
    names = [c["value"] for c in cells if c not in priced and not re.fullmatch(r"[\d\s.,:-]*", c["value"])]
    if len(priced) != 1 or not names:
        return []
    label, said = priced[0]["label"], priced[0]["value"].strip().rstrip(".")
    values = [v for v in find_values(said) if v.number is not None and v.kind in ("money", "number")]
    if len(values) != 1 or values[0].number is None:
        return []
    units = tuple(
        stem(m["unit"]) for m in re.finditer(r"\b(?:per|an?|each|/)\s*(?P<unit>[a-z]+)", f"{label} {said}", re.I)
    )
    subject = frozenset(w.stem for n in names[:2] for w in content(n))
    head = [w.stem for w in content(names[0])]
    if not head:
        return []
    return [Rate(values[0].number, values[0].unit, said, units, subject, head[-1], sentence, passage)]


_TIMES = (
    (r"\b(?:time and a half|one and a half times|1\.5 times)\b", 1.5),
    (r"\b(?:double|twice|two times)\b", 2.0),
    (r"\b(?:triple|three times)\b", 3.0),
    (r"\b(?:half(?:[ -]price)?|half the)\b", 0.5),
)
# "Twice the hourly rate", "charged at double time"; not "ring twice".
_OF_A_PRICE = re.compile(r"\s+(?:(?:the|that|this|our|as|its) )?(?:[\w-]+ ){0,2}?(?:rate|price|fee|charge|cost|amount|rent|pay|tariff|time|much)s?\b", re.I)  # fmt: skip
_CHARGED = re.compile(r"\b(?:charged?|charges|paid|pays?|costs?|priced|billed|counts?)\s+(?:at\s+|as\s+)?$", re.I)


def _change_of(sentence: str, passage: int) -> Change | None:
    if not find_values(sentence) or not re.search(r"[£$€]|%", sentence):
        for pattern, factor in _TIMES:
            m = re.search(pattern, sentence, re.I)
            if m and (_OF_A_PRICE.match(sentence[m.end() :]) or _CHARGED.search(sentence[: m.start()])):
                return Change(factor, "times", m[0], frozenset(w.stem for w in content(sentence)), sentence, passage)
    values = [v for v in find_values(sentence) if v.kind == "percent" and v.number is not None]
    if len(values) != 1 or _OFF.search(sentence):
        return None
    v = values[0]
    way = "part" if _PART.search(sentence) else "less" if _LESS.search(sentence) else "more" if _MORE.search(sentence) else ""  # fmt: skip
    if not way or v.number is None:
        return None
    factor = v.number / 100 if way == "part" else 1 - v.number / 100 if way == "less" else 1 + v.number / 100
    return Change(factor, way, v.text, frozenset(w.stem for w in content(sentence)), sentence, passage)
