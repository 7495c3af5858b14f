"""What a quantity comes to at a rate that an upload states: "so what's that for a 46 mile round trip?", "3 nights with two dogs".

Whether a goal is one is seen in the passages that were recalled for it: only where each of its quantities fits a rate that
stands there is it read so. The sentences are searched again when the run does it, quoted, and the tool calculates.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from agents.base import Action, CallTool, Write
from agents.rules import say
from agents.rules.priced.bill import Bill, bill
from agents.rules.priced.counts import asks_amount, counted
from agents.rules.priced.rates import rates
from agents.rules.shapes import Draft, Intent, Look, Part, Piece, Planned, Reading, Work
from tools.base import Json

NAME = "priced"
EXAMPLES = (
    "what would 3 nights with two dogs come to",
    "so what is that for a 46 mile round trip?",
    "How much is the large hall for five hours plus the kitchen?",
    "I am 9 days late with 3 books, what do I owe?",
    "20 chairs and 4 tables for two days, what's the damage?",
)


# What is left is not what it comes to.
_LEFT = re.compile(r"\b(?:left|remain\w*|left over)\b.*\b(?:after|once|when|if|minus|less)\b", re.I)


def read(part: Part, look: Look) -> Reading | None:
    if not look.texts or part.value or not asks_amount(part.text) or _LEFT.search(part.text):
        return None
    found = bill_of(part.text, part.context, [p.__dict__ for p in look.brief.passages])
    if found is None:
        return None
    told: list[Json] = [s for s, _ in found.quoted]
    slots: dict[str, Json] = {"context": part.context, "told": told}
    return Reading(NAME, 0.96, slots, found.said)


def bill_of(text: str, context: str, passages: Sequence[Mapping[str, Any]]) -> Bill | None:
    """The bill of the part's own quantities, for what it or the part that it goes on from names."""
    own = counted(text)
    if not own.counts:
        return None
    found, changes = rates(passages)
    made = bill(text, own, found, changes)
    if made is None and context:
        whole = counted(f"{text.rstrip('?. ')}. {context}")
        kept = tuple(c for c in whole.counts if c in own.counts)
        made = bill(text, type(whole)(kept, whole.segments), found, changes)
    return made


def steps(part: Part, reading: Reading, draft: Draft, given: Sequence[Planned], look: Look) -> Planned:
    told = reading.slots["told"]
    assert isinstance(told, list)
    search = draft.add(
        f"Search your documents for the rates: {part.text.rstrip('?')}",
        "search_memory",
        {"query": " ".join([part.text, *map(str, told)])[:600], "k": 12},
        (),
        "researcher",
        "A rate that an upload states decides what this comes to.",
    )
    reckon = draft.add(
        f"Work out {reading.understood}",
        "",
        {"reckon": part.text},
        [search],
        "analyst",
        "The rate times the quantities of the goal.",
    )
    return Planned(NAME, part.text, reading.slots, {"search": search, "reckon": reckon}, f"${{{reckon}.value}}")


def act(work: Work, name: str) -> Action | None:
    if name != "reckon":
        return None
    made = _bill(work)
    if made is None:
        return Write("No rate fits these quantities.", data={"found": False, "value": None})
    if not work.task.calls:
        return CallTool("calculate", {"expression": made.expression})
    data = work.task.calls[0]["data"]
    kept: dict[str, Json] = {"found": True, "value": data.get("value"), "unit": made.unit, "shown": data.get("shown")}
    return Write(str(data.get("shown")), data=kept)


def _bill(work: Work) -> Bill | None:
    passages = work.data("search").get("passages") or []
    return bill_of(work.part.text, str(work.part.slots.get("context") or ""), passages)


def write(work: Work) -> Piece:
    if bad := work.failed():
        return bad
    data, made = work.data("reckon"), _bill(work)
    if not data.get("found") or made is None:
        why = "The passages found state no one rate that fits these quantities, so nothing is reckoned."
        return Piece(f"I cannot work this out. {why}", "not_answered", why)
    value, unit = data["value"], str(data["unit"])
    shown = f"{say.number(value, money=True)} {unit}".strip()
    quotes = " ".join(f"{say.quote(s)} {work.cite('search', i)}".strip() for s, i in made.quoted)
    text = f"**{shown}** — {made.said}: {data['shown']}\n\n{quotes}"
    if made.notes:
        text += "\n\nNot applied: " + " ".join(
            f"{say.quote(s)} {work.cite('search', i)}".strip() for s, i in made.notes
        )
    return Piece(text, data={"value": value, "unit": unit})


INTENT = Intent(NAME, EXAMPLES, read, steps, write, act)
