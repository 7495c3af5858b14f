"""How questions to tables are understood that avoid the tables' own words, and what the second opinion withholds.

    python -m bench.table_wordings [--every N] [--all]

Wordings and queries: `bench/table_reader/tables`, written for it; by default of the tables that the model was not trained
on. Right: the same query as the one written down (or one that gives the same answer); declined: words were left over, or
the model doubts the query. Values are known as the files list them; nothing is executed.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from agents.rules.reading.types import Sense
from agents.rules.tables.doubted import confirmed, doubted
from agents.rules.tables.schema import Ask, Facts, Sheet, sheets
from agents.rules.tables.understand import understand
from agents.rules.tables.worded import condition, whole
from bench.table_reader.questions import Table, tables

NOW = datetime(2026, 11, 29)
ROWS = 100


class _Listed:
    """A table as memory tells of it."""

    def __init__(self, sheet: Sheet) -> None:
        kinds = {"text": "VARCHAR", "number": "DOUBLE", "date": "DATE", "bool": "BOOLEAN"}
        self.name, self.title, self.sheet, self.rows = "t", sheet.title, "", ROWS
        self.columns = [(c.name, kinds[c.kind]) for c in sheet.columns]


def facts(t: Table) -> Facts:
    values, distinct, span = {}, {}, {}
    for c in t.sheet.columns:
        key = ("t", c.name)
        given = t.values[c.name]
        distinct[key] = ROWS if c.name in t.codes else len(given) if c.name in t.listed else ROWS // 2
        if c.kind in ("text", "bool"):
            values[key] = given
        elif c.kind == "date":
            span[key] = ("1950-01-01", "2030-12-31")
    return Facts(values, distinct, span)


def same(a: Ask, b: Ask) -> bool:
    """Do both give who asked the same answer? What a list shows and how groups are sorted does not count."""

    def measured(x: Ask) -> tuple[str, str]:
        end = {("max", ""): "desc", ("min", ""): "asc"}.get((x.agg, x.order), "" if x.agg else x.order)
        return (x.measure.name if x.measure else "", end)

    if whole(a) == whole(b):
        return True
    if {condition(f) for f in a.filters} != {condition(f) for f in b.filters}:
        return False
    if measured(a) == measured(b) and all(measured(a)) and not a.group and not b.group:
        return True  # the highest amount, and the row with it
    grouped = [(x.agg, x.bucket, x.share, x.limit, [g.name for g in x.group]) for x in (a, b)]
    lists = not (a.agg or b.agg or a.limit or b.limit)
    return grouped[0] == grouped[1] and (lists or (a.measure == b.measure and (a.order == b.order or not a.limit)))


def measure(known: Sequence[Table], every: int, sense: Sense) -> tuple[Counter[str], Counter[str]]:
    """What became of the questions, by the words alone and with the second opinion."""
    words, both = Counter[str](), Counter[str]()
    n = 0
    for t in known:
        sheet, known_values = sheets([_Listed(t.sheet)])[0], facts(t)
        for question, gold in [*t.asked, *((q, None) for q in t.unanswerable)]:
            n += 1
            if n % every:
                continue
            ask = understand(question, [sheet], known_values, sense.embed, NOW)[0]
            right = gold is not None and same(ask, replace(gold, sheet=sheet))
            kind = "" if gold else "unanswerable "
            found = kind + ("declined" if ask.left else "right" if right else "wrong")
            words[found] += 1
            if not ask.left and doubted(question, ask, sense):
                found = kind + "declined"
            elif ask.left and confirmed(question, ask, sense):
                found = kind + ("right" if right else "wrong")
            both[found] += 1
    return words, both


def main() -> None:
    from memory.embedding import Embedder
    from memory.reader import QueryReader, SentenceReader

    parser = argparse.ArgumentParser(description="How questions in other words than the tables' are understood.")
    parser.add_argument("--every", type=int, default=1, help="each Nth wording")
    parser.add_argument("--all", action="store_true", help="also of the tables that the model was trained on")
    args = parser.parse_args()
    sense = Sense(Embedder().embed, SentenceReader().answers, QueryReader().asks)
    known = [t for t in tables() if args.all or t.name.endswith("/4")]
    words, both = measure(known, args.every, sense)
    print("| | right | wrong | declined | unanswerable declined | unanswerable answered |\n|---|--:|--:|--:|--:|--:|")
    for name, c in (("by the words", words), ("with the second opinion", both)):
        cells = [c["right"], c["wrong"], c["declined"], c["unanswerable declined"], c["unanswerable wrong"]]
        print(f"| {name} | {' | '.join(map(str, cells))} |")


if __name__ == "__main__":
    main()
