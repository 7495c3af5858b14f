"""Groups that a table knows only by a code get their names from the table that has them: P107 is Grace Okafor."""

from __future__ import annotations

from collections.abc import Sequence

from agents.rules.tables.column_kinds import is_identifier
from agents.rules.tables.joining import joined
from agents.rules.tables.schema import Ask, Column, Facts, Sheet
from agents.rules.words import stem

_NAME = {stem(w) for w in ("name", "title", "surname")}


def with_names(ask: Ask, pool: Sequence[Sheet], known: Facts) -> Ask:
    """The ask with the groups' names beside their codes, where exactly one other table gives them; else as it was."""
    if ask.join is not None or not ask.agg or ask.difference or ask.share or len(ask.group) != 1:
        return ask
    code = ask.group[0]
    if not is_identifier(code):
        return ask
    pairs = [
        (how, _name(how[0])) for both, how in joined(pool, known) if both.name == ask.sheet.name and how[1] == code
    ]
    found = [
        (how, name)
        for how, name in pairs
        if name is not None and name.stems not in [c.stems for c in ask.sheet.columns]
    ]
    if len(found) == 1:
        ask.join, name = found[0]
        ask.group = [code, name]
    return ask


def _name(sheet: Sheet) -> Column | None:
    named = [c for c in sheet.of_kind("text") if _NAME & {*c.stems}]
    return min(named, key=lambda c: len(c.stems), default=None)
