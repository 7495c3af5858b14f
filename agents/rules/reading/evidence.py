"""How far a unit bears on a question: meaning, words covered, names that must be there, the kind of value.

The numbers made here are the features that `answer.py` weighs; nothing is decided here except the vetoes: a unit about
another name, code or year can never answer, however close its wording.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from agents.rules.reading.bands import amounts, in_band, sets_limit, speaks_of_the_rest
from agents.rules.reading.pick import Candidate, candidates, identity, when_clause
from agents.rules.reading.question import Question, Term
from agents.rules.reading.ranges import range_end
from agents.rules.reading.told import told
from agents.rules.reading.types import Embed, Sense
from agents.rules.reading.units import LEANS_BACK, Unit
from agents.rules.reading.veto import veto
from agents.rules.reading.words import STOP, concepts, contrast, stem, stems, words

# Terms that a value of the right kind expresses by itself: "$850" is a price, "3 May" a date.
IMPLIED_BY_VALUE = {
    "price", "cost", "amount", "total", "date", "day", "durat", "length", "period", "number", "name", "person", "place",
    "time", "percentag", "percent", "share", "size", "quantiti", "compani", "organ", "organis", "citi", "countri", "year",
}  # fmt: skip
_ADDRESS = re.compile(r"\S+@\S+|\S+://\S+")  # ann.lee@… makes "lee" no common word
LIMITS = {"limit", "maximum", "minimum", "max", "min", "cap", "ceil", "threshold", "most", "least"}
_CLAUSE = re.compile(r"[,;:|] |\band\b|\bwhich\b|\bunless\b|\bif\b")
NEAR_WORD, PASSED_OVER = 0.3, 0.35  # the second: the next sentence has the word, or a word like it is here
NEAR = 10  # units judged closely; the rest are told apart by meaning and shared words alone


@dataclass
class Evidence:
    unit: Unit
    answers: float  # log-odds by the reader model that the unit, with what it stands under, answers the question
    cosine: float  # of question and unit, the better of alone and with its heading and the unit before
    covered: float  # share of the question's weight that the unit and what surrounds it cover, 0..1
    inside: float  # the same, the unit alone
    head: float  # how well what is asked for ("penalty") is covered; 0.5 where the question has no such word
    nearest: float  # how near the value of that kind stands to the question's words, 0..1; 0.5 where none is asked for
    found: list[Candidate]  # values of the kind asked for, best first
    fits: float  # 1: holds a value of the kind asked for, 0: does not; 0.5 where any text may answer
    veto: str  # why it can't answer, or ""
    hits: dict[int, float]  # term index -> how well covered
    passed_over: float  # 1: the documents use a word of the question, but not here; else 0


MOST = 90  # units embedded at all: 90 sentences cost about 0.2 s
READ = 45  # of these, by meaning and shared words, the ones that the reader model reads
UNREAD = -6.0  # log-odds of the others
_WORD_VECTORS: dict[str, Any] = {}  # words repeat from question to question; a word costs 1-2 ms to embed
_MOST_WORDS = 20_000


def gather(q: Question, us: list[Unit], sense: Sense) -> list[Evidence]:
    """Evidence for the NEAR most promising units, best first by a plain sum."""
    us, embed = _promising(q, us), sense.embed
    asked = _nameless(q)
    v = np.asarray(embed([*asked, *(_clean(u.text) for u in us)]))
    asked_v, v = v[: len(asked)], v[len(asked) :]
    alone = (v @ asked_v.T).max(axis=1)
    named = {w for name in q.names for w in stems(name)}
    df = [max(1, sum(t.hit(u.stems, u.concepts) > 0 for u in us)) for t in q.terms]
    n = len(us)
    weights = [
        (0.5 if set(t.stems) <= named else t.weight) * (0.35 + 0.65 * math.log((n + 1) / d) / math.log(n + 1))
        for t, d in zip(q.terms, df, strict=True)
    ]
    total = sum(weights) or 1.0
    quick = [
        alone[i] + 0.6 * sum(w * _around(t, u) for t, w in zip(q.terms, weights, strict=True)) / total
        for i, u in enumerate(us)
    ]
    common = frozenset(w for u in us for w in re.findall(r"\b[a-z][a-z'’\-]+\b", _ADDRESS.sub(" ", u.text)))
    values = [candidates(q, u, common) for u in us]
    if q.strict:
        quick = [x + (0.25 if c else 0.0) for x, c in zip(quick, values, strict=True)]
    read = np.full(n, UNREAD)
    likely = sorted(range(n), key=lambda i: -quick[i])[:READ]
    read[likely] = sense.answers(q.wording, [told(us[i]) for i in likely])
    quick = [x + 1 / (1 + math.exp(-float(z))) for x, z in zip(quick, read, strict=True)]
    order = sorted(range(n), key=lambda i: -quick[i])[:NEAR]
    near = [us[i] for i in order]
    with_context = _with_context(near, asked_v, embed)
    soft = _soft_hits(q.terms, near, embed)
    wholes = {u.title: u.whole for u in us}.values()
    said = [any(t.hit(u.stems, set()) for u in us) or any(f" {t.text}" in w for w in wholes) for t in q.terms]
    everything: dict[str, str] = {}
    for u in us:
        everything[u.title] = everything.get(u.title, f"{u.title} {u.whole}".lower()) + f" {u.heading} {u.text}".lower()
    sums = amounts(q.text)
    out = []
    for k, (i, u) in enumerate(zip(order, near, strict=True)):
        found = values[i]
        band = in_band(sums, u.text)
        if band is False and speaks_of_the_rest(u.text):
            band = True  # the sentence rules for what is outside its range as well
        if band is False and q.kind == "yes_no":
            band = None  # that it is outside is the answer
        fits = _fits(q, u, found)
        nearest = 0.5 if not q.wants else found[0].score if found else 0.35 if fits == 0.4 else 0.0
        inside, hits = [], {}
        for j, t in enumerate(q.terms):
            exact = t.hit(u.stems, u.concepts)
            # A word that the documents use elsewhere ("pears") is not meant where they only come near it ("fruit").
            here = max(exact, min(soft[k][j], NEAR_WORD) if said[j] else soft[k][j])
            by_value = (
                0.8
                if (fits == 1 and q.kind == "date" and range_end(t.stems, u.text) is not None)
                or (fits == 1 and q.wants and set(t.stems) <= IMPLIED_BY_VALUE)
                else 0.0
            )
            if set(t.stems) <= LIMITS and fits == 1 and sets_limit(u.text):
                by_value = 0.8
            if band and any(t.text in v.text.lower() for v in sums):
                by_value = 1.0
            inside.append(max(here, by_value))
            hits[j] = max(here, by_value, _around(t, u) if exact == 0 else 0.0)
            if set(t.stems) <= named:  # that the name is in this document is a matter for the veto
                hits[j] = max(hits[j], 0.7)
        if band and found:  # in a row of ranges the value stands beside its range, not beside the question's words
            nearest = max(nearest, 0.8)
        if _counts_something_else(q, hits):
            found, fits, nearest = [], 0.0, 0.0
        covered = sum(w * hits[j] for j, w in enumerate(weights)) / total
        out.append(
            Evidence(
                u, float(read[i]), float(max(alone[i], with_context[k])), covered, sum(w * x for w, x in zip(weights, inside, strict=True)) / total,
                max((h for j, h in hits.items() if q.terms[j].head), default=0.5), nearest, found, fits, veto(q, u, everything[u.title]) or ("another range" if band is False else ""), hits,
                float(any(said[j] and h <= PASSED_OVER and q.terms[j].weight >= 1 for j, h in hits.items())),
            )
        )  # fmt: skip
    return out


_ANYBODY = {"peopl", "person", "time", "thing", "one", "item", "unit", "piec", "participant", "member"}


def _counts_something_else(q: Question, hits: dict[int, float]) -> bool:
    """ "How many doctors" is not answered by a number of nurses: what is counted must be there in some word."""
    if q.kind != "number" or not q.noun or q.noun in _ANYBODY:
        return False
    return any(q.noun in t.stems and hits[j] < 0.6 for j, t in enumerate(q.terms))


def _clean(text: str) -> str:
    return re.sub(r"[|*>#_]+", " ", text).strip()


def _around(t: Term, u: Unit) -> float:
    """Covered by the unit, its heading, the title, or the neighbours it may lean on."""
    if hit := t.hit(u.stems, u.concepts):
        return hit
    for text, worth in (
        (u.heading, 0.75),
        (u.header, 0.9),
        (u.title, 0.85),
        (u.before, 0.9 if u.before.rstrip().endswith("?") or LEANS_BACK.match(u.text) else 0.55),
        (u.after, 0.35),
    ):
        if text:
            of = _stems(text)
            if hit := t.hit(of, _concepts(text)):
                # A heading that is nothing but the word is as good as the word.
                return hit if text is u.heading and set(of) == set(t.stems) else worth * hit
    return 0.0


def _stems(text: str) -> list[str]:
    return stems(text)


def _concepts(text: str) -> set[int]:
    return concepts(stems(text))


def _promising(q: Question, us: list[Unit]) -> list[Unit]:
    """The MOST units that share words with the question or stand in the passages that search put first."""
    if len(us) <= MOST:
        return us
    shared = [sum(t.weight * _around(t, u) for t in q.terms) for u in us]
    order = sorted(range(len(us)), key=lambda i: -(shared[i] - 0.12 * us[i].passage))
    return [us[i] for i in sorted(order[:MOST])]


def _nameless(q: Question) -> list[str]:
    """The question, and the question without its names: the answer seldom repeats whose document it is."""
    bare = q.text
    for name in q.names:
        bare = re.sub(rf"\b{re.escape(name)}(?:['’]s)?", " ", bare)
    out = [q.text, " ".join(bare.split())] if q.names and len(bare.split()) > 2 else [q.text]
    return [*out, f"{q.told} {q.text}"] if q.told else out


def _with_context(near: Sequence[Unit], asked: Any, embed: Embed) -> list[float]:
    """The best likeness of the unit with what surrounds it, and of its clauses when it says several things."""
    texts, owner = [], []
    for k, u in enumerate(near):
        parts = [f"{u.heading}: {u.before[-200:]} {u.text}" if u.before else f"{u.heading or u.title}: {u.text}"]
        if u.header:  # a row says little without what its columns are
            parts.append(f"{u.header}: {u.text}")
        if len(u.text) > 110:
            parts += [c for c in _CLAUSE.split(u.text) if len(c) > 25]
        texts += [_clean(x) for x in parts]
        owner += [k] * len(parts)
    best = [0.0] * len(near)
    for k, x in zip(owner, (np.asarray(embed(texts)) @ asked.T).max(axis=1) if texts else [], strict=True):
        best[k] = max(best[k], float(x))
    return best


def _soft_hits(terms: Sequence[Term], near: Sequence[Unit], embed: Embed) -> list[list[float]]:
    """Where no word or synonym matches: the closest word of the unit by embedding, never a contrast of the term.

    Word vectors of unrelated words lie around 0.25 and of synonyms mostly above 0.55 (measured on 58 pairs), but
    siblings ("landlord", "tenant": 0.83) do too: the hit counts less than a known synonym and contrasts are left out.
    """
    wanted: list[list[str]] = []
    content = [
        [w for w in dict.fromkeys(words(u.text)) if w not in STOP and not w[0].isdigit() and len(w) > 2] for u in near
    ]
    for t in terms:
        wanted.append([] if t.text[0].isdigit() else [t.text])
    _learn({w for ws in content for w in ws} | {w for ws in wanted for w in ws}, embed)
    out = []
    for u, ws in zip(near, content, strict=True):
        row = []
        matrix = np.stack([_WORD_VECTORS[w] for w in ws]) if ws else None
        for t, names in zip(terms, wanted, strict=True):
            if matrix is None or not names or t.hit(u.stems, u.concepts):
                row.append(0.0)
                continue
            sims = matrix @ _WORD_VECTORS[names[0]]
            ok = [float(s) for w, s in zip(ws, sims, strict=True) if not any(contrast(x, stem(w)) for x in t.stems)]
            row.append(0.85 * min(1.0, max(0.0, (max(ok, default=0.0) - 0.45) / 0.3)))
        out.append(row)
    return out


def _learn(new: set[str], embed: Embed) -> None:
    missing = sorted(w for w in new if w not in _WORD_VECTORS)
    if not missing:
        return
    if len(_WORD_VECTORS) > _MOST_WORDS:
        _WORD_VECTORS.clear()
        missing = sorted(new)
    for w, x in zip(missing, np.asarray(embed(missing)), strict=True):
        _WORD_VECTORS[w] = x


def _fits(q: Question, u: Unit, found: list[Candidate]) -> float:
    """Does the unit hold a value of the kind asked for? 1 yes, 0 no, 0.5 where any text may answer or comes close."""
    if not q.wants:
        return 0.5
    if found:
        if q.who_is:
            return 1.0 if any(c.kind != "role" and identity(q, u, c) for c in found) else 0.0
        return 1.0 if found[0].kind != "role" else 0.6
    if "weekday" in q.wants and when_clause(u.text):
        return 0.4
    return 0.0 if q.strict else 0.3
