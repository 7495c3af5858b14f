"""The Chroma half of a user's memory: one collection a kind of thing, nothing about files.

Facts, episodes and conversations live in collections of their own because a metadata filter on a shared one costs a scan of it with every query.
Embeddings are always given; Chroma's own embedding function, which downloads, is never set.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import numpy as np

Kind = Literal["documents", "facts", "episodes", "conversations"]
_BATCH = 100  # one add of 5,000 held the interpreter for 1.6 s; 100 at a time stalls others for about 50 ms
_EXACT = 300  # up to this many passages are compared one by one when the search is limited to some documents
_NO_INDEX = "Nothing found on disk"  # in Chroma's message


class Vectors:
    """One collection. Ids are ours, vectors float32 [n, dimension of the model] L2-normalised, distance cosine."""

    def __init__(self, client: Any, name: str, kind: Kind, about: Mapping[str, Any] | None = None) -> None:
        """`about` is what a collection that is made now remembers of itself; one that is there keeps its own."""
        self._collection = client.get_or_create_collection(
            name,
            embedding_function=None,
            configuration={"hnsw": {"space": "cosine"}},
            metadata=dict(about) if about else None,
        )
        self.name = name
        self._kind = kind

    @classmethod
    def lazily(cls, client: Any, name: str, kind: Kind) -> Callable[[bool], Vectors | None]:
        """get(make): the collection; where there is none yet, a new one or None. Most users never have some kinds."""
        from chromadb.errors import NotFoundError

        known: list[Vectors] = []

        def get(make: bool) -> Vectors | None:
            if not known:
                if not make:
                    try:
                        client.get_collection(name, embedding_function=None)
                    except NotFoundError:
                        return None
                known.append(cls(client, name, kind))
            return known[0]

        return get

    @property
    def about(self) -> dict[str, Any]:
        return dict(self._collection.metadata or {})

    def describe(self, **about: Any) -> None:
        """Change some of what the collection remembers of itself."""
        self._collection.modify(metadata={**self.about, **about})

    def count(self) -> int:
        return self._collection.count()

    def put(
        self, ids: Sequence[str], vectors: np.ndarray, texts: Sequence[str], metadata: Sequence[Mapping[str, Any]]
    ) -> None:
        """Upsert, because `add` silently keeps the old text of an id that is there already."""
        for at in range(0, len(ids), _BATCH):
            part = slice(at, at + _BATCH)
            self._collection.upsert(
                ids=list(ids[part]),
                embeddings=vectors[part],
                documents=list(texts[part]),
                metadatas=[{**m, "kind": self._kind} for m in metadata[part]],
            )

    def nearest(self, vector: np.ndarray, n: int) -> list[str]:
        """Ids of the `n` nearest, nearest first."""
        return list(self.near(vector, n))

    def near(self, vector: np.ndarray, n: int) -> dict[str, float]:
        """The `n` nearest with their cosine, nearest first."""
        return self._query(vector, n)

    def near_in(self, vector: np.ndarray, n: int, ids: Sequence[str]) -> dict[str, float]:
        """Like `near`, among the passages `ids` only; exact where they are few.

        Never by a filter on the metadata, which reads all of it (26 to 61 ms at 50,000 passages, more with more): told the
        ids, Chroma keeps to them while it walks the graph (6 to 9 ms), and a few hundred are compared here.
        """
        if len(ids) > _EXACT:
            return self._query(vector, n, list(ids))
        found = {i: float(v @ vector) for i, v in self.vectors(ids).items()}
        return dict(sorted(found.items(), key=lambda item: -item[1])[:n])

    def _query(self, vector: np.ndarray, n: int, ids: list[str] | None = None) -> dict[str, float]:
        from chromadb.errors import InternalError

        try:
            found = self._collection.query(
                query_embeddings=vector[None, :], n_results=n, ids=ids, include=["distances"]
            )
        except InternalError as e:
            if _NO_INDEX not in str(e):
                raise
            return self._compared(vector, n, ids)
        return {i: 1.0 - d for i, d in zip(found["ids"][0], found["distances"][0], strict=True)}

    def _compared(self, vector: np.ndarray, n: int, ids: list[str] | None) -> dict[str, float]:
        """Like `_query` without Chroma's index: each vector by itself.

        A query that meets a collection's very first write is refused by Chroma 1.5 although the record is there, and so
        are those after it for a while (20 of 6,000 when a write and two readers began together). Such a collection is
        small: its index is written to disk from some hundred records on.
        """
        got = self._collection.get(ids=ids, include=["embeddings"])
        rated = {i: float(v @ vector) for i, v in zip(got["ids"], got["embeddings"], strict=True)}
        return dict(sorted(rated.items(), key=lambda item: -item[1])[:n])

    def vectors(self, ids: Sequence[str]) -> dict[str, np.ndarray]:
        """The stored vectors of those `ids` that exist."""
        if not ids:
            return {}
        got = self._collection.get(ids=list(ids), include=["embeddings"])
        return dict(zip(got["ids"], got["embeddings"], strict=True))

    def records(self, ids: Sequence[str] | None = None) -> dict[str, tuple[str, dict[str, Any]]]:
        """id -> (text, metadata) of `ids`, or of everything."""
        if ids is not None and not ids:
            return {}
        got = self._collection.get(ids=list(ids) if ids is not None else None, include=["documents", "metadatas"])
        return {
            i: (t or "", dict(m or {})) for i, t, m in zip(got["ids"], got["documents"], got["metadatas"], strict=True)
        }

    def ids(self) -> set[str]:
        return set(self._collection.get(include=[])["ids"])

    def ids_of(self, document: str) -> list[str]:
        return self._collection.get(where={"document": document}, include=[])["ids"]

    def remove(self, ids: Sequence[str]) -> None:
        for at in range(0, len(ids), _BATCH):
            self._collection.delete(ids=list(ids[at : at + _BATCH]))
