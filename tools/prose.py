"""Which sentences of a document can stand alone in a summary, and how heavy their words are.

Headings, table rows, page headers and footers, boilerplate and fragments cannot. It judges by form, not by meaning;
choosing among what is left is `summarize`.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from text.sentences import Sentence, sentences
from tools.base import Passage

BOILERPLATE = re.compile(
    r"©|\(c\)\s*\d{4}|all rights reserved|\bpage \d+ (?:of|/) \d+|^\W*page \d+\W*$|\.{4,}"
    r"|table of contents|(?:this page )?intentionally left blank"
    r"|\bcookies?\b.*\b(?:accept|consent|policy)\b|\bsubscribe\b.*\bnewsletter\b|click here|^https?://\S+$|unsubscribe|lorem ipsum"
    r"|^minutes of (?:the|a|an|our) [^.]*\b(?:meeting|held)\b[^.]*$"
    r"|^(?:from|to|cc|sent|subject|date|received|message-id|content-type):\s",
    re.IGNORECASE,
)
_LEANS = re.compile(  # begins by pointing at the sentence before it
    r"^(?:however|therefore|thus|hence|moreover|furthermore|in addition|additionally|also|but|and|or"
    r"|so|then|this|these|those|that|it|they|he|she"
    r"|such|as a result|for example|for instance|in contrast|instead|otherwise|nevertheless"
    r"|consequently|accordingly|similarly|finally|secondly)\b",
    re.IGNORECASE,
)
# What a letter says out of courtesy, and who was there: true, and never what it is about.
COURTESY = re.compile(
    r"(?:dear|hi|hello|(?:our |many )?thanks?|thank you|(?:kind|best|warm) (?:regards|wishes)|yours"
    r"|sincerely|i hope (?:you|this|all)|hope you|(?:prepared|issued|submitted) (?:for|on|by|to)"
    r"|please find|"
    r"please (?:do not|don['’]t) hesitate|if you have any (?:further )?(?:questions|queries)|(?:we|i) look(?:ing)? forward|"
    r"tel|phone|fax|mobile|present|apologies|copied to)\b[:.*]*(?=[\s,]|$)",
    re.IGNORECASE,
)
# The head of a document: "**Date:** 6 May **Present:** …", "Next meeting: 3 June".
_PARTICULARS = re.compile(
    r"(?:date|time|place|venue|location|attend(?:ees|ance)|chair|author|owner|status|version"
    r"|(?:last )?(?:updated|reviewed|revised)|next (?:meeting|review)|minutes (?:taken )?by"
    r"|distribution|contact)s?\s*:"
    r"|(?:version|edition|issue|revision) \d"
    r"|(?-i:[A-Z])[\w ]{1,25}: .{2,60} (?-i:[A-Z])[\w ]{1,25}: ",
    re.IGNORECASE,
)
_ROW = re.compile(r"[^:;.]{1,40}: [^;]+; [^:;.]{1,40}: ")  # "Season: 2023; Yield: 36.1": a table's row, told as text
_BULLET = re.compile(r"^\s*(?:[-*•‣▪–]|\d{1,3}(?:\.\d{1,3})*[.)]?|\([a-z0-9]{1,4}\)|#+)\s+")
_SMALL_WORDS = """
a about after all also an and any are as at be been before being between both but by can could did do does each for
from had has have he her his how i if in into is it its may more most must no nor not of on one only or other our
out over own shall she should so some such than that the their them then there these they this those to under up
upon was we were what when where which while who will with within would you your
"""
_STOP = frozenset(_SMALL_WORDS.split())


@dataclass(frozen=True)
class Candidate:
    """A sentence that may be chosen. `start`, `end`: offsets in the document's text; text[start:end] is the quote."""

    document: str
    start: int
    end: int
    quote: str  # as it stands
    text: str  # on one line, without its bullet
    section: str
    place: float  # 0 at the document's start, 1 at its end
    weight: float  # by words and form, only comparable within one document
    specific: bool  # states a number, a date or an amount
    leans: bool  # makes less sense without the sentence before it


def words(text: str) -> list[str]:
    """Content words, stemmed."""
    return [_stem(w) for w in re.findall(r"[^\W\d_][\w'’-]+", text.casefold()) if w not in _STOP and len(w) > 2]


