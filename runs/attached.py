"""The files that came with a goal: taken into memory when its run begins, each told with an event of the run.

What is queued without a goal is `ingestion.py`'s.
"""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

from graph.events import FileIngested
from memory.store import UserMemory
from runs.home import upload_path, uploads_of
from runs.log import Log
from runs.types import Run


async def take_in(run: Run, home: Path, memory: UserMemory, log: Log, stop: asyncio.Event) -> list[str]:
    """Ids of the documents that came with the goal. What was taken in before a crash is not told twice.

    stop: once it is set no further file is begun; those that are left wait for the run to go on.
    """
    events = await asyncio.to_thread(log.read, run.id)
    told = {e.event.name: e.event for e in events if isinstance(e.event, FileIngested)}
    attached = list[str]()
    for number, name in enumerate(run.files):
        if stop.is_set():
            break
        if name not in told:
            data = await asyncio.to_thread(upload_path(home, run.id, number).read_bytes)
            folder = name.rpartition("/")[0]  # only what came out of an archive has one
            receipt = await asyncio.to_thread(memory.add, name, data, None, "user", folder)
            status = "failed" if receipt.status == "deleted" else receipt.status
            told[name] = FileIngested(name, status, receipt.message, receipt.document)
            log.append(run.id, told[name])
        if told[name].document and told[name].document not in attached:
            attached.append(told[name].document)
    if not stop.is_set():
        # Memory has its own copy of what it took in; what it refused was told.
        await asyncio.to_thread(shutil.rmtree, uploads_of(home, run.id), ignore_errors=True)
    return attached
