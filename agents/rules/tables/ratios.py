"""Two sums or two extremes that make one number: "what do we pay per litre on average", "between its lowest and highest reading"."""

from __future__ import annotations

import re

from agents.rules.tables.column_kinds import is_money
from agents.rules.tables.findings import Read
from agents.rules.tables.money import asks_money
from agents.rules.tables.schema import Ask, Filter

_PER = re.compile(r"\b(?:per|an?|each|every)\s+$", re.I)
_LOW = r"(?:lowest|smallest|least|minimum|earliest|first|cheapest|shortest)"
_HIGH = r"(?:highest|largest|biggest|greatest|maximum|latest|last|dearest|longest|most expensive)"
_EXTREMES = re.compile(rf"\bbetween (?:(?:its|the|their|our|his|her) )?(?:{_LOW}\b.{{0,30}}?\band (?:(?:its|the|their) )?{_HIGH}|{_HIGH}\b.{{0,30}}?\band (?:(?:its|the|their) )?{_LOW})\b", re.I)  # fmt: skip


def ratio(r: Read, ask: Ask) -> None:
    """Money for each unit of another column, over all rows that give both. Only where an average is asked for: what one
    is paid an hour a text may state."""
    if ask.agg != "avg" or ask.times is not None:
        return
    amounts = r.amounts()
    per = [m.column for m in r.columns if m.column in amounts and not is_money(m.column) and _PER.search(r.text[: r.tokens[m.start].start])]  # fmt: skip
    named = {m.column for m in r.columns if is_money(m.column)}
    money = named or ({c for c in amounts if is_money(c)} if asks_money(r) else set())
    if len(per) != 1 or len(money) != 1:
        return
    ask.agg, ask.measure, ask.per = "ratio", money.pop(), per[0]
    ask.order, ask.limit = "", 0
    ask.filters += [Filter(c, "not null", (), f"{c.name} is given") for c in (ask.per, ask.measure)]


def extent(r: Read, ask: Ask) -> None:
    """How far a column reaches, from its lowest to its highest value."""
    if ask.measure is None or ask.group or ask.bucket or not _EXTREMES.search(r.text):
        return
    ask.agg, ask.order, ask.limit, ask.difference, ask.show = "extent", "", 0, False, []
