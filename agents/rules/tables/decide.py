"""What a read question asks: the aggregate, its column, groups, filters, order. One decision a function."""

from __future__ import annotations

import re

from agents.rules.tables.cues import Cue
from agents.rules.tables.lexicon import related
from agents.rules.tables.schema import Ask, Column, Filter
from agents.rules.tables.understand import Mention, Read, is_additive, is_money
from agents.rules.words import stem

_PER = ("by", "per", "each", "every", "across", "for each", "grouped")


def decide(r: Read) -> Ask:
    ask = Ask(r.sheet)
    used: set[int] = set()
    _bool_filters(r, ask, used)
    _value_filters(r, ask)
    _number_filters(r, ask, used)
    _date_filters(r, ask, used)
    _null_filters(r, ask, used)
    _groups(r, ask, used)
    _measure(r, ask, used)
    _ranking(r, ask, used)
    _shares(r, ask)
    _comparison(r, ask)
    _listing(r, ask, used)
    _chart(r, ask)
    ask.left += [r.tokens[i].text for i in r.left] + _unused_guesses(r, ask)
    ask.score = _score(r, ask)
    return ask


def _score(r: Read, ask: Ask) -> float:
    named = sum(2.0 if m.value else m.rate for m in _unique(r.columns) + r.values)
    title = sum(1.5 for i in r.rows if r.tokens[i].stem in r.sheet.stems)
    return named + title + 0.2 * len(r.rows) - 2.5 * len(ask.left) + (0.5 if ask.agg or ask.group else 0.0)


def _unused_guesses(r: Read, ask: Ask) -> list[str]:
    """A word that was taken for a column by meaning alone, and then had no effect, was not understood."""
    in_use = [
        ask.measure,
        ask.times,
        ask.when,
        *ask.group,
        *ask.show,
        *(f.column for f in ask.filters),
        *(f.other for f in ask.filters),
    ]
    names = {c.name for c in in_use if c is not None}
    words_ = {m.start: [x.column.name for x in r.columns if x.start == m.start] for m in r.columns if m.guessed}
    return [r.tokens[i].text for i, columns in words_.items() if not names & set(columns)]


def _unique(found: list[Mention]) -> list[Mention]:
    best: dict[int, Mention] = {}
    for m in found:
        if m.start not in best or m.rate > best[m.start].rate:
            best[m.start] = m
    return list(best.values())


def _value_filters(r: Read, ask: Ask) -> None:
    by_column: dict[tuple[str, bool], list[Mention]] = {}
    for m in r.values:
        by_column.setdefault((m.column.name, m.negated), []).append(m)
    for (_, negated), ms in by_column.items():
        values = tuple(dict.fromkeys(m.value for m in ms))
        shown = f"{ms[0].column.name} {'is not' if negated else 'is'} {' or '.join(values)}"
        ask.filters.append(Filter(ms[0].column, "not in" if negated else "in", values, shown))


def _bool_filters(r: Read, ask: Ask, used: set[int]) -> None:
    for m in r.columns:
        if m.column.kind == "bool" and m.start not in used:
            before = r.text[: r.tokens[m.start].start]
            negated = bool(re.search(r"\b(?:not|isn't|aren't|un|non|never)[\s-]*$", before, re.I)) or r.tokens[
                m.start
            ].text.casefold().startswith("un")
            ask.filters.append(
                Filter(m.column, "false" if negated else "true", (), f"{m.column.name} is {'no' if negated else 'yes'}")
            )
            used.add(m.start)


