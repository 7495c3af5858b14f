"""What was allowed of MCP servers, as it is kept, and how it stands beside what they offer now. Data only: `mcp_registry.py`
reads and stores it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from tools.base import Risk
from tools.mcp import Offer, Pin, Server, UnusableSchema, digest, pin, tool_name

State = Literal["allowed", "off", "new", "changed", "gone", "unusable"]


@dataclass(frozen=True)
class ToolView:
    """One tool, for the page. `state` "new", "changed": a person has to look before it can be used."""

    tool: str  # as the server calls it
    name: str  # as plans call it
    state: State
    risk: Risk
    description: str  # now, or as it was when the server is not connected
    schema: Mapping[str, Any]
    digest: str  # of what is shown: allowing names it, so that nothing else is allowed
    before: Pin | None = None  # of a changed one: as it was allowed
    says_read_only: bool = False
    fault: str = ""


@dataclass(frozen=True)
class Pinned:
    """A pin as it is kept: plain JSON."""

    server: str
    tool: str
    digest: str
    description: str
    schema: Mapping[str, Any]
    risk: Risk
    server_is: str  # fingerprint of the program or address
    on: bool = True
    now: Literal["as allowed", "changed", "gone"] = "as allowed"  # what its server offered when it was last asked

    @classmethod
    def of(cls, found: Server, fresh: Pin) -> Pinned:
        return cls(**vars(fresh), server_is=found.fingerprint())

    def pin(self) -> Pin:
        return Pin(self.server, self.tool, self.digest, self.description, self.schema, self.risk)


def why_off(pinned: Pinned, server: Server | None) -> str:
    """Why goals may not use it, as the end of a sentence for people; "" when they may."""
    look = "Look at it under Settings → MCP servers."
    if server is None:
        return f"{pinned.server} is not in mcp.json any more."
    if server.disabled:
        return f"{pinned.server} is switched off in mcp.json."
    if pinned.server_is != server.fingerprint():
        return f"another program or address stands behind {pinned.server} than the one that was looked at. {look}"
    if pinned.now == "changed":
        return f"its description or its arguments have changed since it was allowed. {look}"
    if pinned.now == "gone":
        return f"{pinned.server} does not offer it any more."
    return "" if pinned.on else "it is switched off under Settings → MCP servers."


def as_it_is(pinned: Pinned, server: Server, offers: Sequence[Offer]) -> Pinned:
    """The pin with what `server` offers in its place; the pin itself when it is another server's."""
    if pinned.server != server.name:
        return pinned
    offer = next((o for o in offers if o.name == pinned.tool), None)
    if offer is None:
        return replace(pinned, now="gone")
    return replace(pinned, now="as allowed" if digest(server, offer) == pinned.digest else "changed")


def view_of(found: Server, offer: Offer, pinned: Pinned | None) -> ToolView:
    name = tool_name(found.name, offer.name)
    try:
        now = pin(found, offer)
    except UnusableSchema as e:
        return ToolView(offer.name, name, "unusable", "external", "", {}, "", fault=str(e))
    state: State = "new"
    before = None
    if pinned is not None:
        state = "changed" if pinned.digest != now.digest else "allowed" if pinned.on else "off"
        before = pinned.pin() if state == "changed" else None
    risk = pinned.risk if pinned and state != "changed" else "external"
    return ToolView(
        offer.name, name, state, risk, now.description, now.schema, now.digest, before, offer.says_read_only
    )
