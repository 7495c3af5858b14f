"""What waits is looked after for as long as the app runs, whatever goes wrong with one of the runs."""

from __future__ import annotations

import logging
import time
from pathlib import Path

import pytest

from runs.approvals import Approvals
from runs.database import Database
from runs.ledger import Ledger
from runs.look_after import LookAfter
from runs.reviews import Reviews


def test_a_fault_with_one_run_keeps_no_other_waiting_and_the_next_look_is_taken(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = Database(tmp_path / "groundwork.sqlite3")
    ledger, approvals = Ledger(database), Approvals(database, 7.0)
    for run in ("bad", "good"):
        ledger.accept(run, "ann", "Which one?", "", [])
        ledger.set_running(run)
        ledger.set_waiting(run, "i1", "Which?", [], 0.0, expires="2020-01-01T00:00:00.000+00:00")
    replied, looked = list[str](), list[bool]()

    def reply(user: str, run: str, text: str) -> None:
        if run == "bad":
            raise ZeroDivisionError("a bug")
        replied.append(run)
        ledger.reply(user, run, text)

    def expire() -> list[str]:
        looked.append(True)
        raise ZeroDivisionError("another bug")

    monkeypatch.setattr(approvals, "expire", expire)
    monkeypatch.setattr("runs.look_after.LOOK", 0.01)
    keeper = LookAfter(ledger, approvals, Reviews(database, dict, 7.0), reply, lambda run: None)
    with caplog.at_level(logging.ERROR):
        keeper.start()
        while len(looked) < 3:
            time.sleep(0.01)
        keeper.close()
    assert replied == ["good"]
    assert "bad could not be looked after" in caplog.text
    assert keeper._thread is not None
    assert not keeper._thread.is_alive(), "nothing looks into a database that is closed next"
    database.close()
