"""Finds passages by meaning (Chroma) and by word (FTS5), and makes one list of them. Writes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from memory.catalog import Catalog
from memory.embedding import Embedder
from memory.ranking import POOL, fuse
from memory.records import passage_of
from memory.types import Passage
from memory.vectors import Vectors


class Search:
    """Over one user's passages. Only passages of documents that are wholly stored are ever found."""

    def __init__(self, catalog: Catalog, vectors: Vectors, embedder: Embedder) -> None:
        self._catalog = catalog
        self._vectors = vectors
        self._embedder = embedder

    def find(self, query: str, k: int, documents: Sequence[str] | None) -> list[Passage]:
        """The `k` passages that fit best, best first; `documents` limits it to those ids."""
        if not query.strip() or k < 1 or (documents is not None and not documents):
            return []
        vector = self._embedder.embed_one(query)
        pool = max(POOL, k)
        if documents is None:
            # What is being stored or removed right now is in Chroma too: ask for more, so that it takes nobody's place.
            dense = self._vectors.near(vector, pool * 4 if self._catalog.unfinished() else pool)
        else:
            ids = self._catalog.passage_ids(documents)
            dense = self._vectors.near_in(vector, pool, ids, documents)
        lexical = self._catalog.match(query, pool, documents)
        others = self._vectors.vectors([i for i in lexical if i not in dense])
        similarity = {**dense, **{i: float(v @ vector) for i, v in others.items()}}
        known = self._catalog.rows(list(similarity))
        similarity = {i: s for i, s in similarity.items() if i in known}
        dense = [i for i in dense if i in known][:pool]
        lexical = {i: s for i, s in lexical.items() if i in known}
        dense_ranks, lexical_ranks = _ranks(dense), _ranks(lexical)
        best = dict(fuse(similarity, lexical, k))
        return [
            replace(
                p,
                score=best[p.id],
                similarity=similarity[p.id],
                dense_rank=dense_ranks.get(p.id, 0),
                lexical_rank=lexical_ranks.get(p.id, 0),
            )
            for p in self.passages(list(best))
        ]

    def passages(self, ids: Sequence[str]) -> list[Passage]:
        """Those of `ids` that are there, in the order of `ids`."""
        rows = self._catalog.rows(ids)
        documents = {d: self._catalog.document(d) for d in {r.document for r in rows.values()}}
        texts = self._vectors.records(list(rows)) if rows else {}
        return [
            passage_of(rows[i], document, texts[i][0])
            for i in ids
            if i in rows and i in texts and (document := documents[rows[i].document])
        ]


def _ranks(ids: Iterable[str]) -> dict[str, int]:
    return {i: n for n, i in enumerate(ids, start=1)}