@lru_cache(maxsize=50_000)
def _stem(word: str) -> str:
    return _stemmer().stemWord(word)


@lru_cache(maxsize=1)
def _stemmer() -> Any:
    from snowballstemmer import stemmer

    return stemmer("english")


def candidates(document: str, whole: str, passages: Sequence[Passage]) -> list[Candidate]:
    """The sentences of `whole` fit for a summary, in its order, with their weights."""
    found = [(s, _one_line(s.text)) for s in map(_below_heading, sentences(whole))]
    times = Counter(line.casefold() for _, line in found)
    fit = [(s, line) for s, line in found if times[line.casefold()] < 3 and stands_alone(s.text, line)]
    seen: set[str] = set()
    fit = [x for x in fit if not (x[1].casefold() in seen or seen.add(x[1].casefold()))]
    if not fit:
        return []
    bags = [words(line) for _, line in fit]
    common = Counter(w for bag in bags for w in set(bag))
    sections = Sections(passages)
    out = []
    for (s, line), bag in zip(fit, bags, strict=True):
        place = s.start / max(1, len(whole))
        # Words that the document uses often, but not in every sentence; long sentences do not win by length alone.
        central = sum(math.log1p(common[w]) for w in set(bag)) / math.sqrt(len(bag) + 4)
        leans = bool(_LEANS.match(line))
        weight = central * (0.7 if leans else 1.0) * _by_place(place)
        specific = bool(re.search(r"\d", line))
        out.append(
            Candidate(document, s.start, s.end, s.text, line, sections.at(s.start), place, weight, specific, leans)
        )
    return out


def _below_heading(s: Sentence) -> Sentence:
    """In plain text a heading is only a short line above; the sentence begins below it."""
    first, _, rest = s.text.partition("\n")
    bare = _BULLET.sub("", first).strip()
    titled = re.fullmatch(r"[A-Z][^.!?:;,]{0,44}", bare) and len(bare.split()) <= 6
    if not titled or len(rest.split()) < 5 or not re.match(r"\s*[\"“]?[A-Z]", rest):
        return s
    start = s.end - len(rest.lstrip())
    return Sentence(rest.lstrip(), start, s.end)


def _by_place(place: float) -> float:
    return 1.0 + 0.35 * math.exp(-place * 12) + (0.1 if place > 0.93 else 0.0)


def _one_line(text: str) -> str:
    joined = re.sub(r"(?<=[a-z])-\n(?=[a-z])", "", text)  # a word parted at the line's end
    return " ".join(_BULLET.sub("", joined).replace("**", "").replace("__", "").split())


def stands_alone(raw: str, line: str) -> bool:
    """Whether a sentence reads as one: length, letters, an end, no table row, heading or boilerplate."""
    tokens = line.split()
    if not (5 <= len(tokens) <= 90 and 30 <= len(line) <= 600) or BOILERPLATE.search(line):
        return False
    if _ROW.match(line) or _PARTICULARS.match(line) or COURTESY.match(line.lstrip("*# ")):
        return False
    if raw.lstrip().startswith("#") or "|" in raw or "\t" in raw.strip() or len(re.findall(r"\S {3,}\S", raw)) >= 2:
        return False
    letters = sum(c.isalpha() for c in line)
    if letters < 0.62 * len(line.replace(" ", "")) or line.isupper():
        return False
    if sum(t[:1].isdigit() for t in tokens) > 0.4 * len(tokens):
        return False
    ends = bool(re.search(r"[.!?…。！？][\"'”’)\]]*$", line))
    title_case = sum(t[:1].isupper() for t in tokens if len(t) > 3) > 0.75 * max(1, sum(len(t) > 3 for t in tokens))
    return (
        (ends or (len(tokens) >= 9 and not line.endswith(":")))
        and not (title_case and not ends)
        and not line[:1].islower()
    )


class Sections:
    """The heading (or the page) under which a character stands."""

    def __init__(self, passages: Sequence[Passage]) -> None:
        self.starts = [p.start for p in passages]
        self.names = [p.heading or (f"page {p.page}" if p.page else "") for p in passages]

    def at(self, offset: int) -> str:
        from bisect import bisect_right

        i = bisect_right(self.starts, offset) - 1
        return self.names[i] if i >= 0 else ""