def _number_filters(r: Read, ask: Ask, used: set[int]) -> None:
    for c in r.cue("compare"):
        op, low, high, unit = c.value  # type: ignore[misc]
        column = _number_column(r, c, used, str(unit))
        if column is None:
            ask.left.append(r.text[c.start : c.end])
            continue
        if op == "between":
            ask.filters.append(Filter(column, ">=", (low,), f"{column.name} ≥ {low:g}"))
            ask.filters.append(Filter(column, "<=", (high,), f"{column.name} ≤ {high:g}"))
        else:
            ask.filters.append(Filter(column, str(op), (low,), f"{column.name} {op} {low:g}"))
    for c in r.cue("number"):  # a bare number: an exact value of a number column that stands beside it, or unexplained
        near = [m for m in r.columns if m.column.kind == "number" and abs(r.tokens[m.start].start - c.end) < 12]
        if near:
            ask.filters.append(Filter(near[0].column, "=", (c.value[0],), f"{near[0].column.name} = {c.value[0]:g}"))  # type: ignore[index]
            used.add(near[0].start)
        else:
            ask.left.append(r.text[c.start : c.end])


def _number_column(r: Read, c: Cue, used: set[int], unit: str) -> Column | None:
    """The number column that is compared: the one named just before or after, else the only plausible one."""
    numeric = [m for m in r.columns if m.column.kind == "number" and m.start not in used]
    counted = {
        i for i, w in enumerate(r.tokens) for a in r.cue("agg") if a.value == "count" and 0 <= w.start - a.end < 3
    }
    rated = []
    for m in numeric:
        gap = r.tokens[m.start].start - c.end if r.tokens[m.start].start >= c.end else c.start - r.tokens[m.end - 1].end
        inside = c.start <= r.tokens[m.start].start < c.end
        rated.append((0 if inside else abs(gap), -m.rate, m))
    rated.sort(key=lambda x: x[:2])
    rated = [x for x in rated if x[2].start not in counted] or rated
    if rated and rated[0][0] < 40:
        best = rated[0][2]
        near = [x[2] for x in rated if x[0] < 40]
        names: dict[str, int] = {}
        for m in near:
            names[m.column.name] = names.get(m.column.name, 0) + 1
        best = max(near, key=lambda m: (names[m.column.name], m is best))
        used.update(m.start for m in near if m.column.name == best.column.name)
        return best.column
    money = [x for x in r.sheet.of_kind("number") if is_money(x)]
    numbers = [x for x in r.sheet.of_kind("number") if not _identifier(x, r)]
    if len(numbers) == 1:
        return numbers[0]
    if (
        unit.isupper()
        or re.search(
            r"\b(?:worth|costs?|value|amounts?|expensive|invoices?|orders?|purchases?|sales?|payments?)\b", r.text, re.I
        )
    ) and len(money) == 1:
        return money[0]
    return None


def _identifier(c: Column, r: Read) -> bool:
    return any(s in ("id", "no", "number", "code", "sku", "year", "zip") for s in c.stems) and not any(
        s in ("units", "count") for s in c.stems
    )


def _date_column(r: Read, near: int, used: set[int]) -> Column | None:
    dates = r.sheet.of_kind("date")
    named = [m for m in r.columns if m.column.kind == "date"]
    if named:
        best = max(named, key=lambda m: m.rate - abs(r.tokens[m.start].start - near) / 400)
        used.update(m.start for m in named if m.column is best.column)
        return best.column
    if not dates:
        return None
    return min(dates, key=lambda c: (_late(c), r.sheet.columns.index(c)))


def _late(c: Column) -> bool:
    """Due and end dates are meant only when they are named."""
    return any(
        s in {stem(w) for w in ("due", "end", "expiry", "paid", "updated", "closed", "delivery")} for s in c.stems
    )


