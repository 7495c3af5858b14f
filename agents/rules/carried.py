"""What a later part of a goal takes from an earlier one, put into words that a part can be read by alone.

"Take Dale's price, add the skip hire he leaves out, and tell me how much cheaper than Brightwater that is": who "he" is,
that Brightwater is compared by its price, and that "add the skip hire" adds to what was found. No value is looked at here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from agents.rules.shapes import Part
from text.values import find_values

_NAME = r"[A-Z][\w&'-]*(?: (?:& |and |of )?[A-Z][\w&-]*)*"
_OWNED = re.compile(rf"\b(?P<name>{_NAME})['’]s? (?P<noun>(?:[a-z][\w-]* ?){{1,3}})")
_FETCH = re.compile(
    r"^(?:then |also |now |next )*(?:take|get|find|look up|fetch|grab|use|read off"
    r"|start (?:with|from))\s+(?P<np>(?:the |our |their |its )?[^,;]+?)$",
    re.I,
)
_STARTS_VALUE = re.compile(rf"^(?:the|our|their|its|his|her|my|{_NAME}['’]s?)\s", re.I)
_GROW = re.compile(r"^(?:then |also |now |next )*(?P<verb>add|include|subtract|deduct|take off|knock off|take away)\s+(?:on |in |back )?(?P<np>(?:the|a|an|its|their|his|her|our)\s[^,;]+)$", re.I)  # fmt: skip
_THAN = re.compile(rf"(?P<head>\bhow much (?:cheaper|dearer|more expensive|less|more|lower|higher) than )(?P<name>{_NAME})(?P<rest>\s+(?:is |was |would )?(?:that|it|this)\b)")  # fmt: skip
_WHOSE = re.compile(r"\b(?:their|its|his|her)\s+(?=[a-z])", re.I)
_WHO = re.compile(r"\b(?:he|she|they|it)\b(?=\s+(?:\w+s|ask|want|leave|charge|offer|quote|need|would|will)\b)", re.I)
_VAGUE = re.compile(r"^(?:then |also |now |and )*(?:work out|calculate|compute|figure out|tell me|say|show me|what|how much)\b", re.I)  # fmt: skip
_WITH_IT = re.compile(
    r"""
    ^(?:what(?:'s|’s|[ ]is|[ ]would[ ]be)?\s+)?(?:the[ ]|and[ ])*(?:total|sum|amount|price|cost|figure|bill)\s+
    (?P<way>with|including|incl\.?|after|without|less|minus)\s+(?:it|that|this|the[ ]\w+)[?. ]*$
    |^(?:what(?:'s|’s|[ ]is)?\s+)?the[ ]total[?. ]*$
    """,
    re.I | re.X,
)


def carried(parts: Sequence[Part]) -> list[Part]:
    """The parts with what they say of earlier ones spelled out."""
    out: list[Part] = []
    for i, part in enumerate(parts):
        before = " ".join(p.text for p in out)
        if i:
            if whole := _whole(part, out[-1], i):
                out[-1], part = whole
            else:
                part = _grown(_named(part, before, i), i, out)
        out.append(_looked_up(part, len(parts)))
    return out


def _looked_up(part: Part, count: int) -> Part:
    """ "take the commission rate from the notes", as a step of several: a value to be looked up."""
    m = _FETCH.match(part.text.strip().rstrip(". "))
    if count < 2 or m is None or not _STARTS_VALUE.match(m["np"]) or re.search(r"\d", m["np"]):
        return part
    noun = re.sub(r"\s+from\s+(?=(?:the|our|my|their|[A-Z]))", " in ", m["np"])
    return Part(f"What is {noun}?", only=part.only)


def _named(part: Part, before: str, i: int) -> Part:
    """Pronouns by the one name said before; "than Brightwater" by what of it is compared."""
    text, owned = part.text, _OWNED.search(before)
    if owned and (m := _THAN.search(text)):
        text = f"{text[: m.start()]}{m['head']}the {owned['noun'].strip()} of {m['name']}{m['rest']}{text[m.end() :]}"
        part = replace(part, before=i - 1)
    names = list(dict.fromkeys(n for n in re.findall(rf"(?<=\w )({_NAME})", before) if len(n) > 1))
    whole = [n.removesuffix("'s").removesuffix("’s") for n in names]
    if len(set(whole)) == 1:
        text = _WHO.sub(whole[0], _WHOSE.sub(f"the {whole[0]} ", text) if part.before >= 0 else text)
    return replace(part, text=text)


def _grown(part: Part, i: int, out: Sequence[Part]) -> Part:
    """ "add the skip hire …": to what the part before found."""
    m = _GROW.match(part.text.strip().rstrip(". "))
    if m is None or re.search(r"\b(?:to|from|up)\b", m["np"], re.I) or not re.search(r"\w", m["np"]):
        return part
    sign = "plus" if m["verb"].lower() in ("add", "include") else "minus"
    text = f"that {sign} {m['np']}"
    return replace(part, text=text, before=i - 1, context=out[-1].text)


def _whole(part: Part, last: Part, i: int) -> tuple[Part, Part] | None:
    """ "what's 20% VAT on 26,900 and the total with it": what was found, added to what it was taken of."""
    m = _WITH_IT.match(part.text.strip())
    numbers = [v for v in find_values(last.text) if v.number is not None and v.kind not in ("percent", "date", "code")]
    percents = [v for v in find_values(last.text) if v.kind == "percent"]
    if m is None or len(numbers) != 1 or len(percents) != 1:
        return None
    less = (m["way"] or "").lower() in ("without", "less", "minus") or re.search(r"\b(?:discount|rebate|reduction|off)\b", last.text, re.I)  # fmt: skip
    text = f"subtract that from {numbers[0].text}" if less else f"add that to {numbers[0].text}"
    share = f"{percents[0].text} of {numbers[0].text}"
    return replace(last, text=share), Part(text, before=i - 1, context=share)


def is_share_of_before(text: str) -> bool:
    """ "work out what they'd have taken": nothing new is said but that something is computed of what was found."""
    return (
        bool(_VAGUE.match(text))
        and not re.search(r"\d", text)
        and bool(re.search(r"\b(?:would|['’]d|should|must|will)\b", text, re.I))
    )
