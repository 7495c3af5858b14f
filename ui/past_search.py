"""The search across all past conversations, in the sidebar: by meaning and by word; a find leads to its turn."""

from __future__ import annotations

import re
from typing import Any

import streamlit as st

from memory.types import MemoryFault
from runs.types import Match
from text.words import stem, stems, tokens
from ui import session
from ui.render import escape, label

_MOST = 12
_SNIPPET = 150  # characters


def draw(chat: Any) -> bool:
    """The box and what it finds; True while it is in use, then the list of conversations makes room for it."""
    query = st.text_input(
        "Search conversations", key="thread-search", placeholder="Search conversations", label_visibility="collapsed",
        icon=":material/search:",
    )  # fmt: skip
    if not query.strip():
        return False
    try:
        found = session.groundwork().learning.search(session.user(), query, _MOST)
    except MemoryFault as e:
        st.caption(label(str(e)))
        return True
    if not found:
        st.html('<div class="gw-quiet">No conversation fits. Try other words.</div>')
    with st.container(key="past-found", gap="small"):
        for m in found:
            with st.container(key=f"past-hit-{m.run}", gap=None):
                if st.button(label(m.goal, 60), key=f"open-{m.run}", type="tertiary", width="stretch", wrap=False):
                    session.show_run(m.thread, m.run)
                    st.switch_page(chat, query_params={"thread": m.thread})
                st.html(f'<div class="gw-past">{snippet_html(m, query)} <span>{escape(m.created[:10])}</span></div>')
    return True


def snippet_html(m: Match, query: str) -> str:
    """Where the words stand, marked; else the beginning of the answer."""
    goal, text = " ".join(m.goal.split()), " ".join(m.text.split())
    text = re.sub(r"[*_#`|]+", "", text.removeprefix(goal).strip() or text)
    asked = set(stems(query)) or set(tokens(query))
    words = [w for w in re.finditer(r"[^\W_]+", text) if stem(w[0].casefold()) in asked]
    start = max(0, words[0].start() - 50) if words else 0
    start = text.rfind(" ", 0, start) + 1 if start else 0
    shown, at, out = text[start : start + _SNIPPET], 0, []
    for w in words:
        a, b = w.start() - start, w.end() - start
        if at <= a and b <= len(shown):
            out += [escape(shown[at:a]), f"<mark>{escape(shown[a:b])}</mark>"]
            at = b
    out.append(escape(shown[at:]))
    return f"{'… ' if start else ''}{''.join(out)}{' …' if start + _SNIPPET < len(text) else ''}"
