"""Small word problems with a percentage or two numbers: "If I get a 12% discount on a £349 coat, what do I pay?"

The intent `arithmetic` asks it when the wording is no expression. It answers only where each number has one role.
"""

from __future__ import annotations

import re

from text.values import Value, find_values

_LESS = r"\b(?:discount|off|reduction|reduced|rebate|sale|cheaper|deduct(?:ed|ion)?|markdown)\b"
_MORE = r"\b(?:tip|vat|tax|gst|surcharge|mark-?up|raise|increase[ds]?|interest|service(?: charge)?|gratuity|more|extra|added|rises?)\b"
_PART = r"\b(?:commission|deposit|down payment|share|fee|royalt(?:y|ies))\b"
_ALL = r"\b(?:pay|cost|costs|price|total|altogether|in all|come to|end up|new|final|now|with|including|is it|be worth|earn|make)\b"
_CHANGE = (
    r"\bby (?:what|how many|how much)(?: of a| in)? ?(?:percent(?:age)?|%|per cent)?"
    r"|\bwhat (?:percent(?:age)?|is the (?:percent(?:age)?|relative) (?:change|increase|decrease|rise"
    r"|drop))|\bpercentage (?:change|increase|decrease|rise|drop)|\bhow many percent\b"
)
_MOVED = r"\b(?:rose|rise|risen|went|gone|grew|grow|grown|fell|fall|fallen|drop(?:ped)?|increase[ds]?|decrease[ds]?|change[ds]?|from)\b"
_WANTS_PART = re.compile(
    r"\bhow (?:much|big|large|high) (?:is|was|are|would be|will be) (?:the|my|that) (?:tip|discount"
    r"|vat|tax|commission|deposit|interest|increase|saving)\b"
    r"|\bwhat(?:'s| is| would be) the (?:tip|discount|vat|tax|commission|deposit|interest|saving)\b"
    r"|\bhow much (?:do|would|will|can) (?:i|we|you) save\b",
    re.I,
)


def story(text: str) -> tuple[str, str] | None:
    """(expression, unit) of a word problem, or None."""
    values = [
        v for v in find_values(text) if v.number is not None and v.kind not in ("date", "code", "time", "ordinal")
    ]
    if any(v.kind in ("date", "code") for v in find_values(text)):
        return None
    percents = [v for v in values if v.kind == "percent"]
    others = [v for v in values if v.kind != "percent"]
    if len(percents) == 1 and len(others) == 1:
        return _with_percent(text, percents[0], others[0])
    if (
        not percents
        and len(others) == 2
        and re.search(_CHANGE, text, re.I)
        and re.search(_MOVED, text, re.I)
        and re.search(r"percent|%|per cent", text, re.I)
    ):
        a, b = _plain(others[0]), _plain(others[1])
        if re.search(r"\bto\b", text[others[0].end : others[1].start]):
            return f"({b} - {a}) / {a} * 100", "%"
    return None


def _with_percent(text: str, p: Value, n: Value) -> tuple[str, str] | None:
    from decimal import Decimal

    rate, base = format(Decimal(repr(p.number)) / 100, "f"), _plain(n)
    unit = n.unit if n.kind == "money" else ""
    wants_part = _WANTS_PART.search(text)
    if wants_part or (re.search(_PART, text, re.I) and not re.search(_LESS, text, re.I)):
        return f"{rate} * {base}", unit
    if re.search(_LESS, text, re.I) and re.search(_ALL, text, re.I):
        return f"{base} * (1 - {rate})", unit
    if re.search(_MORE, text, re.I) and re.search(_ALL, text, re.I):
        return f"{base} * (1 + {rate})", unit
    return None


def _plain(v: Value) -> str:
    assert v.number is not None
    return str(int(v.number)) if v.number == int(v.number) else repr(v.number)
