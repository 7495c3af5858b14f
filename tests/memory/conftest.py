"""One embedding model for the whole session; everything else is made anew for each test, in its own folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from memory.embedding import Embedder
from memory.store import Memory, UserMemory


@pytest.fixture(scope="session")
def embedder() -> Embedder:
    return Embedder()


@pytest.fixture
def memory(tmp_path: Path, embedder: Embedder) -> Iterator[Memory]:
    opened = Memory(tmp_path / "memory", embedder)
    yield opened
    opened.close()


@pytest.fixture
def anna(memory: Memory) -> UserMemory:
    return memory.for_user("anna")
