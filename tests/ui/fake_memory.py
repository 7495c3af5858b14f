"""A user's memory as the pages see it: what a test put in, and what was done to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from memory.types import Document, Fact, Passage


@dataclass
class FakeMemory:
    docs: list[Document] = field(default_factory=list)
    known: list[Passage] = field(default_factory=list)
    told: list[Fact] = field(default_factory=list)
    changed: list[tuple[str, str, str | None]] = field(default_factory=list)  # facts, as they were written anew

    reembedding: Any = None

    def documents(self) -> list[Document]:
        return self.docs

    def passage(self, id: str) -> Passage | None:
        return next((p for p in self.known if p.id == id), None)

    def around(self, passage: str) -> str:
        return next((p.text for p in self.known if p.id == passage), "")

    def search(self, query: str, k: int = 8, documents: Sequence[str] | None = None) -> list[Passage]:
        return self.known[:k]

    def facts(self, query: str = "", k: int = 50) -> list[Fact]:
        return self.told[:k]

    def remember(self, text: str, key: str) -> Fact:
        self.told.append(Fact(key, text, "2026-11-24T10:00:00Z"))
        return self.told[-1]

    def change_fact(self, fact: str, text: str, until: str | None = None) -> None:
        self.changed.append((fact, text, until))

    def passages(self, document: str) -> list[Passage]:
        return [p for p in self.known if p.document == document]

    def forget(self, facts: Sequence[str]) -> list[Fact]:
        gone = [f for f in self.told if f.id in facts]
        self.told = [f for f in self.told if f.id not in facts]
        return gone
