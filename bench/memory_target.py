"""The product's memory as the retrieval harness wants it: `ingest(docs)` and `search(query, k)` under $EVAL_STORE_DIR.

    python run_eval.py --target bench.memory_target --datasets chunk_eval

Texts go through the same path as uploads (`UserMemory.add_all`, as many small files at a time as the queue of uploads
hands in), as .txt files named by their id. Texts called "thread:n" that read like messages of a conversation go in as
people have them: one saved conversation a thread.
"""

from __future__ import annotations

import json
import os
from bisect import bisect_right
from functools import cache
from itertools import groupby
from pathlib import Path

from memory.embedding import Embedder
from memory.messages import message_starts
from memory.store import Memory, UserMemory
from memory.types import Incoming, Passage

_GROUP = 32  # as in `runs/ingestion.py`
Turns = dict[str, tuple[list[int], list[str]]]  # thread -> where its turns begin, their ids


def _folder() -> Path:
    return Path(os.environ["EVAL_STORE_DIR"])


@cache
def _turns() -> Turns:
    """Kept in a file, because the harness may search in another process than it ingested in."""
    file = _folder() / "turns.json"
    return json.loads(file.read_text()) if file.is_file() else {}


_opened: list[UserMemory] = []


def user_memory(embedder: Embedder | None = None) -> UserMemory:
    if not _opened:
        _opened.append(Memory(_folder(), embedder or Embedder()).for_user("evaluation"))
    return _opened[0]


def ingest(docs: list[tuple[str, str]], embedder: Embedder | None = None) -> None:
    user_memory(embedder)
    files: list[Incoming] = []
    for thread, turns in groupby(docs, lambda d: d[0].rpartition(":")[0]):
        part = list(turns)
        lines = [" ".join(text.split()) for _, text in part]
        starts = message_starts("\n".join(lines)) if thread else []
        if thread and len(starts) == len(part):
            _turns()[thread] = (starts, [i for i, _ in part])
            files.append(_file(thread, "\n".join(lines)))
        else:
            # One of Cranfield's is blank; an upload of nothing is refused.
            files += [_file(name, text) for name, text in part if text.strip()]
    for at in range(0, len(files), _GROUP):
        for receipt in user_memory().add_all(files[at : at + _GROUP]):
            if receipt.status not in ("added", "unchanged"):
                raise RuntimeError(receipt.message)
    (_folder() / "turns.json").write_text(json.dumps(_turns()))


def _file(name: str, text: str) -> Incoming:
    return Incoming(f"{name}.txt", text.encode())


def search(query: str, k: int) -> list[tuple[str, str]]:
    return [(known_as(p.title, p.start), p.text) for p in user_memory().search(query, k)]


def halves(query: str, k: int) -> dict[str, list[Passage]]:
    """What each half of the index alone would have found."""
    memory = user_memory()
    dense = memory._vectors.nearest(memory.embed([query])[0], k)
    lexical = list(memory._catalog.matched(query, k)[0])
    return {"dense": memory._search.passages(dense), "lexical": memory._search.passages(lexical)}


def known_as(document: str, start: int) -> str:
    """The id that the harness knows a passage by."""
    title = document.removesuffix(".txt")
    turns = _turns()
    if title not in turns:
        return title
    starts, ids = turns[title]
    return ids[max(0, bisect_right(starts, start) - 1)]
