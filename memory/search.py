"""Finds passages by meaning (Chroma) and by word (FTS5), and makes one list of them. Writes nothing."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from memory.catalog import Catalog, Row
from memory.embedding import Embedder
from memory.index import Index
from memory.ranking import POOL, best, scored
from memory.records import passage_of
from memory.second_look import HEAD, NEAR, among_others, beside, neighbours, spread
from memory.types import MemoryFault, Passage
from memory.vectors import Vectors

if TYPE_CHECKING:
    import numpy as np

logger = logging.getLogger("groundwork.memory")


class Search:
    """Over one user's passages. Only passages of documents that are wholly stored are ever found."""

    def __init__(self, catalog: Catalog, index: Index, built_in: Embedder) -> None:
        self._catalog = catalog
        self._index = index
        self._built_in = built_in

    def find(self, query: str, k: int, documents: Sequence[str] | None) -> list[Passage]:
        """The `k` passages that fit best, best first; `documents` limits it to those ids."""
        if not query.strip() or k < 1 or (documents is not None and not documents):
            return []
        vectors, model = self._index.serving
        pool = max(POOL, k)
        lexical = self._catalog.match(query, pool, documents)
        try:
            vector = model.embed_one(query)
        except MemoryFault as e:
            logger.warning("searching by word only: %s", e)
            vector, dense, others, similarity = None, {}, {}, dict.fromkeys(lexical, 0.0)
        else:
            dense = self._dense(vectors, vector, pool, documents)
            others = vectors.vectors([i for i in lexical if i not in dense])
            similarity = {**dense, **{i: float(v @ vector) for i, v in others.items()}}
        known = self._catalog.rows(list(similarity))
        similarity = {i: s for i, s in similarity.items() if i in known}
        dense = [i for i in dense if i in known][:pool]
        lexical = {i: s for i, s in lexical.items() if i in known}
        dense_ranks, lexical_ranks = _ranks(dense), _ranks(lexical)
        top = max(lexical.values(), default=1.0) or 1.0
        scores = scored(similarity, lexical)
        if vector is not None:
            scores = self._looked_at_again(vectors, vector, scores, similarity, known, others)
        chosen = dict(best(scores, similarity, k))
        found = self.passages(list(chosen))
        likeness = similarity if model is self._built_in else self._likeness(query, found)
        return [
            replace(
                p,
                score=chosen[p.id],
                similarity=likeness[p.id],
                dense_rank=dense_ranks.get(p.id, 0),
                lexical_rank=lexical_ranks.get(p.id, 0),
                words=lexical.get(p.id, 0.0) / top,
            )
            for p in found
        ]

    def _dense(
        self, vectors: Vectors, vector: np.ndarray, pool: int, documents: Sequence[str] | None
    ) -> dict[str, float]:
        if documents is not None:
            return vectors.near_in(vector, pool, self._catalog.passage_ids(documents))
        # What is being stored or removed right now is in Chroma too: ask for more, so that it takes nobody's place.
        return vectors.near(vector, pool * 4 if self._catalog.unfinished() else pool)

    @staticmethod
    def _looked_at_again(
        vectors: Vectors,
        vector: np.ndarray,
        scores: dict[str, float],
        similarity: Mapping[str, float],
        known: Mapping[str, Row],
        had: Mapping[str, np.ndarray],
    ) -> dict[str, float]:
        """See `second_look.py`. One question more to Chroma, for at most a hundred vectors by their ids, less the `had`."""
        weight = spread({i: known[i].document for i in scores})
        wanted = {n for i in list(scores)[:NEAR] for n in neighbours(i)} - similarity.keys()
        head = list(scores)[:HEAD] if weight else []
        more = {
            **vectors.vectors([*wanted, *(i for i in head if i not in had)]),
            **{i: had[i] for i in head if i in had},
        }
        cosines = {i: float(v @ vector) for i, v in more.items() if i in wanted}
        return among_others(beside(scores, {**cosines, **similarity}), more, weight)

    def _likeness(self, query: str, found: Sequence[Passage]) -> dict[str, float]:
        """What `Passage.similarity` promises, whatever model found it: those who read passages have thresholds on it."""
        near = self._built_in.embed([p.text for p in found]) @ self._built_in.embed_one(query)
        return {p.id: float(s) for p, s in zip(found, near, strict=True)}

    def passages(self, ids: Sequence[str]) -> list[Passage]:
        """Those of `ids` that are there, in the order of `ids`."""
        rows = self._catalog.rows(ids)
        documents = {d: self._catalog.document(d) for d in {r.document for r in rows.values()}}
        texts = self._index.vectors.records(list(rows)) if rows else {}
        return [
            passage_of(rows[i], document, texts[i][0])
            for i in ids
            if i in rows and i in texts and (document := documents[rows[i].document])
        ]

    def around(self, id: str) -> str:
        """A passage with the one before and the one after it, as they follow each other; "" when it is not there."""
        found = sorted(self.passages([id, *neighbours(id)]), key=lambda p: p.start)
        if all(p.id != id for p in found):
            return ""
        text, end = "", 0
        for p in found:
            text += p.text[end - p.start :] if text and p.start <= end else f"{chr(10) * 2 if text else ''}{p.text}"
            end = p.end
        return text


def _ranks(ids: Iterable[str]) -> dict[str, int]:
    return {i: n for n, i in enumerate(ids, start=1)}
