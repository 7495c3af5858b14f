"""One collection of Chroma, while others read and write it."""

import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from memory.vectors import Vectors


@pytest.fixture
def client(tmp_path: Path) -> Any:
    import chromadb
    from chromadb.config import Settings

    return chromadb.PersistentClient(str(tmp_path), Settings(anonymized_telemetry=False))


def unit(*numbers: float) -> np.ndarray:
    v = np.asarray(numbers, np.float32)
    return v / np.linalg.norm(v)


def test_readers_that_meet_the_first_write_are_not_refused(client: Any) -> None:
    """Found by the kill sweep: a run that looked for facts while another stored the first one ended as failed."""
    for n in range(40):
        vectors, go, failed = Vectors(client, f"collection-{n}", "facts"), threading.Barrier(3), []

        def read(vectors: Vectors = vectors, go: Any = go, failed: list[Any] = failed) -> None:
            go.wait()
            try:
                for _ in range(20):
                    assert set(vectors.near(unit(1, 0), 5)) <= {"a"}
            except Exception as e:
                failed.append(e)

        readers = [threading.Thread(target=read) for _ in range(2)]
        for r in readers:
            r.start()
        go.wait()
        vectors.put(["a"], unit(1, 0)[None, :], ["text"], [{"document": "d"}])
        for r in readers:
            r.join()
        assert failed == []
        assert list(vectors.near(unit(1, 0), 5)) == ["a"]


def test_without_an_index_each_vector_is_compared(client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from chromadb.errors import InternalError

    vectors = Vectors(client, "collection", "facts")
    stored = np.stack([unit(1, 0), unit(1, 1), unit(0, 1)])
    vectors.put(["a", "b", "c"], stored, ["x", "y", "z"], [{"document": "d"}] * 3)
    right = vectors.near(unit(1, 0.1), 2)

    def refused(why: str) -> Any:
        def query(**_: Any) -> Any:
            raise InternalError(why)

        return query

    monkeypatch.setattr(vectors._collection, "query", refused("hnsw segment reader: Nothing found on disk"))
    assert vectors.near(unit(1, 0.1), 2) == pytest.approx(right, abs=1e-5)
    assert list(vectors._query(unit(1, 0.1), 2, ["c", "b"])) == ["b", "c"]
    monkeypatch.setattr(vectors._collection, "query", refused("database disk image is malformed"))
    with pytest.raises(InternalError, match="malformed"):
        vectors.near(unit(1, 0), 2)
