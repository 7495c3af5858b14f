"""From a question and the passages that search found to the sentence that answers, or to an honest "not stated"."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from agents.rules.reading.amended import change_of
from agents.rules.reading.clauses import by_clause
from agents.rules.reading.evidence import Evidence, gather
from agents.rules.reading.pick import Candidate, candidates
from agents.rules.reading.polarity import verdict
from agents.rules.reading.question import Question, analyse
from agents.rules.reading.types import Kind, Quoted, Reading, Sense
from agents.rules.reading.units import LEANS_BACK, Unit, units
from agents.rules.reading.words import stems

# Logistic weights of the evidence (is this the answering sentence?), fitted by `python -m bench.reading --fit` on the
# development questions and on papers that the reader was not trained on.
WEIGHTS = (0.8, 2.3, -0.7, 3.7, 1.8, -0.6, -0.7)
BIAS = -3.9
# The reader looks for what a sentence is about, and passes over what it says by the way ("… handed to the Compliance
# Officer, Priya Raman"). Where the words agree plainly (a fit of its own) it does not decide, it only adds its weight.
# At 0.35, or outright: of the development questions, asked of their own document, 88% answered right, 5% wrong, 97% of
# the unanswerable declined; of laymen's questions to eight papers at once that the readers were not trained on, 75%, 12%, 80%.
WORDS = (8.2, 4.4, 3.2, 4.5, 2.0, -2.0)
WORDS_BIAS = -12.8
ACCEPT = 0.35
# Where no word is shared that is seldom reached, yet the readers may put one sentence far before every other: with this
# lead (log-odds) as many more are answered right and no more wrong.
OUTRIGHT, LEAD = -1.0, 2.5
# Between this and ACCEPT the first sentence is right about as often as it is not: it is shown, and called uncertain.
LIKELY = 0.05
SURE = 0.8  # log-odds of the reader
BESIDE = 0.7  # a value this near to the question's words, or right under a heading that has them, is its value


def features(e: Evidence) -> tuple[float, ...]:
    return (e.answers, e.cosine, e.covered, e.inside, e.nearest, e.head, e.passed_over)


def probability(e: Evidence) -> float:
    read = _logistic(BIAS, WEIGHTS, features(e))
    leaning = 0.5 * (max(-6.0, min(6.0, e.answers)) + 3.6)  # -3.6: a sentence that the reader does not think of
    return max(read, _logistic(WORDS_BIAS + leaning, WORDS, features(e)[1:]) ** 2)


def _logistic(bias: float, weights: Sequence[float], of: Sequence[float]) -> float:
    z = bias + sum(w * x for w, x in zip(weights, of, strict=True))
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, z))))


def may_answer(q: Question, e: Evidence) -> bool:
    """Nothing stands against it: no other name or code, and a value where one was asked for ("how much": "half" is no
    value by its form, but the reader may be sure of the sentence)."""
    return not e.veto and not (q.strict and e.fits == 0 and e.answers < SURE)


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
    able = [e for e in ranked if may_answer(q, e)]
    best = _explained(q, able) or (able[0] if able else None)
    if best is None or (probability(best) < accept and best is not _explained(q, able)):
        outright = _outright(able, ranked)
        if outright is None:
            return _declined(q, best, able, ranked, us, passages)
        best, able = outright, [e for e in able if probability(e) <= probability(outright)]
    # Of those that are about as likely the one that itself says most of what was asked, not its neighbour.
    level = [e for e in able if probability(e) >= 0.9 * probability(best) and e.fits == best.fits]
    if best.nearest < BESIDE:
        best = max((e for e in level if e.cosine >= best.cosine), key=lambda e: round(e.inside, 1))
    best = _in_its_case(q, _in_general(q, best, able), ranked)
    able = [best, *(e for e in able if e is not best)]
    quotes = _quotes(q, best, able, us, passages)
    best = replace(best, found=by_clause(q, best.unit, best.found, sense))
    value, kind, typed, unit = _value(q, best, quotes)
    rival = _rival(value, best, able)
    if value and (change := change_of(q, best, evidence)):
        v = change.value
        value, typed, unit = v.text, v.date or v.number, v.unit
        quotes = (Quoted(change.evidence.unit.text, change.evidence.unit.passage), quotes[0])
    return Reading(True, value, kind, typed, unit, quotes, probability(best), rival=rival)


_MEANING = re.compile(
    r"\b(?:mean(?:s|ing)?|stands? for|indicates?|signals?|error|fault|message|codes?|displays?|shows?)\b", re.I
)


def _explained(q: Question, able: Sequence[Evidence]) -> Evidence | None:
    """The line that explains a code ("E5 Fan blocked. Unplug …"), for who asks what the code means; None where no line or
    more than one begins with it."""
    if len(q.codes) != 1 or not _MEANING.search(q.text):
        return None
    lines = [e for e in able if re.match(rf"\W*{re.escape(q.codes[0])}(?![\w-])", e.unit.text, re.I)]
    return lines[0] if len(lines) == 1 else None


def _outright(able: Sequence[Evidence], ranked: Sequence[Evidence]) -> Evidence | None:
    """What the readers put first by far, whatever words it shares with the question; None where nothing is."""
    first, *others = sorted(ranked, key=lambda e: -e.answers)
    next_best = others[0].answers if others else 0.0  # alone it has to be likely by itself
    leads = first.answers >= OUTRIGHT and first.answers - next_best >= LEAD
    return first if leads and first in able else None


# "If the level is missed in three months, the Customer may terminate with 30 days' notice."
_IN_CASE = re.compile(
    r"(?:\W*\d[\d.]*\s+)?(?P<case>(?:if|where|when|should|unless|in (?:the event|case))\b[^,;]*),", re.I
)


def _in_its_case(q: Question, best: Evidence, ranked: Sequence[Evidence]) -> Evidence:
    """Who names a case ("what excess for subsidence?") is told what holds in it, where the rule's own section says so:
    the sentence there that names it, has a value of the kind asked for and is about all that the rule is about."""
    if not best.found:
        return best
    unnamed = [t for i, t in enumerate(q.terms) if t.weight >= 0.7 and not best.hits.get(i)]
    about = {i for i in best.hits if best.hits[i] >= 0.7 and q.terms[i].weight >= 0.7}
    cases = [
        e
        for e in ranked
        if (e.unit.title, e.unit.heading) == (best.unit.title, best.unit.heading)
        and not e.veto
        and e.found
        and e.found[0].kind == best.found[0].kind
        and all(e.hits.get(i) for i in about)
        and any(set(t.stems) <= set(e.unit.stems) for t in unnamed)
    ]
    return max(cases, key=probability, default=best)


def _in_general(q: Question, best: Evidence, able: Sequence[Evidence]) -> Evidence:
    """Who asks without naming a case is told the rule before what holds in one; the other is shown beside it (`_rival`)."""

    def of_a_case(e: Evidence) -> bool:
        case = _IN_CASE.match(e.unit.text)
        return case is not None and not {s for t in q.terms if t.weight >= 0.7 for s in t.stems} & set(
            stems(case["case"])
        )

    if not of_a_case(best) or best.answers > SURE:
        return best
    rules = [e for e in able if not of_a_case(e) and e.fits == best.fits and probability(e) >= 0.6 * probability(best)]
    return rules[0] if rules else best


def _rival(value: str, best: Evidence, able: Sequence[Evidence]) -> tuple[str, Quoted] | None:
    """The next unit's value where it differs and the evidence hardly does: a guess between them is not ours to make."""
    if not value or len(able) < 2 or not able[1].found or able[1].found[0].value is None:
        return None
    other, mine = able[1], able[0].found[0].value if able[0].found else None
    if mine is not None and able[1].found[0].value.kind != mine.kind:
        return None  # "3%" is no rival of "£4,000"
    shown = other.found[0].text
    close = probability(other) >= 0.9 * probability(best) and other.covered >= best.covered - 0.05
    return (
        (shown, Quoted(other.unit.text, other.unit.passage)) if close and shown.casefold() != value.casefold() else None
    )


