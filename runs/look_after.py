"""What waits for a person is looked after: questions and approvals that expired, decisions that another process wrote down.

One background thread. What goes wrong with one run is told in the log and keeps neither the others nor the next look from
being done: else nothing would ever expire again, in silence.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from runs.approvals import Approvals
from runs.errors import NotFound
from runs.ledger import Ledger
from runs.reviews import Reviews

logger = logging.getLogger("groundwork.look_after")
LOOK = 2.0  # seconds between two looks


class LookAfter:
    def __init__(
        self,
        ledger: Ledger,
        approvals: Approvals,
        reviews: Reviews,
        reply: Callable[[str, str, str], None],
        wake: Callable[[str], None],
    ) -> None:
        """reply(user, run, text), wake(run)."""
        self._ledger, self._approvals, self._reviews = ledger, approvals, reviews
        self._reply, self._wake = reply, wake
        self._closing = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        self._thread = threading.Thread(target=self._work, name="look-after", daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._closing.set()
        if self._thread is not None:
            self._thread.join(timeout=30)

    def _work(self) -> None:
        while not self._closing.wait(LOOK):
            self.look()

    def look(self) -> None:
        with _told("what waits"):
            self._approvals.expire()
        with _told("what waits"):
            for run in self._ledger.unanswered():
                with _told(run.id):
                    self._reply(run.user, run.id, "(nobody answered in time)")
        with _told("what waits"):
            for id in [*self._approvals.wakeable(), *self._reviews.wakeable()]:
                with _told(id):
                    self._wake(id)


@contextmanager
def _told(what: str) -> Iterator[None]:
    try:
        yield
    except NotFound:
        pass  # it was answered or deleted at this very moment
    except Exception:
        logger.exception("%s could not be looked after; tried again in %g s", what, LOOK)
