"""A date as people write it -> a datetime: "2026-03-01", "1 March 2026", "03/04/2026", "next Friday", "the 12th", "in 3 weeks".

Forms that can be wrong are read here, strictly ("Feb 30" is no date); the rest is left to `dateparser`. What is not
here: time zones (a date is a date) and dates found inside sentences.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import datetime, timedelta
from typing import NamedTuple

from tools.base import ToolFailed

_MONTH_NAMES = "jan feb mar apr may jun jul aug sep oct nov dec"
_MONTHS = {m: i for i, m in enumerate(_MONTH_NAMES.split(), 1)}
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DAY = "(?P<wd>mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:rs?(?:day)?)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?)"
_MONTH = (
    "(?P<m>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    "|nov(?:ember)?|dec(?:ember)?)"
)
_D = r"(?P<d>\d{1,2})(?:st|nd|rd|th)?"
_Y = r"(?:,?\s*(?P<y>\d{4}|'\d{2}))?"
_TIME = re.compile(
    r"(?:[T ,]|\bat\b)\s*(?P<h>\d{1,2})(?::(?P<min>\d{2}))?(?::(?P<s>\d{2})(?:\.\d+)?)?\s*(?P<ap>[ap]\.?m\.?)?(?:Z|[+-]\d\d:?\d\d)?$",
    re.I,
)


_OFFSET = re.compile(
    r"(?P<in>in\s+)?(?P<n>\d{1,6}|an?|[a-z]+(?:[\s-][a-z]+)?)\s+(?P<work>(?:working|business)\s+)?(?P<u>day|week|fortnight|month|year)s?"
    r"(?:['’]s?)?(?:\s+time)?(?:\s+(?P<dir>ago|earlier|later|hence|from|after|before|prior\s+to|since)(?:\s+(?P<of>.+))?)?",
)
_EDGE_OF = re.compile(
    r"(?:the\s+)?(?P<e>end|start|beginning|first day|last day)\s+of\s+(?:the\s+)?(?:(?P<w>this|next|last)\s+)?(?P<u>month|year)"
)


class Read(NamedTuple):
    moment: datetime  # naive: the user's own calendar and clock
    timed: bool  # a time of day was given
    note: str  # how an ambiguous date was read, or ""


def read_date(text: str, now: datetime) -> Read:
    """Read `text`, relative to `now`. Raises ToolFailed when it is no date, or one that does not exist."""
    base = now.replace(tzinfo=None)
    plain = " ".join(text.strip().strip(".?!").split())
    if not plain:
        raise ToolFailed("A date is missing.")
    body, hour = _split_time(plain)
    low = re.sub(rf"^{_DAY}\.?,?\s+(?=\d|[a-z]{{3}})", "", body.casefold())  # "Friday, 3 May 2026": the date decides
    if body.casefold() in ("now", "right now", "this moment"):
        return Read(base.replace(microsecond=0), True, "")
    low = re.sub(r"^(on|by|from|since|until|till|the date)\s+", "", low)
    if (m := _OFFSET.fullmatch(low)) and m["n"] not in ("next", "last", "this", "every"):
        return _away(m, now, plain)
    day, note = _fixed(low, base, plain)
    if day is None:
        day = _relative(low, base, plain)
    if day is None:
        return _left_to_dateparser(plain, base, text)
    if hour:
        return Read(day.replace(hour=hour[0], minute=hour[1], second=hour[2], microsecond=0), True, note)
    return Read(day.replace(hour=0, minute=0, second=0, microsecond=0), False, note)


def _away(m: re.Match[str], now: datetime, text: str) -> Read:
    """ "in 3 weeks", "two days ago", "90 days after 1 March 2026", "a week from tomorrow"."""
    from dateutil.relativedelta import relativedelta

    n = _count(m["n"])
    if n is None or m["work"] or not (m["in"] or m["dir"]):
        hint = " Count working days with the unit 'working days'." if m["work"] else ""
        raise ToolFailed(f"“{text}” is not a date.{hint} Write it like 2026-03-01, 1 March 2026 or in 3 weeks.")
    if m["dir"] in ("ago", "earlier", "later", "hence") and m["of"]:
        raise ToolFailed(
            f"“{text}” is not a date that I can read. Write it like 2026-03-01, 1 March 2026 or in 3 weeks."
        )
    origin = read_date(m["of"], now) if m["of"] else read_date("today", now)
    sign = -1 if m["dir"] in ("ago", "earlier", "before") or (m["dir"] or "").startswith("prior") else 1
    size = {"day": (1, 0), "week": (7, 0), "fortnight": (14, 0), "month": (0, 1), "year": (0, 12)}[m["u"]]
    try:
        moment = origin.moment + relativedelta(days=sign * n * size[0], months=sign * n * size[1])
    except (OverflowError, ValueError) as e:
        raise ToolFailed(f"“{text}” is beyond the years 1 to 9999.") from e
    return Read(moment, origin.timed, origin.note)


def _count(word: str) -> int | None:
    if word.isdigit():
        return int(word)
    if word in ("a", "an"):
        return 1
    from text_to_num import text2num

    try:
        return int(text2num(word, "en"))
    except ValueError:
        return None


def _split_time(text: str) -> tuple[str, tuple[int, int, int] | None]:
    m = _TIME.search(text)
    if not m or not (m["min"] or m["ap"]):
        return text, None
    h, minute, second = int(m["h"]), int(m["min"] or 0), int(m["s"] or 0)
    if m["ap"]:
        if not 1 <= h <= 12:
            raise ToolFailed(f"“{text}”: {h} {m['ap']} is no time of day.")
        h = h % 12 + (12 if m["ap"][0] in "pP" else 0)
    if h > 23 or minute > 59 or second > 59:
        raise ToolFailed(f"“{text}”: {h}:{minute:02} is no time of day.")
    return text[: m.start()].strip(" ,"), (h, minute, second)


def _fixed(low: str, base: datetime, text: str) -> tuple[datetime | None, str]:
    """Dates with a day and a month in numbers or by name."""
    if m := re.fullmatch(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})|(\d{4})(\d{2})(\d{2})", low):
        y, mo, d = (int(x) for x in (m.groups()[:3] if m[1] else m.groups()[3:]))
        return _day(y, mo, d, text), ""
    if m := re.fullmatch(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4}|\d{2})", low):
        return _numeric(int(m[1]), int(m[2]), _year(m[3]), text)
    for form in (rf"(?:the\s+)?{_D}\s*(?:of\s+)?[-\s]?{_MONTH}\.?[-\s]?{_Y}", rf"{_MONTH}\.?\s*(?:the\s+)?{_D}{_Y}"):
        if m := re.fullmatch(form, low):
            month = _MONTHS[m["m"][:3]]
            return _with_year(m["y"], month, int(m["d"]), base, text)
    if m := re.fullmatch(rf"{_MONTH}\.?,?\s*(?P<y>\d{{4}})", low):
        return _day(int(m["y"]), _MONTHS[m["m"][:3]], 1, text), f"“{text}” was read as its first day."
    return None, ""


def _with_year(year: str | None, month: int, day: int, base: datetime, text: str) -> tuple[datetime, str]:
    if year:
        return _day(_year(year.strip("'")), month, day, text), ""
    # 29 February without a year: the next one that has it.
    y = base.year
    if month == 2 and day == 29:
        y = next(y for y in range(base.year, base.year + 9) if monthrange(y, 2)[1] == 29)
    return _day(y, month, day, text), f"“{text}” was read as in {y}."


def _numeric(a: int, b: int, year: int, text: str) -> tuple[datetime, str]:
    if a <= 12 and b <= 12 and a != b:
        read = _day(year, b, a, text)
        return (
            read,
            f"“{text}” was read day first, as {read.day} {read:%B %Y}; write {read:%Y-%m-%d} or name the month to be sure.",
        )
    return (_day(year, a, b, text) if b > 12 else _day(year, b, a, text)), ""


def _year(text: str) -> int:
    y = int(text)
    return y if y > 99 else (2000 + y if y < 70 else 1900 + y)


def _day(year: int, month: int, day: int, text: str) -> datetime:
    if not 1 <= month <= 12:
        raise ToolFailed(f"“{text}” is no date: there is no month {month}.")
    if not 1 <= year <= 9999:
        raise ToolFailed(f"“{text}” is no date: the year {year} is out of reach.")
    last = monthrange(year, month)[1]
    if not 1 <= day <= last:
        raise ToolFailed(f"“{text}” is no date: {datetime(2000, month, 1):%B} {year} has {last} days.")
    return datetime(year, month, day)


def _relative(low: str, base: datetime, text: str) -> datetime | None:
    simple = {"today": 0, "tomorrow": 1, "yesterday": -1, "the day after tomorrow": 2, "day after tomorrow": 2,
              "the day before yesterday": -2, "day before yesterday": -2}  # fmt: skip
    if low in simple:
        return base + timedelta(days=simple[low])
    if m := re.fullmatch(r"(next|last)\s+(week|month|year)", low):
        from dateutil.relativedelta import relativedelta

        step = 1 if m[1] == "next" else -1
        days, months = {"week": (7, 0), "month": (0, 1), "year": (0, 12)}[m[2]]
        return base + relativedelta(days=step * days, months=step * months)
    if m := re.fullmatch(rf"(?:(?P<w>next|this|last|coming|previous|past)\s+)?{_DAY}", low):
        return _weekday(base, next(i for i, d in enumerate(_DAYS) if d.startswith(m["wd"][:3])), m["w"] or "this")
    if m := re.fullmatch(rf"(?:the\s+)?{_D}(?:\s+of\s+(?:the\s+)?(?P<w>this|next|last)\s+month)?", low):
        return _day_of_month(base, int(m["d"]), m["w"], text)
    if m := _EDGE_OF.fullmatch(low):
        return _edge(base, m["e"] in ("end", "last day"), m["w"], m["u"])
    return None


def _weekday(base: datetime, day: int, which: str) -> datetime:
    """This, coming or plain Friday: the first one from today on; next Friday: the one after today; last: before today."""
    ahead = (day - base.weekday()) % 7
    if which in ("last", "previous", "past"):
        return base - timedelta(days=7 - ahead if ahead else 7)
    return base + timedelta(days=ahead or (7 if which == "next" else 0))


def _day_of_month(base: datetime, day: int, which: str | None, text: str) -> datetime:
    from dateutil.relativedelta import relativedelta

    months = {"next": 1, "last": -1}.get(which or "", 0)
    if which is None and day < base.day:
        months = 1  # "the 12th", said on the 20th, is to come
    first = base.replace(day=1) + relativedelta(months=months)
    return _day(first.year, first.month, day, text)


def _edge(base: datetime, end: bool, which: str | None, unit: str) -> datetime:
    from dateutil.relativedelta import relativedelta

    step = {"next": 1, "last": -1}.get(which or "", 0)
    if unit == "year":
        return datetime(base.year + step, 12 if end else 1, 31 if end else 1)
    first = base.replace(day=1) + relativedelta(months=step)
    return first.replace(day=monthrange(first.year, first.month)[1] if end else 1)


def _left_to_dateparser(plain: str, base: datetime, text: str) -> Read:
    import warnings

    import dateparser

    settings = {
        "RELATIVE_BASE": base,
        "DATE_ORDER": "DMY",
        "RETURN_AS_TIMEZONE_AWARE": False,
        "PREFER_DAY_OF_MONTH": "first",
    }
    with warnings.catch_warnings():  # it warns of its own use of strptime
        warnings.simplefilter("ignore", DeprecationWarning)
        try:
            found = dateparser.parse(plain, languages=["en", "de", "fr", "es", "it"], settings=settings)  # type: ignore[arg-type]
        except (ValueError, OverflowError, RecursionError):
            found = None
    # dateparser takes "30" of "foo 30" for a day, and any lone number for a year: not without a word that dates have.
    if found is None or not re.search(r"[^\W\d]{2}", plain):
        raise ToolFailed(
            f"“{text.strip()}” is not a date that I can read. Write it like 2026-03-01, 1 March 2026 or next Friday."
        )
    timed = bool(re.search(r"\d:\d\d|\bhours?\b|\bminutes?\b|\d\s*[ap]m\b", plain, re.IGNORECASE))
    found = found.replace(microsecond=0, tzinfo=None)
    return Read(
        found if timed else found.replace(hour=0, minute=0, second=0),
        timed,
        f"“{text.strip()}” was read as {found.day} {found:%B %Y}.",
    )
