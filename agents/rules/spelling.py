"""A goal's misspelt words, read as words of the user's own documents or of goals in general.

Only a word that neither English nor any document knows is read otherwise, and only as one that is a slip or two of the
keyboard away. Names (written large), codes, addresses, quoted words and goals in another language stay as they are.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from agents.base import Brief, Plan
from agents.rules.intents import intents
from agents.rules.reading.words import with_synonyms
from agents.rules.words import STOP
from text.words import known

LEAST = 4  # letters: shorter words have too many neighbours
TWO_SLIPS = 7  # letters from which a word may be two slips away
MOST = 4_000_000  # characters of documents that are looked through
_WORD = re.compile(r"(?<![\w@/.:#&+\-])[^\W\d_]+(?:['’][^\W\d_]+)?(?![\w@/&+]|[.:\-]\w)")
_QUOTED = re.compile(r"[\"“”„«»][^\"“”„«»]*[\"“”„«»]|`[^`]*`")
_TYPED = re.compile(r"[^\W\d_]+")
KEY = "read_as"  # of the last step's arguments: what stands in the answer
# What is kept, or answered without looking anything up, keeps the words it was given.
_VERBATIM = {"remember", "forget", "needs_model", "smalltalk"}


def spelled(brief: Brief, plan: Callable[[Brief], Plan]) -> Plan:
    """The plan for the goal without its misspellings, which says what it was read as."""
    read_as = misread(brief)
    if not read_as:
        return plan(brief)
    made = plan(replace(brief, goal=mended(brief.goal, read_as)))
    if _VERBATIM & set(made["intent"].split("+")) or not made["steps"]:
        return plan(brief)
    last = made["steps"][-1]
    told = {**last, "args": {**last["args"], KEY: [*read_as.values()]}}
    return {**made, "steps": [*made["steps"][:-1], told]}  # type: ignore[typeddict-item]


def misread(brief: Brief) -> dict[str, str]:
    """The words of the goal that are misspelt, as typed, with what each is read as; {} where nothing is."""
    quoted = [m.span() for m in _QUOTED.finditer(brief.goal)]
    said = [m for m in _WORD.finditer(brief.goal) if not any(a <= m.start() < b for a, b in quoted)]
    strange = [m[0] for m in said if _strange(m, brief.goal)]
    if not strange:
        return {}
    theirs = vocabulary(brief)
    strange = [w for w in strange if w.casefold() not in theirs]
    out = {w: meant(w.casefold(), theirs) for w in dict.fromkeys(strange)}
    read_as = {w: found for w, found in out.items() if found}
    # Several strange words that are near to nothing: it is another language, and a likeness to English is by chance.
    return read_as if len(strange) < 3 or 2 * len(read_as) > len(out) else {}


def mended(goal: str, read_as: Mapping[str, str]) -> str:
    """The goal with these words in place of those."""
    return _WORD.sub(lambda m: read_as.get(m[0], m[0]), goal)


def meant(word: str, theirs: Mapping[str, int]) -> str:
    """The word that `word` is a misspelling of; "" where none is near or two are as near."""
    most = 2 if len(word) >= TWO_SLIPS else 1
    rated: list[tuple[int, int, int, str]] = []
    for w, count in [*theirs.items(), *_of_goals().items()]:
        if abs(len(w) - len(word)) > most or (w[0] != word[0] and w[:2] != word[1::-1]):
            continue
        d = slips(word, w, most)
        if d <= most:
            rated.append((2 * d - _usual(word, w), -count, len(w), w))
    return min(rated)[3] if rated else ""


def _usual(a: str, b: str) -> bool:
    """Is it a slip that people make: a letter left out, doubled or too many, letters exchanged, another vowel?"""
    long, short = (a, b) if len(a) >= len(b) else (b, a)
    left = iter(long)
    return (
        sorted(a) == sorted(b)
        or re.sub(r"(.)\1|[aeiouy]+", r"\1", a) == re.sub(r"(.)\1|[aeiouy]+", r"\1", b)
        or (len(long) > len(short) and all(c in left for c in short))
    )


def slips(a: str, b: str, most: int) -> int:
    """Letters to add, drop, change or exchange with their neighbour to make `b` of `a`; most + 1 when there are more."""
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        older, before, row = before, row, [i]
        for j, y in enumerate(b, 1):
            cost = min(before[j] + 1, row[-1] + 1, before[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return row[-1]


def vocabulary(brief: Brief) -> Counter[str]:
    """The words of the user's documents, small, with how often they stand there."""
    out: Counter[str] = Counter()
    left = MOST
    for d in brief.documents:
        text = brief.text(d.id)[:left]
        left -= len(text)
        out.update(_words(text))
        out.update(w.casefold() for w in _TYPED.findall(d.name))
    for t in brief.tables:
        out.update(w.casefold() for name, _ in t.columns for w in _TYPED.findall(name))
    return out


@lru_cache(maxsize=64)
def _words(text: str) -> Mapping[str, int]:
    return Counter(w.casefold() for w in _TYPED.findall(text) if len(w) >= LEAST)


@lru_cache(maxsize=1)
def _of_goals() -> Mapping[str, int]:
    """The words that goals are made of, whatever they are about: the intents' examples and the words with synonyms."""
    said: Sequence[str] = [w.casefold() for i in intents().values() for e in i.examples for w in _TYPED.findall(e)]
    return {w: 0 for w in {*said, *STOP, *with_synonyms()} if len(w) >= LEAST and known(w)}


def _strange(m: re.Match[str], goal: str) -> bool:
    word = m[0]
    contracted = re.sub(r"(?:s|re|ve|ll|[dm])$", r"'\g<0>", re.sub(r"nt$", "n't", word.casefold()))  # "whats", "dont"
    if len(word) < LEAST or re.search("['’]", word) or STOP & {word.casefold(), contracted}:
        return False
    opens = not goal[: m.start()].strip() or goal[: m.start()].rstrip()[-1:] in ".?!"
    if not word.islower() and not (opens and word[1:].islower()):
        return False  # a name, or initials
    return not known(word.casefold())
