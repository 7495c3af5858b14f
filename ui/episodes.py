"""What was learned from past goals: on the Memory page to look at and delete, in the panel where a plan started from one."""

from __future__ import annotations

from urllib.parse import quote

import streamlit as st

from agents.base import Like
from agents.episodes import Episode
from ui import session
from ui.render import escape, label

_SHOWN = 8
_OUTCOMES = {"answered": "answered", "partial": "answered in part", "not_answered": "not answered"}


def like_html(like: Like | None) -> str:
    """The line of the panel that says from which earlier plan this one started."""
    if not like:
        return ""
    link = run_link(like["thread"], like["run"], like["goal"])
    return f'<div class="gw-like"><b>Started from the plan of</b> “{link}” ({escape(like["added"][:10])}). {escape(like["why"])}</div>'


def run_link(thread: str, run: str, text: str) -> str:
    short = " ".join(text.split())
    short = short if len(short) <= 120 else short[:119] + "…"
    return f'<a href="./?thread={quote(thread)}&amp;run={quote(run)}" target="_self">{escape(short)}</a>'


def draw() -> None:
    shown = st.session_state.get("episodes", _SHOWN)
    learning, user = session.groundwork().learning, session.user()
    kept = learning.episodes(user, shown + 1)
    st.subheader("What it learned from your goals", anchor=False)
    if not kept:
        st.html(
            '<p class="gw-quiet">Nothing yet. After each goal its plan is kept here, with what failed and what you changed; '
            "a similar goal later starts from it.</p>"
        )
        return
    for e in kept[:shown]:
        with st.container(
            horizontal=True, wrap=False, vertical_alignment="center", gap="small", key=f"episode-{e.run}"
        ):
            st.html(_html(e))
            st.button(
                f"Forget the plan of {label(e.goal, 60)}", key=f"unlearn-{e.run}", icon=":material/delete:", type="tertiary",
                help=f"Forget this plan; the conversation stays: {label(e.goal, 60)}", on_click=_forget, args=(e.run,),
            )  # fmt: skip
    with st.container(horizontal=True, gap="small", key="episodes-more"):
        if len(kept) > shown:
            st.button("Show more", key="more-episodes", type="tertiary", on_click=_more, args=(shown,))
        if len(kept) > 1:
            _all()


def _all() -> None:
    if not st.session_state.get("unlearn-all"):
        st.button("Forget all of these", key="unlearn-all-ask", type="tertiary", on_click=_ask, args=(True,))
        return
    st.button("Forget all of them", key="unlearn-all-yes", type="primary", on_click=_forget_all)
    st.button("Keep", key="unlearn-all-no", on_click=_ask, args=(False,))


def _html(e: Episode) -> str:
    outcome = _OUTCOMES.get(e.outcome, {"failed": "failed", "cancelled": "stopped"}.get(e.status, e.status))
    tools = [s["tool"].replace("_", " ") for s in e.plan["steps"] if s["tool"]]
    facts = [e.added[:10], outcome, f"{e.steps} step{'' if e.steps == 1 else 's'}", ", ".join(dict.fromkeys(tools))]
    more = "".join(f"<div>You: {escape(c)}</div>" for c in e.corrected[:3])
    more += "".join(f'<div class="gw-quiet">Did not work: {escape(f)}</div>' for f in e.failed[:2])
    return (
        f'<div class="gw-doc">{run_link(e.thread, e.run, e.goal)}'
        f'<div class="gw-facts">{escape(" · ".join(f for f in facts if f))}</div>{more}</div>'
    )


def _forget(run: str) -> None:
    session.attempt(session.groundwork().learning.forget, session.user(), run)


def _forget_all() -> None:
    session.attempt(session.groundwork().learning.forget_all, session.user())
    _ask(False)


def _ask(asked: bool) -> None:
    st.session_state["unlearn-all"] = asked


def _more(shown: int) -> None:
    st.session_state["episodes"] = shown + 2 * _SHOWN
