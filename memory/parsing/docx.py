"""Word documents: paragraphs and tables in the body's order. Headers, footers, comments and text boxes are left out.

Word stores no pages, so the passages of a .docx have headings but no page.
"""

from __future__ import annotations

import io
import re
from typing import Any

from memory.parsing.parsed import Source, TextBuilder

_LEVEL = re.compile(r"(?:heading|überschrift|titre|título|titolo|kop)\s*(\d)", re.I)


def read(source: Source, out: TextBuilder) -> None:
    import docx
    from docx.table import Table

    document = docx.Document(io.BytesIO(source.data))
    properties_of(document.core_properties, out)
    title = ""
    for block in document.iter_inner_content():
        if isinstance(block, Table):
            _table(block, title, out)
            continue
        text = block.text.strip()
        if not text:
            continue
        if level := _level(block):
            title = text
            out.heading(text, level)
        elif _is_item(block):
            out.paragraph(f"- {text}")
        else:
            out.paragraph(text)
    for note in _footnotes(document):
        out.paragraph(note)


_TEMPLATES = "2013-12-23"  # of the template of python-docx, which whoever writes with it rarely changes


def properties_of(core: Any, out: TextBuilder) -> None:
    """What an Office file says of itself; the programs' own defaults are no news."""
    author = "" if core.author in ("python-docx", "openpyxl", "PptxGenJS") else core.author
    made = core.created if author or core.title else None
    if made and made.date().isoformat() == _TEMPLATES:
        made = None
    title = "" if core.title in ("PowerPoint Presentation", "Word Document") else core.title
    out.tell(title=title, author=author, date=made.date().isoformat() if made else "")


def _level(paragraph: Any) -> int:
    """By style, or by looks: a short paragraph that is bold throughout and no sentence."""
    style = paragraph.style.name if paragraph.style is not None else ""
    if style == "Title":
        return 1
    if m := _LEVEL.match(style or ""):
        return int(m.group(1)) + 1  # below the title
    text = paragraph.text.strip()
    bold = all(r.bold for r in paragraph.runs if r.text.strip())
    return 3 if bold and len(text) <= 80 and text[-1] not in ".:;,!?" and any(c.isalpha() for c in text) else 0


def _is_item(paragraph: Any) -> bool:
    """Of a list: by its style, or by a numbering of its own, as LibreOffice and Google write it."""
    own = paragraph._p.pPr is not None and paragraph._p.pPr.numPr is not None
    return own or (paragraph.style is not None and "list" in (paragraph.style.name or "").lower())


def _table(table: Any, title: str, out: TextBuilder) -> None:
    rows = []
    for row in table.rows:
        cells, seen = [], None
        for cell in row.cells:  # a merged cell appears once for each column it covers
            cells.append("" if cell._tc is seen else " ".join(cell.text.split()))
            seen = cell._tc
        rows.append(cells)
    if len(rows) < 2 or len(rows[0]) < 2 or not out.table(title, rows):
        out.paragraph("\n".join(" ".join(c for c in r if c) for r in rows))


def _footnotes(document: Any) -> list[str]:
    from docx.oxml import parse_xml

    w = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
    for part in document.part.package.iter_parts():
        if str(part.partname).endswith("/footnotes.xml"):
            root = parse_xml(part.blob)
            texts = ["".join(t.text or "" for t in note.iter(f"{w}t")).strip() for note in root.iter(f"{w}footnote")]
            return [f"Footnote: {t}" for t in texts if t]
    return []
