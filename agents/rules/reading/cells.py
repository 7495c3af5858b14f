"""The cell of a table's row, told as text, that a question names by its column.

"Sound power (dB); Alto 5: 52; Alto 9: 56" and "how loud is the Alto 9?": the row is found by meaning, the column by name.
"""

from __future__ import annotations

import re

from agents.rules.reading.units import Unit
from agents.rules.reading.words import STOP, stems
from text.words import ordinary

_CELL = re.compile(r"(?:^|; )\s*(?P<label>[^:;\n]{1,60}): (?P<value>[^;\n]+)")
_FEWEST = 2  # cells with a label; fewer is a label and its value, not a row


def cell_named(question: str, u: Unit) -> tuple[str, int] | None:
    """(its text, where it starts in the unit); None where no column or more than one is named, or this is no row."""
    if u.header and u.text.lstrip().startswith("|"):
        return _below(question, u)
    cells = list(_CELL.finditer(u.text))
    if len(cells) < _FEWEST:
        return None
    said = _plain(question)
    named = [m for m in cells if f" {_plain(m['label']).strip()} " in said]
    longest = max((len(m["label"]) for m in named), default=0)
    named = [m for m in named if len(m["label"]) == longest]
    if len(named) != 1 or (not re.search(r"\d|[A-Z]", named[0]["label"][1:]) and ordinary(named[0]["label"])):
        return None  # a plain word ("room", "price") asks for another cell as often as for its own
    value = named[0]["value"].rstrip(" .")
    return value, named[0].start("value")


_SHORT = 5  # words of a cell that is a name or a role


def cell_at(u: Unit, at: int) -> tuple[str, int, int] | None:
    """(text, start, end) of the short cell of a row that this place in the unit stands in: "Duty service manager"."""
    cells = list(_CELL.finditer(u.text))
    m = next((m for m in cells if m.start("value") <= at < m.end("value")), None) if len(cells) >= _FEWEST else None
    if m is None or len(m["value"].split()) > _SHORT:
        return None
    value = m["value"].rstrip(" .")
    return value, m.start("value"), m.start("value") + len(value)


def _below(question: str, u: Unit) -> tuple[str, int] | None:
    """The figure of a row ("| Studio | 60 | 28.00 |") under the one column whose heading shares most words with the question."""
    heads = [h.strip() for h in u.header.strip().strip("|").split("|")]
    cells = list(re.finditer(r"[^|\n]+", u.text.strip().strip("|")))
    if len(heads) != len(cells):
        return None
    asked = {s for s in stems(question) if s not in STOP} - set(stems(cells[0][0]))
    shared = [len(asked & set(stems(h))) for h in heads]
    best = max(range(len(heads)), key=shared.__getitem__)
    value = cells[best][0].strip()
    if (
        not shared[best]
        or shared.count(shared[best]) > 1
        or (ordinary(heads[best]) and not any(c.isdigit() for c in value))
    ):
        return None
    return value, u.text.index(value, u.text.index("|") + cells[best].start())


def _plain(text: str) -> str:
    words = re.findall(r"[^\W_]+", text.casefold())
    return f" {' '.join(words)} "
