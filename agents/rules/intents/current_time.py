"""What time or date it is now, here or elsewhere."""

from __future__ import annotations

import re
from collections.abc import Sequence

from agents.rules.intents.dates import long_date
from agents.rules.shapes import Draft, Intent, Look, Part, Piece, Planned, Reading, Work

NAME = "current_time"
EXAMPLES = (
    "What time is it?",
    "What's today's date?",
    "what day is it today",
    "What time is it in Tokyo right now?",
    "which day of the week is today",
    "tell me the current date and time",
    "What year is it?",
    "do you have the time?",
    "how late is it in New York",
)
_ASKS = re.compile(
    r"(?:please |can you |could you )*(?:tell me |do you (?:know|have) |give me |show me |what(?:'s|’s|s| is| are)? |which |how )?(?:(?:it|is it|is|the|of the|current|local|today's|exact|now|right|at the moment|"
    r"time|date|day|week|weekday|year|month|late|what|which|today|and|currently|clock|is today)\b[\s,]*)+(?:(?:in|at|for) (?P<place>[A-Za-z][\w\s,'’.-]*?))?(?: right now| now| at the moment| currently| today)?",
    re.I,
)


def read(part: Part, look: Look) -> Reading | None:
    text = part.text.strip().rstrip("?.! ")
    m = _ASKS.fullmatch(text)
    if (
        not m
        or not re.search(r"\b(?:time|date|day|year|late|today|month|weekday)\b", text, re.I)
        or re.search(r"\b(?:when|of the (?:contract|meeting))\b", text, re.I)
    ):
        return None
    if not re.search(r"\b(?:it|now|current|currently|today|today's|local|the time|the date|moment)\b", text, re.I):
        return None
    place = m["place"] or ""
    if place and look.texts and not place[:1].isupper() and _unknown(place):
        return None
    return Reading(NAME, 0.95, {"place": place}, f"the time in {place}" if place else "the current date and time")


def _unknown(place: str) -> bool:
    from tools.base import ToolFailed
    from tools.current_time import zone

    try:
        zone(place)
    except ToolFailed:
        return True
    return False


def steps(part: Part, reading: Reading, draft: Draft, given: Sequence[Planned], look: Look) -> Planned:
    args = {"timezone": reading.slots["place"]} if reading.slots["place"] else {}
    step = draft.add("Look at the clock", "current_time", args, (), "researcher", "The answer depends on now.")
    return Planned(NAME, part.text, reading.slots, {"clock": step}, f"${{{step}.date}}")


def write(work: Work) -> Piece:
    if bad := work.failed():
        return bad
    d = work.data("clock")
    if re.search(r"\btime\b|\blate\b|\bclock\b", work.part.text, re.I) and not re.search(
        r"\bdate\b", work.part.text, re.I
    ):
        return Piece(
            f"**{d['time']}** on {d['weekday']}, {long_date(d['date'])} ({d['timezone']}).", data={"value": d["value"]}
        )
    return Piece(
        f"**{d['weekday']}, {long_date(d['date'])}**, {d['time']} ({d['timezone']}).", data={"value": d["date"]}
    )


INTENT = Intent(NAME, EXAMPLES, read, steps, write)
