"""Any sequence of adding, changing, deleting, crashing and losing leaves Chroma and FTS5 as a simple model says.

Chroma, SQLite, files and parsing are real; the vectors are made up from the text, so that a text has always the same.
A crash is simulated by never coming back from a seam: what would clean up does not run, transactions roll back, and the
directory is opened anew. (`test_repair.py` kills real processes.)
"""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

import numpy as np
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from memory.store import Memory, UserMemory
from tests.memory.hashed import Hashed


@pytest.fixture(autouse=True, scope="module")
def small_copies() -> Iterator[None]:
    """A collection is copied as soon as most of it was removed, however small it is, and the old one goes at once."""
    with mock.patch.multiple("memory.index", _MANY=1, _GRACE=0.0):
        yield


WORDS = ["amber", "birch", "cedar", "dahlia", "elder", "fern"]
_names = st.sampled_from(["one.txt", "two.md", "three.txt"])
_contents = st.lists(st.sampled_from(WORDS), min_size=1, max_size=5).flatmap(
    lambda words: st.integers(1, 60).map(lambda n: f"The {' and the '.join(words)} stand in the garden. " * n)
)
_seams = st.sampled_from(["parsed", "half of the vectors", "vectors", "stored", "old version"])


class Crash(BaseException):
    """The process is gone."""


class Plain(RuleBasedStateMachine):
    """What a user does, and the process ending in order."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="groundwork-test-"))
        self.embedder = Hashed()
        self.should: dict[str, str] = {}  # name -> text

    @initialize()
    def begin(self) -> None:
        self.open()

    def open(self) -> None:
        self.memory = Memory(self.folder, self.embedder)
        self.user: UserMemory = self.memory.for_user("anna")

    def teardown(self) -> None:
        self.memory.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def reopen(self) -> None:
        self.memory.close()
        self.open()

    @rule(name=_names, text=_contents)
    def add(self, name: str, text: str) -> None:
        status = self.user.add(name, text.encode()).status
        if text in self.should.values():
            assert status == "unchanged"
            return
        assert status == ("replaced" if name in self.should else "added")
        self.should[name] = text

    @rule(name=_names)
    def delete(self, name: str) -> None:
        for d in [d for d in self.user.documents() if d.name == name]:
            assert self.user.delete(d.id).left == 0
        self.should.pop(name, None)

    @rule(name=_names)
    def place(self, name: str) -> None:
        for d in [d for d in self.user.documents() if d.name == name]:
            self.user.place(d.id, "", ["seen"])

    @rule()
    def give_space_back(self) -> None:
        self.user.tidy()

    @rule()
    def just_reopen(self) -> None:
        self.reopen()

    @invariant()
    def both_halves_are_as_they_should_be(self) -> None:
        user = self.user
        documents = user.documents()
        assert {d.name: user.text(d.id).strip() for d in documents} == {n: t.strip() for n, t in self.should.items()}
        passages = [p for d in documents for p in user.passages(d.id)]
        ids = {p.id for p in passages}
        assert user._vectors.ids() == ids == set(user._catalog.passage_ids())
        records, vectors = user._vectors.records(), user._vectors.vectors(sorted(ids))
        assert {i: t for i, (t, _) in records.items()} == {p.id: p.text for p in passages}
        assert all(np.allclose(vectors[p.id], self.embedder.embed_one(p.text), atol=1e-5) for p in passages)
        assert user._catalog.counts() == (len(ids), len(ids))
        user._catalog._db.execute("INSERT INTO lexical(lexical) VALUES('integrity-check')")
        for word in WORDS:
            there = {p.document for p in passages if word in p.text}
            found = user._catalog.matched(word, 10_000)[0]
            assert {i.rsplit("-", 1)[0] for i in found} == there
            assert {p.id for p in passages if re.search(word, p.text)} <= set(found)
        assert {p.name for p in user._files.iterdir()} == {d.id for d in documents}


class Sequences(Plain):
    """And what may befall it."""

    @rule(name=_names, text=_contents, seam=_seams)
    def crash_while_adding(self, name: str, text: str, seam: str) -> None:
        fresh = text not in self.should.values()
        self._break(seam)
        try:
            self.user.add(name, text.encode())
        except Crash:
            pass
        else:
            assert not fresh or seam == "old version"
        if fresh and seam in ("stored", "old version"):
            self.should[name] = text
        self.reopen()

    @rule(name=_names, seam=st.sampled_from(["vectors gone", "marked"]))
    def crash_while_deleting(self, name: str, seam: str) -> None:
        found = [d for d in self.user.documents() if d.name == name]

        def stop(*args: object) -> None:
            raise Crash

        if seam == "marked":
            self.user._index.remove = stop  # type: ignore[method-assign]
        else:
            self.user._catalog.drop = stop  # type: ignore[method-assign]
        for d in found:
            try:
                self.user.delete(d.id)
            except Crash:
                self.should.pop(name)
        self.reopen()

    @rule(share=st.integers(1, 3), stray=st.booleans())
    def lose_vectors(self, share: int, stray: bool) -> None:
        ids = sorted(self.user._vectors.ids())[::share]
        if not ids:
            return
        self.user._vectors.remove(ids[1:] if stray else ids)
        if stray and len(ids) > 2:  # and one that belongs to nobody
            self.user._vectors.put(["stray-0"], self.embedder.embed_one("x")[None, :], ["x"], [{"document": "stray"}])
        self.reopen()

    @rule()
    def lose_words(self) -> None:
        self.user._catalog._db.execute("INSERT INTO lexical(lexical) VALUES('delete-all')")
        self.reopen()

    def _break(self, seam: str) -> None:
        """Let nothing past a seam run, and no cleaning up after it."""
        user = self.user

        def stop(*args: object, **kwargs: object) -> None:
            raise Crash

        put, finish = user._vectors.put, user._catalog.finish

        def half(ids, vectors, texts, metadata) -> None:
            put(ids[: len(ids) // 2], vectors[: len(ids) // 2], texts[: len(ids) // 2], metadata[: len(ids) // 2])
            raise Crash

        def finished(*args) -> None:
            finish(*args)
            raise Crash

        user._intake._erase = stop  # type: ignore
        if seam == "parsed":
            user._intake._store = stop  # type: ignore[method-assign]
        elif seam == "half of the vectors":
            user._vectors.put = half  # type: ignore[method-assign]
        elif seam == "vectors":
            user._catalog.finish = stop  # type: ignore[method-assign]
        elif seam == "stored":
            user._catalog.finish = finished  # type: ignore[method-assign]


class WithoutRepair(Plain):
    """The writing itself is right: nothing is put in order when the memory is opened."""

    def open(self) -> None:
        with mock.patch.object(UserMemory, "repair"):
            super().open()


TestSequences = Sequences.TestCase
TestWithoutRepair = WithoutRepair.TestCase
TestSequences.settings = TestWithoutRepair.settings = settings(
    max_examples=25,
    stateful_step_count=10,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    derandomize=True,
)