def _date_filters(r: Read, ask: Ask, used: set[int]) -> None:
    periods = r.cue("period", "when")
    for c in periods:
        column = _date_column(r, c.start, used)
        said = r.text[c.start : c.end].strip()
        if column is None:
            years = [x for x in r.sheet.of_kind("number") if "year" in x.stems]
            whole_year = (
                isinstance(c.value, tuple)
                and len(c.value) == 2
                and str(c.value[0]).endswith("-01-01")
                and str(c.value[1]).endswith("-01-01")
            )
            if years and whole_year:
                year = int(str(c.value[0])[:4])  # type: ignore[index]
                ask.filters.append(Filter(years[0], "=", (year,), f"{years[0].name} = {year}"))
            elif whole_year and str(c.value[0])[:4] in f"{r.sheet.title} {r.sheet.sheet}":  # type: ignore[index]
                continue  # the file is of that year
            else:
                ask.left.append(said)
            continue
        if c.kind == "when":
            op, bound = c.value  # type: ignore[misc]
            ask.filters.append(Filter(column, str(op), (bound,), f"{column.name} {op} {bound}"))
        elif c.value[0] == "months":  # type: ignore[index]
            months = tuple(c.value[1])  # type: ignore[index]
            ask.filters.append(Filter(column, "month", months, f"{column.name} {said}"))
        else:
            ask.filters.append(Filter(column, "from", tuple(c.value), f"{column.name} {said}"))  # type: ignore[arg-type]
    _out_of_range(r, ask)


def _out_of_range(r: Read, ask: Ask) -> None:
    """A period in which the table has no rows at all is no "0": it is not in the data."""
    for f in ask.filters:
        span = r.facts.span.get((f.column.table, f.column.name))
        if f.op == "from" and span and (f.values[0] > span[1][:10] or f.values[1] <= span[0][:10]):
            ask.left.append(
                f"{f.shown.removeprefix(f.column.name).strip()} (the data runs from {span[0][:10]} to {span[1][:10]})"
            )
        if (
            f.op == "="
            and "year" in f.column.stems
            and span
            and not float(span[0]) <= float(f.values[0]) <= float(span[1])
        ):
            ask.left.append(str(f.values[0]))


def _null_filters(r: Read, ask: Ask, used: set[int]) -> None:
    for c in r.cue("null", "not"):
        if c.kind == "not" and c.value != "without":
            continue
        after = [m for m in r.columns if 0 <= r.tokens[m.start].start - c.end < 12 and m.start not in used]
        if after:
            ask.filters.append(Filter(after[0].column, "null", (), f"{after[0].column.name} is empty"))
            used.add(after[0].start)


def _groups(r: Read, ask: Ask, used: set[int]) -> None:
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
                (named[0].column if named else _date_column(r, c.start, used)),
            )
        elif unit != "time" and not exact:
            if not re.match(r"(?:per|each|a|every)\b", r.text[c.start : c.end], re.I):
                ask.left.append(r.text[c.start : c.end])
    for m in r.columns:
        if m.start in used or (m.column.kind == "number" and not _identifier(m.column, r)):
            continue
        before = r.text[max(0, r.tokens[m.start].start - 22) : r.tokens[m.start].start].casefold()
        if (
            re.search(
                r"\b(?:by|per|each|every|across|among|for each|for every|of each|in each|grouped by|broken down by|split by|for all|of all|all the|of every)\s+(?:the |our |different |single |individual )*$",
                before,
            )
            and m.column.kind != "date"
        ):
            if any(_same(m.column, g) for g in ask.group):
                continue
            if re.search(r"\bper\s+$", before) and r.facts.unique(m.column, r.sheet.rows):
                used.add(m.start)
                continue  # "per order" of a table of orders: the average of its rows
            if any(_same(f.column, m.column) for f in ask.filters) and (
                not re.search(r"\b(?:by|per|each)\s+$", before)
                or any(_same(v.column, m.column) and v.start in (m.end, m.end + 1) for v in r.values)
            ):
                continue
            ask.group.append(m.column)
            used.add(m.start)


def _same(a: Column, b: Column) -> bool:
    return a.table == b.table and a.name == b.name


