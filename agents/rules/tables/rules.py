"""A document's rule applied to the rows of a table: "which bookings need a deposit?" where a text says "any booking charged
at £400 or more requires a deposit".

The rule's sentence is found among the passages, its threshold read, and what is measured mapped to a column by the
sentence's own words. A sentence with an exception ("unless …"), or without a column for what it measures, applies to
nothing; the rule is always shown beside the rows.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from agents.rules.reading.bands import at_least
from agents.rules.shapes import Embed, Look
from agents.rules.tables.choose import in_rows
from agents.rules.tables.column_kinds import is_money
from agents.rules.tables.filters import named_near, number_column
from agents.rules.tables.findings import Read
from agents.rules.tables.lexicon import Lexicon, related
from agents.rules.tables.matching import read
from agents.rules.tables.overdue import late_by
from agents.rules.tables.schema import Ask, Column, Facts, Filter, Sheet
from agents.rules.words import content, digits, stem, words
from text.sentences import sentences

_ASKED = re.compile(
    r"\b(?:which|what(?!['’]s\b| (?:is|was|does|did)\b)|how many|how much of|list|show(?: me)?|name|give me|count|who)\b",
    re.I,
)
_SAYS = re.compile(
    r"""
    \b(?:according[ ]to|going[ ]by|based[ ]on|in[ ]line[ ]with|under|per|as[ ]per|by|in|from|following|with)\s+
    (?:the|our|my|their|its|\w+'s)\b
    |\b(?:over|above|beyond|below|under|past|exceed\w*)\s+(?:the|our)\s+[\w -]{2,25}['’]s?[ ]
    (?:limit|maximum|minimum|cap|threshold|allowance|ceiling)\b
    """,
    re.I | re.X,
)
_LIMIT = re.compile(
    r"['’]s? (?:limit|maximum|minimum|cap|threshold|allowance|ceiling)\b", re.I
)  # which, only the rule says
_NOT = re.compile(r"\b(?:not|cannot|never|no|without|neither)\b|n['’]t\b", re.I)
_FIGURE = re.compile(r"\b(?:average|mean|median|typical(?:ly)?)\b", re.I)  # of the rows that there are, no rule's
_RULED = re.compile(
    r"""
    \b(?:needs?|needed|requir\w+|qualif\w+|gets?|got|entitl\w+|eligible|have[ ]to|has[ ]to|had[ ]to|should|must|ought|due|owes?
        |allow\w*|permi\w+|may|can|could|cannot|appl(?:y|ies|ied)|counts?[ ]as|subject[ ]to|supposed|called|class\w*|goes?
        |charged|fall|falls|breach\w*|break|breaks|broke|compl\w+|meets?|met|within|over|above|below|under|exceed\w*|beyond)\b
    """,
    re.I | re.X,
)
_TOO = re.compile(r"\btoo [a-z]+ (?:for|to)\b|\b(?:fall|falls|fell) short of\b|\bmiss(?:ed)? out on\b", re.I)
_BUT = re.compile(r"\b(?:unless|except|other than|apart from)\b", re.I)
_OPPOSITE = {">=": "<", ">": "<=", "<": ">=", "<=": ">", "=": "="}
_NEAR = 0.35  # cosine of a question and a rule below which they are about different things
_VERBS = {stem(w) for w in "need require qualify get count have apply fall due owe entitle subject supposed should ought must go going call".split()}  # fmt: skip  # noqa: SIM905


def asks_for_rows(text: str, everything: Sequence[Sheet], look: Look, named: Sequence[Any]) -> bool:
    """Does the goal ask which or how many rows of a table a text it names says something of?"""
    tabular = {t.document for t in look.tables}
    if not look.texts or all(d.id in tabular for d in named) or not _SAYS.search(text):
        return False
    m = _ASKED.search(text)
    if m is None:
        return False
    near = list(content(text[m.end() :])[:2])
    own = {s for x in everything for s in (*x.stems, *(t for c in x.columns for t in c.stems))}
    values = {w for w in in_rows([w.text for w in near], look) if w[:1].islower()}
    return any(w.start < 25 and (w.stem in own or w.text in values or any(related(w.stem, t) for x in everything for t in x.stems)) for w in near)  # fmt: skip


def applied(
    question: str,
    asks: Sequence[Ask],
    passages: Sequence[Mapping[str, Any]],
    known: Facts,
    embed: Embed,
    now: datetime,
    explicit: bool,
) -> Ask | None:
    """The best of `asks` with the condition of the rule that the question means; None when no rule fits.

    explicit: the question says that a text rules it; else every word that fitted no column must stand in the rule.
    """
    if _FIGURE.search(question):
        return None
    if not explicit and not (_RULED.search(question) or _TOO.search(question)):
        return None  # "haven't we settled" asks for no rule, however many words a rule shares with it
    rules = _rules(question, passages, embed)
    for near, sentence, index in rules:
        told = {w.stem for w in words(sentence)}
        for ask in (a for a in asks if a.score > asks[0].score - 1):
            if ask.join is not None or ask.share or ask.difference or ask.agg not in ("", "count", "sum"):
                continue
            left = [said for said in ask.left if said != "which rows"]
            if any(said.casefold() not in question.casefold() for said in left):
                continue  # what is missing is no word, but a number to add up
            size = {w.stem for m in _TOO.finditer(question) for w in words(m[0])}  # "too small for": the rule denied
            open_ = [w for said in left for w in words(said) if w.stem not in _VERBS | size]
            shared = sum(w.stem in told for w in open_)
            if not open_ or (near < _NEAR if explicit else shared < len(open_)):
                continue
            if explicit and not shared and not _LIMIT.search(question):
                continue
            asked = read(question, ask.sheet, known, Lexicon(embed, [ask.sheet], []), now)
            if (late := late_by(digits(sentence), asked)) is not None:
                own = [f for f in ask.filters if f.column.kind != "date" and f.column != late[1].column]
                return replace(ask, filters=[*own, *late], left=[], unused=[], rule=(sentence, index))
            condition = _condition(question, sentence, ask.sheet, known, embed, now)
            if condition is not None:
                return replace(ask, filters=[*ask.filters, condition], left=[], unused=[], rule=(sentence, index))
    return None


def _rules(question: str, passages: Sequence[Mapping[str, Any]], embed: Embed) -> list[tuple[float, str, int]]:
    """(nearness to the question, sentence, passage) of the sentences that hold a threshold, nearest first."""
    asked = {w.stem for w in content(question)}
    found: dict[str, int] = {}
    for i, p in enumerate(passages):
        for s in sentences(str(p["text"])):
            if re.search(r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten)\b", s.text) and not _BUT.search(
                s.text
            ):
                found.setdefault(" ".join(s.text.split()), i)
    if not found:
        return []
    texts = list(found)
    vectors = embed([question, *texts])
    near = vectors[1:] @ vectors[0]
    rated = []
    for t, n in zip(texts, near, strict=True):
        shared = len(asked & {w.stem for w in content(t)}) / max(1, len(asked))
        rated.append((float(n) + 0.5 * shared, float(n), t, found[t]))
    return [(n, t, i) for _, n, t, i in sorted(rated, reverse=True)[:4]]


_FROM_A_DAY = re.compile(r"\d+\s+(?:calendar |working )?(?:day|week|month)s?\s+(?:past|after|over ?due|late|beyond|before)\b", re.I)  # fmt: skip


_TIMES = ("minute", "hour", "day", "night", "week", "month", "year")
_LASTING = {stem(w) for w in ["hrs", "min", "duration", "length", "age", "term", "time", "late", "lead"]}


def _of_time(unit: str) -> bool:
    return unit.casefold().rstrip("s") in _TIMES


def _measures_time(c: Column, unit: str) -> bool:
    return bool((_LASTING | {stem(unit)}) & {*c.stems})


def _condition(question: str, sentence: str, sheet: Sheet, known: Facts, embed: Embed, now: datetime) -> Filter | None:
    plain = digits(at_least(sentence))
    if _FROM_A_DAY.search(plain):
        return None  # "14 days past its due date" is no length of anything
    lexicon = Lexicon(embed, [sheet], [w.text.casefold() for w in content(plain)])
    r: Read = read(plain, sheet, known, lexicon, now)
    compared = r.cue("compare")
    if len(compared) != 1 or compared[0].value[0] == "between":  # type: ignore[index]
        return None
    op, low, _, unit = compared[0].value  # type: ignore[misc]
    column = number_column(r, compared[0], set(), str(unit))
    money = [c for c in r.amounts() if is_money(c)]
    if str(unit).isupper() and column is not None and not is_money(column):  # "a single fill of more than £75"
        column = money[0] if len(money) == 1 else None
    if column is not None and _of_time(str(unit)) and not _measures_time(column, str(unit)):
        return None  # "up to 48 hours before": no number of tickets
    if column is None or not (named_near(r, compared[0], column) or (unit and money == [column])):
        return None
    if bool(_NOT.search(question) or _TOO.search(question)) != bool(_NOT.search(sentence)):
        op = _OPPOSITE[str(op)]
    return Filter(column, str(op), (low,), f"{column.name} {op} {low:g}")
