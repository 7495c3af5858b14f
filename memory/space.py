"""Gives the disk space of what was deleted back, and with it the last traces: free pages still hold the old text.

Three kinds of space: Chroma's SQLite file (`VACUUM`), Chroma's graph files (`Index.compact`: a collection that is mostly
deleted is copied), and each user's full-text index (`Catalog.scrub`). Done by one thread, some seconds after the last
deletion, and for what is too large for that when the memory is next opened.

Never open Chroma's file with Python's `sqlite3` in the process that has Chroma open: two SQLite libraries in one process
do not see each other's locks, and a `VACUUM` then destroyed the file (measured with chromadb 1.5.9). A child process is
kept out, and keeps Chroma out, by the locks: 0 errors, nobody waited longer than the `VACUUM` took.

Not covered: the index's `.bin` files (`length.bin`, rarely `data_level0.bin`), into which Chroma also writes whatever its
memory held, and what the disk itself keeps of blocks that were freed.
"""

from __future__ import annotations

import logging
import re
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

logger = logging.getLogger("groundwork.memory")
QUIET = 4.0  # seconds after the last deletion
SELDOM = 60.0  # seconds between two rounds
_AT_WORK = (
    150_000_000  # bytes of Chroma's file above which it is not rewritten while Chroma works: others would wait too long
)
_WORTH = 0.2  # share of free pages from which it is rewritten when the memory is opened
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
# Chroma's own log keeps, for collections whose graph is not written out yet, every record with its text until then. Of a
# record that was deleted or written anew later, the earlier one says nothing that reading the log again would need.
_LOG = """DELETE FROM embeddings_queue WHERE EXISTS (SELECT 1 FROM embeddings_queue later WHERE later.topic=embeddings_queue.topic
AND later.id=embeddings_queue.id AND later.seq_id>embeddings_queue.seq_id AND later.operation IN (2, 3))"""
_REWRITE = """
import sqlite3, sys
db = sqlite3.connect(sys.argv[1], timeout=20, isolation_level=None)
db.execute(sys.argv[2])
db.execute("VACUUM")
db.close()
"""


def tidy_closed(chroma: Path) -> None:
    """Before Chroma is opened: remove the graph files of collections that are gone, and rewrite a file with much free
    space, or one that a deletion has marked. A crash leaves the file as it was."""
    file = chroma / "chroma.sqlite3"
    if not file.is_file():
        return
    mark = _mark(chroma)
    try:
        with closing(sqlite3.connect(file, timeout=20, isolation_level=None)) as db:
            known = {str(r[0]) for r in db.execute("SELECT id FROM segments")}
            pages, free = (db.execute(f"PRAGMA {p}").fetchone()[0] for p in ("page_count", "freelist_count"))
            if mark.exists() or (free > 1000 and free > pages * _WORTH):
                db.execute(_LOG)
                db.execute("VACUUM")
    except sqlite3.Error as e:  # a version of Chroma that keeps its things otherwise: nothing is lost but space
        logger.warning("Chroma's disk space was not looked after: %s", e)
        return
    for folder in chroma.iterdir():
        if folder.is_dir() and _UUID.fullmatch(folder.name) and folder.name not in known:
            shutil.rmtree(folder, ignore_errors=True)
    mark.unlink(missing_ok=True)


def _mark(chroma: Path) -> Path:
    """There while something was deleted since the file was last rewritten."""
    return chroma.with_name("deleted-since")


class Space:
    """One a memory. `work` is called in the background with nothing held; what it raises is told in the log."""

    def __init__(self, chroma: Path) -> None:
        self._chroma = chroma
        self._tasks: dict[str, Callable[[], None]] = {}
        self._lock = threading.Lock()
        self._news, self._closing = threading.Event(), threading.Event()
        self._last = 0.0
        self._thread: threading.Thread | None = None

    def freed(self, user: str, tidy: Callable[[], None]) -> None:
        """Something of this user was deleted; `tidy` looks after what is theirs alone."""
        with self._lock:
            self._tasks[user] = tidy
            self._last = time.monotonic()
            _mark(self._chroma).touch()
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="disk space", daemon=True)
                self._thread.start()
        self._news.set()

    def close(self) -> None:
        self._closing.set()
        self._news.set()
        if self._thread is not None:
            self._thread.join(timeout=60)

    def _work(self) -> None:
        while not self._closing.is_set():
            self._news.wait()
            if self._closing.wait(max(0.0, self._last + QUIET - time.monotonic())):
                return
            if time.monotonic() < self._last + QUIET:
                continue
            self._news.clear()
            try:
                self.round()
            except Exception:
                logger.exception(
                    "the disk space of what was deleted was not given back; it is when Groundwork starts again"
                )
            self._closing.wait(SELDOM)

    def round(self) -> None:
        """Give back what can be now."""
        with self._lock:
            tasks, self._tasks = list(self._tasks.values()), {}
        for tidy in tasks:
            if self._closing.is_set():
                return
            tidy()
        file = self._chroma / "chroma.sqlite3"
        if not tasks or file.stat().st_size > _AT_WORK:
            return
        args = [sys.executable, "-c", _REWRITE, str(file), _LOG]
        done = subprocess.run(args, capture_output=True, text=True, timeout=120)
        if done.returncode:
            logger.warning("Chroma's file was not rewritten: %s", done.stderr.strip()[-200:])
            return
        with self._lock:
            if not self._tasks:
                _mark(self._chroma).unlink(missing_ok=True)
