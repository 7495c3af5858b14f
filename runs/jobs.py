"""Ingestion jobs as rows: what was accepted for memory, by whom, and how far it is. Works on none of it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from memory.types import Receipt
from runs.accounts import somebody
from runs.database import Database, most, utc_now
from runs.errors import NotFound
from runs.types import IngestJob

OPEN = ("queued", "working")
TRIES = 3  # so often a file may fail for no fault of its own, or take the process down, before it is set aside
_MANY = 500  # rows written in one transaction


@dataclass(frozen=True)
class NewJob:
    id: str
    name: str
    folder: str = ""
    kind: str = "file"  # file, url, sitemap, watched (a file of a watched folder), entry (of a feed)
    origin: str = ""  # the address of a url or sitemap; the path of a watched file
    parent: str = ""  # the job whose archive or sitemap, or the watch, it was found in


class Jobs:
    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, user: str, jobs: Sequence[NewJob], again: bool = False) -> None:
        """A job that is there already (by its id) is left as it is; with `again`, one that has ended is done once more.
        Raises NotAllowed (nobody is signed in)."""
        somebody(user)
        now = utc_now()
        for at in range(0, len(jobs), _MANY):
            with self._database.write() as c:
                if not all(j.parent for j in jobs):  # what is found in something that was accepted is not new
                    c.accepting(user)
                number = c.execute("SELECT COALESCE(MAX(number),0) FROM job").fetchone()[0]
                c.executemany(
                    """INSERT OR IGNORE INTO job(id, user, name, state, created, number, folder, kind, origin, parent)
                    VALUES(?,?,?,'queued',?,?,?,?,?,?)""",
                    [
                        (j.id, user, j.name, now, number + n, j.folder, j.kind, j.origin, j.parent)
                        for n, j in enumerate(jobs[at : at + _MANY], start=1)
                    ],
                )
                if again:
                    c.executemany(
                        "UPDATE job SET state='queued', tries=0, status='', message='', stage='', dismissed=0"
                        " WHERE id=? AND state IN ('done','failed')",
                        [(j.id,) for j in jobs[at : at + _MANY]],
                    )

    def drop(self, jobs: Sequence[str]) -> None:
        """Take these out, whatever became of them: what they were for is gone."""
        with self._database.write() as c:
            c.executemany("DELETE FROM job WHERE id=? AND state!='working'", [(j,) for j in jobs])

    def update(self, job: str, **values: str | int) -> None:
        names = ", ".join(f"{k}=?" for k in values)
        with self._database.write() as c:
            c.execute(f"UPDATE job SET {names} WHERE id=?", (*values.values(), job))

    def get(self, job: str) -> tuple[str, IngestJob]:
        """(user, job) for the worker."""
        if (found := self.find(job)) is None:
            raise NotFound(f"There is no ingestion job {job}.")
        return found

    def find(self, job: str) -> tuple[str, IngestJob] | None:
        """Like `get`; None when it was taken out of the queue."""
        rows = self._database.read("SELECT * FROM job WHERE id=?", job)
        return (rows[0]["user"], _job(rows[0])) if rows else None

    def list(self, user: str, limit: int | None) -> list[IngestJob]:
        """Newest first."""
        sql = "SELECT * FROM job WHERE user=? ORDER BY number DESC LIMIT ?"
        return [_job(r) for r in self._database.read(sql, user, most(limit))]

    def at_work(self, user: str, limit: int) -> list[IngestJob]:
        """What is worked on and what comes next, in that order."""
        sql = "SELECT * FROM job WHERE user=? AND state IN ('queued','working') ORDER BY state='queued', number LIMIT ?"
        return [_job(r) for r in self._database.read(sql, user, limit)]

    def failed(self, user: str, limit: int) -> list[IngestJob]:
        """Those that failed, were not dismissed, and are not made good by a later upload of that name; newest first."""
        sql = """SELECT * FROM job WHERE user=? AND state='failed' AND dismissed=0 AND NOT EXISTS (SELECT 1 FROM job later
            WHERE later.user=job.user AND later.name=job.name AND later.folder=job.folder AND later.number>job.number)
            ORDER BY number DESC LIMIT ?"""
        return [_job(r) for r in self._database.read(sql, user, limit)]

    def counts(self, user: str) -> dict[str, int]:
        """How many jobs of each state: queued, working, done, failed (not counting dismissed ones)."""
        sql = "SELECT state, COUNT(*) AS n FROM job WHERE user=? AND dismissed=0 GROUP BY state"
        return {r["state"]: r["n"] for r in self._database.read(sql, user)}

    def next(self, user: str, most: int = 1) -> list[str]:
        """The ids of the user's next jobs; none when there is nothing to do or the user has stopped the queue."""
        if self.stopped(user):
            return []
        sql = "SELECT id FROM job WHERE user=? AND state IN ('queued','working') ORDER BY number LIMIT ?"
        return [r["id"] for r in self._database.read(sql, user, most)]

    def begin(self, *jobs: str) -> dict[str, int]:
        """One try more, on disk before the work: what takes the process down with it is counted too.

        Returns the tries of those that were not taken out of the queue meanwhile.
        """
        with self._database.write() as c:
            sql = "UPDATE job SET tries=tries+1, state='working', stage='', done=0, total=0 WHERE id=?"
            c.executemany(sql, [(j,) for j in jobs])
            marks = ",".join("?" * len(jobs))
            rows = c.execute(f"SELECT id, tries FROM job WHERE id IN ({marks})", jobs).fetchall()
        return {r["id"]: r["tries"] for r in rows}

    def told(self, receipts: Mapping[str, Receipt]) -> None:
        """Write down how jobs ended, by their ids."""
        sql = "UPDATE job SET state=?, status=?, message=?, document=?, receipt=? WHERE id=?"
        rows = [
            ("failed" if r.status == "failed" else "done", r.status, r.message, r.document, receipt_json(vars(r)), j)
            for j, r in receipts.items()
        ]
        with self._database.write() as c:
            c.executemany(sql, rows)

    def retry(self, user: str, job: str) -> None:
        """NotFound unless it is the user's and has failed."""
        with self._database.write() as c:
            sql = "UPDATE job SET state='queued', tries=0, status='', message='', stage='' WHERE id=? AND user=? AND state='failed'"
            if not c.execute(sql, (job, user)).rowcount:
                raise NotFound("This upload does not wait for another try (any more).")

    def dismiss(self, user: str, job: str) -> None:
        with self._database.write() as c:
            sql = "UPDATE job SET dismissed=1 WHERE id=? AND user=? AND state='failed'"
            if not c.execute(sql, (job, user)).rowcount:
                raise NotFound("There is no such failed upload (any more).")

    def cancel(self, user: str) -> list[str]:
        """Take everything that waits out of the queue; the ids. What is being worked on is finished."""
        with self._database.write() as c:
            gone = [r["id"] for r in c.execute("SELECT id FROM job WHERE user=? AND state='queued'", (user,))]
            c.execute("DELETE FROM job WHERE user=? AND state='queued'", (user,))
        return gone

    def users(self) -> list[str]:
        """Who has something in the queue."""
        sql = "SELECT DISTINCT user FROM job WHERE state IN ('queued','working') ORDER BY user"
        return [r["user"] for r in self._database.read(sql)]

    def stop(self, user: str, stopped: bool) -> None:
        with self._database.write() as c:
            if stopped:
                c.execute("INSERT OR IGNORE INTO job_stop VALUES(?)", (user,))
            else:
                c.execute("DELETE FROM job_stop WHERE user=?", (user,))

    def stopped(self, user: str) -> bool:
        return bool(self._database.read("SELECT 1 FROM job_stop WHERE user=?", user))


def receipt_json(receipt: Mapping[str, object]) -> str:
    kept = {k: receipt[k] for k in ("pages", "passages", "tables", "seconds", "skipped", "replaced") if receipt.get(k)}
    return json.dumps(kept, default=list)


def _job(r: sqlite3.Row) -> IngestJob:
    return IngestJob(
        id=r["id"], name=r["name"], state=r["state"], stage=r["stage"], done=r["done"], total=r["total"],
        status=r["status"], message=r["message"], created=r["created"], folder=r["folder"], kind=r["kind"],
        origin=r["origin"], tries=r["tries"], document=r["document"], parent=r["parent"], receipt=json.loads(r["receipt"]),
    )  # fmt: skip
