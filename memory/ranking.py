"""Words of a query, and how two ranked lists become one. Pure functions; the stores are elsewhere."""

from __future__ import annotations

import re
from collections.abc import Sequence

POOL = 50  # candidates asked of each half
_RRF_K = 10
WEIGHTS = (0.5, 1.0)  # dense, lexical: measured best on three public sets
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


def match_expression(query: str) -> str:
    """The query for FTS5: its words without stop words, joined by OR; "" when there is nothing to look for."""
    words = list(dict.fromkeys(re.findall(r"\w+", indexed(query.lower()).replace("_", " "))))
    words = [w for w in words if w not in _STOP] or words
    return " OR ".join(f'"{w}"' for w in words[:_MOST_WORDS])


def fuse(dense: Sequence[str], lexical: Sequence[str], k: int) -> list[tuple[str, float]]:
    """The best `k` by reciprocal rank fusion: (id, score), best first.

    The two nearest in meaning are always among eight or more: by rank alone, any dozen passages that share one common
    word with the question would outdo the one that answers it in other words. (In shorter lists it cost 0.8 points of
    recall on chunk_eval, in a list of eight 0.3.)
    """
    scores: dict[str, float] = {}
    for weight, ranked in zip(WEIGHTS, (dense, lexical), strict=True):
        for rank, i in enumerate(ranked, start=1):
            scores[i] = scores.get(i, 0.0) + weight / (_RRF_K + rank)
    order = sorted(scores, key=lambda i: -scores[i])
    kept = [i for i in dense[:_NEAREST_KEPT] if i not in order[:k]] if k >= 8 else []
    return [(i, scores[i]) for i in [*order[: k - len(kept)], *kept]]