def _measure(r: Read, ask: Ask, used: set[int]) -> None:
    cues = r.cue("agg")
    kinds = [str(c.value) for c in cues]
    numbers = [
        m for m in r.columns if m.column.kind == "number" and m.start not in used and not _identifier(m.column, r)
    ]
    if "count" in kinds or "headcount" in kinds:
        _counting(r, ask, used, kinds, numbers)
        return
    for kind in ("avg", "median", "sum"):
        if kind in kinds:
            ask.agg = kind
            break
    if not ask.agg and "much" in kinds:
        ask.agg = "sum"
    measure = _pick(r, numbers)
    if measure is not None:
        ask.measure = measure
        _times(r, ask)
    elif (
        ask.agg or r.has("order") or r.has("limit") or ask.group or ask.bucket or r.has("share") or r.has("difference")
    ):
        _implied(r, ask, used)


def _counting(r: Read, ask: Ask, used: set[int], kinds: list[str], numbers: list[Mention]) -> None:
    cue = next(c for c in r.cue("agg") if c.value in ("count", "headcount"))
    after = [m for m in r.columns if r.tokens[m.start].start >= cue.end and m.start not in used]
    noun = min(after, key=lambda m: (r.tokens[m.start].start, -m.rate)) if after else None
    gap = r.text[cue.end : r.tokens[noun.start].start] if noun else ""
    row_noun = [i for i in r.rows if 0 <= r.tokens[i].start - cue.end < 25]
    direct = noun is not None and not re.search(
        r"\b(?:in|at|by|per|with|from|of the|have|has|had|are|is|were|was|did|do)\b", gap, re.I
    )
    if (
        noun
        and direct
        and noun.column.kind == "number"
        and not _identifier(noun.column, r)
        and not (row_noun and r.tokens[row_noun[0]].start < r.tokens[noun.start].start)
    ):
        ask.agg, ask.measure = "sum", noun.column
        if not is_additive(noun.column) or any(s in ("employee",) for s in noun.column.stems):
            ask.agg = "sum"
        used.add(noun.start)
        return
    ask.agg = "count"
    if _counted_value(r, ask, cue):
        return
    if noun and direct and noun.column.kind == "text" and not row_noun:
        distinct = r.facts.distinct.get((noun.column.table, noun.column.name), 0)
        if "distinct" in kinds or (0 < distinct < r.sheet.rows):
            ask.agg, ask.measure = "distinct", noun.column
        used.update(m.start for m in r.columns if m.start == noun.start)
    elif "distinct" in kinds and noun:
        ask.agg, ask.measure = "distinct", noun.column
        used.add(noun.start)


def _counted_value(r: Read, ask: Ask, cue: Cue) -> bool:
    """ "How many teapots …": pieces of a value, so the quantity is added up, where there is one."""
    next_ = [m for m in r.values if 0 <= r.tokens[m.start].start - cue.end <= 2]
    quantity = [
        c
        for c in r.sheet.of_kind("number")
        if any(s in {stem(w) for w in ("quantity", "qty", "units", "pieces", "stock")} for s in c.stems)
    ]
    if next_ and len(quantity) == 1:
        ask.agg, ask.measure = "sum", quantity[0]
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


def _implied(r: Read, ask: Ask, used: set[int]) -> None:
    """No number is named. "sales by region": the one money column; "invoices per site": how many."""
    numbers = [c for c in r.sheet.of_kind("number") if not _identifier(c, r)]
    money = [c for c in numbers if is_money(c)]
    stock_value = re.search(r"\b(?:worth|value|revenue|turnover|sales|cost)\b", r.text, re.I)
    quantity = [
        c
        for c in numbers
        if any(s in {stem(w) for w in ("quantity", "qty", "units", "count", "stock")} for s in c.stems)
    ]
    unit_price = [c for c in numbers if any(s in {stem(w) for w in ("price", "cost", "rate")} for s in c.stems)]
    if stock_value and quantity and unit_price and not any(c for c in money if c not in unit_price):
        ask.measure, ask.times = quantity[0], unit_price[0]
        ask.notes.append(f"{quantity[0].name} × {unit_price[0].name}")
    elif len(money) == 1 and (ask.agg or not r.rows or _money_rows(r) or r.has("share") or r.has("order")):
        ask.measure = money[0]
    elif len(numbers) == 1 and ask.agg:
        ask.measure = numbers[0]
    elif not ask.agg and (r.rows or ask.group) and not r.has("order"):
        ask.agg = "count"
    elif ask.agg:
        ask.left.append(f"which number to {'average' if ask.agg == 'avg' else 'add up'}")


