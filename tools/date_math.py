"""The tool `date_math`: dates plus or minus a time, the time between two dates, weekdays, working days.

Calendar arithmetic in the user's own calendar; no time zones. Reading of dates is in `date_text`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date as Date
from datetime import datetime, timedelta
from math import isfinite
from typing import Annotated, Literal

from tools.base import ToolContext, ToolFailed, ToolResult, tool
from tools.date_text import Read, read_date

Unit = Literal["days", "weeks", "months", "years", "quarters", "working days", "hours", "minutes", "seconds"]
_SECONDS = {"seconds": 1, "minutes": 60, "hours": 3600, "days": 86400, "weeks": 604800}
_MOST_WORKING_DAYS = 100_000


@tool(risk="read", timeout=15, pure=True)
def date_math(
    ctx: ToolContext,
    operation: Annotated[
        Literal["add", "subtract", "between", "weekday"],
        "'add' or 'subtract' amount and unit to or from date; 'between' date and other; 'weekday' of date",
    ],
    date: Annotated[str, "the date, as 2026-03-01, '1 March 2026', 'today', 'next Friday', 'the 12th'"],
    other: Annotated[str, "for 'between': the second date"] = "",
    amount: Annotated[float, "for 'add' and 'subtract': how many"] = 0,
    unit: Annotated[
        Unit, "the unit of amount, or of the answer for 'between'; 'working days' leaves out weekends"
    ] = "days",
    country: Annotated[
        str,
        "for working days: the country whose public holidays are left out, as 'DE' or 'Germany'; empty: weekends only",
    ] = "",
    inclusive: Annotated[bool, "for 'between': count the first day as well"] = False,
) -> ToolResult:
    """Reckon with dates: add or subtract days, weeks, months, years, working days or hours; count what lies between two
    dates; tell the weekday.

    Use it for deadlines, durations, ages and "what date is 90 days after …". For a deadline counted backwards ("order by
    when, if delivery takes nine working days?") use 'subtract'.

    data: {"value": ISO date (with time if one was given), or for 'between' a number and for 'weekday' its name, "weekday":
    of the resulting or given date, "expression": "2026-03-01 + 90 days = 2026-05-30"}.
    """
    start = read_date(date, ctx.now)
    notes = [start.note]
    if operation == "weekday":
        name = f"{start.moment:%A}"
        shown = f"{start.moment:%Y-%m-%d} is a {name}"
        return _result(name, name, shown, f"{_long(start.moment)} is a {name}.", notes)
    if operation == "between":
        return _between(ctx, start, other, unit, country, inclusive, notes)
    if amount < 0:  # minus three days from now is three days before
        operation, amount = ("subtract" if operation == "add" else "add"), -amount
    sign = 1 if operation == "add" else -1
    if unit == "working days":
        off, holidays_note = _free_days(country)
        notes.append(holidays_note)
        moment = _add_working_days(start.moment, sign * _whole(amount, unit), off)
    else:
        moment = _add(start, sign * amount, unit)
    timed = start.timed or unit in ("hours", "minutes", "seconds") or moment.time() != start.moment.time()
    value = (
        moment.isoformat(timespec="minutes" if not moment.second else "seconds") if timed else moment.date().isoformat()
    )
    first = start.moment.isoformat(timespec="minutes") if timed else start.moment.date().isoformat()
    mark = "+" if operation == "add" else "-"
    shown = f"{first} {mark} {amount:g} {_named(unit, amount)} = {value}"
    return _result(value, f"{moment:%A}", shown, f"{shown} ({moment:%A})", notes)


def _result(value: str | float, weekday: str, shown: str, text: str, notes: list[str]) -> ToolResult:
    return ToolResult(
        text, {"value": value, "weekday": weekday, "expression": shown}, note=" ".join(n for n in notes if n)
    )


def _long(moment: datetime) -> str:
    return f"{moment.day} {moment:%B %Y}"


def _named(unit: str, amount: float) -> str:
    return unit.removesuffix("s") if abs(amount) == 1 else unit


def _whole(amount: float, unit: str) -> int:
    if not isfinite(amount) or amount != int(amount):
        raise ToolFailed(f"{amount:g} {unit}: only whole numbers of {unit} can be added or subtracted.")
    return int(amount)


def _add(start: Read, amount: float, unit: str) -> datetime:
    from dateutil.relativedelta import relativedelta

    try:
        if unit in _SECONDS:
            moved = start.moment + timedelta(seconds=amount * _SECONDS[unit])
            return moved
        months = _whole(amount, unit) * {"months": 1, "quarters": 3, "years": 12}[unit]
        return start.moment + relativedelta(months=months)
    except (OverflowError, ValueError) as e:
        raise ToolFailed(
            f"{abs(amount):g} {_named(unit, amount)} from {_long(start.moment)} is beyond the years 1 to 9999."
        ) from e


def _free_days(country: str) -> tuple[Callable[[Date], bool], str]:
    """Whether a day is no working day, and a note about what was left out."""
    if not country.strip():
        return (
            lambda d: d.weekday() >= 5,
            "Working days are Monday to Friday; public holidays are not left out (name a country for that).",
        )
    import holidays

    code, subdivision = _country(country)
    calendar = holidays.country_holidays(code, subdiv=subdivision)
    weekend = set(calendar.weekend)
    return (
        lambda d: d.weekday() in weekend or d in calendar,
        f"Weekends and public holidays of {country.strip()} are left out.",
    )


def _country(text: str) -> tuple[str, str | None]:
    import holidays

    known = holidays.list_supported_countries(include_aliases=True)
    code, _, subdivision = text.strip().upper().replace("_", "-").partition("-")
    code = {"UK": "GB", "ENGLAND": "GB-ENG", "SCOTLAND": "GB-SCT", "WALES": "GB-WLS", "USA": "US", "AMERICA": "US"}.get(
        code, code
    )
    if "-" in code:
        code, _, subdivision = code.partition("-")
    if code not in known:
        code = _by_name(text)
    if subdivision and subdivision not in known[code]:
        raise ToolFailed(
            f"I don't know the region “{subdivision}” of {code}. Known are: {', '.join(known[code][:20]) or 'none'}."
        )
    return code, subdivision or None


def _by_name(text: str) -> str:
    """The ISO code of a country's English name; from the class names of `holidays` ("UnitedStates")."""
    import holidays.registry as registry

    names = {entry[0].casefold(): entry[1] for entry in registry.COUNTRIES.values()}
    wanted = "".join(c for c in text.casefold().removeprefix("the ") if c.isalpha())
    if wanted in names:
        return names[wanted]
    raise ToolFailed(
        f"I don't know the public holidays of “{text.strip()}”. Give a country's name or code, such as Germany or DE."
    )


def _add_working_days(start: datetime, n: int, off: Callable[[Date], bool]) -> datetime:
    if abs(n) > _MOST_WORKING_DAYS:
        raise ToolFailed(f"{n:,} working days are more than I count ({_MOST_WORKING_DAYS:,}).")
    step = timedelta(days=1 if n > 0 else -1)
    moment = start
    try:
        while n:
            moment += step
            if not off(moment.date()):
                n -= 1 if n > 0 else -1
    except OverflowError as e:
        raise ToolFailed("The date is beyond the years 1 to 9999.") from e
    return moment


def _between(
    ctx: ToolContext, start: Read, other: str, unit: str, country: str, inclusive: bool, notes: list[str]
) -> ToolResult:
    if not other.strip():
        raise ToolFailed("For the time between two dates the second one is missing.")
    end = read_date(other, ctx.now)
    notes.append(end.note)
    a, b = start.moment, end.moment
    sign = 1 if b >= a else -1
    low, high = (a, b) if sign > 0 else (b, a)
    detail = ""
    if unit == "working days":
        off, holidays_note = _free_days(country)
        notes.append(holidays_note)
        value: float = sign * _count_working_days(low, high, off, inclusive)
    elif unit in _SECONDS:
        seconds = (high - low).total_seconds() + (86400 if inclusive else 0)
        value = sign * _tidy(seconds / _SECONDS[unit])
    else:
        value, detail = _calendar(low, high + timedelta(days=1 if inclusive else 0), unit)
        value *= sign
        detail += " back" if sign < 0 and detail else ""
    first, last = (f"{m:%Y-%m-%d %H:%M}" if start.timed or end.timed else f"{m:%Y-%m-%d}" for m in (a, b))
    counted = ", both days counted" if inclusive else ""
    shown = f"from {first} to {last}: {value:,g} {_named(unit, value)}".replace(",", "") + detail + counted
    return _result(value, f"{b:%A}", shown, shown[0].upper() + shown[1:], notes)


def _tidy(x: float) -> float | int:
    return int(x) if x == int(x) else round(x, 6)


def _calendar(low: datetime, high: datetime, unit: str) -> tuple[int, str]:
    """Whole months, quarters or years, and the rest in words."""
    from dateutil.relativedelta import relativedelta

    gap = relativedelta(high, low)
    months = gap.years * 12 + gap.months
    size = {"months": 1, "quarters": 3, "years": 12}[unit]
    rest = [(months % size, "months"), (gap.days, "days")]
    words = [f"{n} {_named(u, n)}" for n, u in rest if n]
    return months // size, (", " + words[0] if len(words) == 2 else "") + (f" and {words[-1]}" if words else "")


def _count_working_days(low: datetime, high: datetime, off: Callable[[Date], bool], inclusive: bool) -> int:
    """Working days after `low` up to and including `high` (so that adding them to `low` gives `high`); `inclusive`: and `low`."""
    days = (high.date() - low.date()).days
    if days > 2 * _MOST_WORKING_DAYS:
        raise ToolFailed("The two dates are too far apart to count working days.")
    first = 0 if inclusive else 1
    return sum(not off(low.date() + timedelta(days=i)) for i in range(first, days + 1))
