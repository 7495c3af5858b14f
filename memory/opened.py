"""What is open, by key: opened once, however many ask for it at the same time, and nobody waits for another key."""

from __future__ import annotations

import threading
import weakref
from collections import defaultdict, deque
from collections.abc import Callable
from typing import Generic, TypeVar

from memory.types import MemoryFault

T = TypeVar("T")


class Opened(Generic[T]):
    """Thread-safe. What nobody holds any more is given up, but for the few that were asked for last."""

    def __init__(self, most: int) -> None:
        self._lock = threading.Lock()  # held for moments only
        self._opening: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
        self._open: weakref.WeakValueDictionary[str, T] = weakref.WeakValueDictionary()
        self._recent: deque[T] = deque(maxlen=most)
        self._closed = False

    def get(self, key: str, open_: Callable[[], T], close: Callable[[T], None]) -> T:
        """What is open under the key, else what `open_` gives, which may take minutes. Raises MemoryFault when closed."""
        with self._lock:
            opening = self._opening[key]
        with opening:
            with self._lock:
                found = self._open.get(key)
                closed = self._closed
            if found is None and not closed:
                found = open_()
            with self._lock:
                if found is not None and not self._closed:
                    self._open[key] = found
                    if found not in self._recent:
                        self._recent.append(found)
                    return found
        if found is not None:
            close(found)
        raise MemoryFault("Groundwork is being closed, so no memory is opened any more.")

    def close(self) -> list[T]:
        """What is open; from here on nothing is opened."""
        with self._lock:
            self._closed = True
            every = list(self._open.values())
            self._open.clear()
            self._recent.clear()
        return every
