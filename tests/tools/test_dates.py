from __future__ import annotations

from contextlib import suppress
from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tools.conftest import NOW
from tools.base import ToolFailed
from tools.current_time import current_time
from tools.date_math import date_math
from tools.date_text import read_date

CTX = SimpleNamespace(now=NOW)  # Monday, 23 November 2026


def day(text: str) -> str:
    return read_date(text, NOW).moment.date().isoformat()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-03-01", "2026-03-01"),
        ("2026-03-01T14:30", "2026-03-01"),
        ("20260301", "2026-03-01"),
        ("1 March 2026", "2026-03-01"),
        ("March 1st, 2026", "2026-03-01"),
        ("the 1st of March 2026", "2026-03-01"),
        ("5-Sep-2026", "2026-09-05"),
        ("Fri 3 May 2024", "2024-05-03"),
        ("03/04/2026", "2026-04-03"),
        ("04/13/2026", "2026-04-13"),
        ("1 Jan '99", "1999-01-01"),
        ("today", "2026-11-23"),
        ("tomorrow", "2026-11-24"),
        ("Friday", "2026-11-27"),
        ("Monday", "2026-11-23"),
        ("next Monday", "2026-11-30"),
        ("last Monday", "2026-11-16"),
        ("the 12th", "2026-12-12"),
        ("the 30th", "2026-11-30"),
        ("29 Feb", "2028-02-29"),
        ("in 3 weeks", "2026-12-14"),
        ("in a month", "2026-12-23"),
        ("two days ago", "2026-11-21"),
        ("a week from tomorrow", "2026-12-01"),
        ("90 days after 1 March 2026", "2026-05-30"),
        ("two weeks before 1 May 2026", "2026-04-17"),
        ("next month", "2026-12-23"),
        ("end of the month", "2026-11-30"),
        ("end of next year", "2027-12-31"),
        ("12 de mayo de 2025", "2025-05-12"),
    ],
)
def test_reads_dates_as_people_write_them(text: str, expected: str) -> None:
    assert day(text) == expected


@pytest.mark.parametrize(
    "text",
    ["Feb 30", "30 February 2026", "2026-02-29", "2026-13-01", "31/04/2026", "29 Feb 2025", "0000-01-01", "banana", "foo 30",
     "", "25:00", "5 days", "9 working days after today", "99999 years ago", "tomorrow at 13pm"],
)  # fmt: skip
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(ToolFailed):
        read_date(text, NOW)


def test_an_ambiguous_date_says_how_it_was_read() -> None:
    result = date_math.run(CTX, "weekday", "03/04/2026")
    assert result.data["value"] == "Friday"
    assert "3 April 2026" in result.note
    assert date_math.run(CTX, "weekday", "2026-04-03").note == ""
    assert date_math.run(CTX, "weekday", "13/04/2026").note == ""


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({"operation": "add", "date": "2026-03-01", "amount": 90}, "2026-05-30"),
        ({"operation": "add", "date": "2026-01-31", "amount": 1, "unit": "months"}, "2026-02-28"),
        ({"operation": "add", "date": "2024-02-29", "amount": 1, "unit": "years"}, "2025-02-28"),
        ({"operation": "subtract", "date": "2026-12-12", "amount": 9, "unit": "working days"}, "2026-12-01"),
        ({"operation": "add", "date": "2026-12-23", "amount": 3, "unit": "working days"}, "2026-12-28"),
        ({"operation": "add", "date": "2026-12-23", "amount": 3, "unit": "working days", "country": "Germany"}, "2026-12-29"),
        ({"operation": "add", "date": "2026-12-23", "amount": 3, "unit": "working days", "country": "UK"}, "2026-12-30"),
        ({"operation": "add", "date": "2026-03-01 22:00", "amount": 5, "unit": "hours"}, "2026-03-02T03:00"),
        ({"operation": "add", "date": "2026-03-10", "amount": -10}, "2026-02-28"),
        ({"operation": "between", "date": "2026-03-01", "other": "2026-05-30"}, 90),
        ({"operation": "between", "date": "2026-05-30", "other": "2026-03-01"}, -90),
        ({"operation": "between", "date": "2026-03-01", "other": "2026-03-07", "inclusive": True}, 7),
        ({"operation": "between", "date": "2026-11-20", "other": "2026-11-30", "unit": "working days"}, 6),
        ({"operation": "between", "date": "2026-11-20", "other": "2026-11-30", "unit": "working days", "inclusive": True}, 7),
        ({"operation": "between", "date": "2000-02-29", "other": "today", "unit": "years"}, 26),
        ({"operation": "between", "date": "2026-01-15", "other": "2026-04-10", "unit": "months"}, 2),
        ({"operation": "between", "date": "2026-03-01", "other": "2026-03-02", "unit": "hours"}, 24),
        ({"operation": "weekday", "date": "2026-07-04"}, "Saturday"),
    ],
)  # fmt: skip
def test_reckons(arguments: dict[str, object], expected: object) -> None:
    assert date_math.run(CTX, **date_math.validate(arguments)).data["value"] == expected  # type: ignore[arg-type]


