from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from text.numbers import numbers
from text.values import find_values, normalise_number, same_value

NOW = datetime(2026, 11, 23, 12, 0)


def one(text: str):
    found = find_values(text, NOW)
    assert len(found) == 1, found
    return found[0]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1,234.50", 1234.5), ("1.234,50", 1234.5), ("1.234.567", 1234567), ("1'234.5", 1234.5), ("17,5", 17.5),
        ("12k", 12000), ("3.5 million", 3.5e6), ("twenty-five", 25), ("twenty five", 25), ("a dozen", 12),
        ("half a dozen", 6), ("five grand", 5000), ("3 grand", 3000), ("two grand pianos", 2), ("one hundred and twenty-five thousand", 125000), ("two and a half", 2.5), ("½", 0.5),
        ("2½", 2.5), ("1,23,456", 123456), ("thirty (30)", 30), ("2000", 2000), ("-7", -7), ("five six", None),
        ("hello", None), ("", None),
    ],
)  # fmt: skip
def test_normalise_number(text, value):
    assert normalise_number(text) == value


@pytest.mark.parametrize(
    ("text", "number", "unit"),
    [
        ("$1.2bn", 1.2e9, "USD"), ("EUR 500", 500, "EUR"), ("500 €", 500, "EUR"), ("£7m", 7e6, "GBP"),
        ("1,200 US dollars", 1200, "USD"), ("five hundred pounds", 500, "GBP"), ("USD 3 million", 3e6, "USD"),
        ("-$500", -500, "USD"), ("1 234,50 €", 1234.5, "EUR"), ("1'000'000 CHF", 1e6, "CHF"), ("3.4m EUR", 3.4e6, "EUR"),
        ("$500 USD", 500, "USD"), ("₹5 crore", 5e7, "INR"), ("45 pence", 0.45, "GBP"), ("60p", 0.6, "GBP"),
    ],
)  # fmt: skip
def test_money(text, number, unit):
    v = one(text)
    assert (v.kind, v.number, v.unit, v.text) == ("money", number, unit, text)


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("12 March 2026", "2026-03-12"), ("March 12th, 2026", "2026-03-12"), ("2026-03-12", "2026-03-12"),
        ("12.03.2026", "2026-03-12"), ("Mar 2026", "2026-03"), ("Q3 2025", "2025-Q3"), ("third quarter of 2025", "2025-Q3"),
        ("the first of March 2026", "2026-03-01"), ("12 March", "--03-12"), ("13/03/2026", "2026-03-13"),
        ("03/25/2026", "2026-03-25"), ("12. März 2026", "2026-03-12"), ("12-Mar-2026", "2026-03-12"),
        ("Thursday, 12 March 2026", "2026-03-12"), ("FY2025", "2025"), ("in 2026", "2026"), ("by the 12th", "---12"),
        ("tomorrow", "2026-11-24"), ("next Friday", "2026-11-27"), ("in may 2026", "2026-05"), ("H1 2026", "2026-H1"),
    ],
)  # fmt: skip
def test_dates(text, iso):
    v = one(text)
    assert (v.kind, v.date) == ("date", iso)


@pytest.mark.parametrize(
    "text",
    ["You may, on Sun and in March, terminate.", "The sun may shine.", "section 12 may be amended", "a decent secretary marched",
     "2000 employees", "4.2.10 Termination", "31 February"],
)  # fmt: skip
def test_no_false_dates(text):
    assert [v for v in find_values(text) if v.kind == "date"] == []


def test_the_order_of_numeric_dates_follows_the_text():
    text = "signed 03/25/2026, due 04/05/2026"
    assert [v.date for v in find_values(text)] == ["2026-03-25", "2026-04-05"]


@pytest.mark.parametrize(
    ("text", "kind", "number", "unit"),
    [
        ("thirty (30) days", "duration", 30, "days"), ("two-year", "duration", 2, "years"),
        ("9 working days", "duration", 9, "working days"), ("90 calendar days", "duration", 90, "days"),
        ("within a month", "duration", 1, "months"), ("six months' notice", "duration", 6, "months"),
        ("17.5%", "percent", 17.5, "%"), ("five per cent", "percent", 5, "%"), ("2 percentage points", "percent", 2, "pp"),
        ("5 km", "quantity", 5, "km"), ("20 kg", "quantity", 20, "kg"), ("30°C", "quantity", 30, "°C"),
        ("5 pounds of sugar", "quantity", 5, "lb"), ("14:30", "time", 870, ""), ("2 pm", "time", 840, ""),
        ("the second instalment", "ordinal", 2, ""), ("21st", "ordinal", 21, ""),
    ],
)  # fmt: skip
def test_kinds(text, kind, number, unit):
    v = one(text)
    assert (v.kind, v.number, v.unit) == (kind, number, unit)


