"""Files on their way into memory: kept on disk until taken in or refused, worked on by the durable queue."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

from memory.store import Memory
from runs.ledger import Ledger, new_id
from runs.types import IngestJob, Upload

logger = logging.getLogger("groundwork.ingestion")


class Ingestion:
    def __init__(self, home: Path, ledger: Ledger, memory: Memory) -> None:
        self._folder, self._ledger, self._memory = home / "uploads" / "jobs", ledger, memory

    def accept(self, user: str, upload: Upload) -> IngestJob:
        """The file first, then its row: a row always has its file."""
        job = new_id()
        self._folder.mkdir(parents=True, exist_ok=True)
        (self._folder / job).write_bytes(upload.data)
        self._ledger.add_job(job, user, upload.name)
        return self._ledger.job(job)[1]

    async def execute(self, job_id: str) -> None:
        user, job = await asyncio.to_thread(self._ledger.job, job_id)
        if job.state in ("done", "failed"):
            return
        self._ledger.update_job(job_id, state="working", stage="parsing")
        path = self._folder / job_id

        def progress(stage: str, done: int, total: int) -> None:
            self._ledger.update_job(job_id, stage=stage, done=done, total=total)

        try:
            data = await asyncio.to_thread(path.read_bytes)
            receipt = await asyncio.to_thread(self._memory.for_user(user).add, job.name, data, progress)
        except Exception:
            logger.exception("ingestion job %s failed", job_id)
            why = f"Something went wrong inside Groundwork while reading it (reference {job_id}). Other files are not affected. Try it again."
            self._ledger.update_job(job_id, state="failed", status="failed", message=why)
            return
        state = "failed" if receipt.status == "failed" else "done"
        self._ledger.update_job(job_id, state=state, status=receipt.status, message=receipt.message)
        path.unlink(missing_ok=True)
