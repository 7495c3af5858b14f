"""The card of one approval: what would be done, with which arguments, why, and what it is based on.

Drawn in the main script, never in a fragment, so that a click is never queued behind a poll. It decides nothing: the
service says who was first when two tabs act on one approval.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

import streamlit as st

from agents.base import Json
from runs.types import Approval
from ui import fields, names, session
from ui.render import escape, exact, label

RISKS = {"read": "reads", "write": "changes something of yours", "external": "leaves this machine or cannot be undone"}
_LONG = 600  # characters of an argument shown at once


def card(a: Approval, more: int = 0, place: str = "chat") -> None:
    """more: how many others wait behind it."""
    with st.container(border=True, gap="small", key=f"approval-{place}-{a.id}"):
        st.html(_what(a, more))
        with st.container(horizontal=True, gap="small", key=f"decide-{place}-{a.id}"):
            st.button("Approve", key=f"approve-{place}-{a.id}", type="primary", on_click=_approve, args=(a.id,))
            _reject(a, place)
            if a.args:
                _edit(a, place)
            st.button(
                "Allow for this run",
                key=f"allow-{place}-{a.id}",
                help=label(f"{a.tool} may be used again in this run without asking"),
                on_click=_approve,
                args=(a.id, None, True),
            )


def _what(a: Approval, more: int) -> str:
    tags = f'<span class="gw-tag">{escape(RISKS[a.risk])}</span>'
    tags += '<span class="gw-tag">after reading content of others</span>' if a.tainted else ""
    also = f'<span class="gw-quiet">{more} more wait{"s" if more == 1 else ""} behind it</span>' if more else ""
    known = names.of_documents()
    rows = "".join(
        f"<dt>{escape(k.replace('_', ' '))}</dt><dd>{exact(names.in_words(v, known), _LONG)}</dd>"
        for k, v in a.args.items()
        if v not in (None, "", [], {})
    )
    based = ""
    if a.sources:
        items = "".join(
            f"<li>{escape(' · '.join(x for x in (s['title'], s['locator']) if x))}"
            + (' <span class="gw-tag">external content</span>' if s["trust"] == "external" else "")
            + (f'<div class="gw-quiet">“{escape(s["quote"])}”</div>' if s["quote"] else "")
            + "</li>"
            for s in a.sources
        )
        n = len(a.sources)
        based = f"<details><summary>Based on {n} source{'' if n == 1 else 's'} that this run has read</summary><ol>{items}</ol></details>"
    reason = f'<div class="gw-quiet">Step {escape(a.step)}: {escape(a.title)}{". " + escape(a.reason) if a.reason else ""}</div>'
    return (
        f'<div class="gw-approval"><div><b>May it use {escape(a.tool)}?</b> {tags} {also}</div>{reason}'
        f'<dl class="gw-args">{rows or "<dd>without arguments</dd>"}</dl>'
        f'<div>{escape(a.why)} <span class="gw-quiet">Expires in {left(a.expires)}.</span></div>{based}</div>'
    )


def left(expires: str) -> str:
    """How long until then, for people."""
    hours = (datetime.fromisoformat(expires) - datetime.now(UTC)).total_seconds() / 3600
    if hours < 1:
        return "less than an hour"
    if hours < 48:
        return f"{round(hours)} hour{'' if round(hours) == 1 else 's'}"
    return f"{round(hours / 24)} days"


def _reject(a: Approval, place: str) -> None:
    with st.popover("Reject", key=f"no-{place}-{a.id}"):
        key = f"why-{place}-{a.id}"
        st.text_area("Why? The agent reads it and adapts.", key=key, placeholder="You may leave this empty.", height=80)
        st.button("Reject", key=f"reject-{place}-{a.id}", type="primary", on_click=_rejected, args=(a.id, key))


def _edit(a: Approval, place: str) -> None:
    with st.popover("Edit and approve", key=f"edit-{place}-{a.id}"):
        keys, known = {}, fields.properties(a.schema)
        for name, value in a.args.items():
            key = keys[name] = f"arg-{place}-{a.id}-{name}"
            fields.field(label(name.replace("_", " ")), value, key, known.get(name, {}))
        st.button("Approve as edited", key=f"save-{place}-{a.id}", type="primary", on_click=_edited, args=(a, keys))


def _edited(a: Approval, keys: Mapping[str, str]) -> None:
    _approve(a.id, fields.read(a.schema, keys, a.args))


def _approve(id: str, args: Mapping[str, Json] | None = None, for_run: bool = False) -> None:
    done = session.attempt(session.groundwork().approve, session.user(), id, args, for_run)
    _look(done)


def _rejected(id: str, key: str) -> None:
    _look(session.attempt(session.groundwork().reject, session.user(), id, st.session_state.get(key, "")))


def _look(done: Approval | None) -> None:
    """Wait a moment for the run to go on, so that the next drawing shows it."""
    if done is not None:
        gw = session.groundwork()
        gw.wait(session.user(), done.run, gw.run(session.user(), done.run).last, 0.3)
