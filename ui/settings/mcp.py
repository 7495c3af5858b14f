"""Settings: MCP servers, what their tools are, and which of them goals may use. Text of servers is shown as text only."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import streamlit as st

from runs.mcp_pins import ToolView
from runs.mcp_registry import ServerView
from ui import session
from ui.render import escape, label

if TYPE_CHECKING:
    from runs.service import Groundwork

_STATES = {
    "not looked at": ("quiet", "not connected"),
    "looking": ("quiet", "connecting …"),
    "connected": ("good", "connected"),
    "failed": ("bad", "not reached"),
    "disabled": ("quiet", "switched off in mcp.json"),
    "wrong": ("bad", "entry not understood"),
}
_TOOL_STATES = {
    "allowed": "allowed",
    "off": "off",
    "new": "new: look at it first",
    "changed": "changed: off until you have looked",
    "gone": "not offered any more",
    "unusable": "cannot be used",
}
_RISKS = {
    "external": "Leaves this machine, so it asks each time",
    "write": "Changes something of yours",
    "read": "Only reads",
}
_SCHEMA = 6_000  # characters of a schema shown


def draw(service: Groundwork) -> None:
    st.subheader("MCP servers", anchor=False)
    st.html(
        '<p class="gw-quiet">Programs that bring tools of other apps. A tool is used only after you have looked at it here, '
        "and what it returns is treated as content from outside.</p>"
    )
    views, fault = service.mcp.view()
    if fault:
        st.html(f'<div class="gw-note gw-note-bad" role="alert">{escape(fault)}</div>')
    for view in views:
        if view.state == "not looked at" and view.name not in st.session_state.setdefault("mcp-looked", set()):
            st.session_state["mcp-looked"].add(view.name)
            service.mcp.look(view.name)
    _servers(service)
    if not fault:
        _add(service)


@st.fragment(run_every=1.0)
def _poll(service: Groundwork, drawn: list[tuple[str, str]]) -> None:
    """While a server is being connected: drawn anew once it is, whatever the others still do."""
    if service.mcp.states() != drawn:
        st.rerun()


def _servers(service: Groundwork) -> None:
    drawn, views = service.mcp.states(), service.mcp.view()[0]  # in this order: what changes in between is drawn anew
    if not views:
        st.html('<p class="gw-quiet">None yet.</p>')
    for view in views:
        with st.container(border=True, key=f"mcp-{view.name}", gap="small"):
            _server(service, view)
    if any(v.state == "looking" for v in views):
        _poll(service, drawn)


def _server(service: Groundwork, view: ServerView) -> None:
    tone, said = _STATES[view.state]
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"mcp-head-{view.name}"):
        st.html(
            f'<div class="gw-doc"><b>{escape(view.name)}</b> <span class="gw-{tone}">{said}</span>'
            f'<div class="gw-facts gw-code">{escape(view.where)}</div></div>'
        )
        if view.state in ("connected", "failed", "not looked at"):
            st.button(
                f"Look again at {label(view.name)}",
                key=f"mcp-again-{view.name}",
                icon=":material/refresh:",
                type="tertiary",
                help="Connect and look again",
                on_click=_look,
                args=(service, view.name),
            )
        _remove_button(service, view)
    if view.message:
        st.html(f'<div class="gw-note gw-note-bad" role="alert">{escape(view.message)}</div>')
    waiting = [t for t in view.tools if t.state in ("new", "changed") and view.state == "connected"]
    for tool in [t for t in view.tools if t.state == "changed"]:
        _tool(service, view, tool)
    for tool in [t for t in view.tools if t.state != "changed"]:
        _tool(service, view, tool)
    if len(waiting) > 1:
        st.button(
            f"Allow all {len(waiting)}, as shown",
            key=f"mcp-all-{view.name}",
            on_click=_allow_all,
            args=(service, view.name, [(t.tool, t.digest) for t in waiting]),
        )


def _remove_button(service: Groundwork, view: ServerView) -> None:
    if st.session_state.get("mcp-removing") == view.name:
        st.button("Remove it", key=f"mcp-yes-{view.name}", type="primary", on_click=_remove, args=(service, view.name))
        st.button("Keep", key=f"mcp-no-{view.name}", on_click=_ask, args=("",))
    else:
        st.button(
            f"Remove {label(view.name)}",
            key=f"mcp-remove-{view.name}",
            icon=":material/delete:",
            type="tertiary",
            help=f"Remove {label(view.name)}",
            on_click=_ask,
            args=(view.name,),
        )


def _tool(service: Groundwork, view: ServerView, tool: ToolView) -> None:
    key = f"{view.name}-{tool.name}"
    title = f"{label(tool.tool, 60)} · {_TOOL_STATES[tool.state]}"
    if tool.state == "allowed":
        title = f"{label(tool.tool, 60)} · {_RISKS[tool.risk].lower()}"
    with st.expander(title, expanded=tool.state in ("new", "changed"), icon=_icon(tool)):
        if tool.fault:
            st.html(f'<p class="gw-bad">{escape(tool.fault)}</p>')
        if tool.before is not None:
            st.html(_difference("Description", tool.before.description, tool.description))
            st.html(_difference("Arguments", _json(tool.before.schema), _json(tool.schema)))
        elif not tool.fault:
            st.html(f'<div class="gw-result">{escape(tool.description) or "No description."}</div>{_arguments(tool)}')
        if tool.says_read_only:
            st.html('<p class="gw-quiet">Its server says that it only reads.</p>')
        _decision(service, view, tool, key)


def _icon(tool: ToolView) -> str:
    return {
        "allowed": ":material/check:",
        "changed": ":material/warning:",
        "new": ":material/fiber_new:",
        "unusable": ":material/block:",
    }.get(tool.state, ":material/remove:")


def _decision(service: Groundwork, view: ServerView, tool: ToolView, key: str) -> None:
    if tool.state in ("new", "changed"):
        if view.state == "connected":
            st.button(
                "Allow" if tool.state == "new" else "Allow it as it is now",
                key=f"mcp-allow-{key}",
                on_click=_allow_all,
                args=(service, view.name, [(tool.tool, tool.digest)]),
            )
        return
    if tool.state == "off":
        st.button("Switch on", key=f"mcp-on-{key}", on_click=_switch, args=(service, view.name, tool.tool, True))
    if tool.state == "allowed":
        st.selectbox(
            "What it does",
            list(_RISKS),
            index=list(_RISKS).index(tool.risk),
            format_func=_RISKS.__getitem__,
            key=f"mcp-risk-{key}",
            on_change=_risk,
            args=(service, view.name, tool.tool, f"mcp-risk-{key}"),
            help="A tool that leaves this machine waits for your yes each time. Say that it only reads if nothing is changed and nothing leaves.",
        )
        st.button("Switch off", key=f"mcp-off-{key}", on_click=_switch, args=(service, view.name, tool.tool, False))


def _arguments(tool: ToolView) -> str:
    properties = tool.schema.get("properties") or {}
    if not properties:
        return '<p class="gw-quiet">It takes no arguments.</p>'
    needed = tool.schema.get("required") or []
    rows = "".join(
        f"<dt>{escape(str(name))}{'' if name in needed else ' (optional)'}</dt><dd>{escape(_about(p))}</dd>"
        for name, p in list(properties.items())[:40]
    )
    return f'<dl class="gw-args">{rows}</dl>'


def _about(described: Any) -> str:
    if not isinstance(described, Mapping):
        return ""
    kind = described.get("type", "")
    kind = " or ".join(map(str, kind)) if isinstance(kind, list) else str(kind)
    return ": ".join(x for x in (kind, str(described.get("description", ""))[:400]) if x)


def _difference(what: str, before: str, after: str) -> str:
    if before == after:
        return f'<p class="gw-quiet">{what}: as before.</p>'
    return (
        f'<p class="gw-quiet">{what}, as you allowed it</p><div class="gw-result gw-was">{escape(before) or "(none)"}</div>'
        f'<p class="gw-quiet">{what}, now</p><div class="gw-result gw-now">{escape(after) or "(none)"}</div>'
    )


def _json(schema: Mapping[str, Any]) -> str:
    return json.dumps(schema, indent=1, ensure_ascii=False)[:_SCHEMA]


def _add(service: Groundwork) -> None:
    with st.expander("Add a server", icon=":material/add:", key="mcp-add"):
        st.text_input("Name", key="mcp-name", placeholder="crm", max_chars=32)
        st.text_input(
            "Command or address",
            key="mcp-where",
            placeholder="mcp-server-time --local-timezone Europe/Paris, or https://crm.example/mcp",
        )
        st.text_area(
            "Environment or headers, one NAME=value a line",
            key="mcp-more",
            height=80,
            placeholder="Authorization=Bearer ${CRM_TOKEN}",
            help="Write ${NAME} for a secret: it is taken from Groundwork's environment when it is needed and never kept or shown. "
            "The server sees nothing else of that environment.",
        )
        st.button("Add", key="mcp-add-it", on_click=_added, args=(service,))
        st.html(f'<p class="gw-quiet">The list is kept in <code>{escape(str(service.mcp.path))}</code>.</p>')


def _added(service: Groundwork) -> None:
    name, where = (str(st.session_state[k]).strip() for k in ("mcp-name", "mcp-where"))
    lines = [line for line in str(st.session_state["mcp-more"]).splitlines() if line.strip()]
    more = {k.strip(): v.strip() for k, v in (line.partition("=")[::2] for line in lines)}
    if where.lower().startswith(("http://", "https://")):
        entry: dict[str, Any] = {"url": where, **({"headers": more} if more else {})}
    else:
        try:
            words = shlex.split(where)
        except ValueError:
            session.notice("The command has an opening quotation mark without its end. Nothing was added.")
            return
        entry = {"command": words[0] if words else "", "args": words[1:], **({"env": more} if more else {})}
    if session.attempt(_add_and_look, service, name, entry):
        for key in ("mcp-name", "mcp-where", "mcp-more"):
            st.session_state[key] = ""


def _add_and_look(service: Groundwork, name: str, entry: dict[str, Any]) -> bool:
    service.shared.add_server(session.user(), name, entry)
    service.shared.look(session.user(), name)
    return True


def _look(service: Groundwork, name: str) -> None:
    session.attempt(service.shared.look, session.user(), name)


def _switch(service: Groundwork, name: str, tool: str, on: bool) -> None:
    session.attempt(service.shared.switch_tool, session.user(), name, tool, on)


def _allow_all(service: Groundwork, name: str, tools: list[tuple[str, str]]) -> None:
    for tool, digest in tools:
        session.attempt(service.shared.allow_tool, session.user(), name, tool, digest)


def _risk(service: Groundwork, name: str, tool: str, key: str) -> None:
    session.attempt(service.shared.set_risk, session.user(), name, tool, st.session_state[key])


def _ask(name: str) -> None:
    st.session_state["mcp-removing"] = name


def _remove(service: Groundwork, name: str) -> None:
    session.attempt(service.shared.remove_server, session.user(), name)
    st.session_state.pop("mcp-removing", None)
    st.session_state.get("mcp-looked", set()).discard(name)
