"""One user's `memory.sqlite3`: which documents, passages and tables there are, and the lexical index over the passages.

Passages are rows without text: their text is a slice of the document's `text.txt`. The FTS5 index is contentless and
derived; `Memory.repair` rebuilds it. It is deleted from with FTS5's 'delete' command, which needs the text once more,
and not with `contentless_delete`, because a file made by a newer SQLite could then not be opened by Python 3.11's.

A document is `storing` until everything is in place, `ready`, then `deleting` until everything is gone. Only `ready`
ones are ever seen outside; the others are finished or undone when the memory is opened.
"""

from __future__ import annotations

import json
import sqlite3
import threading
import weakref
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from itertools import accumulate
from math import log
from pathlib import Path
from typing import Any, NamedTuple

from memory.ranking import indexed, words_of
from memory.types import Document, Table

VERSION = 2  # of the schema and of `ranking.indexed`; another number rebuilds the lexical index

_SCHEMA = """
CREATE TABLE IF NOT EXISTS document(
  id TEXT PRIMARY KEY, state TEXT NOT NULL, name TEXT NOT NULL, sha256 TEXT NOT NULL, added TEXT NOT NULL,
  record TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS document_sha256 ON document(sha256);
CREATE INDEX IF NOT EXISTS document_name ON document(name);
CREATE INDEX IF NOT EXISTS document_unfinished ON document(id, state) WHERE state<>'ready';
CREATE TABLE IF NOT EXISTS passage(
  n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, document TEXT NOT NULL, ord INTEGER NOT NULL,
  page INTEGER NOT NULL, heading TEXT NOT NULL, start INTEGER NOT NULL, stop INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS passage_document ON passage(document, ord);
CREATE TABLE IF NOT EXISTS tab(name TEXT PRIMARY KEY, document TEXT NOT NULL, record TEXT NOT NULL);
CREATE VIRTUAL TABLE IF NOT EXISTS lexical USING fts5(
  body, context, around, content='', tokenize='porter unicode61 remove_diacritics 2');
"""
# Of the document's name and headings, and of what stands around the passage, beside the text itself. Chosen on halves of
# three public sets and checked on the others: `around` gave 2 to 9 points of recall, anything from 0.2 to 0.5 the same.
_WEIGHTS = "1.0, 0.5, 0.35"
_AROUND = 500  # characters before and after
# BM25 is computed for every passage that has a word of the query: so many rows are scored, then the commonest words are
# left out. They would say little: the weight of a word that is in half of all passages is zero.
_SCORED = 12_000


class Row(NamedTuple):
    """A passage without its text."""

    id: str
    document: str
    order: int
    page: int
    heading: str
    start: int
    end: int


