"""What a question denies or misses: "haven't got a receipt", "without an e-mail", "not yet paid", "the phone is missing".

A denial is heard when it turns some condition round. One that turns nothing round is left over, so that "did not come
from Leeds" is never answered with those that did.
"""

from __future__ import annotations

import re
from itertools import pairwise

from agents.rules.tables.cue import DENIES, Cue
from agents.rules.tables.findings import Mention, Read
from agents.rules.tables.schema import Ask, Column, Filter
from agents.rules.words import stem

_PAID = {stem(w) for w in ("paid", "settled")}  # "haven't settled", of a column "Date paid"
_YES, _NO = {"yes", "y", "true", "x", "✓"}, {"no", "n", "false"}
_DENIES = re.compile(rf"\b{DENIES}\b", re.I)
_BEFORE = re.compile(rf"\b{DENIES}\b[^,;]{{0,24}}$", re.I)
_EMPTY_AFTER = re.compile(r"\s+(?:(?:field|column|cell|details?)\s+)?(?:is|are|was|were)\s+(?:still )?(?:missing|empty|blank|unknown|not (?:there|given|known|recorded|filled in))\b", re.I)  # fmt: skip
# Denials that turn no condition round: a doubt, a refusal of words, a bound that a comparison has read already.
_ELSEWHERE = re.compile(r"\b(?:why (?:not|did\w*n['’]?t|have\w*n['’]?t)|if not|or not|whether or not|not sure|don['’]?t (?:know|mind|need|have to)|no (?:idea|need|matter)|not only)\b", re.I)  # fmt: skip
_NUMBERED = re.compile(r"\bno\b(?=\.?\s*(?:\d|of\b))|(?<=[a-z] )no\b(?=\s*$)", re.I)


def is_flag(r: Read, c: Column) -> bool:
    said = {v.casefold() for v in r.facts.of(c)}
    return c.kind == "text" and bool(said & _YES and said & _NO) and len(said) <= 4


def bool_filters(r: Read, ask: Ask, used: set[int]) -> None:
    for m in r.columns:
        if m.column.kind == "bool" and m.start not in used:
            denied = _denied(r, m) or _says_false(r, m)
            ask.filters.append(
                Filter(m.column, "false" if denied else "true", (), f"{m.column.name} is {'no' if denied else 'yes'}")
            )
            used.update(x.start for x in r.columns if x.column is m.column)


def _denied(r: Read, m: Mention) -> bool:
    own = r.tokens[m.start].text.casefold()
    opposite = own.startswith("un") and stem(own[2:]) in m.column.stems
    return opposite or bool(_BEFORE.search(r.text[: r.tokens[m.start].start])) or _after(r, m)


def _says_false(r: Read, m: Mention) -> bool:
    return re.match(r"\s*(?:[:=]|is\b|set to\b)?\s*(?:no|false)\b", r.text[r.tokens[m.end - 1].end :], re.I) is not None


def _after(r: Read, m: Mention) -> bool:
    return bool(_EMPTY_AFTER.match(r.text[r.tokens[m.end - 1].end :]))


def flag_filters(r: Read, ask: Ask, used: set[int]) -> None:
    """ "cancelled" over a column "Cancelled" that says yes or no: the rows that say yes, or no where the goal denies it."""
    grouping = re.compile(r"\b(?:by|per|each|every)\s+(?:(?!an?\b)\w+\s+)?$", re.I)
    for m in r.columns:
        said = {v.casefold(): v for v in r.facts.of(m.column)}
        yes, no = [v for k, v in said.items() if k in _YES], [v for k, v in said.items() if k in _NO]
        named = {r.tokens[i].stem for i in range(m.start, m.end)} & set(m.column.stems)
        if m.column.kind != "text" or not named or m.start in used or not (yes and no) or len(said) > 4:
            continue
        if any(v.column is m.column for v in r.values):
            used.update(x.start for x in r.columns if x.column is m.column)
            continue  # "with urgent no": the answer is said
        if any(f.column is m.column for f in ask.filters) or grouping.search(r.text[: r.tokens[m.start].start]):
            continue
        values = tuple(no if any(_denied(r, x) for x in r.columns if x.column is m.column) else yes)
        ask.filters.append(Filter(m.column, "in", values, f"{m.column.name} is {' or '.join(values)}"))
        used.update(x.start for x in r.columns if x.column is m.column)


