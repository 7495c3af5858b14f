"""A transaction that fails at its end, or has ended already, leaves the connection usable and says what went wrong."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

import pytest

from memory.transaction import transaction


@pytest.fixture
def db() -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.executescript("""
        PRAGMA foreign_keys=ON;
        CREATE TABLE a(id INTEGER PRIMARY KEY);
        CREATE TABLE b(a INTEGER REFERENCES a(id) DEFERRABLE INITIALLY DEFERRED);
    """)
    yield connection
    connection.close()


def test_a_commit_that_fails_is_rolled_back(db: sqlite3.Connection) -> None:
    with pytest.raises(sqlite3.IntegrityError), transaction(db):
        db.execute("INSERT INTO b VALUES(7)")  # found at the COMMIT, which leaves the transaction open
    assert not db.in_transaction
    with transaction(db):
        db.execute("INSERT INTO a VALUES(7)")
    assert db.execute("SELECT (SELECT count(*) FROM a), (SELECT count(*) FROM b)").fetchone() == (1, 0)


def test_the_first_fault_is_the_one_that_is_told(db: sqlite3.Connection) -> None:
    def ended_already() -> None:
        with transaction(db):
            db.execute("ROLLBACK")  # as a full disk makes SQLite do by itself
            raise ValueError("the first")

    with pytest.raises(ValueError, match="the first"):
        ended_already()
    with transaction(db):
        db.execute("INSERT INTO a VALUES(1)")
    assert db.execute("SELECT count(*) FROM a").fetchone() == (1,)
