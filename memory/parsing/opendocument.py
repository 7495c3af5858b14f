"""OpenDocument text, spreadsheets and presentations (LibreOffice and others): headings, paragraphs, lists, tables.

A slide is a page. Tracked deletions, comments, headers and footers are left out; formulas count with their last value.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import Any

from memory.parsing.parsed import Source, TextBuilder
from memory.types import UnreadableFile

_NS = "{urn:oasis:names:tc:opendocument:xmlns:%s:1.0}"
_TEXT, _TABLE, _OFFICE, _DRAW, _META = (_NS % n for n in ("text", "table", "office", "drawing", "meta"))
_PRESENTATION = _NS % "presentation"
_DC = "{http://purl.org/dc/elements/1.1/}"
_LEFT_OUT = {f"{_TEXT}tracked-changes", f"{_OFFICE}annotation", f"{_TEXT}note-citation", f"{_TEXT}sequence-decls"}
_MOST_REPEATED = 1000  # rows or cells that a file says to repeat; empty ones at the end are repeated a million times


def read(source: Source, out: TextBuilder) -> None:
    from lxml import etree  # pyright: ignore[reportAttributeAccessIssue]

    def part(book: zipfile.ZipFile, name: str) -> Any:
        parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
        return etree.fromstring(book.read(name), parser) if name in book.namelist() else None

    with zipfile.ZipFile(io.BytesIO(source.data)) as book:
        manifest = book.read("META-INF/manifest.xml") if "META-INF/manifest.xml" in book.namelist() else b""
        if b"encryption-data" in manifest:
            raise UnreadableFile(
                f"{source.name} is protected with a password. Remove the password and upload it again."
            )
        content, meta = part(book, "content.xml"), part(book, "meta.xml")
    if meta is not None:
        author = meta.findtext(f".//{_META}initial-creator") or meta.findtext(f".//{_DC}creator")
        date = meta.findtext(f".//{_META}creation-date") or meta.findtext(f".//{_DC}date")
        out.tell(title=meta.findtext(f".//{_DC}title"), author=author, date=date)
    body = content.find(f"{_OFFICE}body") if content is not None else None
    if body is None:
        raise UnreadableFile(f"{source.name} is damaged: it has no content. Save or download it again.")
    _Walk(out).into(body)


class _Walk:
    def __init__(self, out: TextBuilder) -> None:
        self._out, self._title = out, ""

    def into(self, node: Any) -> None:
        tag = node.tag
        if tag in _LEFT_OUT or not isinstance(tag, str):
            return
        if tag == f"{_TEXT}h":
            self._title = _said(node)
            self._out.heading(self._title, int(node.get(f"{_TEXT}outline-level") or 1))
        elif tag == f"{_TEXT}p":
            self._out.paragraph(_said(node))
            for box in node.iter(f"{_DRAW}text-box"):
                self._inside(box)
        elif tag == f"{_TEXT}list":
            self._out.paragraph("\n".join(_items(node, 0)))
        elif tag == f"{_TABLE}table":
            self._table(node)
        elif tag.endswith("drawing:1.0}page"):
            self._slide(node)
        else:
            self._inside(node)

    def _inside(self, node: Any) -> None:
        for child in node:
            self.into(child)

    def _slide(self, page: Any) -> None:
        self._out.page()
        frames = [f for f in page.iter() if f.get(f"{_PRESENTATION}class") == "title"]
        self._title = " ".join(_said(p) for f in frames for p in f.iter(f"{_TEXT}p")) or str(page.get(f"{_DRAW}name"))
        self._out.heading(self._title)
        for child in page:
            if child not in frames:
                notes = isinstance(child.tag, str) and child.tag == f"{_PRESENTATION}notes"
                texts = [_said(p) for p in child.iter(f"{_TEXT}p")] if notes else []
                if said := " ".join(t for t in texts if t):
                    self._out.paragraph(f"Notes: {said}")
                elif not notes:
                    self.into(child)

    def _table(self, table: Any) -> None:
        name = str(table.get(f"{_TABLE}name") or "")
        sheet = table.getparent().tag == f"{_OFFICE}spreadsheet"
        if sheet:
            self._title = name
            self._out.heading(name)
        rows = [r for r in _rows(table) if any(r)]
        if rows and not self._out.table(self._title or name, rows):
            self._out.paragraph("\n".join(" ".join(c for c in r if c) for r in rows))


def _said(node: Any) -> str:
    """The text of a paragraph, without notes' marks, comments and what stands in its frames."""
    parts = [node.text or ""]
    for child in node:
        tag = child.tag if isinstance(child.tag, str) else ""
        if tag == f"{_TEXT}s":
            parts.append(" " * min(100, int(child.get(f"{_TEXT}c") or 1)))
        elif tag in (f"{_TEXT}tab", f"{_TEXT}line-break"):
            parts.append(" " if tag.endswith("tab") else "\n")
        elif tag == f"{_TEXT}note":
            said = " ".join(_said(p) for p in child.iter(f"{_TEXT}p"))
            parts.append(f" (Footnote: {said})" if said else "")
        elif tag and tag not in _LEFT_OUT and tag != f"{_DRAW}text-box":
            parts.append(_said(child))
        parts.append(child.tail or "")
    return "".join(parts).strip() if node.tag == f"{_TEXT}p" else "".join(parts)


def _items(node: Any, depth: int) -> Iterator[str]:
    for item in node:
        for child in item:
            if child.tag == f"{_TEXT}list":
                yield from _items(child, depth + 1)
            elif child.tag in (f"{_TEXT}p", f"{_TEXT}h") and (said := _said(child).strip()):
                yield f"{'  ' * depth}- {said}"


def _rows(table: Any) -> Iterator[list[str]]:
    for row in table.iter(f"{_TABLE}table-row"):
        cells: list[str] = []
        for cell in row:
            if cell.tag not in (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
                continue
            times = min(_MOST_REPEATED, int(cell.get(f"{_TABLE}number-columns-repeated") or 1))
            cells += [_cell(cell)] * times
        while cells and not cells[-1]:
            cells.pop()
        yield from [cells] * (min(_MOST_REPEATED, int(row.get(f"{_TABLE}number-rows-repeated") or 1)) if cells else 1)


def _cell(cell: Any) -> str:
    """Dates as ISO and numbers as such: what is shown depends on the country that the file was made for."""
    kind = cell.get(f"{_OFFICE}value-type")
    shown = " ".join(" ".join(_said(p).split()) for p in cell.iter(f"{_TEXT}p"))
    if kind == "date":
        return str(cell.get(f"{_OFFICE}date-value") or shown).removesuffix("T00:00:00")
    return str(cell.get(f"{_OFFICE}value") or shown) if kind == "float" else shown
