"""A text's rate on the rows of a table: "how much commission do we owe for May's hires?" where a text says "12 per cent of the
charge on every hire that was returned"; and what is left of a budget that a text states.

A sentence counts when it says all that the table could not fit, states one rate, and every unit of it ("per night", "of
the charge") is a column. Its own conditions hold too. It is always shown with the result.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from agents.rules.shapes import Embed
from agents.rules.tables.column_kinds import is_money, principal
from agents.rules.tables.findings import Read
from agents.rules.tables.lexicon import Lexicon
from agents.rules.tables.matching import read
from agents.rules.tables.money import is_piece_price
from agents.rules.tables.rows import called
from agents.rules.tables.schema import Ask, Column, Facts, Filter, Sheet
from agents.rules.words import content, stem, words
from text.sentences import sentences
from text.values import Value, find_values

_RATE = r"(?:charges?|rates?|fees?|commission|tariff|surcharge|supplement|levy|royalty|mark-?up)"
_GOING_BY = re.compile(rf"\b(?:going by|according to|based on|at|under|using)\s+(?:the|our|their|its|my)\s+(?P<np>(?:[\w-]+ ){{0,3}}{_RATE})\b,?", re.I)  # fmt: skip
_CLAUSES = re.compile(r"\s*(?:;|,?\s+(?:while|whereas|but|although|though)\b|,\s+(?:and|or)\b)\s*", re.I)
_HOLDS_OFF = re.compile(r"\b(?:unless|except|other than|apart from|not|never|no|nothing|up to|at least|at most|more than|less than|over|under|above|below)\b|n['’]t\b", re.I)  # fmt: skip
_PER = re.compile(r"\s*(?:per|an?|each|for each|for every|every|/)\s+(?P<unit>[a-z]+)", re.I)
_RATES = {stem(w) for w in "charge charges rate fee fees price commission tariff surcharge supplement levy royalty markup vat tax cut bonus discount rebate interest tip".split()}  # fmt: skip  # noqa: SIM905
_OWING = {stem(w) for w in "owe due pay paid have get charge take earn make should would will".split()}  # noqa: SIM905
_SUMS = ("an amount of money", "which number to add up", "which rows")

_POT = r"(?:budget|allowance|allocation|pot)"
_LEFT_OF = re.compile(
    rf"\b(?:(?:how much|what)(?:['’]s| is| have we| do we have| has been)?\s*(?:got )?(?:is )?(?:left|remain(?:s|ing)|over)?\s*(?:of|in|from|on)\s+(?:the|our|my)\s+(?:(?P<x>[\w-]+(?: [\w-]+)?)\s+)?{_POT}(?:\s+for\s+(?:the )?(?P<y>[a-z-]+))?(?P<tail>[^?]*)|how far (?:over|under|below|above)\s+(?:the|our|my)\s+(?:(?P<z>[\w-]+)\s+)?{_POT}(?P<tail2>[^?]*))",
    re.I,
)


def goes_by(text: str) -> str:
    """The rate that a question names as the one to go by ("our dog charge"); "" when it names none."""
    m = _GOING_BY.search(text)
    return m["np"] if m else ""


def is_column(named: str, sheet: Sheet) -> bool:
    """Is the rate kept in the table itself ("according to the rate per night")?"""
    return bool(words(named)) and any(words(named)[-1].stem in c.stems for c in sheet.columns)


def with_rate(text: str, goal: str) -> str:
    """The part of a goal with the rate that is named at the goal's head: "going by our dog charge, what …"."""
    m = _GOING_BY.match(goal.strip())
    rest = goal.strip()[m.end() :].strip(" ,") if m else ""
    return f"{m[0].rstrip(',')} {text}" if m and not goes_by(text) and text.strip()[:20] == rest[:20] else text


def is_rate_alone(text: str) -> bool:
    m = _GOING_BY.match(text.strip())
    return m is not None and not text.strip()[m.end() :].strip(" ,.")


_TARIFF = re.compile(
    r"\b(?:what(?:['’]s| is| are)?|how much is)\b[^?]*?\b(?:hourly|daily|nightly|weekly|monthly|yearly|annual|standard|normal|usual|basic)\b[^?]*?\b(?P<noun>rates?|prices?|fees?|charges?|tariffs?)\b",
    re.I,
)


