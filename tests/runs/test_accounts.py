"""Accounts, sessions, roles and rules; and that all of a user's data can be handed out and erased."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from agents.base import Write
from runs import erasure
from runs.accounts import IDLE, LONGEST, Accounts
from runs.audit_book import Book
from runs.database import Database
from runs.errors import BadGoal, NotAllowed, NotFound, SignInRefused
from runs.throttle import PER_DEVICE, WINDOW
from runs.types import Upload
from tests.fakes import ScriptedAgent, plan, step
from tests.runs.clock import Clock
from tests.runs.conftest import to_the_end
from tools.registry import all_tools

PASSWORD = "correct horse battery"


@pytest.fixture
def accounts(tmp_path: Path, clock: Clock) -> Iterator[Accounts]:
    database = Database(tmp_path / "groundwork.sqlite3")
    made = Accounts(database, clock)
    made.add("x", "root", "admin", PASSWORD)
    made.add("root", "ann", "member", PASSWORD)
    yield made
    assert Book(database).verify()[1] == []
    database.close()


def test_a_session_lasts_while_it_is_used_and_no_longer_than_a_week(accounts: Accounts, clock: Clock) -> None:
    token = accounts.sign_in("ann", PASSWORD)
    assert accounts.user(token) == "ann"
    for _ in range(int(LONGEST / IDLE)):
        clock.now += IDLE - 60
        assert accounts.user(token) == "ann"
    clock.now += IDLE - 60
    assert accounts.user(token) == ""
    token = accounts.sign_in("ann", PASSWORD)
    clock.now += IDLE + 1
    assert accounts.user(token) == ""


def test_sessions_end_by_sign_out_by_an_admin_and_with_the_account(accounts: Accounts) -> None:
    one, two = accounts.sign_in("ann", PASSWORD), accounts.sign_in("ann", PASSWORD)
    accounts.sign_out(one)
    assert (accounts.user(one), accounts.user(two)) == ("", "ann")
    assert accounts.end_sessions("root", "ann") == 1
    assert accounts.user(two) == ""
    three = accounts.sign_in("ann", PASSWORD)
    accounts.change("root", "ann", disabled=True)
    assert accounts.user(three) == ""
    with pytest.raises(SignInRefused):
        accounts.sign_in("ann", PASSWORD)
    assert accounts.role("ann") == "viewer"


@pytest.mark.parametrize(("name", "password"), [("ann", "wrong"), ("nobody", PASSWORD), ("ann", ""), ("", "")])
def test_a_refusal_does_not_say_which_half_was_wrong(accounts: Accounts, name: str, password: str) -> None:
    with pytest.raises(SignInRefused, match="name or the password"):
        accounts.sign_in(name, password)


def test_passwords_and_tokens_are_not_in_the_database(accounts: Accounts, tmp_path: Path) -> None:
    token = accounts.sign_in("ann", PASSWORD)
    for path in tmp_path.rglob("*"):
        assert token.encode() not in path.read_bytes()
        assert PASSWORD.encode() not in path.read_bytes()


@pytest.mark.parametrize(
    ("name", "role", "password", "message"),
    [
        ("ann", "member", PASSWORD, "already"),
        ("new", "king", PASSWORD, "no role"),
        ("new", "member", "short", "at least"),
        ("", "member", PASSWORD, "needs a name"),
        ("a\nb", "member", PASSWORD, "needs a name"),
    ],
)
def test_a_bad_account_is_refused(accounts: Accounts, name: str, role: str, password: str, message: str) -> None:
    with pytest.raises(BadGoal, match=message):
        accounts.add("root", name, role, password)


def test_the_last_admin_stays(accounts: Accounts) -> None:
    with pytest.raises(BadGoal, match="only admin"):
        accounts.change("root", "root", role="member")
    with pytest.raises(BadGoal, match="only admin"):
        accounts.change("root", "root", disabled=True)
    accounts.change("root", "ann", role="admin")
    accounts.change("root", "root", disabled=True)


def test_somebody_from_the_provider_becomes_a_member_unless_disabled(accounts: Accounts) -> None:
    accounts.expect("t")
    assert accounts.from_provider("eve@example.com", "t") == "eve@example.com" == accounts.user("t")
    assert accounts.role("eve@example.com") == "member"
    assert accounts.all()[1].sessions == 1
    accounts.change("root", "eve@example.com", disabled=True)
    with pytest.raises(SignInRefused, match="disabled"):
        accounts.from_provider("eve@example.com", "t")
    with pytest.raises(SignInRefused):
        accounts.sign_in("eve@example.com", "")


def test_the_provider_gets_nobody_into_another_account(accounts: Accounts) -> None:
    for name in ("root", "local"):  # one with a password, and the user of an install without accounts
        accounts.expect(name)
        with pytest.raises(SignInRefused, match="belongs to an account"):
            accounts.from_provider(name, name)
    for token in ("a", "b"):
        accounts.expect(token)
    assert accounts.from_provider("Zoe@Example.com", "a") == accounts.from_provider("zoe@example.com", "b") == "zoe@example.com"  # fmt: skip
    assert accounts.from_provider("bob@example.com", "a") == ""  # somebody else's session


def test_what_the_provider_said_does_not_outlast_the_session(accounts: Accounts, clock: Clock) -> None:
    """Its cookie is good for thirty days: the session is what ends."""
    assert accounts.from_provider("eve@example.com", "never expected") == ""
    assert not [a for a in accounts.all() if a.name.startswith("eve")]

    def begun(token: str) -> bool:
        accounts.expect(token)
        return accounts.from_provider("eve@example.com", token) == "eve@example.com"

    def over(token: str) -> bool:
        return not accounts.from_provider("eve@example.com", token) and not accounts.is_open(token)

    assert begun("1")
    accounts.end_sessions("root", "eve@example.com")
    assert over("1")
    assert begun("2")
    accounts.sign_out("2")
    assert over("2")
    assert begun("3")
    clock.now += IDLE + 1
    assert over("3")
    assert begun("4")  # which also clears what is over away
    assert over("3")


def test_where_domains_are_named_others_become_no_members(accounts: Accounts) -> None:
    for token in ("a", "b", "c"):
        accounts.expect(token)
    assert accounts.from_provider("eve@example.com", "a", ["example.com"])
    for stranger in ("eve@evil-example.com", "eve@example.com@evil.org", "eve"):
        with pytest.raises(SignInRefused, match="made here by an admin"):
            accounts.from_provider(stranger, "b", ["example.com"])
    accounts.add("root", "guest@other.org", "viewer", None)
    assert accounts.from_provider("guest@other.org", "c", ["example.com"]) == "guest@other.org"


def test_only_an_admin_sets_rules_and_accounts(open_groundwork: Any) -> None:
    g = open_groundwork(ScriptedAgent([], {}))
    g.control.add_user("local", "root", "admin", PASSWORD)
    g.control.add_user("root", "ann", "member", PASSWORD)
    assert g.control.accounts.role("local") == "viewer"  # everybody has to sign in now
    for attempt in (
        lambda: g.control.set_rule("ann", "remember", "member", "allow"),
        lambda: g.control.rules("ann"),
        lambda: g.control.users("ann"),
        lambda: g.control.tools("local"),
        lambda: g.control.add_user("ann", "bob", "admin", PASSWORD),
        lambda: g.control.change_user("ann", "ann", role="admin"),
        lambda: g.control.end_sessions("ann", "root"),
        lambda: g.own_data.export("ann", "root"),
        lambda: g.own_data.erase("ann", "root"),
    ):
        with pytest.raises(NotAllowed):
            attempt()
    with pytest.raises(BadGoal):
        g.control.set_rule("root", "remember", "member", "sometimes")


@pytest.mark.parametrize(
    ("word", "status", "facts"), [("allow", "done", 1), ("ask", "waiting", 0), ("deny", "done", 0)]
)
def test_a_rule_holds_for_the_built_in_agent(open_groundwork: Any, word: str, status: str, facts: int) -> None:
    g = open_groundwork()
    g.control.set_rule("local", "remember", "member", word)
    run = to_the_end(g, "ann", g.submit("ann", "Remember that my desk is number 14."))
    assert (run.status, len(g.memory("ann").facts())) == (status, facts)
    if word == "deny":
        assert run.answer.startswith("remember is not allowed for your role (member). Nothing was done.")
        line = next(x for x in g.control.audit("local", run=run.id) if x.kind == "PlanRejected")
        assert (line.user, line.decision) == ("ann", "denied")


def test_every_table_that_names_a_user_is_handed_out(tmp_path: Path) -> None:
    database = Database(tmp_path / "groundwork.sqlite3")
    tables = [r["name"] for r in database.read("SELECT name FROM sqlite_master WHERE type='table'")]
    of_user = {t for t in tables if any(c["name"] == "user" for c in database.read(f"PRAGMA table_info({t})"))}
    database.close()
    assert of_user - {"session", "job_stop", "unlearned"} == {"run", "thread", *erasure._AS_ROWS.values()}


def test_a_users_data_is_handed_out_and_erased_with_proof(open_groundwork: Any, tmp_path: Path) -> None:
    marker = "Zanzibarquartz"
    plans = [
        plan(
            step("s1", "remember", fact=f"My stone is {marker}."),
            step("s2", "save_report", role="writer", title="Stones", text=f"A report on {marker}."),
            step("s3", needs=["s1", "s2"]),
        )
        for _ in range(2)
    ]
    agent = ScriptedAgent(plans, {"s3": [Write(f"Kept {marker}."), Write("Kept.")]})
    g = open_groundwork(agent, all_tools())
    over = g.memory("ann").remember("The leave of opalann ends.", "old:x")
    g.memory("ann").change_fact(over.id, over.text, "2020-01-03")  # not told any more, but stored
    g.steering.choose_at_edge("ann", False)
    for user in ("ann", "bob"):
        upload = Upload("stones.txt", f"The stone {marker} of {user}, an opal{user}.".encode())
        run = to_the_end(g, user, g.submit(user, f"Keep {marker} of {user}, the opal{user}", "", [upload]))
        for waiting in g.approvals(user):
            g.approve(user, waiting.id)
        assert to_the_end(g, user, run).status == "done", run

    with zipfile.ZipFile(g.own_data.export("ann", "ann")) as z:
        names = z.namelist()
        assert {"threads.json", "facts.json", "documents.json", "approvals.json"} <= set(names)
        assert any(n.startswith("reports/") for n in names)
        assert any(n.startswith("documents/") for n in names)
        assert json.loads(z.read("facts.json"))[0]["text"] == f"My stone is {marker}."
        assert [(c["name"], c["value"]) for c in json.loads(z.read("settings.json"))] == [("at_edge", "end")]
        lines = [json.loads(x) for x in z.read("audit.jsonl").decode().splitlines()]
        assert (lines[0]["kind"], lines[-1]["kind"], {x["user"] for x in lines}) == (
            "RunQueued",
            "DataExported",
            {"ann"},
        )
        assert b"of bob" not in b"".join(z.read(n) for n in names)

    proof = g.own_data.erase("ann", "ann")
    assert all(proof["before"][k] for k in ("run", "event", "journal", "document", "fact", "report", "checkpoint"))
    assert set(proof["after"].values()) == {0}
    assert g.control.audit_verify("local")[1] == []
    assert {x.kind for x in g.control.audit("local", of="ann")} >= {"Erased"}
    assert all(not x.body for x in g.control.audit("local", of="ann"))
    with pytest.raises(NotFound):
        g.events("ann", run.id)
    assert len(g.runs("bob")) == 1
    assert g.memory("bob").facts()
    g.close()
    for name in ("groundwork.sqlite3", "groundwork.sqlite3-wal", "checkpoints.sqlite3", "checkpoints.sqlite3-wal"):
        path = tmp_path / "home" / name
        assert not path.exists() or b"of ann" not in path.read_bytes(), name
    # At once, also in the indexes, which keep single words; not covered: see `memory/space.py`.
    for path in (p for p in (tmp_path / "home").rglob("*") if p.is_file() and p.name != "length.bin"):
        assert b"opalann" not in path.read_bytes(), path
    assert any(b"opalbob" in p.read_bytes() for p in (tmp_path / "home" / "memory").rglob("*") if p.is_file())


def test_a_password_is_changed_with_the_old_one_and_the_other_sessions_end(accounts: Accounts) -> None:
    mine, elsewhere, roots = (accounts.sign_in(n, PASSWORD) for n in ("ann", "ann", "root"))
    assert accounts.change_password("ann", PASSWORD, "another long one", mine) == 1
    assert (accounts.user(mine), accounts.user(elsewhere), accounts.user(roots)) == ("ann", "", "root")
    with pytest.raises(SignInRefused):
        accounts.sign_in("ann", PASSWORD)
    assert accounts.user(accounts.sign_in("ann", "another long one")) == "ann"


def test_without_the_old_password_nothing_is_changed_and_guessing_is_limited(accounts: Accounts, clock: Clock) -> None:
    token = accounts.sign_in("ann", PASSWORD)
    for old, new, error in (
        ("wrong guess 1", "another long one", SignInRefused),
        (PASSWORD, "short", BadGoal),
        (PASSWORD, PASSWORD, BadGoal),
    ):
        with pytest.raises(error):
            accounts.change_password("ann", old, new, token)
    for name in ("nobody", "provided"):
        if name == "provided":
            accounts.add("root", name, "member", None)
        assert not accounts.has_password(name)
        with pytest.raises(SignInRefused):
            accounts.change_password(name, "", "another long one")
    assert accounts.user(token) == "ann"
    for n in range(PER_DEVICE - 1):
        with pytest.raises(SignInRefused, match="not your password"):
            accounts.change_password("ann", f"guess {n}", "another long one", token)
    with pytest.raises(SignInRefused, match="Too many"):
        accounts.change_password("ann", PASSWORD, "another long one", token)
    clock.now += WINDOW + 1
    assert accounts.change_password("ann", PASSWORD, "another long one", token) == 0
