"""Does a sentence say the opposite of the lines it stands on? Negation, direction, limits, obligation: lexical only.

It sees that a "not" was dropped, that "at least" became "at most", "increased" became "fell", "must" became "may". It
does not understand: a reversal said in quite other words is not seen here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from text.words import STOP, stem, tokens

_LIMITS = [  # in order: the longer first, so that "not more than" is no negation
    ("at most", r"(?:no|not) (?:be )?(?:more|greater|higher|longer|later|larger) than|(?:not|never|cannot|can't) (?:to )?(?:exceed|be exceeded|surpass)\w*|up to|at most|(?:a )?maximum(?: of)?|max\.?|or less|or fewer|or under|at the latest|capped at|limited to|without exceeding|no later than|within"),
    ("at least", r"(?:no|not) (?:be )?(?:less|fewer|lower|shorter|earlier|sooner|under) than|not (?:be )?(?:below|under)|at least|(?:a )?minimum(?: of)?|min\.?|or more|or above|or better|or longer|or higher|at the earliest"),
    ("over", r"more than|greater than|higher than|longer than|larger than|over|above|exceed(?:s|ing|ed)?|in excess of|beyond"),
    ("under", r"less than|fewer than|lower than|shorter than|smaller than|under|below"),
    ("before", r"before|prior to|earlier than|by|until|in advance of|ahead of"),
    ("after", r"after|following|later than|since|from|starting|as of"),
]  # fmt: skip
_UP, _DOWN = {"at least", "over"}, {"at most", "under"}
_HARD = re.compile(
    r"(?<![\w-])(?:not|no|never|neither|nor|none|nobody|nothing|without|cannot|can['’]?t|\w+n['’]t)(?!\w)", re.I
)
_SOFT = re.compile(
    r"\b(?:un(?:able|available|less|til|likely|lawful|authori[sz]ed|paid|used|approved|changed)|non-?\w+|in(?:valid|eligible|sufficient|complete)|"
    r"exclu\w+|except\w*|prohibit\w*|forbid\w*|forbad\w*|refus\w*|reject\w*|declin\w*|fail\w*|lack\w*|absen\w*|exempt\w*|ban(?:s|ned)?|waive[sd]?|"
    r"outside|only|solely|rather|instead|otherwise|else|missing|miss(?:es|ed)?|avoid\w*|prevent\w*|stop(?:s|ped)?|void|free of|breach\w*|deny|denie[sd]|"
    r"deprive\w*|zero|nil|withh\w+|limited|restrict\w*|barred|block\w*|remain\w*|still|before|impossible|irrespective|regardless|hardly|rarely|apart from|other than|release[sd]?)\b",
    re.I,
)
_IDLE = re.compile(r"\bno\.\s?(?=\d)|\bnot only\b|\bwhether or not\b|\bno doubt\b|\bno matter\b|\bnumber no\b", re.I)
_CLAUSE = re.compile(r"[,;:.()]|\b(?:but|while|whereas|although|though|unless|except|if|because|and)\b", re.I)
_ABSENCE = re.compile(
    r"\b(?:(?:do|does|did|is|are|was|were|has|have|could|can)(?:\s?not|n['’]t)|cannot|no|none|nothing|neither|never)\b[^.]{0,60}?\b(?:mention|state|specif|say|contain|include|give|address|cover|"
    r"information|found|find|describe|define|provide|indicate|evidence|detail|discuss|list|passage|answer|refer|name[sd]?|set out|explicit)\w*",
    re.I,
)

_OPPOSITES = [
    ("increas ris rose risen grow grew grown higher gain up climb improv rais", "decreas fall fell fallen drop declin lower reduc down cut shrink shrank wors"),
    ("highest largest biggest most best greatest maximum longest top", "lowest smallest least worst minimum shortest fewest bottom"),
    ("earliest first oldest", "latest last newest"),
    ("includ inclus", "exclud exclus except"),
    ("permit allow entitl", "prohibit forbid forbidden ban"),
    ("accept approv agre adopt", "reject refus declin deni"),
    ("always", "never"),
    ("win won", "lose lost"),
    ("profit surplus", "loss deficit"),
    ("buyer purchas", "seller vendor"), ("tenant lesse", "landlord lessor"), ("employe", "employ"), ("licensor", "license"),
    ("begin began start commenc", "end expir finish"),
    ("open", "close"), ("pass", "fail"), ("hot warm", "cold"), ("mandatori compulsori oblig", "option voluntari"),
    ("before prior", "after"), ("more", "less fewer"), ("over abov", "under below"), ("public", "privat"), ("gross", "net"),
    ("direct", "indirect"), ("fix", "variabl"), ("success", "unsuccess"), ("valid", "invalid"), ("lawful legal", "unlaw illeg"),
    ("paid", "unpaid"), ("import", "export"), ("senior", "junior"), ("internal", "extern"), ("inbound", "outbound"),
    ("debit", "credit"), ("asset", "liabil"), ("daily day", "weekly"), ("month", "annual yearly"), ("with", "without"),
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


def absent(text: str) -> bool:
    """ "The contract does not mention …": says that something is not in the documents."""
    return bool(_ABSENCE.search(text))


def contradiction(claim: str, lines: Sequence[str]) -> str:
    """Why the claim says the opposite of the lines (the best first), in words for users; "" when nothing speaks so."""
    if not lines:
        return ""
    return _negation(claim, lines) or _directions(claim, lines) or _strength(claim, lines)


def limit_at(text: str, start: int, end: int) -> str:
    """The limit that stands at a value: "at most", "at least", "over", "under", "before", "after" or ""."""
    before, after = text[max(0, start - 34) : start], text[end : end + 20]
    head = re.split(r"[,;:(]|\d|\b(?:and|or|but)\b", before)[-1]
    best = ("", -1, -1)
    for name, pattern in _LIMITS:
        for m in re.finditer(rf"\b(?:{pattern})(?!\w)", head, re.I):
            if m.end() > best[1] and not (m.start() >= best[2] >= 0 and m.end() <= best[1]):
                best = (name, m.end(), m.start())
    tail = re.match(
        r"\s*(?:[a-z]+\s){0,2}?(or (?:less|fewer|under)|or (?:more|above|better|longer|higher)|at the latest|at the earliest|maximum|minimum)\b",
        after,
        re.I,
    )
    if tail:
        return "at most" if re.search(r"less|fewer|under|latest|maximum", tail[1], re.I) else "at least"
    return best[0]


def opposed(a: str, b: str) -> bool:
    """Do two limits exclude each other?"""
    return (a in _UP and b in _DOWN) or (a in _DOWN and b in _UP) or {a, b} == {"before", "after"}


def _without_limits(text: str) -> str:
    text = _IDLE.sub(" ", text)
    for _, pattern in _LIMITS[:2]:
        text = re.sub(
            rf"\b(?:must |shall |may |should |can |will |would |does |do )?(?:{pattern})(?!\w)", " ", text, flags=re.I
        )
    return text


def _denials(text: str) -> list[list[str]]:
    """For each "not", "no", "without" …: the content stems it stands before, to the end of its clause."""
    text = _without_limits(text)
    out = []
    for m in _HARD.finditer(text):
        clause = _CLAUSE.split(text[m.end() :], maxsplit=1)[0]
        out.append([stem(t) for t in tokens(clause) if t not in STOP][:5])
    return out


def _negation(claim: str, lines: Sequence[str]) -> str:
    denied = _denials(claim)
    said = {stem(t) for t in tokens(claim) if t not in STOP}
    for heads in denied:
        found = max(lines, key=lambda x: (_share(heads, x), -lines.index(x)))
        where = [found] if _share(heads, found) >= 0.5 else list(lines)
        if not any(_denials(x) or _SOFT.search(_without_limits(x)) for x in where):
            return "the passage does not deny this"
        if where == [found] and not _SOFT.search(_without_limits(found)) and not _meets(heads, found):
            return "the passage denies something else, not this"
    if denied or _SOFT.search(_without_limits(claim)) or absent(claim):
        return ""
    for x in lines[:2]:
        for heads in _denials(x):
            whole = [stem(t) for t in tokens(x) if t not in STOP]
            covered = len(said & set(whole)) / max(1, len(set(whole)))
            if (
                heads
                and (heads[0] in said or len(said & set(heads[:4])) >= 2)
                and (covered >= 0.3 or len(said & set(whole)) >= 0.5 * len(said))
            ):
                return "the passage says that this is not so"
    return ""


def _meets(heads: Sequence[str], text: str) -> bool:
    """Does a denial of `text` stand before one of these words?"""
    denied = _denials(text)
    if not heads or any(not d for d in denied):
        return True
    return any(set(heads[:4]) & set(d) for d in denied)


def _share(heads: Sequence[str], text: str) -> float:
    bag = {stem(t) for t in tokens(text)}
    return sum(h in bag for h in heads) / len(heads) if heads else 0.0


def _directions(claim: str, lines: Sequence[str]) -> str:
    mine = _marked(_without_limits(claim))
    theirs = _marked(_without_limits(" ".join(lines[:3])))
    negated = bool(_HARD.search(claim)) != bool(_HARD.search(lines[0]))
    for a, b in _PAIRS:
        for one, other in ((a, b), (b, a)):
            hit, against = mine & one, theirs & other
            if hit and against and not (theirs & one) and not (mine & other) and not negated:
                return f"the claim says “{_word(claim, hit)}”, the passage “{_word(' '.join(lines[:3]), against)}”"
    return ""


def _marked(text: str) -> set[str]:
    return {stem(t) if t not in _KEPT else t for t in tokens(text)}


def _word(text: str, stems: set[str]) -> str:
    return next((t for t in tokens(text) if t in stems or stem(t) in stems), "")


def _strength(claim: str, lines: Sequence[str]) -> str:
    """ "must" where the passage says "may", "all" where it says "some"."""
    first = lines[0]
    if re.search(r"\b(?:must|shall|required|obliged|has to|have to)\b", claim, re.I) and not _MAY.search(claim):
        if _MAY.search(first) and not any(_MUST.search(x) for x in lines[:2]):
            return "the passage allows this, it does not require it"
    if re.search(r"\b(?:all|every|always|everyone)\b", claim, re.I) and not _SOME.search(claim):
        if _SOME.search(first) and not any(_ALL.search(x) for x in lines[:2]):
            return "the passage says this of some, not of all"
    return ""
