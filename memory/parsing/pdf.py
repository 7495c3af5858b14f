"""PDF: lines from pdfium with where they stand, put together to paragraphs in `layout.py`. No OCR, no form fields."""

from __future__ import annotations

import ctypes
import re
from collections import Counter
from dataclasses import replace
from typing import Any

from memory.parsing.layout import Line, assemble
from memory.parsing.parsed import Source, TextBuilder, clean
from memory.types import UnreadableFile

_PASSWORD = 4  # FPDF_ERR_PASSWORD
_PAGE_NUMBER = re.compile(r"(?i)(page\s*)?[-–]?\s*\d{1,4}\s*[-–]?(\s*(of|/)\s*\d{1,4})?")
_HYPHENS = ("\ufffe", "\x02")  # what pdfium puts for a hyphen at the end of a line


def read(source: Source, out: TextBuilder) -> None:
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(source.data)
    except pypdfium2.PdfiumError as e:
        if getattr(e, "err_code", None) == _PASSWORD:
            raise UnreadableFile(
                f"{source.name} is protected with a password. Remove the password and upload it again."
            ) from e
        raise UnreadableFile(
            f"{source.name} is damaged and cannot be opened as a PDF. Save or download it again."
        ) from e
    pages = [_lines(document[i]) for i in range(len(document))]
    letters = sum(c.isalnum() for lines in pages for line in lines for c in line.text)
    if letters < 10:
        raise UnreadableFile(
            f"{source.name} has no text in it: its {len(pages)} page{'' if len(pages) == 1 else 's'} are pictures, as a scanner makes them. "
            "Run text recognition (OCR) on it and upload the result."
        )
    text, starts, headings = assemble(_without_running_titles(pages), out.keep_table)
    out.pages += starts
    out.verbatim(text, headings)


def _lines(page: Any) -> list[Line]:
    chars = page.get_textpage()
    text = chars.get_text_range()
    if len(text) != chars.count_chars():
        # Characters outside the basic plane count twice there: without positions the text is still right.
        return [Line(clean(t).strip()) for t in re.split(r"\r?\n", text) if t.strip()]
    out, at = [], 0
    pieces = re.split(r"(\r?\n|[\ufffe\x02])", text)
    for raw, end in zip(pieces[::2], [*pieces[1::2], ""], strict=True):
        if raw.strip():
            first = at + len(raw) - len(raw.lstrip())
            line = _line(chars, text[first : at + len(raw.rstrip())], first)
            # pdfium joins the halves of a hyphenated word itself, with a mark; `layout` knows better where the hyphen stays.
            out.append(replace(line, text=line.text + "-") if end in _HYPHENS else line)
        at += len(raw) + len(end)
    return [line for line in out if line.text]


def _line(chars: Any, raw: str, first: int) -> Line:
    last = first + len(raw) - 1
    left, bottom, _, top = chars.get_charbox(first, loose=True)
    _, low, right, high = chars.get_charbox(last, loose=True)
    size = min(top - bottom, high - low) or max(top - bottom, high - low)
    cells, begin = [], 0
    for m in re.finditer(r"(?<=\S)\s+(?=\S)", raw):
        gap = (
            chars.get_charbox(first + m.end(), loose=True)[0] - chars.get_charbox(first + m.start() - 1, loose=True)[2]
        )
        if gap > 1.2 * size:
            cells.append(clean(raw[begin : m.start()]))
            begin = m.end()
    if cells:
        cells.append(clean(raw[begin:]))
    return Line(clean(raw).strip(), left, bottom, right, top, size, _bold(chars, first) and _bold(chars, last), cells)


def _bold(chars: Any, index: int) -> bool:
    import pypdfium2.raw as raw

    buffer = ctypes.create_string_buffer(128)
    raw.FPDFText_GetFontInfo(chars.raw, index, buffer, len(buffer), None)
    name = buffer.value.decode("latin-1").lower()
    return "bold" in name or "black" in name or "heavy" in name or raw.FPDFText_GetFontWeight(chars.raw, index) >= 700


def _without_running_titles(pages: list[list[Line]]) -> list[list[Line]]:
    """Leave out lines at the top and bottom that most pages share but for their numbers: titles, "Page 3 of 12"."""
    edges = [_edge(p) for p in pages]
    seen = Counter(s for edge in edges for s in {_shape(x) for x in edge})
    running = {s for s, n in seen.items() if n >= 2 and n > 0.6 * len(pages)}
    return [
        [x for x in p if x not in edge or not (_shape(x) in running or (len(p) > 2 and _PAGE_NUMBER.fullmatch(x.text)))]
        for p, edge in zip(pages, edges, strict=True)
    ]


def _edge(lines: list[Line]) -> list[Line]:
    """The two highest and the two lowest lines, wherever in the file they were written."""
    by_height = sorted(lines, key=lambda x: -x.bottom)
    return by_height[:2] + by_height[2:][-2:]


def _shape(line: Line) -> str:
    return re.sub(r"\d+", "#", line.text.casefold())
