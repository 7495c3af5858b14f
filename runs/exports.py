"""Tables for a spreadsheet, CSV and XLSX, in which no cell is a formula whatever it holds.

Cells come from strangers' files. In CSV a text that a spreadsheet would run gets an apostrophe in front, also behind a
separator of another locale, where a program that reads the file with that one would begin a cell. In XLSX every text is
stored as a text, and stays one when somebody edits it. Numbers stay numbers.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import Any

_BEGINS = "=+\\-@\uff1d\uff0b\uff0d\uff20"  # the last four are the wide forms, which some versions of Excel run as well
_UNSEEN = r"\s\x00-\x1f\ufeff\u200b-\u200f\u2060"  # what a spreadsheet may drop before it looks: spaces, NUL, a byte order mark
_FORMULA = re.compile(rf"(^|[;\t\r\n])(?=[{_UNSEEN}]*[{_BEGINS}]|[\t\r\n])")
_NUMBER = re.compile(r"[+-]?\d[\d.,]*%?")
_LONGEST = 32_767  # characters that a cell of Excel holds


def cell(value: object) -> object:
    """A cell of a CSV file that no spreadsheet takes for a formula."""
    if isinstance(value, bool) or value is None or not isinstance(value, (int, float)):
        text = "" if value is None else str(value)
        return text if _NUMBER.fullmatch(text) else _FORMULA.sub(r"\1'", text)
    return value


def csv_of(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([cell(c) for c in columns])
    writer.writerows([cell(v) for v in row] for row in rows)
    return out.getvalue()


def xlsx_of(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet("Table")
    for row in (columns, *rows):
        sheet.append([_typed(sheet, v) for v in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _typed(sheet: Any, value: object) -> object:
    if value is None or isinstance(value, (bool, int, float)):
        return value
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    made: Any = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("", str(value))[:_LONGEST])
    made.data_type, made.quotePrefix = "s", True
    return made
