"""Unit conversion: "5 miles in km", "how many ounces are 2 pounds", "that in Fahrenheit". The tool converts; which unit a word
means is the tool's knowledge as well.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from agents.base import Action, Write
from agents.rules.say import number
from agents.rules.shapes import Draft, Intent, Look, Part, Piece, Planned, Reading, Work, without_value
from text.numbers import numbers
from tools.base import Json
from tools.convert_units import CURRENCIES, convert_units

NAME = "units"
EXAMPLES = (
    "5 miles in km",
    "Convert 72 degrees Fahrenheit to Celsius",
    "How many ounces are there in 2 pounds?",
    "what is 10 stone in kilograms",
    "how many metres is 6 feet",
    "100 km/h in miles per hour",
    "How much is 3 litres in gallons?",
    "turn 250 grams into ounces",
    "and that in Fahrenheit?",
    "how heavy is 12 kg in pounds",
    "convert 100 dollars to euros",
)
_REF = r"(?:it|that|this|the (?:result|answer)|that (?:distance|weight|temperature|length|speed|amount|volume|area|time|value|height|size|duration))"
_UNIT = r"[a-z°µ²³'\"/$€£¥.]+(?:[ -](?:per |[a-z]+)?[a-z°²³/]*){0,3}?"
_LEAD = r"(?:.*?\b(?:what(?:'s|’s| is| are| would be)?|how (?:much|many|far|long|heavy|hot|cold|big|tall|fast|high) (?:is|are|was)|convert|change|turn|express|translate|give me|show me|tell me|calculate|put|is|was|are|be|i'm|i am)\s+)?"
_N = r"(?P<n>#)"
_FORMS = (
    rf"{_LEAD}{_N}\s*(?P<a>{_UNIT})\s+(?:in|to|into|as|expressed in|converted (?:in)?to|equals? how many|(?:is|are|makes?) how many|in terms of)\s+(?P<b>{_UNIT})(?: (?:is|are) (?:that|it|what))?",
    rf"how (?:many|much)\s+(?P<b>{_UNIT})\s+(?:is|are|make|makes|do|does|fit|go|equal|correspond to|would be)(?: there)?\s*(?:in(?:to)?|to|for)?\s*{_N}\s*(?P<a>{_UNIT})(?: (?:make|have|equal|contain))?",
    rf"how (?:many|much)\s+(?P<b>{_UNIT})\s+(?:in|per|to)\s+{_N}\s*(?P<a>{_UNIT})",
    rf"how (?:many|much)\s+(?P<b>{_UNIT})\s+(?:do|does|has|have|will|would)\s+{_N}\s*(?P<a>{_UNIT})\s+(?:have|make|weigh|equal|contain|correspond to|measure)",
    rf"how (?:many|much)\s+(?P<b>{_UNIT})\s+(?:is|are) (?:there )?in\s+an?\s+(?P<a>{_UNIT})",
    rf".*?{_N}\s*(?P<a>{_UNIT})[.,;]?\s+(?:so |and |then )?(?:what(?:'s|’s| is|s)?|how (?:much|many|long|tall|heavy|far|big)(?: is)?) (?:that|it|this)(?: is)? (?:in|as) (?P<b>{_UNIT})",
)
_OF_REF = (
    rf"(?:.*?\b)?{_REF}\s+(?:in|to|into|as|converted to|expressed in)\s+(?P<b>{_UNIT})",
    rf"how (?:many|much)\s+(?P<b>{_UNIT})\s+(?:is|are|makes?|would be)\s+{_REF}",
    rf"(?:and |now |also )*(?:in|as|into)\s+(?P<b>{_UNIT})",
)
# "How heavy is the Kestrel in pounds?", "the temperature limit in the manual, in Fahrenheit"
_OF_LOOKUP = r"(?P<noun>(?:what|how|which)\b.{6,}?),?\s+(?:in|expressed in|converted to|measured in)\s+(?P<b>[a-z°²³/]+(?: [a-z]+)?)"


def read(part: Part, look: Look) -> Reading | None:
    text = " ".join(part.text.strip().rstrip("?.! ").split())
    plain = _feet_and_inches(re.sub(r"(?<=\d),(?=\d{3})", "", text))
    if found := _direct(plain):
        value, a, b = found
        if _currency(a) and _currency(b):
            return Reading(NAME, 0.95, {"value": value, "from": a, "to": b}, f"{value:g} {a} in {b}")
        if _same_kind(a, b):
            return Reading(NAME, 0.97, {"value": value, "from": a, "to": b}, f"{value:g} {a} in {b}")
        return None
    if part.before >= 0 or part.value:
        for form in _OF_REF:
            if (m := re.fullmatch(form, text, re.I)) and _known(m["b"]):
                return Reading(NAME, 0.95, {"to": m["b"], "ref": True}, f"that in {m['b']}")
    if look.texts and (m := re.fullmatch(_OF_LOOKUP, text, re.I)) and _known(m["b"]) and len(m["b"]) > 1:
        weight = re.search(r"\b(?:heavy|weigh|weight|mass)\b", m["noun"], re.I) and m["b"].casefold() in (
            "pounds",
            "pound",
            "lb",
            "lbs",
            "stone",
        )
        if weight or _measurable(m["b"]):
            return Reading(NAME, 0.91, {"to": m["b"]}, f"{m['noun']} in {m['b']}", (m["noun"] + "?",))
    return None


def _direct(text: str) -> tuple[float, str, str] | None:
    found = numbers(text)
    if len(found) > 1:
        found = [n for n in found if not (n.words and text[n.start : n.end].lower() == "one")] or found[:1]
    if len(found) > 1:
        return None
    marked, value = text, 1.0
    if found:
        n = found[0]
        sign = re.search(r"(?:\bminus|\bnegative|(?<![\w)])[-−])\s*$", text[: n.start])
        value = -abs(n.value) if sign else n.value
        marked = text[: sign.start() if sign else n.start] + "#" + text[n.end :]
    else:
        marked = re.sub(r"\b(?:an?|one)\s+(?=[a-z]+\s*$)", "# ", text, flags=re.I)
        marked = marked if "#" in marked else re.sub(r"\b(?:an?)\s+(?=[a-z]+ (?:in|to|into)\b)", "# ", text, flags=re.I)
    for form in _FORMS:
        if m := re.fullmatch(form, marked, re.I):
            a, b = _tidy(m["a"] or ""), _tidy(m["b"])
            if a and b and _known(a) and _known(b):
                return value, a, b
    return None


def _tidy(unit: str) -> str:
    return re.sub(r"^(?:degrees?\s+)(?=[cf]\b|celsius|fahrenheit)", "", unit.strip().rstrip("."), flags=re.I)


def _feet_and_inches(text: str) -> str:
    """ "5 foot 11" and 5'11" as inches, so that one number remains."""

    def inches(m: re.Match[str]) -> str:
        return f"{int(m[1]) * 12 + float(m[2])} inches"

    return re.sub(
        r"\b(\d+)\s*(?:foot|feet|ft|'|′)\s*(\d{1,2}(?:\.\d+)?)\s*(?:inches|inch|in\b(?!\s+[a-z])|\"|″)?(?!\w)",
        inches,
        text,
        flags=re.I,
    )


