"""How strongly the words of a sentence pull towards a place in a passage: nearness, weighted by rarity.

`place.py` asks it for a value of the sentence and for its rivals in the passage; what that means is decided there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from graph.claims.evidence import Line, Rarity, positions
from graph.claims.items import Items
from graph.claims.units import Unit
from text.values import Value

_JOINED = re.compile(r"\s*(?:,|/|–|-|,?\s*(?:and|or|to|by|x|×))\s*")
_CUT = re.compile(r"[,;:(.]|\b(?:and|but|while|whereas|or|unless|otherwise)\b")


def anchors_of(unit: Unit, v: Value, items: Items, goal: str) -> list[str]:
    """The content words that say what the value is of: its clause's; a row's; for a bare "ninety days" the goal's."""
    words = anchors_at(unit, v.start, v.end)
    called = [w for n in (*items.names, *items.terms) for w, _ in positions(n)]
    if not unit.cells and not set(called) & set(words):  # "… and is inspected every 3 months": whose?
        words = [*words, *called]
    if len(words) < 2 and not unit.cells:
        context = positions(unit.before) if unit.shape == "item" else ()
        words += [w for w, _ in (*context, *positions(goal))] if len(positions(unit.text)) <= 3 else []
    return words


def anchors_at(unit: Unit, start: int, end: int) -> list[str]:
    """Those of the place `start:end` of the sentence: of the clause around it, and of the clauses before while it has less
    than two; in a row those of the other cells and of its column."""
    if unit.cells:
        column, at = "", 0
        for i, c in enumerate(unit.cells):
            at = unit.text.find(c, at)
            if at <= start <= at + len(c) and c:
                column = unit.columns[i] if i < len(unit.columns) else ""
                break
            at += len(c)
        return [w for w, p in positions(unit.text) if not start <= p < end] + [w for w, _ in positions(column)]
    cuts = [m.start() for m in re.finditer(r"[,;:](?=\s)|\s(?:and|but|while|whereas)\s", unit.text)]
    right = min([c for c in cuts if c >= end], default=len(unit.text))
    for left in [
        *sorted((c for c in cuts if c < start), reverse=True),
        0,
    ]:  # ", from 14.5 to 13.9": of what went before
        near = [w for w, p in positions(unit.text) if left <= p < right and not start <= p < end]
        if len(near) >= 2:
            return near
    return [w for w, p in positions(unit.text) if not start <= p < end]


def present(anchors: Sequence[str], lines: Sequence[Line]) -> list[str]:
    """The anchors that stand in any of the lines."""
    return [w for w in anchors if any(w in x.bag for x in lines)]


def stops_in(x: Line, v: Value) -> tuple[tuple[int, int], ...]:
    """Where values of the kind of `v` stand in the line: past one of them a word pulls less."""
    return tuple(dict.fromkeys(group_of(x, s) for s in x.values if s.kind == v.kind))


def group_of(x: Line, s: Value) -> tuple[int, int]:
    """ "at 06:45, 09:30 and 17:15": values in a list share what is said of them."""
    near = [o for o in x.values if o.kind == s.kind]
    i = near.index(s)
    first = last = i
    while first and _JOINED.fullmatch(x.text[near[first - 1].end : near[first].start]):
        first -= 1
    while last + 1 < len(near) and _JOINED.fullmatch(x.text[near[last].end : near[last + 1].start]):
        last += 1
    return near[first].start, near[last].end


def pull_at(
    anchors: Sequence[str],
    lines: Sequence[Line],
    i: int,
    start: int,
    end: int,
    stops: Sequence[tuple[int, int]],
    rarity: Rarity,
    floor: float = 0.0,
) -> float:
    """How near the anchors stand to the place `start:end` of line `i`, weighted by rarity: whole in the same clause,
    less over a cut or past another value, little in a neighbouring line. floor: the least for a word of the line."""
    total = 0.0
    for word in set(anchors):
        best = max(
            (_nearness(lines[i], p, start, end, stops, floor) for w, p in lines[i].words if w == word), default=0.0
        )
        if best < 0.3 and not lines[i].row:
            best = max([best, *(weight for j, weight in _neighbours(lines, i) if word in lines[j].bag)])
        total += best * rarity(word)
    return total


def _neighbours(lines: Sequence[Line], i: int) -> Iterator[tuple[int, float]]:
    if i:
        yield i - 1, 0.3
    if i + 1 < len(lines):
        yield i + 1, 0.25


def _nearness(x: Line, p: int, start: int, end: int, stops: Sequence[tuple[int, int]], floor: float) -> float:
    if x.row:
        cells = [m.span() for m in re.finditer(r"[^;]+", x.text)]
        a, b = next(((a, b) for a, b in cells if a <= p < b), (0, len(x.text)))
        if a <= start < b:
            return 1.0
        colon = x.text.find(":", a, b)
        return 0.2 if p < colon else 0.9
    a, b = min(p, end), max(p, start)
    gap = x.text[a:b]
    between = sum(a <= s < b and s != start for s, _ in stops)
    return max(floor, 0.45**between / (1 + 0.5 * len(_CUT.findall(gap)) + len(gap) / 160))
