"""Servers that other people wrote, as they are installed from the package index; over both transports."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import pytest

from runs.mcp_registry import McpRegistry
from tests.mcp.conftest import allow_all
from tests.mcp.test_tools import call

BRIDGE = str(Path(__file__).parent / "over_http.py")


@pytest.fixture(params=["stdio", "http"])
def configure(request: pytest.FixtureRequest, home: Path) -> Iterator[Callable[..., None]]:
    """Writes mcp.json with a server as its user would; over HTTP, starts it behind an address first."""
    processes: list[subprocess.Popen[bytes]] = []

    def write(name: str, command: str, *arguments: str) -> None:
        entry: dict[str, Any] = {"command": command, "args": [*arguments]}
        if request.param == "http":
            folder = home / "mcp" / name
            folder.mkdir(parents=True)
            entry = {"url": f"http://127.0.0.1:{_serve(processes, folder, command, *arguments)}/mcp/"}
        (home / "mcp.json").write_text(json.dumps({"mcpServers": {name: entry}}))

    yield write
    for process in processes:
        process.terminate()
        process.wait()


def _serve(processes: list[subprocess.Popen[bytes]], folder: Path, *command: str) -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port = s.getsockname()[1]
    server = str(Path(sys.executable).parent / command[0])  # the environment's folder need not be on the path
    processes.append(subprocess.Popen([sys.executable, BRIDGE, str(port), server, *command[1:]], cwd=folder))
    end = time.monotonic() + 60
    while time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return port
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the server did not come up")


def test_the_time_server(registry: McpRegistry, configure: Callable[..., None]) -> None:
    configure("time", "mcp-server-time", "--local-timezone", "Europe/Paris")
    allow_all(registry, "time")
    assert set(registry.tools()) == {"time__get_current_time", "time__convert_time"}
    result = call(
        registry, "time__convert_time", source_timezone="Europe/Paris", time="12:00", target_timezone="Asia/Tokyo"
    )
    value = cast(dict[str, Any], result.data["value"])
    assert value["target"]["datetime"][11:16] in ("19:00", "20:00")


def test_the_sqlite_server(registry: McpRegistry, configure: Callable[..., None], home: Path) -> None:
    configure("db", "mcp-server-sqlite", "--db-path", "notes.db")
    allow_all(registry, "db")
    call(registry, "db__create_table", key="k1", query="CREATE TABLE note (text TEXT)")
    call(registry, "db__write_query", key="k2", query="INSERT INTO note VALUES ('kept')")
    assert "kept" in call(registry, "db__read_query", key="k3", query="SELECT * FROM note").text
    assert (home / "mcp" / "db" / "notes.db").exists()  # in the server's own folder