class Catalog:
    """One connection behind one lock: every statement here takes milliseconds."""

    def __init__(self, file: Path) -> None:
        self._lock = threading.RLock()
        self._ready: list[Document] | None = None  # as the last write left them: every goal asks for all of them
        self._file = file
        self._db = sqlite3.connect(file, check_same_thread=False, isolation_level=None, timeout=30)
        weakref.finalize(self, self._db.close)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=FULL")
        self._db.execute("PRAGMA secure_delete=ON")  # what is deleted is overwritten
        self.is_new = not self._one("SELECT count(*) FROM sqlite_master")
        self._db.executescript(_SCHEMA)
        if self.is_new:
            self._db.execute(f"PRAGMA user_version={VERSION}")

    def close(self) -> None:
        with self._lock:
            self._db.close()

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            self._ready = None
            try:
                yield self._db
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    def _all(self, sql: str, args: Sequence[Any] = ()) -> list[Any]:
        with self._lock:
            return self._db.execute(sql, args).fetchall()

    def _one(self, sql: str, args: Sequence[Any] = ()) -> Any:
        return self._all(sql, args)[0][0]

    # --- documents

    def begin(self, document: Document) -> None:
        with self._transaction() as db:
            db.execute("INSERT INTO document VALUES(?,?,?,?,?,?)", _document_row(document, "storing"))

    def finish(
        self, document: Document, rows: Sequence[Row], text: str, tables: Sequence[Table], old: Sequence[str]
    ) -> None:
        """In one transaction the document with its passages appears and the versions it replaces disappear."""
        with self._transaction() as db:
            db.execute("INSERT OR REPLACE INTO document VALUES(?,?,?,?,?,?)", _document_row(document, "ready"))
            self._index(db, rows, text, document.name)
            db.executemany("UPDATE document SET state='deleting' WHERE id=?", [(o,) for o in old])
            db.executemany("DELETE FROM tab WHERE document=?", [(o,) for o in old])
            db.executemany("INSERT INTO tab VALUES(?,?,?)", [(t.name, t.document, _table_record(t)) for t in tables])

    def mark_deleting(self, document: str) -> bool:
        """False when there is no such document."""
        with self._transaction() as db:
            return db.execute("UPDATE document SET state='deleting' WHERE id=?", (document,)).rowcount > 0

    def drop(self, document: str, text: str | None) -> None:
        """Remove every row of a document; `text` is what its passages were cut from, None if lost: then rebuild."""
        with self._transaction() as db:
            if text is not None and self.is_current():  # else the index is about to be rebuilt as a whole
                self._drop_entries(db, document, text)
            db.execute("DELETE FROM passage WHERE document=?", (document,))
            db.execute("DELETE FROM tab WHERE document=?", (document,))
            db.execute("DELETE FROM document WHERE id=?", (document,))

    def documents(self, state: str = "ready") -> list[Document]:
        """Newest first."""
        sql = "SELECT record FROM document WHERE state=? ORDER BY added DESC, rowid DESC"
        with self._lock:
            if state != "ready":
                return [_document_from(r) for (r,) in self._all(sql, (state,))]
            if self._ready is None:
                self._ready = [_document_from(r) for (r,) in self._all(sql, (state,))]
            return list(self._ready)

    def document(self, document: str) -> Document | None:
        rows = self._all("SELECT record FROM document WHERE id=? AND state='ready'", (document,))
        return _document_from(rows[0][0]) if rows else None

    def with_content(self, sha256: str) -> Document | None:
        rows = self._all("SELECT record FROM document WHERE sha256=? AND state='ready'", (sha256,))
        return _document_from(rows[0][0]) if rows else None

    def named(self, name: str, folder: str = "") -> list[str]:
        sql = (
            "SELECT id FROM document WHERE name=? AND state='ready' AND COALESCE(json_extract(record,'$.folder'),'')=?"
        )
        return [r for (r,) in self._all(sql, (name, folder))]

    def change(self, document: Document) -> None:
        """Write what the user said of a ready document (folder, tags); name, text and passages stay as they are."""
        with self._transaction() as db:
            sql = "UPDATE document SET record=? WHERE id=? AND state='ready'"
            db.execute(sql, (json.dumps(vars(document)), document.id))

    def unfinished(self) -> list[tuple[str, str]]:
        """(id, state) of documents whose storing or deleting did not come to its end."""
        return self._all("SELECT id, state FROM document WHERE state<>'ready'")

    # --- tables

    def tables(self, folder: Path) -> list[Table]:
        rows = self._all("SELECT record FROM tab ORDER BY rowid")
        return [_table_from(r, folder) for (r,) in rows]

    # --- passages

    def rows(self, ids: Sequence[str]) -> dict[str, Row]:
        """Passages of ready documents by id; what is not there is left out."""
        marks = ",".join("?" * len(ids))
        sql = f"SELECT p.id,document,ord,page,heading,start,stop FROM passage p JOIN document d ON d.id=document WHERE state='ready' AND p.id IN ({marks})"
        return {r[0]: Row(*r) for r in self._all(sql, ids)}

    def rows_of(self, document: str) -> list[Row]:
        sql = "SELECT id,document,ord,page,heading,start,stop FROM passage WHERE document=? ORDER BY ord"
        return [Row(*r) for r in self._all(sql, (document,))]

    def passage_ids(self, documents: Sequence[str] | None = None) -> list[str]:
        if documents is None:
            return [r for (r,) in self._all("SELECT id FROM passage")]
        sql = "SELECT id FROM passage WHERE document IN (SELECT value FROM json_each(?))"  # however many there are
        return [r for (r,) in self._all(sql, (json.dumps(list(documents)),))]

    def matched(self, query: str, n: int, documents: Sequence[str] | None = None) -> tuple[dict[str, float], float]:
        """The best `n` passages by BM25, best first: id -> score, above 0; and about what a passage would score that has
        every word of the query once.

        A word that stands nowhere counts there like the rarest: the query asked for it, and no passage has it.
        """
        counts = {f'"{w}"': self._matched(f'"{w}"') for w in words_of(query)}
        passages = self._one("SELECT COALESCE(max(n), 0) FROM passage")  # a few more than there are: it is at hand
        whole = sum(max(0.0, log((passages - c + 0.5) / (c + 0.5))) for c in counts.values() if c < passages)
        if not (expression := self._expression(counts, passages)):
            return {}, whole
        among, args = "", [expression]
        if documents is not None:
            wanted = "SELECT n FROM passage WHERE document IN (SELECT value FROM json_each(?))"
            among, args = f"AND rowid IN ({wanted})", [expression, json.dumps(list(documents))]
        # The ids of the best alone: thousands have a word of the query, and to look up each one's took a quarter more.
        first = f"SELECT rowid AS n, bm25(lexical, {_WEIGHTS}) AS score FROM lexical WHERE lexical MATCH ? {among} ORDER BY score LIMIT ?"
        sql = f"SELECT p.id, score FROM ({first}) JOIN passage p USING(n) ORDER BY score"
        return {i: -score for i, score in self._all(sql, [*args, n])}, whole

    def _expression(self, counts: Mapping[str, int], passages: int) -> str:
        """The query for FTS5: any of the words, the rarest first, as many as can be scored in time; "" for none.

        counts: how many passages each has (`_matched`). Words that are all too common count only together.
        """
        if passages < _SCORED:
            return " OR ".join(counts)
        rows = sorted((n, w) for w, n in counts.items())
        kept = [w for (_, w), total in zip(rows, accumulate(n for n, _ in rows), strict=True) if total < _SCORED]
        if kept:
            return " OR ".join(kept)
        together = " AND ".join(counts)
        return together if counts and self._matched(together) < _SCORED else ""

    def _matched(self, expression: str) -> int:
        """How many passages match, counted up to `_SCORED`."""
        sql = "SELECT count(*) FROM (SELECT 1 FROM lexical WHERE lexical MATCH ? LIMIT ?)"
        return self._one(sql, (expression, _SCORED))

    # --- the lexical index

    def counts(self) -> tuple[int, int]:
        """(passages, entries of the lexical index)."""
        return self._all("SELECT (SELECT count(*) FROM passage), (SELECT count(*) FROM lexical_docsize)")[0]

    def is_current(self) -> bool:
        return self._one("PRAGMA user_version") == VERSION

    def left_of(self, document: str) -> int:
        """Rows that still name the document, and entries of the lexical index that belong to no passage."""
        named = sum(
            self._one(f"SELECT count(*) FROM {table} WHERE {column}=?", (document,))
            for table, column in (("document", "id"), ("passage", "document"), ("tab", "document"))
        )
        return named + self._one("SELECT count(*) FROM lexical_docsize WHERE id NOT IN (SELECT n FROM passage)")

    def scrub(self) -> None:
        """Merge the full-text index and rewrite the file, so that no word of what was deleted is left in either.

        FTS5 only marks what is deleted and drops it at its next merge. Over a connection of its own: meanwhile others
        read; who writes waits.
        """
        with closing(sqlite3.connect(self._file, timeout=60, isolation_level=None)) as db:
            db.execute("PRAGMA secure_delete=ON")
            db.execute("INSERT INTO lexical(lexical) VALUES('optimize')")
            pages, free = (db.execute(f"PRAGMA {p}").fetchone()[0] for p in ("page_count", "freelist_count"))
            if free > 25 and free > pages * 0.2:
                db.execute("VACUUM")
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def rebuild(self, texts: Callable[[str], str]) -> None:
        """Write the lexical index anew; `texts(document id)` gives a document's text."""
        with self._transaction() as db:
            db.execute("DROP TABLE lexical")
            db.execute(_SCHEMA[_SCHEMA.index("CREATE VIRTUAL") :].rstrip().rstrip(";"))
            for document in self.documents():
                text = texts(document.id)
                numbered = db.execute(
                    "SELECT n, start, stop, heading FROM passage WHERE document=?", (document.id,)
                ).fetchall()
                db.executemany(
                    "INSERT INTO lexical(rowid, body, context, around) VALUES(?,?,?,?)",
                    _entries(numbered, text, document.name),
                )
            db.execute(f"PRAGMA user_version={VERSION}")

    def _index(self, db: sqlite3.Connection, rows: Iterable[Row], text: str, name: str) -> None:
        for r in rows:
            n = db.execute(
                "INSERT INTO passage(id,document,ord,page,heading,start,stop) VALUES(?,?,?,?,?,?,?)", tuple(r)
            ).lastrowid
            entry = next(_entries([(n, r.start, r.end, r.heading)], text, name))
            db.execute("INSERT INTO lexical(rowid, body, context, around) VALUES(?,?,?,?)", entry)

    def _drop_entries(self, db: sqlite3.Connection, document: str, text: str) -> None:
        numbered = db.execute("SELECT n, start, stop, heading FROM passage WHERE document=?", (document,)).fetchall()
        if not numbered:
            return
        (name,) = db.execute("SELECT name FROM document WHERE id=?", (document,)).fetchone()
        entries = _entries(numbered, text, name)
        db.executemany("INSERT INTO lexical(lexical, rowid, body, context, around) VALUES('delete',?,?,?,?)", entries)


