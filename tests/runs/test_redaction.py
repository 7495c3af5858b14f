"""Secrets of the environment in what is stored as JSON: taken out of texts, never out of numbers or of what is executed."""

from __future__ import annotations

import datetime
import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from agents.base import Write
from runs.redaction import redacted, redacted_json, revealed
from runs.service import Groundwork
from tests.fakes import ScriptedAgent, plan, step
from tests.runs.conftest import to_the_end
from tools.base import ToolContext, ToolResult, tool

SECRET, HIDDEN = "20260504", "[redacted: DAY_TOKEN]"  # of digits alone: it may stand where a number does
SENT: list[tuple[str, str, int]] = []


@tool(risk="external")
def wire(ctx: ToolContext, to: str, note: str, amount: int) -> ToolResult:
    """Send an amount."""
    SENT.append((to, note, amount))
    ctx.journal.once(f"{ctx.key}:ended", {"text": f"wired to {to}"})
    return ToolResult(f"wired {amount}", {"value": amount})


@pytest.fixture(autouse=True)
def _secret(monkeypatch: pytest.MonkeyPatch) -> None:
    SENT.clear()
    monkeypatch.setenv("DAY_TOKEN", SECRET)


def wiring(open_groundwork: Callable[..., Groundwork]) -> tuple[Groundwork, Any]:
    args = {"to": f"account {SECRET}", "note": f"for {SECRET}", "amount": int(SECRET)}
    agent = ScriptedAgent([plan(step("s1", "wire", **args), step("s2", needs=["s1"]))], {"s2": [Write("Done.")]})
    g = open_groundwork(agent, {"wire": wire})
    return g, to_the_end(g, "local", g.submit("local", "wire it"))


def test_a_text_is_redacted_and_a_number_stays_one() -> None:
    value = {SECRET: [SECRET, int(SECRET), {"at": datetime.date(2026, 5, 4)}, 1.5, True, None], "n": (f"a{SECRET}b",)}
    shown = {HIDDEN: [HIDDEN, int(SECRET), {"at": "2026-05-04"}, 1.5, True, None], "n": [f"a{HIDDEN}b"]}
    assert redacted(value) == shown
    assert json.loads(redacted_json(value)) == shown


def test_what_was_hidden_is_put_back_where_the_placeholder_was_kept() -> None:
    original = {"to": f"account {SECRET}", "note": "hello"}
    assert revealed({"to": f"account {HIDDEN}", "note": "bye"}, original) == {"to": f"account {SECRET}", "note": "bye"}
    assert revealed({"to": f"the account {HIDDEN}!"}, original) == {"to": f"the account {SECRET}!"}
    assert revealed({"to": HIDDEN}, {"to": "nothing was hidden"}) == {"to": HIDDEN}, "a placeholder opens nothing"


def test_a_call_is_made_as_it_was_decided_and_shown_without_the_secret(
    open_groundwork: Callable[..., Groundwork], tmp_path: Path
) -> None:
    g, run = wiring(open_groundwork)
    (asked,) = g.approvals("local")
    assert dict(asked.args) == {"to": f"account {HIDDEN}", "note": f"for {HIDDEN}", "amount": int(SECRET)}
    g.approve("local", asked.id, {**asked.args, "amount": 3})
    run = to_the_end(g, "local", run)
    assert run.status == "done"
    assert [(f"account {SECRET}", f"for {SECRET}", 3)] == SENT
    assert SECRET not in json.dumps([e.event.__dict__ for e in g.events("local", run.id)], default=str).replace(
        f'"amount": {SECRET}', ""
    )
    g.close()
    with sqlite3.connect(tmp_path / "home" / "groundwork.sqlite3") as c:
        bodies = [b for (b,) in c.execute("SELECT body FROM event UNION ALL SELECT value FROM journal")]
        ended = [v for (v,) in c.execute("SELECT value FROM journal WHERE key LIKE 'once:%:ended'")]
    for body in bodies:
        json.loads(body)
    assert ended == [json.dumps({"text": f"wired to account {HIDDEN}"})], "a note that people may read"


def test_a_call_that_waited_is_found_again_after_a_restart(
    open_groundwork: Callable[..., Groundwork], tmp_path: Path
) -> None:
    """The decided call is bound to the hash of its arguments: with a placeholder in them it would be asked anew."""
    g, run = wiring(open_groundwork)
    g.close()
    g = open_groundwork(ScriptedAgent([], {"s2": [Write("Done.")]}), {"wire": wire})
    g.approve("local", g.approvals("local")[0].id)
    assert to_the_end(g, "local", run).status == "done"
    assert [(f"account {SECRET}", f"for {SECRET}", int(SECRET))] == SENT


def test_a_reviewed_plan_runs_as_it_was_made(open_groundwork: Callable[..., Groundwork]) -> None:
    args = {"to": f"account {SECRET}", "note": "hello", "amount": 1}
    agent = ScriptedAgent([plan(step("s1", "wire", **args), step("s2", needs=["s1"]))], {"s2": [Write("Done.")]})
    g = open_groundwork(agent, {"wire": wire})
    g.steering.choose_review("local", "always")
    run = to_the_end(g, "local", g.submit("local", "wire it"))
    (asked,) = g.steering.plans("local", run.id)
    assert asked.plan["steps"][0]["args"]["to"] == f"account {HIDDEN}"
    g.steering.approve_plan("local", asked.id)
    to_the_end(g, "local", run)
    g.approve("local", g.approvals("local")[0].id)
    assert to_the_end(g, "local", run).status == "done"
    assert [(f"account {SECRET}", "hello", 1)] == SENT
