"""What a read question asks: the aggregate, its column, groups, filters, order. One decision a function."""

from __future__ import annotations

import re

from agents.rules.tables.column_kinds import is_additive, is_money
from agents.rules.tables.denied import bool_filters, flag_filters, given_filters, null_filters, unheard
from agents.rules.tables.filters import date_filters, number_filters, some_filters, value_filters
from agents.rules.tables.findings import Mention, Read
from agents.rules.tables.having import chosen_groups, having
from agents.rules.tables.measures import find_measure, groups, in_stock, same
from agents.rules.tables.money import direction, money_words
from agents.rules.tables.not_carried import not_carried, of_a_rate, unused_guesses
from agents.rules.tables.overdue import overdue_filters
from agents.rules.tables.pairs import pair_filters
from agents.rules.tables.ranking import ranking, worst
from agents.rules.tables.ranking_people import people
from agents.rules.tables.ratios import extent, ratio
from agents.rules.tables.rows import called
from agents.rules.tables.schema import Ask
from agents.rules.tables.spans import span_filters
from agents.rules.tables.spare import examples, meant_groups, part_of_names, spare

_PER = ("by", "per", "each", "every", "across", "for each", "grouped")


def decide(r: Read) -> Ask:
    examples(r)
    part_of_names(r)
    meant_groups(r)
    ask = Ask(r.sheet)
    used: set[int] = set()
    bool_filters(r, ask, used)
    flag_filters(r, ask, used)
    value_filters(r, ask)
    overdue_filters(r, ask, used)
    span_filters(r, ask, used)
    having(r, ask, used)
    number_filters(r, ask, used)
    some_filters(r, ask, used)
    pair_filters(r, ask, used)
    null_filters(r, ask, used)
    given_filters(r, ask, used)
    date_filters(r, ask, used)
    groups(r, ask, used)
    find_measure(r, ask, used)
    in_stock(r, ask)
    ranking(r, ask, used)
    worst(r, ask)
    ratio(r, ask)
    extent(r, ask)
    _shares(r, ask)
    _comparison(r, ask)
    _listing(r, ask)
    _chart(r, ask)
    chosen_groups(ask)
    ask.left += not_carried(r, ask)
    if ask.measure is not None and is_money(ask.measure if ask.times is None else ask.times):
        meant = money_words(r)
        r.left[:] = [i for i in r.left if i not in meant]
    numbers = r.amounts()
    ask.codes = frozenset(c.name for c in r.sheet.of_kind("number") if c not in numbers)
    unused = spare(r, ask)
    if ask.order and ask.limit and ask.measure is None and not ask.group and not ask.bucket:
        ask.left.append("what to rank by")  # rows in no order have no first
    ask.left += [r.tokens[i].text for i in r.left if i not in unused] + unused_guesses(r, ask, used) + unheard(r, ask)
    ask.unused = [r.tokens[i].text for i in sorted(unused | set(r.unused))]
    ask.notes += [f"“{said}” read as {column}" for said, column in r.read_as.items()]
    ask.partly = any(m.rate < 0.9 for m in r.values)
    ask.score = _score(r, ask)
    return ask


def _score(r: Read, ask: Ask) -> float:
    named = sum(2.0 * m.rate if m.value else m.rate for m in _unique(r.columns) + _unique(r.values))
    title = sum(1.5 if r.tokens[i].stem in r.sheet.stems else 0.8 for i in r.rows if called(r.tokens[i].stem, r.sheet))
    return (
        named
        + title
        + direction(r, r.sheet)
        + 0.2 * len(r.rows)
        - 2.5 * len(ask.left)
        + (0.5 if ask.agg or ask.group else 0.0)
        + (1.0 if ask.less is not None else 0.0)  # "owes" named two columns of it
        + (1.0 if ask.limit == 1 and ask.measure is not None and ask.measure.kind == "date" else 0.0)
    )


def _unique(found: list[Mention]) -> list[Mention]:
    best: dict[int, Mention] = {}
    for m in found:
        if m.start not in best or m.rate > best[m.start].rate:
            best[m.start] = m
    return list(best.values())


def _shares(r: Read, ask: Ask) -> None:
    if not r.has("share") or sum(f.op in ("from", "month") for f in ask.filters) > 1:
        return  # two periods and "percent": a change between them
    if any(c.kind == "share" and r.text[c.start : c.end] == "%" for c in r.cue("share")) and not re.search(
        r"percent|share|proportion", r.text, re.I
    ):
        return
    ask.share = True
    if _of_rows(r):  # "what percentage of bookings": of how many there are, not of what they are worth
        ask.measure, ask.agg = None, "count"
    if not ask.agg or ask.agg in ("", "distinct"):
        ask.agg = "sum" if ask.measure is not None else "count"
    ask.limit, ask.order = 0, ask.order
    periods = [f for f in ask.filters if f.op in ("from", "month")]
    values = [f for f in ask.filters if f not in periods]
    ask.whole = periods if values else []


