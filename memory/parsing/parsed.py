"""What a parser produces, and the builder it writes into. Knows no format."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from memory.chunking import Cut, Heading

ABOUT = ("title", "author", "date", "language")  # date: ISO 8601, as exact as the file has it; language: ISO 639-1
ROWS_AS_TEXT = 500  # of a table's rows this many become passages; all of them are in its Parquet file


@dataclass(frozen=True)
class ParsedTable:
    name: str  # the sheet's or the table's name in the file, or ""
    file: str  # Parquet file in the output folder
    columns: Sequence[tuple[str, str]]  # (name as in the file, DuckDB type)
    rows: int
    units: Mapping[str, str]  # column -> "%" or a currency sign that its values were written with


@dataclass(frozen=True)
class Parsed:
    format: str
    text: str
    pages: Sequence[int]  # offset at which page i + 1 starts; empty where the format has no pages
    headings: Sequence[Heading]
    tables: Sequence[ParsedTable]
    about: Mapping[str, str] = field(default_factory=dict)  # what the file says of itself: see `ABOUT`
    cuts: Sequence[
        Cut
    ] = ()  # the passages; cut where the file was read, under its limits: a long file keeps that one busy
    skipped: Sequence[str] = ()  # what was in the file and was not read, and why: "page 7: no text was recognised"


@dataclass(frozen=True)
class Source:
    """The file as a parser gets it."""

    name: str  # as the user called it
    format: str
    data: bytes
    wanted: Mapping[str, Any] = field(default_factory=dict)  # `draw`: page, phrases; `pdf`: whether to recognise scans


@dataclass
class TextBuilder:
    """Collects a document's text block by block, and with it where pages and headings stand."""

    folder: Path  # where the tables' Parquet files go
    pages: list[int] = field(default_factory=list)
    headings: list[Heading] = field(default_factory=list)
    tables: list[ParsedTable] = field(default_factory=list)
    about: dict[str, str] = field(default_factory=dict)
    skipped: list[str] = field(default_factory=list)
    progress: Callable[[int, int], None] = lambda done, total: None  # for what takes long, in pages
    _parts: list[str] = field(default_factory=list)
    _length: int = 0

    def tell(self, **about: object) -> None:
        """Keep what the file says of itself (names from `ABOUT`); what it leaves empty is left out."""
        for name, value in about.items():
            text = " ".join(clean(str(value or "")).split())[:300]
            if text and name in ABOUT:
                self.about.setdefault(name, iso_date(text) if name == "date" else text)

    def page(self) -> None:
        """What follows stands on a new page."""
        self.pages.append(self._length)

    def heading(self, title: str, level: int = 1) -> None:
        title = " ".join(clean(title).split())
        if title:
            self.headings.append(Heading(self._length, level, title))
            self._append(title)

    def paragraph(self, text: str) -> None:
        text = clean(text).strip()
        if text:
            self._append(text)

    def verbatim(self, text: str, headings: Sequence[Heading] = ()) -> None:
        """A whole text whose line breaks and blanks are kept; `headings` with offsets inside it."""
        self.headings += [h._replace(start=h.start + self._length) for h in headings]
        self._append(text)

    def table(self, name: str, rows: Sequence[Sequence[Any]], comma: bool = False, described: bool = True) -> bool:
        """A grid of cells, its header row among them: described in the text and kept as Parquet. False: not a table.

        comma: numbers are likely to be written "1.234,50". described: False where the text has the rows anyway.
        """
        text = self.keep_table(name, rows, comma)
        if text and described:
            self._append(text)
        return bool(text)

    def keep_table(self, name: str, rows: Sequence[Sequence[Any]], comma: bool = False) -> str:
        """Keep a grid as Parquet; its description in words, or "" if it is no table."""
        from memory.parsing.tables import make_table

        made = make_table(rows, comma)
        if made is None:
            return ""
        file = f"table_{len(self.tables) + 1}.parquet"
        self.tables.append(ParsedTable(name, file, made.columns, made.count, made.units))
        made.write(self.folder / file)
        description = describe(name, [c for c, _ in made.columns], made.count, made.shown[:ROWS_AS_TEXT])
        return clean("\n\n".join([*made.above, description, *made.below]))

    @property
    def text(self) -> str:
        return "".join(self._parts)

    def _append(self, text: str) -> None:
        self._parts.append(text + "\n\n")
        self._length += len(text) + 2


def describe(name: str, columns: Sequence[str], count: int, shown: Sequence[Sequence[str]]) -> str:
    """A table in words, so that a question finds it: its columns, then a line a row."""
    called = f"Table {re.sub(r'^[0-9.]+ +', '', name)}" if name else "Table"
    parts = [f"{called}: columns {', '.join(columns)}; {count:,} row{'' if count == 1 else 's'}."]
    unnamed = all(c == f"column_{i}" for i, c in enumerate(columns, start=1))
    if unnamed and len(columns) == 2:
        lines = [": ".join(v for v in row if v) for row in shown]  # a form: a label and its value
    elif unnamed:
        lines = ["; ".join(v for v in row if v) for row in shown]
    else:
        heads = ["" if c == f"column_{i}" else f"{c}: " for i, c in enumerate(columns, start=1)]
        lines = ["; ".join(f"{c}{v}" for c, v in zip(heads, row, strict=False) if v) for row in shown]
    parts.append("\n".join(f"- {line}" for line in lines if line))
    if count > len(shown):
        parts.append(f"({count - len(shown):,} more rows are in the table.)")
    return "\n\n".join(p for p in parts if p)


_DATE = re.compile(r"(\d{4})(?:[-:/]?(\d{2})(?:[-:/]?(\d{2}))?)?")


def iso_date(text: str) -> str:
    """The date at the start of what a file says ("D:20260303093000Z", "2026:03:03 09:30"): "2026-03-03"; "" if none."""
    m = _DATE.match(text.removeprefix("D:"))
    if not m or not 1000 <= int(m[1]) <= 2999:
        return ""
    parts = [m[1]]
    if m[2] and 1 <= int(m[2]) <= 12:
        parts += [m[2], *([m[3]] if m[3] and 1 <= int(m[3]) <= 31 else [])]
    return "-".join(parts)


_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")
_SPACES = re.compile(r"[\u00a0\u2007\u202f\u2000-\u200a]")


def clean(text: str) -> str:
    """NFC, one kind of line break and space, no control characters, lone surrogates or soft hyphens."""
    text = (
        text.replace("\r\n", "\n").replace("\r", "\n").replace("\u00ad", "").replace("\u200b", "").replace("\ufeff", "")
    )
    text = _CONTROL.sub("", _SPACES.sub(" ", text))
    return unicodedata.normalize("NFC", text)
