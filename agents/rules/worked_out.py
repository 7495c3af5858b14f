"""What is reckoned further with a value that a text gave: a share in money, a span before an event as a date. The wording of the question says that it is wanted; here is which, and with what words it goes on.

Nothing is looked up or computed here: `going_further.py` searches and calls the tools.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from agents.rules.reading.words import stems
from text.values import Value, find_values

Way = Literal["share", "date"]

_CURRENCY = r"(?:pounds|euros?|dollars|money|cash|£|€|\$)"
_IN_MONEY = re.compile(rf",?\s*\b(?:(?:expressed )?in (?:actual |real |hard )?(?:{_CURRENCY})(?: and (?:pence|cents))?|in (?:pounds|euros|dollars) terms)(?=[\s?.!,]*$)", re.I)  # fmt: skip
_WEIGHT = re.compile(r"\b(?:heavy|weigh\w*|weight|mass|lighter|heavier)\b", re.I)
_A_DATE = re.compile(r"\b(?:what|which|the|an?|exact|actual|precise|calendar|last|latest|final)\s+(?:(?:exact|actual|precise|calendar|last|latest|final|very)\s+)*(?:date|day)\b|\bby when\b", re.I)  # fmt: skip
_LEAD = re.compile(
    r"""
    ^(?:please\s+)?(?:can[ ]you\s+)?(?:work[ ]out|figure[ ]out|calculate|tell[ ]me|give[ ]me|find(?:[ ]out)?)
    (?:[ ]for[ ](?:me|us))?\s+(?:the[ ])?(?:actual[ ]|exact[ ]|precise[ ]|calendar[ ])*(?:date|day)\s+
    (?:on[ ]which[ ]|when[ ]|that[ ]|by[ ]which[ ])?
    """,
    re.I | re.X,
)
_OF_BASE = re.compile(r"\s*(?:of|on)\s+(?P<base>(?:the|its|their|your|our|each|a)\s+[\w'’ -]{3,50}?)(?=\s*(?:[,.;:()]|$|\b(?:when|if|as|at|by|is|are|and|or|in advance|before|after|on every|for)\b))", re.I)  # fmt: skip
_TO_EVENT = re.compile(r"\s*(?P<way>before|after|prior to|following|from|ahead of|in advance of|of)\s+(?P<event>(?:the|your|our|his|her|their|its)\s+[\w'’ -]{3,60}?)(?=\s*(?:[,.;:()]|$|\b(?:and|or|but|unless|if|in writing|by)\b))", re.I)  # fmt: skip


def way_of(question: str) -> Way | None:
    """How the answer to `question` is to be worked out further; None where what the text says is the answer."""
    if _IN_MONEY.search(question) and not _WEIGHT.search(question):
        return "share"
    return "date" if _A_DATE.search(question) else None


def bare(question: str, way: str) -> str:
    """The question as a text answers it: without "in pounds", and "when" for "work out the actual date that"."""
    if way == "share":
        return _IN_MONEY.sub("", question)
    m = _LEAD.match(question)
    if m is None:
        return question
    rest = question[m.end() :].rstrip("?. ")
    if has := re.match(r"(?P<who>.+?) (?:has|have|needs?) to (?P<what>.+)", rest, re.I):
        return f"When must {has['who']} {has['what']}?"
    if aux := re.match(r"(?P<who>.+?) (?P<aux>must|should|can|may|will|is|are|was|were) (?P<what>.+)", rest, re.I):
        return f"When {aux['aux']} {aux['who']} {aux['what']}?"
    return f"When {rest}?"


@dataclass(frozen=True)
class Onward:
    """What must be found next, and what is reckoned with it."""

    question: str
    span: Value
    back: bool = False  # the span counts back from the event


def base_of(sentence: str, value: str) -> Onward | None:
    """ "25 per cent of the full price, VAT included" -> what is the full price?"""
    v = next((v for v in find_values(sentence) if v.kind == "percent" and v.text == value), None)
    m = _OF_BASE.match(sentence, v.end) if v else None
    return Onward(f"How much is {m['base'].strip()}?", v) if v and m else None


def _when(event: str) -> str:
    m = re.fullmatch(
        r"(?:the|its|your|our|their) (?P<edge>end|start|beginning|expiry|close) of (?P<what>.+)", event, re.I
    )
    if m is None:
        return f"When is {event}?"
    return f"When does {m['what']} {'start' if m['edge'].lower() in ('start', 'beginning') else 'end'}?"


def event_of(sentence: str) -> Onward | None:
    """ "must be stopped 5 days before the appointment" -> when is the appointment? None where it says two such spans."""
    found = []
    for v in find_values(sentence):
        if v.kind != "duration" or v.number is None:
            continue
        if m := _TO_EVENT.match(sentence, v.end):
            found.append(Onward(_when(m["event"].strip()), v, m["way"].lower() not in ("after", "following", "from", "of")))  # fmt: skip
    return found[0] if len(found) == 1 else None


_ANY = {
    "full",
    "whole",
    "total",
    "agreed",
    "quoted",
    "overall",
    "entire",
    "price",
    "amount",
    "sum",
    "cost",
    "value",
    "figure",
}


def told_of(base_question: str) -> set[str]:
    """The words that a sentence must have to give that base: "annual rent"; none for "the full price", which is any."""
    named = re.sub(r"^How much is\s+(?:the|its|their|your|our|each|a)?\s*", "", base_question.rstrip("?"), flags=re.I)
    return {s for w in named.split() if w.casefold() not in _ANY for s in stems(w)}
