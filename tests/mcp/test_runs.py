"""MCP tools inside real runs: planned with, approved, taint, Stop; the CRM changes once."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from agents.base import Write
from graph.events import AnswerChecked, ApprovalAsked, PlanRejected, Tainted, ToolErred, ToolReturned
from tests.fakes import ScriptedAgent, plan, step
from tests.mcp.conftest import CRM, allow_all
from tests.runs.conftest import open_groundwork, to_the_end  # noqa: F401


def opened(open_groundwork: Callable[..., Any], tmp_path: Path, agent: Any, **servers: Any) -> Any:  # noqa: F811
    home = tmp_path / "home"
    home.mkdir(exist_ok=True)
    (home / "mcp.json").write_text(json.dumps({"mcpServers": servers}))
    return open_groundwork(agent)


def crm(tmp_path: Path) -> dict[str, Any]:
    return {"command": sys.executable, "args": [CRM], "env": {"CRM_FILE": str(tmp_path / "crm.json")}}


def events(g: Any, run: Any, kind: Any) -> list[Any]:
    return [e.event for e in g.events(run.user, run.id) if isinstance(e.event, kind)]


def test_a_write_in_another_app_waits_for_a_yes_and_happens_once(
    open_groundwork: Callable[..., Any],  # noqa: F811
    tmp_path: Path,
) -> None:
    look = step("s1", "crm__list_companies", status="lead")
    change = step("s2", "crm__update_company", ["s1"])
    change["args"] = {"id": "${s1.value.0.id}", "status": "contacted"}
    agent = ScriptedAgent([plan(look, change, step("z", needs=["s2"]))], {"z": [Write("Done.")]})
    g = opened(open_groundwork, tmp_path, agent, crm=crm(tmp_path))
    allow_all(g.mcp, "crm")
    g.mcp.set_risk("crm", "list_companies", "read")
    run = to_the_end(g, "ann", g.submit("ann", "contact the first lead"))
    assert run.status == "waiting", run
    (asked,) = g.approvals("ann", run.id)
    assert (asked.tool, asked.args) == ("crm__update_company", {"id": "c1", "status": "contacted"})
    assert not (tmp_path / "crm.json").exists()
    assert events(g, run, Tainted)
    g.approve("ann", asked.id)
    run = to_the_end(g, "ann", run)
    assert run.status == "done", run
    assert json.loads((tmp_path / "crm.json").read_text())["log"] == ["update c1 contacted"]
    assert {s["trust"] for e in events(g, run, ToolReturned) for s in e.sources} == {"external"}


def test_what_is_not_allowed_cannot_be_planned_with(
    open_groundwork: Callable[..., Any],  # noqa: F811
    tmp_path: Path,
) -> None:
    agent = ScriptedAgent([plan(step("s1", "crm__list_companies"), step("z", needs=["s1"]))] * 3, {})
    g = opened(open_groundwork, tmp_path, agent, crm=crm(tmp_path))
    run = to_the_end(g, "ann", g.submit("ann", "list the companies"))
    assert run.outcome == "not_answered"
    assert not events(g, run, ToolReturned)


def test_stop_ends_a_call_and_says_that_it_may_have_been_done(
    open_groundwork: Callable[..., Any],  # noqa: F811
    tmp_path: Path,
) -> None:
    from tests.mcp.conftest import ODD

    log = tmp_path / "odd.log"
    odd = {"command": sys.executable, "args": [ODD], "env": {"ODD_LOG": str(log)}}
    agent = ScriptedAgent([plan(step("s1", "odd__sleep", seconds=60), step("z", needs=["s1"]))], {})
    g = opened(open_groundwork, tmp_path, agent, odd=odd)
    allow_all(g.mcp, "odd")
    run = to_the_end(g, "ann", g.submit("ann", "sleep"))
    g.approve("ann", g.approvals("ann", run.id)[0].id)
    end = time.monotonic() + 30
    while not log.exists() and time.monotonic() < end:
        time.sleep(0.05)
    g.stop("ann", run.id)
    run = to_the_end(g, "ann", run)
    assert run.status == "cancelled", run
    assert "may have been done or not" in events(g, run, ToolErred)[-1].error


def test_a_tool_that_changed_is_found_out_before_a_yes_is_asked_for(
    open_groundwork: Callable[..., Any],  # noqa: F811
    tmp_path: Path,
) -> None:
    from tests.mcp.conftest import ODD

    wish = plan(step("s1", "odd__echo", text="hello"), step("z", needs=["s1"]))
    agent = ScriptedAgent([wish, wish, wish, wish], {"z": [Write("It could not be used.")]})
    env = {"ODD_FILE": str(tmp_path / "odd.json"), "ODD_LOG": str(tmp_path / "odd.log")}
    g = opened(open_groundwork, tmp_path, agent, odd={"command": sys.executable, "args": [ODD], "env": env})
    allow_all(g.mcp, "odd")
    (tmp_path / "odd.json").write_text(json.dumps({"description": "Something else."}))
    run = to_the_end(g, "ann", g.submit("ann", "say hello"))
    assert run.status == "done"
    assert not events(g, run, ApprovalAsked)
    assert "its description or its arguments have changed" in events(g, run, ToolErred)[-1].error
    assert not (tmp_path / "odd.log").exists()
    run = to_the_end(g, "ann", g.submit("ann", "say hello again"))  # from now on it cannot be planned with
    assert not events(g, run, ToolErred)
    assert "odd__echo, which does not exist or is not allowed here" in events(g, run, PlanRejected)[0].reasons[0]


def test_the_built_in_agent_uses_a_tool_that_the_goal_names(
    open_groundwork: Callable[..., Any],  # noqa: F811
    tmp_path: Path,
) -> None:
    g = opened(open_groundwork, tmp_path, None, crm=crm(tmp_path))
    run = to_the_end(g, "ann", g.submit("ann", "Use the crm server to list companies with status lead"))
    assert (run.outcome, "no tool of crm has been allowed yet" in run.answer) == ("not_answered", True)
    allow_all(g.mcp, "crm")
    g.mcp.set_risk("crm", "list_companies", "read")
    run = to_the_end(g, "ann", g.submit("ann", "Use the crm server to list companies with status lead"))
    assert run.outcome == "answered", run
    assert "Alder Robotics" in run.answer
    assert "Birch Foods" not in run.answer
    (checked,) = events(g, run, AnswerChecked)
    assert not [c for c in checked.claims if c["support"] == "unsupported"]
    run = to_the_end(g, "ann", g.submit("ann", "update_company id=c1 status=contacted"))
    (asked,) = g.approvals("ann", run.id)
    assert (asked.tool, asked.args) == ("crm__update_company", {"id": "c1", "status": "contacted"})
    g.approve("ann", asked.id)
    run = to_the_end(g, "ann", run)
    assert run.outcome == "answered", run
    assert json.loads((tmp_path / "crm.json").read_text())["log"] == ["update c1 contacted"]
    run = to_the_end(g, "ann", g.submit("ann", "In the crm, mark company c3 as contacted"))
    assert run.outcome == "not_answered"
    assert "I cannot tell what it should do with “mark c3 contacted”" in run.answer
    assert not [c for c in events(g, run, AnswerChecked)[0].claims if c["support"] == "unsupported"]
