"""Does a value or a name stand in the passage where the sentence puts it, or does it belong to something else there?

"Suppliers are paid within 14 days" holds words and a figure of the passage, but there 45 days stand beside "paid" and
14 beside "fewer than 50 employees". Lexical: the sentence's words pull towards the values near which they stand.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

from graph.claims.evidence import Line, Rarity, fold, positions, root
from graph.claims.items import Items, is_term, name_in
from graph.claims.limits import limit_at, opposed, side_of
from graph.claims.match import covers
from graph.claims.pull import anchors_at, anchors_of, group_of, present, pull_at, stops_in
from graph.claims.units import Unit
from text.units import in_base
from text.values import Value
from text.words import STOP, names

_NOT = re.compile(
    r"(?:\bnot|n['’]t)\s+(?:(?!more|less|fewer|later|earlier|only|just|before|after|above|below|over|under|within|exceed)[a-z]+\s+){0,2}$",
    re.I,
)
_CONDITION = re.compile(r"\b(?:if|unless|when|where|in case)\b[^,;.]*$", re.I)  # "expire if they are not used by …"
_DENIED = {"over": "at most", "under": "at least"}
_FROM, _TO = re.compile(r"\bfrom\s+$", re.I), re.compile(r"[^.;]{0,40}?\bto\s+", re.I)
_RIVAL = 1.5  # how much more the words must pull towards another value to cast doubt …
_MARGIN = 0.6  # … and by how much of an average word's weight
_BOUND = ("number", "money", "percent", "duration", "quantity", "date", "time")
_FIRST_PERSON = re.compile(r"\b(?:I|we|We|our|Our|my|My)\b")  # who speaks is named elsewhere, in a signature
_HELPERS = r"(?:(?:shall|must|may|will|can|has|have|had|to|not|also|then|always|never|should)\s+)*"


def misplaced(unit: Unit, items: Items, lines: Sequence[Line], rarity: Rarity, goal: str) -> str:
    """Why a value or name of the unit does not belong where it is put, in words for users, or ""."""
    if reason := reversed_order(items, unit.text, lines):
        return reason
    for v in items.values:
        if v.kind in _BOUND and (reason := _value(v, unit, items, lines, rarity, goal)):
            return reason
    for n in items.names:
        if reason := _name(n, unit, items, lines, rarity):
            return reason
    for n in (*items.names, *items.terms):
        if reason := _subject(n, unit, lines):
            return reason
    return ""


def denied(unit: Unit, items: Items, lines: Sequence[Line]) -> str:
    """ "Is not £420", where no line that holds the value denies anything before it."""
    for v in items.values:
        if not _NOT.search(unit.text[: v.start]) or _CONDITION.search(unit.text[: v.start]):
            continue
        places = [
            x.text[max(0, s.start - 80) : s.start] for x in lines for s in x.values if covers(v, s, unit.text, x.text)
        ]
        if not any(re.search(r"\b(?:not|no|never|nor|cannot|without)\b|n['’]t\b", p, re.I) for p in places):
            return f"the passage does not deny {v.text}"
    return ""


def against_limit(unit: Unit, items: Items, lines: Sequence[Line], rarity: Rarity, goal: str) -> str:
    """ "At least 60%" where the passage says "at most 60%"; "24 hours before" where it says "after"."""
    for v in items.values:
        mine = _turned(limit_at(unit.text, v.start, v.end), unit.text, v.start)
        side = side_of(unit.text, v.end) if v.kind == "duration" else ""
        if not mine and not side:
            continue
        anchors = anchors_of(unit, v, items, goal)
        places = [(i, x, s) for i, x in enumerate(lines) for s in x.values if covers(v, s, unit.text, x.text)]
        places = [p for p in places if p[2].kind == v.kind] or places
        pulls = [pull_at(anchors, lines, i, s.start, s.end, stops_in(x, v), rarity) for i, x, s in places]
        best = [(x, s) for (_, x, s), p in zip(places, pulls, strict=True) if p >= max(pulls) * 0.9]
        theirs = [_turned(limit_at(x.text, s.start, s.end), x.text, s.start) for x, s in best]
        against = [t for t in theirs if opposed(mine, t)]
        if against and all(t == "" or t in against for t in theirs):
            return f"the passage says “{against[0]} {v.text}”, not “{mine}”"
        sides = [side_of(x.text, s.end) for x, s in best]
        if side and sides and all(opposed(side, t) for t in sides):
            return f"the passage says “{v.text} {sides[0]}”, not “{side}”"
    return ""


def _turned(limit: str, text: str, start: int) -> str:
    """ "Not permitted for longer than 20 days" allows at most 20."""
    denied = limit in _DENIED and re.search(
        r"\b(?:not|never|nobody|no one|cannot|prohibited|forbidden)\b[^.;]*$", text[:start], re.I
    )
    allows = denied and re.search(
        r"\b(?:permitted|allowed|prohibited|forbidden|may|can|cannot)\b",
        denied[0] + text[max(0, (denied.start() if denied else 0) - 8) : start],
        re.I,
    )
    return _DENIED[limit] if allows else limit


def reversed_order(items: Items, text: str, lines: Sequence[Line]) -> str:
    """ "From 24 to 3 November", where the passage says "from 3 to 24 November"."""
    for a, b in pairwise(items.values):
        if not _FROM.search(text[: a.start]) or not _TO.fullmatch(text[a.end : b.start]):
            continue
        for x in lines:
            for s, t in pairwise(x.values):
                turned = _like(a, t, text, x.text) and _like(b, s, text, x.text) and not _like(a, b, text, text)
                if turned and _FROM.search(x.text[: s.start]) and _TO.fullmatch(x.text[s.end : t.start]):
                    return f"the passage says “from {s.text} to {t.text}”"
    return ""


def _like(a: Value, b: Value, text: str, around: str) -> bool:
    """Also a date with its year and the same without."""
    return covers(a, b, text, around) or bool(a.date and b.date and len(a.date) > 5 and a.date[-5:] == b.date[-5:])


def _value(v: Value, unit: Unit, items: Items, lines: Sequence[Line], rarity: Rarity, goal: str) -> str:
    anchors = anchors_of(unit, v, items, goal)
    here = there = 0.0
    found, rival = False, ""
    columns = {_column(x, s) for x in lines if x.row for s in x.values if covers(v, s, unit.text, x.text)}
    for i, x in enumerate(lines):
        for s in x.values:
            same = covers(v, s, unit.text, x.text)
            if not same and x.row and _column(x, s) not in columns:
                continue
            if not same and not (_comparable(v, s) and not any(covers(o, s, unit.text, x.text) for o in items.values)):
                continue
            start, end = group_of(x, s)
            pull = pull_at(anchors, lines, i, start, end, stops_in(x, v), rarity) + _company(v, s, x, unit, items)
            pull *= (
                0.5 if v.kind == "quantity" and in_base(1.0, v.unit)[1] != in_base(1.0, s.unit)[1] else 1.0
            )  # litres for dB
            if same:
                found, here = True, max(here, pull)
            elif pull > there:
                there, rival = pull, s.text
    if found and _stronger(there, here, present(anchors, lines), rarity):
        return f"the passage gives {rival} here, not {v.text}"
    return ""


def _name(name: str, unit: Unit, items: Items, lines: Sequence[Line], rarity: Rarity) -> str:
    if name.isupper() and len(name) <= 5:
        return ""  # an abbreviation: those of the lines are no rivals either
    at = unit.text.find(name)
    own = {w for n in (*items.names, *items.terms) for w in fold(n).split()}
    anchors = [w for w in anchors_at(unit, at, at + len(name)) if w not in {p for p, _ in positions(name)}]
    here = there = 0.0
    rival = ""
    for i, x in enumerate(lines):
        for part in name.split():  # "Imogen Farrar" also where only "Imogen" stands
            start = x.text.find(part) if len(part) > 2 else -1
            if start < 0:
                continue
            here = max(here, pull_at(anchors, lines, i, start, start + len(part), (), rarity, 0.9))
        for other in () if _FIRST_PERSON.search(x.text) else _names_of(x.text):
            if own & set(fold(other).split()) or name_in(name, fold(other)):  # "ECB" is its bank in full
                continue
            start = x.text.find(other)
            pull = pull_at(anchors, lines, i, start, start + len(other), (), rarity, 0.9)
            if pull > there:
                there, rival = pull, other
    anchors = present(anchors, lines)
    if len(anchors) >= 2 and there > 0.45 * rarity.sum(set(anchors)) and _stronger(there, here, anchors, rarity):
        return f"the passage names {rival} here, not {name}"
    return ""


def _subject(name: str, unit: Unit, lines: Sequence[Line]) -> str:
    """ "The Client shall pay" where the passage says "the Supplier shall pay the Client": who does it is changed."""
    m = re.search(rf"(?<!\w){re.escape(name)}\s+{_HELPERS}(?P<verb>[a-z]+)\b(?!.*\bby\b)", unit.text)
    if not m or m["verb"] in STOP:
        return ""
    verb = root(m["verb"])
    for x in lines:
        at = [p for w, p in x.words if w == verb]
        mine = [k.start() for k in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", x.text)]
        if len(at) != 1 or not mine or min(mine) < at[0]:
            continue
        doer = re.search(rf"([A-Z][\w.&-]*(?: [A-Z][\w.&-]*)*)\s+{_HELPERS}$", x.text[: at[0]])
        labels = x.text[at[0] :].partition(" ")[0].endswith(":")  # "Chair: …" says what somebody is
        if doer and not labels and doer[1].lower() not in STOP and doer[1] not in name and name not in doer[1]:
            return f"the passage says this of {doer[1]}, not of {name}"
    return ""


@lru_cache(maxsize=4_000)
def _names_of(text: str) -> tuple[str, ...]:
    return tuple(n for n in names(text) if not is_term(n, text) and not n.isupper() and len(n) > 2)


def _stronger(there: float, here: float, anchors: Sequence[str], rarity: Rarity) -> bool:
    distinct = set(anchors)
    if not distinct:
        return False
    return there > _RIVAL * here and there - here > _MARGIN * rarity.sum(distinct) / len(distinct)


def _company(v: Value, s: Value, x: Line, unit: Unit, items: Items) -> float:
    """The sentence's other values beside this one: in "below 99.0% the credit is 25%" each vouches for the other."""
    total = 0.0
    for o in items.values:
        if o is v or (not unit.cells and abs(o.start - v.start) > 60):
            continue
        gaps = [abs(y.start - s.start) for y in x.values if y is not s and covers(o, y, unit.text, x.text)]
        if gaps:
            total += 1.0 / (1 + min(gaps) / 40)
    return total


def _column(x: Line, s: Value) -> str:
    cell = x.text[x.text.rfind(";", 0, s.start) + 1 : s.start]
    return cell.partition(":")[0].strip()


def _comparable(v: Value, s: Value) -> bool:
    if v.kind == "date":
        return s.kind == "date" and len(v.date) == len(s.date)
    return v.kind == s.kind