def states_no_rate(text: str, columns: Sequence[Column]) -> bool:
    """ "What is the standard hourly rate for the studio?" over columns none of which is such a rate: adding up the hours
    of the rows is no answer."""
    m = _TARIFF.search(text)
    return m is not None and not any(c.kind == "number" and stem(m["noun"]) in c.stems for c in columns)


def left_of(text: str, columns: Sequence[Column]) -> tuple[str, str] | None:
    """("how much have we spent on repairs", "repairs budget") for "how much is left of the repairs budget"; else None."""
    m = _LEFT_OF.search(text)
    if m is None or any(stem(w) in c.stems for c in columns for w in ("budget", "allowance")):
        return None
    if m["tail2"] is None and not re.search(r"\b(?:left|remain\w*|unspent|over)\b", m[0], re.I):
        return None
    of = m["x"] or m["y"] or m["z"] or ""
    when = re.search(r"\b(?:in|since|until|up to the end of)\s+[A-Z0-9][\w ]*", m["tail"] or m["tail2"] or "")
    asked = f"how much have we spent{f' on {of}' if of else ''}{f' {when[0]}' if when else ''}"
    pot = re.search(_POT, m[0], re.I)
    return asked, f"{of} {pot[0] if pot else 'budget'}".strip()


def stated(noun: str, passages: Sequence[Mapping[str, Any]]) -> tuple[float, str, int] | None:
    """(amount, sentence, passage) where the passages state one amount for the noun ("repairs budget"); None otherwise."""
    wanted = {w.stem for w in content(noun)}
    found: dict[float, tuple[float, str, int]] = {}
    for sentence, i in _sentences(passages):
        for clause in re.split(r"\s*(?:;|,\s|\band\b|\bwhile\b|\bbut\b)\s*", sentence):
            values = [v for v in find_values(clause) if v.kind == "money" and v.number is not None]
            if wanted <= {w.stem for w in words(clause)} and len(values) == 1 and not _HOLDS_OFF.search(clause):
                found.setdefault(float(values[0].number or 0), (float(values[0].number or 0), sentence, i))
    return next(iter(found.values())) if len(found) == 1 else None


def of_its_year(ask: Ask, sentence: str, known: Facts) -> bool:
    """Restricts what was spent to the budget's year; False where the rows run over several and none is named."""
    years = re.findall(r"\b(?:19|20)\d\d\b", sentence)
    dates = ask.sheet.of_kind("date")
    spans = [(c, known.span.get((c.table, c.name))) for c in dates]
    c, span = next(((c, s) for c, s in spans if s), (None, None))
    if c is None or span is None or span[0][:4] == span[1][:4] or any(f.column.kind == "date" for f in ask.filters):
        return True
    if len(set(years)) != 1:
        return False
    ask.filters.append(Filter(c, "from", (f"{years[0]}-01-01", f"{int(years[0]) + 1}-01-01"), f"{c.name} {years[0]}"))
    return True


def rated(
    question: str,
    asks: Sequence[Ask],
    passages: Sequence[Mapping[str, Any]],
    known: Facts,
    embed: Embed,
    now: datetime,
) -> Ask | None:
    """The best of `asks` with the one rate that the question means; None when no sentence, or more than one rate, fits."""
    named = {w.stem for w in content(goes_by(question))}
    for ask in (a for a in asks if a.score > asks[0].score - 1):
        if ask.join is not None or ask.share or ask.difference or ask.order or ask.agg not in ("", "sum"):
            continue
        open_ = [w for said in ask.left if said not in _SUMS for w in words(said) if w.stem not in _OWING]
        wanted = {w.stem for w in open_} | named
        # A rate's own noun may be missing in the table; what it is charged for must be there to be told apart.
        strange = {s for s in wanted - _RATES if not _known(ask, known, s)}
        if not wanted or strange:
            continue
        fits: dict[tuple[Any, ...], Ask] = {}
        for sentence, i in _sentences(passages):
            if wanted <= {w.stem for w in words(sentence)} and (made := _on(ask, sentence, known, embed, now)):
                if not named and not _narrowed(ask, sentence):
                    continue  # "what commission do we pay Paddlers?" asks for the rate
                key = (made.factor, made.measure and made.measure.name, tuple(f.shown for f in made.filters))
                fits.setdefault(key, replace(made, rule=(sentence, i)))
        if len(fits) == 1:
            return next(iter(fits.values()))
    return None


def _known(ask: Ask, known: Facts, said: str) -> bool:
    columns = [c for c in ask.sheet.columns if said in c.stems]
    return bool(columns) or called(said, ask.sheet) or any(said in words_of(v) for c in ask.sheet.of_kind("text") for v in known.of(c))  # fmt: skip


