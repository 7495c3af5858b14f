"""Amounts "in pounds", of a table that keeps several currencies: the rows of that one."""

from __future__ import annotations

import re

from agents.rules.tables.findings import Mention, Read
from agents.rules.tables.schema import Column
from agents.rules.words import stem

_NAMES = {
    "GBP": r"(?:british )?pounds?(?: sterling)?|sterling|quid|£",
    "EUR": r"euros?|€",
    "USD": r"(?:us |american )?dollars?|\$",
    "CHF": r"(?:swiss )?francs?",
    "JPY": r"(?:japanese )?yen|¥",
    "SEK": r"swedish kron(?:a|or)",
    "NOK": r"norwegian kroner?",
    "DKK": r"danish kroner?",
    "PLN": r"zlot(?:y|ys)",
    "CZK": r"czech (?:crowns?|koruna)",
    "INR": r"(?:indian )?rupees?",
}
_IN = re.compile(r"\bin (?:" + "|".join(f"(?P<{code}>{names})" for code, names in _NAMES.items()) + r")(?!\w)", re.I)


def currencies(r: Read, free: list[bool]) -> None:
    """Takes "in euros" for the value of a column of currencies, where the sheet has one."""
    column = _column(r)
    said = _IN.search(r.text)
    if column is None or said is None:
        return
    code = str(said.lastgroup)
    known = r.facts.of(column)
    value = next((v for v in known if v.strip().upper() == code), "" if known else code)
    span = [i for i, w in enumerate(r.tokens) if said.start() <= w.start < said.end() and w.text.casefold() != "in"]
    if not value or not span or not all(free[i] for i in span):
        return
    r.values.append(Mention(span[0], span[-1] + 1, column, 1.0, value))
    for i in span:
        free[i] = False


def _column(r: Read) -> Column | None:
    named = [c for c in r.sheet.of_kind("text") if stem("currency") in c.stems]
    return named[0] if len(named) == 1 else None
