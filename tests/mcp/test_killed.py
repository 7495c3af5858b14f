"""kill -9 in the middle of a change in another app: it is not made twice, and the user is told that it may be made."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from graph.events import AnswerChecked, RunEnded, ToolErred
from runs.database import Database
from runs.ledger import Ledger
from runs.log import Log

ROOT = Path(__file__).parents[2]


def start(home: Path, *goals: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.mcp.killed", str(home), *goals], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )


def sleeps(tmp_path: Path) -> list[str]:
    log = tmp_path / "odd.log"
    return [x for x in log.read_text().splitlines() if x.startswith("sleep {")] if log.exists() else []


def until(true: Callable[[], object], process: subprocess.Popen[str]) -> None:
    end = time.monotonic() + 60
    while not true():
        assert process.poll() is None, "it ended before"
        assert time.monotonic() < end
        time.sleep(0.05)


def ended(home: Path) -> tuple[Any, list[Any]]:
    database = Database(home / "groundwork.sqlite3", readonly=True)
    (run,) = Ledger(database).runs("u", "", 10, "")
    events = [e.event for e in Log(database).read(run.id)]
    database.close()
    return run, events


def told(events: list[Any]) -> str:
    """What the answer's reader is shown beside it."""
    (checked,) = [e for e in events if isinstance(e, AnswerChecked)][-1:]
    return json.dumps(checked.data.get("notes", []))


@pytest.mark.parametrize("transport", ["stdio", "http"])
def test_groundwork_is_killed_in_the_middle_of_a_call(
    home: Path, tmp_path: Path, odd: Callable[..., Any], odd_over_http: Callable[..., Any], transport: str
) -> None:
    odd() if transport == "stdio" else odd_over_http()
    process = start(home, "sleep once")
    until(lambda: sleeps(tmp_path), process)
    process.kill()
    process.wait()
    assert start(home).communicate(timeout=100)[0].strip().endswith("all ended")
    assert len(sleeps(tmp_path)) == 1  # not by the same step, and not by the step that the new plan made of it
    run, events = ended(home)
    assert run.status == "done"
    assert sum(isinstance(e, RunEnded) for e in events) == 1
    assert "its end is not known" in next(e.error for e in events if isinstance(e, ToolErred))
    assert "It may have been done, so it was not done again" in told(events)


def test_the_server_is_killed_in_the_middle_of_a_call(home: Path, tmp_path: Path, odd: Callable[..., Any]) -> None:
    odd()
    process = start(home, "sleep once")
    until(lambda: sleeps(tmp_path), process)
    os.kill(int((tmp_path / "odd.pid").read_text()), signal.SIGKILL)
    assert process.communicate(timeout=100)[0].strip().endswith("all ended")
    assert len(sleeps(tmp_path)) == 1
    run, events = ended(home)
    assert run.status == "done"
    assert "It may have been done or not" in told(events)
