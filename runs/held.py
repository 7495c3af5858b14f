"""Work in the background that can be held for one user: nothing of theirs is begun, and what was begun has ended."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager


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
