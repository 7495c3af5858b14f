"""Excel workbooks: each sheet a table, its cells as Excel last calculated and shows them. Hidden sheets are left out.

A program that writes formulas without computing them leaves their cells empty; how many is told.
"""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from typing import Any

from memory.parsing.parsed import Source, TextBuilder

_CELL_BY_CELL = 30_000_000  # bytes of unpacked sheets above which cells are streamed, without merged ranges
_UNCOMPUTED = re.compile(rb"(?:</f>|<f[^>]*/>)\s*(?:<v\s*/>|<v></v>)?\s*</c>")
_CURRENCY = re.compile(r"\[\$([^\]-]+)|([$€£¥])")


def read(source: Source, out: TextBuilder) -> None:
    import openpyxl

    warnings.simplefilter("ignore")  # about styles and extensions, which are not read
    with zipfile.ZipFile(io.BytesIO(source.data)) as z:
        unpacked = sum(i.file_size for i in z.infolist() if i.filename.startswith("xl/worksheets/"))
        sheets = (
            [z.read(n) for n in z.namelist() if n.startswith("xl/worksheets/sheet")]
            if unpacked <= _CELL_BY_CELL
            else []
        )
    if empty := sum(len(_UNCOMPUTED.findall(s)) for s in sheets):
        out.skipped.append(
            f"{empty:,} formula{'' if empty == 1 else 's'} without a value; open the file in a spreadsheet program, save it and upload it again"
        )
    streamed = unpacked > _CELL_BY_CELL
    book = openpyxl.load_workbook(io.BytesIO(source.data), data_only=True, read_only=streamed)
    for sheet in book.worksheets:
        if sheet.sheet_state != "visible":
            out.skipped.append(f"the sheet {sheet.title}, which is hidden")
            continue
        grid = [[_value(c) for c in row] for row in sheet.iter_rows()]
        if not streamed:
            _fill_merged(sheet, grid)
        if any(c not in (None, "") for row in grid for c in row):
            out.heading(sheet.title)
            if not out.table(sheet.title, grid):
                out.paragraph("\n".join(" ".join(str(c) for c in row if c not in (None, "")) for row in grid))


def _value(cell: Any) -> Any:
    """What the cell shows, as far as its type goes: 0.125 formatted as a percentage is "12.5%"."""
    value, form = cell.value, getattr(cell, "number_format", None) or ""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        if "%" in form:
            return f"{round(value * 100, 8):.10g}%"
        if (sign := _CURRENCY.search(form)) and (sign[1] or sign[2]) in ("$", "€", "£", "¥"):
            places = len(m[1]) if (m := re.search(r"0\.(0+)", form)) else 0
            # A cell keeps more digits than it shows; the value must not lose them.
            exact = round(value, places) == value
            amount = f"{abs(value):,.{places}f}" if exact else f"{abs(value):,}"
            return f"{'-' if value < 0 else ''}{sign[1] or sign[2]}{amount}"
    return value


def _fill_merged(sheet: Any, grid: list[list[Any]]) -> None:
    """A cell merged down several rows says the same of each of them; one merged across is a title and stays one."""
    for area in sheet.merged_cells.ranges:
        if area.max_row > area.min_row and area.max_col == area.min_col and area.max_row - area.min_row < 10_000:
            top, left = area.min_row - 1, area.min_col - 1
            for row in grid[top + 1 : area.max_row]:
                row[left] = grid[top][left]
