"""What an admin chooses for everybody: language models, web search, and which MCP servers and tools there are. A part of
`Groundwork`; the only way in which the page changes them.

Every method takes who asks and looks at their role then, not when the page was drawn: an MCP server is a program that
will be started, and who was an admin a minute ago may still have the button before them. Each change leaves a line in
the audit log. A server's environment and headers are not told there, they may be secret.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from agents.models.spec import ModelSettings
from runs.control import Control
from runs.mcp_registry import McpRegistry
from runs.models import Models
from runs.preferences import Preferences
from tools.base import Json, Risk
from tools.mcp import tool_name


class SharedSettings:
    def __init__(self, control: Control, preferences: Preferences, models: Models, mcp: McpRegistry) -> None:
        self._control, self._preferences, self._models, self._mcp = control, preferences, models, mcp

    def choose_models(self, user: str, models: ModelSettings, tokens: int, money: float) -> None:
        """Raises NotAllowed, BadSpec, BadHome."""
        self._control.admins_only(user)
        self._models.save(models, tokens, money)
        told: dict[str, Json] = {"model": models.model or "built-in", "fallbacks": [*models.fallbacks]}
        self._told(user, "ModelsChosen", {**told, "roles": {**models.roles}, "tokens": tokens, "money": money})

    def allow_web_search(self, user: str, allowed: bool) -> None:
        self._control.admins_only(user)
        self._preferences.set("web_search", allowed)
        self._told(user, "WebSearchSet", {}, decision="on" if allowed else "off")

    # --- MCP
    def add_server(self, user: str, name: str, entry: Mapping[str, Any]) -> None:
        """Raises NotAllowed, BadSetting."""
        self._control.admins_only(user)
        self._mcp.add(name, entry)
        where = next((v.where for v in self._mcp.view()[0] if v.name == name), "")
        self._told(user, "ServerAdded", {"server": name, "where": where})

    def remove_server(self, user: str, name: str) -> None:
        self._control.admins_only(user)
        self._mcp.remove(name)
        self._told(user, "ServerRemoved", {"server": name})

    def look(self, user: str, name: str) -> None:
        """Connect to a server (start its program) and ask what it offers; in the background."""
        self._control.admins_only(user)
        self._mcp.look(name)

    def allow_tool(self, user: str, server: str, tool: str, digest: str) -> None:
        """As it was shown, which `digest` names. Raises NotAllowed, BadSetting."""
        self._control.admins_only(user)
        self._mcp.allow(server, tool, digest)
        self._told(user, "ToolAllowed", {"server": server, "digest": digest}, tool_name(server, tool), "allowed")

    def switch_tool(self, user: str, server: str, tool: str, on: bool) -> None:
        """Again as it was allowed before, or off."""
        self._control.admins_only(user)
        (self._mcp.switch_on if on else self._mcp.switch_off)(server, tool)
        self._told(user, "ToolSwitched", {"server": server}, tool_name(server, tool), "on" if on else "off")

    def set_risk(self, user: str, server: str, tool: str, risk: Risk) -> None:
        self._control.admins_only(user)
        self._mcp.set_risk(server, tool, risk)
        self._told(user, "RiskSet", {"server": server}, tool_name(server, tool), risk)

    def _told(self, user: str, kind: str, body: Mapping[str, Json], tool: str = "", decision: str = "") -> None:
        self._control.book.add(kind, user, body, tool=tool, decision=decision)
