"""Two values that must both be found, and what is reckoned with them: "how much is left of the budget after what we spent".

The wording gives the two questions and the kind of sum; `expression` makes the sum only of values that fit it: amounts of
one currency, or a percentage and an amount. Nothing is looked up or computed here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from agents.rules.pronouns import phrase_of
from agents.rules.say import number

Kind = Literal["less", "changed", "overrun"]


@dataclass(frozen=True)
class TwoFacts:
    kind: Kind
    lookups: tuple[str, ...]  # questions; one of them when an earlier turn has said the first value
    said: str  # for the panel
    down: bool = False  # a discount, not a rise


_DET = r"(?:the|our|my|its|their|his|her|an?)"
_PAID = (
    r"(?:(?:has |have |is |are |was |were |'s |’s )?(?:already )?(?:been )?(?:paid|settled|transferred"
    r"|taken off|deducted|off)|(?:we|i)(?:['’]ve| have)? (?:already )?(?:paid|put down|settled))"
)
_LEFT = (
    r"how much (?:more )?(?:is|are|will|would|do|does|should"
    r"|must)?(?: (?:be|we|i|they|there|us))*(?: (?:still|then))*(?: (?:left|remaining|remains?"
    r"|outstanding|due|owed?|have|to))*(?: (?:to|left|still|owe|be|pay|paid))*"
)
# "we've paid the deposit already, so how much is left to pay?"
_PAID_FIRST = re.compile(rf"(?:(?:we|i)(?:['’]ve| have)? (?:already )?paid (?P<a>{_DET} [\w -]+?)|(?P<b>{_DET} [\w -]+?) (?:has|is|was)(?: already)?(?: been)? paid)(?: already)?[,;.]?\s+(?:so |and |then )*{_LEFT}(?: (?:for|on) (?P<of>{_DET} .+))?", re.I)  # fmt: skip
# "how much is left to pay for the trip once the deposit is paid?"
_PAID_LAST = re.compile(rf"{_LEFT}(?: (?:for|on) (?P<of>{_DET} .+?))? (?:once|after|when|if|minus|less|without)(?: (?:we|i)(?:['’]ve| have)? paid)? (?P<a>{_DET} [\w -]+?)(?: {_PAID})?", re.I)  # fmt: skip
# "how much is left of the repairs budget after what we've spent so far?"
_OF_BUDGET = re.compile(
    rf"""
    how[ ]much[ ](?:is|do[ ](?:we|i)[ ]have|have[ ](?:we|i)[ ]got|remains?)(?:[ ]still)?
    (?:[ ]left|[ ]remaining)?(?:[ ](?:of|from|in|out[ ]of))?[ ]
    (?P<whole>{_DET}[ ](?:[\w-]+[ ]){{0,3}}(?:budget|allowance|fund|pot|allocation))(?:[ ](?:is|do[ ]we[ ]have))?
    (?:[ ]left)?[ ](?:after|once|minus|less|given|with|taking[ ]off|considering)[ ]
    (?P<spent>.*\b(?:spent|spending|paid|used|bought|booked)\b.*)
    """,
    re.I | re.X,
)
# "what will we pay for a boiler once the price increase kicks in?"
_CHANGED = re.compile(
    r"""
    (?:what|how[ ]much)[ ](?:will|would|do|does|is|are|must|shall)\s+(?:
        (?:we|i|you|one)\s+(?:have[ ]to[ ]|need[ ]to[ ])?(?:pay|be[ ]paying|owe)[ ]for[ ](?P<a>.+?)
        |(?P<b>.+?)[ ](?:cost|be|come[ ]to))
    (?:[ ]us|[ ]me)?[ ](?:once|after|when|with|from|including)[ ](?P<change>
        .*?\b(?P<way>increases?|rises?|discounts?|reductions?|cuts?|mark-?ups?|surcharges?|rebates?)\b)
    .*
    """,
    re.I | re.X,
)
# "by how many percent did the project go over its budget?"
_OVERRUN = re.compile(
    rf"""
    by[ ](?:how[ ]many|what|which)[ ]per[ ]?cent(?:age)?(?:[ ]points)?[ ](?:did|has|have|was|is|were)[ ]
    (?P<of>{_DET}[ ].+?)[ ](?:go|gone|run|come|came|end|ended|been|over|under|above|below|exceed|exceeded)
    (?:[ ]in|[ ]up|[ ]out)?(?:[ ]over|[ ]under|[ ]above|[ ]below|[ ]beyond)?[ ](?:{_DET}[ ])?
    (?P<plan>budget|estimate|quote|plan|forecast)
    """,
    re.I | re.X,
)


def two_facts(text: str, context: str = "", value: str = "") -> TwoFacts | None:
    """The two questions of a wording; `context`, `value`: the earlier question and what it found, if there was one."""
    bare = " ".join(text.split()).rstrip("?.! ")
    return _left(bare, context, value) or _budget(bare) or _change(bare) or _overrun(bare)


def _left(bare: str, context: str, value: str) -> TwoFacts | None:
    m = _PAID_FIRST.fullmatch(bare) or _PAID_LAST.fullmatch(bare)
    if m is None or not re.search(r"\b(?:left|remain\w*|still|more|outstanding|due|owed?|to pay)\b", bare, re.I):
        return None
    paid = (m["a"] or m.groupdict().get("b") or "").strip()
    of = (m["of"] or "").strip() or phrase_of(context)
    if not of or not paid:
        return None
    taken = f"How much is {paid}?" if context and not m["of"] else f"How much is {paid} for {of}?"
    lookups = (taken,) if re.match(r"[\d.]+ [A-Z]{3}$", value) else (f"How much does {of} cost?", taken)
    return TwoFacts("less", lookups, f"what is left for {of} without {paid}")


def _budget(bare: str) -> TwoFacts | None:
    m = _OF_BUDGET.fullmatch(bare)
    if m is None:
        return None
    topic = " ".join(m["whole"].split()[1:-1])
    so_far = " so far" if "so far" in m["spent"] else ""
    spent = f"How much have we spent on {topic}{so_far}?" if topic else f"How much is {m['spent']}?"
    return TwoFacts("less", (f"How much is {m['whole']}?", spent), f"what is left of {m['whole']}")


def _change(bare: str) -> TwoFacts | None:
    m = _CHANGED.fullmatch(bare)
    if m is None:
        return None
    of, way = (m["a"] or m["b"]).strip(), m["way"].casefold()
    down = way.startswith(("discount", "reduc", "cut", "rebate"))
    change = re.sub(r"^(?:the|our|their)\s+", "", m["change"].strip(), flags=re.I)
    return TwoFacts(
        "changed", (f"How much is {of}?", f"What percentage is the {change}?"), f"{of} with the {change}", down
    )


def _overrun(bare: str) -> TwoFacts | None:
    m = _OVERRUN.fullmatch(bare)
    if m is None:
        return None
    of = m["of"]
    return TwoFacts("overrun", (f"How much was the {m['plan']} for {of}?", f"What was the final cost of {of}?"), f"how far {of} went over its {m['plan']}")  # fmt: skip


def expression(kind: str, down: bool, found: Sequence[Mapping[str, Any]]) -> tuple[str, str, str]:
    """(expression, unit of the result, "") of the two values; ("", "", why not) where they do not fit together."""
    numbers = [d.get("value") for d in found]
    if len(numbers) != 2 or not all(isinstance(n, int | float) and not isinstance(n, bool) for n in numbers):
        return "", "", "This needs two amounts, and these were not both found."
    first, second = (number(float(n), plain=True) for n in numbers if isinstance(n, int | float))
    units = [str(d.get("unit") or "") for d in found]
    rate = units[1] == "%"
    if any(map(_limit, found)):
        return "", "", "What was found is a limit, not the change itself, so nothing is reckoned with it."
    sign = "-" if down or kind == "less" else "+"
    if units[0] == "%" or (kind == "changed" and not rate) or (kind == "overrun" and rate):
        return "", "", "What was found is not an amount and what changes it, so nothing is reckoned with it."
    if rate:
        return f"{first} * (1 {sign} {second} / 100)", units[0], ""
    if units[0] and units[1] and units[0] != units[1]:
        return "", "", "The two values that were found are of different kinds, so nothing is reckoned with them."
    if first == second and found[0].get("shown") == found[1].get("shown"):
        return "", "", "Both questions found the same value, so nothing is reckoned with it."
    if kind == "overrun":
        return f"({second} - {first}) / {first} * 100", "%", ""
    return f"{first} - {second}", units[0] or units[1], ""


_AT_MOST = re.compile(r"\b(?:(?:no|not) more than|up to|at most|maximum|exceed(?:s|ing)?|limited to|limit of|at least|(?:no|not) less than)\b[^.;]*$", re.I)  # fmt: skip


def _limit(found: Mapping[str, Any]) -> bool:
    """ "by no more than 4%": how far it may go, not how far it went."""
    before, value, _ = str(found.get("text") or "").partition("“")[2].partition(str(found.get("shown") or "“"))
    return bool(value and _AT_MOST.search(before[-60:]))
