"""What is deleted gives its space back, and leaves no word behind: in real sizes, and when it is killed in the middle."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import numpy as np

from memory.embedding import Embedder
from memory.store import Memory
from tests.memory.hashed import Hashed

ROOT = Path(__file__).parents[2]


def text(name: str, records: int) -> bytes:
    return "".join(
        f"Record {n} of the {name} notes that crate {n * 7} went ashore.\n\n" for n in range(records)
    ).encode()


def size(folder: Path, pattern: str) -> int:
    return sum(f.stat().st_size for f in folder.rglob(pattern) if f.is_file())


def traces(folder: Path, word: bytes) -> list[str]:
    every = (p for p in folder.rglob("*") if p.is_file() and p.name != "length.bin")  # see memory/space.py
    return [p.name for p in every if word in p.read_bytes()]


def test_no_word_of_what_was_deleted_is_left_on_the_disk(tmp_path: Path, embedder: Embedder) -> None:
    memory = Memory(tmp_path, embedder)
    mine = memory.for_user("u")
    mine.add("stays.txt", text("harbour", 30))
    receipt = mine.add("goes.txt", b"The zebrafinch sings in the mine. " * 60)
    mine.remember("My pet is called zebrafinch", "k")
    mine.conversations.put("r1", "Where is the zebrafinch?", "In the mine.")
    mine.episodes.keep("r1", "Where is the zebrafinch?", "{}", "2026-01-01")
    assert traces(tmp_path, b"zebrafinch")
    mine.delete(receipt.document)
    mine.forget([f.id for f in mine.facts()])
    mine.conversations.remove(["r1"])
    mine.episodes.remove(["r1"])
    memory._space.round()
    assert traces(tmp_path, b"zebrafinch") == []
    assert mine.search("crate 14 of the harbour")[0].title == "stays.txt"
    memory.close()


def test_what_was_not_given_back_in_time_is_when_it_is_opened(tmp_path: Path, embedder: Embedder) -> None:
    memory = Memory(tmp_path, embedder)
    receipt = memory.for_user("u").add("goes.txt", b"The zebrafinch sings in the mine. " * 60)
    memory.for_user("u").delete(receipt.document)
    memory.close()  # before the quiet seconds are over
    assert "chroma.sqlite3" in traces(tmp_path, b"zebrafinch")
    memory = Memory(tmp_path, embedder)
    memory.for_user("u")
    assert "chroma.sqlite3" not in traces(tmp_path, b"zebrafinch")
    memory.close()


def filled(tmp_path: Path, embedder: Embedder, records: int = 12_500) -> tuple[Memory, str]:
    memory = Memory(tmp_path, embedder)
    mine = memory.for_user("u")
    mine.add("stays.txt", text("harbour", 100))
    receipt = mine.add("goes.txt", text("station", records))
    return memory, receipt.document


def test_chroma_and_the_catalog_shrink_when_the_largest_document_goes(tmp_path: Path) -> None:
    embedder = Hashed()
    memory, large = filled(tmp_path, embedder)
    mine = memory.for_user("u")
    assert mine._vectors.count() > 1000
    vectors, found = mine._vectors.vectors(sorted(mine._vectors.ids())), mine.search("crate 14 of the harbour", k=5)
    memory.close()
    before = {p: size(tmp_path, p) for p in ("chroma.sqlite3", "memory.sqlite3", "data_level0.bin")}
    memory = Memory(tmp_path, embedder)
    mine = memory.for_user("u")
    mine.delete(large)
    errors = list[BaseException]()
    done = threading.Event()

    def at_work() -> None:
        while not done.is_set():
            try:
                assert mine.search("crate 14 of the harbour", k=5)
                mine.delete(mine.add("more.txt", b"Something new comes in. " * 20).document)
            except BaseException as e:
                errors.append(e)
                return

    others = threading.Thread(target=at_work)
    others.start()
    memory._space.round()
    done.set()
    others.join()
    assert errors == []
    memory._space.round()
    kept = mine._vectors.vectors(sorted(mine._vectors.ids()))
    assert kept.keys() == {i for i in vectors if not i.startswith(large)}
    assert all(np.allclose(v, vectors[i], atol=1e-6) for i, v in kept.items())
    # The same ones: their order is made among all candidates, of which the large document's are gone.
    assert {p.id for p in mine.search("crate 14 of the harbour", k=5)} == {p.id for p in found if p.document != large}
    memory.close()
    memory = Memory(tmp_path, embedder)
    assert [d.name for d in memory.for_user("u").documents()] == ["stays.txt"]
    memory.close()
    after = {p: size(tmp_path, p) for p in before}
    assert all(after[p] < before[p] / 2 for p in before), (before, after)


_KILLED = """
import os, sys
from pathlib import Path
from memory.embedding import Embedder
from memory import index
from memory.index import Index
from memory.store import Memory
index._MANY = 50
memory = Memory(Path(sys.argv[1]), Embedder())
mine = memory.for_user("u")
mine.delete(sys.argv[2])
real = Index._finish
def finish(self, *args):
    if sys.argv[3] == "before":
        os._exit(9)
    real(self, *args)
    os._exit(9)
Index._finish = finish
memory._space.round()
"""


def test_killed_while_it_copies_nothing_is_lost(tmp_path: Path) -> None:
    embedder = Hashed()
    memory, large = filled(tmp_path, embedder, 1000)
    wanted = {i for i in memory.for_user("u")._vectors.ids() if not i.startswith(large)}
    memory.close()
    for when in ("before", "after"):
        args = [sys.executable, "-c", _KILLED, str(tmp_path), large, when]
        if when == "after":
            args[2] = _KILLED.replace("mine.delete(sys.argv[2])", "mine.freed()")
        assert subprocess.run(args, cwd=ROOT).returncode == 9
        memory = Memory(tmp_path, embedder)
        mine = memory.for_user("u")
        assert mine._vectors.ids() == wanted
        assert mine.search("crate 14 of the harbour")[0].title == "stays.txt"
        memory.close()
