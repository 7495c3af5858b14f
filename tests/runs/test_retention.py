"""Old checkpoints go, and with them the disk they took; runs and events stay."""

from __future__ import annotations

import asyncio
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from agents.base import Write
from runs.database import Database
from runs.errors import BadGoal
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


def test_what_counts_is_when_a_run_ended_not_when_it_was_accepted(tmp_path: Path) -> None:
    """A run that waited for two months is kept for another month, and can go on."""
    database = Database(tmp_path / "groundwork.sqlite3")
    ledger, now = Ledger(database), datetime.now(UTC)
    ledger.accept("r1", "ann", "goal", "", [])
    with database.write() as c:
        c.execute("UPDATE run SET created=?", ((now - timedelta(days=2 * DAYS)).isoformat(timespec="milliseconds"),))
    ledger.end("r1", "failed", None, "", 1.0)
    limit = (now - timedelta(days=DAYS)).isoformat(timespec="milliseconds")
    assert ledger.runs_to_retain(limit) == {"r1"}
    ledger.reopen("ann", "r1")
    ledger.end("r1", "failed", None, "", 1.0)
    with database.write() as c:
        c.execute("UPDATE run SET ended=?", ((now - timedelta(days=DAYS + 1)).isoformat(timespec="milliseconds"),))
    assert ledger.runs_to_retain(limit) == set()
    with pytest.raises(BadGoal, match="kept for 30 days"):
        ledger.reopen("ann", "r1")
    database.close()


def test_it_is_done_again_every_day(open_groundwork: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    pruned = list[float]()

    async def noted(saver: Any, ledger: Ledger) -> int:
        pruned.append(1)
        raise sqlite3.OperationalError("a fault that no run is lost for")

    monkeypatch.setattr("runs.checkpoints.prune", noted)
    g = open_groundwork(ScriptedAgent([plan(step("s1"))] * 3, {"s1": [Write("x")] * 3}), {})
    counts = []
    for days in (0, 0, 2):
        g._worker._checkpoints._prune_at -= days * 86_400.0
        assert to_the_end(g, "ann", g.submit("ann", "goal")).status == "done"
        counts.append(len(pruned))
    assert counts == [1, 1, 2]
