"""Facts that the user tells: kept in their own words."""

from __future__ import annotations

import re
from collections.abc import Sequence

from agents.rules.shapes import Draft, Intent, Look, Part, Piece, Planned, Reading, Work
from agents.rules.split import is_wish

NAME = "remember"
EXAMPLES = (
    "Remember that I prefer metric units",
    "Please keep in mind that our fiscal year starts in April",
    "Note that my manager is Anna",
    "Don't forget that the office closes at six",
    "My dog's name is Bruno, remember that",
    "From now on, know that I work in Leeds",
    "save this for later: the gate code is 4711",
    "make a note that I am allergic to nuts",
    "You should know that I am vegetarian",
    "Store the fact that the car is in the garage",
    "I'd like you to memorise my customer number 88-12",
)
_FRONT = re.compile(
    r"^(?:(?:please|kindly|hey|ok(?:ay)?|also|and|then|now|so|hi|from now on|for (?:the future|later|next time|future reference)|can you|could you|would you|will you|i(?:'d| would) like you to|i want you to|you (?:should|must|need to|can)|try to|always)[\s,:]+)*"
    r"(?:remember|memori[sz]e|keep (?:it )?in mind|bear in mind|note(?: down)?|make (?:yourself )?a (?:mental )?note|take note|don['’]?t (?:ever )?forget|do not forget|never forget|know|save(?: this)?(?: for later)?|store|record|write down|jot down|learn|keep (?:a )?(?:note|record))"
    r"(?:\s+(?:this|the following|the fact|for me|for later|of the fact|of this))*\s*(?:[,:;-]\s*|\bthat\b[\s,:]*|\bof\b\s+|\s)(?P<fact>.+)$",
    re.I | re.S,
)  # fmt: skip
_BACK = re.compile(
    r"^(?P<fact>.+?)[\s,.;:!-]+(?:so\s+)?(?:please\s+)?(?:(?:can|could) you\s+)?(?:(?:remember|memori[sz]e|note|don['’]?t forget|save|store)\s+(?:that|this|it)|keep\s+(?:that|this|it)\s+in mind)(?:\s+(?:in mind|down|please|for (?:later|me|next time|the future)))*$",
    re.I | re.S,
)
# What only tells: "note to self: …", "just so you know, …". It is kept like what is asked to be remembered.
_NEWS = re.compile(r"^(?:fyi|just so (?:you|u) know|so (?:that )?you know|for your information|for the record|heads[- ]up|quick note|reminder)[\s,:;-]+(?:that\s+)?", re.I)  # fmt: skip
_TOLD = re.compile(r"^(?:(?:note|memo|reminder) to (?:self|myself)|fyi|just so (?:you|u) know|for your information|for the record|heads[- ]up)[\s,:;-]+(?:that\s+)?(?P<fact>.+)$", re.I | re.S)  # fmt: skip
_COMMAND = re.compile(r"(?:please |pls )?(?:remember|memori[sz]e|note|keep|don['’]?t forget|save|store|what|when|who|how|why|where|which|show|list|give|tell)\b", re.I)  # fmt: skip
_ABOUT_ME = re.compile(r"^(?:my|our|i|i['’]m|we)\b", re.I)
_QUESTION = re.compile(r"^(?:what|when|where|who|why|how|which|whether|if|to)\b", re.I)


def read(part: Part, look: Look) -> Reading | None:
    text = part.text.strip().rstrip("!")
    if (
        (told := _TOLD.match(text))
        and not text.endswith("?")
        and len(told["fact"].split()) > 2
        and not _COMMAND.match(told["fact"])
    ):
        fact = told["fact"].strip(" .,")
        return Reading(NAME, 0.96, {"fact": fact}, f"remember: {fact}")
    text = _NEWS.sub("", text)
    if text.endswith("?") and not re.match(r"(?:can|could|would|will) you", text, re.I):
        return None
    m = _FRONT.match(text.rstrip("?.")) or _BACK.match(text.rstrip("?."))
    if m:
        fact = m["fact"].strip(" .,:;\"“”'")
        if (
            _QUESTION.match(fact)
            or len(fact.split()) < 2
            or re.match(r"(?:the )?(?:report|file|answer|result)\b", fact, re.I)
            or re.match(r"(?:it|this|that|them)$", fact, re.I)
        ):
            return None
        verb = re.match(r".*?\b(know|learn|save|store|record|keep|note|write)\b", text, re.I)
        loose = bool(verb) and not re.search(
            r"\b(?:remember|memori[sz]e|in mind|forget|note that|note down|for later|that)\b", text, re.I
        )
        return Reading(NAME, 0.7 if loose else 0.96, {"fact": fact}, f"remember: {fact}")
    if (
        _ABOUT_ME.match(text)
        and re.search(r"\b(?:is|am|are|['’]m|live|work|prefer|like|have|was born)\b", text, re.I)
        and not text.endswith("?")
        and not is_wish(text)  # what somebody would like to do is no fact about them
        and len(text.split()) <= 20
    ):
        return Reading(NAME, 0.6, {"fact": text.rstrip(". ")}, f"remember: {text}")
    return None


def steps(part: Part, reading: Reading, draft: Draft, given: Sequence[Planned], look: Look) -> Planned:
    step = draft.add(
        "Remember this",
        "remember",
        {"fact": reading.slots["fact"]},
        (),
        "researcher",
        "The user asked for it to be kept.",
    )
    return Planned(NAME, part.text, reading.slots, {"remember": step}, f"${{{step}.value}}")


def write(work: Work) -> Piece:
    if bad := work.failed():
        return bad
    return Piece(f"I'll remember: {say_fact(work.data('remember')['value'])}")


def say_fact(text: object) -> str:
    return f"“{str(text).strip()}”"


INTENT = Intent(NAME, EXAMPLES, read, steps, write)
