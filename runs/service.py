"""Groundwork as one object: what the page and the command line call, and the only thing they call.

Every method takes the user and checks ownership; what is not theirs raises `NotFound`, as if it did not exist.
"""

from __future__ import annotations

from collections.abc import Sequence

from memory.types import Receipt
from runs.types import IngestJob, Run, Stamped, Thread, Upload


class GroundworkError(Exception):
    """Read by users: what happened, what was kept, what to do next."""


class HomeInUse(GroundworkError):
    """Another process owns this GROUNDWORK_HOME."""


class NotFound(GroundworkError):
    """No such run, thread or document for this user."""


class Groundwork:
    """Open with `Groundwork.open(settings)`; one per process and home. Thread-safe: every method may be called from any thread."""

    # --- goals
    def submit(self, user: str, goal: str, thread: str = "", uploads: Sequence[Upload] = ()) -> Run:
        """Commit a run and queue it; returns at once. thread "" starts a new one (see the run's `thread`)."""
        raise NotImplementedError

    def stop(self, user: str, run: str) -> None:
        """No further step starts; what is there is kept. Stopping an ended run does nothing."""
        raise NotImplementedError

    def reply(self, user: str, run: str, text: str) -> None:
        """Answer a waiting run's question; the run goes on."""
        raise NotImplementedError

    # --- reading
    def run(self, user: str, run: str) -> Run:
        raise NotImplementedError

    def runs(self, user: str, thread: str = "", limit: int = 20, before: str = "") -> list[Run]:
        """Newest `limit` runs (of a thread, or all), oldest first; `before` a run id: those before it."""
        raise NotImplementedError

    def events(self, user: str, run: str, after: int = 0) -> list[Stamped]:
        raise NotImplementedError

    def wait(self, user: str, run: str, after: int = 0, timeout: float = 0.2) -> list[Stamped]:
        """Like `events`, but waits up to `timeout` seconds for the first new one."""
        raise NotImplementedError

    def threads(self, user: str, limit: int = 50) -> list[Thread]:
        """Newest first by last use."""
        raise NotImplementedError

    def delete_thread(self, user: str, thread: str) -> None:
        raise NotImplementedError

    # --- memory
    def memory(self, user: str):  # -> memory.store.UserMemory
        """search, documents, passages, text, tables, facts, forget, delete, original …"""
        raise NotImplementedError

    def ingest(self, user: str, uploads: Sequence[Upload]) -> list[IngestJob]:
        """Queue files; each is kept until it has been taken in or refused."""
        raise NotImplementedError

    def jobs(self, user: str, limit: int = 50) -> list[IngestJob]:
        """Newest first."""
        raise NotImplementedError

    def delete_document(self, user: str, document: str) -> Receipt:
        raise NotImplementedError

    def report(self, user: str, name: str) -> bytes:
        """A saved report's bytes (Markdown)."""
        raise NotImplementedError

    def close(self) -> None:
        raise NotImplementedError
