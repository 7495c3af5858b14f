"""Lines of pages to flowing text: paragraphs joined, words mended that were hyphenated at a line's end, headings found.

Works on positions where they are known, and without them line by line. It does not find columns (pdfium gives them in
the order they were written); printed tables are found in `columns.py`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import median

from memory.chunking import Heading, heading_level
from memory.parsing.columns import Line, table_at

_BULLET = re.compile(r"^[•▪◦‣·●○■□➢➤✓\uf0b7\uf0a7\u2022*]\s*|^[-–—]\s+")
_ITEM = re.compile(r"^(?:\(?[a-z]{1,4}\)|\(?\d{1,3}[.)]|\d{1,2}(?:\.\d{1,2}){1,3}\.?|[A-Z][.)])\s+\S")
_ENDS = (".", "!", "?", ":", ";", "”", '"', ")")


KeepTable = Callable[[str, list[list[str]]], str]


@dataclass
class _Block:
    lines: list[tuple[int, Line]] = field(default_factory=list)  # (page index, line)
    level: int = 0  # of a heading
    rows: Sequence[Sequence[str]] = ()  # of a table


def assemble(pages: Sequence[Sequence[Line]], keep_table: KeepTable) -> tuple[str, list[int], list[Heading]]:
    """(text, offset at which each page starts, headings). `keep_table(name, rows)` gives a table's text, or ""."""
    body = _body_size(pages)
    blocks: list[_Block] = []
    for number, lines in enumerate(pages):
        until = 0
        for i, line in enumerate(lines):
            if i < until:
                continue
            if rows := table_at(lines, i):
                until = i + len(rows)
                blocks.append(_Block([(number, x) for x in lines[i:until]], rows=rows))
                continue
            around = lines[i - 1] if i else None, lines[i + 1] if i + 1 < len(lines) else None
            _place(blocks, number, line, _level(line, *around, body, lines), lines)
    return _Writer(_words(pages), keep_table).write(blocks, len(pages))


def _place(blocks: list[_Block], page: int, line: Line, level: int, lines: Sequence[Line]) -> None:
    """Put a line to the block it goes on with, or begin a new one."""
    last = blocks[-1] if blocks and not blocks[-1].rows else None
    if last and level and last.level:
        joins = _continues_heading(last.lines[-1], (page, line))
    else:
        joins = bool(last and not level and not last.level and _continues(last.lines[-1], (page, line), lines))
    if last and joins:
        last.lines.append((page, line))
    else:
        blocks.append(_Block([(page, line)], level))


def _body_size(pages: Sequence[Sequence[Line]]) -> float:
    sizes = [line.size for p in pages for line in p for _ in range(len(line.text) // 10 + 1) if line.size > 0]
    return median(sizes) if sizes else 0.0


def _level(line: Line, above: Line | None, below: Line | None, body: float, lines: Sequence[Line]) -> int:
    text = line.text
    if (
        line.cells
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
    looks = heading_level(text, above.text if above else "", below.text if below else "")
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
    if a.cells or b.cells or _gap(a, b) or abs(a.size - b.size) > 0.12 * max(a.size, b.size):
        return False
    prose = [x for x in lines if not x.cells]
    mates = [x.right for x in prose if abs(x.left - a.left) < 40]
    edge = max(mates if len(mates) > 3 else [x.right for x in prose if x.left < a.right and x.right > a.left])
    first = len(b.text.split(" ", 1)[0]) + 1
    letter = (a.right - a.left) / max(len(a.text), 1)
    if a.right + first * letter * 0.9 > edge:
        return True
    if a.text.endswith(_ENDS):
        return False
    # An unfinished line that is nearly full goes on with a capital too: "between 1 / November".
    return a.right - a.left > (0.6 if b.text[:1].islower() else 0.85) * (edge - a.left)


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


class _Writer:
    """Writes blocks one after the other and notes where pages and headings begin."""

    def __init__(self, words: frozenset[str], keep_table: KeepTable) -> None:
        self._words = words
        self._keep_table = keep_table
        self._text = ""
        self._starts: list[int] = []
        self._headings: list[Heading] = []

    def write(self, blocks: Sequence[_Block], pages: int) -> tuple[str, list[int], list[Heading]]:
        parts: list[str] = []  # the text is written block by block: `_text` is the block at hand
        length = 0
        for i, block in enumerate(blocks):
            if i:
                parts.append("\n" if _is_bullet(block) and _is_bullet(blocks[i - 1]) else "\n\n")
                length += len(parts[-1])
            self._text = ""
            if block.rows:
                self._table(block, length)
            else:
                self._lines(block, length)
            if block.level:
                self._headings.append(Heading(length, block.level, self._text))
            parts.append(self._text)
            length += len(self._text)
        self._starts += [length] * (pages - len(self._starts))
        return "".join(parts), self._starts, self._headings

    def _turn_to(self, page: int, offset: int) -> None:
        while len(self._starts) <= page:
            self._starts.append(offset)

    def _table(self, block: _Block, offset: int) -> None:
        self._turn_to(block.lines[0][0], offset)
        name = self._headings[-1].title if self._headings else ""
        self._text = self._keep_table(name, [list(r) for r in block.rows])
        self._text = self._text or "\n\n".join(x.text for _, x in block.lines)

    def _lines(self, block: _Block, offset: int) -> None:
        for i, (page, line) in enumerate(block.lines):
            text = line.text if block.level else _BULLET.sub("- ", line.text)
            if i:
                keeps_last, between = _joint(self._text, text, self._words)
                self._text = (self._text if keeps_last else self._text[:-1]) + between
            self._turn_to(page, offset + len(self._text))
            self._text += text


def _is_bullet(block: _Block) -> bool:
    return not block.level and not block.rows and bool(_BULLET.match(block.lines[0][1].text))


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
