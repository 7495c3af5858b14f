"""A tool's context over the real memory: Chroma, SQLite and the shipped embedding model, one user a test."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from memory.embedding import Embedder
from memory.store import Memory, UserMemory
from tools.base import Json, ToolContext

NOW = datetime(2026, 11, 23, 22, 5, tzinfo=UTC)  # a Monday


class Notes:
    """The journal's contract in a dict: the first value under a key stays."""

    def __init__(self) -> None:
        self.kept: dict[str, Json] = {}

    def once(self, key: str, value: Json, exact: bool = False) -> Json:
        return self.kept.setdefault(key, value)


@pytest.fixture(scope="session")
def all_memory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Memory]:
    memory = Memory(tmp_path_factory.mktemp("memory"), Embedder())
    yield memory
    memory.close()


@pytest.fixture
def memory(all_memory: Memory) -> UserMemory:
    return all_memory.for_user(f"user-{uuid.uuid4()}")


@pytest.fixture
def journal() -> Notes:
    return Notes()


class NoMemory:
    """For tools that need none: touching it is a fault of the tool."""

    def __getattr__(self, name: str) -> None:
        raise AssertionError(f"this tool has no business with memory.{name}")


def context(memory: object, journal: Notes, reports: Path) -> ToolContext:
    return ToolContext("ann", "run1", "s1", "run1:s1:abc", NOW, memory, journal, reports)  # type: ignore[arg-type]


@pytest.fixture
def ctx(journal: Notes, tmp_path: Path) -> ToolContext:
    return context(NoMemory(), journal, tmp_path / "reports")


@pytest.fixture
def with_memory(memory: UserMemory, ctx: ToolContext) -> ToolContext:
    return replace(ctx, memory=memory)
