"""What is still to come: the amount less what was paid of it, or else the rows whose state is not that they are paid."""

from __future__ import annotations

import re

from agents.rules.tables.column_kinds import is_aside, is_each, is_money, principal
from agents.rules.tables.findings import Mention, Read
from agents.rules.tables.schema import Ask
from agents.rules.words import STOP, stem, words

_OWED = re.compile(r"\b(?:owe[sd]?|owing|outstanding|unpaid|unsettled|(?:still|left) open)\b", re.I)
_TO_COME = re.compile(
    r"\b(?:(?:still|yet|left)(?: (?:needs?|has|have))? to (?:be )?|(?:not|n['’]t)(?: (?:yet|been))+ )(?P<done>\w+)(?: yet)?\b",
    re.I,
)
_HOW_MUCH = re.compile(r"\b(?:how much|what|total|sum|amounts?|money|owe[sd]?|owing|outstanding)\b", re.I)
_PAID = {stem(w) for w in ("paid", "settled")}
_RECEIVED = _PAID | {stem("received")}
_NEVER = {stem(w) for w in ("cancelled", "canceled", "credited", "void", "voided", "refunded", "reversed")}
_FEW = 12  # values of a state


def owing(r: Read, free: list[bool]) -> None:
    """Takes "owe", "outstanding", "still to be billed" for what the sheet keeps of it."""
    if _less(r, free):
        return
    at = next((i for i, w in enumerate(r.tokens) if free[i] and _OWED.fullmatch(w.text)), None)
    if at is None:
        return
    for c in r.sheet.of_kind("text"):
        known = r.facts.of(c)
        if not 1 < r.facts.distinct.get((c.table, c.name), 0) <= _FEW:
            continue
        paid = [v for v in known if len(said := words(v)) == 1 and said[0].stem in _PAID]
        if paid:
            never = [v for v in known if len(said := words(v)) == 1 and said[0].stem in _NEVER]
            r.values += [Mention(at, at + 1, c, 1.0, v, negated=True) for v in (*paid, *never)]
            free[at] = False
            return


def _less(r: Read, free: list[bool]) -> bool:
    """A column of what has been paid (billed, received) of the amount beside it: the rest is asked for."""
    m = _TO_COME.search(r.text) or _OWED.search(r.text)
    if m is None or not _HOW_MUCH.search(r.text):
        return False
    done = m.groupdict().get("done")
    meant = _RECEIVED if done is None or done.casefold() in ("pay", "paid") else {stem(done)}
    amounts = [c for c in r.amounts() if is_money(c) and not is_each(c)]
    less = [c for c in amounts if meant & set(c.stems) and not is_aside(c)]
    span = [i for i, w in enumerate(r.tokens) if m.start() <= w.start < m.end()]
    if len(less) != 1 or not span:
        return False
    others = [c for c in amounts if c is not less[0]]
    said = {w.stem for w in r.tokens if w.text.casefold() not in STOP}
    named = [c for c in others if set(c.stems) & said]
    whole = named[0] if len(named) == 1 else principal(others)
    if whole is None:
        return False
    r.rest = (whole, less[0])
    for i in span:
        free[i] = False
    r.found[:] = [c for c in r.found if not (c.start < m.end() and m.start() < c.end and c.kind in ("not", "null"))]
    return True


def remaining(r: Read, ask: Ask) -> bool:
    """Sets the measure to what `owing` heard; True when it did."""
    if r.rest is None or ask.agg not in ("", "sum"):
        return False
    ask.measure, ask.less = r.rest
    ask.agg = ask.agg if r.has("list") and not r.has("agg") else "sum"
    return True
