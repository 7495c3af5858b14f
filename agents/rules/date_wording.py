"""From wording to a reckoning with dates: which operation, which dates and durations, what comes from elsewhere ("ref")."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from agents.rules.words import STOP, words
from text.values import Value
from tools.base import Json

UNITS = "days", "weeks", "months", "years", "quarters", "hours", "minutes", "working days"


_BACK = re.compile(
    r"\b(?:before|prior to|ago|earlier|back|preceding"
    r"|must (?:arrive|be (?:there|here|ready|done|finished|delivered))|has to (?:arrive|be)"
    r"|needs? to (?:arrive|be)|deadline|at the latest|order by|by when|latest)\b",
    re.I,
)


_BETWEEN = re.compile(
    r"\b(?:between|until|till|from|since|to go|left|remain(?:ing)?|passed|elapsed|away|apart|old|how long|how many|to)\b",
    re.I,
)


_WEEKDAY = re.compile(
    r"\b(?:what|which) (?:day of the week|weekday|day)\b|\bweekday\b"
    r"|\b(?:is|was|will)\b.*\b(?:weekend|monday|tuesday|wednesday|thursday|friday|saturday|sunday)\b"
    r"|\bday of the week\b|\bon (?:what|which) day\b",
    re.I,
)


_COUNT = re.compile(
    rf"\bhow many (?:full |whole |calendar )?(?P<u>working days|business days|workdays|weekdays|{'|'.join(UNITS)})\b|\b(?P<u2>working days|business days|workdays|days|weeks|months|years) (?:between|from|until|till|since|to|are left|left)\b|\bnumber of (?P<u3>working days|business days|days|weeks|months|years)\b|\b(?:in|the) (?P<u4>working days|business days|days|weeks|months|years)\b",
    re.I,
)


_MANY = re.compile(
    r"\b(?:that|this|so|as|the same) (?:many|number of|amount of)?\s*(?P<u>working days|business days"
    r"|days|weeks|months|years)?\b|\bthat long\b",
    re.I,
)


_REF_DATE = re.compile(r"\b(?:that date|that day|that|then|it|this date|the same date|the (?:date|day))\b", re.I)


# "If we start on 8 June, when is it done?" after "it takes five working days".
_STARTED = re.compile(r"\b(?:start|begin|kick off|set off|commenc)\w*\b", re.I)
_DONE = re.compile(
    r"\b(?:when|what (?:date|day)|by when)\b.*\b(?:done|finish\w*|complete\w*|ready|end|ends|over|live|in place)\b",
    re.I,
)


# Words of a date question that change nothing about what is reckoned.
_FILLER_WORDS = """
date day days week weeks month months year years fall falls land lands many long old age born time number calendar
working business workday weekday weekend done finish finished ready start starts starting begin begins end ends due
arrive arrives delivery deliver delivered takes take order deadline full whole counting count inclusive including
include up left remaining remain passed elapsed away apart exactly next last today tomorrow yesterday now will later
earlier ago prior hence following come comes go goes somebody someone person public holidays holiday latest at must
has needs be it if when complete completed lasts add adding subtract plus minus then there i we calculate work out
tell me first second that same date's happen happens mean give giving between set
"""
_FILLER = frozenset(_FILLER_WORDS.split())


_NAMED = {
    "christmas eve": (12, 24), "christmas day": (12, 25), "christmas": (12, 25), "new year's eve": (12, 31), "new years eve": (12, 31),
    "new year's day": (1, 1), "new year": (1, 1), "halloween": (10, 31), "valentine's day": (2, 14), "boxing day": (12, 26),
}  # fmt: skip


_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")
_SINCE_TILL = re.compile(r"\bbefore\b|\bsince\b.*\b(?:on|by|at)\b", re.I)
_OF_AN_AGE = re.compile(r"\b(?:old|age|born)\b", re.I)
_BOTH_DAYS = re.compile(r"\b(?:inclusive|including both|both days|counting both|up to and including)\b", re.I)
_AGE = re.compile(r"\bhow old\b|\bage\b", re.I)
_AGE_OR_BIRTH = re.compile(r"\bhow old\b|\bborn\b", re.I)
_AS_LONG = re.compile(r"\b(?:many|long|days|weeks|months|years)\b", re.I)
_HOW_LONG = re.compile(r"\bhow long\b", re.I)
_HOW_FAR = re.compile(r"\bhow (?:long|old|far)\b", re.I)
_FROM_TO = re.compile(r"\b(?:between|from|until|till|before|after|since|to)\b", re.I)
_AFTER_NAMED = re.compile(r"\b(?:it|that|this|then)\b.*\b(?:after|since|from)\b", re.I)
_AGAINST_TODAY = re.compile(r"\b(?:until|till|left|to go|away|since|ago|old|born|passed)\b", re.I)
_PAST = re.compile(r"\bsince\b|\bago\b|\bpassed\b", re.I)
_SHIFTED = re.compile(r"\b(?:after|before|from|later|earlier|following|prior to|takes?|lasts?|when|date)\b", re.I)
_SHIFT_ONLY = re.compile(r"\btakes?\b|\b(?:later|earlier|afterwards)\W*$", re.I)
_BEFORE = re.compile(r"\b(?:before|earlier|prior)\b", re.I)
_FROM_TODAY = re.compile(r"\b(?:ago|from now|from today|hence|in)\b", re.I)
_WHAT_DATE = re.compile(r"\b(?:when|date|day)\b", re.I)
_AGO = re.compile(r"\bago\b", re.I)
_WEEKDAY_NAMED = re.compile(
    r"\b(?:day of the week|weekday|weekend|monday|tuesday|wednesday|thursday|friday|saturday|sunday)\b", re.I
)
_COUNTED_BACK = re.compile(r"\b(?:before|prior to|preceding|ahead of|until)\b", re.I)
_COUNTED_ON = re.compile(r"\b(?:after|from|following|since|starting|on from)\b", re.I)
_ONWARD = re.compile(r"\b(?:after|from today|from now|later)\b", re.I)


def reckoning(text: str, dates: Sequence[Value], spans: Sequence[Value], refs: bool) -> dict[str, Json] | None:
    """The arguments of `date_math`, by how many dates and durations the wording has; None where it is no reckoning.

    refs: may it go on from what an earlier part found ("ref")?
    """
    country = _country(text)
    extra: dict[str, Json] = {"country": country} if country else {}
    found: dict[str, Json] | None = None
    match len(dates), len(spans):
        case 1, 1:
            found = _date_and_span(text, dates[0], spans[0])
        case 2, 0:
            found = _two_dates(text, dates[0], dates[1])
        case 1, 0:
            found = _one_date(text, _day(dates[0]), refs)
        case 0, 1:
            found = _one_span(text, spans[0], refs)
        case 0, 0 if refs and _WEEKDAY_NAMED.search(text):
            found = {"operation": "weekday", "date": "ref"}
    return found if found is None or found["operation"] == "weekday" else {**found, **extra}


def _day(date: Value) -> str:
    return date.date if _ISO.fullmatch(date.date) else date.text


def _date_and_span(text: str, date: Value, span: Value) -> dict[str, Json]:
    """ "Thirty days before 1 March"."""
    return {
        "operation": "subtract" if _backwards(text, date, span) else "add",
        "date": _day(date),
        "amount": span.number,
        "unit": unit_name(span.unit),
    }


def _two_dates(text: str, first: Value, second: Value) -> dict[str, Json] | None:
    """ "How many weeks from 1 March to 3 May"."""
    unit = asked_unit(text)
    if not unit and not _BETWEEN.search(text):
        return None
    # "How old was who was born then on this day": the birthday comes first, wherever it stands.
    apart = text[first.end : second.start]
    if not _SINCE_TILL.search(apart) and _OF_AN_AGE.search(text) and first.date > second.date:
        first, second = second, first
    return {
        "operation": "between",
        "date": _day(first),
        "other": _day(second),
        "unit": unit or ("years" if _AGE.search(text) else "days"),
        "inclusive": bool(_BOTH_DAYS.search(text)),
    }


def _one_date(text: str, day: str, refs: bool) -> dict[str, Json] | None:
    """A date and what was found before, a weekday, or a date and today."""
    unit = asked_unit(text)
    if refs and (m := _MANY.search(text)) and not _REF_DATE.fullmatch(text.strip()) and _AS_LONG.search(m[0]):
        named = unit_name(m["u"] or "") if m["u"] else "ref"
        return {
            "operation": "subtract" if _BACK.search(text) else "add",
            "date": day,
            "amount": "ref",
            "unit": named,
        }
    if refs and _STARTED.search(text) and _DONE.search(text):
        return {"operation": "add", "date": day, "amount": "ref", "unit": "ref"}
    if _WEEKDAY.search(text) and not unit:
        return {"operation": "weekday", "date": day}
    if refs and (unit or _HOW_LONG.search(text)) and _FROM_TO.search(text):
        # "how many days is that after 1 March": the date that is named comes first.
        first, second = (day, "ref") if _AFTER_NAMED.search(text) else ("ref", day)
        return {"operation": "between", "date": first, "other": second, "unit": unit or "days"}
    if _AGAINST_TODAY.search(text) and (unit or _HOW_FAR.search(text)):
        age = bool(_AGE_OR_BIRTH.search(text))
        first, second = (day, "today") if age or _PAST.search(text) else ("today", day)
        return {
            "operation": "between",
            "date": first,
            "other": second,
            "unit": unit or ("years" if age else "days"),
        }
    return None


def _one_span(text: str, span: Value, refs: bool) -> dict[str, Json] | None:
    """A duration from what was found before, or from today."""
    amount: dict[str, Json] = {"amount": span.number, "unit": unit_name(span.unit)}
    if refs and _SHIFTED.search(text) and (_REF_DATE.search(text) or _SHIFT_ONLY.search(text)):
        return {"operation": "subtract" if _BEFORE.search(text) else "add", "date": "ref", **amount}
    if _FROM_TODAY.search(text) and _WHAT_DATE.search(text):
        return {"operation": "subtract" if _AGO.search(text) else "add", "date": "today", **amount}
    return None


def _backwards(text: str, date: Value, span: Value) -> bool:
    between = text[min(date.end, span.end) : max(date.start, span.start)]
    if span.start < date.start and _COUNTED_BACK.search(between):
        return True
    if span.start < date.start and _COUNTED_ON.search(between):
        return False
    return bool(_BACK.search(text)) and not _ONWARD.search(text)


def asked_unit(text: str) -> str:
    if m := _COUNT.search(text):
        return unit_name(next(g for g in m.groups() if g))
    return ""


def unit_name(name: str) -> str:
    low = name.casefold()
    if "working" in low or "business" in low or low in ("workdays", "weekdays"):
        return "working days"
    if low.startswith("fortnight"):
        return "weeks"
    return low if low in UNITS else f"{low}s" if f"{low}s" in UNITS else "days"


def left_over(text: str, found: Sequence[Value]) -> list[str]:
    """Words that the reckoning would ignore: then it is no pure date question."""
    rest = text
    for v in sorted(found, key=lambda v: -v.start):
        rest = rest[: v.start] + " " * (v.end - v.start) + rest[v.end :]
    known = _FILLER | STOP
    country = _country(text).casefold()
    return [
        w.text
        for w in words(rest)
        if w.text.casefold().removesuffix("'s") not in known
        and not w.text.isdigit()
        and w.text.casefold() not in country
    ]


def _country(text: str) -> str:
    if not re.search(r"\b(?:(?:working|business) days?|workdays|holidays)\b", text, re.I):
        return ""
    import holidays

    names = {c.casefold() for c in _country_names(holidays)}
    for m in re.finditer(r"\b(?:in|for|of|the)\s+((?:[A-Z][\w]+)(?:\s+[A-Z][\w]+){0,2})", text):
        if m[1].replace(" ", "").casefold() in names:
            return m[1]
    return ""


def _country_names(holidays) -> list[str]:
    return [entry[0] for entry in holidays.registry.COUNTRIES.values()]


def named_days(text: str, now: datetime) -> str:
    out = text
    for name, (month, day) in _NAMED.items():

        def dated(m: re.Match[str], month: int = month, day: int = day) -> str:
            year = int(m["y"]) if m["y"] else now.year + ((month, day) < (now.month, now.day))
            return f"{year}-{month:02}-{day:02}"

        out = re.sub(rf"\b{name}\b(?:\s+(?:in\s+)?(?P<y>20\d\d))?", dated, out, flags=re.I)
    return out
