"""What the rows of a table are about: "per van" of a sheet "Van costs", whose vans stand in a column "Registration".

The title's first noun names no column and no row (a row is a cost), so it stands for the one column of names that repeat.
"""

from __future__ import annotations

import re

from agents.rules.tables.column_kinds import is_identifier
from agents.rules.tables.findings import Mention, Read
from agents.rules.tables.schema import Column

_ASKED_BY = re.compile(
    r"\b(?:by|per|each|every|which|what|for each|for every|of each)\s+(?:of (?:the|our|my) )?$", re.I
)
_A_PERIOD = re.compile(r"\d{4}[-/.]\d{1,2}|\d{4}|[A-Z][a-z]{2,8}(?: \d{4})?|\d{4}[-/ ]?W?Q?\d{1,2}")


def subjects(r: Read) -> None:
    """Reads such a word as that column, and tells so in the answer."""
    for i in list(r.rows):
        word = r.tokens[i]
        about = word.stem in r.sheet.stems and word.stem != r.sheet.head
        if not about or not _ASKED_BY.search(r.text[: word.start]) or any(m.start <= i < m.end for m in r.columns):
            continue
        names = [c for c in r.sheet.of_kind("text") if _repeats(r, c) and not _periods(r, c)]
        if len(names) == 1 and not any(_names_rows(r, c) for c in r.sheet.columns):
            r.columns.append(Mention(i, i + 1, names[0], 0.9))
            r.rows.remove(i)
            r.read_as[word.text] = names[0].name


def _names_rows(r: Read, c: Column) -> bool:
    """Is each row one of what the column names: a booking of a booking number?"""
    return (c.kind == "text" or is_identifier(c)) and r.facts.unique(c, r.sheet.rows)


def _repeats(r: Read, c: Column) -> bool:
    return 1 < r.facts.distinct.get((c.table, c.name), 0) < r.sheet.rows


def _periods(r: Read, c: Column) -> bool:
    """Are its values months or years, written as text?"""
    said = r.facts.of(c)
    return bool(said) and all(_A_PERIOD.fullmatch(v) for v in said)