def _times(r: Read, ask: Ask) -> None:
    """ "What is the stock worth?" where only a unit price is kept: quantity × price."""
    numbers = [c for c in r.sheet.of_kind("number") if not _identifier(c, r)]
    quantity = [
        c
        for c in numbers
        if any(s in {stem(w) for w in ("quantity", "qty", "units", "count", "stock")} for s in c.stems)
    ]
    per_unit = (
        ask.measure is not None and any(s in ("price", "unit") for s in ask.measure.stems) and is_money(ask.measure)
    )
    if (
        per_unit
        and quantity
        and quantity[0] is not ask.measure
        and re.search(r"\b(?:worth|value|valued|revenue|turnover|sales)\b", r.text, re.I)
        and ask.agg in ("", "sum")
    ):
        ask.times, ask.measure, ask.agg = (
            ask.measure,
            quantity[0],
            ask.agg or ("" if r.has("order") or r.has("list") else "sum"),
        )
        ask.notes.append(f"{ask.measure.name} × {ask.times.name}")


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


def _ranking(r: Read, ask: Ask, used: set[int]) -> None:
    limits, orders, sorts = r.cue("limit"), r.cue("order"), r.cue("sort")
    if limits:
        ask.limit, ask.order = limits[0].value  # type: ignore[misc]
    elif orders:
        ask.limit, ask.order = 1, str(orders[0].value)
        if re.search(r"\b(?:latest|newest|most recent|youngest)\b", r.text, re.I) or re.search(
            r"\b(?:earliest|oldest|first|longest[- ]serving)\b", r.text, re.I
        ):
            _by_date(r, ask)
    elif sorts:
        ask.order = str(sorts[0].value)
    else:
        return
    noun = _ranked(r, ask, used, (limits or orders or sorts)[0])
    if orders and not limits and _row_ranked(r, orders[0]) and (noun is not None or _asks_which(r)):
        ask.show, ask.agg = ([noun] if noun is not None else []), ""
        if ask.measure is None:
            _implied(r, ask, used)
            ask.agg = ""
        return
    if ask.bucket and re.search(
        r"\b(?:which|what|in which)\s+(?:\w+\s+)?(?:day|week|month|quarter|year)\b", r.text, re.I
    ):
        ask.agg = ask.agg or "sum"
    elif noun is not None and noun.kind in ("text", "bool"):
        by_row = r.facts.unique(noun, r.sheet.rows)
        if by_row or (not r.facts.distinct and ask.agg == ""):
            ask.show = [noun]
            ask.agg = ""
        elif not any(_same(noun, g) for g in ask.group):
            ask.group.append(noun)
    elif (
        not ask.group
        and not ask.bucket
        and not sorts
        and not limits
        and (orders and not noun)
        and ask.measure is not None
        and not r.rows
        and not _asks_which(r)
    ):
        ask.agg, ask.limit = ("max" if ask.order == "desc" else "min"), 0
        ask.order = ""
        return
    if ask.measure is None and not ask.agg:
        _implied(r, ask, used)
    if (ask.group or ask.bucket) and not ask.agg:
        ask.agg = (
            ("sum" if ask.measure is not None and is_additive(ask.measure) else "max" if ask.order == "desc" else "min")
            if ask.measure is not None
            else "count"
        )
    if not ask.group and not ask.bucket and ask.agg in ("sum", "count") and ask.limit and ask.measure is not None:
        ask.agg = ""


