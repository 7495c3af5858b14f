"""`python -m runs mcp`, used by a real MCP client over stdio."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client

from runs.home import Home
from runs.mcp_server import _next
from runs.types import Approval, Run

ROOT = Path(__file__).parents[2]


def start(home: Path) -> StdioServerParameters:
    env = {**os.environ, "GROUNDWORK_HOME": str(home), "PYTHONPATH": str(ROOT)}
    return StdioServerParameters(command=sys.executable, args=["-m", "runs", "mcp"], env=env, cwd=ROOT)


def test_another_agent_can_take_in_search_and_ask(tmp_path: Path) -> None:
    document = tmp_path / "rules.md"
    document.write_text("# Office rules\n\nThe notice period for the parking space is 45 days.\n")

    archive = tmp_path / "contracts.zip"
    with zipfile.ZipFile(archive, "w") as z:
        z.writestr("2026/lease.md", "# Lease\n\nThe monthly rent is EUR 1,850.\n")
        z.writestr("2026/cleaning.txt", "The windows are cleaned twice a year.\n")

    async def talk() -> list[str]:
        said: list[str] = []
        async with stdio_client(start(tmp_path / "home")) as (read, write), ClientSession(read, write) as session:
            await session.initialize()
            said.append(" ".join(sorted(t.name for t in (await session.list_tools()).tools)))
            for tool, arguments in (
                ("ingest", {"files": [str(document)]}),
                ("search_memory", {"query": "parking notice"}),
                ("run_goal", {"goal": "What is 17.5% of 2,340?"}),
                ("run_goal", {"goal": " "}),
                ("ingest", {"files": [str(tmp_path / "nothing.txt")]}),
                ("ingest", {"files": [str(archive)]}),
            ):
                result: Any = await session.call_tool(tool, arguments)
                said.append(result.content[0].text)
        return said

    names, taken, found, answer, empty, missing, inside = asyncio.run(talk())
    assert names == "ingest reply run_goal run_result search_memory"
    assert [x["status"] for x in json.loads(taken)] == ["added"]
    assert "45 days" in json.loads(found)[0]["text"]
    told = json.loads(answer)
    assert (told["status"], told["outcome"]) == ("done", "answered")
    assert "409.5" in told["answer"]
    assert told["run_id"]
    assert "There is no goal to work on" in empty
    assert "cannot be read" in missing
    assert [(x["name"], x["status"]) for x in json.loads(inside)] == [
        ("lease.md", "added"),
        ("cleaning.txt", "added"),
    ]


def test_a_home_in_use_is_said(tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: Any) -> None:
    from runs.__main__ import main

    home = Home.take(tmp_path / "home")
    try:
        monkeypatch.setenv("GROUNDWORK_HOME", str(tmp_path / "home"))
        assert main(["mcp"]) == 1
        out, err = capfd.readouterr()
        assert "already running" in err
        assert out == ""  # stdout belongs to the protocol
    finally:
        home.release()


def test_what_waits_is_told_with_how_to_answer() -> None:
    run = Run("r1", "t1", "u", "g", "waiting", "", "", "", "Which one?", ("A", "B"), (), "", 0.0, 1)
    assert "It asks: Which one? It suggests: A; B." in _next(run, [])
    assert 'reply(run_id="r1"' in _next(run, [])
    approval = Approval(**{**dict.fromkeys(Approval.__dataclass_fields__, ""), "id": "a1", "tool": "crm__update"})  # type: ignore[arg-type]
    told = _next(run, [approval])
    assert "crm__update (approval a1)" in told
    assert "reply(" not in told
