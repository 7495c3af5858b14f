"""Wordings of a ranking said as one of groups: "rank the five shows by income" asks for the income of each show.

That there are five is no filter. "Sort the invoices by amount", where what is ranked are the rows, stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from agents.rules.tables.schema import Column
from agents.rules.words import stems

_RANK = re.compile(
    r"\b(?:rank|sort|order|arrange)(?: (?:the|our|my|all|these|those))*(?: (?:\d+|two|three|four|five|six|seven|eight|nine|ten|twelve))?"
    r" (?P<groups>[\w-]+(?: [\w-]+)?) by (?P<measure>.+)",
    re.I,
)
_FIGURE = re.compile(r"\b(?:total|sum|average|mean|median|number|count|highest|lowest|maximum|minimum)\b", re.I)
_ORDER = re.compile(r"\b(?:first|last|ascending|descending|(?:highest|lowest|most|least) to)\b", re.I)


# "which three pupils were charged the most"
_WHICH_N = re.compile(r"\b(?P<which>which|what)(?: are| were)?(?: the| our)? (?P<n>\d+|two|three|four|five|six|seven|eight|nine|ten)(?= (?!of\b)[a-z]+\b.*\b(?:the most|highest|largest|biggest|best|longest|oldest|dearest)\b)", re.I)  # fmt: skip


def ranked(text: str, columns: Sequence[Column]) -> str:
    text = _WHICH_N.sub(r"\g<which> top \g<n>", text, count=1)
    m = _RANK.search(text)
    if m is None or not any(c.kind == "text" and stems(m["groups"]) & set(c.stems) for c in columns):
        return text
    measure = m["measure"].rstrip("?.! ")
    what, _, rest = measure.partition(",")
    total = "" if _FIGURE.search(what) else "total "
    order = "" if _ORDER.search(measure) else ", highest first"
    return f"{text[: m.start()]}{total}{what} per {m['groups']}{',' if rest else ''}{rest}{order}"
