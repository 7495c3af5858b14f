"""Printed tables: which lines of a page are rows of one, and where its columns are. It knows positions, not meaning."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from memory.parsing.parsed import clean


@dataclass(frozen=True)
class Gap:
    """White space between two words of a line: from x `left` to `right` in points, characters `start` to `end`."""

    left: float
    right: float
    start: int
    end: int


@dataclass(frozen=True)
class Line:
    text: str
    left: float = 0.0  # points, from the page's lower left corner
    bottom: float = 0.0
    right: float = 0.0
    top: float = 0.0
    size: float = 0.0  # height of its characters
    bold: bool = False
    cells: Sequence[str] = ()  # its parts if wide gaps divide it, as in a row of a printed table
    raw: str = ""  # the text as the file has it, into which the gaps point
    gaps: Sequence[Gap] = ()  # all of them, where they are known

    def cut(self, at: Sequence[Gap]) -> list[str]:
        """Its text in parts, divided at these gaps."""
        edges = [0, *(e for g in at for e in (g.start, g.end)), len(self.raw)]
        return [clean(self.raw[a:b]).strip() for a, b in zip(edges[::2], edges[1::2], strict=True)]


WIDE = 1.2  # gap between columns, in heights of a character
_NARROW = 0.42  # the same where a long cell leaves less room; a space between words is 0.2 to 0.35


def table_at(lines: Sequence[Line], start: int) -> list[list[str]]:
    """The rows of the printed table that begins at this line; empty if none does.

    Its core are three or more lines that wide gaps divide into equally many cells. A line above or below belongs to it
    if its words keep out of the same gutters: a header, or a row whose long cell leaves a narrow gap.
    """
    first = start
    end = _core(lines, start)
    if end == start and start + 1 < len(lines):
        first, end = start + 1, _core(lines, start + 1)
    if end == first:
        return []
    core = lines[first:end]
    gutters = _gutters(core)
    above = _row(lines[start], lines[first], gutters) if start < first else []
    if start < first and not above:
        return []
    rows = [above] if above else []
    rows += [list(x.cells) for x in core]
    while end < len(lines) and (row := _row(lines[end], lines[end - 1], gutters)):
        rows.append(row)
        end += 1
    return rows


def _core(lines: Sequence[Line], start: int) -> int:
    """The end of the lines from `start` on that have equally many cells, `start` if they are no table."""
    width, end = len(lines[start].cells), start
    while (
        end < len(lines)
        and len(lines[end].cells) == width
        and (end == start or lines[end].bottom < lines[end - 1].bottom)
    ):
        end += 1
    # Two columns may as well be labels and values ("Invoice no.   123"): a table only if its first row stands out.
    headed = width > 2 or (lines[start].bold and end > start + 1 and not lines[start + 1].bold)
    return end if width > 1 and end - start >= 3 and headed else start


def _gutters(core: Sequence[Line]) -> list[tuple[float, float]]:
    """What every row leaves free between two columns, left to right; empty where positions are not known."""
    wide = [[g for g in x.gaps if g.right - g.left > WIDE * x.size] for x in core]
    if any(len(w) != len(core[0].cells) - 1 for w in wide):
        return []
    return [(max(g.left for g in column), min(g.right for g in column)) for column in zip(*wide, strict=True)]


def _row(line: Line, beside: Line, gutters: Sequence[tuple[float, float]]) -> list[str]:
    """The line's cells if it stands right above or below `beside` and its words keep out of the gutters."""
    size = max(beside.size, 1.0)
    if not gutters or abs(line.bottom - beside.bottom) > 2.6 * size or abs(line.size - beside.size) > 0.2 * size:
        return []
    at: list[Gap] = []
    # Over a column of labels a header often has no word: it begins behind the first gutter.
    corner = len(gutters) > 1 and line.left >= gutters[0][1] - size
    for left, right in gutters[1:] if corner else gutters:
        # At the gutter's right end stands the column's longest entry; a long cell of the column before reaches into it.
        fitting = [g for g in line.gaps if g.right > left and g.left < right and g.right - g.left > _NARROW * size]
        if left >= right or not fitting:
            return []
        at.append(max(fitting, key=lambda g: g.right - g.left))
    cells = line.cut(at) if all(a.end <= b.start for a, b in pairwise(at)) else []
    return ["", *cells] if cells and corner else cells