@pytest.mark.parametrize(
    ("text", "unit"),
    [("INV-2041", "inv-2041"), ("AB12-9", "ab12-9"), ("ISO 27001", "iso 27001"), ("§4.2", "4.2"), ("Section 4.2", "4.2"),
     ("clause 7(b)", "7(b)"), ("Art. 5", "5"), ("No. 7", "7"), ("4.2.1", "4.2.1"), ("GPT-4", "gpt-4"), ("v2.1", "v2.1")],
)  # fmt: skip
def test_codes(text, unit):
    v = one(text)
    assert (v.kind, v.unit) == ("code", unit)


def test_days_of_one_month_share_it():
    assert [v.date for v in find_values("closed from 8 to 19 June 2026")] == ["2026-06-08", "2026-06-19"]
    assert [v.date for v in find_values("on 25 and 26 December")] == ["--12-25", "--12-26"]
    assert [v.number for v in find_values("between 9 am and noon")] == [540, 720]


def test_ranges_share_the_unit():
    assert [(v.number, v.unit) for v in find_values("30 to 60 days")] == [(30, "days"), (60, "days")]
    assert [(v.number, v.unit) for v in find_values("between 5 and 10 per cent")] == [(5, "%"), (10, "%")]
    assert [(v.number, v.unit) for v in find_values("$10–20 million")] == [(1e7, "USD"), (2e7, "USD")]
    assert [v.number for v in find_values("3 and 5 days")] == [3, 5]
    assert find_values("in 3 and 5 days")[0].kind == "number"


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ("30 days", "thirty (30) days", True), ("$1,200.00", "1200 USD", True), ("0.175", "17.5%", True),
        ("12 March 2026", "2026-03-12", True), ("12/03/2026", "March 12, 2026", True), ("12/03/2026", "3 December 2026", True),
        ("12 months", "one year", True), ("14 days", "two weeks", True), ("1.5 km", "1500 m", True),
        ("Section 4.2", "§4.2", True), ("INV-2041", "inv-2041", True), ("2:00 pm", "14:00", True), ("in 2026", "2026", True),
        ("30 days", "30 working days", False), ("30 days", "30 months", False), ("$1,200", "1,200 EUR", False),
        ("30", "30 days", False), ("17.5%", "17.5", False), ("March 2026", "12 March 2026", False), ("5 kg", "5 km", False),
        ("5 %", "5 percentage points", False),
    ],
)  # fmt: skip
def test_same_value(a, b, same):
    x, y = one(a), one(b)
    assert same_value(x, y) is same
    assert same_value(y, x) is same


@given(st.text(alphabet=st.sampled_from("0123456789.,-/ $€%kmMay dthirtyone()INV§:\n"), max_size=60))
def test_offsets_are_exact_and_never_overlap(text):
    at = 0
    for v in find_values(text, NOW):
        assert text[v.start : v.end] == v.text
        assert at <= v.start < v.end
        at = v.end


@pytest.mark.parametrize(
    "number", ["020 7946 0123", "01584 555 210", "(01872) 555014", "030 12345678", "+44 20 7946 0123"]
)
def test_a_telephone_number_as_it_is_written_at_home(number: str) -> None:
    assert [(v.kind, v.text) for v in find_values(f"Call {number}, or write.")] == [("phone", number)]


@pytest.mark.parametrize("text", ["0123 456 units", "on 01-02-2026", "ref 0200 1234", "from 0.55 to 012"])
def test_what_begins_with_nought_is_not_always_a_telephone_number(text: str) -> None:
    assert all(v.kind != "phone" for v in find_values(text))


def test_a_sign_inside_the_quotation_marks_of_json_is_one():
    assert [n.value for n in numbers('{"time_difference": "-6.0h", "at": "x-3"}')][:1] == [-6.0]
