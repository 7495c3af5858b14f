"""Servers that other people wrote, as they are installed from the package index."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, cast

from runs.mcp_registry import McpRegistry
from tests.mcp.conftest import allow_all
from tests.mcp.test_tools import call


def configure(home: Path, **servers: Any) -> None:
    (home / "mcp.json").write_text(json.dumps({"mcpServers": servers}))


def test_the_time_server(registry: McpRegistry, home: Path) -> None:
    configure(home, time={"command": "mcp-server-time", "args": ["--local-timezone", "Europe/Paris"]})
    allow_all(registry, "time")
    assert set(registry.tools()) == {"time__get_current_time", "time__convert_time"}
    result = call(
        registry, "time__convert_time", source_timezone="Europe/Paris", time="12:00", target_timezone="Asia/Tokyo"
    )
    value = cast(dict[str, Any], result.data["value"])
    assert value["target"]["datetime"][11:16] in ("19:00", "20:00")


def test_the_sqlite_server(registry: McpRegistry, home: Path) -> None:
    configure(home, db={"command": "mcp-server-sqlite", "args": ["--db-path", "notes.db"]})
    allow_all(registry, "db")
    call(registry, "db__create_table", key="k1", query="CREATE TABLE note (text TEXT)")
    call(registry, "db__write_query", key="k2", query="INSERT INTO note VALUES ('kept')")
    assert "kept" in call(registry, "db__read_query", key="k3", query="SELECT * FROM note").text
    assert (home / "mcp" / "db" / "notes.db").exists()  # in the server's own folder
