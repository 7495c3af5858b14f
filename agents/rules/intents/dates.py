"""Dates: a date so long after or before another, the time between two, weekdays, deadlines counted backwards.

The wording gives the operation and its operands; `date_math` reckons. A date or duration may be one that another part
found ("that many days"), or one that must be looked up first ("until the contract ends").
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from agents.base import Action, CallTool
from agents.rules.date_wording import UNITS, asked_unit, left_over, named_days, reckoning, unit_name
from agents.rules.shapes import Draft, Intent, Look, Part, Piece, Planned, Reading, Work, without_value
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
_LOOKUP = re.compile(
    r"\b(?:until|till|before|after|since|from|to|prior to|following)\s+(?P<noun>(?:the|our|my|its|their)\s+[a-z][\w\s'’.-]*?|[A-Z]?[\w\s'’.-]*\b(?:ends?|starts?|expires?|begins?|is due|runs out)\b[\w\s'’.-]*)\s*(?:\?|$|,)",
    re.I,
)
# "is that before the AGM?": a date that was found, beside one that is looked up.
_THAT_BEFORE = re.compile(
    r"^(?:and |so |then )*(?:is|was|will|would|does|do|did) (?:that|it|this|they|she|he|we|i)(?: be| fall| come| finish| leave| end)?(?: still)? (?P<way>before|after|earlier than|later than|in time for|too late for) (?P<np>(?:the|our|my|their|her|his) [^?]+?)[?. ]*$",
    re.I,
)


def read(part: Part, look: Look) -> Reading | None:
    if (part.before >= 0 or part.value) and look.brief.documents and (m := _THAT_BEFORE.match(part.text)):
        way = "after" if re.match(r"after|later|too", m["way"], re.I) else "before"
        against: dict[str, Json] = {
            "operation": "between",
            "date": "ref",
            "other": "looked",
            "unit": "days",
            "polar": way,
        }
        return Reading(NAME, 0.97, against, f"whether that is {way} {m['np']}", (f"When is {m['np']}?",))
    text = named_days(part.text, look.brief.now)
    found = find_values(text, look.brief.now)
    dates = [v for v in found if v.kind == "date" and _whole(v)]
    spans = [v for v in found if v.kind == "duration"]
    refs = part.before >= 0 or bool(part.value)
    slots = reckoning(text, dates, spans, refs)
    if slots is None or left_over(text, found):
        return _by_lookup(text, dates, spans, look)
    return Reading(NAME, 0.95, slots, _understood(slots))


def _whole(v: Value) -> bool:
    return bool(re.fullmatch(r"\d{4}-\d{2}-\d{2}|--\d{2}-\d{2}|---\d{2}", v.date))


def _by_lookup(text: str, dates: Sequence[Value], spans: Sequence[Value], look: Look) -> Reading | None:
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
        if re.search(r"\b(?:ends?|expires?|starts?|begins?|runs out)\b", noun, re.I)
        and not re.match(r"(?:the|our|my) (?:end|start|beginning)\b", noun)
        else f"What is the date of {noun}?"
    )
    unit = asked_unit(text)
    if len(spans) == 1 and re.search(r"\b(?:before|after|from|prior to|following)\b", text, re.I):
        back = bool(re.search(r"\b(?:before|prior to)\b", text, re.I))
        slots: dict[str, Json] = {
            "operation": "subtract" if back else "add",
            "date": "ref",
            "amount": spans[0].number,
            "unit": unit_name(spans[0].unit),
        }
        return Reading(NAME, 0.91, slots, f"{spans[0].text} {'before' if back else 'after'} {noun}", (question,))
    if (
        not spans
        and (unit or re.search(r"\bhow long\b", text, re.I))
        and re.search(
            r"\b(?:until|till|since)\b|\bleft\b.*\b(?:to|before|from)\b|\bfrom\b.*\bto the (?:end|start|beginning)\b",
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
    if "ref" in args.values() and (missing := without_value(NAME, part, given[-1:])):
        return missing
    needs: list[str] = []
    looked = len(reading.lookups) if args.pop("polar", None) else 0
    if looked and len(given) < 2 and not part.value:
        looked = 0
    ref = given[-1 - looked].value if len(given) > looked else part.value
    if args.get("other") == "looked":
        args["other"] = given[-1].value
        needs.append(given[-1].value.removeprefix("${").split(".")[0])
    for key in ("date", "other", "amount"):
        if args.get(key) == "ref":
            args[key] = ref if given or key != "amount" else float(ref.split()[0])
            if given:
                needs.append(ref.removeprefix("${").split(".")[0])
    if args.get("unit") == "ref":
        args["unit"] = "days"  # unless what was read says in what it counts: see `act`
    step = draft.add(
        f"Reckon {reading.understood}", "date_math", args, needs, "analyst", "The goal asks for a date or a time span."
    )
    slots = {**reading.slots, "of": needs[0] if needs else ""}
    return Planned(NAME, part.text, slots, {"reckon": step}, f"${{{step}.value}}")


def act(work: Work, name: str) -> Action | None:
    """ "That many" counts in what the text said: "five working days" are not five days."""
    found = work.task.results.get(str(work.part.slots["of"]))
    unit = str(found["data"].get("unit") or "") if found else ""
    if work.part.slots.get("unit") != "ref" or work.task.calls or unit not in UNITS:
        return None
    return CallTool("date_math", {**work.task.step["args"], "unit": unit})


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
    if operation == "between" and slots.get("polar"):
        return _polar(value, str(slots["polar"]), f"{data['expression']}.{note}")
    if operation == "between":
        assert isinstance(value, int | float)
        unit = str(slots["unit"])
        shown = f"{value:,g} {unit if abs(value) != 1 else unit.removesuffix('s')}"
        return Piece(f"**{shown}** — {data['expression']}.{note}", data={"value": value, "unit": unit})
    return Piece(
        f"**{long_date(str(value))}** ({data['weekday']}) — {data['expression']}.{note}", data={"value": value}
    )


def _polar(days: Json, way: str, how: str) -> Piece:
    assert isinstance(days, int | float)
    yes = days > 0 if way == "before" else days < 0
    said = "the same day" if days == 0 else f"{abs(days):,g} day{'' if abs(days) == 1 else 's'} {'before' if days > 0 else 'after'} it"  # fmt: skip
    return Piece(f"**{'Yes' if yes else 'No'}** — {said}: {how}", data={"value": "yes" if yes else "no"})


def long_date(iso: str) -> str:
    moment = datetime.fromisoformat(iso)
    shown = f"{moment.day} {moment:%B %Y}"
    return f"{shown}, {moment:%H:%M}" if "T" in iso else shown


INTENT = Intent(NAME, EXAMPLES, read, steps, write, act)
