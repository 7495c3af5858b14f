"""PDF: lines from pdfium with where they stand, put together to paragraphs in `layout.py`. No form fields.

A page without text, as a scanner makes it, is drawn and its text recognised.
"""

from __future__ import annotations

import ctypes
import re
from collections import Counter
from dataclasses import replace
from statistics import median
from typing import Any

from memory.parsing.columns import WIDE, Gap, Line
from memory.parsing.layout import assemble
from memory.parsing.parsed import Source, TextBuilder, clean
from memory.types import UnreadableFile

_PASSWORD = 4  # FPDF_ERR_PASSWORD
_PAGE_NUMBER = re.compile(r"(?i)(page\s*)?[-–]?\s*\d{1,4}\s*[-–]?(\s*(of|/)\s*\d{1,4})?")
FEWEST = 10  # letters below which a page counts as a picture
_MOST_RECOGNISED = 150
_DPI, _LARGEST = 200, 3000  # of a page that is drawn to be recognised; pixels of its longer side
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
    _about(document, out)
    pages = [_lines(document[i]) for i in range(len(document))]
    drawn = [i for i, lines in enumerate(pages) if sum(c.isalnum() for x in lines for c in x.text) < FEWEST]
    if drawn and source.wanted.get("recognise", True):
        _recognise(document, pages, drawn, out)
    elif drawn:
        out.skipped += [f"page {i + 1}: a picture" for i in drawn if _has_picture(document[i])]
    letters = sum(c.isalnum() for lines in pages for line in lines for c in line.text)
    if letters < 10:
        raise UnreadableFile(
            f"{source.name} has no text in it: its {len(pages)} page{'' if len(pages) == 1 else 's'} are pictures, and no text "
            "was recognised in them (OCR). Nothing was stored. Scan it again, sharper and upright."
        )
    text, starts, headings = assemble(_without_running_titles(pages), out.keep_table)
    out.pages += starts
    out.verbatim(text, headings)


def _about(document: Any, out: TextBuilder) -> None:
    import pypdfium2

    try:
        said = document.get_metadata_dict(skip_empty=True)
    except (pypdfium2.PdfiumError, UnicodeDecodeError):
        return
    title = said.get("Title", "")
    untitled = title.lower() in ("untitled", "(anonymous)") or re.search(
        r"(?i)\.(docx?|indd|tex|dvi)$|^Microsoft ", title
    )
    author = said.get("Author", "")
    out.tell(title="" if untitled else title, author="" if author.lower() in ("anonymous", "(anonymous)") else author)
    if not said.get("Producer", "").startswith("ReportLab") or "CreationDate" in said:
        out.tell(date=said.get("CreationDate", ""))


def _recognise(document: Any, pages: list[list[Line]], drawn: list[int], out: TextBuilder) -> None:
    """Put the recognised lines of the pages `drawn`, at their places, into `pages`."""
    with_pictures = [i for i in drawn if _has_picture(document[i])]
    for n, i in enumerate(with_pictures[:_MOST_RECOGNISED]):
        out.progress(n, min(len(with_pictures), _MOST_RECOGNISED))
        pages[i] = _recognised_lines(document[i]) or pages[i]
        if not pages[i]:
            out.skipped.append(f"page {i + 1}: a picture in which no text was recognised")
    if late := with_pictures[_MOST_RECOGNISED:]:
        out.skipped.append(
            f"{len(late)} scanned pages from page {late[0] + 1} on: text is recognised on {_MOST_RECOGNISED} pages of a file; split it"
        )


def _has_picture(page: Any) -> bool:
    import pypdfium2.raw as raw

    return any(True for _ in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE, raw.FPDF_PAGEOBJ_PATH], max_depth=3))


def drawn_to_read(page: Any) -> tuple[Any, float]:
    """(the page as a Pillow picture for the recognition of its text, its pixels a point)."""
    scale = min(_DPI / 72, _LARGEST / max(page.get_size()))
    return page.render(scale=scale).to_pil().convert("RGB"), scale


def _recognised_lines(page: Any) -> list[Line]:
    from memory.parsing.ocr import lines, rows

    height = page.get_size()[1]
    picture, scale = drawn_to_read(page)
    found = lines(picture)
    usual = median(b - t for _, t, _, b, _ in found) if found else 0.0
    out = []
    for row in rows(found):
        left, right = row[0][0] / scale, row[-1][2] / scale
        top, bottom = min(p[1] for p in row), max(p[3] for p in row)
        # The height of a box depends on its letters: only much higher ones are of another size.
        size = (bottom - top if bottom - top > 1.3 * usual else usual) / scale
        texts = [clean(p[4]) for p in row]
        cells = texts if len(texts) > 1 else []
        out.append(
            Line("  ".join(texts), left, height - bottom / scale, right, height - top / scale, size, False, cells)
        )
    return out


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
    _, under, _, over = chars.get_charbox(first + len(raw) // 2, loose=True)
    # Of three characters the middle size: a line may begin or end with the small number of a footnote.
    sizes = sorted(s for s in (top - bottom, over - under, high - low) if s > 0)
    size = sizes[(len(sizes) - 1) // 2] if sizes else 0.0
    gaps = [
        Gap(_edge_of(chars, first + m.start() - 1, 2), _edge_of(chars, first + m.end(), 0), m.start(), m.end())
        for m in re.finditer(r"(?<=\S)\s+(?=\S)", raw)
    ]
    bold = _bold(chars, first) and _bold(chars, last)
    line = Line(clean(raw).strip(), left, bottom, right, top, size, bold, raw=raw, gaps=gaps)
    wide = [g for g in gaps if g.right - g.left > WIDE * size]
    return replace(line, cells=line.cut(wide) if wide else [])


def _edge_of(chars: Any, index: int, side: int) -> float:
    return chars.get_charbox(index, loose=True)[side]


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
