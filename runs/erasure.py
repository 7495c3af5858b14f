"""All of one user's data: handed out as one ZIP, or erased with a proof of what was there and what is left.

The audit log keeps that there was an erasure, under a pseudonym; what its other lines said of the person is removed.
Not covered: backups, exports that were handed out before, and what a provider of a model or a web site was sent.
"""

from __future__ import annotations

import io
import json
import shutil
import sqlite3
import zipfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

from memory.store import UserMemory
from runs.audit import ERASED
from runs.audit_book import Book
from runs.audit_book import export as audit_export
from runs.database import Database
from runs.ledger import Ledger
from runs.log import Log
from runs.record import record
from text.markdown import inert

_OF_RUNS = ("event", "journal", "approval", "review")
_OF_USER = ("run", "thread", "job", "job_stop", "session", "choice", "unlearned", "watch", "used", "day_limit")
# What is handed out row by row, by the name of its file. Sessions are not: whoever has the file could not use them.
_AS_ROWS = {
    "approvals": "approval", "plans": "review", "settings": "choice", "watched": "watch", "uploads": "job", "used": "used",
    "limits": "day_limit",
}  # fmt: skip


def export(database: Database, memory: UserMemory, reports: Path, user: str) -> bytes:
    """A ZIP of JSON, Markdown and the original files."""
    ledger, log, out = Ledger(database), Log(database), io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:

        def put(name: str, value: Any) -> None:
            z.writestr(name, json.dumps(value, ensure_ascii=False, indent=2, default=str))

        put("threads.json", [asdict(t) for t in ledger.threads(user, 1_000_000)])
        for run in ledger.runs(user, "", 1_000_000, ""):
            events = log.read(run.id)
            put(f"runs/{run.id}.json", record(run, events))
            z.writestr(f"runs/{run.id}.md", f"# {' '.join(run.goal.split())}\n\n{inert(run.answer)}\n")
            put(f"events/{run.id}.json", [{"sequence": e.sequence, "time": e.time, **asdict(e.event)} for e in events])
        put("facts.json", [{"id": f.id, "text": f.text, "added": f.added} for f in memory.facts(k=1_000_000)])
        put("episodes.json", [json.loads(e.record) for e in memory.episodes.get(sorted(memory.episodes.ids()))])
        documents = memory.documents()
        put("documents.json", [{"id": d.id, "name": d.name, "bytes": d.bytes, "added": d.added} for d in documents])
        for d in documents:
            original = memory.original(d.id)
            if original.is_file():
                z.write(original, f"documents/{d.id}-{Path(d.name).name}")
        for name, table in _AS_ROWS.items():
            put(f"{name}.json", [dict(r) for r in database.read(f"SELECT * FROM {table} WHERE user=?", user)])
        z.writestr("audit.jsonl", audit_export(Book(database).lines(user, limit=1_000_000)[::-1], "jsonl"))
        for path in sorted(p for p in reports.rglob("*") if p.is_file()):
            z.write(path, f"reports/{path.relative_to(reports).as_posix()}")
    return out.getvalue()


def erase_memory(memory: UserMemory) -> None:
    for d in memory.documents():
        memory.delete(d.id)
    memory.forget([f.id for f in memory.facts(k=1_000_000)])
    memory.episodes.remove(sorted(memory.episodes.ids()))
    memory.conversations.clear()
    memory.freed()


def erase_rows(database: Database, user: str, before: dict[str, int], by: str) -> None:
    """One transaction, with the line that tells of it; then the freed pages are overwritten."""
    chain = database.chain
    with database.write() as c:
        runs = [(r["id"],) for r in c.execute("SELECT id FROM run WHERE user=?", (user,))]
        for table in _OF_RUNS:
            c.executemany(f"DELETE FROM {table} WHERE run=?", runs)
        c.execute("DELETE FROM watched WHERE watch IN (SELECT id FROM watch WHERE user=?)", (user,))
        for table in _OF_USER:
            c.execute(f"DELETE FROM {table} WHERE user=?", (user,))
        c.execute("DELETE FROM account WHERE name=?", (user,))
        c.execute("DELETE FROM sign_in_failure WHERE name=?", (user,))
        if chain:
            chain.append(c, ERASED, user, {"by": by if by != user else "the user", "counts": before})
            c.execute("UPDATE audit SET body=NULL, salt=NULL WHERE subject=?", (chain.subject(user),))
    database.compact()


def erase_files(home: Path, runs: list[str], reports: Path) -> None:
    for run in runs:
        shutil.rmtree(home / "uploads" / run, ignore_errors=True)
    shutil.rmtree(reports, ignore_errors=True)
    _checkpoints(home, runs, delete=True)


def _checkpoints(home: Path, runs: list[str], delete: bool = False) -> int:
    """How many there are of these runs; with `delete` none is left, nor in the file's free pages."""
    path = home / "checkpoints.sqlite3"
    if not path.exists():
        return 0
    connection = sqlite3.connect(path, timeout=20, isolation_level=None)
    try:
        if not connection.execute("SELECT 1 FROM sqlite_master WHERE name='checkpoints'").fetchone():
            return 0
        if delete:
            for table in ("checkpoints", "writes"):
                connection.executemany(f"DELETE FROM {table} WHERE thread_id=?", [(r,) for r in runs])
            connection.execute("VACUUM")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        sql = "SELECT COUNT(*) FROM checkpoints WHERE thread_id=?"
        return sum(connection.execute(sql, (r,)).fetchone()[0] for r in runs)
    finally:
        connection.close()


def counts(
    database: Database, memory: UserMemory, home: Path, reports: Path, runs: list[str], user: str
) -> dict[str, int]:
    """What there is of a user, kind by kind."""
    of_run = {
        t: f"SELECT COUNT(*) AS n FROM {t} WHERE run IN (SELECT id FROM run WHERE user=?)" for t in ("event", "journal")
    }
    of_user = {
        t: f"SELECT COUNT(*) AS n FROM {t} WHERE user=?"
        for t in ("thread", "run", "approval", "job", "session", "choice", "watch")
    }
    found = {t: database.read(sql, user)[0]["n"] for t, sql in {**of_user, **of_run}.items()}
    found["checkpoint"] = _checkpoints(home, runs)
    found["document"] = len(memory.documents())
    found["fact"] = len(memory.facts(k=1_000_000))
    found["episode"] = len(memory.episodes.ids())
    found["conversation index"] = len(memory.conversations.runs())
    found["report"] = len([*reports.glob("*")])
    chain = database.chain
    if chain:
        sql = "SELECT COUNT(*) AS n FROM audit WHERE subject=? AND body IS NOT NULL"
        found["audit detail"] = database.read(sql, chain.subject(user))[0]["n"]
    return found
