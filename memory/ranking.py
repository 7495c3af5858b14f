"""Words of a query, and how two ranked lists become one. Pure functions; the stores are elsewhere."""

from __future__ import annotations

import re
from collections.abc import Mapping

POOL = 50  # candidates asked of each half
# What BM25, as a share of the best score of the query, counts beside the cosine. On three public sets 0.5 to 0.9 are
# alike; by reciprocal ranks, which it replaced, one set lost two points and another gained one.
WORDS = 0.7
# The share of `whole` from which on the best score of the query counts fully. Below it the best passage has one word of
# several, mostly a chance one ("leave", "light"), and outdid what says the same in other words.
_COVERED = 0.7
_NEAREST_KEPT = 2
_MOST_WORDS = 64

# Left out of queries only; the index has every word, so that "the who" can still be asked as a phrase one day.
_STOP_WORDS = """
a about an and any are as at be been but by can could did do does for from had has have he her him his how i if in
into is it its me my of on or our she should so than that the their them then there these they this those to us was
we were what when where which who whom whose why will with would you your
"""
_STOP = frozenset(_STOP_WORDS.split())
# Letters that are written without spaces: kana, CJK ideographs, Hangul. unicode61 would keep a whole run as one token.
_CJK = re.compile(r"([\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uac00-\ud7af])")


def indexed(text: str) -> str:
    """The text as the lexical index sees it. A change here needs a new `catalog.VERSION`, which rebuilds the index."""
    return _CJK.sub(r" \1 ", text)


def words_of(query: str) -> list[str]:
    """The words to look for: without stop words, unless there is nothing else; each once, at most 64."""
    words = list(dict.fromkeys(re.findall(r"\w+", indexed(query.lower()).replace("_", " "))))
    return ([w for w in words if w not in _STOP] or words)[:_MOST_WORDS]


def scored(similarity: Mapping[str, float], lexical: Mapping[str, float], whole: float = 0.0) -> dict[str, float]:
    """Both halves as one: id -> score, best first.

    similarity: cosine of every candidate of either half, the dense half's own first and in their order; lexical: BM25 of
    those that have a word of the query; whole: what one that has all of them would score. The scores are added, not the
    ranks: where one half sees a clear winner, that shows, and where all its candidates are alike, the other decides.
    """
    top = max(*lexical.values(), _COVERED * whole, 0.0) or 1.0
    scores = {i: s + WORDS * lexical.get(i, 0.0) / top for i, s in similarity.items()}
    return dict(sorted(scores.items(), key=lambda item: -item[1]))


def best(scores: Mapping[str, float], similarity: Mapping[str, float], k: int) -> list[tuple[str, float]]:
    """The first `k` of `scores`, which are best first.

    The two nearest in meaning are always among eight or more: else any dozen passages that share one common word with
    the question would outdo the one that answers it in other words.
    """
    order = list(scores)
    nearest = sorted(scores, key=lambda i: -similarity[i])[:_NEAREST_KEPT]
    kept = [i for i in nearest if i not in order[:k]] if k >= 8 else []
    return [(i, scores[i]) for i in [*order[: k - len(kept)], *kept]]


def fuse(similarity: Mapping[str, float], lexical: Mapping[str, float], k: int) -> list[tuple[str, float]]:
    """The best `k` of both halves: (id, score), best first."""
    return best(scored(similarity, lexical), similarity, k)
