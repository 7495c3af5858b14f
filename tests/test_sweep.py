"""The kill sweep in its small form: SIGKILL where things are written down; nothing lost, wrong or done twice."""

from __future__ import annotations

import os

import pytest

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="lives are forked")


def test_ten_kills_lose_nothing_and_do_nothing_twice() -> None:
    """In a process of its own, because its children are forked before any thread has begun."""
    import subprocess
    import sys
    from pathlib import Path

    done = subprocess.run(
        [sys.executable, "-m", "bench.sweep", "--kills", "10", "--workers", "1"],
        cwd=Path(__file__).parents[1],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.rstrip().endswith(" kills, 0 lost, 0 wrong, 0 twice")
