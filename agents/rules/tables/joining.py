"""Two uploads on a common column: which pairs can be joined, and on what."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from agents.rules.tables.column_kinds import is_identifier, is_money
from agents.rules.tables.lexicon import related
from agents.rules.tables.schema import Column, Facts, Sheet


def joined(sheets: Sequence[Sheet], facts: Facts) -> Iterator[tuple[Sheet, tuple[Sheet, Column, Column]]]:
    """(both as one sheet, (the other sheet, a column = that column)). Only where the other's column holds each value
    once, so that no row of the first is counted twice.
    """
    for a in sheets:
        for b in sheets:
            if a is b:
                continue
            pair = _key(a, b, facts)
            if pair:
                ca, cb = pair
                kept = [c for c in b.columns if c is not cb and not any(c.stems == x.stems for x in a.columns)]
                stems = a.stems | b.stems
                both = Sheet(
                    a.name, a.title, a.sheet, a.rows, (*a.columns, *kept), stems, a.trust, a.others - stems, a.head
                )
                yield both, (b, ca, cb)


def _key(a: Sheet, b: Sheet, facts: Facts) -> tuple[Column, Column] | None:
    best: tuple[float, Column, Column] | None = None
    for ca in a.of_kind("text", "number"):
        for cb in b.of_kind("text", "number"):
            if ca.kind != cb.kind or not facts.unique(cb, b.rows) or not (_names(ca, a, b) and _names(cb, a, b)):
                continue
            same = ca.stems == cb.stems or (
                len(cb.stems) == 1
                and cb.stems[0] in ("id", "no", "code", "number")
                and any(s in b.stems for s in ca.stems)
            )
            alike = any(related(s, t) for s in ca.stems for t in cb.stems)
            shared = _shared(ca, cb, facts)
            rate = 1.0 * same + 0.4 * alike + shared
            if (((same or alike) and shared > 0.5) or _codes(ca, cb, facts)) and (best is None or rate > best[0]):
                best = (rate, ca, cb)
    return (best[1], best[2]) if best else None


def _names(c: Column, a: Sheet, b: Sheet) -> bool:
    """An amount is no key: that a charge equals a price joins nothing. A number is one where it names a row."""
    return c.kind != "number" or (not is_money(c) and (is_identifier(c) or bool({*c.stems} & (a.stems | b.stems))))


_ENOUGH = 4  # codes that two columns must have in common when their names have nothing


def _codes(ca: Column, cb: Column, facts: Facts) -> bool:
    """ "property_code" and "Prop Ref" that both hold HC04, LL23 …: the values say what the names do not."""
    if ca.kind == "number":
        return False
    a, b = set(facts.of(ca)), set(facts.of(cb))
    return len(a & b) >= _ENOUGH and len(a & b) >= 0.9 * len(a) and all(re.search(r"\d", v) for v in a & b)


def _shared(ca: Column, cb: Column, facts: Facts) -> float:
    """The share of the first column's values that the second knows; 0.6 for numbers, whose values are not listed."""
    if ca.kind == "number":
        return 0.6
    a, b = set(facts.of(ca)), set(facts.of(cb))
    return len(a & b) / len(a) if a else 0.0
