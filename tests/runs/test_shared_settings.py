"""What holds for everybody is changed by an admin alone, as they are at that moment, and each change can be shown later."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable
from typing import Any

import pytest

from agents.models.spec import ModelSettings
from runs.errors import NotAllowed
from runs.service import Groundwork
from runs.shared_settings import SharedSettings
from runs.types import Upload
from tests.fakes import ScriptedAgent
from tests.mcp.conftest import ODD

PASSWORD = "correct horse battery"
ENTRY = {"command": sys.executable, "args": [str(ODD)], "env": {"ODD_TOKEN": "canary-typed-in"}}
ARGUMENTS = {
    "choose_models": (ModelSettings(model="openai:theirs"), 0, 0.0), "allow_web_search": (True,), "add_server": ("odd", ENTRY),
    "remove_server": ("kept",), "look": ("kept",), "allow_tool": ("kept", "echo", "x"), "switch_tool": ("kept", "echo", True),
    "set_risk": ("kept", "echo", "read"),
}  # fmt: skip


@pytest.fixture
def g(open_groundwork: Callable[..., Groundwork]) -> Groundwork:
    made = open_groundwork(ScriptedAgent([], {}))
    made.control.add_user("local", "root", "admin", PASSWORD)
    made.control.add_user("root", "ann", "member", PASSWORD)
    made.control.add_user("root", "was", "admin", PASSWORD)
    made.mcp.add("kept", {"command": "nothing-there"})
    made.control.change_user("root", "was", role="member")
    return made


def _kept(g: Groundwork) -> list[str]:
    home = g.settings.home
    return [(home / n).read_text() if (home / n).exists() else "" for n in ("mcp.json", "preferences.json")]


def test_every_way_to_change_them_is_tried_below() -> None:
    assert {n for n, _ in inspect.getmembers(SharedSettings, inspect.isfunction) if n[0] != "_"} == set(ARGUMENTS)


@pytest.mark.parametrize("who", ["ann", "was", "local", "", "nobody"])
def test_who_is_no_admin_now_changes_nothing(g: Groundwork, who: str) -> None:
    before = _kept(g)
    for name, args in ARGUMENTS.items():
        with pytest.raises(NotAllowed):
            getattr(g.shared, name)(who, *args)
    assert _kept(g) == before
    assert not [x for x in g.control.audit("root") if x.kind in ("ModelsChosen", "ServerAdded", "RiskSet")]


def test_what_an_admin_changes_is_in_the_audit_log(g: Groundwork) -> None:
    g.shared.choose_models("root", ModelSettings(model="openai:ours"), 0, 0.0)
    g.shared.allow_web_search("root", True)
    g.shared.add_server("root", "odd", ENTRY)
    g.mcp.look("odd", wait=True)
    (echo,) = [t for v in g.mcp.view()[0] if v.name == "odd" for t in v.tools if t.tool == "echo"]
    g.shared.allow_tool("root", "odd", "echo", echo.digest)
    g.shared.set_risk("root", "odd", "echo", "read")
    g.shared.switch_tool("root", "odd", "echo", False)
    g.shared.remove_server("root", "odd")
    told = [(x.kind, x.user, x.tool, x.decision) for x in g.control.audit("root", limit=7)[::-1]]
    assert told == [
        ("ModelsChosen", "root", "", ""),
        ("WebSearchSet", "root", "", "on"),
        ("ServerAdded", "root", "", ""),
        ("ToolAllowed", "root", "odd__echo", "allowed"),
        ("RiskSet", "root", "odd__echo", "read"),
        ("ToolSwitched", "root", "odd__echo", "off"),
        ("ServerRemoved", "root", "", ""),
    ]
    assert "canary-typed-in" not in g.control.audit_export("root", "jsonl")
    assert g.control.audit_verify("root")[1] == []


def test_nothing_is_accepted_of_nobody(g: Groundwork) -> None:
    """A page that was drawn before its session ended may still be clicked."""
    tries: list[Callable[[], Any]] = [
        lambda: g.submit("", "What is 1 + 1?", uploads=[Upload("a.txt", b"one")]),
        lambda: g.ingest("", [Upload("a.txt", b"one")]),
        lambda: g.files.accept_address("", "https://example.org/", ""),
        lambda: g.files.watching.add("", "https://example.org/feed.xml"),
    ]
    for attempt in tries:
        with pytest.raises(NotAllowed):
            attempt()
    assert g.runs("") == []
    assert g.jobs("") == []
    assert not [p for p in (g.settings.home / "uploads").rglob("*") if p.is_file()]
