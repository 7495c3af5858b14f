"""PowerPoint: a slide is a page, its title a heading; text, tables, grouped shapes and speaker notes."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from typing import Any

from memory.parsing.docx import properties_of
from memory.parsing.parsed import Source, TextBuilder


def read(source: Source, out: TextBuilder) -> None:
    from pptx import Presentation

    deck = Presentation(io.BytesIO(source.data))
    properties_of(deck.core_properties, out)
    for number, slide in enumerate(deck.slides, start=1):
        out.page()
        title = slide.shapes.title
        name = " ".join(title.text_frame.text.split()) if title is not None else ""
        out.heading(name or f"Slide {number}")
        for shape in _flat(slide.shapes):
            if title is not None and shape.shape_id == title.shape_id:
                continue
            _shape(shape, name, out)
        if slide.has_notes_slide and slide.notes_slide.notes_text_frame is not None:
            notes = slide.notes_slide.notes_text_frame.text.strip()
            out.paragraph(f"Notes: {notes}" if notes else "")


def _flat(shapes: Iterable[Any]) -> Iterator[Any]:
    for shape in shapes:
        if hasattr(shape, "shapes"):
            yield from _flat(shape.shapes)
        else:
            yield shape


def _shape(shape: Any, title: str, out: TextBuilder) -> None:
    if getattr(shape, "has_table", False):
        rows = [[" ".join(c.text.split()) for c in r.cells] for r in shape.table.rows]
        if not out.table(title, rows):
            out.paragraph("\n".join(" ".join(c for c in r if c) for r in rows))
    elif getattr(shape, "has_chart", False):
        _chart(shape.chart, title, out)
    elif shape.has_text_frame:
        lines = [" ".join(p.text.split()) for p in shape.text_frame.paragraphs]
        lines = [line for line in lines if line]
        out.paragraph("\n".join(f"- {line}" for line in lines) if len(lines) > 1 else "".join(lines))


def _chart(chart: Any, title: str, out: TextBuilder) -> None:
    """The numbers behind a chart, as a table: a row for each category, a column for each series."""
    for plot in chart.plots:
        categories = [str(c) for c in plot.categories]
        series = [(s.name or f"series {i}", list(s.values)) for i, s in enumerate(plot.series, start=1)]
        rows = [["category", *(n for n, _ in series)]]
        rows += [[c, *(v[i] if i < len(v) else None for _, v in series)] for i, c in enumerate(categories)]
        out.table(title or "chart", rows)
