"""Dates: a date so long after or before another, the time between two, weekdays, deadlines counted backwards.

The wording gives the operation and its operands; `date_math` reckons. A date or duration may be one that another part
found ("that many days"), or one that must be looked up first ("until the contract ends").
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from agents.rules.shapes import Draft, Intent, Look, Part, Piece, Planned, Reading, Work
from agents.rules.words import STOP, words
from text.values import Value, find_values
from tools.base import Json

NAME = "dates"
EXAMPLES = (
    "What date is 90 days after 1 March 2026?",
    "How many days are there between 3 May and 1 July?",
    "working days between 1 June 2026 and 30 June 2026",
    "What day of the week is 4 July 2026?",
    "what's the date three weeks from today",
    "Order by when, if it must arrive on the 12th and delivery takes nine working days?",
    "How long is it until Christmas?",
    "how many weeks since 1 January 2024",
    "Which date was 30 days before 31 January?",
    "How old is someone born on 9 October 1987?",
    "If we start on Monday and it takes ten weeks, when is it done?",
    "Is 5 May 2027 a weekend?",
    "when is that many days after the first of April?",
)
_UNITS = "days", "weeks", "months", "years", "quarters", "hours", "minutes", "working days"
_BACK = re.compile(
    r"\b(?:before|prior to|ago|earlier|back|preceding|must (?:arrive|be (?:there|here|ready|done|finished|delivered))|has to (?:arrive|be)|needs? to (?:arrive|be)|deadline|at the latest|order by|by when|latest)\b",
    re.I,
)
_FORTH = re.compile(
    r"\b(?:after|from|later|following|hence|in|plus|add|starting|start(?:s|ed)?|begin(?:s|ning)?|since|ahead|takes?|lasts?|within|on|following)\b",
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
    rf"\bhow many (?:full |whole |calendar )?(?P<u>working days|business days|workdays|weekdays|{'|'.join(_UNITS)})\b|\b(?P<u2>working days|business days|workdays|days|weeks|months|years) (?:between|from|until|till|since|to|are left|left)\b|\bnumber of (?P<u3>working days|business days|days|weeks|months|years)\b|\b(?:in|the) (?P<u4>working days|business days|days|weeks|months|years)\b",
    re.I,
)
_MANY = re.compile(
    r"\b(?:that|this|so|as|the same) (?:many|number of|amount of)?\s*(?P<u>working days|business days|days|weeks|months|years)?\b|\bthat long\b",
    re.I,
)
_REF_DATE = re.compile(r"\b(?:that date|that day|that|then|it|this date|the same date|the (?:date|day))\b", re.I)
_FILLER = {"date", "day", "days", "week", "weeks", "month", "months", "year", "years", "fall", "falls", "land", "lands", "many", "long", "old", "age", "born", "time", "number", "calendar", "working", "business", "workday", "weekday", "weekend", "done", "finish", "finished", "ready", "start", "starts", "starting", "begin", "begins", "end", "ends", "due", "arrive", "arrives", "delivery", "deliver", "delivered", "takes", "take", "order", "deadline", "full", "whole", "counting", "count", "inclusive", "including", "include", "up", "left", "remaining", "remain", "passed", "elapsed", "away", "apart", "exactly", "next", "last", "today", "tomorrow", "yesterday", "now", "will", "later", "earlier", "ago", "prior", "hence", "following", "come", "comes", "go", "goes", "somebody", "someone", "person", "public", "holidays", "holiday", "latest", "at", "must", "has", "needs", "be", "it", "if", "when", "complete", "completed", "lasts", "add", "adding", "subtract", "plus", "minus", "then", "there", "i", "we", "calculate", "work", "out", "tell", "me", "first", "second", "that", "same", "date's", "happen", "happens", "mean", "give", "giving", "between", "set"}  # fmt: skip
_NAMED = {
    "christmas eve": (12, 24), "christmas day": (12, 25), "christmas": (12, 25), "new year's eve": (12, 31), "new years eve": (12, 31),
    "new year's day": (1, 1), "new year": (1, 1), "halloween": (10, 31), "valentine's day": (2, 14), "boxing day": (12, 26),
}  # fmt: skip
_LOOKUP = re.compile(
    r"\b(?:until|till|before|after|since|from|to|prior to|following)\s+(?P<noun>(?:the|our|my|its|their)\s+[a-z][\w\s'’.-]*?|[A-Z]?[\w\s'’.-]*\b(?:ends?|starts?|expires?|begins?|is due|runs out)\b[\w\s'’.-]*)\s*(?:\?|$|,)",
    re.I,
)


def read(part: Part, look: Look) -> Reading | None:
    text = _named_days(part.text, look.brief.now)
    found = find_values(text, look.brief.now)
    dates = [v for v in found if v.kind == "date" and _whole(v)]
    spans = [v for v in found if v.kind == "duration"]
    refs = part.before >= 0 or bool(part.value)
    slots = _slots(text, dates, spans, refs, look)
    if slots is None:
        return _by_lookup(part, text, dates, spans, look)
    left = _left_over(text, found)
    if left:
        return None
    return Reading(NAME, 0.95, slots, _understood(slots))


def _whole(v: Value) -> bool:
    return bool(re.fullmatch(r"\d{4}-\d{2}-\d{2}|--\d{2}-\d{2}|---\d{2}", v.date))


def _slots(text: str, dates: Sequence[Value], spans: Sequence[Value], refs: bool, look: Look) -> dict[str, Json] | None:
    country = _country(text)
    extra: dict[str, Json] = {"country": country} if country else {}
    unit = _asked_unit(text)
    days = [v.text if v.text and not v.date.startswith("20") else v.date for v in dates]
    days = [v.date if re.fullmatch(r"\d{4}-\d{2}-\d{2}", v.date) else v.text for v in dates]
    if len(days) == 1 and len(spans) == 1:
        back = _backwards(text, dates[0], spans[0])
        return {
            "operation": "subtract" if back else "add",
            "date": days[0],
            "amount": spans[0].number,
            "unit": _unit(spans[0].unit),
            **extra,
        }
    if len(days) == 2 and not spans and (unit or _BETWEEN.search(text)):
        first, second = (
            (days[1], days[0])
            if re.search(r"\bbefore\b|\bsince\b.*\b(?:on|by|at)\b", text[dates[0].end : dates[1].start], re.I) is None
            and re.search(r"\b(?:old|age|born)\b", text)
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
            and re.search(r"\b(?:many|long|days|weeks|months|years)\b", m[0])
        ):
            return {
                "operation": "subtract" if _BACK.search(text) else "add",
                "date": days[0],
                "amount": "ref",
                "unit": _unit(m["u"] or "") if m["u"] else "ref",
                **extra,
            }
        if _WEEKDAY.search(text) and not unit:
            return {"operation": "weekday", "date": days[0]}
        if (
            refs
            and (unit or re.search(r"\bhow long\b", text, re.I))
            and re.search(r"\b(?:between|from|until|till|before|after|since|to)\b", text, re.I)
        ):
            return {"operation": "between", "date": "ref", "other": days[0], "unit": unit or "days", **extra}
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
            and (_REF_DATE.search(text) or re.search(r"\btakes?\b", text))
        ):
            return {
                "operation": "subtract" if re.search(r"\b(?:before|earlier|prior)\b", text, re.I) else "add",
                "date": "ref",
                "amount": span.number,
                "unit": _unit(span.unit),
                **extra,
            }
        if re.search(r"\b(?:ago|from now|from today|hence|in)\b", text, re.I) and re.search(
            r"\b(?:when|date|day)\b", text, re.I
        ):
            return {
                "operation": "subtract" if re.search(r"\bago\b", text, re.I) else "add",
                "date": "today",
                "amount": span.number,
                "unit": _unit(span.unit),
                **extra,
            }
    if not days and not spans and refs and _WEEKDAY.search(text):
        return {"operation": "weekday", "date": "ref"}
    return None


def _backwards(text: str, date: Value, span: Value) -> bool:
    between = text[min(date.end, span.end) : max(date.start, span.start)]
    if span.start < date.start and re.search(r"\b(?:before|prior to|preceding|ahead of|until)\b", between, re.I):
        return True
    if span.start < date.start and re.search(r"\b(?:after|from|following|since|starting|on from)\b", between, re.I):
        return False
    return bool(_BACK.search(text)) and not re.search(r"\b(?:after|from today|from now|later)\b", text, re.I)


def _asked_unit(text: str) -> str:
    if m := _COUNT.search(text):
        return _unit(next(g for g in m.groups() if g))
    return ""


def _unit(name: str) -> str:
    low = name.casefold()
    if "working" in low or "business" in low or low in ("workdays", "weekdays"):
        return "working days"
    if low.startswith("fortnight"):
        return "weeks"
    return low if low in _UNITS else f"{low}s" if f"{low}s" in _UNITS else "days"


def _left_over(text: str, found: Sequence[Value]) -> list[str]:
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
    if not re.search(r"\b(?:working|business) days?|workdays|holidays\b", text, re.I):
        return ""
    import holidays

    names = {c.casefold() for c in _country_names(holidays)}
    for m in re.finditer(r"\b(?:in|for|of|the)\s+((?:[A-Z][\w]+)(?:\s+[A-Z][\w]+){0,2})", text):
        if m[1].replace(" ", "").casefold() in names:
            return m[1]
    return ""


def _country_names(holidays) -> list[str]:
    return [entry[0] for entry in holidays.registry.COUNTRIES.values()]


def _named_days(text: str, now: datetime) -> str:
    out = text
    for name, (month, day) in _NAMED.items():

        def dated(m: re.Match[str], month: int = month, day: int = day) -> str:
            year = int(m["y"]) if m["y"] else now.year + ((month, day) < (now.month, now.day))
            return f"{year}-{month:02}-{day:02}"

        out = re.sub(rf"\b{name}\b(?:\s+(?:in\s+)?(?P<y>20\d\d))?", dated, out, flags=re.I)
    return out


def _by_lookup(part: Part, text: str, dates: Sequence[Value], spans: Sequence[Value], look: Look) -> Reading | None:
    """ "How many days until the contract ends?", "What date is 30 days before the end of the lease?" """
    m = _LOOKUP.search(text.strip().rstrip(".?! "))
    if not m or len(dates) > 1 or not look.brief.documents:
        return None
    noun = m["noun"].strip()
    noun = re.sub(r"^.*\b(?:to|until|till)\s+(?=the\b)", "", noun)
    if dates and spans:
        return None
    if re.search(r"\b(?:limit|amount|price|table|policy|sales|orders)\b$", noun, re.I):
        return None
    question = (
        f"When does {noun}?"
        if re.search(r"\bends?|expires?|starts?|begins?|runs out\b", noun)
        and not re.match(r"(?:the|our|my) (?:end|start|beginning)\b", noun)
        else f"What is the date of {noun}?"
    )
    unit = _asked_unit(text)
    if len(spans) == 1 and re.search(r"\b(?:before|after|from|prior to|following)\b", text, re.I):
        back = bool(re.search(r"\b(?:before|prior to)\b", text, re.I))
        slots: dict[str, Json] = {
            "operation": "subtract" if back else "add",
            "date": "ref",
            "amount": spans[0].number,
            "unit": _unit(spans[0].unit),
        }
        return Reading(NAME, 0.91, slots, f"{spans[0].text} {'before' if back else 'after'} {noun}", (question,))
    if (
        not spans
        and (unit or re.search(r"\bhow long\b", text, re.I))
        and re.search(
            r"\b(?:until|till|since)\b|\bleft\b.*\b(?:to|before)\b|\bfrom\b.*\bto the (?:end|start|beginning)\b",
            text,
            re.I,
        )
    ):
        since = bool(re.search(r"\bsince\b", text, re.I))
        known = dates[0].date if dates else "today"
        slots = {
            "operation": "between",
            "date": "ref" if since else known,
            "other": known if since else "ref",
            "unit": unit or "days",
        }
        return Reading(NAME, 0.91, slots, f"time {'since' if since else 'until'} {noun}", (question,))
    return None


def _understood(slots: dict[str, Json]) -> str:
    date = "that date" if slots["date"] == "ref" else slots["date"]
    if slots["operation"] == "weekday":
        return f"the weekday of {date}"
    if slots["operation"] == "between":
        return f"{slots['unit']} from {date} to {'that date' if slots['other'] == 'ref' else slots['other']}"
    amount = "that many" if slots["amount"] == "ref" else f"{slots['amount']:g}"
    unit = "" if slots["unit"] == "ref" else f" {slots['unit']}"
    return f"{amount}{unit} {'before' if slots['operation'] == 'subtract' else 'after'} {date}"


def steps(part: Part, reading: Reading, draft: Draft, given: Sequence[Planned], look: Look) -> Planned:
    args = dict(reading.slots)
    needs: list[str] = []
    ref = given[-1].value if given else part.value
    for key in ("date", "other", "amount"):
        if args.get(key) == "ref":
            args[key] = ref
            if given:
                needs.append(ref.removeprefix("${").split(".")[0])
    if args.get("unit") == "ref":
        args["unit"] = "days"
    step = draft.add(
        f"Reckon {reading.understood}", "date_math", args, needs, "analyst", "The goal asks for a date or a time span."
    )
    return Planned(NAME, part.text, reading.slots, {"reckon": step}, f"${{{step}.value}}")


def write(work: Work) -> Piece:
    if bad := work.failed():
        return bad
    result = work.ok("reckon")
    assert result is not None
    data, slots = result["data"], work.part.slots
    value, operation = data.get("value"), slots["operation"]
    note = f" ({result['note'].rstrip('.')})" if result["note"] else ""
    if operation == "weekday":
        return Piece(f"**{value}** — {data['expression']}.{note}", data={"value": value})
    if operation == "between":
        assert isinstance(value, int | float)
        unit = str(slots["unit"])
        shown = f"{value:,g} {unit if abs(value) != 1 else unit.removesuffix('s')}"
        return Piece(f"**{shown}** — {data['expression']}.{note}", data={"value": value, "unit": unit})
    return Piece(
        f"**{long_date(str(value))}** ({data['weekday']}) — {data['expression']}.{note}", data={"value": value}
    )


def long_date(iso: str) -> str:
    moment = datetime.fromisoformat(iso)
    shown = f"{moment.day} {moment:%B %Y}"
    return f"{shown}, {moment:%H:%M}" if "T" in iso else shown


INTENT = Intent(NAME, EXAMPLES, read, steps, write)
