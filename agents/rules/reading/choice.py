"""Which of the sentences that may answer is the one: not always the likeliest."""

from __future__ import annotations

import re
from collections.abc import Sequence

from agents.rules.reading.evidence import Evidence
from agents.rules.reading.likelihood import LEAD, OUTRIGHT, PREFERS, STANDS_OUT, SURE, accepted, probability
from agents.rules.reading.question import Question
from agents.rules.reading.types import Quoted
from agents.rules.reading.words import stems

_MEANING = re.compile(
    r"\b(?:mean(?:s|ing)?|stands? for|indicates?|signals?|error|fault|message|codes?|displays?|shows?)\b", re.I
)


def explained(q: Question, able: Sequence[Evidence]) -> Evidence | None:
    """The line that explains a code ("E5 Fan blocked. Unplug …"), for who asks what the code means; None where no line or
    more than one begins with it."""
    if len(q.codes) != 1 or not _MEANING.search(q.text):
        return None
    lines = [e for e in able if re.match(rf"\W*{re.escape(q.codes[0])}(?![\w-])", e.unit.text, re.I)]
    return lines[0] if len(lines) == 1 else None


FITS = 0.6  # of a value for what is asked; less: none of the kind
ELSE = 0.1  # probability of the best sentence that is left
_OR = re.compile(r"\s*(?:,|/|\bor\b|\band\b)\s*", re.I)


def labelled(q: Question, able: Sequence[Evidence]) -> Evidence | None:
    """The one item of a price list that is asked for: "Cat: £16.00", under a heading that says the rest ("Boarding, per
    night"); None where the question says less than the label, or two items fit as well."""
    if not q.wants:
        return None
    asked = {s for t in q.terms for s in t.stems}
    items: list[tuple[int, int, Evidence]] = []
    for e in able:
        alternatives = [set(stems(x)) for x in _OR.split(re.sub(r"\([^)]*\)", "", e.unit.label))]
        said = max((a for a in alternatives if a and a <= asked), key=len, default=None)
        if said and e.found:
            over = set(stems(f"{e.unit.heading} {e.unit.header}")) & (asked - said)
            items.append((len(said), len(over), e))
    items.sort(key=lambda x: (-x[0], -x[1]))
    first, second = (*items, None, None)[:2]
    if first is None or not first[1] or (second is not None and first[:2] == second[:2]):
        return None
    return first[2]


_IS_NOT = re.compile(
    r"\b(?:(?:is|was|['’]s|are|were) (?:not|no)|(?:is|was|are|were)n['’]t|not|without|leaving out|excluding|apart from)"
    r" (?:(?:an?|the|any|our|my) (?P<what>[a-z][\w-]+(?: [a-z][\w-]+)?)|(?P<such>[a-z][\w-]+)(?=\s*[),.?!;]|\s*$))",
    re.I,
)
_OPENS_WITH = re.compile(r"(?:\W*\d[\d.]*\s+)?(?:(?:in|during|for|with|under|if there is)\s+)?(?:(?:an?|the|our|any)\s+)?(?P<what>[\w-]+(?:\s+[\w-]+)?)", re.I)  # fmt: skip


def beside_what_is_not(q: Question, able: Sequence[Evidence]) -> list[Evidence]:
    """ "Who signs it off? It's not an emergency": what opens with "In an emergency" comes last, if anything else may answer."""
    if not q.wants or (not_this := _IS_NOT.search(q.wording)) is None:
        return list(able)
    of = set(stems(not_this["what"] or not_this["such"]))

    def opens(e: Evidence) -> bool:
        opening = _OPENS_WITH.match(e.unit.text)
        return opening is not None and bool(of) and set(stems(opening["what"])) >= of

    if not any(not opens(e) and probability(e) >= ELSE for e in able):
        return list(able)
    return [e for e in able if not opens(e)]


def foremost(q: Question, able: Sequence[Evidence], accept: float) -> Evidence | None:
    """The sentence to answer with; able: those that may, likeliest first; None where no one is likely enough.

    Over 203 questions to eight papers at once that the readers were not trained on: 110 right and 53 wrong, where the
    likeliest alone gave 103 and 58, and 36 of 51 unanswerable ones declined instead of 28.
    """
    if not able:
        return None
    best, *others = able
    readers = max(able, key=lambda e: e.answers)
    if accepted(best, accept):
        prefers = readers.answers - best.answers >= PREFERS and probability(readers) >= STANDS_OUT[0]
        return readers if prefers else best
    next_answers = max(
        (e.answers for e in able if e is not readers), default=0.0
    )  # alone it has to be likely by itself
    if readers.answers >= OUTRIGHT and readers.answers - next_answers >= LEAD and _has_it(q, readers):
        return readers
    least, times = STANDS_OUT
    next_best = probability(others[0]) if others else least
    out = best.answers >= 0 and probability(best) >= max(least, times * next_best) and _has_it(q, best)
    return best if out else None


def _has_it(q: Question, e: Evidence) -> bool:
    """Has it a value of the kind asked for, where one was asked for?"""
    return not q.wants or e.fits >= FITS


# "If the level is missed in three months, the Customer may terminate with 30 days' notice."
_IN_CASE = re.compile(
    r"(?:\W*\d[\d.]*\s+)?(?P<case>(?:if|where|when|should|unless|in (?:the event|case))\b[^,;]*),", re.I
)


def in_its_case(q: Question, best: Evidence, ranked: Sequence[Evidence]) -> Evidence:
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


def in_general(q: Question, best: Evidence, able: Sequence[Evidence]) -> Evidence:
    """Who asks without naming a case is told the rule before what holds in one; the other is shown beside it (`rival`)."""

    def of_a_case(e: Evidence) -> bool:
        case = _IN_CASE.match(e.unit.text)
        return case is not None and not {s for t in q.terms if t.weight >= 0.7 for s in t.stems} & set(
            stems(case["case"])
        )

    if not of_a_case(best) or best.answers > SURE:
        return best
    rules = [e for e in able if not of_a_case(e) and e.fits == best.fits and probability(e) >= 0.6 * probability(best)]
    return rules[0] if rules else best


def rival(value: str, best: Evidence, able: Sequence[Evidence]) -> tuple[str, Quoted] | None:
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
