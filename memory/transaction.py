"""One transaction of SQLite, for connections that are otherwise in autocommit mode."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

logger = logging.getLogger("groundwork.memory")


@contextmanager
def transaction(db: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """All of it or nothing. What went wrong first is what is raised, a failed COMMIT included (a full disk), and the
    connection is free for the next transaction."""
    db.execute("BEGIN IMMEDIATE")
    try:
        yield db
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:  # SQLite may have rolled back by itself
            try:
                db.execute("ROLLBACK")
            except sqlite3.Error:
                logger.exception("a transaction could not be rolled back")
        raise
