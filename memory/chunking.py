"""Cuts a document's text into passages of about 1,000 characters, at sentences, headings and pages.

A passage is a slice: `text[start:end]` is what is stored, quoted and shown; nothing is rewritten. A passage never
crosses a heading, nor holds two messages of a saved conversation. It crosses a page break only where a sentence does or where the page ends right below a heading; the
page it names is the one on which most of it stands.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from memory.messages import message_starts
from text.sentences import sentences

SIZE = 1000
OVERLAP = 200
_LONGEST = 500  # a longer sentence (a list without stops, code) is cut at a line end, else at a space
_TITLE, _DEEPEST = 200, 12  # characters of a heading, and headings, that stand in a passage's path: each passage has it

Span = tuple[int, int]


class Heading(NamedTuple):
    start: int  # offset of its line in the text
    level: int  # 1 is the top
    title: str


class Cut(NamedTuple):
    start: int
    end: int
    page: int  # 1-based; 0 where there are no pages
    heading: str  # "Contract > 4 Termination", or ""


def passages(
    text: str, pages: Sequence[int] = (), headings: Sequence[Heading] = (), size: int = SIZE, overlap: int = OVERLAP
) -> list[Cut]:
    """The passages of `text` in order. `pages`: offset at which each page starts, ascending; empty: no pages."""
    headings = sorted(headings)
    titles = _Titles(text, headings)
    starts = message_starts(text)
    out: list[Cut] = []
    for start, end, path in _sections(text, headings):
        for first, last in _messages(starts, start, end):
            units = list(_units(text, first, last))
            bare = sum(unit_start in titles for unit_start, _ in units)
            for a, b in _pack(units, bare, pages, size, overlap):
                out.append(Cut(a, b, _page(pages, (a + b) // 2), path))
    return out


class _Titles:
    """Whether a place in the text is in the line of a heading. A document may have tens of thousands of them."""

    def __init__(self, text: str, headings: Sequence[Heading]) -> None:
        """headings: in the order of their lines."""
        self._starts = [h.start for h in headings]
        self._ends = [text.find("\n", h.start) % (len(text) + 1) for h in headings]

    def __contains__(self, place: int) -> bool:
        before = bisect_right(self._starts, place) - 1
        return before >= 0 and place < self._ends[before]


def _messages(starts: Sequence[int], start: int, end: int) -> Iterator[Span]:
    """A stretch of text cut where a message begins; in one piece where nothing in it is a message."""
    inside = starts[bisect_right(starts, start) : bisect_left(starts, end)]
    yield from zip([start, *inside], [*inside, end], strict=True)


def _sections(text: str, headings: Sequence[Heading]) -> Iterator[tuple[int, int, str]]:
    """(start, end, heading path): from one heading to the next; headings with nothing under them join the next one."""
    path: list[Heading] = []
    start = 0
    for heading in [*headings, None]:
        end = heading.start if heading else len(text)
        bare = path and "\n" not in text[start:end].strip()
        if end > start and not (bare and heading):
            if text[start:end].strip():
                yield start, end, " > ".join(_short(h.title) for h in path[-_DEEPEST:])
            start = end
        if heading:
            path = [h for h in path if h.level < heading.level] + [heading]


def _short(title: str) -> str:
    return title if len(title) <= _TITLE else title[: _TITLE - 1].rstrip() + "…"


def _units(text: str, start: int, end: int) -> Iterator[Span]:
    """Sentences, the over-long ones cut. Between them only white space is left out."""
    for s in sentences(text[start:end]):
        yield from _cut_long(text, start + s.start, start + s.end)


def _cut_long(text: str, start: int, end: int) -> Iterator[Span]:
    while end - start > _LONGEST:
        window = text[start : start + _LONGEST]
        ends = (max(window.rfind(mark) for mark in marks) + 1 for marks in (("\n",), ("; ", ", "), (" ",)))
        at = next((e for e in ends if e > _LONGEST // 4), _LONGEST)
        if piece := window[:at].strip():
            offset = start + len(window[:at]) - len(window[:at].lstrip())
            yield offset, offset + len(piece)
        start += at
    piece = text[start:end]
    if piece.strip():
        yield start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip())


def _pack(units: Sequence[Span], bare: int, pages: Sequence[int], size: int, overlap: int) -> Iterator[Span]:
    """Fill passages with units up to `size`; the next one begins with the last units that fit into `overlap`.

    The first `bare` units are headings: they stay with what follows, even over a page break.
    """

    first = 0
    while first < len(units):
        last = first
        page = _page(pages, units[min(max(first, bare), len(units) - 1)][0])
        while (
            last + 1 < len(units)
            and units[last + 1][1] - units[first][0] <= size
            and (last + 1 <= bare or _page(pages, units[last + 1][0]) == page)
        ):
            last += 1
        yield units[first][0], units[last][1]
        if last + 1 == len(units):
            return
        following = last + 1
        while (
            following - 1 > first
            and units[last][1] - units[following - 1][0] <= overlap
            and _page(pages, units[following - 1][0]) == _page(pages, units[last + 1][0])
        ):
            following -= 1
        first = following


def _page(pages: Sequence[int], offset: int) -> int:
    """1-based; 0 where there are no pages."""
    return max(1, bisect_right(pages, offset)) if pages else 0


_NAMED = re.compile(
    r"^(?:(?:article|section|clause|chapter|part|paragraph)\s+(?:\d+(?:\.\d+)*|[IVXLC]+)"
    r"|(?:annex|appendix|schedule|exhibit|attachment)(?:\s+(?:\d+|[A-Z]|[IVXLC]+))?)(?:[.:)]?(?:\s+[-–—]?\s*(?P<rest>[A-Z“\"].*))?)?$",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"^(?P<number>\d{1,2}(?:\.\d{1,2}){0,3})[.)]?\s+(?P<rest>[^\W\d_].*)$")


def heading_level(line: str, above: str = "", below: str = "") -> int:
    """The level of a line that looks like a heading ("4. Termination", "ANNEX B", "PAYMENT TERMS"), else 0.

    By its looks alone, for formats that do not mark headings. `above` and `below` are the nearest lines that are not
    blank: numbered lines one under the other are a list.
    """
    line = line.strip()
    if not 3 <= len(line) <= 90 or line[-1] in ".,;:!?" or len(line.split()) > 12:
        return 0
    if _NAMED.match(line):
        return 1
    if m := _NUMBERED.match(line):
        depth = m["number"].count(".") + 1
        if any((n := _NUMBERED.match(x.strip())) and n["number"].count(".") + 1 == depth for x in (above, below)):
            return 0
        is_title = m["rest"][0].isupper() and not re.search(r"\d", m["rest"]) and len(m["rest"].split()) <= 9
        return depth if is_title else 0
    letters = [c for c in line if c.isalpha()]
    if len(letters) >= 4 and all(c.isupper() for c in letters) and sum(c.isdigit() for c in line) <= 4:
        return 1
    return 0
