"""What the user told us about themselves: short texts with a date, in a Chroma collection of their own.

There is no second record of them: Chroma holds a fact's text, date and key, so nothing can disagree.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Sequence
from datetime import UTC, datetime

from memory.embedding import Embedder
from memory.types import Fact, MemoryFault
from memory.vectors import Vectors


class Facts:
    """One user's facts. Thread-safe."""

    def __init__(self, vectors: Vectors, embedder: Embedder) -> None:
        self._vectors = vectors
        self._embedder = embedder
        self._lock = threading.Lock()

    def remember(self, text: str, key: str) -> Fact:
        """Keep a fact. The same key stores once; a text that is known already is not stored again."""
        text = " ".join(text.split())
        if not text:
            raise MemoryFault("There was nothing to remember.")
        id = "f" + hashlib.sha256(key.encode()).hexdigest()[:15]
        with self._lock:
            for known in self._every():
                if known.id == id or known.text.casefold() == text.casefold():
                    return known
            fact = Fact(id, text, utc_now())
            self._vectors.put([id], self._embedder.embed([text]), [text], [{"added": fact.added, "key": key}])
            return fact

    def find(self, query: str = "", k: int = 50) -> list[Fact]:
        """With a query the `k` nearest, nearest first; else the newest first."""
        if not query.strip():
            return self._every()[:k]
        vector = self._embedder.embed_one(query)
        ids = self._vectors.nearest(vector, k)
        records, vectors = self._vectors.records(ids), self._vectors.vectors(ids)
        return [
            Fact(i, records[i][0], str(records[i][1]["added"]), float(vectors[i] @ vector))
            for i in ids
            if i in records and i in vectors
        ]

    def forget(self, ids: Sequence[str]) -> list[Fact]:
        """Delete facts by id; the ones that were there."""
        with self._lock:
            gone = [f for f in self._every() if f.id in set(ids)]
            self._vectors.remove([f.id for f in gone])
            return gone

    def _every(self) -> list[Fact]:
        every = [Fact(i, text, str(meta["added"])) for i, (text, meta) in self._vectors.records().items()]
        return sorted(every, key=lambda f: f.added, reverse=True)


def utc_now() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds")
