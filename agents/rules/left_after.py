"""What is left of an amount after things that are bought: "what is left of it after two ladders at 210 each and the paint for 185?".

The wording becomes a sum with holes: {ref} for what an earlier part found, {0} … for amounts that only a text gives. Each
thing must say what it costs or be one that can be looked up; a price "each" without a number of pieces is none of these.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from agents.rules.say import number
from text.values import Value, find_values

_AFTER = re.compile(r"(?P<head>.+?),?\s+(?:after|once|when|if|minus|less|without)\s+(?P<items>.+)", re.I)
_LEFT = re.compile(r"\b(?:what|how much)\b.*\b(?:left|remain\w*|remainder|rest|over)\b|\b(?:what|how much)\b.*\bstill have\b", re.I)  # fmt: skip
_BASE = re.compile(r"\b(?:of|from|in|out of)\s+(?P<base>it|that|this|(?:the|our|my|its|their)\s+[\w'’ -]+?)(?=\s+(?:is|are|will|would|do|does|have|has|can|remains?|left|remaining)\b|$)", re.I)  # fmt: skip
_LEAD = re.compile(
    r"""
    ^(?:(?:we|i|they|you)(?:['’]ve|['’]d|[ ]have|[ ]had|[ ]will)?\s+)?(?:(?:already|also|just)\s+)?(?:
        buy(?:ing)?|bought|pay(?:ing)?(?:[ ]for)?|paid(?:[ ]for)?|order(?:ing|ed)?|spend(?:ing)?|spent
        |deduct(?:ing)?|subtract(?:ing)?|taking[ ](?:off|away)|take[ ](?:off|away)|get(?:ting)?|purchas(?:e|ing))
    \s+
    """,
    re.I | re.X,
)
_TAIL = re.compile(r"\s+(?:(?:is|are|have been|has been|were|was|have|gets?)\s+)?(?:all\s+)?(?:paid(?: for)?|bought|spent|taken off|deducted|ordered|settled|gone|subtracted)$", re.I)  # fmt: skip
_PARTS = re.compile(r"\s*,\s*(?:and\s+|plus\s+)?|\s+(?:and|plus|as well as)\s+", re.I)
_EACH = re.compile(r"\s*(?:each|apiece|a piece|per (?:piece|item|unit|head|person)|/\s*(?:piece|unit))\b", re.I)
_PRICE = re.compile(r"(?:\b(?:at|for|of|costing|worth|cost(?:s)?|is|are|priced at)\s+|\(|[:=]\s*)(?:about\s+)?(?:[£$€]|[A-Z]{3}\s)?$", re.I)  # fmt: skip
_NAMED = re.compile(r"(?:the|our|my|its|their|both|these|those)\s+(?:[\w'’-]+\s*){1,6}", re.I)
_PIECES = re.compile(r"(?P<n>\d{1,3}|two|three|four|five|six|seven|eight|nine|ten|twelve) (?P<what>(?:[a-z][\w'’-]*\s*){1,4}s)", re.I)  # fmt: skip
_ONE = re.compile(r"^\W*(?:an?|one|each|every)\b", re.I)
_PER = re.compile(r"\s*(?:each|apiece|a piece|per\b|/\s*[a-z])", re.I)


@dataclass(frozen=True)
class Left:
    template: str  # "{ref} - (2 * 210 + {0})"
    lookups: tuple[str, ...]  # questions
    said: str


def left_after(text: str, refers: bool) -> Left | None:
    """What is asked, or None where a thing neither says what it costs nor can be looked up."""
    m = _AFTER.fullmatch(" ".join(text.split()).rstrip("?.! "))
    if m is None or not _LEFT.search(m["head"]):
        return None
    base = _BASE.search(m["head"])
    lookups: list[str] = []
    if base is not None and base["base"].casefold() not in ("it", "that", "this"):
        lookups.append(f"How much is {base['base']}?")
        start = "{0}"
    elif refers:
        start = "{ref}"
    else:
        return None
    sums: list[str] = []
    for item in _items(m["items"]):
        if (cost := cost_of(item)) is not None:
            sums.append(cost)
        elif (pieces := _PIECES.fullmatch(item)) and (many := find_values(pieces["n"])) and many[0].number:
            lookups.append(f"How much do {pieces['what']} cost?")
            sums.append(f"{number(many[0].number, plain=True)} * {{{len(lookups) - 1}}}")
        elif _NAMED.fullmatch(item) and not re.search(r"\d|\b(?:we|i|they|you)\b", item):
            plural = item.rstrip().endswith("s") and not item.endswith(("ss", "us", "is"))
            lookups.append(f"How much {'do' if plural else 'does'} {item} cost?")
            sums.append(f"{{{len(lookups) - 1}}}")
        else:
            return None
    of = base["base"] if base else "that"
    return Left(f"{start} - ({' + '.join(sums)})", tuple(lookups), f"what is left of {of} after {m['items']}")


def continues(text: str) -> bool:
    """ "…, and what will be left after the ladders": of what, only the part before says."""
    return left_after(text, False) is None and left_after(text, True) is not None


def _items(said: str) -> list[str]:
    bare = _TAIL.sub("", _LEAD.sub("", said.strip()))
    values = find_values(bare)
    cuts = [m for m in _PARTS.finditer(bare) if not any(v.start < m.end() and m.start() < v.end for v in values)]
    starts, ends = [0, *(m.end() for m in cuts)], [*(m.start() for m in cuts), len(bare)]
    return [x for a, b in zip(starts, ends, strict=True) if (x := bare[a:b].strip())]


def cost_of(item: str) -> str | None:
    """ "two ladders at 210 each" -> "2 * 210"; None where it says no price, or a price each of an unknown number."""
    values = [v for v in find_values(item) if v.number is not None and v.kind in ("money", "number", "quantity")]
    priced = [v for v in values if v.kind == "money" or _PRICE.search(item[: v.start])]
    if len(values) == 1 and not priced and re.match(r"\s*(?:for|on)\s", item[values[0].end :]):
        priced = values  # "640 for the lighting"
    if len(priced) != 1:
        return None
    price, others = priced[0], [v for v in values if v is not priced[0]]
    shown = number(price.number or 0.0, plain=True)
    if _EACH.match(item, price.end) or re.search(r"\beach\s+(?:at|for|costing)\b", item[: price.start], re.I):
        count = [v for v in others if v.start < price.start and v.number == int(v.number or 0)]
        return f"{number(count[0].number or 0.0, plain=True)} * {shown}" if len(count) == 1 and len(others) == 1 else None  # fmt: skip
    return shown if not others or _for_all(item, others, price) else None


def _for_all(item: str, others: Sequence[Value], price: Value) -> bool:
    """ "two lamps for 80": a price for both, said with "for"; "two lamps at 80" may be meant each."""
    return len(others) == 1 and bool(re.search(r"\bfor\s+\S{0,4}$", item[: price.start], re.I))


def found_cost(data: Mapping[str, Any]) -> str | None:
    """The amount that a lookup found, times the number of pieces where its sentence gives a price each."""
    value, sentence, shown = data.get("value"), str(data.get("sentence") or ""), str(data.get("shown") or "")
    if value is None and data.get("found"):  # a sentence was quoted whole: its one amount is meant
        said = [v for v in find_values(sentence) if v.number is not None and v.kind in ("money", "number")]
        value, shown = (said[0].number, said[0].text) if len(said) == 1 else (None, "")
    if not isinstance(value, int | float) or isinstance(value, bool) or data.get("unit") == "%":
        return None
    at = sentence.find(shown) if shown else -1
    if at < 0 or not _PER.match(sentence, at + len(shown)):
        return number(float(value), plain=True)
    clause = re.split(r"[:;.]\s", re.sub(r"^\s*(?:[-*•]|\d+[.)])\s+", "", sentence))[0]
    return cost_of(clause)


def _price(data: Mapping[str, Any]) -> str | None:
    """The price of one, where the sentence says that it is one: "a course place costs EUR 450", "at 35 each"."""
    value, sentence, shown = data.get("value"), str(data.get("sentence") or ""), str(data.get("shown") or "")
    at = sentence.find(shown) if shown else -1
    if (
        not isinstance(value, int | float)
        or isinstance(value, bool)
        or "agg" in data
        or data.get("unit") == "%"
        or at < 0
    ):
        return None
    single = _EACH.match(sentence, at + len(shown)) or _ONE.match(sentence)
    return number(float(value), plain=True) if single else None


def filled(template: str, found: Sequence[Mapping[str, Any]], before: str) -> tuple[str, str]:
    """(expression, "") with what the lookups found, the base last; ("", why not) where one of them gives no amount."""
    own = 0 if template.startswith("{0}") else len(found) - 1 if "{ref}" in template and not before else -1
    # What the rows of a table add up to is no price of a thing; as the amount that it is taken from it may be meant.
    costs = [_price(d) if f"* {{{i}}}" in template else found_cost(d) if i == own or "agg" not in d else None for i, d in enumerate(found)]  # fmt: skip
    if any(c is None for c in costs):
        return "", "An amount that this needs was not found, or is a price each of an unknown number, so nothing is reckoned."  # fmt: skip
    out = template
    for i, c in enumerate(costs):
        out = out.replace(f"{{{i}}}", str(c))
    return out.replace("{ref}", before or str(costs[-1])), ""
