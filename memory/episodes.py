"""Past goals of one user and what came of them, in a Chroma collection of their own: nothing is ever filtered out of it.

An episode is a goal with a record that this file does not read (`agents/episodes.py` does). It is data for whoever
plans, never an instruction. The nearest by meaning are found, and of those the ones that share the goal's words first.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from memory.embedding import Embedder
from memory.types import Episode
from memory.vectors import Vectors
from text.words import stems

_POOL = 30
_WORDS = 0.3  # what shared words count beside the cosine
_SAME = 4  # episodes kept of one and the same goal: a goal that is asked every day must not crowd out the others


class Episodes:
    """One user's. Thread-safe. The collection is made when the first episode is kept."""

    def __init__(self, collection: Callable[[bool], Vectors | None], embedder: Embedder) -> None:
        """collection(make): the collection, None where there is none and none is to be made."""
        self._collection, self._embedder = collection, embedder
        self._lock = threading.Lock()

    def keep(self, id: str, goal: str, record: str, added: str) -> None:
        """The same id again replaces what was kept under it. added: ISO 8601, UTC."""
        vectors = self._collection(True)
        assert vectors is not None
        vector = self._embedder.embed([goal])
        with self._lock:
            vectors.put([id], vector, [goal], [{"added": added, "record": record}])
            near = [e for e in self._nearest(vectors, vector[0]) if e.goal.casefold() == goal.casefold()]
            old = sorted(near, key=lambda e: e.added, reverse=True)[_SAME:]
            vectors.remove([e.id for e in old])

    def find(self, goal: str, k: int = 8) -> list[Episode]:
        """The `k` most like this goal, most alike first; of equals the newer first."""
        vectors = self._collection(False)
        if vectors is None or not goal.strip() or k < 1:
            return []
        asked = set(stems(goal))

        def likeness(e: Episode) -> tuple[float, str]:
            own = set(stems(e.goal))
            shared = len(asked & own) / len(asked | own) if asked | own else 0.0
            return round(e.similarity + _WORDS * shared, 3), e.added

        return sorted(self._nearest(vectors, self._embedder.embed_one(goal)), key=likeness, reverse=True)[:k]

    def get(self, ids: Sequence[str]) -> list[Episode]:
        """Those of `ids` that are there, in their order."""
        vectors = self._collection(False)
        records = vectors.records(ids) if vectors is not None else {}
        return [_episode(i, *records[i]) for i in ids if i in records]

    def remove(self, ids: Sequence[str]) -> None:
        vectors = self._collection(False)
        if vectors is not None and ids:
            with self._lock:
                vectors.remove(ids)

    def ids(self) -> set[str]:
        vectors = self._collection(False)
        return vectors.ids() if vectors is not None else set()

    def _nearest(self, vectors: Vectors, vector: Any) -> list[Episode]:
        near = vectors.near(vector, _POOL)
        records = vectors.records(list(near))
        return [_episode(i, *records[i], near[i]) for i in near if i in records]


def _episode(id: str, goal: str, kept: Mapping[str, Any], similarity: float = 0.0) -> Episode:
    return Episode(id, goal, str(kept["added"]), str(kept["record"]), similarity)
