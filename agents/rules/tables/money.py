"""Money by what the question means: "takings", "spent", "worth", "what did they come to" ask for an amount of money, whatever
other numbers there are; and spending is looked for where things are bought, earnings where they are sold.
"""

from __future__ import annotations

import re

from agents.rules.tables.column_kinds import is_each, is_money, pieces, principal
from agents.rules.tables.findings import Read
from agents.rules.tables.schema import Ask, Column, Sheet
from agents.rules.words import stem

_OF_WHAT = re.compile(r"\bhow much (?!money\b|cash\b|(?:did|do|does|have|has|had|is|was|are|were|will|would|we|they|in|on|of|to|for|the|our|went|goes|each|every)\b)(?P<noun>[a-z]+)", re.I)  # fmt: skip
_SPENT = r"(?:spen[dt]|spends|spending|expenditure|outlay|(?:cost|costs) us|money (?:went|goes|gone)|(?:did|have|do) we (?:pay|paid)|we(?:['’]ve)? paid|paid (?:out|to)|bought|buy(?:ing)?|purchases?|went (?:to|on))"
_EARNED = r"(?:takings|earn(?:s|ed|ings?|er)?|br(?:ing|ings|ought) in|(?:take|takes|took|taken) in|(?:did|have|do) we (?:take|taken|make|made|earn|earned)|made (?:from|on|out of)|gross(?:ed|es)?|income|revenue|proceeds|turnover|sold|sell|sales)"
_MONEY = re.compile(rf"\b(?:money|cash|worth|valued? at|c[oa]me to|amount(?:s|ed)? to|owed?|(?:did|do|does|have|has) (?:\w+ ){{1,3}}(?:cost|pay|paid|make|made|earn|earned|invoiced|billed|charged)|(?:has|have|had) (?:invoiced|billed|charged)|{_SPENT}|{_EARNED})\b", re.I)  # fmt: skip
# The noun or verb of a total: no words to be found in a column.
_TOTAL = re.compile(rf"^\W*(?:and |so |please )?(?:whats|what(?:['’]s| did| do| does| have| has| is| was| are| were))\b.*\b(?:c[oa]me to|amount to|worth|cost|pay|paid|make|made|take|taken|{_SPENT}|{_EARNED})\b", re.I)  # fmt: skip
_WORTH = re.compile(r"\b(?:worth|valued?|value of|revenue|turnover|sales|takings|spen[dt]|money|c[oa]me to)\b", re.I)
_SPENDS, _EARNS = re.compile(rf"\b{_SPENT}\b", re.I), re.compile(rf"\b{_EARNED}\b", re.I)
_WORDS = re.compile(rf"\b(?:money|cash|worth|takings|proceeds|earner|earners|{_SPENT}|{_EARNED})\b", re.I)
_OUT = {stem(w) for w in "expense cost purchase spend spending supplier vendor payee outgoing bill payment".split()}  # noqa: SIM905
_IN = {stem(w) for w in "sale booking hire customer client guest revenue income takings donation donor ticket tenant rental".split()}  # fmt: skip  # noqa: SIM905


def asks_money(r: Read) -> bool:
    """Is it an amount of money that is asked for? "How much time did we spend" is none."""
    return bool(_MONEY.search(r.text)) and not (_OF_WHAT.search(r.text) and "money" not in r.text.casefold())


def asks_total(r: Read) -> bool:
    """ "What did the returned hires come to?": adds up without saying so."""
    return bool(_TOTAL.match(r.text)) and not any(r.has(k) for k in ("agg", "order", "limit", "compare"))


def by_money(r: Read, ask: Ask, named: Column | None) -> bool:
    """Sets the measure where money is asked for and no column of it is named by its own words; True when it did.

    A price of a piece is no sum: it goes with the number of pieces, or is not added up.
    """
    numbers = r.amounts()
    if ask.agg not in ("", "sum") or (named is not None and not only_akin(r, named)):
        return False
    own = [c for c in numbers if c.table == r.sheet.name]  # of two joined tables the one whose rows are added up
    whole = _by_direction(r, own) or principal(own) or _by_direction(r, numbers) or principal(numbers)
    if whole is not None and not is_piece_price(whole, numbers):
        ask.measure = whole
        return True
    return product(r, ask)


_COSTS = {stem(w) for w in ("cost", "expense", "spend", "spent", "spending", "expenditure")}
_GAINS = {stem(w) for w in ("revenue", "income", "sale", "earned", "earnings", "takings", "turnover", "proceeds")}


def _by_direction(r: Read, numbers: list[Column]) -> Column | None:
    """ "How much have we spent on it", of a table that keeps fees and costs: the one column of costs."""
    spends, earns = bool(_SPENDS.search(r.text)), bool(_EARNS.search(r.text))
    if spends == earns:
        return None
    meant = [c for c in numbers if is_money(c) and not is_each(c) and set(c.stems) & (_COSTS if spends else _GAINS)]
    return meant[0] if len(meant) == 1 else None


def product(r: Read, ask: Ask) -> bool:
    """ "What is the stock worth?" where a count and a price of one are kept: count × price."""
    numbers = r.amounts()
    each, count = [c for c in numbers if is_money(c) and is_piece_price(c, numbers)], pieces(numbers)
    if len(each) != 1 or count is None or not _WORTH.search(r.text):
        return False
    ask.measure, ask.times = count, each[0]
    ask.notes.append(f"{count.name} × {each[0].name}")
    return True


def is_piece_price(c: Column, numbers: list[Column]) -> bool:
    return is_each(c) or (stem("price") in c.stems and "total" not in c.stems and pieces(numbers) is not None)


def only_akin(r: Read, c: Column) -> bool:
    """Is the column meant by a synonym alone ("spent" for "Amount"), and not by a word of its name?"""
    said = {r.tokens[i].stem for m in r.columns if m.column is c for i in range(m.start, m.end)}
    return not said & set(c.stems)


def money_words(r: Read) -> set[int]:
    """Words left over that say no more than that money is meant."""
    spans = [m.span() for m in _WORDS.finditer(r.text)]
    own = [i for i in r.left if r.tokens[i].stem not in r.sheet.others]  # "purchases" may be the other sheet's rows
    return {i for i in own if any(a <= r.tokens[i].start < b for a, b in spans)}


def direction(r: Read, sheet: Sheet) -> float:
    """How well spending or earning fits the sheet: where we buy, or where we sell."""
    spends, earns = bool(_SPENDS.search(r.text)), bool(_EARNS.search(r.text))
    named = {s for c in sheet.columns for s in c.stems}
    for stems in (sheet.stems, named):
        out, taken = bool(stems & _OUT), bool(stems & _IN)
        if out != taken:
            return (0.6 if out == spends else -0.6) if spends != earns else 0.0
    return 0.0
