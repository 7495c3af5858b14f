"""Whether what was understood of a question is what it asks: a second opinion on a query before it answers anything.

A question may lose its point between the words ("which room is worth the most" read as the room with the most pieces) with
no word left over; and a word that is left over may restrict nothing ("an accommodation claim"). A model trained on 10,000
everyday wordings (`bench/table_reader`) reads the question beside the query in words. What it does not know (joins,
products, two columns compared) it neither doubts nor confirms.
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import permutations

from agents.rules.reading.types import Sense
from agents.rules.tables.column_kinds import is_identifier
from agents.rules.tables.schema import Ask
from agents.rules.tables.worded import whole
from agents.rules.words import words

LIKELY = -4.5  # log-odds below which nothing is answered: plain questions stay above
SURE = 4.0  # with such a word left over


def doubted(text: str, ask: Ask, sense: Sense) -> bool:
    """Is the query hardly what is asked?"""
    return _known(ask) and _odds(text, ask, sense) < LIKELY


def confirmed(text: str, ask: Ask, sense: Sense) -> bool:
    """Is the query surely what is asked, though one word of the question has no place in it: the noun right after a value
    that is one of the conditions ("an accommodation claim")? Any other word could restrict the rows."""
    left = list(dict.fromkeys(ask.left))
    if len(left) != 1 or not left[0].isalpha() or not left[0].islower() or not _known(ask):
        return False
    said = [words(str(v))[-1].text for f in ask.filters if f.op == "in" for v in f.values if words(str(v))]
    after = any(re.search(rf"\b{re.escape(v)}\w{{0,2}} {left[0]}\b", text, re.I) for v in said)
    return after and _odds(text, ask, sense) >= SURE


def _odds(text: str, ask: Ask, sense: Sense) -> float:
    timeless = [f for f in ask.filters if f.op != "from"]  # "this year" is said in passing as often as it restricts
    orders = [*list(permutations(ask.filters))[:6], *list(permutations(timeless))[:6]]  # their order means nothing
    odds = sense.asks(text, list(dict.fromkeys(whole(replace(ask, filters=list(o))) for o in orders)))
    return float(max(odds))


def unsure(ask: Ask, brief: bool) -> str:
    """What the user is told instead of an answer; brief: only the first, where a text is read for the answer as well."""
    nearest = whole(ask).split(": ", 1)[1]
    said = f"what is asked of {ask.sheet.title} is not sure; it may be *{nearest}*."
    return said if brief else f"{said[0].upper()}{said[1:]} If you mean that, ask for it in these words."


def _known(ask: Ask) -> bool:
    """Is the query of a kind that the model was trained on?"""
    if any(is_identifier(c) for c in ask.group):
        return False  # "which player" of a column of numbers whose names another table has
    plain = ask.agg in ("", "count", "distinct", "sum", "avg") and not (ask.times or ask.less or ask.per or ask.join)
    rows = all(f.other is None and not f.span and f.op != "month" for f in ask.filters)
    periods = [f for f in ask.filters if f.op == "from"]
    told = not (ask.absent or ask.having or ask.rule or ask.difference or ask.minuend is not None or ask.factor != 1.0)
    ordered = bool(ask.order) and not ask.limit
    return (
        plain
        and rows
        and not ordered
        and told
        and len(periods) < 2
        and not (ask.share and (ask.group or ask.whole))
        and len(ask.group) < 2
    )
