"""Watched folders and feeds on the Memory page: to add one, to see how its last look went, to end it."""

from __future__ import annotations

from datetime import datetime

import streamlit as st

from runs.watches import Watch
from ui import documents, session
from ui.render import escape, label

_POLL = 2.0
_NOUNS = {"folder": "file", "feed": "entry", "sitemap": "page"}
_HELP = {
    "folder": "New and changed files come in within half a minute, removed ones go. Links that lead out of it are not followed.",
    "feed": "New entries come in every half hour. Those that the feed drops stay.",
    "sitemap": "New and changed pages come in every six hours, removed ones go.",
}


def form() -> None:
    folders = session.groundwork().files.watching.may_watch_folders(session.user())
    what = "A folder on this machine, or the address of a feed (RSS, Atom) or a sitemap.xml"
    with st.form("watch-form", clear_on_submit=True, border=False):
        st.text_input(
            what if folders else "The address of a feed (RSS, Atom) or a sitemap.xml", key="watch-place",
            placeholder="/home/me/Documents/Contracts" if folders else "https://example.org/feed.xml",
        )  # fmt: skip
        st.form_submit_button("Watch it", on_click=_add)
    st.caption(
        "What is new or changed there comes in by itself; what is gone from a folder or a sitemap goes out again."
        if folders
        else "New entries come in by themselves. Folders of this machine can be watched by an admin only, because they are read with Groundwork's own rights."
    )


def _add() -> None:
    session.attempt(session.groundwork().files.watching.add, session.user(), st.session_state.get("watch-place", ""))


def draw(documents_drawn: int) -> None:
    """Nothing while nothing is watched."""
    if session.groundwork().files.watching.list(session.user()):
        st.fragment(_list, run_every=_POLL, key="watches")(documents.busy(), documents_drawn)


def _list(drawn_busy: bool, documents_drawn: int) -> None:
    """What comes in and goes out by itself is seen without a click: the page is drawn anew when it begins and has ended."""
    busy = documents.busy()
    there = len(session.groundwork().memory(session.user()).documents())
    if (busy and not drawn_busy) or (not busy and there != documents_drawn):
        st.rerun()
    watches = session.groundwork().files.watching.list(session.user())
    if watches:
        st.subheader("Watched", anchor=False)
    for w in watches:
        with st.container(key=f"watch-{w.id}", gap="small"):
            with st.container(
                horizontal=True, wrap=False, vertical_alignment="center", gap="small", key=f"watch-row-{w.id}"
            ):
                st.html(_html(w))
                if not w.ending:
                    _buttons(w)
            _questions(w)


def _html(w: Watch) -> str:
    noun = _NOUNS[w.kind]
    many = noun[:-1] + "ies" if noun.endswith("y") else noun + "s"
    facts = [f"{w.items:,} {noun if w.items == 1 else many}", _state(w), f"in {w.folder}" if w.kind == "folder" else ""]
    change = [f"{w.came:,} new or changed" if w.came else "", f"{w.gone:,} removed" if w.gone else ""]
    if w.changed:
        facts.append(f"{' and '.join(c for c in change if c)} {_when(w.changed)}")
    problem = f'<div class="gw-warn">{escape(w.problem)}</div>' if w.problem and not w.ending else ""
    return (
        f'<div class="gw-doc" title="{escape(_HELP[w.kind], quote=True)}"><b>{escape(w.place)}</b> <span class="gw-tag">{w.kind}</span>'
        f'<div class="gw-facts">{escape(" · ".join(f for f in facts if f))}</div>{problem}</div>'
    )


def _state(w: Watch) -> str:
    if w.ending:
        return "being removed with its documents"
    if w.paused:
        return "held"
    return f"looked {_when(w.looked)}" if w.looked else "first look in a moment"


def _when(iso: str) -> str:
    """In the clock of this machine: "at 14:05", or with the day when that was not today."""
    at, now = datetime.fromisoformat(iso).astimezone(), datetime.now().astimezone()
    return f"at {at:%H:%M}" if at.date() == now.date() else f"on {at:%Y-%m-%d at %H:%M}"


def _buttons(w: Watch) -> None:
    watching = session.groundwork().files.watching
    st.button(
        f"Look at {label(w.place, 60)} now", key=f"look-{w.id}", icon=":material/refresh:", type="tertiary", help="Look now", disabled=w.paused,
        on_click=session.mine, args=(watching.look_now, w.id),
    )  # fmt: skip
    hold = "Go on looking" if w.paused else "Do not look for now"
    st.button(
        f"{hold}: {label(w.place, 60)}", key=f"hold-{w.id}", type="tertiary", help=hold,
        icon=":material/play_arrow:" if w.paused else ":material/pause:",
        on_click=session.mine, args=(watching.pause, w.id, not w.paused),
    )  # fmt: skip
    st.button(
        f"Watch {label(w.place, 60)} no longer", key=f"unwatch-{w.id}", icon=":material/close:", type="tertiary",
        help=f"Watch {label(w.place, 60)} no longer",
        on_click=_ask, args=(w.id,),
    )  # fmt: skip


def _questions(w: Watch) -> None:
    watching = session.groundwork().files.watching
    if w.confirm > 0:
        st.button(
            f"They are gone for good: remove the {w.confirm:,}", key=f"confirm-{w.id}",
            on_click=session.mine, args=(watching.confirm_gone, w.id),
        )  # fmt: skip
    if st.session_state.get("unwatching") == w.id and not w.ending:
        with st.container(horizontal=True, gap="small", key=f"unwatch-row-{w.id}"):
            st.button("Keep its documents", key=f"end-{w.id}", type="primary", on_click=_end, args=(w.id, False))
            st.button("Remove them too", key=f"end-all-{w.id}", on_click=_end, args=(w.id, True))
            st.button("Go on watching", key=f"end-not-{w.id}", type="tertiary", on_click=_ask, args=("",))


def _ask(watch: str) -> None:
    st.session_state["unwatching"] = watch


def _end(watch: str, documents: bool) -> None:
    session.attempt(session.groundwork().files.watching.remove, session.user(), watch, documents)
    _ask("")
