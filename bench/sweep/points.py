"""Places at which a process can be killed: before and after everything that is written down, and inside the tools.

`arm` makes the process kill itself, with SIGKILL, at the nth place that it passes, or after some time wherever it is.
"""

from __future__ import annotations

import inspect
import os
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

MEAN = 45  # places between two kills
LATEST = 4.0  # seconds, for kills by the clock
_armed: list[tuple[int, Path]] = []
_passed = 0
_lock = threading.Lock()


def arm(seed: int, told: Path) -> None:
    """told: where the place is noted before the kill."""
    rng = Random(seed)
    if rng.random() < 0.2:
        wait = rng.uniform(0, LATEST)
        threading.Thread(target=lambda: (time.sleep(wait), _kill("by the clock", told)), daemon=True).start()
    else:
        _armed.append((1 + int(rng.expovariate(1 / MEAN)), told))


def here(name: str) -> None:
    """A place is passed."""
    global _passed
    if not _armed:
        return
    with _lock:
        _passed += 1
        at, told = _armed[0]
        if _passed >= at:
            _kill(name, told)


def _kill(name: str, told: Path) -> None:
    with told.open("a") as f:
        f.write(f"{name}\n")
    os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(60)  # not one instruction more


def watch() -> None:
    """Put places around every write of the service: checkpoints, events, journal, rows, approvals, queue, memory."""
    from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver

    from memory.store import UserMemory
    from runs.approvals import Approvals, RunDesk
    from runs.engine import Engine
    from runs.journal import RunJournal
    from runs.ledger import Ledger
    from runs.log import Log

    for kind, names in (
        (AsyncSqliteSaver, ("aput", "aput_writes")),
        (Log, ("append",)),
        (RunJournal, ("once", "save")),
        (Ledger, ("accept", "set_running", "set_waiting", "wake", "end")),
        (Approvals, ("decide",)),
        (RunDesk, ("ask", "use")),
        (Engine, ("enqueue",)),
        (UserMemory, ("add", "remember")),
    ):
        for name in names:
            setattr(kind, name, _around(getattr(kind, name), f"{kind.__name__}.{name}"))


def _around(f: Callable[..., Any], name: str) -> Callable[..., Any]:
    if inspect.iscoroutinefunction(f):

        async def later(*args: Any, **kwargs: Any) -> Any:
            here(f"before {name}")
            out = await f(*args, **kwargs)
            here(f"after {name}")
            return out

        return later

    def now(*args: Any, **kwargs: Any) -> Any:
        here(f"before {name}")
        out = f(*args, **kwargs)
        here(f"after {name}")
        return out

    return now