def _row_ranked(r: Read, cue: Cue) -> bool:
    """ "the largest invoice": rows are ranked, not sums of them."""
    next_ = next((i for i, w in enumerate(r.tokens) if w.start >= cue.end), None)
    return (
        next_ is not None
        and next_ in r.rows
        and not re.search(r"\b(?:number|total|sum|most) (?:of )?$", r.text[: r.tokens[next_].start], re.I)
    )


def _asks_which(r: Read) -> bool:
    return bool(
        re.search(r"\b(?:which|who|whose|what (?:is|was|were|are) (?:the|our) (?:name|date|day))\b", r.text, re.I)
    )


def _by_date(r: Read, ask: Ask) -> None:
    """ "the earliest due date", "the longest-serving employee": a date is ranked, not a number."""
    dates = r.sheet.of_kind("date")
    if not dates:
        return
    named = [m.column for m in r.columns if m.column.kind == "date"]
    if not named and ask.measure is not None:
        return
    column = named[0] if named else dates[0]
    ask.measure = column
    ask.agg = ""
    serving = re.search(r"\blongest[- ]serving|oldest|earliest|first\b", r.text, re.I)
    ask.order = "asc" if serving else "desc"
    if (
        named
        and re.search(
            r"\b(?:earliest|latest|first|last|oldest|newest|most recent)\s+(?:\w+\s+)?(?:date|day|"
            + "|".join(map(re.escape, column.name.casefold().split()))
            + r")\b",
            r.text,
            re.I,
        )
        and not re.search(r"\bwhich|who\b", r.text, re.I)
    ):
        ask.agg = "min" if serving else "max"
        ask.order, ask.limit = "", 0


def _ranked(r: Read, ask: Ask, used: set[int], cue: Cue) -> Column | None:
    """What is ranked: "which PRODUCT …", "top 3 sales REPS", "who …": a text column, or None for whole rows."""
    texts = [
        m for m in r.columns if m.column.kind in ("text", "bool") and not any(f.column is m.column for f in ask.filters)
    ]
    asked = re.search(
        r"\b(?:which|what|whose|list(?: all)?(?: the)?|rank(?: the)?|sort(?: the)?)\s+(?:of\s+)?(?:our\s+|the\s+|my\s+)?",
        r.text,
        re.I,
    )
    near: list[tuple[int, Mention]] = []
    for m in texts:
        at = r.tokens[m.start].start
        distance = min(abs(at - asked.end()) if asked else 999, at - cue.end if at >= cue.end else 999)
        near.append((distance, m))
    near.sort(key=lambda x: (x[0], -x[1].rate))
    first = re.match(r"\s*(?:and |so )?(?:who|what|which)(?:'s|’s| is| are| was)\s+(?:the |our |my )?", r.text, re.I)
    asked_first = [m for m in texts if first and r.tokens[m.start].start == first.end()]
    if asked_first:
        return asked_first[0].column
    if near and near[0][0] <= 22:
        # a row noun between the cue and the column: "the largest invoice of which supplier"
        return near[0][1].column
    if re.search(r"\bwho(?:'s)?\b", r.text, re.I):
        people = [
            c
            for c in r.sheet.of_kind("text")
            if any(
                s
                in {
                    stem(w)
                    for w in (
                        "name",
                        "rep",
                        "employee",
                        "person",
                        "customer",
                        "manager",
                        "seller",
                        "student",
                        "player",
                        "author",
                    )
                }
                for s in c.stems
            )
        ]
        return people[0] if people else None
    subject = [i for i in r.rows if r.tokens[i].stem in r.sheet.stems or r.tokens[i].stem]
    if subject and r.sheet.of_kind("text"):
        return None
    return ask.group[0] if ask.group else None


def _shares(r: Read, ask: Ask) -> None:
    if not r.has("share"):
        return
    if any(c.kind == "share" and r.text[c.start : c.end] == "%" for c in r.cue("share")) and not re.search(
        r"percent|share|proportion", r.text, re.I
    ):
        return
    ask.share = True
    if not ask.agg or ask.agg in ("", "distinct"):
        ask.agg = "sum" if ask.measure is not None else "count"
    ask.limit, ask.order = 0, ask.order
    periods = [f for f in ask.filters if f.op in ("from", "month")]
    values = [f for f in ask.filters if f not in periods]
    ask.whole = periods if values else []


