"""Words as reading compares them: stems, synonyms and contrasts.

Not a dictionary: `thesaurus.txt` beside this file holds the words that office documents use for the same thing, kept
by hand. What it does not hold is left to the embedding.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from pathlib import Path

WORD = re.compile(r"[^\W_]+(?:[.'’\-&/][^\W_]+)*", re.UNICODE)

STOP = frozenset(
    re.findall(
        r"\S+",
        """
        a an the this that these those there here it its it's i me my we us our ours you your yours he him his
        she her hers they them their theirs one of to in on at by for with from into onto upon about as than
        then so and or nor but if is are was were be been being am do does did done doing have has had having
        will would shall should can could may might must not no yes what which who whom whose when where why how
        much many long often please tell say says said state stated states mention mentioned according give
        given get gets got any some each every all both either neither exactly actually just also too very
        really still ever only per between during within while such same other another there's what's who's let
        know want like make made take takes out up down over under again further own use used uses using put
        apply applies applied involve involved need needs want wants possible currently big close don't doesn't
        didn't isn't aren't can't cannot won't happen happens happened via etc eg ie regarding concerning
        """,
    )
)
# Words that name the document or whoever asks rather than what is asked; they may be absent from the answer.
GENERIC = frozenset(
    re.findall(
        r"\S+",
        """
        document contract agreement policy handbook manual paper study report invoice bill text file minutes
        meeting mail email letter passage section clause page company firm people person thing someone anyone
        somebody anybody party item kind type sort way name number amount value date time year day detail
        information info employee staff worker author device appliance machine product project team committee
        client customer supplier vendor
        """,
    )
)


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    import snowballstemmer

    w = word.lower().replace("’", "'").removesuffix("'s").rstrip("'")
    return _ODD.get(w) or snowballstemmer.stemmer("english").stemWord(w)


_ODD = {
    "paid": "pay", "fell": "fall", "rose": "rise", "risen": "rise", "grew": "grow", "sent": "send", "sold": "sell",
    "bought": "buy", "began": "begin", "begun": "begin", "wrote": "write", "written": "write", "spoke": "speak",
    "held": "hold", "led": "lead", "ran": "run", "kept": "keep", "left": "leave", "lost": "lose", "met": "meet",
    "chose": "choose", "women": "woman", "men": "man", "children": "child", "kids": "kid", "people": "people",
    "froze": "freeze", "freezes": "freez", "drove": "drive", "driven": "drive", "won": "win", "built": "build",
    "spent": "spend", "taken": "take", "took": "take", "went": "go", "gone": "go", "gave": "give", "grown": "grow",
    "broke": "break", "broken": "break", "found": "find", "told": "tell", "taught": "teach", "thought": "think",
    "heavier": "heavi", "died": "die", "dies": "die", "dying": "die", "signed": "sign", "signature": "signatur",
}  # fmt: skip


def words(text: str) -> list[str]:
    """Words and numbers in order, lower case; "1,200" is one."""
    return [m[0].lower() for m in re.finditer(r"\d+(?:[.,]\d+)*|" + WORD.pattern, text)]


def stems(text: str) -> list[str]:
    out = []
    for w in words(text):
        out.append(stem(w))
        if "-" in w:
            out += [stem(x) for x in w.split("-") if x]
    return out


def _entries() -> list[str]:
    return Path(__file__).with_name("thesaurus.txt").read_text("utf-8").splitlines()


@cache
def with_synonyms() -> frozenset[str]:
    """Every word that the thesaurus knows, as it is written."""
    return frozenset(w for line in _entries() if not line.startswith("#") for w in words(line))


@cache
def _groups() -> tuple[dict[tuple[str, ...], set[int]], dict[str, set[int]]]:
    """Phrase of stems -> synonym groups, stem -> contrast groups."""
    same: dict[tuple[str, ...], set[int]] = {}
    unlike: dict[str, set[int]] = {}
    for i, line in enumerate(_entries()):
        if not line or line.startswith("#"):
            continue
        for entry in line.lstrip("! ").split(","):
            key = tuple(stem(w) for w in words(entry))
            if line.startswith("!"):
                unlike.setdefault(key[0], set()).add(i)
            else:
                same.setdefault(key, set()).add(i)
    return same, unlike


def concepts(of: list[str]) -> set[int]:
    """The synonym groups that a text (its stems in order) touches."""
    same, _ = _groups()
    out: set[int] = set()
    for n in (1, 2, 3, 4):
        for i in range(len(of) - n + 1):
            out |= same.get(tuple(of[i : i + n]), set())
    return out


def phrases(of: list[str]) -> list[tuple[int, int, set[int]]]:
    """Known phrases of two or more words: (from, to, groups), longest first."""
    same, _ = _groups()
    out = []
    for n in (4, 3, 2):
        out += [(i, i + n, same[t]) for i in range(len(of) - n + 1) if (t := tuple(of[i : i + n])) in same]
    return out


def groups_of(a: str) -> set[int]:
    return _groups()[0].get((a,), set())


def contrast(a: str, b: str) -> bool:
    """Are these stems two members of one contrast ("early" and "late")?"""
    unlike = _groups()[1]
    return a != b and bool(unlike.get(a, set()) & unlike.get(b, set()))
