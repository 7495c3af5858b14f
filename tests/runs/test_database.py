"""The one SQLite file: whose rows are where, and that an upgrade is done wholly or not at all."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from runs import database as module
from runs.database import NOBODYS, OF_RUN, OF_USER, Database
from runs.errors import BadHome


def columns(path: Path) -> dict[str, set[str]]:
    database = Database(path / "groundwork.sqlite3")
    tables = [r["name"] for r in database.read("SELECT name FROM sqlite_master WHERE type='table'")]
    found = {t: {r["name"] for r in database.read(f"PRAGMA table_info({t})")} for t in tables}
    database.close()
    return {t: c for t, c in found.items() if not t.startswith("sqlite_")}


def test_of_every_table_it_is_known_whose_its_rows_are(tmp_path: Path) -> None:
    found = columns(tmp_path)
    assert set(OF_USER) | set(NOBODYS) == set(found)
    assert {t for t, c in found.items() if c & {"user", "run", "watch"}} <= {*OF_USER, "audit"}
    assert {t for t, c in found.items() if "run" in c} - {"audit", "unlearned"} == set(OF_RUN)


def test_every_table_is_emptied_of_a_user_and_of_nobody_else(tmp_path: Path) -> None:
    """Each condition is SQL that finds the rows: a made-up row of two users in each table, one is erased."""
    from runs.erasure import erase_rows

    database = Database(tmp_path / "groundwork.sqlite3")
    with database.write() as c:
        for table in OF_USER:
            about = c.execute(f"PRAGMA table_info({table})").fetchall()
            for user in ("ann", "bob"):
                known = {
                    "user": user,
                    "name": user,
                    "run": f"run-{user}",
                    "watch": f"watch-{user}",
                    "id": f"{table}-{user}",
                }
                row = {r["name"]: known.get(r["name"], 0) for r in about}
                marks = ",".join("?" * len(row))
                c.execute(f"INSERT INTO {table}({','.join(row)}) VALUES({marks})", (*row.values(),))
    erase_rows(database, "ann", {}, "ann")
    left = {t: len(database.read(f"SELECT * FROM {t}")) for t in OF_USER}
    database.close()
    assert left == dict.fromkeys(OF_USER, 1)


def earlier(path: Path) -> None:
    """A database as a version wrote it that knew neither legs nor when a run ended."""
    Database(path).close()
    with sqlite3.connect(path) as db:
        db.executescript("""
            DROP INDEX run_to_learn; DROP INDEX run_of_parent;
            ALTER TABLE run DROP COLUMN leg; ALTER TABLE run DROP COLUMN ended;
            INSERT INTO run(id, thread, user, goal, status, created, number, replies)
            VALUES('r1', 't1', 'ann', 'Which?', 'done', '2026-01-02T03:04:05.678+00:00', 1, '{"a": "x", "b": "y"}');
            INSERT INTO event VALUES('r1', 1, 1767323045.5, '{}');
        """)
    db.close()


def test_a_column_and_what_fills_it_come_together_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "groundwork.sqlite3"
    earlier(path)
    with monkeypatch.context() as crash:
        broken = [(t, c, d, "SELECT no_such_column" if c == "leg" else fill) for t, c, d, fill in module.COLUMNS]
        crash.setattr(module, "COLUMNS", broken)
        with pytest.raises(BadHome):
            Database(path)
    database = Database(path)
    (run,) = database.read("SELECT leg, ended FROM run")
    indexes = {r["name"] for r in database.read("SELECT name FROM sqlite_master WHERE type='index'")}
    database.close()
    assert (run["leg"], run["ended"]) == (2, "2026-01-02T03:04:05.500+00:00")
    assert {"run_to_learn", "run_of_parent"} <= indexes
