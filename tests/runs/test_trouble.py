"""Trouble with the machine: a full disk, a locked database, a wrong clock, two tabs, death while many wait."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from agents.base import CallTool, Done, Write
from graph import events as ev
from runs.errors import AlreadyDecided, NoStorage
from tests.fakes import plan, step, verdict
from tests.runs.conftest import to_the_end
from tools.base import ToolContext, ToolResult, tool
from tools.registry import all_tools

ROOT = Path(__file__).parents[2]
DONE: list[str] = []


@tool(risk="external", timeout=30)
def send(ctx: ToolContext, text: str) -> ToolResult:
    """Send a text; needs a yes."""
    DONE.append(ctx.run)
    return ToolResult("sent", {"value": text})


class Sender:
    name, suggestible = "sender", False

    async def plan(self, brief: Any) -> Any:
        return plan(step("s1", "current_time"), step("s2", "send", ["s1"], text="x"), step("z", needs=["s2"]))

    async def act(self, task: Any) -> Any:
        if task.step["tool"]:
            return Done() if task.calls else CallTool(task.step["tool"], task.step["args"])
        return Write("Sent.")

    async def check(self, review: Any) -> Any:
        return verdict("finish" if review.answer else "accept")


@pytest.fixture
def desk(open_groundwork: Callable[..., Any]) -> Any:
    DONE.clear()
    g = open_groundwork(Sender(), {**all_tools(), "send": send})
    g.steering.choose_review("ann", "never")
    return g


def full(g: Any, on: bool) -> None:
    """SQLite's own "database or disk is full": the file may not grow by a single page."""
    c = g._database._connection
    with g._database._lock:
        pages = c.execute("PRAGMA page_count").fetchone()[0]
        c.execute(f"PRAGMA max_page_count={pages if on else 1_000_000}")


def fill(g: Any) -> None:
    for n in range(200):  # the pages that are there have some room left
        g.submit("ann", f"goal {n} " + "long " * 3000)


def approved(g: Any, run: Any) -> Any:
    g.approve("ann", g.approvals("ann", run.id)[0].id)
    return to_the_end(g, "ann", run)


def in_order(g: Any, run: Any) -> None:
    stamped = g.events("ann", run.id)
    assert [s.sequence for s in stamped] == list(range(1, len(stamped) + 1))
    assert sum(isinstance(s.event, ev.RunEnded) for s in stamped) == 1
    assert isinstance(stamped[-1].event, ev.RunEnded)


def test_a_full_disk_refuses_a_goal_in_words_and_keeps_what_is_there(desk: Any) -> None:
    before = to_the_end(desk, "ann", desk.submit("ann", "before"))
    full(desk, True)
    with pytest.raises(NoStorage, match="disk is full"):
        fill(desk)
    full(desk, False)
    assert approved(desk, before).status == "done"
    assert to_the_end(desk, "ann", desk.submit("ann", "after")).status == "waiting"


