"""After a crash: nothing half-stored is seen, nothing stored is lost, and the halves of the index agree again."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from memory.embedding import Embedder
from memory.store import Memory, UserMemory

_ROOT = Path(__file__).resolve().parents[2]
_CHILD = """
import sys, time
from pathlib import Path
from memory.embedding import Embedder
from memory.store import Memory, UserMemory
import memory.intake as intake
import memory.parsing.child as reader

where, stop_at = sys.argv[1:]
def stop(*args, **kwargs):
    print("reached", flush=True)
    time.sleep(60)

anna = Memory(Path(where), Embedder()).for_user("anna")
anna.add("kept.txt", b"The kettle is in the blue cupboard.")
anna.add("plan.csv", b"task,days\\nroof,12\\nfloor,5\\n")
if stop_at == "parsing":
    intake.parse = stop
elif stop_at == "reading":
    reader._Child.read = stop
elif stop_at == "vectors":
    anna._catalog.finish = stop
elif stop_at == "finished":
    anna._intake._erase = stop
elif stop_at == "half":
    real = anna._vectors.put
    def half(ids, vectors, texts, metadata):
        real(ids[:2], vectors[:2], texts[:2], metadata[:2]); stop()
    anna._vectors.put = half
elif stop_at == "deleting":
    anna._catalog.drop = stop
    anna.delete(next(d.id for d in anna.documents() if d.name == "plan.csv"))
anna.add("plan.csv", ("task,days\\n" + "".join(f"job {i},{i}\\n" for i in range(300))).encode())
"""


def _consistent(user: UserMemory) -> None:
    ids = {p.id for d in user.documents() for p in user.passages(d.id)}
    assert user._vectors.ids() == ids == set(user._catalog.passage_ids())
    assert user._catalog.counts() == (len(ids), len(ids))
    assert {p.name for p in user._files.iterdir()} == {d.id for d in user.documents()}
    assert user._catalog.unfinished() == []


@pytest.mark.parametrize(
    ("stop_at", "rows"),
    [("parsing", 2), ("reading", 2), ("half", 2), ("vectors", 2), ("finished", 300), ("deleting", 0)],
)
@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs SIGKILL")
def test_killed_in_the_middle(tmp_path, embedder, stop_at, rows):
    """kill -9 while a second version of plan.csv is being stored, or the first deleted."""
    (temporary := tmp_path / "temporary").mkdir()
    child = subprocess.Popen(
        [sys.executable, "-c", _CHILD, str(tmp_path / "m"), stop_at],
        cwd=_ROOT,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(_ROOT), "TMPDIR": str(temporary)},
    )
    assert child.stdout is not None
    assert child.stdout.readline().strip() == b"reached"
    child.kill()
    child.wait()
    assert not [*temporary.iterdir()], "what was uploaded lies where nobody deletes it"
    memory = Memory(tmp_path / "m", embedder)
    anna = memory.for_user("anna")
    _consistent(anna)
    assert anna.search("where is the kettle?")[0].title == "kept.txt"
    assert [t.rows for t in anna.tables()] == ([rows] if rows else [])
    again = anna.add("plan.csv", b"task,days\nroof,12\nfloor,5\n")
    assert again.status == {2: "unchanged", 300: "replaced", 0: "added"}[rows]
    _consistent(anna)
    memory.close()


@pytest.fixture
def reopen(tmp_path: Path, embedder: Embedder):
    opened: list[Memory] = []

    def again() -> UserMemory:
        for m in opened:
            m.close()
        opened[:] = [Memory(tmp_path / "m", embedder)]
        return opened[0].for_user("anna")

    yield again
    opened[0].close()


def _filled(reopen) -> UserMemory:
    anna = reopen()
    anna.add("one.txt", b"Owls hunt at night. They see well in the dark.")
    anna.add("two.txt", b"Larks sing in the morning above the fields.")
    return anna


def test_everything_is_there_after_reopening(reopen):
    before = _filled(reopen).search("birds that sing")
    anna = reopen()
    _consistent(anna)
    assert anna.search("birds that sing") == before


def test_a_lost_lexical_index_is_rebuilt(reopen):
    anna = _filled(reopen)
    file = next((anna._files.parent).glob("memory.sqlite3"))
    anna.close()
    with sqlite3.connect(file) as db:
        db.execute("INSERT INTO lexical(lexical) VALUES('delete-all')")
    db.close()
    anna = reopen()
    _consistent(anna)
    assert anna.search("larks")[0].lexical_rank == 1


def test_an_index_of_another_version_is_rebuilt(reopen):
    anna = _filled(reopen)
    file = anna._files.parent / "memory.sqlite3"
    anna.close()
    with sqlite3.connect(file) as db:
        db.execute("PRAGMA user_version=0")
    db.close()
    anna = reopen()
    assert anna._catalog.is_current()
    assert anna.search("owls")[0].lexical_rank == 1


def test_lost_and_superfluous_vectors_are_put_right(reopen):
    anna = _filled(reopen)
    ids = anna._catalog.passage_ids()
    records = anna._vectors.records(ids[:1])
    vectors = anna._vectors.vectors(ids[:1])
    anna._vectors.remove(ids)
    anna._vectors.put(["stray-0"], vectors[ids[0]][None, :], ["stray"], [records[ids[0]][1]])
    anna = reopen()
    _consistent(anna)
    assert anna.search("where do larks sing?")[0].dense_rank == 1


def test_opening_is_quick_when_nothing_is_wrong(reopen, monkeypatch):
    _filled(reopen)
    monkeypatch.setattr("memory.document_store.match_vectors", lambda *args: pytest.fail("compared every vector"))
    monkeypatch.setattr("memory.catalog.Catalog.rebuild", lambda self, texts: pytest.fail("rebuilt the index"))
    _consistent(reopen())
