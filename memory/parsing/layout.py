"""Lines of pages to flowing text: paragraphs joined, words mended that were hyphenated at a line's end, headings found.

Works on positions where they are known, and without them line by line. It does not find columns (pdfium gives them in
the order they were written) and keeps a printed table as one line a row.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median

from memory.chunking import Heading, heading_level

_BULLET = re.compile(r"^[•▪◦‣·●○■□➢➤✓\uf0b7\uf0a7\u2022*]\s*|^[-–—]\s+")
_ITEM = re.compile(r"^(?:\(?[a-z]{1,4}\)|\(?\d{1,3}[.)]|\d{1,2}(?:\.\d{1,2}){1,3}\.?|[A-Z][.)])\s+\S")
_ENDS = (".", "!", "?", ":", ";", "”", '"', ")")


@dataclass(frozen=True)
class Line:
    text: str
    left: float = 0.0  # points, from the page's lower left corner
    bottom: float = 0.0
    right: float = 0.0
    top: float = 0.0
    size: float = 0.0  # height of its characters
    bold: bool = False
    cells: int = 1  # parts with wide gaps between them: a row of a printed table has more than one


@dataclass
class _Block:
    lines: list[tuple[int, Line]] = field(default_factory=list)  # (page index, line)
    level: int = 0  # of a heading


def assemble(pages: Sequence[Sequence[Line]]) -> tuple[str, list[int], list[Heading]]:
    """(text, offset at which each page starts, headings)."""
    body = _body_size(pages)
    blocks: list[_Block] = []
    for number, lines in enumerate(pages):
        for i, line in enumerate(lines):
            previous = blocks[-1].lines[-1] if blocks else None
            level = _level(line, lines[i - 1] if i else None, lines[i + 1] if i + 1 < len(lines) else None, body, lines)
            if level and blocks and blocks[-1].level and previous and _continues_heading(previous, (number, line)):
                blocks[-1].lines.append((number, line))
            elif level or previous is None or blocks[-1].level or not _continues(previous, (number, line), lines):
                blocks.append(_Block([(number, line)], level))
            else:
                blocks[-1].lines.append((number, line))
    return _written(blocks, len(pages), _words(pages))


def _body_size(pages: Sequence[Sequence[Line]]) -> float:
    sizes = [line.size for p in pages for line in p for _ in range(len(line.text) // 10 + 1) if line.size > 0]
    return median(sizes) if sizes else 0.0


def _level(line: Line, above: Line | None, below: Line | None, body: float, lines: Sequence[Line]) -> int:
    text = line.text
    if (
        line.cells > 1
        or len(text) > 120
        or not any(c.isalpha() for c in text)
        or _BULLET.match(text)
        or (below and line.bottom and _side_by_side(line, below))
    ):
        return 0
    if body and line.size >= 1.6 * body:
        return 1
    if body and line.size >= 1.15 * body and text[-1] not in ".;,":
        return 2
    alone = above is None or not line.bottom or not _flows(above, line, lines)
    looks = heading_level(text)
    if looks and alone:
        return looks + (2 if body else 0)
    if (
        line.bold
        and alone
        and len(text) <= 90
        and text[-1] not in ".;,:"
        and not (below and below.bold and not _gap(line, below))
    ):
        return 3
    return 0


def _side_by_side(a: Line, b: Line) -> bool:
    return abs(a.bottom - b.bottom) < 0.3 * max(a.size, 1)


def _gap(a: Line, b: Line) -> bool:
    """More room between two lines than lines of one paragraph have, or the second one stands elsewhere."""
    step = a.bottom - b.bottom
    return step > 1.6 * max(a.size, b.size, 1) or step < -2


def _flows(a: Line, b: Line, lines: Sequence[Line]) -> bool:
    """b goes on with a's sentence: a was full, so that b's first word had no place on it."""
    if not a.bottom and not b.bottom:
        return not a.text.endswith(_ENDS) and len(a.text) > 40
    if a.cells > 1 or b.cells > 1 or _gap(a, b) or abs(a.size - b.size) > 0.12 * max(a.size, b.size):
        return False
    prose = [x for x in lines if x.cells == 1]
    mates = [x.right for x in prose if abs(x.left - a.left) < 40]
    edge = max(mates if len(mates) > 3 else [x.right for x in prose if x.left < a.right and x.right > a.left])
    first = len(b.text.split(" ", 1)[0]) + 1
    letter = (a.right - a.left) / max(len(a.text), 1)
    return a.right + first * letter * 0.9 > edge or (
        b.text[:1].islower() and not a.text.endswith(_ENDS) and a.right > 0.6 * edge
    )


def _continues(previous: tuple[int, Line], this: tuple[int, Line], lines: Sequence[Line]) -> bool:
    (page, a), (here, b) = previous, this
    if _BULLET.match(b.text) or _ITEM.match(b.text):
        return False
    if page != here or (b.bottom and a.bottom and b.bottom > a.top):
        # A new page or column: the sentence goes on if it had not ended.
        return not a.text.endswith(_ENDS) and b.text[:1].islower()
    if a.bottom and _side_by_side(a, b):
        return True
    return _flows(a, b, lines)


def _continues_heading(previous: tuple[int, Line], this: tuple[int, Line]) -> bool:
    (page, a), (here, b) = previous, this
    same = page == here and a.bold == b.bold and abs(a.size - b.size) < 0.05 * max(a.size, 1)
    return same and a.bottom > 0 and not _gap(a, b) and not _ITEM.match(b.text) and not heading_level(b.text)


def _words(pages: Sequence[Sequence[Line]]) -> frozenset[str]:
    return frozenset(w.lower() for p in pages for line in p for w in re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)*", line.text))


def _written(blocks: Sequence[_Block], count: int, words: frozenset[str]) -> tuple[str, list[int], list[Heading]]:
    parts: list[str] = []
    length, starts, headings = 0, [0], []

    def write(text: str) -> None:
        nonlocal length
        parts.append(text)
        length += len(text)

    for i, block in enumerate(blocks):
        item = bool(_BULLET.match(block.lines[0][1].text) or _ITEM.match(block.lines[0][1].text))
        if i:
            write("\n" if item and not blocks[i - 1].level and not block.level else "\n\n")
        begin = length
        for j, (page, line) in enumerate(block.lines):
            text = _BULLET.sub("- ", line.text) if not block.level else line.text
            if j:
                hyphen, glue = _joint(parts[-1], text, words)
                if not hyphen:
                    parts[-1] = parts[-1][:-1]
                    length -= 1
                write(glue)
            while len(starts) <= page:
                starts.append(length)
            write(text)
        if block.level:
            headings.append(
                Heading(begin, block.level, "".join(parts)[begin:] if len(block.lines) > 1 else block.lines[0][1].text)
            )
    starts += [length] * (count - len(starts))
    return "".join(parts), starts, headings


def _joint(before: str, after: str, words: frozenset[str]) -> tuple[bool, str]:
    """How two lines of a paragraph join: (the first one keeps its last character, what goes between)."""
    if before[-1:] not in ("-", "\u2010", "\u2011") or not before[-2:-1].isalpha():
        return True, " "
    left = re.findall(r"[^\W\d_]+$", before[:-1])[-1]
    right = re.match(r"[^\W\d_]+", after)
    if right is None or not after[:1].islower():
        return True, ""
    joined, hyphened = (left + right[0]).lower(), f"{left}-{right[0]}".lower()
    return hyphened in words and joined not in words, ""