def null_filters(r: Read, ask: Ask, used: set[int]) -> None:
    """The cells that are empty: "without an e-mail", "haven't got a phone number", "unpaid" of a column "paid on"."""
    for m in r.columns:
        if m.start in used or any(f.column is m.column for f in ask.filters):
            continue
        before = r.text[: r.tokens[m.start].start]
        heard = _BEFORE.search(before)
        near = heard and not any(r.tokens[v.start].start >= heard.start() for v in (*r.values, *r.columns) if v.end <= m.start)  # fmt: skip
        if not near and not _after(r, m) and not _missing(r, before):
            continue
        said = {r.tokens[i].stem for i in range(m.start, m.end)}
        if not set(m.column.stems) & (said | (_PAID if said & _PAID else set())):
            continue
        if m.column.kind == "number" and heard and re.search(r"n['’]?t|not|never", heard[0], re.I):
            continue  # "did not cost", "don't total": of how much, not of what is empty
        _empty(r, ask, used, m.column)
    _un(r, ask, used)


_GIVEN = re.compile(r"\b(?:with|have|has|had|having|got)\s+(?:already\s+)?an?\s+(?:\w+\s+)?$", re.I)
_GIVEN_AFTER = re.compile(
    r"\s+(?:date )?(?:is|are|was|were) (?:known|given|there|filled in|recorded|entered|set)\b", re.I
)


def given_filters(r: Read, ask: Ask, used: set[int]) -> None:
    """ "With a finished date", "whose delivery date is known": the rows in which the date is there."""
    for m in r.columns:
        if m.column.kind != "date" or any(f.column is m.column and f.op == "null" for f in ask.filters):
            continue
        before, after = r.text[: r.tokens[m.start].start], r.text[r.tokens[m.end - 1].end :]
        alone = not re.match(r"\s+(?:date\s+|day\s+)?(?:in|of|before|after|on|since|between|from)\b", after)
        if (_GIVEN.search(before) and alone and not _BEFORE.search(before)) or _GIVEN_AFTER.match(after):
            ask.filters.append(Filter(m.column, "not null", (), f"{m.column.name} is there"))
            used.update(x.start for x in r.columns if x.column is m.column)
            return


def _missing(r: Read, before: str) -> bool:
    return any(c.kind == "null" and 0 <= len(before) - c.end < 12 for c in r.found)


def _un(r: Read, ask: Ask, used: set[int]) -> None:
    for i in list(r.left):
        word = r.tokens[i].text.casefold()
        if not word.startswith("un") or len(word) < 6:
            continue
        named = [c for c in r.sheet.of_kind("date", "text") if stem(word[2:]) in c.stems[:1]]
        if len(named) == 1 and not is_flag(r, named[0]):
            _empty(r, ask, used, named[0])
            r.left.remove(i)


def _empty(r: Read, ask: Ask, used: set[int], c: Column) -> None:
    ask.filters.append(Filter(c, "null", (), f"{c.name} is empty"))
    used.update(x.start for x in r.columns if x.column is c)


def unheard(r: Read, ask: Ask) -> list[str]:
    """The denials in the question that no condition carries. Before the values are known that is not to be told."""
    if not r.facts.distinct:
        return []
    spans = [(c.start, c.end) for c in r.found if c.kind in ("compare", "when", "period", "number")]
    spans += [m.span() for m in (*_ELSEWHERE.finditer(r.text), *_NUMBERED.finditer(r.text))]
    spans += [(r.tokens[v.start].start, r.tokens[v.end - 1].end) for v in r.values]
    spans += [(r.tokens[m.start].start, r.tokens[m.end - 1].end) for m in r.columns]
    said = [m for m in _DENIES.finditer(r.text) if not any(a <= m.start() < b for a, b in spans)]
    turned = [f for f in ask.filters if f.op in ("not in", "null", "false") or f.other or _says_no(f)]
    carried = len(turned) + (ask.less is not None)
    if not said and not carried and (gaps := [c for c in r.found if c.kind == "null" and not _valued(r, c)]):
        return [r.text[c.start : c.end] for c in gaps]  # "which are empty", of a table that says so nowhere
    return [m[0] for m in said] if carried < len(said) and not (turned and _twice(said)) else []


def _valued(r: Read, c: Cue) -> bool:
    return any(r.tokens[v.start].start <= c.start < r.tokens[v.end - 1].end for v in r.values)


def _says_no(f: Filter) -> bool:
    return f.op == "in" and all(re.match(rf"(?:{DENIES}|un\w+)\b|n$", str(v), re.I) for v in f.values)


def _twice(said: list[re.Match[str]]) -> bool:
    """ "not yet paid and not …" is two; "haven't … yet, still missing" said close together is one."""
    return all(b.start() - a.end() < 15 for a, b in pairwise(said))
