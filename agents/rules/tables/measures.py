"""What is counted or added up, and by what it is grouped."""

from __future__ import annotations

import re

from agents.rules.tables.column_kinds import is_each, is_identifier, is_money, pieces, principal
from agents.rules.tables.cue import Cue
from agents.rules.tables.dimensions import by_dimension, most_of
from agents.rules.tables.filters import date_column
from agents.rules.tables.findings import Mention, Read
from agents.rules.tables.lexicon import related
from agents.rules.tables.money import asks_money, asks_total, by_money, is_piece_price, only_akin, product
from agents.rules.tables.owing import remaining
from agents.rules.tables.rows import called
from agents.rules.tables.schema import Ask, Column
from agents.rules.words import stem


def groups(r: Read, ask: Ask, used: set[int]) -> None:
    for c in r.cue("bucket"):
        unit = str(c.value)
        adjective = re.fullmatch(r"daily|weekly|monthly|quarterly|yearly|annually", r.text[c.start : c.end], re.I)
        if adjective and any(related(stem(unit), s) for x in r.sheet.of_kind("number") for s in x.stems):
            continue  # "the yearly wage bill" where a column is "Annual salary"
        if re.match(r"(?:per|each|every)\b", r.text[c.start : c.end], re.I) and not r.sheet.of_kind("date"):
            continue
        dates = r.sheet.of_kind("date")
        exact = [x for x in r.sheet.columns if x.stems == (stem(unit),) and x.kind != "date"]
        if exact:
            ask.group.append(exact[0])
        elif dates:
            named = [m for m in r.columns if m.column.kind == "date"]
            ask.bucket, ask.when = (
                ("month" if unit == "time" else unit),
                (named[0].column if named else date_column(r, c.start, used)),
            )
        elif unit != "time" and not re.match(r"(?:per|each|a|every)\b", r.text[c.start : c.end], re.I):
            ask.left.append(r.text[c.start : c.end])
    for m in r.columns:
        if m.start in used or (m.column.kind == "number" and not is_identifier(m.column)):
            continue
        before = r.text[max(0, r.tokens[m.start].start - 22) : r.tokens[m.start].start].casefold()
        if (
            re.search(
                r"\b(?:by|per|each|every|across|among|for each|for every|of each|in each|grouped by|broken down by|split by|for all|of all|all the|of every)\s+(?:the |our |different |single |individual |who |whom |which |what )*$",
                before,
            )
            and m.column.kind != "date"
        ):
            m = _of_next(r, m) or m
            if any(same(m.column, g) for g in ask.group):
                continue
            if re.search(r"\bper\s+$", before) and r.facts.unique(m.column, r.sheet.rows):
                used.add(m.start)
                continue  # "per order" of a table of orders: the average of its rows
            if any(same(f.column, m.column) for f in ask.filters) and (
                not re.search(r"\b(?:by|per|each)\s+$", before)
                or any(same(v.column, m.column) and v.start in (m.end, m.end + 1) for v in r.values)
            ):
                continue
            ask.group.append(m.column)
            used.add(m.start)


def _of_next(r: Read, m: Mention) -> Mention | None:
    """ "By supplier town": the town, which is the supplier's."""
    after = [x for x in r.columns if x.start == m.end and x.column.kind in ("text", "bool") and not x.guessed]
    beside = [x for x in after if r.text[r.tokens[m.end - 1].end : r.tokens[x.start].start] == " "]
    return next((x for x in beside if not same(x.column, m.column)), None)


def same(a: Column, b: Column) -> bool:
    return a.table == b.table and a.name == b.name


