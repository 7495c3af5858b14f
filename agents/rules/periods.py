"""Amounts that recur: "what does the rent come to in a year?" from a rent that is stated per month.

It reads the wording that asks for another period, and the period that a text states beside a value. It computes nothing:
`factor` is an expression for the tool `calculate`.
"""

from __future__ import annotations

import re

from agents.rules.expression_forms import OPERAND

_A_YEAR = {"day": "365", "week": "52", "month": "12", "quarter": "4", "year": "1"}  # how often one is in a year
_UNIT = r"(?:calendar )?(?P<{0}>day|week|month|quarter|year)s?"
_WORDS = {"daily": "day", "weekly": "week", "monthly": "month", "quarterly": "quarter", "yearly": "year", "annually": "year", "annual": "year", "annum": "year"}  # fmt: skip
_SUFFIX = rf"(?:(?:in|over|for|per|within|during|across|by|a|an|each|every)(?: (?:a|an|one|the|each|every|its|their))?(?: (?:whole|full|entire|total))?(?: (?:term|period|duration|course|length) of)? (?:(?P<n>@\d+) )?{_UNIT.format('unit')}|(?P<word>annually|yearly|monthly|weekly|daily))(?: in total| altogether)?"
_RECURS = re.compile(
    r"\b(?:rents?|fees?|costs?|prices?|salar(?:y|ies)|pay|wages?|charges?|subscriptions?"
    r"|contributions?|contracts?|agreements?|premiums?|allowances?|payments?|bills?|budgets?|income"
    r"|instal?lments?|upkeep|maintenance|insurance|licen[cs]es?|lease)$"
)
_ASKED = re.compile(
    rf"(?:what |how much |what total )?(?:does |do |would |will |is |are )?{OPERAND}(?: (?:would |will )?(?:adds?|comes?|amounts?|sums?|costs?|works? out|makes?|totals?|be)(?: up)?(?: to| at)?)?"
    rf" {_SUFFIX}"
)
_SIZE = re.compile(r",?\s*\(?(?:if|when|given that|assuming|with) (?:a|the|one|each) year (?:has|having|is|of) (?:52 weeks|12 months|365 days)\)?", re.I)  # fmt: skip
_STATED = re.compile(
    rf"(?:\bper|\ba|\ban|\beach|\bevery|/)\s*(?:{_UNIT.format('unit')}|(?P<word>annum))\b|\b(?P<adverb>{'|'.join(_WORDS)})\b",
    re.I,
)
NEAR = 40  # characters around a value in which its period is stated


def asked(line: str) -> tuple[str, str, str] | None:
    """(operand, how many, unit of the period) of a line whose numbers are marked; None when it asks for no period."""
    m = _ASKED.fullmatch(line)
    if m is None:
        return None
    return m[1], m["n"] or "", m["unit"] or _WORDS[m["word"]]


def noun_and_period(line: str) -> tuple[str, str] | None:
    """ "the rent per year" -> ("the rent", "per year"), where the noun is something that is paid again and again."""
    m = re.fullmatch(rf"(?P<noun>(?:the|our|my|its|their|your) .+?) (?P<suffix>{_SUFFIX})", line)
    if m is None or m["suffix"].startswith("for the "):  # "the budget for the year" is called so
        return None
    noun = re.sub(r" (?:cost|come to|amount to|add up to)$", "", m["noun"]) or m["noun"]
    return (noun, m["suffix"]) if _RECURS.search(noun) else None


def is_period(text: str) -> bool:
    """Is this nothing but a period ("per year", "a week", "for a whole year")?"""
    return bool(re.fullmatch(_SUFFIX.replace("@", ""), without_size(text).strip().rstrip("?. ").lower()))


def without_size(text: str) -> str:
    """ "… if a year has 52 weeks" says nothing that is not assumed anyway."""
    return _SIZE.sub("", text)


def stated(text: str, value: str) -> str:
    """The period beside `value` in `text` ("£1,285 per calendar month" -> "month"); "" when none is stated."""
    at = text.find(value)
    if at < 0:
        return ""
    after = _STATED.search(text[at + len(value) : at + len(value) + NEAR])
    if after and not re.search(r"[.;]|\d", text[at + len(value) : at + len(value) + after.start()]):
        return _period(after)
    before = [m for m in _STATED.finditer(text[max(0, at - 2 * NEAR) : at]) if m["adverb"]]
    return _period(before[-1]) if before else ""


def stated_in(text: str) -> str:
    """The period that a phrase names: "the monthly fee" -> "month", "1285 GBP per month" -> "month"."""
    m = _STATED.search(text)
    return _period(m) if m else ""


def _period(m: re.Match[str]) -> str:
    return (m["unit"] or _WORDS[(m["adverb"] or m["word"]).lower()]).lower()


def factor(stated_per: str, wanted: str) -> str:
    """How many of the stated periods are in one wanted: ("month", "year") -> "12", ("month", "week") -> "12 / 52"."""
    if stated_per == wanted:
        return "1"
    of, to = _A_YEAR[stated_per], _A_YEAR[wanted]
    return of if to == "1" else f"{of} / {to}"