def words_of(value: str) -> set[str]:
    return {w.stem for w in words(value)}


def _narrowed(ask: Ask, sentence: str) -> bool:
    """Does the question ask for fewer rows than the sentence rules?"""
    told = words_of(sentence)
    return any(f.op != "in" or not all(words_of(str(v)) <= told for v in f.values) for f in ask.filters)


def _sentences(passages: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, int]]:
    for i, p in enumerate(passages):
        for s in sentences(str(p["text"])):
            yield " ".join(s.text.split()), i


def _on(ask: Ask, sentence: str, known: Facts, embed: Embed, now: datetime) -> Ask | None:
    """The ask with the sentence's rate; None where a unit of it is no column or its conditions are other ones."""
    clauses = [c for c in _CLAUSES.split(sentence) if any(v.kind in ("percent", "money") for v in find_values(c))]
    if len(clauses) != 1 or _HOLDS_OFF.search(clauses[0]):
        return None
    values = [v for v in find_values(clauses[0]) if v.kind in ("percent", "money") and v.number is not None]
    if len(values) != 1:
        return None
    lexicon = Lexicon(embed, [ask.sheet], [w.text.casefold() for w in content(clauses[0])])
    r = read(clauses[0], ask.sheet, known, lexicon, now)
    made = _percent(r, ask, values[0]) if values[0].kind == "percent" else _per(r, ask, values[0])
    conditions = _conditions(r, ask) if made else None
    if made is None or conditions is None:
        return None
    flags = [f for f in made.filters if not any(f.column is x.column for x in ask.filters)]
    extra = [f for f in (*flags, *conditions) if not any(f.column is x.column for x in ask.filters)]
    return replace(made, filters=[*ask.filters, *extra], left=[])


def _percent(r: Read, ask: Ask, v: Value) -> Ask | None:
    amounts = [c for c in r.amounts() if is_money(c)]
    after = [m for m in r.columns if m.column in amounts and r.tokens[m.start].start >= v.end]
    base = max(after, key=lambda m: (m.rate, -m.start)).column if after else principal(amounts)
    if base is None or v.number is None or is_piece_price(base, amounts):
        return None
    title = f"{v.number:g}% of {base.name}"
    return replace(ask, agg="sum", measure=base, times=None, factor=v.number / 100, title=title)


def _per(r: Read, ask: Ask, v: Value) -> Ask | None:
    """ "£8 per dog per night": each unit a number to multiply by, a yes or no that must be yes, or the row itself."""
    at, units = v.end, []
    while m := _PER.match(r.text, at):
        units.append(stem(m["unit"]))
        at = m.end()
    counted, flags = [], []
    for u in units:
        number = [c for c in r.amounts() if not is_money(c) and u in c.stems and "per" not in c.stems]
        flag = [
            c for c in ask.sheet.columns if c.stems == (u,) and {x.casefold() for x in r.facts.of(c)} == {"yes", "no"}
        ]
        row = u in ask.sheet.stems or any(r.tokens[i].stem == u for i in r.rows)
        if len(number) == 1:
            counted.append(number[0])
        elif len(flag) == 1:
            yes = next(x for x in r.facts.of(flag[0]) if x.casefold() == "yes")
            flags.append(Filter(flag[0], "in", (yes,), f"{flag[0].name} is {yes}"))
        elif not row:
            return None
    if not units or len(counted) > 1 or v.number is None:
        return None
    title = f"{v.text} × {counted[0].name if counted else 'rows'}"
    agg = "sum" if counted else "count"
    made = replace(ask, agg=agg, measure=counted[0] if counted else None, times=None, factor=v.number, title=title)
    made.filters = [*ask.filters, *flags]
    return made


def _conditions(r: Read, ask: Ask) -> list[Filter] | None:
    """What the sentence itself asks of a row; None where the question asks for other rows than it rules."""
    out: list[Filter] = []
    for m in r.values:
        said = [x.value for x in r.values if x.column is m.column]
        own = next((f for f in ask.filters if f.column.name == m.column.name), None)
        if own is not None and not (own.op == "in" and set(own.values) <= set(said)):
            return None
        if own is None and not any(f.column is m.column for f in out):
            out.append(Filter(m.column, "in", tuple(said), f"{m.column.name} is {' or '.join(said)}"))
    return out
