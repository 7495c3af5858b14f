"""Superlatives and orders: which one has the most, the top five, the largest single row, the earliest date."""

from __future__ import annotations

import re

from agents.rules.tables.column_kinds import is_additive
from agents.rules.tables.cue import Cue
from agents.rules.tables.findings import Mention, Read
from agents.rules.tables.measures import implied, same
from agents.rules.tables.ranking_people import people
from agents.rules.tables.schema import Ask, Column
from agents.rules.words import stem

_LONG_AGO = re.compile(
    r"\b(?:earliest|oldest|first|longest[- ](?:serving|standing|outstanding))\b|\b(?:been|served|worked|belonged|employed|member)\b.*\blongest\b",
    re.I,
)
_STANDING = re.compile(r"\blongest[- ](?:serving|standing|outstanding)\b", re.I)
_WHEN = re.compile(r"(?:and |so )?(?:when|(?:on )?(?:what|which) (?:date|day)) ", re.I)
# Of these the most is the worst.
_BAD_WORDS = """
delay error complaint defect cost expense loss absence return fault waste failure wait downtime injury accident debt
overdue late penalty fine alarm damage reject scrap churn
"""
_BAD = frozenset(stem(w) for w in _BAD_WORDS.split())
_WORST, _BEST = re.compile(r"\bworst\b", re.I), re.compile(r"\bbest\b", re.I)
_LATEST = re.compile(r"\b(?:latest|newest|most recent(?:ly)?|youngest|the last)\b", re.I)
_WHO_DID = re.compile(r"\W*(?:and |so )?who\b(?!['’]s\b)", re.I)
_WHAT_IS = re.compile(r"\W*(?:and |so )?what(?:['’]s| is| was| were| are)? (?:the |our |my )?", re.I)
_TO_WHOM = re.compile(r"\b(?:whom?|which|when|where|what for)\b", re.I)
_TOTAL_OF = re.compile(r"\b(?:number|total|sum|most) (?:of )?$", re.I)
_ASKS_WHICH = re.compile(
    r"""
    \b(?:which|who|whom|whose
        |and[ ](?:when|where|what[ ]for)
        |what[ ](?:is|was|were|are)[ ](?:the|our)[ ](?:name|date|day))\b
    """,
    re.I | re.X,
)
_WHICH_OR_WHO = re.compile(r"\b(?:which|who)\b", re.I)
_WHO = re.compile(r"\bwho(?:'s)?\b", re.I)
_WHO_IS_THE = re.compile(r"\s*(?:and |so )?(?:who|what|which)(?:'s|’s| is| are| was)\s+(?:the |our |my )?", re.I)
_RANKED = re.compile(
    r"""
    \b(?:which|what|whose|list(?:[ ]all)?(?:[ ]the)?|rank(?:[ ]the)?|sort(?:[ ]the)?)\s+
        (?:of\s+)?(?:our\s+|the\s+|my\s+)?
    """,
    re.I | re.X,
)
_WHICH_PERIOD = re.compile(r"\b(?:which|what|in which)\s+(?:\w+\s+)?(?:day|week|month|quarter|year)\b", re.I)


def worst(r: Read, ask: Ask) -> None:
    """ "The worst delay" is the highest, "the worst revenue" the lowest."""
    if ask.order and ask.measure is not None and set(ask.measure.stems) & _BAD:
        if _WORST.search(r.text):
            ask.order = "desc"
        elif _BEST.search(r.text):
            ask.order = "asc"


def ranking(r: Read, ask: Ask, used: set[int]) -> None:
    """What is ranked, in which order and how many of it, in this order: by the wording alone; where one row is the
    answer; rows or groups; and what they are ranked by."""
    if (cue := _in_order(r, ask, used)) is None:
        return
    noun = _ranked(r, ask, cue)
    if _WHO_DID.match(r.text) and noun is None and r.facts.distinct and not people(r):
        ask.left.append("who")  # no column names anybody: not answered with a row of no one
    if cue.kind == "order" and _one_row(r, ask, cue, noun):
        return
    if not _rows_or_groups(r, ask, cue, noun):
        _measured(r, ask)


