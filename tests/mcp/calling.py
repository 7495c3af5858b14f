"""Calls a tool of an MCP server as a step of a run does."""

from __future__ import annotations

import asyncio
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from runs.mcp_pins import ToolView
from runs.mcp_registry import McpRegistry
from tools.base import Json, ToolResult


class Notes:
    def __init__(self) -> None:
        self.kept: dict[str, Json] = {}

    def once(self, key: str, value: Json, exact: bool = False) -> Json:
        return self.kept.setdefault(key, value)


def call(registry: McpRegistry, tool: str, notes: Notes | None = None, key: str = "k", **arguments: Any) -> ToolResult:
    made = registry.tools()[tool]
    ctx = cast(Any, SimpleNamespace(run="r", key=key, journal=notes or Notes()))
    return asyncio.run(made.run(ctx, **made.validate(arguments)))


def shown(registry: McpRegistry, name: str, tool: str) -> ToolView:
    return next(t for s in registry.view()[0] if s.name == name for t in s.tools if t.tool == tool)


def log(tmp_path: Path) -> list[str]:
    path = tmp_path / "odd.log"
    return path.read_text().splitlines() if path.exists() else []
