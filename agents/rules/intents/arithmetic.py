"""Arithmetic in words and signs: "17.5% of 2,340", "add 19% VAT to that", "12 times the monthly fee in the contract".

The wording becomes an expression for the tool `calculate`; this file computes nothing. What an operand stands for may be
a value that another part found, or that must be looked up first.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from agents.base import Action, CallTool, Done, Write
from agents.rules.carried import is_share_of_before
from agents.rules.expressions import parse
from agents.rules.left_after import filled, left_after
from agents.rules.periods import factor, stated_in
from agents.rules.say import number
from agents.rules.shapes import Draft, Intent, Look, Part, Piece, Planned, Reading, Work, without_value
from agents.rules.stories import story
from agents.rules.two_facts import expression as sum_of
from agents.rules.two_facts import two_facts
from tools.base import Json

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


_ALL = r"(?P<n>(?:the )?(?:two|three|four)|both|them(?: all)?|all(?: of)?(?: them| that)?|these|those|everything)"
_SEVERAL = re.compile(
    rf"\b(?:add|sum|total)(?: up)? {_ALL.replace('<n>', '<a>')}(?: amounts| figures| numbers| values)?(?: up| together)?[.?! ]*$|"
    rf"\b(?:sum|total|difference)(?: (?:of|between|for))? {_ALL.replace('<n>', '<b>')}(?: amounts| figures| numbers| values| together)?[.?! ]*$|"
    rf"^(?:and )?(?:what|how much)(?:'s| is| are| do| does)? {_ALL.replace('<n>', '<c>')}(?: make| come to| cost)? (?:together|combined|in total|altogether)[.?! ]*$",
    re.I,
)


def read(part: Part, look: Look) -> Reading | None:
    if part.before >= 1 and (several := _several(part)):
        return several
    found = parse(part.text, refs=part.before >= 0 or bool(part.value))
    if found is None:
        return _share_of(part) or _two_facts(part, look) or _left(part, look) or _story(part, look)
    if found.lookups and not (look.brief.documents or look.brief.facts):
        return None
    shown = found.expression.replace("{ref}", "that")
    for i, noun in enumerate(found.lookups):
        shown = shown.replace(f"{{{i}}}", noun)
    slots: dict[str, Json] = {"expression": found.expression, "unit": found.unit, "shown": shown}
    if found.per:
        slots |= {"per": found.per, "stated": stated_in(part.value) or stated_in(" ".join(found.lookups))}
        shown = f"{shown} per {found.per}"
    return Reading(NAME, 0.92 if found.lookups else 0.97, slots, shown, found.lookups)


def _several(part: Part) -> Reading | None:
    """ "… and add the two up": over the values of several parts before."""
    m = _SEVERAL.search(part.text)
    if not m:
        return None
    said = (m["a"] or m["b"] or m["c"]).casefold()
    count = {"two": 2, "both": 2, "three": 3, "four": 4}.get(said.split()[-1], part.before + 1)
    count = min(count, part.before + 1)
    holes = [f"{{ref{i}}}" for i in range(count)]
    less = bool(re.search(r"\bdifference\b", m[0], re.I))
    if less and count != 2:
        return None
    expression = f"abs({holes[0]} - {holes[1]})" if less else " + ".join(holes)
    slots: dict[str, Json] = {"expression": expression, "unit": "", "shown": part.text}
    return Reading(NAME, 0.97, slots, "the difference of these" if less else "the sum of these", over=count)


_SHARE = re.compile(
    r"\b(?:what|how much)\b.*\b(?:is|be|was|come to|make)\b.*?(?:\bin (?:pounds|euros?|dollars|money|cash)\b.*?)?\b(?:on|of|from)\s+(?P<np>(?:the|our|their|its|his|her)\s[^?]+?)[?. ]*$",
    re.I,
)


def _share_of(part: Part) -> Reading | None:
    """ "how much would that be on their price": a rate found before, of an amount; which is which is seen when both are
    there. "work out what they would have taken": the same of the two values before."""
    refers = re.search(r"\b(?:that|it|this)\b", part.text, re.I)
    if part.before >= 0 and refers and (m := _SHARE.search(part.text)) and not re.search(r"\d", part.text):
        slots: dict[str, Json] = {"expression": "{ref} * {0}", "unit": "", "shown": part.text, "share": True}
        return Reading(NAME, 0.95, slots, f"that of {m['np']}", (m["np"],))
    if part.before >= 1 and is_share_of_before(part.text):
        slots = {"expression": "{ref0} * {ref1}", "unit": "", "shown": part.text, "share": True}
        return Reading(NAME, 0.95, slots, "the one of the other", over=2)
    return None


def _two_facts(part: Part, look: Look) -> Reading | None:
    facts = two_facts(part.text, part.context, part.value)
    if facts is None or not look.brief.documents:
        return None
    holes = ("{ref} - {0}",) if len(facts.lookups) == 1 else ("{0} - {1}",)
    slots: dict[str, Json] = {"expression": holes[0], "unit": "", "shown": part.text, "facts": facts.kind}
    slots |= {"down": facts.down, "first": part.value if len(facts.lookups) == 1 else ""}
    return Reading(NAME, 0.93, slots, facts.said, facts.lookups)


def _left(part: Part, look: Look) -> Reading | None:
    """ "What is left of it after two ladders at 210 each": what an earlier part or a text gives, less what is named."""
    left = left_after(part.text, part.before >= 0 or bool(part.value))
    if left is None or (left.lookups and not look.brief.documents):
        return None
    slots: dict[str, Json] = {"expression": left.template, "template": left.template, "unit": "", "shown": part.text}
    slots["first"] = part.value.split()[0] if part.value else ""
    return Reading(NAME, 0.95, slots, left.said, left.lookups)


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
    ahead = given[: len(given) - len(looked)]
    used = [*looked, *(given if "{ref0}" in expression else ahead[:1] if "{ref}" in expression else ())]
    if missing := without_value(NAME, part, used):
        return missing
    for i, p in enumerate(looked):
        expression = expression.replace(f"{{{i}}}", p.value)
        needs.append(_step(p.value))
    for i, p in enumerate(given if "{ref0}" in expression else ()):
        expression = expression.replace(f"{{ref{i}}}", p.value)
        needs.append(_step(p.value))
    if "{ref}" in expression:
        ref = given[0].value if len(given) > len(looked) else part.value.split()[0]
        expression = expression.replace("{ref}", ref)
        if len(given) > len(looked):
            needs.append(_step(ref))
    left = bool(reading.slots.get("template"))  # its amounts may stand in sentences that give no one value
    step = draft.add(
        f"Calculate {reading.understood}",
        "" if left else "calculate",
        {"reckon": part.text} if left else {"expression": expression},
        needs,
        "analyst",
        "The goal asks for a computed number.",
    )
    slots = {**reading.slots, "of": needs[0] if needs else "", "from": [*needs]}
    return Planned(NAME, part.text, slots, {"calculate": step}, f"${{{step}.value}}")


def act(work: Work, name: str) -> Action | None:
    """What is asked per year may be stated per month: only the text that was found says so."""
    if work.part.slots.get("share"):
        return _shared(work)
    if work.part.slots.get("facts"):
        return _of_facts(work)
    if template := str(work.part.slots.get("template") or ""):
        return _of_left(work, template)
    wanted = str(work.part.slots.get("per") or "")
    if not wanted:
        return None
    if work.task.calls:
        return Done()
    found = work.task.results.get(str(work.part.slots["of"]))
    expression = str(work.task.step["args"]["expression"])
    stated = str((found["data"].get("per") if found else "") or work.part.slots["stated"])
    if not stated and "*" not in expression:
        return Write(
            f"The source does not say for what period this is, so I cannot tell it per {wanted}.", "not_answered"
        )
    times = factor(stated or wanted, wanted)
    return CallTool("calculate", {"expression": expression if times == "1" else f"{expression} * {times}"})


def _shared(work: Work) -> Action:
    """Of the two values that were found one is a percentage and one is not; else nothing can be said."""
    if work.task.calls:
        return Done()
    found = [work.task.results.get(i) for i in work.part.slots["from"]]  # type: ignore[union-attr]
    data = [r["data"] if r else {} for r in found]
    rates = [d for d in data if d.get("unit") == "%"]
    sums = [d for d in data if d.get("unit") != "%" and isinstance(d.get("value"), int | float)]
    if len(rates) != 1 or len(sums) != 1 or not isinstance(rates[0].get("value"), int | float):
        return Write("This needs a percentage and an amount, and these were not both found.", "not_answered")
    return CallTool("calculate", {"expression": f"{rates[0]['value']} / 100 * {sums[0]['value']}"})


def _of_facts(work: Work) -> Action:
    """Only of values that fit the sum: a date or a weight found instead of an amount is no operand."""
    slots = work.part.slots
    if work.task.calls:
        return Done()
    found: list[dict[str, Json]] = []
    if first := str(slots.get("first") or ""):
        value, _, unit = first.partition(" ")
        found.append({"value": float(value), "unit": unit.split()[0] if unit else ""})
    for i in slots["from"]:  # type: ignore[union-attr]
        r = work.task.results.get(str(i))
        found.append(dict(r["data"]) if r else {})
    expression, _, why = sum_of(str(slots["facts"]), bool(slots.get("down")), found)
    return CallTool("calculate", {"expression": expression}) if expression else Write(why, "not_answered")


def _of_left(work: Work, template: str) -> Action:
    if work.task.calls:
        return Done()
    results = [work.task.results.get(str(i)) for i in work.part.slots["from"]]  # type: ignore[union-attr]
    expression, why = filled(template, [r["data"] if r else {} for r in results], str(work.part.slots["first"]))
    return CallTool("calculate", {"expression": expression}) if expression else Write(why, "not_answered")


def _step(reference: str) -> str:
    return reference.removeprefix("${").split(".")[0]


def write(work: Work) -> Piece:
    if bad := work.failed():
        return _unfound(work) or bad
    data = work.data("calculate")
    if "outcome" in data:
        why = str((work.ok("calculate") or {}).get("text"))
        return Piece(why, "not_answered", why)
    value, unit = data.get("value"), str(work.part.slots.get("unit") or "")
    if work.part.slots.get("per") and (found := work.task.results.get(str(work.part.slots["of"]))):
        unit = unit or str(found["data"].get("unit") or "")
    shown = number(value, money=len(unit) == 3) if isinstance(value, int | float) else str(value)
    short = f"{shown}%" if unit == "%" else f"{shown} {unit}".strip()
    text = f"**{short}**"
    kept: dict[str, Json] = {"value": value, "unit": unit, "per": work.part.slots.get("per") or ""}
    if work.part.slots.get("per") and re.fullmatch(r"[\d.() ]+", str(data.get("expression") or "")):
        return Piece(text, data=kept)  # stated for that very period: nothing was computed
    if how := str(data.get("shown") or data.get("expression") or ""):
        text += f" — {how}" if "=" in how else f" — {how} = {shown}"
    return Piece(text, data=kept)


def _unfound(work: Work) -> Piece | None:
    """A value that the sum needs was looked for and not found: said in the goal's words; what was found stands below."""
    found = [work.task.results.get(str(i)) for i in work.part.slots.get("from") or []]  # type: ignore[union-attr]
    if not found or any(r is None or r["status"] != "ok" for r in found):
        return None
    if all(r and isinstance(r["data"].get("value"), int | float) for r in found):
        return None
    why = "A value that this needs was not found in your documents and tables, so nothing is reckoned."
    return Piece(f"I cannot work this out. {why}", "not_answered", why)


INTENT = Intent(NAME, EXAMPLES, read, steps, write, act)
