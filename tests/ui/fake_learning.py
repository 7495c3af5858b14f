"""Stand for `runs.learning.Learning` and `runs.watching.Watching` on the pages."""

from __future__ import annotations

from typing import Any

from agents.episodes import Episode
from runs.types import Match
from runs.watches import Watch


class FakeLearning:
    def __init__(self, service: Any = None) -> None:
        self._service = service
        self.kept: list[Episode] = []
        self.found: list[Match] = []
        self.forgotten: list[str] = []

    def episodes(self, user: str, limit: int = 20, before: str = "") -> list[Episode]:
        return self.kept[:limit]

    def forget(self, user: str, run: str) -> None:
        self.forgotten.append(run)
        self.kept = [e for e in self.kept if e.run != run]

    def forget_all(self, user: str) -> int:
        n = len(self.kept)
        self.kept = []
        return n

    def seen(self, user: str, query: str, k: int = 8) -> tuple[str, list[Any]]:
        return "", self._service.remembered.search(query, k)

    def search(self, user: str, query: str, k: int = 20) -> list[Match]:
        return self.found[:k]


class FakeWatching:
    def __init__(self) -> None:
        self.rows: list[Watch] = []
        self.admin = True
        self.called: list[tuple[str, ...]] = []

    def may_watch_folders(self, user: str) -> bool:
        return self.admin

    def list(self, user: str) -> list[Watch]:
        return self.rows

    def add(self, user: str, place: str) -> None:
        self.called.append(("add", place))

    def remove(self, user: str, id: str, documents: bool = False) -> None:
        self.called.append(("remove", id, str(documents)))

    def confirm_gone(self, user: str, id: str) -> None:
        self.called.append(("confirm", id))

    def look_now(self, user: str, id: str) -> None:
        self.called.append(("look", id))

    def pause(self, user: str, id: str, paused: bool) -> None:
        self.called.append(("pause", id, str(paused)))
