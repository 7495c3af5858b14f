"""The product's memory as the retrieval harness wants it: `ingest(docs)` and `search(query, k)` under $EVAL_STORE_DIR.

    python run_eval.py --target bench.memory_target --datasets chunk_eval

Texts go through the same path as uploads (`UserMemory.add`), as .txt files named by their id.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

from memory.embedding import Embedder
from memory.store import Memory, UserMemory


@cache
def _memory() -> UserMemory:
    return Memory(Path(os.environ["EVAL_STORE_DIR"]), Embedder()).for_user("evaluation")


def ingest(docs: list[tuple[str, str]]) -> None:
    for name, text in docs:
        receipt = _memory().add(f"{name}.txt", text.encode())
        if receipt.status not in ("added", "unchanged"):
            raise RuntimeError(receipt.message)


def search(query: str, k: int) -> list[tuple[str, str]]:
    return [(p.title.removesuffix(".txt"), p.text) for p in _memory().search(query, k)]
