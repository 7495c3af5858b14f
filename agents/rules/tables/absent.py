"""Rows that another table knows nothing of: "which pupils don't appear in the lessons", "how many members never booked"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from agents.rules.shapes import Embed
from agents.rules.tables.joining import joined
from agents.rules.tables.rows import called
from agents.rules.tables.schema import Ask, Facts, Sheet
from agents.rules.tables.understand import understand
from agents.rules.words import STOP, Word, stem, words

_NEVER = re.compile(
    r"^(?P<who>\W*(?:which|what|who|list|name|show(?: me)?|how many|(?:are|is) there(?: any)?|any)\b.+?)\s+(?:who |that |which )?"
    r"(?:(?:do|does|did|have|has|had|are|were|was|is)(?:n['’]t| not)|never|(?:have|has|had) (?:no|never|not)|(?:nobody|no one|no-one)(?:['’]s)?|without)\b(?P<what>.+)$",
    re.I,
)
_SAYS_NOTHING = {stem(w) for w in "appear appeared occur show showed turn turned up down listed list mentioned found have had has any anything single one yet ever all been be there recorded record entry entries made make taken take got get".split()}  # fmt: skip  # noqa: SIM905


def _told(text: str) -> tuple[str, list[Word]] | None:
    """("which pupils", the words of what they are missing from)."""
    m = _NEVER.match(text.strip())
    if m is None:
        return None
    return m["who"], [w for w in words(m["what"]) if w.text.casefold() not in STOP and w.stem not in _SAYS_NOTHING]


def says_absent(text: str, pool: Sequence[Sheet]) -> bool:
    """Does the wording ask for rows of one table that another has none of? Their key is not known yet."""
    told = _told(text)
    if told is None or not told[1]:
        return False
    without = [s for s in pool if all(called(w.stem, s) for w in told[1])]
    return any(called(w.stem, s) for s in pool for w in words(told[0]) if s not in without) and bool(without)


def absent(text: str, pool: Sequence[Sheet], known: Facts, embed: Embed, now: datetime) -> Ask | None:
    """The rows of one table whose key stands nowhere in another; None where the wording says anything else of either."""
    found = _told(text)
    if found is None:
        return None
    who, told = found
    for many, (one, theirs, own) in joined(pool, known):
        others = next(s for s in pool if s.name == many.name)
        if not told or not all(called(w.stem, others) for w in told):
            continue
        ask = understand(re.sub(r"\b(which|what) of\b", r"\1", who), [one], known, embed, now)[0]
        if [w for w in ask.left if w != "which rows"] or ask.agg not in ("", "count") or ask.limit or ask.group:
            continue
        ask.left, ask.absent = [], (others, theirs, own)
        return ask
    return None