@lru_cache(maxsize=512)
def _known(unit: str) -> bool:
    from tools.base import ToolFailed
    from tools.convert_units import unit_in, unit_registry

    if _currency(unit):
        return True
    try:
        unit_in(unit_registry(), unit)
        return True
    except ToolFailed:
        return False


@lru_cache(maxsize=512)
def _same_kind(a: str, b: str) -> bool:
    from tools.convert_units import unit_in, unit_registry

    if _currency(a) or _currency(b):
        return False
    ureg = unit_registry()
    return ureg.Quantity(1, unit_in(ureg, a)).dimensionality == ureg.Quantity(1, unit_in(ureg, b)).dimensionality


def _measurable(unit: str) -> bool:
    """Not a currency, and no unit that is a plain word by chance ("in total", "in force", "in march")."""
    from text.values import find_values

    found = find_values(f"5 {unit}")
    return (not _currency(unit) and bool(found) and found[0].kind in ("quantity", "duration")) or unit.casefold() in (
        "celsius",
        "fahrenheit",
        "kelvin",
        "stone",
        "ounces",
        "inches",
        "mph",
    )


def _currency(unit: str) -> bool:
    return unit.casefold() in CURRENCIES - {"pound", "pounds"}


def steps(part: Part, reading: Reading, draft: Draft, given: Sequence[Planned], look: Look) -> Planned:
    slots = reading.slots
    if "from" in slots and _currency(str(slots["from"])):
        return Planned(NAME, part.text, {**slots, "currency": True}, {})
    if missing := without_value(NAME, part, given[-1:]):
        return missing
    args: dict[str, Json] = {"value": slots.get("value"), "from_unit": slots.get("from"), "to_unit": slots["to"]}
    needs: list[str] = []
    if given:
        step = given[-1].value.removeprefix("${").split(".")[0]
        args |= {"value": f"${{{step}.value}}", "from_unit": f"${{{step}.unit}}"}
        needs.append(step)
    elif slots.get("ref"):
        value, _, unit = part.value.partition(" ")
        args |= {"value": float(value), "from_unit": unit}
    title = f"Convert {reading.understood}"
    done = draft.add(title, convert_units.name, args, needs, "analyst", "The goal asks for another unit.")
    return Planned(NAME, part.text, slots, {"convert": done}, f"${{{done}.value}}")


def act(work: Work, name: str) -> Action | None:
    """Nothing is converted that is stated in the unit asked for."""
    args = work.task.step["args"]
    a, b = str(args.get("from_unit") or ""), str(args.get("to_unit") or "")
    if work.task.calls or work.part.slots.get("from") or work.part.slots.get("ref") or not a or not _same_unit(a, b):
        return None
    return Write("It is stated in this unit.", data={"value": args.get("value"), "unit": a, "stated": True})


@lru_cache(maxsize=512)
def _same_unit(a: str, b: str) -> bool:
    from tools.base import ToolFailed
    from tools.convert_units import unit_in, unit_registry

    try:
        ureg = unit_registry()
        return unit_in(ureg, a) == unit_in(ureg, b)
    except ToolFailed:
        return False


def write(work: Work) -> Piece:
    if work.part.slots.get("currency"):
        why = "Exchange rates change daily and none is known offline. Give me the rate and I can calculate it."
        return Piece(f"I cannot convert currencies: {why[0].lower()}{why[1:]}", "not_answered", why)
    if bad := work.failed():
        return bad
    data, note = work.data("convert"), (work.ok("convert") or {}).get("note", "")
    value = data["value"]
    if data.get("stated"):  # the sentence that was found says it all, and is shown below
        return Piece("", data={"value": value, "unit": data["unit"]})
    text = f"**{number(value)} {data['unit']}** — {data['expression']}" + (f" ({note})" if note else "")
    return Piece(text, data={"value": value, "unit": data["unit"]})


INTENT = Intent(NAME, EXAMPLES, read, steps, write, act)
