"""The audit log: any line that was changed, removed, moved or cut off is found; secrets are in none of them."""

from __future__ import annotations

import csv
import io
import json
import logging
import os
import random
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from agents.base import Write
from runs.audit_book import Book, export
from runs.database import Database
from runs.errors import NotAllowed
from runs.redaction import redact
from tests.fakes import ScriptedAgent, plan, step
from tests.runs.conftest import to_the_end
from tools.base import ToolContext, ToolFailed, ToolResult, source, tool

CANARY = "sk-canary-5f1c9e77aa"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    database = Database(tmp_path / "groundwork.sqlite3")
    book = Book(database)
    for n in range(40):
        book.add("RuleSet", "ann" if n % 2 else "bob", {"n": n}, decision="allow", tool=f"tool{n % 3}")
    assert book.verify() == (40, [])
    database.close()
    return tmp_path


def tampered(home: Path, *statements: str) -> list[str]:
    with sqlite3.connect(home / "groundwork.sqlite3") as c:
        for statement in statements:
            c.execute(statement)
    database = Database(home / "groundwork.sqlite3")
    problems = Book(database).verify()[1]
    database.close()
    return problems


@pytest.mark.parametrize(
    "statements",
    [
        ["UPDATE audit SET decision='deny' WHERE sequence=7"],
        ["UPDATE audit SET body=replace(body, '6', '9') WHERE sequence=7"],
        ["UPDATE audit SET body=NULL, salt=NULL WHERE sequence=7"],
        ["UPDATE audit SET subject='somebody' WHERE sequence=7"],
        ["UPDATE audit SET time=time-3600 WHERE sequence=7"],
        ["DELETE FROM audit WHERE sequence=7"],
        ["DELETE FROM audit WHERE sequence=1"],
        ["DELETE FROM audit WHERE sequence=40"],
        ["DELETE FROM audit WHERE sequence>30", "UPDATE audit_head SET count=30, mac=(SELECT mac FROM audit WHERE sequence=30)"],
        ["UPDATE audit SET sequence=100 WHERE sequence=7", "UPDATE audit SET sequence=7 WHERE sequence=8", "UPDATE audit SET sequence=8 WHERE sequence=100"],
        ["DELETE FROM audit_head"],
        ["DELETE FROM audit", "DELETE FROM audit_head"],
        ["INSERT INTO audit SELECT 41, time, kind, subject, run, tool, decision, digest, salt, body, mac FROM audit WHERE sequence=40"],
    ],
)  # fmt: skip
def test_what_was_done_to_the_lines_is_found(home: Path, statements: list[str]) -> None:
    assert tampered(home, *statements)


def test_a_changed_byte_anywhere_is_found(home: Path) -> None:
    chance = random.Random(5)
    database = Database(home / "groundwork.sqlite3")
    for _ in range(60):
        n, column = (
            chance.randint(1, 40),
            chance.choice(["kind", "subject", "tool", "decision", "digest", "body", "mac", "salt"]),
        )
        (row,) = database.read(f"SELECT {column} AS x FROM audit WHERE sequence=?", n)
        at = chance.randrange(len(row["x"]))
        new = row["x"][:at] + ("x" if row["x"][at] != "x" else "y") + row["x"][at + 1 :]
        with database.write() as c:
            c.execute(f"UPDATE audit SET {column}=? WHERE sequence=?", (new, n))
        assert Book(database).verify()[1], (n, column, at)
        with database.write() as c:
            c.execute(f"UPDATE audit SET {column}=? WHERE sequence=?", (row["x"], n))
    assert Book(database).verify()[1] == []
    database.close()


def test_an_old_copy_of_the_database_is_noticed(home: Path) -> None:
    old = (home / "groundwork.sqlite3").read_bytes()
    database = Database(home / "groundwork.sqlite3")
    Book(database).add("RuleSet", "ann", {})
    database.close()
    for name in ("groundwork.sqlite3-wal", "groundwork.sqlite3-shm"):
        (home / name).unlink(missing_ok=True)
    (home / "groundwork.sqlite3").write_bytes(old)
    assert any("audit.head" in p for p in tampered(home))


