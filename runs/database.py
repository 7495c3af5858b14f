"""The one SQLite file behind threads, runs, events, the journal and the ingestion jobs.

WAL with full synchronisation: a row is on disk before the call that accepted it returns, and readers (the page, a
second process that only lists) never wait for the writer. One connection, one lock: statements take microseconds.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from runs.audit import SCHEMA as AUDIT_SCHEMA
from runs.audit import Chain
from runs.errors import BadHome, NoStorage, NotAllowed

VERSION = 1
SCHEMA = """
CREATE TABLE IF NOT EXISTS thread(
  id TEXT PRIMARY KEY, user TEXT NOT NULL, title TEXT NOT NULL, created TEXT NOT NULL, updated TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS thread_of_user ON thread(user, updated);
CREATE TABLE IF NOT EXISTS run(
  id TEXT PRIMARY KEY, thread TEXT NOT NULL REFERENCES thread(id), user TEXT NOT NULL, goal TEXT NOT NULL,
  status TEXT NOT NULL, outcome TEXT NOT NULL DEFAULT '', answer TEXT NOT NULL DEFAULT '', reason TEXT NOT NULL DEFAULT '',
  question TEXT NOT NULL DEFAULT '', options TEXT NOT NULL DEFAULT '[]', files TEXT NOT NULL DEFAULT '[]',
  created TEXT NOT NULL, seconds REAL NOT NULL DEFAULT 0, stop INTEGER NOT NULL DEFAULT 0,
  interrupt TEXT NOT NULL DEFAULT '', replies TEXT NOT NULL DEFAULT '{}', number INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS run_of_thread ON run(thread, number);
CREATE INDEX IF NOT EXISTS run_of_user ON run(user, number);
CREATE INDEX IF NOT EXISTS run_by_status ON run(status);
CREATE TABLE IF NOT EXISTS event(
  run TEXT NOT NULL, sequence INTEGER NOT NULL, time REAL NOT NULL, body TEXT NOT NULL, PRIMARY KEY(run, sequence)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS journal(run TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY(run, key)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS job(
  id TEXT PRIMARY KEY, user TEXT NOT NULL, name TEXT NOT NULL, state TEXT NOT NULL, stage TEXT NOT NULL DEFAULT '',
  done INTEGER NOT NULL DEFAULT 0, total INTEGER NOT NULL DEFAULT 0, status TEXT NOT NULL DEFAULT '',
  message TEXT NOT NULL DEFAULT '', created TEXT NOT NULL, number INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS job_of_user ON job(user, number);
CREATE INDEX IF NOT EXISTS job_by_name ON job(user, name);
CREATE INDEX IF NOT EXISTS job_by_state ON job(user, state, number);
CREATE TABLE IF NOT EXISTS job_stop(user TEXT PRIMARY KEY);
CREATE TABLE IF NOT EXISTS approval(
  id TEXT PRIMARY KEY, run TEXT NOT NULL, user TEXT NOT NULL, step TEXT NOT NULL, tool TEXT NOT NULL, args TEXT NOT NULL,
  hash TEXT NOT NULL, risk TEXT NOT NULL, title TEXT NOT NULL, why TEXT NOT NULL, reason TEXT NOT NULL,
  tainted INTEGER NOT NULL, sources TEXT NOT NULL, schema TEXT NOT NULL, asked TEXT NOT NULL, expires TEXT NOT NULL,
  state TEXT NOT NULL DEFAULT 'waiting', by TEXT NOT NULL DEFAULT '', decided TEXT NOT NULL DEFAULT '',
  note TEXT NOT NULL DEFAULT '', edited TEXT NOT NULL DEFAULT '', for_run INTEGER NOT NULL DEFAULT 0,
  seen INTEGER NOT NULL DEFAULT 0, used TEXT NOT NULL DEFAULT '');
CREATE TABLE IF NOT EXISTS account(
  name TEXT PRIMARY KEY, role TEXT NOT NULL, hash TEXT NOT NULL DEFAULT '', disabled INTEGER NOT NULL DEFAULT 0, created TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS session(
  id TEXT PRIMARY KEY, user TEXT NOT NULL, created REAL NOT NULL, seen REAL NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS sign_in_failure(name TEXT NOT NULL, time REAL NOT NULL);
CREATE TABLE IF NOT EXISTS device(id TEXT NOT NULL, name TEXT NOT NULL, seen REAL NOT NULL, PRIMARY KEY(id, name));
CREATE TABLE IF NOT EXISTS rule(tool TEXT NOT NULL, role TEXT NOT NULL, word TEXT NOT NULL, PRIMARY KEY(tool, role)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS review(
  id TEXT PRIMARY KEY, run TEXT NOT NULL, user TEXT NOT NULL, number INTEGER NOT NULL, plan TEXT NOT NULL, known TEXT NOT NULL,
  max_steps INTEGER NOT NULL, why TEXT NOT NULL, asked TEXT NOT NULL, state TEXT NOT NULL DEFAULT 'waiting',
  by TEXT NOT NULL DEFAULT '', decided TEXT NOT NULL DEFAULT '', note TEXT NOT NULL DEFAULT '',
  decision TEXT NOT NULL DEFAULT '', seen INTEGER NOT NULL DEFAULT 0);
CREATE INDEX IF NOT EXISTS review_of_run ON review(run);
CREATE INDEX IF NOT EXISTS review_by_state ON review(state, user);
CREATE TABLE IF NOT EXISTS choice(user TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY(user, name)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS watch(
  id TEXT PRIMARY KEY, user TEXT NOT NULL, kind TEXT NOT NULL, place TEXT NOT NULL, folder TEXT NOT NULL, device TEXT NOT NULL,
  created TEXT NOT NULL, looked TEXT NOT NULL DEFAULT '', next TEXT NOT NULL DEFAULT '', problem TEXT NOT NULL DEFAULT '',
  came INTEGER NOT NULL DEFAULT 0, gone INTEGER NOT NULL DEFAULT 0, changed TEXT NOT NULL DEFAULT '',
  confirm INTEGER NOT NULL DEFAULT 0, paused INTEGER NOT NULL DEFAULT 0, ending INTEGER NOT NULL DEFAULT 0);
CREATE INDEX IF NOT EXISTS watch_of_user ON watch(user);
CREATE TABLE IF NOT EXISTS watched(
  watch TEXT NOT NULL, item TEXT NOT NULL, stamp TEXT NOT NULL, job TEXT NOT NULL, PRIMARY KEY(watch, item)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS unlearned(run TEXT PRIMARY KEY, user TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS used(
  user TEXT NOT NULL, day TEXT NOT NULL, runs INTEGER NOT NULL DEFAULT 0, tool_calls INTEGER NOT NULL DEFAULT 0,
  seconds REAL NOT NULL DEFAULT 0, tokens INTEGER NOT NULL DEFAULT 0, money REAL NOT NULL DEFAULT 0, PRIMARY KEY(user, day)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS day_limit(user TEXT NOT NULL, kind TEXT NOT NULL, most REAL NOT NULL, PRIMARY KEY(user, kind)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS approval_of_run ON approval(run);
CREATE INDEX IF NOT EXISTS approval_by_state ON approval(state, user);
"""
# Whose the rows of each table are: an erasure deletes these in this order, and its proof counts them. `?` is the user.
# Every table is here or in NOBODYS, and every one with a column `run` in OF_RUN; a test sees to both.
_RUNS = "run IN (SELECT id FROM run WHERE user=?)"
OF_USER = {
    "event": _RUNS, "journal": _RUNS, "approval": "user=?", "review": "user=?", "run": "user=?", "thread": "user=?",
    "unlearned": "user=?", "job": "user=?", "job_stop": "user=?", "watched": "watch IN (SELECT id FROM watch WHERE user=?)",
    "watch": "user=?", "choice": "user=?", "used": "user=?", "day_limit": "user=?", "session": "user=?",
    "sign_in_failure": "name=?", "device": "name=?", "account": "name=?",
}  # fmt: skip
OF_RUN = ("event", "journal", "approval", "review")  # what goes with a run
NOBODYS = {
    "rule": "of everybody with a role",
    "audit": "the person stands in it under a pseudonym; its details are erased",
    "audit_head": "of the whole log",
}
# When a run of an earlier version ended: at its last event.
_LAST = """COALESCE((SELECT strftime('%Y-%m-%dT%H:%M:%f+00:00', MAX(time), 'unixepoch') FROM event WHERE event.run=run.id), created)"""
# Columns that tables of earlier versions lack: (table, column, definition, how it is filled).
COLUMNS = (
    ("sign_in_failure", "address", "TEXT NOT NULL DEFAULT ''", ""),
    ("sign_in_failure", "device", "TEXT NOT NULL DEFAULT ''", ""),
    ("job", "folder", "TEXT NOT NULL DEFAULT ''", ""),
    ("job", "kind", "TEXT NOT NULL DEFAULT 'file'", ""),
    ("job", "origin", "TEXT NOT NULL DEFAULT ''", ""),
    ("job", "parent", "TEXT NOT NULL DEFAULT ''", ""),
    ("job", "document", "TEXT NOT NULL DEFAULT ''", ""),
    ("job", "receipt", "TEXT NOT NULL DEFAULT '{}'", ""),
    ("job", "tries", "INTEGER NOT NULL DEFAULT 0", ""),
    ("job", "dismissed", "INTEGER NOT NULL DEFAULT 0", ""),
    ("run", "learned", "INTEGER NOT NULL DEFAULT 0", ""),
    ("review", "draft", "TEXT NOT NULL DEFAULT ''", ""),
    ("run", "parent", "TEXT NOT NULL DEFAULT ''", ""),
    ("run", "from_step", "TEXT NOT NULL DEFAULT ''", ""),
    ("run", "ask_at_edge", "INTEGER NOT NULL DEFAULT 0", ""),
    ("run", "expires", "TEXT NOT NULL DEFAULT ''", ""),
    ("run", "leg", "INTEGER NOT NULL DEFAULT 0", "UPDATE run SET leg=(SELECT COUNT(*) FROM json_each(run.replies))"),
    (
        "run",
        "ended",
        "TEXT NOT NULL DEFAULT ''",
        f"UPDATE run SET ended={_LAST} WHERE status IN ('done','failed','cancelled')",
    ),
)
# Over columns that were added; apart from these, so that one which a crash left out is made at the next start.
INDEXES = """
CREATE INDEX IF NOT EXISTS failure_by_name ON sign_in_failure(name, time);
CREATE INDEX IF NOT EXISTS failure_by_address ON sign_in_failure(address, time);
CREATE INDEX IF NOT EXISTS run_to_learn ON run(number) WHERE learned=0;
CREATE INDEX IF NOT EXISTS run_of_parent ON run(parent) WHERE parent!='';
"""


_WAY_OUT = {
    sqlite3.SQLITE_FULL: "The disk is full. Make room",
    sqlite3.SQLITE_IOERR: "The disk cannot be written (it may be full). Make room",
    sqlite3.SQLITE_BUSY: "Another program holds Groundwork's database. Close it",
    sqlite3.SQLITE_READONLY: "The home folder cannot be written any more. Make it writable",
}


def utc_now() -> str:
    """As times stand in the rows: ISO 8601, UTC, to the millisecond, so that text sorts as time does."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def unstored(e: BaseException) -> bool:
    """Is it only that nothing can be written at the moment? Whoever was at work may try again later."""
    return isinstance(e, NoStorage) or (isinstance(e, sqlite3.OperationalError) and _way_out(e) is not None)


def _way_out(e: sqlite3.OperationalError) -> str | None:
    return _WAY_OUT.get((getattr(e, "sqlite_errorcode", 0) or 0) & 0xFF)  # the low byte is the kind of fault


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except sqlite3.OperationalError as e:
        if (out := _way_out(e)) is None:
            raise
        raise NoStorage(f"{out}, then try again. This was not stored; everything stored before is kept.") from e


def most(limit: int | None) -> int:
    """For LIMIT: None is every row."""
    return -1 if limit is None else limit


class Connection(sqlite3.Connection):
    """Knows the audit chain, so that a fact and its audit line are stored in one transaction. None when read-only."""

    chain: Chain | None = None
    leaving: frozenset[str] = frozenset()  # users whose data are being erased

    def accepting(self, user: str) -> None:
        """Before anything new of this user is stored, in its transaction. Raises NotAllowed."""
        if user in self.leaving:
            raise NotAllowed("All data of this account are being erased. Nothing new was accepted.")


class Database:
    def __init__(self, path: Path, readonly: bool = False) -> None:
        """Raises BadHome when the file is damaged, from a newer version, or (readonly) not there; NoStorage."""
        self._lock = threading.RLock()
        try:
            if readonly:
                self._connection = sqlite3.connect(
                    f"{path.absolute().as_uri()}?mode=ro",
                    uri=True,
                    check_same_thread=False,
                    factory=Connection,
                )
            else:
                self._connection = sqlite3.connect(
                    path, check_same_thread=False, isolation_level=None, factory=Connection
                )
            self._connection.row_factory = sqlite3.Row
            self._connection.execute("PRAGMA busy_timeout=5000")
            if not readonly:
                self._connection.execute("PRAGMA journal_mode=WAL")
                self._connection.execute("PRAGMA synchronous=FULL")
            version = self._connection.execute("PRAGMA user_version").fetchone()[0]
            if version > VERSION:
                raise BadHome(
                    f"{path} was written by a newer Groundwork. Nothing was changed. Update this one to open it."
                )
            if not readonly:
                self._connection.executescript(SCHEMA + AUDIT_SCHEMA)
                self._add_columns()
                self._connection.executescript(INDEXES)
                self._connection.execute(f"PRAGMA user_version={VERSION}")
                self._connection.chain = Chain(path.parent)
        except (sqlite3.Error, OSError) as e:
            raise BadHome(
                f"{path} cannot be opened ({e}). Nothing was changed. Is it there, whole and readable?"
            ) from e

    def _add_columns(self) -> None:
        """Each with what fills it in one transaction: a column that is there is never filled later."""
        for table, column, definition, fill in COLUMNS:
            if column in self._columns(table):
                continue
            with self.write() as c:
                if column not in self._columns(table):  # else another process was first
                    c.execute(f"ALTER TABLE {table} ADD COLUMN {column} {definition}")
                    c.execute(fill or "SELECT 1")

    def _columns(self, table: str) -> set[str]:
        return {r["name"] for r in self._connection.execute(f"PRAGMA table_info({table})")}

    @property
    def chain(self) -> Chain | None:
        return self._connection.chain

    @contextmanager
    def leaving(self, user: str) -> Iterator[None]:
        """While it lasts, nothing new of this user is accepted (`Connection.accepting`)."""
        with self._lock:
            self._connection.leaving |= {user}
        try:
            yield
        finally:
            with self._lock:
                self._connection.leaving -= {user}

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction: all of it or nothing. Raises NoStorage when the disk is full or the database stays locked."""
        with self._lock, _translated():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
            except BaseException:
                self._roll_back()
                raise
            try:
                self._connection.execute("COMMIT")
            except sqlite3.Error:
                self._roll_back()
                raise
            if self._connection.chain:
                self._connection.chain.committed()

    def _roll_back(self) -> None:
        if self._connection.in_transaction:  # a full disk may have ended it already
            self._connection.execute("ROLLBACK")
        if self._connection.chain:
            self._connection.chain.rolled_back()

    def read(self, sql: str, *args: object) -> list[sqlite3.Row]:
        with self._lock:
            return self._connection.execute(sql, args).fetchall()

    def compact(self) -> None:
        """After an erasure: what was deleted is not left behind in free pages or in the write-ahead log."""
        with self._lock:
            self._connection.execute("VACUUM")
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        with self._lock:
            self._connection.close()
