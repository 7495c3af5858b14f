"""From a question and the passages that search found to the sentence that answers, or to an honest "not stated"."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from agents.rules.reading.amended import change_of
from agents.rules.reading.choice import (
    beside_what_is_not,
    explained,
    foremost,
    in_general,
    in_its_case,
    labelled,
    rival,
)
from agents.rules.reading.clauses import by_clause
from agents.rules.reading.evidence import Evidence, gather
from agents.rules.reading.likelihood import ACCEPT, LIKELY, SURE, may_answer, probability
from agents.rules.reading.question import Question, analyse
from agents.rules.reading.types import Quoted, Reading, Sense
from agents.rules.reading.units import LEANS_BACK, Unit, units
from agents.rules.reading.value import value_of
from agents.rules.reading.veto import ANY_ROW

FITS_BETTER = 0.2  # a name fits "who" better than a role does
BESIDE_THE_POINT = 2.5  # of the reader's log-odds behind the best
BEYOND = 3.0  # times as likely
BESIDE = 0.7  # a value this near to the question's words, or right under a heading that has them, is its value


def answer(
    question: str, passages: Sequence[Mapping[str, Any]], sense: Sense, texts: Mapping[str, str] | None = None
) -> Reading:
    """The sentences of `passages` that answer `question`, with the short value asked for.

    passages: `id, document, title, locator, text, similarity, score`, best first; only title, locator, document and
    text are read. texts: the whole text of their documents by id, to know what each is about. Nothing is ever answered
    that does not stand in the passages.
    """
    return read(question, passages, sense, ACCEPT, texts)


def read(
    question: str,
    passages: Sequence[Mapping[str, Any]],
    sense: Sense,
    accept: float,
    texts: Mapping[str, str] | None = None,
) -> Reading:
    """`answer` with the least probability to answer with: a table of quotations may show what an answer may not."""
    us = units(passages, texts)
    q = analyse(question)
    if not us or not q.text:
        return Reading(False, kind=q.kind, reason="There is no text to answer from.")
    if not q.wants and not q.names and not q.codes and all(t.weight < 0.7 for t in q.terms):
        return Reading(False, kind=q.kind, reason="The question has no words to look for.")
    evidence = gather(q, us, sense)
    ranked = sorted(evidence, key=lambda e: -probability(e))
    able = beside_what_is_not(q, [e for e in ranked if may_answer(q, e)])
    ranked = [e for e in ranked if e in able or not may_answer(q, e)]
    told = explained(q, able) or labelled(q, able)
    best = told or foremost(q, able, accept)
    if best is None:
        return _declined(q, able[0] if able else None, able, ranked, us, passages)
    if told is None:
        able = [e for e in able if probability(e) <= probability(best)]
    if best is not told:
        # Of those that are about as likely the one that itself says most of what was asked, not its neighbour.
        named = (
            e for e in able if e.fits > best.fits + FITS_BETTER and _level(e, best) and e.answers > best.answers - SURE
        )
        best = next(named, best)
        level = [
            e
            for e in able
            if _level(e, best)
            and e.fits == best.fits
            and e.answers > best.answers - BESIDE_THE_POINT  # the reader sees that the other is beside the point
        ]
        if best.nearest < BESIDE:
            best = max((e for e in level if e.cosine >= best.cosine), key=lambda e: round(e.inside, 1))
        best = in_its_case(q, in_general(q, best, able), ranked)
    able = [best, *(e for e in able if e is not best)]
    quotes = _quotes(q, best, able, us, passages)
    best = replace(best, found=by_clause(q, best.unit, best.found, sense))
    value, kind, typed, unit = value_of(q, best, quotes)
    if told is None and probability(best) < min(accept, ACCEPT) and len(best.found) > 1:
        value, typed, unit = "", None, ""  # of several values in a doubted sentence none is put up front
    other = rival(value, best, able)
    if value and (change := change_of(q, best, evidence)):
        v = change.value
        value, typed, unit = v.text, v.date or v.number, v.unit
        quotes = (Quoted(change.evidence.unit.text, change.evidence.unit.passage), quotes[0])
    return Reading(True, value, kind, typed, unit, quotes, probability(best), rival=other)


def _level(e: Evidence, best: Evidence) -> bool:
    return probability(e) >= 0.9 * probability(best)


def _declined(
    q: Question,
    best: Evidence | None,
    able: Sequence[Evidence],
    ranked: Sequence[Evidence],
    us: Sequence[Unit],
    passages: Sequence[Mapping[str, Any]],
) -> Reading:
    about = [e for e in ranked if not e.veto]
    if best is not None and probability(about[0]) > BEYOND * probability(best):
        # what is asked about stands there, without the value that is asked for
        near = tuple(Quoted(e.unit.text, e.unit.passage) for e in about[:3])
        reason = _why_not(q, None, about)
        return Reading(False, kind=q.kind, confidence=probability(about[0]), closest=near, reason=reason)
    if best is None or probability(best) < LIKELY:
        reason = _why_not(q, best, ranked)
        near = tuple(Quoted(e.unit.text, e.unit.passage) for e in ranked[:3])
        return Reading(False, kind=q.kind, confidence=probability(best) if best else 0.0, closest=near, reason=reason)
    reason = "I did not find this said plainly."
    near = (*_quotes(q, best, able, us, passages)[:1], *(Quoted(e.unit.text, e.unit.passage) for e in able[1:3]))
    return Reading(False, kind=q.kind, confidence=probability(best), closest=near, reason=reason, likely=True)


def _why_not(q: Question, best: Evidence | None, ranked: Sequence[Evidence]) -> str:
    if best is None and ranked and ranked[0].veto == ANY_ROW:
        return "I found this only in rows of tables, and the question names none of them."
    if best is None and ranked and ranked[0].veto:
        return f"None of the passages found is about {ranked[0].veto}."
    if best is None:
        return f"The passages found do not give {_asked_for(q)}."
    missed = [t.text for j, t in enumerate(q.terms) if best.hits.get(j, 0) < 0.5 and t.weight >= 0.7]
    if missed:
        return f"The passages found do not say anything about {_listed(missed)} that answers this."
    return "The passages found touch on this but do not state it."


def _asked_for(q: Question) -> str:
    names = {"date": "a date for this", "money": "an amount for this", "number": "a number for this", "duration": "a time for this", "percent": "a percentage for this", "person": "a name for this", "email": "an e-mail address", "phone": "a phone number", "code": "such a number or code"}  # fmt: skip
    return names.get(q.kind, "an answer to this")


def _listed(words: Sequence[str]) -> str:
    shown = [f"“{w}”" for w in words[:3]]
    return shown[0] if len(shown) == 1 else ", ".join(shown[:-1]) + " and " + shown[-1]


_LIMITS = re.compile(
    r"(?:however|but|unless|except|this does not|this applies|exceptions?|in addition|otherwise|after that|afterwards|thereafter|only)\b",
    re.I,
)
_ITEM = re.compile(r"\s*(?:[-*•]|\d{1,2}[.)]|\([a-z0-9]{1,3}\))\s")


def _quotes(
    q: Question, best: Evidence, able: Sequence[Evidence], us: Sequence[Unit], passages: Sequence[Mapping[str, Any]]
) -> tuple[Quoted, ...]:
    """The answering unit, grown by what it leans on or what limits it, and by a list it introduces."""
    u = best.unit
    start, end, text = u.start, u.end, str(passages[u.passage]["text"])
    same = sorted((x for x in us if x.passage == u.passage), key=lambda x: x.start)
    at = same.index(u)
    if at and u.before and LEANS_BACK.match(u.text) and same[at - 1].text == u.before:
        start = same[at - 1].start
    if u.text.rstrip().endswith(":") or q.kind == "list":
        k = at + 1
        while k < len(same) and k - at <= 12 and (_ITEM.match(same[k].text) or (u.text.endswith(":") and k == at + 1)):
            end, k = same[k].end, k + 1
    elif at + 1 < len(same) and u.after and same[at + 1].text == u.after and _LIMITS.match(u.after):
        end = same[at + 1].end
    out = [Quoted(text[start:end], u.passage)]
    floor = 0.75 * probability(best)
    for e in able[1:]:
        inside = e.unit.passage == u.passage and start <= e.unit.start < end
        if (
            len(out) < (3 if q.kind in ("list", "text") else 2)
            and probability(e) >= max(floor, 0.5)
            and not inside
            and not q.wants
        ):
            out.append(Quoted(e.unit.text, e.unit.passage))
    return tuple(out)
