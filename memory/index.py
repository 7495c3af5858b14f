"""The vectors of one user's passages: one collection a model, the serving one and, for a time, the next one.

A collection remembers in its metadata which model made it, of what dimension, and whether it is complete. When another
model is wanted, a thread embeds every passage anew into the next collection, in batches, while the serving one goes on
answering and taking in; when nothing is missing the next one serves and the old one is dropped. A crash loses at most a
batch of that work. It knows passages as ids, texts and metadata in Chroma, and nothing of files or of the catalog.
"""

from __future__ import annotations

import hashlib
import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from memory.embedding import Embedder
from memory.embedding_models import BUILT_IN, EmbeddingModel, embedding_model
from memory.records import embedded
from memory.types import MemoryFault
from memory.vectors import Vectors

if TYPE_CHECKING:
    import numpy as np

logger = logging.getLogger("groundwork.memory")
_BATCH = 256
_GRACE = 5.0  # seconds that a search which began with the old collection has to end
_MANY = 1000  # removed passages from which on their share of the graph is worth a copy of the rest
Embed = Callable[[dict[str, Any]], Any]  # records of a collection -> their vectors
_one_at_a_time = threading.Lock()  # over all users: embedding takes every core there is


@dataclass(frozen=True)
class Reembedding:
    """How far a change of model is. `problem`: why it stopped; it is tried again when the memory is next opened."""

    model: str
    done: int
    total: int
    problem: str = ""


