"""Yes or no, when the deciding sentence leaves no doubt; silence otherwise.

A condition ("only with consent", "unless") is neither: the sentence is quoted and the reader decides.
"""

from __future__ import annotations

import re

from agents.rules.reading.bands import amounts, hours, in_band, speaks_of_the_rest
from agents.rules.reading.evidence import Evidence
from agents.rules.reading.question import Question
from agents.rules.reading.units import Unit
from agents.rules.reading.words import concepts, stem, stems, words

_CONDITION = re.compile(
    r"\b(?:only|unless|except|subject to|provided|if|without|prior|up to|at most|no more than|not more than|limited to|depending|where|other than|but|however|either|may be)\b",
    re.I,
)
_NO = re.compile(
    r"\b(?:not|no|never|neither|nor|none|cannot|can't|won't|isn't|aren't|wasn't|weren't|doesn't|don't|didn't|prohibited|forbidden|excluded|banned|refused|rejected|declined|without|nothing|nobody|unable|lapses?|ineligible|exempt)\b",
    re.I,
)
_YES = re.compile(
    r"\b(?:may|can|is|are|was|were|allowed|permitted|welcome|entitled|eligible|included|includes?|covers?|covered|provides?|offers?|available|shall|must|will|has|have|receives?|accepted|approved|confirmed|required|granted|supports?|supported)\b",
    re.I,
)
SURE = 0.5  # log-odds of the reader from which a limit or an exception in the sentence is the one asked about
_ASKED_NO = re.compile(
    r"\b(?:not|no|never|without|prohibited|forbidden|banned|excluded|refuse[ds]?|reject(?:ed)?|exempt|illegal)\b|n't\b",
    re.I,
)


def verdict(q: Question, u: Unit, e: Evidence) -> str:
    """ "Yes", "No" or "". Given only where every weighty word of the question is met by the unit itself."""
    if not _ASKED_NO.search(q.text) and e.answers > SURE and (word := _by_limit(q, u) or _by_exception(q, u)):
        return word
    weighty = [j for j, t in enumerate(q.terms) if t.weight >= 0.7]
    if not weighty or any(e.hits[j] < 0.7 for j in weighty) or u.text.rstrip().endswith("?"):
        return ""
    if _CONDITION.search(u.text) or (re.search(r"\d", u.text) and not re.search(r"\d", q.text)):
        return ""
    if _ASKED_NO.search(q.text):
        return ""  # a negated question has no plain yes
    negatives = list(_NO.finditer(u.text))
    if len(negatives) > 1:
        return ""
    if negatives:
        return "No" if _decides(q, u.text) else ""
    asked = {stem(w) for w in words(q.text)}
    return "Yes" if _YES.search(u.text) and (asked & set(u.stems)) and min(e.hits[j] for j in weighty) >= 0.85 else ""


_MAY = re.compile(r"\W*(?:and |so |but |then )?(?:can|could|may|might|am i|are (?:we|you|they|there)|is (?:it|there)|do (?:you|they) (?:allow|let|take|accept)|will (?:you|they))\b", re.I)  # fmt: skip
_EXCEPT = re.compile(r"\b(?:outside|except(?: for| in| on| at)?|excluding|other than|apart from|but not(?: in| on| at| for)?)\s+(?P<what>[^,.;:]+)", re.I)  # fmt: skip


def _by_limit(q: Question, u: Unit) -> str:
    """ "Can we bring three dogs?" of "no more than two"; "at 10 pm?" of "may run from 8 am until 9 pm"."""
    if not _MAY.match(q.text):
        return ""
    if asked := hours(q.text):
        inside, negative = in_band(asked, u.text), bool(_NO.search(u.text))
        if inside is None or (negative and not inside):
            return ""
        return "No" if negative or not inside else "Yes"
    sums = amounts(q.text)
    noun = re.match(r"\s*(?P<noun>[^\W\d_]{3,})", q.text[sums[0].end :]) if len(sums) == 1 else None
    if noun is None or stem(noun["noun"]) not in u.stems:
        return ""
    return "No" if in_band(sums, u.text) is False and not speaks_of_the_rest(u.text) else ""


def _by_exception(q: Question, u: Unit) -> str:
    """ "Does it count in August?" of "outside July and August"; "may guide dogs come in?" of "no dogs except guide dogs"."""
    excepted = _EXCEPT.search(u.text)
    if excepted is None:
        return ""
    own, rest = set(stems(excepted["what"])), set(stems(u.text[: excepted.start()] + u.text[excepted.end() :]))
    meant = {s for t in q.terms if t.weight >= 0.7 for s in t.stems} & own - rest
    if not meant:
        return ""
    return "Yes" if _NO.search(u.text[: excepted.start()]) else "No"


def _decides(q: Question, text: str) -> bool:
    """Is the negation in the clause that has the question's words, rather than in an aside?"""
    clauses = re.split(r"[;,:]| and | but ", text)
    asked = {s for t in q.terms for s in t.stems}
    groups = {g for t in q.terms for g in t.groups}
    for c in clauses:
        of = stems(c)
        if _NO.search(c) and (asked & set(of) or groups & concepts(of)):
            return True
    return False