def find_measure(r: Read, ask: Ask, used: set[int]) -> None:
    cues = r.cue("agg")
    kinds = [str(c.value) for c in cues]
    if "count" in kinds or "headcount" in kinds:
        _counting(r, ask, used, kinds)
        return
    amounts = r.amounts()
    numbers = [m for m in r.columns if m.column in amounts and m.start not in used]
    for kind in ("avg", "median", "sum"):
        if kind in kinds:
            ask.agg = kind
            break
    if not ask.agg and ("much" in kinds or asks_total(r)):
        ask.agg = "sum"
    if remaining(r, ask):
        return
    measure = _pick(r, numbers)
    if asks_money(r) and by_money(r, ask, measure):
        return
    if measure is not None and asks_money(r) and not is_money(measure) and only_akin(r, measure):
        ask.left.append("an amount of money")
    elif measure is not None:
        ask.measure = measure
        _times(r, ask)
    elif (
        ask.agg or r.has("order") or r.has("limit") or ask.group or ask.bucket or r.has("share") or r.has("difference")
    ):
        implied(r, ask)


def _counting(r: Read, ask: Ask, used: set[int], kinds: list[str]) -> None:
    cue = next(c for c in r.cue("agg") if c.value in ("count", "headcount"))
    after = [m for m in r.columns if r.tokens[m.start].start >= cue.end and m.start not in used]
    noun = min(after, key=lambda m: (r.tokens[m.start].start, -m.rate)) if after else None
    gap = r.text[cue.end : r.tokens[noun.start].start] if noun else ""
    row_noun = [i for i in r.rows if 0 <= r.tokens[i].start - cue.end < 25]
    if noun and noun.end < len(r.tokens) and called(r.tokens[noun.end].stem, r.sheet):
        row_noun.append(noun.end)  # "how many utility invoices"
    direct = noun is not None and not re.search(
        r"\b(?:in|at|by|per|with|from|of the|have|has|had|are|is|were|was|did|do)\b", gap, re.I
    )
    if (
        noun
        and direct
        and noun.column in r.amounts()
        and not (row_noun and r.tokens[row_noun[0]].start < r.tokens[noun.start].start)
    ):
        counted = pieces(r.amounts()) if is_each(noun.column) else noun.column  # "how many units", not their unit price
        ask.agg, ask.measure = ("avg" if "avg" in kinds else "sum"), counted or noun.column
        used.add(noun.start)
        return
    ask.agg = "count"
    if _counted_value(r, ask, cue):
        return
    if noun and direct and noun.column.kind == "text" and not row_noun:
        distinct = r.facts.distinct.get((noun.column.table, noun.column.name), 0)
        # The first column mostly names what a row is ("Flight", "Order"): then every row is one, repeated or not.
        rows_are = noun.column is r.sheet.columns[0]
        if "distinct" in kinds or (0 < distinct < r.sheet.rows and not rows_are):
            ask.agg, ask.measure = "distinct", noun.column
        used.update(m.start for m in r.columns if m.start == noun.start)
    elif "distinct" in kinds and noun:
        ask.agg, ask.measure = "distinct", noun.column
        used.add(noun.start)


def _counted_value(r: Read, ask: Ask, cue: Cue) -> bool:
    """ "How many teapots …": pieces of a value, so the quantity is added up, where there is one."""
    next_ = [m for m in r.values if 0 <= r.tokens[m.start].start - cue.end <= 2]
    quantity = pieces(r.amounts())
    if next_ and quantity is not None:
        ask.agg, ask.measure = "sum", quantity
        return True
    return False


def _pick(r: Read, numbers: list[Mention]) -> Column | None:
    """The number column that is asked for: the best named; among equals the money, then the first."""
    if not numbers:
        return None
    rated: dict[str, float] = {}
    for m in numbers:
        rated[m.column.name] = rated.get(m.column.name, 0.0) + m.rate
    best = max(rated.values())
    top = [m.column for m in numbers if rated[m.column.name] >= best - 0.05]
    return min(top, key=lambda c: r.sheet.columns.index(c))


