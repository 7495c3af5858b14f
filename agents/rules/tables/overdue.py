"""What is overdue on a day: its due date is before it, and nothing says that it is done.

Which day: the one said ("as of 1 June 2026"), else today. What is done, a date column says ("paid on") or a column of
states ("Done"); where neither is there, the word is left over, for a due date in the past alone makes nothing overdue.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

from agents.rules.tables.findings import Read
from agents.rules.tables.schema import Ask, Column, Filter
from agents.rules.words import stem, words

_SAID = re.compile(r"\b(?:over ?due|past (?:its|their|the|his|her)? ?(?:due(?: dates?)?|deadlines?))\b", re.I)
_AS_OF = re.compile(r"\b(?:as (?:of|at)|on|at|by|per)\s+(?:the\s+)?(?=\w)", re.I)
_DUE = {stem(w) for w in "due deadline".split()}  # noqa: SIM905
_DONE = {stem(w) for w in "paid done completed complete finished closed returned delivered received resolved settled cancelled".split()}  # fmt: skip  # noqa: SIM905


def overdue_filters(r: Read, ask: Ask, used: set[int]) -> None:
    said = _SAID.search(r.text)
    due = next((c for c in r.sheet.of_kind("date") if _DUE & {*c.stems}), None)
    if said is None or due is None or any(said.start() <= r.tokens[v.start].start < said.end() for v in r.values):
        return
    not_done = _open(r, due)
    if not_done is None:
        return
    day = _day(r)
    if not day:
        ask.left.append(said[0])  # "overdue in May", "since 1 May": more than one day, so not one that is understood
        return
    ask.filters += [Filter(due, "<", (day,), f"{due.name} < {day}"), not_done]
    inside = [i for i, w in enumerate(r.tokens) if said.start() <= w.start < said.end()]
    used.update(inside)
    r.columns[:] = [m for m in r.columns if m.start not in inside]
    r.left[:] = [i for i in r.left if i not in inside]


_LATE_BY = re.compile(r"\b(?P<least>at least\s+)?(?:more than\s+|over\s+)?(?P<n>\d+)\s+(?:calendar )?(?P<unit>day|week)s?\s+(?:past|after|over ?due|late|beyond)\b", re.I)  # fmt: skip


def late_by(sentence: str, question: Read) -> list[Filter] | None:
    """The rows of which a rule speaks that says how long after its due date something is ("a task which is more than 14
    days past its due date and not done"), on the day that the question names, else today; None for another rule."""
    m = _LATE_BY.search(sentence)
    due = next((c for c in question.sheet.of_kind("date") if _DUE & {*c.stems}), None)
    named = due is not None and re.search(r"\b(?:over ?due|due|late|deadline)\b", sentence, re.I)
    if m is None or due is None or not named:
        return None
    not_done, day = _open(question, due), _day(question)
    if not_done is None or not day:
        return None
    days = int(m["n"]) * (7 if m["unit"].lower() == "week" else 1) - (1 if m["least"] else 0)
    before = (date.fromisoformat(day) - timedelta(days=days)).isoformat()
    return [Filter(due, "<", (before,), f"{due.name} < {before} ({m[0].strip()} on {day})"), not_done]


def _day(r: Read) -> str:
    """The day as of which; said, it is no period of its own any more. "" for a period ("overdue in May", "since May")."""
    for cue in r.cue("period", "when"):
        value: Any = cue.value
        start = value[0] if cue.kind == "period" else value[1]
        said = r.text[max(0, cue.start - 8) : cue.end]
        upto = cue.kind == "when" and value[0] == "<"
        if upto or (cue.kind == "period" and start != "months" and _AS_OF.search(said)):
            r.found.remove(cue)
            return str(start)
        return ""
    return r.today.isoformat()


def _open(r: Read, due: Column) -> Filter | None:
    ended = [c for c in r.sheet.of_kind("date") if c is not due and _DONE & {*c.stems}]
    if ended:
        return Filter(ended[0], "null", (), f"{ended[0].name} is empty")
    for c in r.sheet.of_kind("text"):
        values = r.facts.of(c)
        done = tuple(v for v in values if len(words(v)) == 1 and stem(v.casefold()) in _DONE)
        if done and len(values) <= 12:
            return Filter(c, "not in", done, f"{c.name} is not {' or '.join(done)}")
    return None
