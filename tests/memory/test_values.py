from __future__ import annotations

from datetime import date, datetime

import pytest

from memory.parsing.tables import make_table
from memory.parsing.values import column


@pytest.mark.parametrize(
    ("cells", "kind", "values", "unit"),
    [
        (["1", "2", ""], "BIGINT", [1, 2, None], ""),
        (["1,234.50", "7", "-3.5"], "DOUBLE", [1234.5, 7.0, -3.5], ""),
        (["1.234,50", "7,5"], "DOUBLE", [1234.5, 7.5], ""),
        (["$1,200", "$85", "n/a"], "BIGINT", [1200, 85, None], "$"),
        (["1.200,00 €", "3,50 €"], "DOUBLE", [1200.0, 3.5], "€"),
        (["EUR 40", "EUR 50"], "BIGINT", [40, 50], "€"),
        (["12%", "7.5 %"], "DOUBLE", [12.0, 7.5], "%"),
        (["(1,000)", "500"], "BIGINT", [-1000, 500], ""),
        (["-$5.00", "$-6.10"], "DOUBLE", [-5.0, -6.1], "$"),
        (["1 234", "5 678 901"], "BIGINT", [1234, 5678901], ""),
        (["00123", "00456"], "VARCHAR", ["00123", "00456"], ""),
        (["4111111111111111111", "1"], "VARCHAR", ["4111111111111111111", "1"], ""),
        (["$5", "€5"], "VARCHAR", ["$5", "€5"], ""),
        (["12", "twelve"], "VARCHAR", ["12", "twelve"], ""),
        (["1.2.3", "2.0.1"], "VARCHAR", ["1.2.3", "2.0.1"], ""),
        (["3 kg", "4 kg"], "VARCHAR", ["3 kg", "4 kg"], ""),
        (["NA", "EU", ""], "VARCHAR", ["NA", "EU", None], ""),
        (["true", "FALSE"], "BOOLEAN", [True, False], ""),
        (["2025-03-01", "2025-12-31"], "DATE", [date(2025, 3, 1), date(2025, 12, 31)], ""),
        (["03/04/2025", "25/12/2025"], "DATE", [date(2025, 4, 3), date(2025, 12, 25)], ""),
        (["03/04/2025", "12/25/2025"], "DATE", [date(2025, 3, 4), date(2025, 12, 25)], ""),
        (["3 March 2025", "12 May 2025"], "DATE", [date(2025, 3, 3), date(2025, 5, 12)], ""),
        (["Mar 3, 2025", ""], "DATE", [date(2025, 3, 3), None], ""),
        (["31.12.2024", "1.2.2025"], "DATE", [date(2024, 12, 31), date(2025, 2, 1)], ""),
        (
            ["2025-03-01 14:30", "2025-03-02 09:00"],
            "TIMESTAMP",
            [datetime(2025, 3, 1, 14, 30), datetime(2025, 3, 2, 9)],
            "",
        ),
        ([1.5, 2, None], "DOUBLE", [1.5, 2.0, None], ""),
        ([datetime(2025, 1, 1), None], "DATE", [date(2025, 1, 1), None], ""),
        (["", None], "VARCHAR", [None, None], ""),
    ],
)
def test_columns(cells, kind, values, unit):
    got = column(cells)
    assert (got.type, got.values, got.unit) == (kind, values, unit)


def test_the_delimiter_settles_what_the_numbers_leave_open():
    assert column(["1,234", "5,678"]).values == [1234, 5678]
    assert column(["1,234", "5,678"], comma=True).values == [1.234, 5.678]


def test_titles_above_the_header_and_blank_columns_are_no_part_of_the_table():
    made = make_table(
        [
            ["Budget of the parish", None, None, None],
            [None, None, None, None],
            [None, "Item", "Cost", None],
            [None, "Roof", "1,200", None],
            [None, None, None, None],
            [None, "Organ", "800", None],
        ]
    )
    assert made is not None
    assert made.above == ["Budget of the parish"]
    assert made.columns == [("Item", "VARCHAR"), ("Cost", "BIGINT")]
    assert made.values == [["Roof", "Organ"], [1200, 800]]


def test_a_total_that_adds_up_is_left_out_and_one_that_does_not_stays():
    rows = [["Region", "Sales"], ["North", 10], ["South", 20], ["West", 5]]
    made = make_table([*rows, ["Total", 35]])
    assert made is not None
    assert (made.count, made.below) == (3, ["Region: Total; Sales: 35"])
    kept = make_table([*rows, ["Total Energies", 7]])
    assert kept is not None
    assert kept.count == 4


def test_header_or_not():
    named = make_table([["Region", 2023, 2024], ["North", 1, 2], ["South", 3, 4]])
    assert named is not None
    assert [c for c, _ in named.columns] == ["Region", "2023", "2024"]
    bare = make_table([["anna", "3"], ["ben", "4"], ["cleo", "5"]])
    assert bare is not None
    assert bare.columns == [("column_1", "VARCHAR"), ("column_2", "BIGINT")]
    assert bare.count == 3
    twice = make_table([["Name", "Amount", "amount", ""], ["a", 1, 2, 3], ["b", 4, 5, 6]])
    assert twice is not None
    assert [c for c, _ in twice.columns] == ["Name", "Amount", "amount (2)", "column_4"]
    assert make_table([["alone"]]) is None
