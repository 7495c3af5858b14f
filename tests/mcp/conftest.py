from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from runs.mcp_registry import McpRegistry
from runs.preferences import Preferences

ODD = str(Path(__file__).parent / "odd_server.py")
CRM = str(Path(__file__).parent / "crm_server.py")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    path = tmp_path / "home"
    path.mkdir()
    return path


@pytest.fixture
def registry(home: Path) -> Iterator[McpRegistry]:
    made = McpRegistry(home, Preferences(home))
    yield made
    made.close()


@pytest.fixture
def odd(home: Path, tmp_path: Path) -> Callable[..., dict[str, Any]]:
    """Writes mcp.json with the odd server under the name "odd"; returns its entry."""

    def write(**env: str) -> dict[str, Any]:
        more = {"ODD_FILE": str(tmp_path / "odd.json"), "ODD_LOG": str(tmp_path / "odd.log"), **env}
        entry = {"command": sys.executable, "args": [ODD], "env": more}
        (home / "mcp.json").write_text(json.dumps({"mcpServers": {"odd": entry}}))
        return entry

    return write


@pytest.fixture
def odd_over_http(home: Path, tmp_path: Path) -> Iterator[Callable[..., Callable[[], None]]]:
    """Starts the odd server on a port and writes mcp.json; returns a function that starts it anew after its death."""
    processes: list[subprocess.Popen[bytes]] = []

    def start(headers: dict[str, str] | None = None) -> Callable[[], None]:
        with socket.socket() as s:
            s.bind(("127.0.0.1", 0))
            port = s.getsockname()[1]
        env = {**os.environ, "ODD_FILE": str(tmp_path / "odd.json"), "ODD_LOG": str(tmp_path / "odd.log")}

        def run() -> None:
            processes.append(subprocess.Popen([sys.executable, ODD, str(port)], env=env, stderr=subprocess.DEVNULL))
            end = time.monotonic() + 30
            while time.monotonic() < end:
                try:
                    socket.create_connection(("127.0.0.1", port), 1).close()
                    return
                except OSError:
                    time.sleep(0.1)
            raise AssertionError("the server did not come up")

        run()
        entry = {"url": f"http://127.0.0.1:{port}/mcp/", "headers": headers or {}}
        (home / "mcp.json").write_text(json.dumps({"mcpServers": {"odd": entry}}))
        return run

    yield start
    for process in processes:
        process.kill()
        process.wait()


def allow_all(registry: McpRegistry, name: str, risk: Any = "external") -> None:
    registry.look(name, wait=True)
    (found,) = [s for s in registry.view()[0] if s.name == name]
    assert found.state == "connected", found.message
    for t in found.tools:
        if t.state in ("new", "changed"):
            registry.allow(name, t.tool, t.digest)
            registry.set_risk(name, t.tool, risk)