def _in_order(r: Read, ask: Ask, used: set[int]) -> Cue | None:
    """The cue that says how it is ordered; None where there is none, or with it all is decided."""
    limits, orders, sorts = r.cue("limit"), r.cue("order"), r.cue("sort")
    if limits:
        ask.limit, ask.order = limits[0].value  # type: ignore[misc]
        return limits[0]
    if orders:
        ask.limit, ask.order = 1, str(orders[0].value)
        if _SERVED.search(r.text):
            _longest(r, ask, used)
            return None
        if _LATEST.search(r.text) or _LONG_AGO.search(r.text):
            _by_date(r, ask)
            if ask.agg in ("min", "max"):
                return None
        return orders[0]
    if sorts:
        ask.order = str(sorts[0].value)
        if not ask.agg and not ask.group and (when := _sorted_by_date(r, sorts[0])) is not None:
            ask.measure = when
            used.update(m.start for m in r.columns if m.column is when)
            return None
        return sorts[0]
    return None


def _one_row(r: Read, ask: Ask, cue: Cue, noun: Column | None) -> bool:
    """ "The largest invoice", "the biggest amount, and to whom": one row, and no sum of rows."""
    if _value_ranked(r, ask, cue):
        ask.show, ask.agg = [], ""
        return True
    if not _row_ranked(r, cue) or (noun is None and not _asks_which(r)):
        return False
    ask.show, ask.agg = ([noun] if noun is not None else []), ""
    if ask.measure is None:
        implied(r, ask)
        ask.agg = ""
    return True


def _rows_or_groups(r: Read, ask: Ask, cue: Cue, noun: Column | None) -> bool:
    """Does one number answer ("the highest price")? Else the rows are shown, or grouped by what is ranked."""
    if ask.bucket and _WHICH_PERIOD.search(r.text):
        ask.agg = ask.agg or "sum"
    elif noun is not None and noun.kind in ("text", "bool"):
        by_row = r.facts.unique(noun, r.sheet.rows)
        if by_row or (not r.facts.distinct and ask.agg == ""):
            ask.show = [noun]
            ask.agg = ""
        elif not any(same(noun, g) for g in ask.group):
            ask.group.append(noun)
    elif (
        cue.kind == "order"
        and not (ask.group or ask.bucket or r.rows or r.cue("sort"))
        and noun is None
        and ask.measure is not None
        and not _asks_which(r)
    ):
        ask.agg, ask.limit = ("max" if ask.order == "desc" else "min"), 0
        ask.order = ""
        return True
    return False


def _measured(r: Read, ask: Ask) -> None:
    """By which number, and of groups by what of it: sums where they add up, else the highest or the lowest."""
    if ask.measure is None and not ask.agg:
        implied(r, ask)
    if (ask.group or ask.bucket) and not ask.agg:
        if ask.measure is None:
            ask.agg = "count"
        elif ask.measure.kind == "number" and (is_additive(ask.measure) or _amount_of(r, ask.measure)):
            ask.agg = "sum"
        else:
            ask.agg = "max" if ask.order == "desc" else "min"
    if not ask.group and not ask.bucket and ask.agg in ("sum", "count") and ask.limit and ask.measure is not None:
        ask.agg = ""


_MASS = {stem(w) for w in "weight mass volume length distance".split()}  # noqa: SIM905


def _amount_of(r: Read, measure: Column) -> bool:
    """ "Who received the most weight": all of it together, where "the highest weight" is one row's."""
    most = [c.end for c in r.cue("order") if re.fullmatch(r"most|least", r.text[c.start : c.end], re.I)]
    beside = any(m.column is measure and 0 < r.tokens[m.start].start - end <= 2 for m in r.columns for end in most)
    return beside and bool(_MASS & {*measure.stems})


def _value_ranked(r: Read, ask: Ask, cue: Cue) -> bool:
    """ "What was the biggest net amount …, and to whom?": the one row, whole, not a sum over whom."""
    opens = _WHAT_IS.fullmatch(r.text[: cue.start])
    beside = any(m.column is ask.measure and -1 <= r.tokens[m.start].start - cue.end <= 12 for m in r.columns)
    asked = _TO_WHOM.search(r.text[cue.end :])
    return bool(opens and beside and asked)


