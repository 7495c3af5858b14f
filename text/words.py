"""Words: stems for comparing content, names that stand in a text, negation. Lexical only, no model.

English stop words and stemming; other scripts are kept as they are, CJK text one character a word.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from text.dates import MONTHS

_STOP = """
a about above after again against all also am an and any are as at be because been before being below between both but
by can could did do does doing done down during each either else etc few for from further had has have having he her
here hers herself him himself his how i if in into is it its itself just may me might more most must my myself neither
no nor not of off on once only onto or other ought our ours ourselves out over own per same shall she should so some
such than that the their theirs them themselves then there these they this those through thus to too under until up upon
us very was we were what when where whether which while who whom whose why will with within without would you your yours
yourself yourselves don't doesn't didn't isn't aren't wasn't weren't won't can't cannot couldn't shouldn't wouldn't
hasn't haven't hadn't it's that's there's here's i'm you're we're they're i've we've i'll we'll let's
"""
STOP: frozenset[str] = frozenset(_STOP.split())

_TOKEN = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff]")
_NEGATION = re.compile(
    r"\b(?:not|no|never|neither|nor|none|nobody|nothing|nowhere|without|cannot|can['’]?t|\w+n['’]t|hardly|fails? to|failed to)\b",
    re.I,
)
_NO_NUMBER = re.compile(r"\bno\.\s?\d|\bno\.?\s(?=\d)|\bnot only\b", re.I)
# A capitalised word, with initials ("J."), hyphens, apostrophes and inner ampersands ("AT&T", "O'Neill").
_CAPITAL = r"(?:[A-Z]\.(?=\s?[A-Z])|[A-ZÀ-ÖØ-Þ][\w’'&]*(?:-[\w]+)*)"
_JOIN = r"(?:of|the|de|del|della|di|da|van|von|der|den|la|le|du|dos|al|bin|ibn|&)"
_NAME = re.compile(rf"(?<![\w@/.])({_CAPITAL}(?:[ \u00a0]+(?:(?:{_JOIN}[ ]+){{0,2}}{_CAPITAL}))*)(?![\w@])")
_START = re.compile(
    r"(?:^|[.!?:;…][\"”’')\]]*\s+|\n\s*|[|]\s*|[“\"(\[]\s*|(?:^|\n)\s*(?:[-*•>#]+|\d{1,3}[.)])\s+|\*\*\s*)$"
)
_TITLES = {"mr", "mrs", "ms", "dr", "prof", "sir", "dame", "lord", "lady"}
_CAPITALISED_ANYWAY = """
monday tuesday wednesday thursday friday saturday sunday i q1 q2 q3 q4 yes ok okay i'm i've i'll however therefore
moreover finally overall section clause article table figure page annex appendix schedule note see total
"""
_NOT_NAMES = {*MONTHS, *_CAPITALISED_ANYWAY.split()}


def tokens(text: str) -> Iterator[str]:
    """Lower-case words with diacritics folded; CJK text yields its characters."""
    folded = "".join(c for c in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(c))
    for m in _TOKEN.finditer(unicodedata.normalize("NFC", folded)):
        word = m[0].replace("’", "'")
        if _CJK.search(word):
            yield from (c for c in word if not c.isspace())
        else:
            yield word.removesuffix("'s").removesuffix("'")


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """The stem of one lower-case English word."""
    import snowballstemmer

    # A stemmer keeps its word in itself while it works, so one shared by threads mixes their words up: one a call.
    return snowballstemmer.stemmer("english").stemWord(word)


def stems(text: str) -> list[str]:
    """Stems of the content words, in order, repeats kept."""
    return [stem(w) for w in tokens(text) if w not in STOP]


def has_negation(text: str) -> bool:
    """Does the text deny something ("not", "no", "never", "without" …)? "No. 7" and "not only" do not."""
    return bool(_NEGATION.search(_NO_NUMBER.sub(" ", text)))


def names(text: str) -> list[str]:
    """Names of people, organisations, products and places, in order, each once.

    A capitalised word counts unless it only opens a sentence, a line or a cell and is an ordinary word. Defined terms
    ("the Supplier") count as well: telling them apart takes the document.
    """
    out: dict[str, None] = {}
    for m in _NAME.finditer(text):
        start = m.start()
        for part in re.split(r"(?<=\w)['’]s? ", m[1]):  # "Acme's Berlin" is two
            name = _trimmed(text, part, start)
            start += len(part) + 3
            if name:
                out.setdefault(name)
    return list(out)


def ordinary(word: str) -> bool:
    """Is this an ordinary English word, written small in the middle of a sentence?"""
    return lemma(word.capitalize())[:1].islower() and known(word.lower())


@lru_cache(maxsize=20_000)
def lemma(word: str) -> str:
    """The dictionary form of one English word ("paid" -> "pay"); a name keeps its capital ("Smith")."""
    import simplemma

    return simplemma.lemmatize(word, lang="en")


@lru_cache(maxsize=20_000)
def known(word: str) -> bool:
    """Does English know this word, in whatever form? (`word` in lower case)"""
    import simplemma

    return simplemma.is_known(word, lang="en")


def _trimmed(text: str, found: str, start: int) -> str:
    """The name without words that are capitalised for another reason; "" when nothing is left."""
    words = found.split()
    opens = start == 0 or bool(_START.search(text[max(0, start - 12) : start]))
    while words and (_plain(words[0]) or re.fullmatch(_JOIN, words[0])):
        words.pop(0)
        opens = False  # "In Berlin": what follows the opening word is capitalised for itself
    if opens and words and len(words) == 1 and ordinary(_bare(words[0])) and not words[0].isupper():
        return ""
    if opens and len(words) > 1 and ordinary(_bare(words[0])) and re.fullmatch(_JOIN, words[1]):
        words = words[1:]  # "Payment of Acme", not a name as a whole
        while words and re.fullmatch(_JOIN, words[0]):
            words.pop(0)
    while words and (_plain(words[-1]) or re.fullmatch(_JOIN, words[-1])):
        words.pop()
    if len(words) == 1 and (len(words[0]) < 2 or _bare(words[0]) in _TITLES):
        return ""
    name = " ".join(words)
    return re.sub(r"['’]s?$", "", name)


def _bare(word: str) -> str:
    return re.sub(r"['’]s?$", "", word).strip(".").lower()


def _plain(word: str) -> bool:
    bare = _bare(word)
    return bare in STOP or bare in _NOT_NAMES
