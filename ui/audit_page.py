"""The audit page: what was done, by whom, on what grounds, and what came of it. An admin sees everybody's lines."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Literal
from urllib.parse import quote

import streamlit as st

from runs.audit import Line
from ui import session
from ui.render import escape, exact

_SHOWN = 50
_LONG = 800  # characters of a detail before the rest is folded
_WORDS = {
    "RunQueued": "goal accepted", "Tainted": "read content of others", "ToolCalled": "tool called", "ToolReturned": "tool returned",
    "ToolErred": "tool failed", "ApprovalAsked": "approval asked", "ApprovalDecided": "approval decided", "StopRequested": "stop",
    "RunEnded": "run ended", "SignedIn": "signed in", "SignInFailed": "sign-in failed", "SignedOut": "signed out",
    "SessionsEnded": "sessions ended", "RuleSet": "rule set", "AccountAdded": "account added", "AccountChanged": "account changed",
    "ThreadDeleted": "conversation deleted", "DocumentDeleted": "document deleted", "AuditExported": "audit exported",
    "BudgetExtended": "budget extended", "Undone": "undone", "PasswordChanged": "password changed", "ReportPutBack": "report put back", "RunForked": "run again from a step", "PlanReviewed": "plan reviewed", "PlanRejected": "plan refused", "RunReopened": "run gone on with",
    "LimitSet": "limit set", "ModelsChosen": "models chosen", "WebSearchSet": "web search set", "ServerAdded": "server added",
    "ServerRemoved": "server removed", "ToolAllowed": "tool allowed", "ToolSwitched": "tool switched", "RiskSet": "tool's risk set",
    "WatchAdded": "place watched", "WatchRemoved": "place watched no longer",
    "DataExported": "data exported", "Erased": "data erased",
}  # fmt: skip


def page() -> None:
    st.title("Audit", anchor=False)
    session.tell_notice()
    gw, user = session.groundwork(), session.user()
    choices, admin = gw.control.audit_choices(user), session.is_admin()
    if asked := st.query_params.pop("run", ""):  # a link from a line: everything of that run
        st.session_state["audit-run"] = asked
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="audit-filter"):
        of = st.text_input("User", key="audit-user", width=120) if admin else ""
        run = st.text_input("Run", key="audit-run", width=120)
        tool = st.selectbox(
            "Tool", ["", *choices["tool"]], key="audit-tool", format_func=lambda t: t or "any", width=140
        )
        kind = st.selectbox("What", ["", *choices["kind"]], key="audit-kind", format_func=_kind, width=160)
        decision = st.text_input("Decision", key="audit-decision", placeholder="approved …", width=130)
    shown = st.session_state.setdefault("audit-shown", _SHOWN)
    wanted: dict[str, Any] = {
        "of": of.strip(),
        "run": run.strip(),
        "tool": tool,
        "decision": decision.strip(),
        "kind": kind,
    }
    lines = gw.control.audit(user, **wanted, limit=shown + 1)
    mine = {r.id: r.thread for r in gw.runs(user, limit=1_000)}
    with st.container(horizontal=True, gap="small"):
        for form in ("jsonl", "csv"):
            st.button(f"Prepare {form.upper()}", key=f"audit-{form}", on_click=_prepare, args=(form, wanted))
        form, text, of_these = st.session_state.get("audit-file") or ("", "", None)
        if of_these == wanted:  # what was prepared with other filters is not offered
            st.download_button(f"Download audit.{form}", text, f"audit.{form}", type="primary", on_click=_downloaded)
        if admin:
            st.button("Verify", key="audit-verify", icon=":material/verified:", on_click=_verify)
    if admin and (found := st.session_state.pop("audit-verified", None)):
        _verified(*found)
    st.caption("Times are UTC, newest first.")
    rows = "".join(
        _row(x, mine.get(x.run, "")) for x in lines[:shown]
    )  # of others an admin sees the lines, not the page
    st.html(f'<div class="gw-audit">{rows}</div>' if rows else '<p class="gw-quiet">No line fits.</p>')
    if len(lines) > shown:
        st.button("Show more", key="audit-more", type="tertiary", on_click=_more)


def _kind(kind: str) -> str:
    return _WORDS.get(kind, kind) or "anything"


def _row(x: Line, thread: str) -> str:
    at = datetime.fromtimestamp(x.time, UTC).strftime("%Y-%m-%d %H:%M:%S")
    leads = f"./?thread={quote(thread)}&run={quote(x.run)}" if thread else f"./audit?run={quote(x.run)}"
    run = x.run and f'<a href="{escape(leads)}" target="_self">run {escape(x.run[:6])}</a>'
    details = {k: v for k, v in x.body.items() if k not in ("user", "tool") and v not in ("", [], {}, None)}
    items = "".join(f"<dt>{escape(k)}</dt><dd>{_value(v)}</dd>" for k, v in details.items())
    facts = " · ".join(f for f in (escape(x.user), run, escape(x.tool), escape(x.decision)) if f)
    return (
        f'<details class="gw-audit-line"><summary><span class="gw-id">{x.sequence}</span> <span class="gw-facts">{at}</span> '
        f'<b>{escape(_kind(x.kind))}</b> <span class="gw-facts">{facts}</span></summary><dl class="gw-args">{items}</dl></details>'
    )


def _value(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return exact(text, _LONG)


def _more() -> None:
    st.session_state["audit-shown"] += _SHOWN


def _prepare(form: Literal["jsonl", "csv"], wanted: Mapping[str, Any]) -> None:
    export = session.groundwork().control.audit_export
    text = session.attempt(lambda: export(session.user(), form, **wanted))
    if text is not None:
        st.session_state["audit-file"] = (form, text, dict(wanted))


def _downloaded() -> None:
    st.session_state.pop("audit-file", None)


def _verify() -> None:
    st.session_state["audit-verified"] = session.attempt(session.groundwork().control.audit_verify, session.user())


def _verified(count: int, problems: list[str]) -> None:
    if not problems:
        st.html(
            f'<div class="gw-note gw-note-good" role="status"><b>All {count:,} lines are as they were written.</b></div>'
        )
        return
    items = "".join(f"<li>{escape(p)}</li>" for p in problems[:50])
    st.html(
        f'<div class="gw-note gw-note-bad" role="alert"><b>{len(problems)} problems in {count:,} lines.</b><ul>{items}</ul></div>'
    )
