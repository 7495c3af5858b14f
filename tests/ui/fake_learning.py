"""Stands for `runs.learning.Learning` on the pages."""

from __future__ import annotations

from agents.episodes import Episode
from runs.types import Match


class FakeLearning:
    def __init__(self) -> None:
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

    def search(self, user: str, query: str, k: int = 20) -> list[Match]:
        return self.found[:k]
