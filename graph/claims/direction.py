"""Does a sentence use the opposite word of the lines it stands on: "rose" for "fell", "must" for "may"? Lexical only."""

from __future__ import annotations

import re
from collections.abc import Sequence

from graph.claims.evidence import root
from graph.claims.limits import without_limits
from graph.claims.sense import HARD, MUST, clauses, negation
from text.words import STOP, stem, tokens

_OPPOSITES = [
    ("increas ris rose risen grow grew grown higher gain up climb improv rais", "decreas fall fell fallen drop declin lower reduc down cut shrink shrank wors narrow"),
    ("highest largest biggest most best greatest maximum longest top", "lowest smallest least worst minimum shortest fewest bottom"),
    ("earliest first oldest", "latest last newest"),
    ("includ inclus", "exclud exclus except"),
    ("permit allow entitl", "prohibit forbid forbidden ban"),
    ("accept approv agre adopt", "reject refus declin deni"),
    ("always", "never"),
    ("win won", "lose lost"),
    ("profit surplus", "loss deficit"),
    ("buyer purchas", "seller vendor"), ("tenant lesse", "landlord lessor"), ("licensor", "license"),
    ("begin began start commenc", "end expir finish"),
    ("open", "close"), ("pass", "fail"), ("hot warm", "cold"), ("mandatori compulsori", "option voluntari"),
    ("before prior", "after"), ("more", "less fewer"), ("over abov", "under below"), ("public", "privat"), ("gross", "net"),
    ("direct", "indirect"), ("fix", "variabl"), ("valid", "invalid"), ("lawful legal", "unlaw illeg"),
    ("paid", "unpaid"), ("import", "export"), ("senior", "junior"), ("internal", "extern"), ("inbound", "outbound"),
    ("ahead", "behind late"), ("male men", "femal women"),
    ("debit", "credit"), ("asset", "liabil"), ("with", "without"),
]  # fmt: skip
_KEPT = {
    "up",
    "down",
    "most",
    "least",
    "best",
    "worst",
    "before",
    "after",
    "more",
    "less",
    "fewer",
    "over",
    "above",
    "under",
    "below",
    "first",
    "last",
    "with",
    "without",
    "off",
}
_PAIRS = [(frozenset(a.split()), frozenset(b.split())) for a, b in _OPPOSITES]
_PREPOSITIONS = frozenset(["before", "after", "over", "under", "above", "below", "prior"])
_CHANGES = frozenset().union(*_PAIRS[0])
_MAY = re.compile(
    r"\b(?:may|can|might|could|optional\w*|entitled|allowed|permitted|at its discretion|is free to)\b", re.I
)
_ALL = re.compile(
    r"\b(?:all|every|each|always|entire|any|whole|both|everyone|everybody|100\s?%|unconditional\w*|unlimited)\b", re.I
)
_SOME = re.compile(
    r"\b(?:some|certain|several|a few|few|most|many|part of|partly|partially|usually|generally"
    r"|normally|sometimes|occasionally|selected|half)\b",
    re.I,
)


def contradiction(claim: str, lines: Sequence[str]) -> str:
    """Why the claim says the opposite of the lines (the best first), in words for users; "" when nothing speaks so."""
    if not lines:
        return ""
    return negation(claim, lines) or _directions(claim, lines) or _strength(claim, lines)


def _directions(claim: str, lines: Sequence[str]) -> str:
    """Opposite words in the claim and its lines: in the clause that shares most with the claim's, or in the lines as a whole."""
    whole = " ".join(lines[:3])
    said, stated = _marked(without_limits(claim)), _marked(without_limits(whole))
    negated = bool(HARD.search(claim)) != bool(HARD.search(lines[0]))
    for a, b in _PAIRS:
        for one, other in ((a, b), (b, a)):
            hit, against = said & one, stated & other
            if not hit or not against or (stated & one and said & other and not _CHANGES & one):
                continue
            if one & _PREPOSITIONS and not _same_object(claim, whole, one, other):
                continue
            plainly = not negated and not (stated & one) and not (said & other)
            if plainly or _clause_opposed(claim, lines, one, other):
                return f"the claim says “{_word(claim, hit)}”, the passage “{_word(whole, against)}”"
    return ""


def _same_object(claim: str, passage: str, one: frozenset[str], other: frozenset[str]) -> bool:
    """ "After the end" and "before the end" are opposed; "after that" and "before the end" speak of different things."""
    mine = [_object(claim, m.end()) for m in _preposition(claim, one)]
    theirs = [_object(passage, m.end()) for m in _preposition(passage, other)]
    return any(a & b for a in mine for b in theirs)


def _preposition(text: str, words: frozenset[str]) -> list[re.Match[str]]:
    found = re.finditer(r"(?<!\band )(?<!\bor )\b\w+", text)  # "eight and over" says nothing of what follows
    return [m for m in found if m[0].lower() in words or stem(m[0].lower()) in words]


def _object(text: str, at: int) -> set[str]:
    """The first content words and figures after a preposition."""
    found = [t for t in tokens(re.split(r"[.;:]\s", text[at : at + 80])[0]) if t not in STOP]
    return {root(t) for t in found[:3]}


def _clause_opposed(claim: str, lines: Sequence[str], one: frozenset[str], other: frozenset[str]) -> bool:
    theirs = [c for x in lines[:3] for c in clauses(x)]
    for c in clauses(claim):
        mine = _marked(c.text)
        if not mine & one or mine & other:
            continue
        plain = {w for w in c.words if w not in one | other}
        best = max(theirs, key=lambda t: 2 * len(t.numbers & c.numbers) + len(t.words & plain), default=None)
        if best is None or not (best.numbers & c.numbers or len(best.words & plain) >= max(1, 0.5 * len(plain))):
            continue
        there = _marked(best.text)
        if there & other and not there & one and best.denials % 2 == c.denials % 2:
            return True
    return False


def _marked(text: str) -> set[str]:
    return {stem(t) if t not in _KEPT else t for t in tokens(text)}


def _word(text: str, found: set[str]) -> str:
    return next((t for t in tokens(text) if t in found or stem(t) in found), "")


def _strength(claim: str, lines: Sequence[str]) -> str:
    """ "must" where the passage says "may", "all" where it says "some"."""
    first = lines[0]
    obliges = re.search(r"\b(?:must|shall|required|obliged|has to|have to)\b", claim, re.I) and not _MAY.search(claim)
    if obliges and _MAY.search(first) and not any(MUST.search(x) for x in lines[:2]):
        return "the passage allows this, it does not require it"
    whole = re.search(r"\b(?:all|every|always|everyone)\b", claim, re.I) and not _SOME.search(claim)
    if whole and _SOME.search(first) and not any(_ALL.search(x) for x in lines[:2]):
        return "the passage says this of some, not of all"
    return ""
