"""The MCP servers of this home: which there are, what they offer, and what of it a person has allowed.

Servers stand in `mcp.json` (see `tools/mcp_servers.py`), what is allowed in the preferences. Nothing is connected until
a page asks for a server's tools or a run uses one; a look happens in the background and is read when it is there.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal, cast

from runs.errors import BadSetting
from runs.mcp_pins import Pinned, State, ToolView, as_it_is, view_of, why_off
from runs.preferences import Preferences, write_atomically
from tools.base import Json, Risk, Tool, ToolFailed
from tools.mcp import Hub, Offer, Pin, Server, UnusableSchema, as_tool, pin, tool_name
from tools.mcp_connection import CONNECT, LIST, Refused, Unreachable
from tools.mcp_servers import BadServer, read_servers, server


@dataclass(frozen=True)
class ServerView:
    name: str
    where: str
    state: Literal["not looked at", "looking", "connected", "failed", "disabled", "wrong"]
    message: str  # why it failed or what is wrong with its entry
    tools: tuple[ToolView, ...] = ()


class McpRegistry:
    """Thread-safe. Satisfies `tools.mcp.Door`."""

    def __init__(self, home: Path, preferences: Preferences) -> None:
        self.path = home / "mcp.json"
        self._preferences = preferences
        self._hub = Hub(home / "mcp")
        self._lock = threading.RLock()
        self._offers: dict[str, tuple[Server, list[Offer]]] = {}
        self._looks: dict[str, Future[list[Offer]]] = {}
        self._failures: dict[str, str] = {}

    # --- for runs
    def tools(self) -> dict[str, Tool]:
        """What is allowed at this moment, by name. Connects to nothing."""
        servers, _ = self._servers()
        return {
            tool_name(p.server, p.tool): as_tool(p.pin(), self._hub, self)
            for p in self._pins()
            if not why_off(p, servers.get(p.server))
        }

    def withheld(self) -> dict[str, str]:
        """What a goal may name and not use, and why: tools that were allowed once, by the name that plans gave them, and
        servers no tool of which was looked at, by their own. Connects to nothing."""
        servers, pins = self._servers()[0], self._pins()
        new = {
            n: f"no tool of {n} has been allowed yet. Look at them under Settings → MCP servers."
            for n, s in servers.items()
            if not s.disabled and not any(p.server == n for p in pins)
        }
        return new | {tool_name(p.server, p.tool): why for p in pins if (why := why_off(p, servers.get(p.server)))}

    def admit(self, allowed: Pin) -> Server:
        found = self._servers()[0].get(allowed.server)
        pinned = self._pin(allowed.server, allowed.tool)
        if found is None or found.disabled or pinned is None or not pinned.on or pinned.digest != allowed.digest:
            raise ToolFailed(f"{allowed.tool} of {allowed.server} was switched off in the settings. It was not used.")
        return found

    def seen(self, server: Server, offers: list[Offer]) -> None:
        """What it offers in place of what was allowed is remembered, also over a restart: no goal is planned with that."""
        with self._lock:
            self._offers[server.name] = (server, offers)
            self._failures.pop(server.name, None)
            pins = self._pins()
            now = [as_it_is(p, server, offers) for p in pins]
            if now != pins:
                self._keep(now)

    # --- for the page
    def look(self, name: str, wait: bool = False) -> None:
        """Ask a server for its tools, in the background (or wait for it). A look that is under way is not doubled."""
        found = self._servers()[0].get(name)
        if found is None or found.disabled:
            return
        with self._lock:
            going = self._looks.get(name)
            if going is None or going.done():
                self._failures.pop(name, None)
                going = self._looks[name] = self._hub.run(self._looked(found))
        if wait:
            going.result(2 * (CONNECT + LIST) + 10)

    async def _looked(self, found: Server) -> list[Offer]:
        try:
            offers = await self._hub.offers(found)
        except (Unreachable, Refused) as e:
            with self._lock:
                self._offers.pop(found.name, None)
                self._failures[found.name] = str(e)
            return []
        self.seen(found, offers)
        return offers

    def view(self) -> tuple[list[ServerView], str]:
        """(all servers, what is wrong with the file or ""). Connects to nothing."""
        try:
            servers, faults = read_servers(self.path)
        except BadServer as e:
            return [], str(e)
        wrong = [ServerView(n, "", "wrong", why) for n, why in faults.items()]
        return [*(self._server_view(s) for s in servers.values()), *wrong], ""

    def states(self) -> list[tuple[str, str]]:
        """(server, its state) of all: differs once one of them needs to be drawn anew."""
        return [(v.name, v.state) for v in self.view()[0]]

    def _server_view(self, found: Server) -> ServerView:
        with self._lock:
            kept = self._offers.get(found.name)
            going = self._looks.get(found.name)
            failure = self._failures.get(found.name, "")
        offers = kept[1] if kept and kept[0] == found else None
        state = "failed" if failure else "connected" if offers is not None else "not looked at"
        if going is not None and not going.done():
            state = "looking"
        return ServerView(
            found.name, found.where(), "disabled" if found.disabled else state, failure, self._tool_views(found, offers)
        )

    def _tool_views(self, found: Server, offers: list[Offer] | None) -> tuple[ToolView, ...]:
        pins = {p.tool: p for p in self._pins() if p.server == found.name}
        views = [view_of(found, o, pins.get(o.name)) for o in offers or []]
        for p in pins.values():
            if p.tool not in {v.tool for v in views}:
                moved = p.server_is != found.fingerprint() or p.now == "changed"
                gone = offers is not None or p.now == "gone"
                state: State = "gone" if gone else "changed" if moved else "allowed" if p.on else "off"
                name = tool_name(p.server, p.tool)
                views.append(ToolView(p.tool, name, state, p.risk, p.description, p.schema, p.digest))
        return tuple(views)

    # --- a person's decisions
    def allow(self, name: str, tool: str, digest: str) -> None:
        """Let runs use the tool as it was shown. Raises BadSetting when it is not like that (any more)."""
        found = self._servers()[0].get(name)
        with self._lock:
            kept = self._offers.get(name)
        offer = next((o for o in (kept[1] if kept else []) if o.name == tool), None)
        if found is None or kept is None or kept[0] != found or offer is None:
            raise BadSetting(f"{name} does not offer {tool} at present. Nothing was changed; look at it again.")
        try:
            fresh = pin(found, offer)
        except UnusableSchema as e:
            raise BadSetting(f"{tool} cannot be used. {e}") from e
        if fresh.digest != digest:
            raise BadSetting(f"{tool} of {name} changed while you looked at it. Nothing was allowed; look again.")
        self._put(Pinned.of(found, fresh))

    def switch_off(self, name: str, tool: str) -> None:
        if (known := self._pin(name, tool)) is not None:
            self._put(replace(known, on=False))

    def switch_on(self, name: str, tool: str) -> None:
        """Again, as it was allowed before."""
        if (known := self._pin(name, tool)) is not None:
            self._put(replace(known, on=True))

    def set_risk(self, name: str, tool: str, risk: Risk) -> None:
        if (known := self._pin(name, tool)) is not None:
            self._put(replace(known, risk=risk))

    def add(self, name: str, entry: Mapping[str, Any]) -> None:
        """Put a server into the file. Raises BadSetting."""
        with self._lock:
            entries = self._entries()
            if name in entries:
                raise BadSetting(f"There is a server {name} already. Nothing was changed; choose another name.")
            try:
                server(name, dict(entry))
            except BadServer as e:
                raise BadSetting(f"{e} Nothing was changed.") from e
            self._write({**entries, name: dict(entry)})

    def remove(self, name: str) -> None:
        """Take a server out of the file, end its process and forget what was allowed of it."""
        with self._lock:
            self._write({k: v for k, v in self._entries().items() if k != name})
            self._keep([p for p in self._pins() if p.server != name])
            for known in (self._offers, self._looks, self._failures):
                known.pop(name, None)
        self._hub.forget(name)

    def close(self) -> None:
        self._hub.close()

    # --- kept
    def _servers(self) -> tuple[dict[str, Server], dict[str, str]]:
        try:
            return read_servers(self.path)
        except BadServer:
            return {}, {}

    def _entries(self) -> dict[str, Any]:
        try:
            read_servers(self.path)
        except BadServer as e:
            raise BadSetting(str(e)) from e
        return json.loads(self.path.read_text(encoding="utf-8"))["mcpServers"] if self.path.exists() else {}

    def _write(self, entries: Mapping[str, Any]) -> None:
        write_atomically(self.path, json.dumps({"mcpServers": entries}, indent=2, ensure_ascii=False))

    def _pins(self) -> list[Pinned]:
        kept = cast(list[Any], self._preferences.get("mcp", []))
        return [Pinned(**p) for p in kept]

    def _pin(self, name: str, tool: str) -> Pinned | None:
        return next((p for p in self._pins() if (p.server, p.tool) == (name, tool)), None)

    def _put(self, pinned: Pinned) -> None:
        with self._lock:
            others = [p for p in self._pins() if (p.server, p.tool) != (pinned.server, pinned.tool)]
            self._keep([*others, pinned])

    def _keep(self, pins: list[Pinned]) -> None:
        self._preferences.set("mcp", cast(Json, [asdict(p) for p in pins]))
