"""All of one user's data: handed out as one ZIP, or erased with a proof of what was there and what is left.

The audit log keeps that there was an erasure, under a pseudonym; what its other lines said of the person is removed.
Not covered: backups, exports that were handed out before, and what a provider of a model or a web site was sent.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
import zipfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

from memory.store import UserMemory
from runs.audit import ERASED
from runs.database import OF_USER, Database
from runs.ledger import Ledger
from runs.log import Log
from runs.record import record
from runs.redaction import redacted
from text.markdown import inert


def export(database: Database, memory: UserMemory, reports: Path, user: str, out: IO[bytes]) -> None:
    """Writes a ZIP of JSON, Markdown and the original files to `out`, one after the other."""
    ledger, log = Ledger(database), Log(database)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:

        def put(name: str, value: Any) -> None:
            z.writestr(name, json.dumps(value, ensure_ascii=False, indent=2, default=str))

        put("threads.json", [asdict(t) for t in ledger.threads(user, None)])
        for run in ledger.runs(user, "", None, ""):
            events = log.read(run.id)
            put(f"runs/{run.id}.json", record(run, events))
            z.writestr(f"runs/{run.id}.md", f"# {' '.join(run.goal.split())}\n\n{inert(run.answer)}\n")
            put(f"events/{run.id}.json", [{"sequence": e.sequence, "time": e.time, **asdict(e.event)} for e in events])
        facts = [asdict(f) for f in memory.stored_facts()]
        put("facts.json", [{k: v for k, v in f.items() if k != "similarity"} for f in facts])
        put("episodes.json", [json.loads(e.record) for e in memory.episodes.get(sorted(memory.episodes.ids()))])
        documents = memory.documents()
        put("documents.json", [{"id": d.id, "name": d.name, "bytes": d.bytes, "added": d.added} for d in documents])
        for d in documents:
            original = memory.original(d.id)
            if original.is_file():
                z.write(original, f"documents/{d.id}-{Path(d.name).name}")
        rows = database.read("SELECT * FROM approval WHERE user=?", user)
        put("approvals.json", redacted([dict(r) for r in rows]))  # edited arguments are kept as they were typed
        for path in sorted(p for p in reports.rglob("*") if p.is_file()):
            z.write(path, f"reports/{path.relative_to(reports).as_posix()}")


def lock_out(database: Database, user: str) -> None:
    """Before anything is removed: the account lets nobody in any more, and its sessions end."""
    with database.write() as c:
        c.execute("UPDATE account SET disabled=1 WHERE name=?", (user,))
        c.execute("DELETE FROM session WHERE user=?", (user,))


def erase_memory(memory: UserMemory) -> None:
    for d in memory.documents():
        memory.delete(d.id)
    memory.clear_facts()  # also those that are over, which `facts` does not tell any more
    memory.episodes.remove(sorted(memory.episodes.ids()))
    memory.conversations.clear()
    memory.freed()


def erase_rows(database: Database, user: str, before: dict[str, int], by: str) -> None:
    """One transaction, with the line that tells of it; then the freed pages are overwritten."""
    chain = database.chain
    with database.write() as c:
        for table, theirs in OF_USER.items():
            c.execute(f"DELETE FROM {table} WHERE {theirs}", (user,))
        if chain:
            chain.append(c, ERASED, user, {"by": by if by != user else "the user", "counts": before})
            c.execute("UPDATE audit SET body=NULL, salt=NULL WHERE subject=?", (chain.subject(user),))
    database.compact()


def erase_files(home: Path, runs: Sequence[str], reports: Path, uploads: Sequence[Path]) -> None:
    """uploads: files and folders of what waits to be read."""
    for path in uploads:
        shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)
    shutil.rmtree(reports, ignore_errors=True)
    _checkpoints(home, runs, delete=True)


def _checkpoints(home: Path, runs: Sequence[str], delete: bool = False) -> int:
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
    database: Database,
    memory: UserMemory,
    home: Path,
    reports: Path,
    runs: Sequence[str],
    uploads: Sequence[Path],
    user: str,
) -> dict[str, int]:
    """What there is of a user, kind by kind."""
    found = {
        table: database.read(f"SELECT COUNT(*) AS n FROM {table} WHERE {theirs}", user)[0]["n"]
        for table, theirs in OF_USER.items()
    }
    found["checkpoint"] = _checkpoints(home, runs)
    found["document"] = len(memory.documents())
    found["fact"] = memory.count_facts()
    found["episode"] = len(memory.episodes.ids())
    found["conversation index"] = len(memory.conversations.runs())
    found["report"] = len([*reports.glob("*")])
    found["waiting upload"] = sum(path.exists() for path in uploads)
    chain = database.chain
    if chain:
        sql = "SELECT COUNT(*) AS n FROM audit WHERE subject=? AND body IS NOT NULL"
        found["audit detail"] = database.read(sql, chain.subject(user))[0]["n"]
    return found
