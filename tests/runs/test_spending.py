"""What language models used, per run and per conversation: counted from the events, for the owner only."""

from __future__ import annotations

import json
from argparse import Namespace
from pathlib import Path

import pytest

from graph.events import AnswerPart, ModelUsed
from runs import listing
from runs.database import Database
from runs.ledger import Ledger
from runs.log import Log
from runs.settings import Settings
from runs.spending import by_run, in_thread


def used(money: float, asked: int = 100, said: int = 20) -> ModelUsed:
    return ModelUsed("openai:m", "writer", "s1", asked, said, money, 0.5)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    database = Database(tmp_path / "groundwork.sqlite3")
    ledger, log = Ledger(database), Log(database)
    thread = ledger.accept("r1", "ann", "first", "", []).thread
    for run, goal in (("r2", "second"), ("r3", "third")):
        ledger.accept(run, "ann", goal, thread, [])
    ledger.accept("r4", "ann", "elsewhere", "", [])
    ledger.accept("r5", "bob", "not yours", "", [])
    for run, event in (
        ("r1", used(0.01)),
        ("r1", used(0.002, 50, 5)),
        ("r2", AnswerPart('it says "ModelUsed", and kind ModelUsed')),
        ("r3", used(-1.0)),
        ("r4", used(1.0)),
        ("r5", used(2.0)),
    ):
        log.append(run, event)
    database.close()
    return tmp_path


def test_a_conversation_is_the_sum_of_its_runs(home: Path) -> None:
    database = Database(home / "groundwork.sqlite3", readonly=True)
    thread = Ledger(database).run("ann", "r1").thread
    spent = in_thread(database, "ann", thread)
    assert (spent.runs, spent.calls, spent.input_tokens, spent.output_tokens) == (2, 3, 250, 45)
    assert (spent.money, spent.money_known) == (0.012, False)
    assert str(spent) == "295 tokens · $0.0120 and calls whose price is not known"
    assert str(by_run(database, "ann", ["r1"])["r1"]) == "175 tokens · $0.0120"
    assert str(in_thread(database, "bob", thread)) == ""
    assert by_run(database, "bob", ["r1", "r4"]) == {}
    database.close()


def test_it_stands_in_both_listings(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    args = Namespace(user="ann", limit=20, json=False, threads=False)
    listing.show(Settings(home), args)
    lines = capsys.readouterr().out.splitlines()
    assert [("r1" in x, "175 tokens · $0.0120" in x) for x in lines[:2]] == [(True, True), (False, False)]
    listing.show(Settings(home), Namespace(**{**vars(args), "threads": True}))
    lines = capsys.readouterr().out.splitlines()
    assert [" 3 goals  first  (295 tokens" in x for x in lines] == [True, False]
    listing.show(Settings(home), Namespace(**{**vars(args), "threads": True, "json": True}))
    told = json.loads(capsys.readouterr().out)
    assert [(t["tokens"], t["money"], t["money_known"]) for t in told] == [(295, 0.012, False), (120, 1.0, True)]
