"""Words of English goals: tokens, stems, and which words carry no content. Not a parser."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple


class Word(NamedTuple):
    text: str
    stem: str
    start: int
    end: int


_WORD = re.compile(r"\d+(?:[.,]\d+)*%?|[^\W\d_]+(?:['’][^\W\d_]+)?|[^\W_]+")

STOP = frozenset(
    [
        "a",
        "an",
        "the",
        "this",
        "that",
        "these",
        "those",
        "there",
        "here",
        "it",
        "its",
        "it's",
        "they",
        "them",
        "their",
        "theirs",
        "he",
        "she",
        "his",
        "her",
        "hers",
        "him",
        "we",
        "us",
        "our",
        "ours",
        "i",
        "me",
        "my",
        "mine",
        "you",
        "your",
        "yours",
        "and",
        "or",
        "but",
        "nor",
        "so",
        "of",
        "in",
        "on",
        "at",
        "to",
        "for",
        "from",
        "by",
        "with",
        "within",
        "without",
        "about",
        "into",
        "onto",
        "over",
        "under",
        "as",
        "is",
        "are",
        "was",
        "were",
        "be",
        "been",
        "being",
        "am",
        "do",
        "does",
        "did",
        "done",
        "doing",
        "have",
        "has",
        "had",
        "having",
        "can",
        "could",
        "will",
        "would",
        "shall",
        "should",
        "may",
        "might",
        "must",
        "what",
        "which",
        "who",
        "whom",
        "whose",
        "when",
        "where",
        "why",
        "how",
        "many",
        "much",
        "than",
        "then",
        "if",
        "whether",
        "not",
        "no",
        "yes",
        "please",
        "tell",
        "show",
        "give",
        "say",
        "says",
        "said",
        "let",
        "lets",
        "let's",
        "get",
        "got",
        "find",
        "list",
        "any",
        "some",
        "all",
        "each",
        "every",
        "both",
        "either",
        "also",
        "just",
        "only",
        "very",
        "too",
        "more",
        "most",
        "less",
        "least",
        "such",
        "same",
        "other",
        "another",
        "own",
        "per",
        "via",
        "up",
        "down",
        "out",
        "off",
        "again",
        "further",
        "once",
        "during",
        "before",
        "after",
        "above",
        "below",
        "between",
        "through",
        "against",
        "until",
        "while",
        "because",
        "exactly",
        "actually",
        "really",
        "many't",
        "don't",
        "doesn't",
        "isn't",
        "aren't",
        "wasn't",
        "what's",
        "who's",
        "where's",
        "when's",
        "how's",
        "that's",
        "i'm",
        "i'd",
        "i've",
        "i'll",
        "we're",
        "we've",
        "you're",
        "kindly",
        "need",
        "want",
        "like",
        "know",
        "see",
        "look",
        "could",
        "according",
    ]
)


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    from snowballstemmer import stemmer

    # One a call: a stemmer shared by threads mixes their words up.
    return stemmer("english").stemWord(word.casefold().replace("’", "'").removesuffix("'s"))


def words(text: str) -> list[Word]:
    return [Word(m.group(), stem(m.group()), m.start(), m.end()) for m in _WORD.finditer(text)]


def stems(text: str) -> set[str]:
    return {w.stem for w in words(text)}


def content(text: str) -> list[Word]:
    """The words that say what it is about."""
    return [w for w in words(text) if w.text.casefold().replace("’", "'") not in STOP]


def digits(text: str) -> str:
    """Number words as digits: "nine working days" -> "9 working days". "one", "second" and "May" stay."""
    from text_to_num import alpha2digit

    # A line break inside a number would be lost; it parts what was said, so it is kept apart.
    return "\n".join(alpha2digit(line, "en") if line.strip() else line for line in text.split("\n"))


def join(items: list[str], last: str = "and") -> str:
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} {last} {items[-1]}" if items else ""
