"""Memory at 10,000 to 300,000 made-up passages: milliseconds a search, passages a second stored, disk and memory.

Beside the time on the clock stands the computing time of a search, which other programs at work hardly change.

See `bench/retrieval.py`, which runs this. Documents are given to catalog and Chroma as `UserMemory` gives them, with
vectors that were not computed. Queries: eight words of some passage, common and rare as they come, and its vector.
"""

from __future__ import annotations

import os
import resource
import shutil
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from memory.catalog import Row
from memory.embedding import DIMENSION, Embedder
from memory.records import metadata_of
from memory.store import Memory, UserMemory
from memory.types import Document

_A_DOCUMENT = 100  # passages
_WORDS = 150  # in a passage
_VOCABULARY = 30_000
_QUERIES = 200
_CLUSTERS = 500


class Given(Embedder):
    """The shipped model's time for a query, but a made-up vector: the passages' vectors are made up too."""

    def __init__(self, centres: np.ndarray, numbers: np.random.Generator) -> None:
        super().__init__()
        self._centres, self._numbers = centres, numbers

    def near(self, n: int) -> np.ndarray:
        """float32 [n, 384]: points around the centres, as close to them as passages on one subject are."""
        noise = self._numbers.normal(0, 0.7 / DIMENSION**0.5, (n, DIMENSION))
        vectors = self._centres[self._numbers.integers(0, len(self._centres), n)] + noise
        return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)

    def embed_one(self, text: str) -> np.ndarray:
        super().embed_one(text)  # takes its time like every query's
        return self.near(1)[0]


def scale(sizes: Sequence[int]) -> None:
    print(
        "| passages | p50 ms | p95 ms | slowest | p95 ms of computing | stored a second | disk MB | RSS MB |\n"
        "|--:|--:|--:|--:|--:|--:|--:|--:|"
    )
    folder = Path(tempfile.mkdtemp(prefix="groundwork-bench-"))
    numbers = np.random.default_rng(7)
    centres = numbers.normal(size=(_CLUSTERS, DIMENSION))
    embedder = Given(centres / np.linalg.norm(centres, axis=1, keepdims=True), numbers)
    memory = Memory(folder, embedder).for_user("bench")
    words = np.array([_word(i) for i in range(_VOCABULARY)])
    # Ranks from 20 on: the very commonest words of a language are stop words and are not looked for.
    odds = np.cumsum(1 / np.arange(20, _VOCABULARY + 20))
    odds /= odds[-1]
    asked: list[str] = []
    stored, spent = 0, 0.0
    try:
        for size in sorted(sizes):
            while stored < size:
                texts = [" ".join(words[np.searchsorted(odds, numbers.random(_WORDS))]) for _ in range(_A_DOCUMENT)]
                began = time.perf_counter()
                _add(memory, stored, texts, embedder.near(_A_DOCUMENT))
                spent += time.perf_counter() - began
                stored += _A_DOCUMENT
                asked.append(" ".join(numbers.choice(texts[0].split(), 8)))
            memory.search("warm up")
            took = np.array([_timed(memory, q) for q in numbers.choice(asked, _QUERIES)])
            disk = sum(f.stat().st_size for f in folder.rglob("*") if f.is_file()) / 1e6
            p50, p95, slowest = np.percentile(took[:, 0], [50, 95, 100])
            print(
                f"| {stored:,} | {p50:.1f} | {p95:.1f} | {slowest:.0f} | {np.percentile(took[:, 1], 95):.1f} | "
                f"{stored / spent:,.0f} | {disk:,.0f} | {_rss():,.0f} |",
                flush=True,
            )
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _word(i: int) -> str:
    """A made-up word that the stemmer leaves alone."""
    return "".join("bdfgklmnprst"[i // 12**n % 12] + "aeiou"[(i + n) % 5] for n in range(5)) + "k"


def _add(memory: UserMemory, number: int, texts: Sequence[str], vectors: np.ndarray) -> None:
    text = "\n\n".join(texts)
    document = Document(
        f"d{number}", f"Report {number}.txt", "txt", str(number), 0, len(texts), len(text), len(text), ""
    )
    rows, at = [], 0
    for n, t in enumerate(texts):
        rows.append(Row(f"{document.id}-{n}", document.id, n, 0, "", at, at + len(t)))
        at += len(t) + 2
    folder: Any = memory._files / document.id
    folder.mkdir()
    (folder / "text.txt").write_bytes(text.encode())
    memory._catalog.begin(document)
    memory._vectors.put([r.id for r in rows], vectors, texts, [metadata_of(r, document) for r in rows])
    memory._catalog.finish(document, rows, text, [], [])


def _timed(memory: UserMemory, query: str) -> tuple[float, float]:
    """Milliseconds on the clock, and of computing in all threads."""
    began, computed = time.perf_counter(), time.process_time()
    memory.search(query)
    return (time.perf_counter() - began) * 1e3, (time.process_time() - computed) * 1e3


def _rss() -> float:
    """Resident now, in MB; the most so far where the system does not tell."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
