"""The facts on the Memory page: what the user told Groundwork about themselves, to see, edit, take along and delete."""

from __future__ import annotations

import json
from datetime import date
from typing import Any
from urllib.parse import quote

import streamlit as st

from runs.errors import NotFound
from ui import session
from ui.render import escape, label


def draw(memory: Any) -> None:
    facts = memory.facts(k=1000)
    st.subheader(f"What you told it ({len(facts)})" if facts else "What you told it", anchor=False)
    if not facts:
        st.html('<p class="gw-quiet">Nothing yet. Say “remember that …” in the chat.</p>')
        return
    for fact in facts:
        edited = st.session_state.get("editing-fact") == fact.id
        with st.container(
            horizontal=True, wrap=edited, vertical_alignment="center", gap="small", key=f"fact-{fact.id}"
        ):
            if edited:
                st.text_input("Fact", fact.text, key=f"fact-text-{fact.id}")
                st.date_input(
                    "Until (empty: for good)", _day(fact.until), min_value=date.today(), key=f"fact-until-{fact.id}",
                    format="YYYY-MM-DD", help="After that day it is not told any more and is deleted.",
                )  # fmt: skip
                st.button("Save", key=f"save-{fact.id}", type="primary", on_click=_save, args=(fact,))
                st.button("Leave it", key=f"leave-{fact.id}", on_click=_edit, args=("",))
                continue
            st.html(_html(fact))
            st.button(
                f"Change: {label(fact.text, 60)}", key=f"rephrase-{fact.id}", icon=":material/edit:", type="tertiary",
                help="Change this",
                on_click=_edit, args=(fact.id,),
            )  # fmt: skip
            st.button(
                f"Forget: {label(fact.text, 60)}", key=f"forget-{fact.id}", icon=":material/delete:", type="tertiary",
                help="Forget this",
                on_click=_forget, args=(fact.id,),
            )  # fmt: skip
    kept = [{"fact": f.text, "since": f.added, "run": f.run, "until": f.until, "replaces": f.replaces} for f in facts]
    st.download_button(
        "Download all", json.dumps(kept, ensure_ascii=False, indent=2), "facts.json", "application/json",
        type="tertiary", icon=":material/download:", on_click="ignore", key="facts-download",
    )  # fmt: skip


def _html(fact: Any) -> str:
    parts = [fact.added[:10], escape(f"until {fact.until}") if fact.until else "", _source_html(fact.run)]
    if fact.replaces:
        parts.append(escape(f"replaces “{fact.replaces}”"))
    return (
        f'<div class="gw-doc">{escape(fact.text)}<div class="gw-facts">{" · ".join(p for p in parts if p)}</div></div>'
    )


def _source_html(run: str) -> str:
    """Where it was said; "" for what came by another way."""
    if not run:
        return ""
    try:
        thread = session.groundwork().run(session.user(), run).thread
    except NotFound:
        return "said in a conversation that was deleted"
    return f'<a href="./?thread={quote(thread)}&amp;run={quote(run)}" target="_self">said in the chat</a>'


def _day(iso: str) -> date | None:
    return date.fromisoformat(iso) if iso else None


def _edit(fact: str) -> None:
    st.session_state["editing-fact"] = fact


def _save(fact: Any) -> None:
    text, day = st.session_state.get(f"fact-text-{fact.id}", ""), st.session_state.get(f"fact-until-{fact.id}")
    chosen = day.isoformat() if day else ""
    until = (
        None if chosen == fact.until and text != fact.text else chosen
    )  # a day that was not touched: what is said now
    session.attempt(session.groundwork().memory(session.user()).change_fact, fact.id, text, until)
    st.session_state.pop("editing-fact", None)


def _forget(fact: str) -> None:
    session.attempt(session.groundwork().memory(session.user()).forget, [fact])
