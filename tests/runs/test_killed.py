"""kill -9 at any moment: no accepted run is lost, no effect happens twice, events stay complete and in order."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from graph.events import AnswerChecked, RunEnded, RunQueued
from runs.database import Database
from runs.ledger import Ledger
from runs.log import Log
from tests.runs.killed import trace

ROOT = Path(__file__).parents[2]


def start(home: Path, *goals: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.runs.killed", str(home), *goals], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )


@pytest.mark.parametrize("seed", range(3))
def test_a_killed_run_finishes_after_the_next_start_and_does_nothing_twice(tmp_path: Path, seed: int) -> None:
    home, chance = tmp_path / "home", random.Random(seed)
    process = start(home, "pay everyone")
    assert process.stdout
    assert process.stdout.readline().startswith("accepted"), "the run was not accepted"
    kills = 0
    for _ in range(4):
        time.sleep(chance.uniform(0.0, 1.6))
        if process.poll() is not None:
            break
        process.send_signal(signal.SIGKILL)
        process.wait()
        kills += 1
        process = start(home)
        time.sleep(1.5)  # into the start of the next process
    assert process.communicate(timeout=60)[0].strip().endswith("all ended")
    assert kills, "it was never killed, so this showed nothing"

    database = Database(home / "groundwork.sqlite3", readonly=True)
    (run,) = Ledger(database).runs("u", "", 10, "")
    assert (run.status, run.outcome, run.answer) == ("done", "answered", "All three were paid.")
    events = Log(database).read(run.id)
    assert [e.sequence for e in events] == list(range(1, len(events) + 1))
    assert isinstance(events[0].event, RunQueued)
    assert isinstance(events[-1].event, RunEnded)
    assert sum(isinstance(e.event, RunEnded) for e in events) == 1
    assert sum(isinstance(e.event, AnswerChecked) for e in events) >= 1
    assert trace(home).execute("SELECT COUNT(*) FROM effect").fetchone()[0] == 3
    assert len(list((home / "reports").rglob("*.md"))) == 1
    database.close()


def test_the_fact_of_a_killed_run_is_stored_once(tmp_path: Path) -> None:
    home = tmp_path / "home"
    process = start(home, "pay everyone")
    assert process.stdout
    process.stdout.readline()
    time.sleep(1.4)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert start(home).communicate(timeout=60)[0].strip().endswith("all ended")

    from memory.embedding import Embedder
    from memory.store import Memory

    memory = Memory(home / "memory", Embedder())
    assert [f.text for f in memory.for_user("u").facts()] == ["Payments go out on Fridays."]
    memory.close()
