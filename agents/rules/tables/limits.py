"""A number that an earlier part found, in the wording of a later one: "how many rentals were longer than that?".

The later part keeps a hole where the number belongs; when the earlier part has been read, the hole is filled with the
number and its unit, so that the rows are compared as if the goal had said "longer than 14 days". What is compared is
found by the goal's own noun, else by the unit, else by the words of the limit's sentence. Nothing is compared with a
number that was not found.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from agents.rules.reading.bands import at_least
from agents.rules.shapes import Embed
from agents.rules.tables.column_kinds import is_money
from agents.rules.tables.filters import named_near, number_column
from agents.rules.tables.lexicon import Lexicon
from agents.rules.tables.limit_wording import HOLE, LESS, MORE, OP
from agents.rules.tables.matching import read
from agents.rules.tables.schema import Ask, Column, Facts, Filter, Sheet
from agents.rules.tables.understand import understand
from agents.rules.words import content, digits, stem
from text.values import Value, find_values

_SAYS_LIMIT = re.compile(rf"\b(?:{MORE}|{LESS}|than|over|above|exceed\w*|beyond|within|up to|under|below|at (?:least|most)|from|target|is|are|to|limit\w*|max\w*|min\w*|no more|not more)\b[^.;]{{0,25}}$", re.I)  # fmt: skip
_LIMIT_AFTER = re.compile(r"\s+(?:\w+\s+)?(?:at (?:the )?(?:most|least|latest|longest)|or (?:more|less|fewer|longer|over|under|above)|maximum|minimum|max|min)\b", re.I)  # fmt: skip
_OF_A_TABLE = re.compile(r"Table \S+(?: \S+)*?: columns ")
_NUMBERING = re.compile(r"^\s*(?:\(?\d{1,2}[.)]|[-*•])\s+")
_WORKING = re.compile(r"\b(?:working|business|office|school) (?:days?|hours?|weeks?)\b", re.I)
_HOURS = {"minute": 1 / 60, "hour": 1.0, "day": 24.0, "night": 24.0, "week": 168.0, "fortnight": 336.0}


@dataclass(frozen=True)
class Limit:
    number: float
    unit: str  # "days", "EUR", "%", ""
    sentence: str = ""
    working: bool = False  # days on which people work: no calendar counts these
    column: str = ""  # the column it was reckoned from, where a table gave it

    @property
    def shown(self) -> str:
        plain = f"{self.number:.10g}"
        return f"{plain}%" if self.unit == "%" else f"{plain} {self.unit}".strip()


def limit_of(data: Mapping[str, Any]) -> Limit | None:
    """The number that a part found, as its value or as the one number of the sentence that it quotes."""
    if not data or data.get("found") is False:
        return None
    sentence = _NUMBERING.sub("", str(data.get("sentence") or ""))
    value = data.get("value")
    working = bool(_WORKING.search(f"{data.get('shown') or ''} {sentence}"))
    if isinstance(value, int | float) and not isinstance(value, bool):
        unit = str(data.get("unit") or "")
        return Limit(float(value), f"{unit}s" if unit in _HOURS else unit, sentence, working, str(data.get("measured") or ""))  # fmt: skip
    if _OF_A_TABLE.match(sentence):
        return None  # "Table jobs: columns …; 46 rows" tells of no limit
    if len(shown := _figures(str(data.get("shown") or ""))) == 1:
        return _as_limit(shown[0], sentence, working)  # the clause that was answered with
    found = _figures(sentence)
    found = [v for v in found if _SAYS_LIMIT.search(sentence[: v.start]) or _LIMIT_AFTER.match(sentence, v.end)]
    return _as_limit(found[0], sentence, working) if len(found) == 1 else None


def _figures(text: str) -> list[Value]:
    kinds = ("number", "money", "percent", "duration", "quantity")
    return [v for v in find_values(text) if v.number is not None and v.kind in kinds]


def said_limit(value: str) -> Limit | None:
    """A value that an earlier turn said: "14 days"."""
    number, _, unit = value.partition(" ")
    return Limit(float(number), unit) if re.fullmatch(r"-?\d+(?:\.\d+)?", number) else None


def _as_limit(v: Value, sentence: str, working: bool) -> Limit:
    return Limit(v.number or 0.0, v.unit, sentence, working)


def compared(
    text: str,
    limit: Limit,
    pool: Sequence[Sheet],
    known: Facts,
    embed: Embed,
    now: datetime,
    context: str = "",
) -> list[Ask]:
    """What is asked with the limit in the hole, best first; a wording that names no column takes the limit's own."""
    said = [t.replace(HOLE, limit.shown) for t in (context, text)]
    asks = understand(said[1], pool, known, embed, now, said[0])
    if asks[0].left and asks[0].join is None and (column := _measured(limit, asks[0].sheet, known, embed, now)):
        named = f"{column.name.replace('_', ' ')} "
        again = [re.sub(rf"\b(?P<op>{OP})\s+{HOLE}", lambda m: f"with {named}{_level(m['op'])} {limit.shown}", t, flags=re.I) for t in (context, text)]  # fmt: skip
        others = understand(again[1], pool, known, embed, now, again[0])
        asks = others if not others[0].left else asks
    lexicon = Lexicon(embed, list(pool), [w.text.casefold() for w in content(f"{text} {context} {limit.sentence}")])
    return [_in_unit(_of_its_kind(a, limit, f"{text} {context}", lexicon), limit) for a in asks]


