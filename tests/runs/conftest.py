from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from runs.service import Groundwork
from runs.settings import Settings
from runs.types import Run
from runs.watches import Watch
from tests.runs.clock import Clock

Open = Callable[..., Groundwork]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def open_groundwork(tmp_path: Path) -> Iterator[Open]:
    """Opens the real service on a temporary home; closes it afterwards."""
    opened: list[Groundwork] = []

    def open_(agent: Any = None, tools: Any = None, **settings: Any) -> Groundwork:
        g = Groundwork.open(Settings(settings.pop("home", tmp_path / "home"), **settings), agent, tools)
        opened.append(g)
        return g

    yield open_
    for g in opened:
        g.close()


def to_the_end(groundwork: Groundwork, user: str, run: Run, seconds: float = 240.0) -> Run:
    """Waits until the run has ended or asks something."""
    seen = 0
    while seconds > 0:
        for event in groundwork.wait(user, run.id, seen, timeout=0.5):
            seen = event.sequence
        now = groundwork.run(user, run.id)
        if now.status not in ("queued", "running"):
            return now
        seconds -= 0.5
    raise AssertionError(f"the run did not end: {groundwork.run(user, run.id)}")


def looked(g: Groundwork, watch: Watch, user: str = "local", seconds: float = 40) -> Watch:
    """After another look, and when everything that it queued has ended."""
    before = next((w.looked for w in g.files.watching.list(user) if w.id == watch.id), "")
    g.files.watching.look_now(user, watch.id)
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        now = next(w for w in g.files.watching.list(user) if w.id == watch.id)
        if now.looked != before and not g.files.queue(user).open:
            return now
        time.sleep(0.05)
    raise AssertionError((now, g.files.queue(user)))
