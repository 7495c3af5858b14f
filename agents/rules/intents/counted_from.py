"""A date that a text's rule gives for a day of the user's: "if I hand in my notice on 3 March 2026, when is my last day?"

The goal names the day, an upload says how long ("eight weeks' notice"). Whether a goal is one is seen in the passages that
were recalled for it; which of several such sentences is meant the reader model decides, and a close race is none.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from agents.base import Action, CallTool, Write
from agents.rules import say
from agents.rules.date_wording import UNITS, unit_name
from agents.rules.intents.dates import long_date
from agents.rules.reading.types import Sense
from agents.rules.reading.words import concepts, stem, stems
from agents.rules.shapes import Draft, Intent, Look, Part, Piece, Planned, Reading, Work
from agents.rules.words import STOP
from text.sentences import sentences
from text.values import Value, find_values
from tools.base import Json

NAME = "counted_from"
EXAMPLES = (
    "If I hand in my notice on 3 March 2026, when is my last day?",
    "I borrowed it on 2 May 2026, when is it due back?",
    "We joined on 14 June 2025, when do we have to renew?",
    "The party is on 8 August 2026; by when must we pay the balance?",
    "when does the guarantee run out if we bought it on 9 January 2026",
)
_ASKS = re.compile(r"\b(?:when|by when|until when|what date|which date|what day|which day|(?:last|latest|final|first|earliest) (?:day|date)|deadline|how long (?:have|do) (?:i|we) (?:got|have))\b", re.I)  # fmt: skip
_GIVEN = re.compile(r"\b(?:if|when|once|since|as|after|on|from|is on|was|starting)\b", re.I)
_BACK = re.compile(r"\s*(?:['’]\s*)?(?:\w+\s+){0,2}?(?:before|prior to|ahead|in advance|beforehand)\b", re.I)
# What has to be done ahead of the day that is named: "I move out on 30 June, by what date must I give notice?"
_AHEAD = re.compile(
    r"\b(?:when|what date|which date|what day|which day|deadline|(?:last|latest) (?:day|date)|how long)\b[^.;]*"
    r"\b(?:giv\w+ (?:\w+ )?notice|hand\w* in (?:\w+ )?notice|notify|cancel|book|order|appl(?:y|ied)|register|reserve|(?:tell|inform|warn) \w+)\b",
    re.I,
)
_CASE = re.compile(r"\b(?:if|where|unless|in the (?:case|event) of|except)\b(?P<case>.*)", re.I | re.S)
_EVERY = re.compile(r"\b(?:every|per|a|an|each|(?:day|week|end|part|start|beginning) of)\s+$", re.I)
_ANY = frozenset("date day month week year time last first".split())  # noqa: SIM905
NEAR = 0.35  # cosine of the goal and a sentence that shares no word with it
CLEAR = 1.0  # log-odds (and words) by which the best sentence must lead


@dataclass(frozen=True)
class Span:
    value: Value
    sentence: str
    passage: int
    back: bool
    shared: int  # words and concepts that the goal has as well
    apart: bool  # holds in a case that the goal does not name


def read(part: Part, look: Look) -> Reading | None:
    day = _day(part.text, look) or _day(part.context, look)
    told = f"{part.context} {part.text}"
    if day is None or not look.texts or not _ASKS.search(part.text) or not _GIVEN.search(told):
        return None
    if any(v.kind == "duration" for v in find_values(part.text)):
        return None  # a reckoning of its own
    asked = f"{part.context} {part.text}"
    spans = spans_of(asked, [p.__dict__ for p in look.brief.passages])
    if not any(s.shared for s in spans) and not _near(asked, spans, look):
        return None
    slots: dict[str, Json] = {"date": day.date if len(day.date) == 10 else day.text, "asked": asked.strip()}
    return Reading(NAME, 0.94, slots, f"the date that a rule gives for {day.text}")


def _near(asked: str, spans: Sequence[Span], look: Look) -> bool:
    """Is one of the sentences about the same, in other words?"""
    if not spans:
        return False
    vectors = look.embed([asked, *(s.sentence for s in spans)])
    return float((vectors[1:] @ vectors[0]).max()) >= NEAR


def _day(text: str, look: Look) -> Value | None:
    days = [v for v in find_values(text, look.brief.now) if v.kind == "date"]
    whole = [v for v in days if re.fullmatch(r"(?:\d{4}|-)-\d{2}-\d{2}", v.date)]
    return whole[0] if len(days) == 1 and len(whole) == 1 else None


def spans_of(asked: str, passages: Sequence[Mapping[str, Any]]) -> list[Span]:
    """The sentences that state one length of time, with how much of the goal they take up."""
    said = _telling(asked)
    found: dict[str, Span] = {}
    for i, p in enumerate(passages):
        for s in sentences(str(p["text"])):
            sentence = " ".join(s.text.split())
            lengths = [v for v in find_values(sentence) if v.kind == "duration" and v.number is not None]
            lengths = [v for v in lengths if unit_name(v.unit) in UNITS and not _EVERY.search(sentence[: v.start])]
            if len(lengths) != 1 or sentence in found:
                continue
            v = lengths[0]
            told = _telling(sentence)
            shared = len(said[0] & told[0]) + len(said[1] & told[1]) + len(_pairs(asked) & _pairs(sentence))
            back = bool(_BACK.match(sentence, v.end) or _AHEAD.search(asked))
            found[sentence] = Span(v, sentence, i, back, shared, _of_another_case(sentence, said[0]))
    return list(found.values())


def _of_another_case(sentence: str, said: set[str]) -> bool:
    case = _CASE.search(sentence)
    told = _telling(case["case"])[0] if case else set()
    return len(told & said) * 2 < len(told)


def _pairs(text: str) -> set[tuple[str, str]]:
    """Two words side by side: "the interim report" is not the final report."""
    of = [stem(w) for w in re.findall(r"[^\W\d_]+", text.casefold())]
    return {(a, b) for a, b in pairwise(of) if a not in STOP and b not in STOP}


def _telling(text: str) -> tuple[set[str], set[int]]:
    of = [s for s in stems(text) if s not in STOP and s not in _ANY and not s[0].isdigit()]
    return set(of), concepts(of)


def meant(asked: str, spans: Sequence[Span], sense: Sense) -> Span | None:
    """The sentence whose length of time the goal counts with; None where two come close."""
    if not spans:
        return None
    if any(s.shared and not s.apart for s in spans):
        spans = [s for s in spans if not s.apart]
    odds = sense.answers(asked, [s.sentence for s in spans])
    rated = sorted(((max(-4.0, min(4.0, float(z))) + 1.5 * s.shared, k) for k, (z, s) in enumerate(zip(odds, spans, strict=True))), reverse=True)  # fmt: skip
    best = spans[rated[0][1]]
    if len(rated) > 1 and rated[0][0] - rated[1][0] < CLEAR:
        return None
    return best if best.shared or rated[0][0] > 0 else None


def steps(part: Part, reading: Reading, draft: Draft, given: Sequence[Planned], look: Look) -> Planned:
    search = draft.add(
        f"Search your documents for the rule: {part.text.rstrip('?')}",
        "search_memory",
        {"query": str(reading.slots["asked"]), "k": 10},
        (),
        "researcher",
        "How long it is stands in an upload.",
    )
    reckon = draft.add(
        f"Reckon {reading.understood}", "", {"reckon": part.text}, [search], "analyst", "The goal asks for the date."
    )
    return Planned(NAME, part.text, reading.slots, {"search": search, "reckon": reckon}, f"${{{reckon}.value}}")


def act(work: Work, name: str) -> Action | None:
    if name != "reckon":
        return None
    asked, passages = str(work.part.slots["asked"]), work.data("search").get("passages") or []
    span = meant(asked, spans_of(asked, passages), work.sense)
    if span is None or span.value.number is None:
        return Write("No one rule says how long.", data={"found": False, "value": None})
    if not work.task.calls:
        day = _with_year(str(work.part.slots["date"]), passages)
        args: dict[str, Json] = {"operation": "subtract" if span.back else "add", "date": day}
        return CallTool("date_math", {**args, "amount": span.value.number, "unit": unit_name(span.value.unit)})
    data = work.task.calls[0]["data"]
    kept: dict[str, Json] = {"found": True, "value": data.get("value"), "weekday": data.get("weekday")}
    kept |= {"how": data.get("expression"), "sentence": span.sentence, "at": span.passage}
    return Write(str(data.get("expression")), data=kept)


def _with_year(day: str, passages: Sequence[Mapping[str, Any]]) -> str:
    """ "3 March" in the one year that the passages speak of; as it was typed where there is none or more than one."""
    if re.search(r"\d{4}", day):
        return day
    years = {
        v.date[:4] for p in passages for v in find_values(str(p["text"])) if v.kind == "date" and v.date[:2] == "20"
    }
    return f"{day} {years.pop()}" if len(years) == 1 else day


def write(work: Work) -> Piece:
    if bad := work.failed():
        return bad
    data = work.data("reckon")
    if not data.get("found"):
        why = "No one sentence of your documents says how long this takes, so no date is reckoned."
        return Piece(f"I cannot work this out. {why}", "not_answered", why)
    quote = f"{say.quote(str(data['sentence']))} {work.cite('search', int(data['at']))}".strip()
    text = f"**{long_date(str(data['value']))}** ({data['weekday']}) — {data['how']}.\n\n{quote}"
    return Piece(text, data={"value": data["value"]})


INTENT = Intent(NAME, EXAMPLES, read, steps, write, act)
