"""What one user asked and was answered, to be found again by meaning and by word. An index, not the conversations.

The conversations themselves are rows of `runs/`; whoever searches looks there what is still true of what is found. A run
is cut into pieces; each is in Chroma (a collection of its own) and in a full-text table, written Chroma first, so that a
run with rows is wholly in. Losing either half loses nothing that `runs/learning.py` would not put back.
"""

from __future__ import annotations

import sqlite3
import threading
import weakref
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from memory.chunking import passages
from memory.embedding import Embedder
from memory.ranking import fuse, indexed, words_of
from memory.transaction import transaction
from memory.vectors import Vectors

_POOL = 60
_PIECES = 12  # of one run; who looks for a run looks for what it begins with
_NEAR = 0.3  # cosine below which a piece that shares no word is no find
_SCHEMA = """
CREATE TABLE IF NOT EXISTS piece(n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, run TEXT NOT NULL, text TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS piece_of_run ON piece(run);
CREATE VIRTUAL TABLE IF NOT EXISTS lexical USING fts5(body, tokenize='porter unicode61 remove_diacritics 2');
"""


class Found(NamedTuple):
    """The best piece of one run."""

    run: str
    text: str
    score: float
    similarity: float  # cosine to the query
    by_word: bool  # a word of the query stands in it


class Conversations:
    """One user's. Thread-safe. Nothing is made before the first run is put in."""

    def __init__(self, file: Path, collection: Callable[[bool], Vectors | None], embedder: Embedder) -> None:
        """collection(make): the collection, None where there is none and none is to be made."""
        self._file, self._collection, self._embedder = file, collection, embedder
        self._lock = threading.RLock()
        self._opened: sqlite3.Connection | None = None

    def close(self) -> None:
        with self._lock:
            if self._opened is not None:
                self._opened.close()

    def put(self, run: str, goal: str, answer: str) -> None:
        """Put a run in; again: what was in of it is replaced."""
        vectors = self._collection(True)
        assert vectors is not None
        whole = f"{goal.strip()}\n\n{answer.strip()}".strip()
        texts = [whole[c.start : c.end] for c in passages(whole)[:_PIECES]]
        ids = [f"{run}-{n}" for n in range(len(texts))]
        embedded = self._embedder.embed(texts)
        with self._lock:
            self.remove([run])
            if texts:
                vectors.put(ids, embedded, texts, [{"run": run}] * len(texts))
            with self._transaction() as db:
                for id, text in zip(ids, texts, strict=True):
                    n = db.execute("INSERT INTO piece(id, run, text) VALUES(?,?,?)", (id, run, text)).lastrowid
                    db.execute("INSERT INTO lexical(rowid, body) VALUES(?,?)", (n, indexed(text)))

    def remove(self, runs: Sequence[str]) -> None:
        vectors = self._collection(False)
        with self._lock:
            for run in runs:
                if vectors is not None:
                    vectors.remove([f"{run}-{n}" for n in range(_PIECES)])
                with self._transaction() as db:
                    db.execute("DELETE FROM lexical WHERE rowid IN (SELECT n FROM piece WHERE run=?)", (run,))
                    db.execute("DELETE FROM piece WHERE run=?", (run,))

    def runs(self) -> set[str]:
        """Which runs are in."""
        return {r for (r,) in self._all("SELECT DISTINCT run FROM piece")}

    def sound(self) -> bool:
        """Do both halves hold as many pieces?"""
        vectors = self._collection(False)
        pieces, entries = self._all("SELECT (SELECT count(*) FROM piece), (SELECT count(*) FROM lexical_docsize)")[0]
        return pieces == entries == (vectors.count() if vectors is not None else 0)

    def clear(self) -> None:
        """Everything goes, also what belongs to no run any more."""
        vectors = self._collection(False)
        with self._lock:
            if vectors is not None:
                vectors.remove(sorted(vectors.ids()))
            with self._transaction() as db:
                db.execute("DELETE FROM lexical")
                db.execute("DELETE FROM piece")
            self._db.execute("VACUUM")

    def scrub(self) -> None:
        """After a deletion: no word of it is left in the full-text half's segments, nor in the write-ahead log."""
        if self._file.is_file():
            with self._lock:
                self._db.execute("INSERT INTO lexical(lexical) VALUES('optimize')")
                self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def search(self, query: str, k: int = 20) -> list[Found]:
        """The best piece of each of the `k` runs that fit best, best first."""
        vectors = self._collection(False)
        if vectors is None or not query.strip() or k < 1:
            return []
        lexical = self._match(query)
        vector = self._embedder.embed_one(query)
        dense = {i: s for i, s in vectors.near(vector, _POOL).items() if s >= _NEAR or i in lexical}
        others = vectors.vectors([i for i in lexical if i not in dense])
        similarity = {**dense, **{i: float(v @ vector) for i, v in others.items()}}
        lexical = {i: s for i, s in lexical.items() if i in similarity}
        order = fuse(similarity, lexical, 2 * _POOL)
        texts = self._texts([i for i, _ in order])
        found: dict[str, Found] = {}
        for id, score in order:
            run = id.rsplit("-", 1)[0]
            if id in texts and run not in found:
                found[run] = Found(run, texts[id], score, similarity[id], id in lexical)
        return [*found.values()][:k]

    # --- the full-text half

    @property
    def _db(self) -> sqlite3.Connection:
        if self._opened is None:
            self._opened = sqlite3.connect(self._file, check_same_thread=False, isolation_level=None, timeout=30)
            weakref.finalize(self, self._opened.close)
            for pragma in ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON"):
                self._opened.execute(f"PRAGMA {pragma}")
            self._opened.executescript(_SCHEMA)
        return self._opened

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock, transaction(self._db) as db:
            yield db

    def _all(self, sql: str, args: Sequence[object] = ()) -> list[tuple]:
        with self._lock:
            return self._db.execute(sql, args).fetchall()

    def _match(self, query: str) -> dict[str, float]:
        expression = " OR ".join(f'"{w}"' for w in words_of(query))
        if not expression:
            return {}
        sql = """SELECT piece.id, bm25(lexical) AS score FROM lexical JOIN piece ON piece.n=lexical.rowid
        WHERE lexical MATCH ? ORDER BY score LIMIT ?"""
        return {i: -score for i, score in self._all(sql, (expression, _POOL))}

    def _texts(self, ids: Sequence[str]) -> dict[str, str]:
        marks = ",".join("?" * len(ids))
        return dict(self._all(f"SELECT id, text FROM piece WHERE id IN ({marks})", ids))  # type: ignore[arg-type]
