"""Erasing somebody who is busy: nothing that was at work brings anything back."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any

import pytest

from agents.base import Write
from runs import erasure, own_data
from runs.errors import GroundworkError, NotAllowed
from runs.types import Upload
from tests.fakes import ScriptedAgent, plan, step
from tests.runs.conftest import to_the_end


@pytest.fixture
def reading(open_groundwork: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """(service, event that lets the file be read, event that tells that it is being read)."""
    g = open_groundwork(ScriptedAgent([], {}), {})
    memory, go_on, begun = g.memory("ann"), threading.Event(), threading.Event()
    add = memory.add

    def slowly(*args: Any, **named: Any) -> Any:
        begun.set()
        go_on.wait(30)
        return add(*args, **named)

    monkeypatch.setattr(memory, "add", slowly)
    yield g, go_on, begun
    go_on.set()


def test_what_is_being_read_is_erased_too_and_nothing_new_comes_in(
    reading: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    g, go_on, begun = reading
    g.ingest("ann", [Upload("a.txt", b"The opal of ann."), Upload("b.txt", b"The ruby of ann." * 9_000)])
    monkeypatch.setattr("runs.taking_in.SMALL", 0)  # one by one
    assert begun.wait(30)
    proof: list[Any] = []
    erasing = threading.Thread(target=lambda: proof.append(g.own_data.erase("ann", "ann")))
    erasing.start()
    while "ann" not in g._database._connection.leaving:
        time.sleep(0.01)
    for new in (
        lambda: g.submit("ann", "What is it?"),
        lambda: g.ingest("ann", [Upload("c.txt", b"The jade of ann.")]),
        lambda: g.files.watching.add("ann", "https://example.com/feed.xml"),
    ):
        with pytest.raises(NotAllowed, match="being erased"):
            new()
    time.sleep(0.3)
    assert not proof, "it waits for the file that is being read"
    go_on.set()
    erasing.join(60)
    assert proof[0]["before"]["document"] == 1, "the second file was not begun"
    assert proof[0]["before"]["waiting upload"] == 1
    assert set(proof[0]["after"].values()) == {0}
    assert g.memory("ann").documents() == []
    assert [*(tmp_path / "home" / "uploads" / "jobs").iterdir()] == []


def test_when_it_does_not_end_in_time_nothing_is_erased_and_all_goes_on(
    reading: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    g, go_on, begun = reading
    monkeypatch.setattr(own_data, "PATIENCE", 0.2)
    (job,) = g.ingest("ann", [Upload("a.txt", b"The opal of ann.")])
    assert begun.wait(30)
    with pytest.raises(GroundworkError, match="Nothing was erased"):
        g.own_data.erase("ann", "ann")
    go_on.set()
    until = time.monotonic() + 30
    while g.files.jobs.get(job.id)[1].state != "done" and time.monotonic() < until:
        time.sleep(0.05)
    assert [d.name for d in g.memory("ann").documents()] == ["a.txt"]
    g.ingest("ann", [Upload("b.txt", b"The ruby of ann.")])


def test_a_run_that_is_being_learned_from_does_not_come_back(
    open_groundwork: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    g = open_groundwork(ScriptedAgent([plan(step("s1"))], {"s1": [Write("The opal of ann.")]}), {})
    g.learning.close()  # what its thread would do is done below, at the worst moment
    g.learning._closing.clear()
    to_the_end(g, "ann", g.submit("ann", "Which stone?"))
    erase_files = erasure.erase_files

    def meanwhile(*args: Any) -> None:
        erase_files(*args)
        learner = threading.Thread(target=g.learning.catch_up)
        learner.start()
        learner.join(2)

    monkeypatch.setattr(erasure, "erase_files", meanwhile)
    assert set(g.own_data.erase("ann", "ann")["after"].values()) == {0}