class Index:
    """One user's. Thread-safe, but for `put` and `remove`, which the caller keeps apart by the lock it gives `follow`."""

    def __init__(self, client: Any, name: str, built_in: Embedder, wanted: str = BUILT_IN) -> None:
        self._client, self._name, self._built_in = client, name, built_in
        self._next: Vectors | None = None
        self._state: Reembedding | None = None
        self._closing = threading.Event()
        self._thread: threading.Thread | None = None
        self.wanted, unknown = wanted or BUILT_IN, ""
        try:
            embedding_model(self.wanted, built_in)
        except MemoryFault as e:  # what is there goes on serving; a new memory begins with the shipped model
            self.wanted, unknown = "", str(e)
        self.serving = self._choose()  # read it once for a search: both change together
        if unknown:
            self.wanted = _model_of(self.vectors)
            self._failed(unknown)

    @property
    def vectors(self) -> Vectors:
        return self.serving[0]

    def _choose(self) -> tuple[Vectors, EmbeddingModel]:
        """The complete collection, the wanted model's if there are two; a new one for a user who has none."""
        every = self._every()
        complete = [v for v in every if v.about.get("complete", True)]
        complete.sort(key=lambda v: -v.about.get("generation", 0))  # a copy that took over counts, not what it copied
        best = next((v for v in complete if _model_of(v) == self.wanted), complete[0] if complete else None)
        if best is None:
            best = self._collection(self.wanted or BUILT_IN, complete=True)
        for other in every:
            begun = not other.about.get("complete", True) and _model_of(other) == self.wanted != _model_of(best)
            if other.name != best.name and not begun:
                self._client.delete_collection(other.name)
        return best, embedding_model(_model_of(best), self._built_in)

    def _every(self) -> list[Vectors]:
        names = {c.name for c in self._client.list_collections()}
        return [
            Vectors(self._client, n, "documents")
            for n in sorted(names)
            if n == self._name or n.startswith(f"{self._name}_")
        ]

    def _collection(self, model: str, complete: bool) -> Vectors:
        name = self._name if model == BUILT_IN else f"{self._name}_{hashlib.sha256(model.encode()).hexdigest()[:12]}"
        return Vectors(self._client, name, "documents", {"model": model, "complete": complete})

    # --- in and out

    def put(
        self,
        ids: Sequence[str],
        texts: Sequence[str],
        metadata: Sequence[Mapping[str, Any]],
        progress: Callable[[int, int], None] | None = None,
    ) -> None:
        """Embed and store, under the serving model; `follow` brings it to the next. Raises MemoryFault."""
        if not ids:
            return
        collection, model = self.serving
        vectors = model.embed([embedded(t, m) for t, m in zip(texts, metadata, strict=True)], progress)
        self._check(collection, vectors.shape[1])
        collection.put(ids, vectors, texts, metadata)

    def remove(self, ids: Sequence[str]) -> None:
        for vectors in (self.vectors, self._next):
            if vectors is not None and ids:
                vectors.remove(ids)
        if ids:
            self.vectors.describe(removed=self.vectors.about.get("removed", 0) + len(ids))

    def ids_of(self, document: str) -> list[str]:
        """Every passage of a document, wherever it is still kept."""
        return sorted({i for v in (self.vectors, self._next) if v is not None for i in v.ids_of(document)})

    def _check(self, vectors: Vectors, dimension: int) -> None:
        known = vectors.about.get("dimension")
        if known is None:
            vectors.describe(dimension=dimension)
        elif known != dimension:
            raise MemoryFault(
                f"The embedding model gives {dimension} numbers a text now, and {known} when your documents were stored. "
                "They are untouched; give the model another name in GROUNDWORK_EMBEDDING to embed them anew."
            )

    # --- another model

    @property
    def reembedding(self) -> Reembedding | None:
        """While another model takes over, or after that failed; None when the wanted one serves."""
        return self._state

    def follow(self, quiet: Callable[[], AbstractContextManager[Any]]) -> None:
        """Bring the wanted model into use in the background. `quiet()`: while it is held, nothing is put or removed."""
        if _model_of(self.vectors) == self.wanted or self._thread is not None:
            return
        self._state = Reembedding(self.wanted, 0, self.vectors.count())
        self._thread = threading.Thread(target=self._follow, args=(quiet,), name="re-embedding", daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._closing.set()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(timeout=30)

    def _follow(self, quiet: Callable[[], AbstractContextManager[Any]]) -> None:
        try:
            model = embedding_model(self.wanted, self._built_in)
            self._next = self._collection(self.wanted, complete=False)

            def anew(records: dict[str, Any]) -> np.ndarray:
                return model.embed([embedded(t, m) for t, m in records.values()])

            with _one_at_a_time:
                while not self._closing.is_set():
                    if self._catch_up(anew, self._next) and (old := self._finish(model, anew, self._next, quiet)):
                        self._closing.wait(_GRACE)
                        self._client.delete_collection(old.name)
                        return
        except MemoryFault as e:
            self._failed(str(e))
        except Exception:
            logger.exception("re-embedding with %s failed", self.wanted)
            self._failed("Something went wrong inside Groundwork. Your documents are found as before.")

    def _failed(self, problem: str) -> None:
        state = self._state or Reembedding(self.wanted, 0, 0)
        self._state = Reembedding(state.model, state.done, state.total, problem)
        logger.warning("re-embedding with %s stopped at %s of %s: %s", state.model, state.done, state.total, problem)

    def _catch_up(self, embed: Embed, following: Vectors, just_look: bool = False) -> bool:
        """One batch of what the next collection lacks; True when it lacked nothing and has nothing too much."""
        wanted, there = self.vectors.ids(), following.ids()
        self._tell(len(wanted & there), len(wanted))
        missing, stray = sorted(wanted - there), sorted(there - wanted)
        if just_look or not (missing or stray):
            return not (missing or stray)
        following.remove(stray)
        for at in range(0, len(missing), _BATCH):
            if self._closing.is_set():
                return False
            records = self.vectors.records(missing[at : at + _BATCH])
            if records and (vectors := embed(records)) is not None:
                self._check(following, vectors.shape[1])
                following.put(
                    list(records), vectors, [t for t, _ in records.values()], [m for _, m in records.values()]
                )
            self._tell(len(wanted & there) + at + len(records), len(wanted))
        return False

    def _tell(self, done: int, total: int) -> None:
        if _model_of(self.vectors) != self.wanted:  # a copy with the same vectors is nobody's concern
            self._state = Reembedding(self.wanted, done, total)

    def _finish(
        self,
        model: EmbeddingModel,
        embed: Embed,
        following: Vectors,
        quiet: Callable[[], AbstractContextManager[Any]],
    ) -> Vectors | None:
        """Let the next collection serve if it still lacks nothing; the one that served until now, else None."""
        with quiet():
            if not self._catch_up(embed, following, just_look=True):
                return None
            old = self.vectors
            following.describe(complete=True, generation=old.about.get("generation", 0) + 1)
            self.serving, self._next, self._state = (following, model), None, None
        logger.info("%s passages are in %s now", following.count(), following.name)
        return old

    # --- the space of what was removed

    def compact(self, quiet: Callable[[], AbstractContextManager[Any]]) -> bool:
        """Copy the collection, vectors and all, when most of its graph belongs to what was removed; the old one goes.

        Nothing is embedded. Stopped or killed it begins anew at the next removal; the old collection serves until the end.
        """
        import numpy as np
        from chromadb.errors import NotFoundError

        serving, model = self.serving
        removed, kept = serving.about.get("removed", 0), serving.count()
        busy = self._thread is not None and self._thread.is_alive()
        if busy or _model_of(serving) != self.wanted or removed < _MANY or removed < kept:
            return False
        about = {k: v for k, v in serving.about.items() if k in ("model", "dimension")}
        name = f"{self._name}_g{serving.about.get('generation', 0) + 1}"
        with suppress(NotFoundError):
            self._client.delete_collection(name)  # what a crash left of an earlier copy
        self._next = Vectors(self._client, name, "documents", {**about, "complete": False})

        def stored(records: dict[str, Any]) -> np.ndarray | None:
            vectors = serving.vectors(list(records))
            for lost in set(records) - set(vectors):
                records.pop(lost)  # it was removed meanwhile
            return np.stack([vectors[i] for i in records]) if records else None

        while not self._closing.is_set():
            if self._catch_up(stored, self._next) and (old := self._finish(model, stored, self._next, quiet)):
                self._closing.wait(_GRACE)
                self._client.delete_collection(old.name)
                return True
        self._next = None
        return False


def _model_of(vectors: Vectors) -> str:
    return str(vectors.about.get("model", BUILT_IN))
