"""Where runs keep their place: the checkpointer, the graph that writes to it, and the daily removal of old checkpoints."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import time
from pathlib import Path
from typing import Any

from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver

from graph.build import build
from runs.ledger import Ledger
from runs.retention import prune

logger = logging.getLogger("groundwork.runs")
PRUNE_EVERY = 86_400.0  # seconds


class Checkpoints:
    """The connection belongs to the event loop in which `graph` is first called: runs are worked on in that one alone."""

    def __init__(self, home: Path, ledger: Ledger) -> None:
        self._file, self._ledger = home / "checkpoints.sqlite3", ledger
        self._saver: AsyncSqliteSaver | None = None
        self._graph: Any = None
        self._opening, self._prune_at = asyncio.Lock(), 0.0

    async def graph(self) -> Any:
        """The compiled graph, opened at the first call. Once a day, at a call, old checkpoints go."""
        async with self._opening:
            if self._saver is None:
                saver = await _opened(self._file)
                self._graph, self._saver = build(saver), saver
            if time.monotonic() > self._prune_at:
                self._prune_at = time.monotonic() + PRUNE_EVERY
                await self._prune(self._saver)
        return self._graph

    def close(self) -> None:
        """Close the connection (its thread would keep the process alive)."""
        if self._saver is not None:
            self._saver.conn.stop()
            self._saver, self._graph = None, None

    async def _prune(self, saver: AsyncSqliteSaver) -> None:
        try:
            await prune(saver, self._ledger)
        except sqlite3.Error:  # no run is lost for it
            logger.exception("old checkpoints were not removed; tried again tomorrow")


async def _opened(file: Path) -> AsyncSqliteSaver:
    import aiosqlite

    connection = await aiosqlite.connect(file)
    await connection.execute("PRAGMA journal_mode=WAL")
    saver = AsyncSqliteSaver(connection)
    await saver.setup()
    return saver
