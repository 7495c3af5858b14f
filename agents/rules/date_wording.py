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
    r"\b(?:before|prior to|ago|earlier|back|preceding|must (?:arrive|be (?:there|here|ready|done|finished|delivered))|has to (?:arrive|be)|needs? to (?:arrive|be)|deadline|at the latest|order by|by when|latest)\b",
    re.I,
)


_BETWEEN = re.compile(
    r"\b(?:between|until|till|from|since|to go|left|remain(?:ing)?|passed|elapsed|away|apart|old|how long|how many|to)\b",
    re.I,
)


_WEEKDAY = re.compile(
    r"\b(?:what|which) (?:day of the week|weekday|day)\b|\bweekday\b|\b(?:is|was|will)\b.*\b(?:weekend|monday|tuesday|wednesday|thursday|friday|saturday|sunday)\b|\bday of the week\b|\bon (?:what|which) day\b",
    re.I,
)


_COUNT = re.compile(
    rf"\bhow many (?:full |whole |calendar )?(?P<u>working days|business days|workdays|weekdays|{'|'.join(UNITS)})\b|\b(?P<u2>working days|business days|workdays|days|weeks|months|years) (?:between|from|until|till|since|to|are left|left)\b|\bnumber of (?P<u3>working days|business days|days|weeks|months|years)\b|\b(?:in|the) (?P<u4>working days|business days|days|weeks|months|years)\b",
    re.I,
)


_MANY = re.compile(
    r"\b(?:that|this|so|as|the same) (?:many|number of|amount of)?\s*(?P<u>working days|business days|days|weeks|months|years)?\b|\bthat long\b",
    re.I,
)


_REF_DATE = re.compile(r"\b(?:that date|that day|that|then|it|this date|the same date|the (?:date|day))\b", re.I)


# "If we start on 8 June, when is it done?" after "it takes five working days".
_STARTED = re.compile(r"\b(?:start|begin|kick off|set off|commenc)\w*\b", re.I)
_DONE = re.compile(
    r"\b(?:when|what (?:date|day)|by when)\b.*\b(?:done|finish\w*|complete\w*|ready|end|ends|over|live|in place)\b",
    re.I,
)


_FILLER = {"date", "day", "days", "week", "weeks", "month", "months", "year", "years", "fall", "falls", "land", "lands", "many", "long", "old", "age", "born", "time", "number", "calendar", "working", "business", "workday", "weekday", "weekend", "done", "finish", "finished", "ready", "start", "starts", "starting", "begin", "begins", "end", "ends", "due", "arrive", "arrives", "delivery", "deliver", "delivered", "takes", "take", "order", "deadline", "full", "whole", "counting", "count", "inclusive", "including", "include", "up", "left", "remaining", "remain", "passed", "elapsed", "away", "apart", "exactly", "next", "last", "today", "tomorrow", "yesterday", "now", "will", "later", "earlier", "ago", "prior", "hence", "following", "come", "comes", "go", "goes", "somebody", "someone", "person", "public", "holidays", "holiday", "latest", "at", "must", "has", "needs", "be", "it", "if", "when", "complete", "completed", "lasts", "add", "adding", "subtract", "plus", "minus", "then", "there", "i", "we", "calculate", "work", "out", "tell", "me", "first", "second", "that", "same", "date's", "happen", "happens", "mean", "give", "giving", "between", "set"}  # fmt: skip


_NAMED = {
    "christmas eve": (12, 24), "christmas day": (12, 25), "christmas": (12, 25), "new year's eve": (12, 31), "new years eve": (12, 31),
    "new year's day": (1, 1), "new year": (1, 1), "halloween": (10, 31), "valentine's day": (2, 14), "boxing day": (12, 26),
}  # fmt: skip