def _entries(
    numbered: Iterable[tuple[Any, int, int, str]], text: str, name: str
) -> Iterator[tuple[int, str, str, str]]:
    """What the lexical index holds of each passage; the same on insertion and deletion, or the index is damaged."""
    for n, start, stop, heading in numbered:
        around = f"{text[max(0, start - _AROUND) : start]} {text[stop : stop + _AROUND]}"
        context = f"{name.rsplit('.', 1)[0]} {heading}".replace("_", " ")
        yield n, indexed(text[start:stop]), indexed(context), indexed(around)


def _document_row(document: Document, state: str) -> tuple[str, ...]:
    record = json.dumps(vars(document))
    return document.id, state, document.name, document.sha256, document.added, record


def _document_from(record: str) -> Document:
    fields = json.loads(record)
    return Document(**{**fields, **{n: tuple(fields.get(n, ())) for n in ("tags", "skipped")}})


def _table_record(table: Table) -> str:
    return json.dumps({**vars(table), "path": table.path.name})


def _table_from(record: str, folder: Path) -> Table:
    fields = json.loads(record)
    fields["path"] = folder / fields["document"] / fields["path"]
    fields["columns"] = [tuple(c) for c in fields["columns"]]
    fields["units"] = tuple(tuple(u) for u in fields["units"])
    return Table(**fields)