def _row_ranked(r: Read, cue: Cue) -> bool:
    """ "the largest invoice": rows are ranked, not sums of them. ("The highest energy cost": of the energy table, a cost.)"""
    if re.match(r"\s+(?:single|individual)\b", r.text[cue.end :], re.I):
        return True
    next_ = next((i for i, w in enumerate(r.tokens) if w.start >= cue.end), None)
    return (
        next_ is not None
        and next_ in r.rows
        and not any(m.start == next_ + 1 and m.column.kind == "number" for m in r.columns)
        and not _TOTAL_OF.search(r.text[: r.tokens[next_].start])
    )


def _asks_which(r: Read) -> bool:
    return bool(_ASKS_WHICH.search(r.text))


_SERVED = re.compile(r"\bwho\b.*\b(?:been|served|worked|belonged|employed|lived|stayed|rented)\b.*\blongest\b", re.I)
_SINCE = {stem(w) for w in "joined join start started since hired hire begin began member enrolled registered employed entry admitted moved".split()}  # fmt: skip  # noqa: SIM905


_DOING = re.compile(r"\bbeen ([a-z]+ing(?: out| with us| here| for us)?|with us|around|here) (?:the )?longest\b", re.I)


def _longest(r: Read, ask: Ask, used: set[int]) -> None:
    """ "Who has been with us the longest": who came first, of a table that says when they came."""
    came = next((c for c in r.sheet.of_kind("date") if _SINCE & {*c.stems}), None)
    who = people(r)
    each = who is not None and (not r.facts.distinct or r.facts.unique(who, r.sheet.rows))
    if came is None or not each or who is None:
        ask.left.append("longest")  # no row is somebody
        return
    ask.measure, ask.agg, ask.order, ask.show = came, "", "asc", [who]
    if m := _DOING.search(r.text):  # "who's been helping out the longest": what they have done since
        r.left[:] = [i for i in r.left if not m.start(1) <= r.tokens[i].start < m.end(1)]
    used.update(m.start for m in r.columns if m.column is came)


_IN_TIME = re.compile(r"\b(?:earliest|oldest|soonest|latest|newest)\b", re.I)


def _sorted_by_date(r: Read, cue: Cue) -> Column | None:
    """ "Oldest first", "earliest due date first": rows in the order of a date, the one named or else the table's first."""
    if not _IN_TIME.search(r.text[cue.start : cue.end]):
        return None
    said = {stem(w.text) for w in r.tokens if cue.start <= w.start < cue.end}
    dates = r.sheet.of_kind("date")
    return next((c for c in dates if said & {*c.stems}), next(iter(dates), None))


def _by_date(r: Read, ask: Ask) -> None:
    """ "the earliest due date", "the longest-serving employee": a date is ranked, not a number."""
    dates = r.sheet.of_kind("date")
    if not dates:
        return
    named = [m.column for m in r.columns if m.column.kind == "date"]
    when = _WHEN.match(r.text)
    said = any(m.column is ask.measure for m in r.columns)
    if not named and ask.measure is not None and not when and (said or not _STANDING.search(r.text)):
        return
    column = named[0] if named else dates[0]
    ask.measure = column
    ask.agg = ""
    serving = _LONG_AGO.search(r.text)
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
        and not _WHICH_OR_WHO.search(r.text)
    ) or when:
        ask.agg = "min" if serving else "max"
        ask.order, ask.limit = "", 0


def _ranked(r: Read, ask: Ask, cue: Cue) -> Column | None:
    """What is ranked: "which PRODUCT …", "top 3 sales REPS", "who …": a text column, or None for whole rows."""
    texts = [
        m for m in r.columns if m.column.kind in ("text", "bool") and not any(f.column is m.column for f in ask.filters)
    ]
    asked = _RANKED.search(r.text)
    near: list[tuple[int, Mention]] = []
    for m in texts:
        at = r.tokens[m.start].start
        distance = min(abs(at - asked.end()) if asked else 999, at - cue.end if at >= cue.end else 999)
        near.append((distance, m))
    near.sort(key=lambda x: (x[0], -x[1].rate))
    first = _WHO_IS_THE.match(r.text)
    asked_first = [m for m in texts if first and r.tokens[m.start].start == first.end()]
    if asked_first:
        return asked_first[0].column
    if near and near[0][0] <= 22:
        # a row noun between the cue and the column: "the largest invoice of which supplier"
        return near[0][1].column
    if _WHO.search(r.text):
        return people(r)
    if r.rows and r.sheet.of_kind("text"):
        return None  # "the five largest bookings": the rows themselves
    return ask.group[0] if ask.group else None
