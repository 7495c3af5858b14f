"""One user's `memory.sqlite3`: which documents, passages and tables there are, with the lexical index (`lexical.py`).

Passages are rows without text: their text is a slice of the document's `text.txt`.

A document is `storing` until everything is in place, `ready`, then `deleting` until everything is gone. Only `ready`
ones are ever seen outside; the others are finished or undone when the memory is opened.
"""

from __future__ import annotations

import json
import sqlite3
import threading
import weakref
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from memory import lexical
from memory.transaction import transaction
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
"""


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
        self._db.executescript(_SCHEMA + lexical.TABLE)
        if self.is_new:
            self._db.execute(f"PRAGMA user_version={VERSION}")

    def close(self) -> None:
        with self._lock:
            self._db.close()

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock, transaction(self._db) as db:
            self._ready = None
            yield db

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

    def table_names(self, without: Sequence[str]) -> set[str]:
        """The names of the tables, those of the documents `without` left out. Reads none of what is known of them: it is
        asked for every file with a table, and there may be thousands."""
        sql = "SELECT name FROM tab WHERE document NOT IN (SELECT value FROM json_each(?))"
        return {n for (n,) in self._all(sql, (json.dumps(list(without)),))}

    def count_tables(self, document: str) -> int:
        return self._one("SELECT count(*) FROM tab WHERE document=?", (document,))

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
        """See `lexical.matched`."""
        return lexical.matched(self._all, query, n, documents)

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
            db.execute(lexical.TABLE)
            for document in self.documents():
                text = texts(document.id)
                numbered = db.execute(
                    "SELECT n, start, stop, heading FROM passage WHERE document=?", (document.id,)
                ).fetchall()
                db.executemany(lexical.INSERT, lexical.entries(numbered, text, document.name))
            db.execute(f"PRAGMA user_version={VERSION}")

    def _index(self, db: sqlite3.Connection, rows: Iterable[Row], text: str, name: str) -> None:
        for r in rows:
            n = db.execute(
                "INSERT INTO passage(id,document,ord,page,heading,start,stop) VALUES(?,?,?,?,?,?,?)", tuple(r)
            ).lastrowid
            entry = next(lexical.entries([(n, r.start, r.end, r.heading)], text, name))
            db.execute(lexical.INSERT, entry)

    def _drop_entries(self, db: sqlite3.Connection, document: str, text: str) -> None:
        numbered = db.execute("SELECT n, start, stop, heading FROM passage WHERE document=?", (document,)).fetchall()
        if not numbered:
            return
        (name,) = db.execute("SELECT name FROM document WHERE id=?", (document,)).fetchone()
        entries = lexical.entries(numbered, text, name)
        db.executemany(lexical.DELETE, entries)


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
