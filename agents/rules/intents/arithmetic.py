"""Arithmetic in words and signs: "17.5% of 2,340", "add 19% VAT to that", "12 times the monthly fee in the contract".

The wording becomes an expression for the tool `calculate`; this file computes nothing. What an operand stands for may be
a value that another part found, or that must be looked up first.
"""

from __future__ import annotations

from collections.abc import Sequence

from agents.rules.expressions import parse
from agents.rules.say import number
from agents.rules.shapes import Draft, Intent, Look, Part, Piece, Planned, Reading, Work
from agents.rules.stories import story

NAME = "arithmetic"
EXAMPLES = (
    "What is 17.5% of 2,340?",
    "Calculate 12 times 45",
    "how much is 99 divided by 7",
    "(3 + 4) * 12 - 5",
    "Add 19% VAT to 250 euros",
    "What is 1,200 minus a 15% discount?",
    "What percentage of 80 is 20?",
    "the average of 4, 8 and 15",
    "Work out the square root of 144",
    "multiply that by three",
    "Split 240 between six people",
    "By how many percent is 130 more than 100?",
)


def read(part: Part, look: Look) -> Reading | None:
    found = parse(part.text, refs=part.before >= 0 or bool(part.value))
    if found is None:
        return _story(part, look)
    if found.lookups and not (look.brief.documents or look.brief.facts):
        return None
    shown = found.expression.replace("{ref}", "that")
    for i, noun in enumerate(found.lookups):
        shown = shown.replace(f"{{{i}}}", noun)
    slots = {"expression": found.expression, "unit": found.unit, "shown": shown}
    return Reading(NAME, 0.92 if found.lookups else 0.97, slots, shown, found.lookups)


def _story(part: Part, look: Look) -> Reading | None:
    told = story(part.text)
    if told is None:
        return None
    expression, unit = told
    return Reading(
        NAME,
        0.92 if not look.brief.documents else 0.84,
        {"expression": expression, "unit": unit, "shown": expression},
        expression,
    )


def steps(part: Part, reading: Reading, draft: Draft, given: Sequence[Planned], look: Look) -> Planned:
    expression, needs = str(reading.slots["expression"]), list[str]()
    looked = given[len(given) - len(reading.lookups) :] if reading.lookups else []
    for i, p in enumerate(looked):
        expression = expression.replace(f"{{{i}}}", p.value)
        needs.append(_step(p.value))
    if "{ref}" in expression:
        ref = given[0].value if len(given) > len(looked) else part.value.split()[0]
        expression = expression.replace("{ref}", ref)
        if len(given) > len(looked):
            needs.append(_step(ref))
    step = draft.add(
        f"Calculate {reading.understood}",
        "calculate",
        {"expression": expression},
        needs,
        "analyst",
        "The goal asks for a computed number.",
    )
    return Planned(NAME, part.text, reading.slots, {"calculate": step}, f"${{{step}.value}}")


def _step(reference: str) -> str:
    return reference.removeprefix("${").split(".")[0]


def write(work: Work) -> Piece:
    if bad := work.failed():
        return bad
    data = work.data("calculate")
    value, unit = data.get("value"), str(work.part.slots.get("unit") or "")
    shown = number(value, money=len(unit) == 3) if isinstance(value, int | float) else str(value)
    short = f"{shown}%" if unit == "%" else f"{shown} {unit}".strip()
    text = f"**{short}**"
    if how := str(data.get("shown") or data.get("expression") or ""):
        text += f" — {how}" if "=" in how else f" — {how} = {shown}"
    return Piece(text, data={"value": value})


INTENT = Intent(NAME, EXAMPLES, read, steps, write)