@pytest.mark.parametrize("way", ["full", "locked"])
def test_a_run_waits_while_nothing_can_be_stored_and_then_goes_on(
    desk: Any, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    """Every write fails as SQLite would fail it, for a while, from the middle of the run."""
    from runs.journal import RunJournal

    monkeypatch.setattr("runs.worker.AGAIN", 0.05)
    kept, tries = RunJournal.save, []
    fault = sqlite3.OperationalError("database or disk is full" if way == "full" else "database is locked")
    fault.sqlite_errorcode = sqlite3.SQLITE_FULL if way == "full" else sqlite3.SQLITE_BUSY

    def refuse(self: Any, key: str, value: Any, exact: bool = False) -> None:
        tries.append(key)
        if len(tries) < 12:
            raise fault if len(tries) % 2 else NoStorage("The disk is full.")
        kept(self, key, value, exact)

    monkeypatch.setattr(RunJournal, "save", refuse)
    run = to_the_end(desk, "ann", desk.submit("ann", "send it"))
    assert len(tries) >= 12
    assert run.status == "waiting", run
    run = approved(desk, run)
    assert (run.status, run.answer, DONE) == ("done", "Sent.", [run.id])
    in_order(desk, run)


def test_a_locked_database_is_waited_for(desk: Any) -> None:
    other = sqlite3.connect(desk.settings.home / "groundwork.sqlite3", isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    threading.Timer(1.0, lambda: other.execute("ROLLBACK")).start()
    run = to_the_end(desk, "ann", desk.submit("ann", "send it"))
    assert run.status == "waiting"
    assert approved(desk, run).status == "done"
    other.close()


def test_a_database_that_stays_locked_is_told_in_words(desk: Any) -> None:
    other = sqlite3.connect(desk.settings.home / "groundwork.sqlite3", isolation_level=None)
    desk._database._connection.execute("PRAGMA busy_timeout=100")
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(NoStorage, match="Another program holds"):
        desk.submit("ann", "send it")
    other.execute("ROLLBACK")
    other.close()
    assert to_the_end(desk, "ann", desk.submit("ann", "send it")).status == "waiting"


@pytest.mark.parametrize("hours", [1, -1])
def test_a_clock_that_is_moved_by_an_hour_changes_nothing(
    desk: Any, monkeypatch: pytest.MonkeyPatch, hours: int
) -> None:
    run = to_the_end(desk, "ann", desk.submit("ann", "send it"))
    real, now = time.time, datetime.now

    class Moved(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> datetime:
            return now(tz) + timedelta(hours=hours)

    monkeypatch.setattr(time, "time", lambda: real() + hours * 3600)
    for module in ("approvals", "ledger"):
        monkeypatch.setattr(f"runs.{module}.datetime", Moved)
    assert len(desk.approvals("ann")) == 1
    run = approved(desk, run)
    assert (run.status, DONE) == ("done", [run.id])
    in_order(desk, run)
    assert run.seconds < 3000
    assert to_the_end(desk, "ann", desk.submit("ann", "again")).status == "waiting"


def test_two_tabs_decide_once(desk: Any) -> None:
    run = to_the_end(desk, "ann", desk.submit("ann", "send it"))
    (asked,) = desk.approvals("ann", run.id)
    told: list[str] = []
    start = threading.Barrier(8)

    def tab(n: int) -> None:
        start.wait()
        try:
            desk.approve("ann", asked.id) if n % 2 else desk.reject("ann", asked.id, "no")
            told.append("yes" if n % 2 else "no")
        except AlreadyDecided:
            return

    tabs = [threading.Thread(target=tab, args=(n,)) for n in range(8)]
    for t in tabs:
        t.start()
    for t in tabs:
        t.join()
    assert len(told) == 1
    run = to_the_end(desk, "ann", run)
    assert run.status == "done"
    assert ([run.id] if told == ["yes"] else []) == DONE
    in_order(desk, run)


_LIFE = """
import sys, time
from pathlib import Path
from bench.sweep.work import USER, opened
g = opened(Path(sys.argv[1]))
for n in range(int(sys.argv[2])):
    g.submit(USER, f"goal {n}")
while any(r.status in ("queued", "running") for r in g.runs(USER, limit=100)):
    time.sleep(0.05)
print("all wait", flush=True)
if sys.argv[3] == "stay":
    time.sleep(600)
for a in g.approvals(USER):
    g.approve(USER, a.id)
while any(r.status in ("queued", "running") for r in g.runs(USER, limit=100)):
    time.sleep(0.05)
g.close()
"""


def test_twenty_runs_that_wait_when_the_app_is_killed_still_wait_and_are_done_once(tmp_path: Path) -> None:
    from bench.sweep.verify import verify
    from bench.sweep.work import trace

    home = tmp_path / "home"
    first = [sys.executable, "-c", _LIFE, str(home), "20", "stay"]
    process = subprocess.Popen(first, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    assert process.stdout.readline().strip() == "all wait"
    process.send_signal(signal.SIGKILL)
    process.wait()
    done = subprocess.run([sys.executable, "-c", _LIFE, str(home), "0", "go"], cwd=ROOT, check=False)
    assert done.returncode == 0
    found = verify(home)
    assert (found.lost, found.wrong, found.twice) == ([], [], [])
    assert trace(home).execute("SELECT COUNT(*) FROM effect WHERE what LIKE 'send%'").fetchone()[0] == 20
