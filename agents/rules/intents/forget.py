"""Deleting facts that the user told earlier."""

from __future__ import annotations

import re
from collections.abc import Sequence

from agents.rules.shapes import Draft, Intent, Look, Part, Piece, Planned, Reading, Work

NAME = "forget"
EXAMPLES = (
    "Forget that I work in Leeds",
    "forget my shoe size",
    "delete everything you know about me",
    "Please forget what I told you about my car",
    "erase all facts about me",
    "You can forget my address now",
    "remove the fact about my dentist",
    "stop remembering that I am vegetarian",
    "wipe your memory of me",
)
_FORGET = re.compile(
    r"^(?:(?:please|kindly|ok(?:ay)?|now|also|and|then|can you|could you|would you|you can|you may|you should|i want you to|i(?:'d| would) like you to)[\s,]+)*"
    r"(?:forget|unlearn|stop remembering|no longer remember|don['’]?t remember|erase|delete|remove|wipe|clear|drop)\s+(?:all about\s+|about\s+)?(?P<what>.+?)(?:\s+(?:now|again|please|from (?:your )?memory))*$",
    re.I,
)
_ALL = re.compile(
    r"^(?:(?:everything|all(?: of)?(?: the)?(?: facts?| you know)?|all facts|every fact|anything|it all|your memory|your (?:whole )?memory of me|me|all my facts|my facts|all (?:that )?you know|what(?:ever)? you know)(?:\s+(?:that\s+)?(?:you\s+)?(?:know|remember|have|stored|saved|i told you)?\s*(?:about|of|on)?\s*(?:me|us)?)?)$",
    re.I,
)


def read(part: Part, look: Look) -> Reading | None:
    text = part.text.strip().rstrip("?.! ")
    m = _FORGET.match(text)
    if not m or re.match(r"don['’]?t forget|do not forget", text, re.I):
        return None
    what = re.sub(
        r"^(?:that|the fact that|the fact about|the fact|the note about|what i (?:told|said to) you about|what you know about|about)\s+",
        "",
        m["what"],
        flags=re.I,
    ).strip()
    by_delete = not re.search(r"\b(?:forget|unlearn|remember)", text, re.I)
    if by_delete and re.search(r"\b(?:documents?|files?|uploads?|table|rows?|pdf|report)\b", what, re.I):
        return Reading(NAME, 0.9, {"document": True}, "delete a document")
    if _ALL.match(m["what"]) or _ALL.match(what):
        return Reading(NAME, 0.96, {"about": "everything"}, "forget all facts about you")
    if _LAST.fullmatch(what) or _LAST.fullmatch(m["what"].strip()):
        told = _told_last(look)
        return Reading(NAME, 0.96, {"about": told or what}, f"forget: {told or what}")
    return Reading(NAME, 0.6 if by_delete else 0.96, {"about": what}, f"forget: {what}")


_LAST = re.compile(r"(?:that|it|this|that (?:one|fact|again)|the last (?:one|fact|thing)|what i (?:just )?(?:told|said)(?: to)?(?: you)?)", re.I)  # fmt: skip


def _told_last(look: Look) -> str:
    """The fact that was kept last in this thread: what "forget that" means. "" when there is none."""
    for turn in reversed(look.brief.turns):
        kept = [s["args"].get("fact") for s in turn.steps if s["tool"] == "remember"]
        shown = [s["quote"] for s in turn.sources if s["title"] == "What you told me"]
        if kept or len(shown) == 1:  # told just now, or the one that was quoted just now
            return str((kept or shown)[-1])
    return ""


def steps(part: Part, reading: Reading, draft: Draft, given: Sequence[Planned], look: Look) -> Planned:
    if reading.slots.get("document"):
        return Planned(NAME, part.text, reading.slots, {})
    step = draft.add(
        "Forget this",
        "forget",
        {"about": reading.slots["about"]},
        (),
        "researcher",
        "The user asked for it to be deleted.",
    )
    return Planned(NAME, part.text, reading.slots, {"forget": step})


def write(work: Work) -> Piece:
    if work.part.slots.get("document"):
        return Piece(
            "I don't delete documents from here. Delete them on the Memory page: every passage goes with them.",
            "not_answered",
            "Documents are deleted on the Memory page.",
        )
    if bad := work.failed():
        return bad
    gone = work.data("forget").get("forgotten") or []
    if len(gone) == 1:
        return Piece(f"Forgotten: “{gone[0]}”")
    return Piece("Forgotten:\n\n" + "\n".join(f"- {t}" for t in gone) if gone else "There was nothing to forget.")


INTENT = Intent(NAME, EXAMPLES, read, steps, write)
