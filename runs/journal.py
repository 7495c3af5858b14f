"""The durable store of one run beside its checkpoints: notes of writes (`once`) and whole results (`save`, `load`)."""

from __future__ import annotations

import json

from runs.database import Connection, Database
from runs.redaction import redacted_json
from tools.base import Json


class RunJournal:
    """Satisfies `graph.context.Record`."""

    def __init__(self, database: Database, run: str) -> None:
        self._database = database
        self._run = run

    def once(self, key: str, value: Json, exact: bool = False) -> Json:
        with self._database.write() as c:
            c.execute(
                "INSERT OR IGNORE INTO journal(run, key, value) VALUES(?,?,?)",
                (self._run, f"once:{key}", _written(value, exact)),
            )
            row = c.execute("SELECT value FROM journal WHERE run=? AND key=?", (self._run, f"once:{key}")).fetchone()
        return json.loads(row["value"])

    def save(self, key: str, value: Json, exact: bool = False) -> None:
        with self._database.write() as c:
            put(c, self._run, key, value, exact)

    def load(self, key: str) -> Json:
        rows = self._database.read("SELECT value FROM journal WHERE run=? AND key=?", self._run, key)
        return json.loads(rows[0]["value"]) if rows else None


def put(c: Connection, run: str, key: str, value: Json, exact: bool = False) -> None:
    """Within the caller's transaction. exact: see `graph.context.Record`."""
    c.execute(
        "INSERT OR REPLACE INTO journal(run, key, value) VALUES(?,?,?)",
        (run, key, _written(value, exact)),
    )


def _written(value: Json, exact: bool) -> str:
    return json.dumps(value, default=str) if exact else redacted_json(value)