def _comparison(r: Read, ask: Ask) -> None:
    """ "Compare North and South", "the first half with the second half": one row each; the difference when asked for."""
    cue = r.cue("difference")
    several = [f for f in ask.filters if f.op == "in" and len(f.values) > 1]
    periods = [f for f in ask.filters if f.op in ("from", "month")]
    if (
        (len(periods) > 1
        and all(p.column is periods[0].column for p in periods))
        or (len(periods) > 1 and not ask.bucket)
    ):
        ask.difference = any(c.value == "difference" for c in cue)
        ask.agg = ask.agg or ("sum" if ask.measure is not None else "count")
        return
    if (
        several
        and (cue or re.search(r"\b(?:and|respectively|each|or|both)\b", r.text, re.I))
        and not ask.group
        and ask.limit == 0
    ) and (cue or re.search(r"\brespectively|each|both|compare|higher|lower|more|less\b", r.text, re.I)):
        ask.group.append(several[0].column)
        ask.difference = any(c.value == "difference" for c in cue)
        if not ask.agg:
            ask.agg = "sum" if ask.measure is not None else "count"


def _listing(r: Read, ask: Ask, used: set[int]) -> None:
    """Rows are asked for: "which invoices are in dispute", "who has more than 23 days left"."""
    if ask.agg or (ask.limit and ask.show):
        return
    if ask.group or ask.bucket:
        ask.agg = "sum" if ask.measure is not None else "count"
        return
    level = _column_pair(r)
    if level is not None:
        ask.filters.append(level)
        ask.measure = None
    named = [m.column for m in r.columns if not any(f.column is m.column for f in ask.filters)]
    if (
        len({c.name for c in named}) == 1
        and named[0].kind == "text"
        and not ask.filters
        and not ask.limit
        and r.has("list")
        and not r.facts.unique(named[0], r.sheet.rows)
    ):
        ask.group, ask.agg = [named[0]], "count"  # "which products are there?"
        return
    for c in named:
        if not any(_same(c, s) for s in ask.show):
            ask.show.append(c)
    if (
        not ask.limit
        and ask.measure is not None
        and not r.has("list")
        and (not ask.filters or is_additive(ask.measure))
        and level is None
    ):
        ask.agg = "sum" if is_additive(ask.measure) else ""
        if not ask.agg:
            ask.left.append(f"what of {ask.measure.name}")


def _column_pair(r: Read) -> Filter | None:
    """ "below their reorder level": one number column against another."""
    m = re.search(
        r"\b(?P<op>below|under|less than|lower than|fewer than|above|over|more than|higher than|greater than|exceed(?:s|ed|ing)?)\s+(?:its|their|the|our)\s+",
        r.text,
        re.I,
    )
    if not m:
        return None
    right = [x for x in r.columns if x.column.kind == "number" and 0 <= r.tokens[x.start].start - m.end() < 4]
    if not right:
        return None
    others = [c for c in r.sheet.of_kind("number") if c.name != right[0].column.name and not is_money(c)]
    quantity = [c for c in others if any(related(s, stem("quantity")) for s in c.stems)] or others
    if not quantity:
        return None
    op = "<" if re.match(r"below|under|less|lower|fewer", m["op"], re.I) else ">"
    return Filter(quantity[0], op, (), f"{quantity[0].name} {op} {right[0].column.name}", right[0].column)


def _chart(r: Read, ask: Ask) -> None:
    charts = r.cue("chart")
    if charts:
        ask.chart = str(charts[0].value) or ("line" if ask.bucket else "bar")
    elif (ask.bucket or ask.group) and ask.agg and not ask.limit:
        ask.chart = "line" if ask.bucket else "bar"