def test_another_key_proves_nothing(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GROUNDWORK_AUDIT_KEY", "another key altogether")
    assert tampered(home)


@pytest.mark.skipif(os.name == "nt", reason="file modes")
def test_the_key_is_its_owners_only(home: Path) -> None:
    assert (home / "audit.key").stat().st_mode & 0o077 == 0


def test_two_open_databases_do_not_write_the_head_over_each_other(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The door and the app each have one, in the same process: here the other one commits in the middle of a commit."""
    first, second = (Database(tmp_path / "groundwork.sqlite3") for _ in range(2))
    replace = os.replace

    def other_first(source: Any, target: Any) -> None:
        monkeypatch.setattr(os, "replace", replace)
        Book(second).add("SignedOut", "bob", {})
        replace(source, target)

    monkeypatch.setattr(os, "replace", other_first)
    Book(first).add("SignedOut", "ann", {})
    assert caplog.text == ""
    assert Book(first).verify() == (2, [])
    first.close()
    second.close()


def test_a_line_is_stored_with_its_event_or_not_at_all(tmp_path: Path) -> None:
    database = Database(tmp_path / "groundwork.sqlite3")

    def half() -> None:
        with database.write() as c:
            assert c.chain
            c.chain.append(c, "RuleSet", "ann", {})
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        half()
    assert Book(database).verify() == (0, [])
    database.close()


@pytest.mark.parametrize("bad", ["=1+1", "+1+A1", "-1+A1", "@SUM(A1)", "\t=1", "\r=1"])
def test_a_csv_cell_is_no_formula(bad: str, tmp_path: Path) -> None:
    database = Database(tmp_path / "groundwork.sqlite3")
    book = Book(database)
    book.add(bad, bad, {bad: bad}, decision=bad, tool=bad)
    rows = [*csv.reader(io.StringIO(export(book.lines(), "csv")))]
    assert all(not c.startswith(("=", "+", "-", "@", "\t", "\r")) for row in rows for c in row)
    (line,) = export(book.lines(), "jsonl").splitlines()
    assert json.loads(line)["decision"] == bad
    database.close()


@tool(risk="external")
def leak(ctx: ToolContext, text: str) -> ToolResult:
    """Say what the environment holds."""
    if text == "fail":
        raise ToolFailed(f"the provider refused the key {os.environ['TEST_API_KEY']}")
    if text == "break":
        raise ZeroDivisionError(f"a bug with {os.environ['TEST_API_KEY']}")
    quote = f'{{"Authorization": "Bearer {os.environ["TEST_API_KEY"]}"}}'
    return ToolResult(quote, {"value": os.environ["TEST_API_KEY"]}, [source("env", quote)])


@pytest.mark.parametrize("text", ["say", "fail", "break"])
def test_a_secret_of_the_environment_is_written_nowhere(
    open_groundwork: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, text: str
) -> None:
    monkeypatch.setenv("TEST_API_KEY", CANARY)
    agent = ScriptedAgent(
        [plan(step("s1", "leak", text=text), step("s2", needs=["s1"]))], {"s2": [Write(f"The key is {CANARY}.")]}
    )
    g = open_groundwork(agent, {"leak": leak})
    run = to_the_end(g, "local", g.submit("local", "leak it"))
    g.approve("local", g.approvals("local")[0].id)
    run = to_the_end(g, "local", run)
    logging.getLogger("groundwork.test").error("with %s", CANARY)
    told = [str(run), str(g.events("local", run.id)), g.control.audit_export("local", "csv")]
    told += [g.control.audit_export("local", "jsonl")]
    assert all(CANARY not in t for t in told)
    if text != "break":  # a bug is told by its reference alone
        assert "[redacted: TEST_API_KEY]" in "".join(told)
    g.own_data.export("local", "local").close()
    g.close()
    for path in (tmp_path / "home").rglob("*"):
        if path.suffix == ".bin":
            continue  # of Chroma's index: pieces of the process's memory as they come (`memory/space.py`)
        if path.is_file() and path.name != "checkpoints.sqlite3" and not path.name.startswith("checkpoints"):
            assert CANARY.encode() not in path.read_bytes(), path


def test_a_secret_is_found_in_its_disguises(monkeypatch: pytest.MonkeyPatch) -> None:
    import base64
    from urllib.parse import quote

    secret = 'p"ss/w&rd?12345'
    monkeypatch.setenv("MAIL_PASSWORD", secret)
    for form in (secret, json.dumps(secret), quote(secret, safe=""), base64.b64encode(secret.encode()).decode()):
        assert "[redacted: MAIL_PASSWORD]" in redact(f"a {form} b"), form
    monkeypatch.setenv("DATABASE_URL", "postgresql://ann:hunter2hunter2@db.example/groundwork")
    monkeypatch.setenv("SMTP_PASS", "correct-horse")
    assert (
        redact("no login for hunter2hunter2 or correct-horse")
        == "no login for [redacted: DATABASE_URL] or [redacted: SMTP_PASS]"
    )
    assert redact("db.example/groundwork") == "db.example/groundwork"
    monkeypatch.setenv("SHORT_KEY", "abc")
    assert redact("abc") == "abc"


def test_every_call_and_decision_of_a_run_has_its_line_and_others_see_none(
    open_groundwork: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    agent = ScriptedAgent([plan(step("s1", "leak", text="fail"), step("s2", needs=["s1"]))], {"s2": [Write("ok")]})
    g = open_groundwork(agent, {"leak": leak})
    monkeypatch.setenv("TEST_API_KEY", CANARY)
    run = to_the_end(g, "ann", g.submit("ann", "do it"))
    g.approve("ann", g.approvals("ann")[0].id)
    to_the_end(g, "ann", run)
    kinds = [x.kind for x in g.control.audit("ann")][::-1]
    assert kinds == ["RunQueued", "ApprovalAsked", "ApprovalDecided", "ToolCalled", "ToolErred", "Tainted", "RunEnded"]
    assert g.control.audit("bob", of="ann") == []
    assert {x.run for x in g.control.audit("local", of="ann")} == {run.id}
    assert [x.decision for x in g.control.audit("ann", decision="approved by")] == ["approved by ann"]
    with pytest.raises(NotAllowed):
        g.control.audit_verify("ann")
    assert g.control.audit_verify("local")[1] == []
