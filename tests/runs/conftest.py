from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from runs.service import Groundwork
from runs.settings import Settings
from runs.types import Run


@pytest.fixture
def open_groundwork(tmp_path: Path) -> Iterator[Callable[..., Groundwork]]:
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
