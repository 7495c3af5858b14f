"""Work in the background that can be held for one user: nothing of theirs is begun, and what was begun has ended."""

from __future__ import annotations

import logging
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from runs.database import unstored

logger = logging.getLogger("groundwork.work")


class Held:
    """Thread-safe. Whoever works asks `work` before each piece; whoever needs quiet holds the user."""

    def __init__(self) -> None:
        self._news = threading.Condition()
        self._held, self._at_work = Counter[str](), Counter[str]()

    @contextmanager
    def work(self, user: str) -> Iterator[bool]:
        """At work for this user while it lasts; False when they are held: then nothing may be begun."""
        with self._news:
            if free := not self._held[user]:
                self._at_work[user] += 1
        try:
            yield free
        finally:
            with self._news:
                self._at_work[user] -= free
                self._news.notify_all()

    def holds(self, user: str) -> bool:
        """Is the user held? For whoever is at work and could begin another piece."""
        return bool(self._held[user])

    @contextmanager
    def hold(self, user: str, seconds: float) -> Iterator[None]:
        """Raises TimeoutError when what was begun does not end in time; then nothing is held."""
        with self._news:
            self._held[user] += 1
        try:
            with self._news:
                if not self._news.wait_for(lambda: not self._at_work[user], seconds):
                    raise TimeoutError(f"still at work after {seconds:g} s")
            yield
        finally:
            with self._news:
                self._held[user] -= 1


def persevere(piece: Callable[[], object], closing: threading.Event, again: float) -> None:
    """Do a piece of work; when it fails, do it once more after `again` seconds, until it is done or all is being closed."""
    while not closing.is_set():
        try:
            piece()
            return
        except Exception as e:
            if closing.is_set():  # what it needs is closed below it: it goes on at the next start
                return
            if unstored(e):
                logger.warning("work waits, because nothing can be stored: %s", e)
            else:
                logger.exception("a piece of work failed; it is tried again in %g s", again)
            closing.wait(again)
