"""Old checkpoints go, and with them the disk they took; runs and events stay."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from agents.base import Write
from runs.database import Database
from runs.ledger import Ledger
from runs.retention import DAYS, prune
from tests.fakes import ScriptedAgent, plan, step
from tests.runs.conftest import to_the_end


def test_checkpoints_of_old_runs_are_pruned(open_groundwork: Any, tmp_path: Path) -> None:
    g = open_groundwork(ScriptedAgent([plan(step("s1"))], {"s1": [Write("x")]}), {})
    run = to_the_end(g, "ann", g.submit("ann", "goal"))
    home = tmp_path / "home"

    async def at(now: datetime) -> int:
        import aiosqlite
        from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver

        database = Database(home / "groundwork.sqlite3", readonly=True)
        async with aiosqlite.connect(home / "checkpoints.sqlite3") as connection:
            gone = await prune(AsyncSqliteSaver(connection), Ledger(database), now)
        database.close()
        return gone

    now = datetime.now(UTC)
    assert asyncio.run(at(now)) == 0
    assert asyncio.run(at(now + timedelta(days=DAYS + 1))) == 1
    assert g.run("ann", run.id).answer == "x"
    assert g.events("ann", run.id)