def _declined(
    q: Question,
    best: Evidence | None,
    able: Sequence[Evidence],
    ranked: Sequence[Evidence],
    us: Sequence[Unit],
    passages: Sequence[Mapping[str, Any]],
) -> Reading:
    reason = _why_not(q, best, ranked)
    if best is None or probability(best) < LIKELY:
        near = tuple(Quoted(e.unit.text, e.unit.passage) for e in ranked[:3])
        return Reading(False, kind=q.kind, confidence=probability(best) if best else 0.0, closest=near, reason=reason)
    near = (*_quotes(q, best, able, us, passages)[:1], *(Quoted(e.unit.text, e.unit.passage) for e in able[1:3]))
    return Reading(False, kind=q.kind, confidence=probability(best), closest=near, reason=reason, likely=True)


def _why_not(q: Question, best: Evidence | None, ranked: Sequence[Evidence]) -> str:
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


_CELL = re.compile(r"\W*([^:;\n]{1,40}): ([^;\n]*)")  # of a table's row, told as text: "Room: C03; Extension: 4412"


def _value(q: Question, best: Evidence, quotes: Sequence[Quoted]) -> tuple[str, Kind, float | str | None, str]:
    u = best.unit
    if q.kind == "yes_no":
        word = verdict(q, u, best)
        return word, "yes_no", word.lower() or None, ""
    found = best.found
    if (
        q.wants and not found and len(quotes[0].text) > len(u.text)
    ):  # the value may stand in the sentence that was added
        grown = Unit(
            quotes[0].text,
            u.passage,
            u.start,
            u.end,
            u.heading,
            u.title,
            u.order,
            u.label,
            u.header,
            u.stems,
            u.concepts,
        )
        found = candidates(q, grown, frozenset())
    if q.wants:
        return _typed(q, found[0]) if found and (found[0].score >= 0.1 or len(found) == 1) else ("", q.kind, None, "")
    if cells := _CELL.findall(u.text) if u.text.count(";") and _CELL.match(u.text) else []:
        asked = {s for t in q.terms for s in t.stems}
        named = [v.strip() for label, v in cells if stems(label) and set(stems(label)) <= asked]
        return (named[0], q.kind, named[0], "") if len(named) == 1 else ("", q.kind, None, "")
    if u.label and best.inside >= 0.5:
        after = re.sub(r"^\**:\**\s*", "", u.text[u.text.index(u.label) + len(u.label) :]).strip()
        if 0 < len(after) <= 80:
            return after.rstrip("."), q.kind, after.rstrip("."), ""
    return "", q.kind, None, ""


_KINDS: dict[str, Kind] = {
    "quantity": "number",
    "time": "date",
    "ordinal": "number",
    "frequency": "duration",
    "name": "person",
    "role": "person",
}


def _typed(q: Question, c: Candidate) -> tuple[str, Kind, float | str | None, str]:
    kind: Kind = _KINDS.get(c.kind, c.kind)  # type: ignore[arg-type]
    if c.kind in ("name", "role"):
        kind = q.kind if q.kind in ("person", "organisation", "place") else "person"
    v = c.value
    if v is None:
        return c.text, kind, c.text, ""
    if v.kind == "date":
        return c.text, kind, v.date or c.text, ""
    if v.number is not None:
        return c.text, kind, v.number, v.unit
    return c.text, kind, c.text, ""
