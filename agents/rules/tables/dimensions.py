"""What a superlative measures: the longest stay is of nights and not of pounds, the busiest month is of how many."""

from __future__ import annotations

import re

from agents.rules.tables.column_kinds import is_money
from agents.rules.tables.findings import Read
from agents.rules.tables.ranking_people import names_people
from agents.rules.tables.schema import Ask, Column
from agents.rules.words import stem

_HOW = (
    (r"longest|shortest", "night day hour hr minute min week month duration length long distance km mile metre"),
    (r"heaviest|lightest", "weight mass kg gram tonne heavy"),
    (r"hottest|coldest|warmest|coolest", "temperature temp celsius"),
    (r"fastest|slowest", "speed time pace duration minute second hour"),
)
# What lasts, when nothing else of it is asked: "the average stay", "how long do loans last".
_LASTS = re.compile(r"\bhow long\b|\baverage (?:length|duration)\b|\baverage (?:stay|visit|trip|journey|shift|loan|wait|delay)\b", re.I)  # fmt: skip


def by_dimension(r: Read, ask: Ask) -> bool:
    """Sets what is measured by the superlative's own dimension; what has no column for it is left. True when it decided."""
    said = {r.text[c.start : c.end].casefold(): c for c in r.cue("order", "limit", "sort")}
    if any(re.fullmatch(r"busiest|quietest", w) for w in said) and not ask.agg and (ask.group or ask.bucket):
        ask.agg = "count"
        return True
    for pattern, names in _HOW:
        word = next((w for w in said if re.search(rf"\b(?:{pattern})\b", w)), "")
        if word and not re.search("serving", word):
            return _measured(r, ask, names, word)
    if (m := _LASTS.search(r.text)) and ask.agg in ("avg", "median"):
        r.left[:] = [i for i in r.left if not m.start() <= r.tokens[i].start < m.end()]
        return _measured(r, ask, _HOW[0][1], m[0])
    return False


def _measured(r: Read, ask: Ask, names: str, word: str) -> bool:
    fits = _of_kind(r, names)
    if len(fits) == 1:
        ask.measure = fits[0]
    elif not r.sheet.of_kind("date"):  # dates have a longest as well
        ask.left.append(word)
    return bool(fits) or bool(ask.left)


def _of_kind(r: Read, names: str) -> list[Column]:
    wanted = {stem(n) for n in names.split()}
    return [c for c in r.amounts() if set(c.stems) & wanted and "per" not in c.stems and not is_money(c)]


def most_of(r: Read, ask: Ask) -> bool:
    """ "Which country do most guests come from": how many guests, whatever they pay."""
    most = [c.end for c in r.cue("order") if re.fullmatch(r"most|fewest|more|fewer", r.text[c.start : c.end], re.I)]
    for m in r.columns:
        after = any(0 < r.tokens[m.start].start - end <= 2 for end in most)
        if after and m.column.kind == "text" and names_people(m.column) and ask.measure is None:
            ask.agg, ask.measure = "distinct", m.column
            return True
    return False