def implied(r: Read, ask: Ask) -> None:
    """No number is named. "sales by region": the one money column; "invoices per site": how many."""
    if by_dimension(r, ask) or (not ask.agg and most_of(r, ask)):
        return
    if not ask.agg and _most_rows(r):
        ask.agg = "count"
        return
    numbers, money = r.amounts(), asks_money(r)
    amount = principal([c for c in numbers if c.table == r.sheet.name]) or principal(numbers)
    if ask.agg in ("", "sum") and not (amount and not is_piece_price(amount, numbers)) and product(r, ask):
        return
    if amount is not None and (
        ask.agg or not r.rows or money or _money_rows(r) or r.has("share") or r.has("order") or r.has("limit")
    ):
        ask.measure = amount
    elif money and (ask.agg or r.has("order")):
        ask.left.append("an amount of money")
    elif len(numbers) == 1 and ask.agg:
        ask.measure = numbers[0]
    elif not ask.agg and (r.rows or ask.group) and not r.has("order") and not money:
        ask.agg = "count"
    elif ask.agg or money:
        ask.left.append(f"which number to {'average' if ask.agg == 'avg' else 'add up'}")


def _most_rows(r: Read) -> bool:
    """ "Which town did we do the most jobs in": how many, whatever they cost."""
    most = [
        c.end for c in r.cue("order") if re.fullmatch(r"most|fewest|more|fewer|least", r.text[c.start : c.end], re.I)
    ]
    return any(0 < r.tokens[i].start - end <= 2 for i in r.rows for end in most) and not _money_rows(r)


def _times(r: Read, ask: Ask) -> None:
    """ "Hours times rate": two columns multiplied; and the price of a piece where the worth of all is asked for."""
    numbers, price = r.amounts(), ask.measure
    at = re.search(r"\b(?:times|multiplied by)\b|×", r.text, re.I)
    if at and ask.agg in ("", "sum"):
        beside = [(r.tokens[m.start].start - at.start(), -m.rate, m.column) for m in r.columns if m.column in numbers]
        left = [c for d, _, c in sorted(beside, key=lambda x: (-x[0], x[1])) if d < 0]
        right = [c for d, _, c in sorted(beside, key=lambda x: (x[0], x[1])) if d > 0]
        if left and right and left[0].name != right[0].name:
            ask.measure, ask.times, ask.agg = left[0], right[0], ask.agg or "sum"
            ask.notes.append(f"{left[0].name} × {right[0].name}")
            r.left[:] = [i for i in r.left if not at.start() <= r.tokens[i].start < at.end()]
            return
    each = price is not None and is_money(price) and is_piece_price(price, numbers)
    if each and ask.agg in ("", "sum") and _WORTH_OF.search(r.text) and product(r, ask):
        ask.agg = ask.agg or ("" if r.has("order") or r.has("list") else "sum")


_WORTH_OF = re.compile(r"\b(?:worth|value|valued|revenue|turnover|sales)\b", re.I)


def in_stock(r: Read, ask: Ask) -> None:
    """ "How many items do we have in stock?": the pieces, where a column counts them, and not the rows."""
    quantity = [c for c in r.sheet.of_kind("number") if {stem(w) for w in ("quantity", "qty", "stock")} & set(c.stems)]
    if (
        ask.agg == "count"
        and ask.measure is None
        and quantity
        and not ask.group
        and re.search(
            r"\b(?:in stock|on hand|in (?:the )?(?:store|warehouse)|on the shel(?:f|ves)|quantit\w+)\b", r.text, re.I
        )
    ):
        ask.agg, ask.measure = "sum", quantity[0]


def _money_rows(r: Read) -> bool:
    """ "Sales per region" of a file called sales: the money, not how many."""
    said = {
        stem(w)
        for w in (
            "sales",
            "revenue",
            "turnover",
            "spend",
            "spending",
            "expenses",
            "costs",
            "income",
            "earnings",
            "takings",
            "payments",
            "budget",
        )
    }
    return any(r.tokens[i].stem in said for i in r.rows)
