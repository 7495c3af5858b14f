"""The home folder: the lock that makes one process its owner, and where in it the files of runs and users stand.

Two processes on one Chroma directory silently lose query results (measured), so the second one is refused by name. The
lock is the operating system's and ends with the process, however that ends. Not covered: a home on a network drive
whose file locks do not work.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from runs.errors import BadHome, HomeInUse


class Home:
    """`Home.take(path)` makes the folder and owns it until `release()`."""

    def __init__(self, path: Path, lock: FileLock) -> None:
        self.path = path
        self._lock = lock

    @classmethod
    def take(cls, path: Path) -> Home:
        """Raises HomeInUse or BadHome."""
        try:
            path.mkdir(parents=True, exist_ok=True, mode=0o700)
            lock = FileLock(path / "lock")
            lock.acquire(timeout=0)
        except Timeout as e:
            raise HomeInUse(_who(path)) from e
        except OSError as e:
            raise BadHome(
                f"Groundwork cannot use {path} ({e.strerror or e}). Nothing was changed. "
                "Set GROUNDWORK_HOME to a folder that you can write to."
            ) from e
        owner = {
            "pid": os.getpid(),
            "since": datetime.now(UTC).isoformat(timespec="seconds"),
            "command": Path(sys.argv[0]).name,
        }
        (path / "owner.json").write_text(json.dumps(owner), encoding="utf-8")
        return cls(path, lock)

    def release(self) -> None:
        (self.path / "owner.json").unlink(missing_ok=True)
        self._lock.release()


def _who(path: Path) -> str:
    try:
        owner = json.loads((path / "owner.json").read_text(encoding="utf-8"))
        who = f"process {owner['pid']} ({owner['command']}, since {owner['since']})"
    except (OSError, ValueError, KeyError):
        who = "another process"
    return (
        f"Groundwork is already running on {path}: {who}. Nothing was changed. "
        "Use that one (in the browser), stop it first, or set GROUNDWORK_HOME to another folder."
    )


def uploads_of(home: Path, run: str) -> Path:
    """The folder in which the files that came with a goal wait to be taken in."""
    return home / "uploads" / run


def upload_path(home: Path, run: str, number: int) -> Path:
    """One of them. Its own name is only in the run's row."""
    return uploads_of(home, run) / str(number)


def reports_of(home: Path, user: str) -> Path:
    """The folder of the reports that a user had saved."""
    return home / "reports" / hashlib.sha256(user.encode()).hexdigest()[:16]
