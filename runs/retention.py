"""Checkpoints are kept for a while and then pruned: they serve resuming and looking back, and they grow.

Threads, runs, events and results stay until the user deletes them.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver

from runs.ledger import DAYS, Ledger

FREE = 0.25  # share of the file that must be free before it is worth rewriting it


async def prune(saver: AsyncSqliteSaver, ledger: Ledger, now: datetime | None = None) -> int:
    """Delete the checkpoints of runs that ended more than `DAYS` days ago, and of deleted ones; returns how many runs.

    Deleting alone frees no disk, so the file is rewritten when enough of it is free.
    """
    before = (now or datetime.now(UTC)) - timedelta(days=DAYS)
    keep = ledger.runs_to_retain(before.isoformat(timespec="milliseconds"))
    async with saver.conn.execute("SELECT DISTINCT thread_id FROM checkpoints") as rows:
        stored = [r[0] async for r in rows]
    gone = [run for run in stored if run not in keep]
    for run in gone:
        await saver.adelete_thread(run)
    async with saver.lock:  # other runs may be at work: no statement of theirs is open while the file is rewritten
        pages, free = [
            (await (await saver.conn.execute(f"PRAGMA {p}")).fetchone() or [0])[0]
            for p in ("page_count", "freelist_count")
        ]
        if free > FREE * pages:
            await saver.conn.commit()
            await saver.conn.execute("VACUUM")
    return len(gone)