def _of_its_kind(ask: Ask, limit: Limit, said: str, lexicon: Lexicon) -> Ask:
    """A column that is neither named, nor in the limit's unit, nor money for an amount, was only the one that is left."""
    told = [w.stem for w in content(f"{said} {limit.sentence}")]
    units = {stem(u) for u in limit.unit.split()}
    for f in ask.filters:
        c = f.column
        if f.values != (limit.number,) or f.span or c.name == limit.column or units & set(c.stems):
            continue
        amount = (not limit.unit or limit.unit.isupper()) and is_money(c)
        if not amount and not any(lexicon.rate((s,), c) >= 0.49 for s in told):
            ask.left.append(limit.shown)
    return ask


def _level(op: str) -> str:
    low = op.casefold()
    if low.endswith("than"):
        return "below" if re.match(LESS, low) else "above"
    return op


def _measured(limit: Limit, sheet: Sheet, known: Facts, embed: Embed, now: datetime) -> Column | None:
    """The column that the limit's sentence speaks of: "if the estimate is above 120" -> estimate."""
    if limit.column:
        return next((c for c in sheet.columns if c.name == limit.column), None)
    plain = digits(at_least(limit.sentence))
    r = read(plain, sheet, known, Lexicon(embed, [sheet], [w.text.casefold() for w in content(plain)]), now)
    cues = r.cue("compare")
    if not cues:  # "a play needs ticket income of £1,250": named with all its words
        said = {w.stem for w in content(limit.sentence)}
        named = [c for c in sheet.columns if c.kind == "number" and c.stems and set(c.stems) <= said]
        return named[0] if len(named) == 1 else None
    if len(cues) != 1:
        return None
    column = number_column(r, cues[0], set(), limit.unit)
    return column if column is not None and named_near(r, cues[0], column) else None


def _in_unit(ask: Ask, limit: Limit) -> Ask:
    """A limit in weeks over a column in days: the same length of time in the column's unit."""
    filters = []
    for f in ask.filters:
        own = next((u for u in _HOURS if stem(u) in f.column.stems), "")
        unit = limit.unit.casefold().rstrip("s")
        if f.other is None and own and unit in _HOURS and f.values == (limit.number,) and _HOURS[own] != _HOURS[unit]:
            value = limit.number * _HOURS[unit] / _HOURS[own]
            f = Filter(f.column, f.op, (value,), f"{f.column.name} {f.op} {value:g} ({limit.shown})")
        filters.append(f)
    return replace(ask, filters=filters)