def reckoning(text: str, dates: Sequence[Value], spans: Sequence[Value], refs: bool) -> dict[str, Json] | None:
    country = _country(text)
    extra: dict[str, Json] = {"country": country} if country else {}
    unit = asked_unit(text)
    days = [v.date if re.fullmatch(r"\d{4}-\d{2}-\d{2}", v.date) else v.text for v in dates]
    if len(days) == 1 and len(spans) == 1:
        back = _backwards(text, dates[0], spans[0])
        return {
            "operation": "subtract" if back else "add",
            "date": days[0],
            "amount": spans[0].number,
            "unit": unit_name(spans[0].unit),
            **extra,
        }
    if len(days) == 2 and not spans and (unit or _BETWEEN.search(text)):
        first, second = (
            (days[1], days[0])
            if re.search(r"\bbefore\b|\bsince\b.*\b(?:on|by|at)\b", text[dates[0].end : dates[1].start], re.I) is None
            and re.search(r"\b(?:old|age|born)\b", text, re.I)
            and dates[0].date > dates[1].date
            else (days[0], days[1])
        )
        counted = bool(
            re.search(r"\b(?:inclusive|including both|both days|counting both|up to and including)\b", text, re.I)
        )
        age = "years" if re.search(r"\bhow old\b|\bage\b", text, re.I) else ""
        return {
            "operation": "between",
            "date": first,
            "other": second,
            "unit": unit or age or "days",
            "inclusive": counted,
            **extra,
        }
    if len(days) == 1 and not spans:
        if (
            refs
            and (m := _MANY.search(text))
            and not _REF_DATE.fullmatch(text.strip())
            and re.search(r"\b(?:many|long|days|weeks|months|years)\b", m[0], re.I)
        ):
            return {
                "operation": "subtract" if _BACK.search(text) else "add",
                "date": days[0],
                "amount": "ref",
                "unit": unit_name(m["u"] or "") if m["u"] else "ref",
                **extra,
            }
        if refs and _STARTED.search(text) and _DONE.search(text):
            return {"operation": "add", "date": days[0], "amount": "ref", "unit": "ref", **extra}
        if _WEEKDAY.search(text) and not unit:
            return {"operation": "weekday", "date": days[0]}
        if (
            refs
            and (unit or re.search(r"\bhow long\b", text, re.I))
            and re.search(r"\b(?:between|from|until|till|before|after|since|to)\b", text, re.I)
        ):
            # "how many days is that after 1 March": the date that is named comes first.
            later = re.search(r"\b(?:it|that|this|then)\b.*\b(?:after|since|from)\b", text, re.I)
            first, second = (days[0], "ref") if later else ("ref", days[0])
            return {"operation": "between", "date": first, "other": second, "unit": unit or "days", **extra}
        if re.search(r"\b(?:until|till|left|to go|away|since|ago|old|born|passed)\b", text, re.I) and (
            unit or re.search(r"\bhow (?:long|old|far)\b", text, re.I)
        ):
            age = bool(re.search(r"\bhow old\b|\bborn\b", text, re.I))
            past = age or bool(re.search(r"\bsince\b|\bago\b|\bpassed\b", text, re.I))
            first, second = (days[0], "today") if past else ("today", days[0])
            return {
                "operation": "between",
                "date": first,
                "other": second,
                "unit": unit or ("years" if age else "days"),
                **extra,
            }
    if len(spans) == 1 and not days:
        span = spans[0]
        if (
            refs
            and re.search(
                r"\b(?:after|before|from|later|earlier|following|prior to|takes?|lasts?|when|date)\b", text, re.I
            )
            and (_REF_DATE.search(text) or re.search(r"\btakes?\b|\b(?:later|earlier|afterwards)\W*$", text, re.I))
        ):
            return {
                "operation": "subtract" if re.search(r"\b(?:before|earlier|prior)\b", text, re.I) else "add",
                "date": "ref",
                "amount": span.number,
                "unit": unit_name(span.unit),
                **extra,
            }
        if re.search(r"\b(?:ago|from now|from today|hence|in)\b", text, re.I) and re.search(
            r"\b(?:when|date|day)\b", text, re.I
        ):
            return {
                "operation": "subtract" if re.search(r"\bago\b", text, re.I) else "add",
                "date": "today",
                "amount": span.number,
                "unit": unit_name(span.unit),
                **extra,
            }
    weekday = r"\b(?:day of the week|weekday|weekend|monday|tuesday|wednesday|thursday|friday|saturday|sunday)\b"
    if not days and not spans and refs and re.search(weekday, text, re.I):
        return {"operation": "weekday", "date": "ref"}
    return None


def _backwards(text: str, date: Value, span: Value) -> bool:
    between = text[min(date.end, span.end) : max(date.start, span.start)]
    if span.start < date.start and re.search(r"\b(?:before|prior to|preceding|ahead of|until)\b", between, re.I):
        return True
    if span.start < date.start and re.search(r"\b(?:after|from|following|since|starting|on from)\b", between, re.I):
        return False
    return bool(_BACK.search(text)) and not re.search(r"\b(?:after|from today|from now|later)\b", text, re.I)


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
