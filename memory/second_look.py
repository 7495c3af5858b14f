"""The order of the best candidates, looked at again: what stands beside a passage, and what other documents say like it.

Pure functions. Both parts were chosen on halves of three public sets and checked on the other halves. The first gave up
to one point on each. The second gave two on abstracts of papers, where a question has many answers, and took two from
questions about few long texts, where one passage answers: so it works by how many documents the candidates are from.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

NEAR = 20  # candidates whose neighbours are asked for
HEAD = 40  # candidates that are compared with each other
_NEIGHBOUR = 0.2  # what the likeness of the better neighbour counts, beside the passage's own
_OTHERS = 2.0
_ALIKE = 10.0  # how quickly a passage that is less like it counts less
_KEPT = 3  # the first stay: what was asked for by a name or a code has no likes


def neighbours(passage: str) -> tuple[str, ...]:
    """The ids that the passages before and after would have."""
    document, _, order = passage.rpartition("-")
    return tuple(f"{document}-{n}" for n in (int(order) - 1, int(order) + 1) if n >= 0) if order.isdecimal() else ()


def beside(scores: Mapping[str, float], similarity: Mapping[str, float]) -> dict[str, float]:
    """`scores` (best first) with what the neighbours of the first `NEAR` add; best first again.

    similarity: cosine to the query of all in `scores`, and of those neighbours that there are. A passage that has none
    counts its own, so that a document of one passage loses nothing by it.
    """
    out = {
        i: s + _NEIGHBOUR * max((similarity[n] for n in neighbours(i) if n in similarity), default=similarity[i])
        for i, s in list(scores.items())[:NEAR]
    }
    lowest = min(out.values(), default=0.0)
    rest = [(i, s) for i, s in scores.items() if i not in out]
    fall = max(0.0, rest[0][1] - lowest) if rest else 0.0  # who was not looked at stays behind who was
    return dict(sorted([*out.items(), *((i, s - fall) for i, s in rest)], key=lambda item: -item[1]))


def spread(documents: Mapping[str, str]) -> float:
    """0 where the candidates (id -> document) are from few documents, 1 where each is from one of its own."""
    return max(0.0, 2 * len(set(documents.values())) / max(1, len(documents)) - 1)


def among_others(scores: Mapping[str, float], vectors: Mapping[str, np.ndarray], weight: float) -> dict[str, float]:
    """`scores` (best first) with what passages like each of the first `HEAD` have, the first ones left where they are."""
    import numpy as np

    ids = [i for i in list(scores)[:HEAD] if i in vectors]
    if len(ids) <= _KEPT or not weight:
        return dict(scores)
    own = np.array([scores[i] for i in ids])
    matrix = np.stack([vectors[i] for i in ids])
    like = np.exp(_ALIKE * (matrix @ matrix.T))
    np.fill_diagonal(like, 0.0)
    again = own + _OTHERS * weight * (like @ own / like.sum(axis=1))
    order = [*range(_KEPT), *sorted(range(_KEPT, len(ids)), key=lambda n: -again[n])]
    moved = {ids[n]: float(score) for n, score in zip(order, own, strict=True)}  # the scores of their new places
    return moved | {i: s for i, s in scores.items() if i not in moved}