def _of_rows(r: Read) -> bool:
    """Is the share one of rows: "share of the orders", with no column of numbers named?"""
    m = re.search(
        r"\b(?:share|percent(?:age)?|proportion|fraction|portion|part) (?:of|from) (?:(?:our|the|all|my|their|these|those|of)\s+)*(?P<noun>\w+)",
        r.text,
        re.I,
    )
    if m is None:
        return False
    at = next((i for i, w in enumerate(r.tokens) if w.start == m.start("noun")), None)
    if at is not None and any(x.start == at + 1 and x.column.kind == "number" for x in r.columns):
        return False  # "of the lesson charges"
    return at is not None and (at in r.rows or r.tokens[at].stem in r.sheet.stems)


def _comparison(r: Read, ask: Ask) -> None:
    """ "Compare North and South", "the first half with the second half": one row each; the difference when asked for."""
    cue = r.cue("difference") or r.cue("chart")  # a chart of two values shows each
    several = [f for f in ask.filters if f.op == "in" and len(f.values) > 1]
    periods = [f for f in ask.filters if f.op in ("from", "month")]
    if (len(periods) > 1 and all(p.column is periods[0].column for p in periods)) or (
        len(periods) > 1 and not ask.bucket
    ):
        ask.difference = any(c.value == "difference" for c in cue)
        ask.agg = ask.agg or ("sum" if ask.measure is not None else "count")
        return
    if (
        several
        and (cue or re.search(r"\b(?:and|respectively|each|or|both)\b", r.text, re.I))
        and not ask.group
        and ask.limit == 0
    ) and (cue or re.search(r"\b(?:respectively|each|both|compare[ds]?|higher|lower|more|less)\b", r.text, re.I)):
        ask.group.append(several[0].column)
        ask.difference = any(c.value == "difference" for c in cue)
        if not ask.agg:
            ask.agg = "sum" if ask.measure is not None else "count"
        return
    changes = [c for c in cue if re.match(r"chang|gr[eo]w", r.text[c.start : c.end], re.I)]
    ask.left += [r.text[c.start : c.end] for c in changes if not ask.bucket]  # of what to what was not understood


def _listing(r: Read, ask: Ask) -> None:
    """Rows are asked for: "which invoices are in dispute", "who has more than 23 days left"."""
    if ask.agg or (ask.limit and ask.show):
        return
    if ask.group or ask.bucket:
        ask.agg = "sum" if ask.measure is not None else "count"
        return
    level = any(f.other for f in ask.filters)
    if level:
        ask.measure = None
    if not ask.filters and not ask.limit and not ask.order:
        _no_condition(r, ask)
    named = [m.column for m in r.columns if not any(m.column in (f.column, f.other) for f in ask.filters)]
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
    if not named and re.match(r"\W*(?:and )?who\b", r.text, re.I) and (person := people(r)):
        named = [person]
    for c in named:
        if not any(same(c, s) for s in ask.show):
            ask.show.append(c)
    if (
        not ask.limit
        and ask.measure is not None
        and not r.has("list")
        and (not ask.filters or is_additive(ask.measure))
        and not level
    ):
        ask.agg = "sum" if is_additive(ask.measure) and not of_a_rate(r, ask) else ""
        if not ask.agg:
            ask.left.append(f"what of {ask.measure.name}")


_ALLOWED = re.compile(r"\W*(?:and |so |but )?(?:can|could|may|might|must|should|shall|will|would|do (?:i|we|you|they|people) (?:have|need)|(?:am|is|are) \w+ (?:allowed|permitted|supposed|able))\b", re.I)  # fmt: skip
_POLAR = re.compile(r"\W*(?:and |so |but )?(?:is|are|was|were|do|does|did|has|have|had|am|isn't|aren't|doesn't|don't|didn't)\b", re.I)  # fmt: skip
_POLITE = re.compile(r"\W*(?:can|could|will|would) (?:you|i (?:see|have|get)|we (?:see|have|get))\b", re.I)


def _no_condition(r: Read, ask: Ask) -> None:
    """All rows of a table answer only who asks for all rows: no question about what is allowed, or whether it is so."""
    polar = (_ALLOWED.match(r.text) or _POLAR.match(r.text)) and not _POLITE.match(r.text)
    if polar or (ask.measure is None and not r.columns and not r.has("list") and not r.rows):
        ask.left.append("which rows")


def _chart(r: Read, ask: Ask) -> None:
    charts = r.cue("chart")
    if charts:
        ask.chart = str(charts[0].value) or ("line" if ask.bucket else "bar")
    elif (ask.bucket or ask.group) and ask.agg and not ask.limit:
        ask.chart = "line" if ask.bucket else "bar"
