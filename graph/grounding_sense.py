"""Does a sentence say the opposite of the lines it stands on? Negation, direction, obligation: lexical only.

It sees that a "not" was dropped, "increased" became "fell", "must" became "may" (limits of values: `grounding_limits`). It
does not understand: a reversal said in quite other words is not seen here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

from graph.grounding_evidence import root
from graph.grounding_limits import without_limits
from text.words import STOP, stem, tokens

_HARD = re.compile(
    r"(?<![\w-])(?:not|no|never|neither|nor|none|nobody|nothing|without|cannot|can['’]?t|\w+n['’]t)(?!\w)", re.I
)
_SOFT = re.compile(
    r"\b(?:un(?:able|available|less|likely|lawful|authori[sz]ed|paid|used|approved|changed|affected|limited)|non-?\w+|in(?:valid|eligible|sufficient|complete)|"
    r"exclu(?:de\w*|ding|sion)|except\w*|prohibit\w*|forbid\w*|forbad\w*|refus\w*|reject\w*|declin\w*|fail\w*|lack\w*|absen\w*|exempt\w*|ban(?:s|ned)?|waive[sd]?|"
    r"outside|only|solely|rather|instead|otherwise|else|missing|miss(?:es|ed)?|avoid\w*|prevent\w*|void|free of|deny|denie[sd]|zero|nil|withh[eo]ld\w*|barred|block(?:s|ed)?|"
    r"impossible|irrespective|regardless|hardly|rarely|apart from|other than|lapse\w*|expire\w*|stop(?:s|ped)?|cease\w*|lose[sn]?|lost|closed|out of)\b",
    re.I,
)
_SHUT = re.compile(
    r"\b(?:excluded|prohibited|forbidden|exempt|barred|banned|ineligible|unavailable|not (?:included|covered|available|allowed|permitted))\b",
    re.I,
)
_CUT = re.compile(
    r"[,;:.()|–—](?=\s|$)|\b(?:but|such as|including|while|whereas|although|though|unless|except|if|because|and|which|who|otherwise|so|once|when|where|provided|as long as|apart from)\b",
    re.I,
)
_ABSENCE = re.compile(
    r"\b(?:(?:do|does|did|is|are|was|were|has|have|could|can)(?:\s?not|n['’]t)|cannot|no|none|nothing|neither|never)\b(?:[^.]|[.](?=\w)){0,90}?\b(?:mention|state|specif|say|contain|give (?:a|an|any|the)|fit|address|"
    r"information|found|find|describe|define|indicate|evidence|detail|discuss|passage|answer|refer|set out|explicit|told)\w*|\bsays? nothing\b",
    re.I,
)

_OPPOSITES = [
    ("increas ris rose risen grow grew grown higher gain up climb improv rais", "decreas fall fell fallen drop declin lower reduc down cut shrink shrank wors narrow"),
    ("highest largest biggest most best greatest maximum longest top", "lowest smallest least worst minimum shortest fewest bottom"),
    ("earliest first oldest", "latest last newest"),
    ("includ inclus", "exclud except"),
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
_CHANGES = frozenset().union(*_PAIRS[0])
_MUST = re.compile(
    r"\b(?:must|shall|required?|requires|has to|have to|is to|are to|needs? to|obliged|obligat\w+|mandatory|compulsory|necessary|will|only|needed)\b",
    re.I,
)
_MAY = re.compile(
    r"\b(?:may|can|might|could|optional\w*|entitled|allowed|permitted|at its discretion|is free to)\b", re.I
)
_ALL = re.compile(
    r"\b(?:all|every|each|always|entire|any|whole|both|everyone|everybody|100\s?%|unconditional\w*|unlimited)\b", re.I
)
_SOME = re.compile(
    r"\b(?:some|certain|several|a few|few|most|many|part of|partly|partially|usually|generally|normally|sometimes|occasionally|selected|half)\b",
    re.I,
)


@dataclass(frozen=True)
class Clause:
    words: frozenset[str]
    denials: int  # how many times it says "not", "no", "without" …
    heads: tuple[tuple[str, ...], ...]  # after each of them, the words up to the next or the clause's end
    soft: frozenset[str]  # "except", "fails", "only": may stand for a denial
    numbers: frozenset[str]
    text: str


def absent(text: str) -> bool:
    """ "The contract does not mention …": says that something is not in the documents."""
    return bool(_ABSENCE.search(text))


def contradiction(claim: str, lines: Sequence[str]) -> str:
    """Why the claim says the opposite of the lines (the best first), in words for users; "" when nothing speaks so."""
    if not lines:
        return ""
    return _negation(claim, lines) or _directions(claim, lines) or _strength(claim, lines)


@lru_cache(maxsize=2_000)
def clauses(text: str) -> tuple[Clause, ...]:
    text = without_limits(text)
    edges = [0, *(m.start() for m in _CUT.finditer(text)), len(text)]
    out = []
    for a, b in pairwise(edges):
        part = text[a:b]
        found = list(_HARD.finditer(part))
        heads = tuple(
            tuple(_content(part[m.end() : n.start() if n else len(part)])[:5])
            for m, n in zip(found, [*found[1:], None], strict=False)
        )
        soft = frozenset(root(t) for m in _SOFT.finditer(part) for t in tokens(m[0]))
        words = frozenset(_content(part))
        if words or found:
            out.append(
                Clause(words, len(found), heads, soft, frozenset(re.findall(r"\d+(?:[.,]\d+)*", part)), part.strip())
            )
    return tuple(out)


def _content(text: str) -> list[str]:
    return [root(t) for t in tokens(text) if t not in STOP and not t[0].isdigit()]


def _negation(claim: str, lines: Sequence[str]) -> str:
    theirs = [c for x in lines for c in clauses(x)]
    mine = clauses(re.sub(r"^\W*(?:no|yes)[,.:;–—]\s+", "", claim, flags=re.I))
    for c in mine:
        if c.denials and (reason := _denied_there(c, theirs)):
            return reason
    if absent(claim):
        return ""
    return next((r for t in theirs if (r := _undenied_here(t, mine, theirs))), "")


def _denied_there(c: Clause, theirs: Sequence[Clause]) -> str:
    """The claim denies: do the lines deny the same?"""
    heads = [h for hs in c.heads for h in hs[:4]] or sorted(c.words)  # "the fee is not £11,400"
    named = [
        t for t in theirs if heads and (_share(heads, t.words) >= 0.5 or (len(heads) > 1 and set(heads[:2]) <= t.words))
    ]
    said_only_without = all(not hs for hs in c.heads) or (
        bool(re.search(r"\bwithout\b", c.text, re.I)) and c.denials == 1
    )
    if said_only_without and not all(any(h in t.words for t in named) for h in heads):
        return ""
    if not named:
        if said_only_without or any(t.denials or t.soft for t in theirs):
            return ""
        return "the passage does not deny this"
    subject = c.words - set(heads)  # "cockerels aren't allowed", where the passage says "cockerels are forbidden"
    if subject and any(subject & t.words and (_SHUT.search(t.text) or t.denials % 2) for t in theirs if t not in named):
        return ""
    best = max(named, key=lambda t: (len(t.words & c.words), t.denials))
    near = [t for t in named if len(t.words & c.words) >= len(best.words & c.words) - 1]
    if (
        re.search(r"\bwithout\b", c.text, re.I)
        and c.denials > 1
        and not any(re.search(r"\bwithout\b", t.text, re.I) for t in theirs)
    ):
        c = replace(c, denials=c.denials - 1)  # "without giving a reason", where the passage says "for convenience"
    if any(
        t.denials % 2 == c.denials % 2 or t.soft - set(heads) or c.soft - {h for k in theirs for h in k.soft}
        for t in near
    ):
        return ""
    if c.denials == 1 and not any(t.denials for t in near) and _shares_line(near, theirs, heads):
        return ""
    return "the passage does not deny this"


def _shares_line(near: Sequence[Clause], theirs: Sequence[Clause], heads: Sequence[str]) -> bool:
    """A denial in the clause next to this one may reach over ("not to smoke or use candles, nor …")."""
    places = [theirs.index(t) for t in near]
    return any(i - 1 >= 0 and theirs[i - 1].denials and set(heads) & theirs[i - 1].words for i in places)


def _undenied_here(t: Clause, mine: Sequence[Clause], theirs: Sequence[Clause]) -> str:
    """The lines deny: does the claim say it without denying?"""
    shut = _SHUT.search(t.text)
    if t.denials % 2 == 0 and not shut:
        return ""
    if re.search(r"\bwithout\b", t.text, re.I) and t.denials == 1 and not shut:
        return ""
    heads = list(dict.fromkeys(h for hs in t.heads for h in hs[:3])) or sorted(t.words - t.soft)
    if not heads or any(c.denials and not any(c.heads) for c in mine):  # "gas, water and internet are not"
        return ""
    best = max(mine, key=lambda c: (len(set(heads) & c.words), len(t.words & c.words)), default=None)
    if best is None or best.denials % 2 == 1 or best.soft or _SHUT.search(best.text):
        return ""
    if len(t.words) < 2:  # "German is an advantage but not required": of what, stands in the clause before
        at = theirs.index(t)
        if not at or not theirs[at - 1].words & best.words:
            return ""
    hit = set(heads) & best.words
    first = heads[0] in hit
    shared = len(t.words & best.words)
    trailing = not any(t.heads) and shared >= 0.5 * len(t.words)  # "the purchase of land is not"
    if (
        (first and shared >= max(2, 0.4 * len(t.words)))
        or (len(hit) >= 2 and len(hit) >= 0.6 * len(heads))
        or (first and len(heads) <= 2 and len(t.words & _all(mine)) >= 0.6 * len(t.words))
        or (trailing and first)
    ):
        others = [c for c in mine if c is not best and c.denials % 2 == 1 and set(heads) & c.words]
        return "" if others else "the passage says that this is not so"
    closest = max((len(k.words & best.words) for k in theirs if k is not t), default=0)
    if (
        shared >= 2 and shared >= 0.6 * len(t.words) and shared > closest and len(t.words) <= 6
    ):  # "will not rise", "does go up"
        return "the passage says that this is not so"
    return "the passage says that this is not so" if shut and shared >= 2 else ""


def _all(parts: Sequence[Clause]) -> frozenset[str]:
    return frozenset().union(*(c.words for c in parts)) if parts else frozenset()


def _share(heads: Sequence[str], bag: frozenset[str]) -> float:
    return sum(h in bag for h in heads) / len(heads) if heads else 0.0


def _directions(claim: str, lines: Sequence[str]) -> str:
    """Opposite words in the claim and its lines: in the clause that shares most with the claim's, or in the lines as a whole."""
    whole = " ".join(lines[:3])
    said, stated = _marked(without_limits(claim)), _marked(without_limits(whole))
    negated = bool(_HARD.search(claim)) != bool(_HARD.search(lines[0]))
    for a, b in _PAIRS:
        for one, other in ((a, b), (b, a)):
            hit, against = said & one, stated & other
            if not hit or not against or negated or (stated & one and said & other and not _CHANGES & one):
                continue
            if (not (stated & one) and not (said & other)) or _clause_opposed(claim, lines, one, other):
                return f"the claim says “{_word(claim, hit)}”, the passage “{_word(whole, against)}”"
    return ""


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
        if there & other and not there & one:
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
    if obliges and _MAY.search(first) and not any(_MUST.search(x) for x in lines[:2]):
        return "the passage allows this, it does not require it"
    whole = re.search(r"\b(?:all|every|always|everyone)\b", claim, re.I) and not _SOME.search(claim)
    if whole and _SOME.search(first) and not any(_ALL.search(x) for x in lines[:2]):
        return "the passage says this of some, not of all"
    return ""
