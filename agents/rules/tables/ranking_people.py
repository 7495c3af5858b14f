"""Which column "who" asks for."""

from __future__ import annotations

import re

from agents.rules.tables.findings import Read
from agents.rules.tables.schema import Column, Facts, Sheet
from agents.rules.words import stem

_PEOPLE = {stem(w) for w in "name rep employee person customer manager seller student player author staff colleague lead agent client pupil patient contact consultant".split()}  # fmt: skip  # noqa: SIM905


_WHO_DOES = re.compile(r"(?:er|or|ist|ian|ee|guest)s?$", re.I)


def names_people(c: Column) -> bool:
    return any(s in _PEOPLE for s in c.stems) or bool(_WHO_DOES.search(c.name.split("(")[0].strip()))


def people(r: Read) -> Column | None:
    """The column that "who" asks for."""
    return people_of(r.sheet, r.facts)


def people_of(sheet: Sheet, facts: Facts) -> Column | None:
    """The first column whose name says that it names people, else one named as a doer is ("Supplier", "Singer") that
    holds no numbers."""
    texts = sheet.of_kind("text")
    doers = (
        c
        for c in texts
        if _WHO_DOES.search(c.name.split("(")[0].strip()) and not any(re.search(r"\d", v) for v in facts.of(c))
    )
    return next((c for c in texts if any(s in _PEOPLE for s in c.stems)), None) or next(doers, None)
