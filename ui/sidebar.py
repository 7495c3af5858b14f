"""The sidebar: a new conversation, and the ones that were, titled by their first goal."""

from __future__ import annotations

from typing import Any

import streamlit as st

from runs.types import Thread
from ui import past_search, session
from ui.render import label

_SHOWN = 30


def draw(chat: Any) -> None:
    """`chat` is the chat page: choosing a conversation elsewhere leads there."""
    with st.sidebar:
        if st.button(
            "New conversation",
            key="new",
            icon=":material/add_comment:",
            width="stretch",
            on_click=session.show_thread,
            args=("",),
        ):
            st.switch_page(chat)
        shown = st.session_state.get("threads", _SHOWN)
        threads = session.groundwork().threads(session.user(), shown + 1)
        if not threads:
            return
        st.html('<div class="gw-quiet gw-side-title">Conversations</div>')
        if past_search.draw(chat):
            return
        current = session.thread()
        with st.container(key="threads", gap=None):
            for thread in threads[:shown]:
                if _row(thread, thread.id == current):
                    session.show_thread(thread.id)
                    st.switch_page(chat, query_params={"thread": thread.id})
        if len(threads) > shown:
            st.button("Show more", key="more-threads", type="tertiary", on_click=_more, args=(shown,))


def _row(thread: Thread, current: bool) -> bool:
    """Draw one conversation; True when it was chosen."""
    if st.session_state.get("deleting") == thread.id:
        st.caption(label(f"Delete “{thread.title[:40]}” and its runs?"))
        with st.container(horizontal=True, gap="small"):
            st.button("Delete", key=f"yes-{thread.id}", type="primary", on_click=_delete, args=(thread.id,))
            st.button("Keep", key=f"no-{thread.id}", on_click=_ask, args=("",))
        return False
    key = f"thread-{'current-' if current else ''}{thread.id}"
    with st.container(horizontal=True, wrap=False, gap=None, vertical_alignment="center", key=f"row-{key}"):
        mark = "● " if thread.active else ""
        chosen = st.button(
            mark + (label(thread.title, 60) or "Untitled"), key=key, type="tertiary", width="stretch", wrap=False
        )
        st.button(
            f"Delete {label(thread.title, 60) or 'Untitled'}",
            key=f"delete-{thread.id}",
            type="tertiary",
            icon=":material/delete:",
            help="Delete this conversation",
            on_click=_ask,
            args=(thread.id,),
        )
    return chosen


def _ask(thread: str) -> None:
    st.session_state["deleting"] = thread


def _delete(thread: str) -> None:
    session.attempt(session.groundwork().delete_thread, session.user(), thread)
    st.session_state.pop("deleting", None)
    session.forget_runs()
    if session.thread() == thread:
        session.show_thread("")


def _more(shown: int) -> None:
    st.session_state["threads"] = shown + _SHOWN