def test_working_days_say_what_they_leave_out() -> None:
    result = date_math.run(CTX, "add", "2026-12-23", amount=3, unit="working days")
    assert "public holidays are not left out" in result.note
    assert result.data["expression"] == "2026-12-23 + 3 working days = 2026-12-28"


@pytest.mark.parametrize(
    "arguments",
    [
        {"operation": "between", "date": "today"},
        {"operation": "add", "date": "9999-12-31", "amount": 1},
        {"operation": "add", "date": "today", "amount": 1e12, "unit": "years"},
        {"operation": "add", "date": "today", "amount": float("inf")},
        {"operation": "add", "date": "today", "amount": float("nan")},
        {"operation": "add", "date": "today", "amount": 1.5, "unit": "months"},
        {"operation": "add", "date": "today", "amount": 10_000_000, "unit": "working days"},
        {"operation": "add", "date": "today", "amount": float("inf"), "unit": "working days"},
        {"operation": "add", "date": "today", "amount": 3, "unit": "working days", "country": "Narnia"},
        {"operation": "add", "date": "today", "amount": 3, "unit": "working days", "country": "DE-XX"},
    ],
)
def test_says_why_it_cannot(arguments: dict[str, object]) -> None:
    with pytest.raises(ToolFailed):
        date_math.run(CTX, **arguments)


days = st.dates(date(1900, 1, 1), date(2200, 1, 1))


@given(start=days, n=st.integers(0, 5000), unit=st.sampled_from(["days", "weeks"]))
def test_subtracting_undoes_adding(start: date, n: int, unit: str) -> None:
    there = date_math.run(CTX, "add", start.isoformat(), amount=n, unit=unit).data["value"]
    assert date_math.run(CTX, "subtract", there, amount=n, unit=unit).data["value"] == start.isoformat()
    assert date_math.run(CTX, "between", start.isoformat(), other=there, unit=unit).data["value"] == n


@given(start=days, n=st.integers(1, 400))
def test_working_days_between_are_the_working_days_added(start: date, n: int) -> None:
    end = date_math.run(CTX, "add", start.isoformat(), amount=n, unit="working days").data["value"]
    assert date.fromisoformat(end).weekday() < 5
    assert date_math.run(CTX, "between", start.isoformat(), other=end, unit="working days").data["value"] == n


@given(day=days)
def test_every_way_of_writing_a_date_is_the_same_date(day: date) -> None:
    forms = (f"{day:%d %B %Y}", f"{day:%B %d, %Y}", f"{day:%d %b %Y}", f"{day:%A, %d %B %Y}", f"{day:%Y/%m/%d}")
    assert {read_date(f, NOW).moment.date() for f in forms} == {day}


@given(st.text(max_size=30))
def test_any_text_is_a_date_or_refused(text: str) -> None:
    with suppress(ToolFailed):
        assert read_date(text, NOW).moment - NOW.replace(tzinfo=None) != timedelta.max


@pytest.mark.parametrize(
    ("place", "time", "name"),
    [
        ("Tokyo", "07:05", "Asia/Tokyo"),
        ("new york", "17:05", "America/New_York"),
        ("Paris, France", "23:05", "Europe/Paris"),
        ("São Paulo", "19:05", "America/Sao_Paulo"),
        ("UTC+5:30", "03:35", "UTC+05:30"),
        ("Europe/Berlin", "23:05", "Europe/Berlin"),
        ("San Francisco", "14:05", "America/Los_Angeles"),
    ],
)
def test_tells_the_time_elsewhere(place: str, time: str, name: str) -> None:
    data = current_time.run(CTX, place).data
    assert (data["time"], data["timezone"]) == (time, name)


def test_tells_the_runs_own_time() -> None:
    data = current_time.run(CTX).data
    assert data["date"] == "2026-11-23"
    assert data["weekday"] == "Monday"
    assert data["value"] == NOW.isoformat()


def test_an_unknown_place_is_refused_with_a_hint() -> None:
    with pytest.raises(ToolFailed, match="London"):
        current_time.run(CTX, "Londn")
    with pytest.raises(ToolFailed, match="Europe/Paris"):
        current_time.run(CTX, "the moon")
