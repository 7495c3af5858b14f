"""Does a sentence deny what the lines it stands on say, or say what they deny? Lexical only.

It sees that a "not" was dropped or put in (opposite words: `direction`, limits of values: `limits`). It
does not understand: a reversal said in quite other words is not seen here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

from graph.claims.evidence import root
from graph.claims.limits import without_limits
from text.words import STOP, tokens

HARD = re.compile(
    r"(?<![\w-])(?:not|no|never|neither|nor|none|nobody|nothing|without|cannot|can['’]?t|\w+n['’]t)(?!\w)", re.I
)
_SOFT = re.compile(
    r"\b(?:un(?:able|available|less|likely|lawful|authori[sz]ed|paid|used|approved|changed|affected"
    r"|limited)|non-?\w+|in(?:valid|eligible|sufficient|complete)|"
    r"exclu(?:de\w*|ding|sion)|except\w*|prohibit\w*|forbid\w*|forbad\w*|refus\w*|reject\w*|declin\w*"
    r"|fail\w*|lack\w*|absen\w*|exempt\w*|ban(?:s|ned)?|waive[sd]?|"
    r"outside|only|solely|rather|instead|otherwise|else|missing|miss(?:es|ed)?|avoid\w*|prevent\w*"
    r"|void|free of|deny|denie[sd]|zero|nil|withh[eo]ld\w*|barred|block(?:s|ed)?|"
    r"impossible|irrespective|regardless|hardly|rarely|apart from|other than|lapse\w*|expire\w*"
    r"|stop(?:s|ped)?|cease\w*|lose[sn]?|lost|closed|out of)\b",
    re.I,
)
_SHUT = re.compile(
    r"\b(?:excluded|prohibited|forbidden|exempt|barred|banned|ineligible|unavailable"
    r"|not (?:included|covered|available|allowed|permitted))\b",
    re.I,
)
_CUT = re.compile(
    r"[,;:.()|–—](?=\s|$)|\b(?:but|such as|including|while|whereas|although|though|unless|except|if"
    r"|because|and|which|who|otherwise|so|once|when|where|provided|as long as|apart from)\b",
    re.I,
)
_ABSENCE = re.compile(
    r"\b(?:(?:do|does|did|is|are|was|were|has|have|could|can)(?:\s?not|n['’]t)|cannot|no|none|nothing"
    r"|neither|never)\b(?:[^.]|[.](?=\w)){0,90}?\b(?:mention|state|specif|say|contain"
    r"|give (?:a|an|any|the)|fit|address|"
    r"information|found|find|describe|define|indicate|evidence|detail|discuss|passage|answer|refer"
    r"|set out|explicit|told)\w*|\bsays? nothing\b",
    re.I,
)

MUST = re.compile(
    r"\b(?:must|shall|required?|requires|has to|have to|is to|are to|needs? to|obliged|obligat\w+"
    r"|mandatory|compulsory|necessary|will|only|needed)\b",
    re.I,
)
_ALTERED = frozenset(root(w) for w in ("change", "alter", "differ", "move"))
_STEADY = re.compile(r"\b(?:the same|unchanged|remains?|stays?|stayed|remained|did not change|constant)\b", re.I)
_ONLY_WITH = re.compile(r"\b(?:only|solely|except|not|never|no)\b[^.;]*?\bwith(?:out)?\b([^.;,]*)", re.I)


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


@lru_cache(maxsize=2_000)
def clauses(text: str) -> tuple[Clause, ...]:
    text = without_limits(text)
    edges = [0, *(m.start() for m in _CUT.finditer(text)), len(text)]
    out = []
    for a, b in pairwise(edges):
        part = text[a:b]
        found = list(HARD.finditer(part))
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


def negation(claim: str, lines: Sequence[str]) -> str:
    """Why the claim says the opposite of the lines (the best first), in words for users; "" when nothing speaks so."""
    theirs = [c for x in lines for c in clauses(x)]
    mine = clauses(re.sub(r"^\W*(?:no|yes)[,.:;–—]\s+", "", claim, flags=re.I))
    for c in mine:
        if c.denials and (reason := _denied_there(c, theirs)):
            return reason
    if absent(claim):
        return ""
    if reason := _without(claim, lines) or _altered(mine, theirs):
        return reason
    return next((r for t in theirs if (r := _undenied_here(t, mine, theirs))), "")


def _without(claim: str, lines: Sequence[str]) -> str:
    """ "May do it without consent", where the lines say "only with the consent of …"."""
    m = re.search(r"\bwithout\b([^.;,]*)", claim, re.I)
    if not m or HARD.search(claim[: m.start()]):
        return ""
    mine = set(_content(m[1])[:3])
    found = [k for x in lines[:2] for k in _ONLY_WITH.finditer(x)]
    return "the passage says that it needs this" if any(mine & set(_content(k[1])[:5]) for k in found) else ""


def _altered(mine: Sequence[Clause], theirs: Sequence[Clause]) -> str:
    """ "The numbers change", where the lines say that they stay the same."""
    for c in mine:
        if c.words & _ALTERED and not c.denials and not _STEADY.search(c.text):
            rest = c.words - _ALTERED
            if any(re.search(r"\b(?:the same|unchanged)\b", t.text, re.I) and t.words & rest for t in theirs):
                return "the passage says that it stays the same"
    return ""


def _denied_there(c: Clause, theirs: Sequence[Clause]) -> str:
    """The claim denies: do the lines deny the same?"""
    heads = [h for hs in c.heads for h in hs[:4]] or sorted(c.words)  # "the fee is not £11,400"
    if any(h in _ALTERED for h in heads) and any(_STEADY.search(t.text) and t.words & c.words for t in theirs):
        return ""
    if re.match(r"\W*(?:if|unless)\b", c.text, re.I) and any(
        MUST.search(t.text) and (t.numbers & c.numbers or t.words & set(heads)) for t in theirs
    ):
        return ""  # "lapse if they are not taken by …" where they "must be taken by …"
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
    if best is None or best.denials % 2 == 1 or best.soft - t.soft or _SHUT.search(best.text):
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
