"""The event log: the one function that stamps an event with run, sequence and time, and the ways to read it."""

from __future__ import annotations

import json
import threading
import time

from graph.events import ENDED, Event, Undone, from_json, to_json
from runs.audit_book import note
from runs.database import Connection, Database
from runs.limits import count
from runs.redaction import redacted_json
from runs.types import Stamped


class Log:
    """Thread-safe. Appended events wake whoever waits for them in this process."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._news = threading.Condition()

    def append(self, run: str, event: Event) -> None:
        """Nothing but an undoing follows the end of a run: what a thread that was given up still tells is not kept, but what
        it used counts towards the day."""
        with self._database.write() as c:
            row = c.execute("SELECT status FROM run WHERE id=?", (run,)).fetchone()
            if row is None or (row["status"] in ENDED and not isinstance(event, Undone)):
                count(c, run, event)
                return
            stamp(c, run, event)
        self.announce()

    def announce(self) -> None:
        """Wake those who wait; called after a transaction that stamped events itself."""
        with self._news:
            self._news.notify_all()

    def read(self, run: str, after: int = 0) -> list[Stamped]:
        rows = self._database.read(
            "SELECT sequence, time, body FROM event WHERE run=? AND sequence>? ORDER BY sequence", run, after
        )
        return [Stamped(run, r["sequence"], r["time"], from_json(json.loads(r["body"]))) for r in rows]

    def wait(self, run: str, after: int, timeout: float) -> list[Stamped]:
        """Like `read`, but waits up to `timeout` seconds for the first new event."""
        deadline = time.monotonic() + timeout
        with self._news:
            while True:
                if found := self.read(run, after):
                    return found
                left = deadline - time.monotonic()
                if left <= 0:
                    return []
                self._news.wait(left)


def stamp(c: Connection, run: str, event: Event) -> Stamped:
    """Append within the caller's transaction, so that a fact, its audit line and the row it is about are stored together.
    The one place where an event is written down, so the one where secrets are taken out of it."""
    last = c.execute("SELECT COALESCE(MAX(sequence), 0) FROM event WHERE run=?", (run,)).fetchone()[0]
    at = time.time()
    c.execute(
        "INSERT INTO event(run, sequence, time, body) VALUES(?,?,?,?)",
        (run, last + 1, at, redacted_json(to_json(event))),
    )
    note(c, run, event)
    count(c, run, event)
    return Stamped(run, last + 1, at, event)
