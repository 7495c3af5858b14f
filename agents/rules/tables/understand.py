"""From a question to an `Ask` of one table (or two joined): every word is accounted for, or reported as left over."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from agents.rules.shapes import Embed
from agents.rules.tables.decide import decide
from agents.rules.tables.joining import joined
from agents.rules.tables.lexicon import Lexicon
from agents.rules.tables.matching import read
from agents.rules.tables.overlay import overlay
from agents.rules.tables.schema import Ask, Facts, Sheet
from agents.rules.words import STOP, words

# "Per type of partner": perhaps a column of the table that tells what partners are.
_KINDS = re.compile(r"\b(?:each|every|per|by)\s+(?:type|kind|sort|category|class|group|section)s? of\b", re.I)


def understand(
    text: str, all_sheets: Sequence[Sheet], facts: Facts, embed: Embed, now: datetime, context: str = ""
) -> list[Ask]:
    """What the question asks of each sheet and of each pair that has a common column, best first.

    context: the questions before that this one goes on from ("and for the South?"), one a line.
    """
    said = [t for t in (*context.split("\n"), text) if t.strip()]
    lexicon = Lexicon(
        embed, list(all_sheets), [w.text.casefold() for t in said for w in words(t) if w.text.casefold() not in STOP]
    )

    def asked(sheet: Sheet) -> Ask:
        ask = decide(read(said[0], sheet, facts, lexicon, now))
        for more in said[1:]:
            ask = overlay(ask, read(more, sheet, facts, lexicon, now))
        return ask

    asks = sorted(map(asked, all_sheets), key=lambda a: -a.score)
    if asks and (asks[0].left or asks[0].partly or _KINDS.search(text)) and len(all_sheets) > 1:
        for both, how in joined(all_sheets, facts):
            ask = asked(both)
            ask.join = how
            ask.score -= 0.3
            asks.append(ask)
        asks.sort(key=lambda a: -a.score)
    return asks
