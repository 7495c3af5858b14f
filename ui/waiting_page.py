"""The page "Waiting": everything that waits for the user, across all conversations: approvals and questions."""

from __future__ import annotations

import streamlit as st

from ui import approvals, session
from ui.render import escape, label

_LOOK = 3.0  # seconds between two looks for something new


def page() -> None:
    st.title("Waiting for you", anchor=False)
    session.tell_notice()
    gw, user = session.groundwork(), session.user()
    asked, runs = gw.approvals(user), {r.id: r for r in gw.waiting(user)}
    plans = gw.steering.plans(user)
    questions = [r for r in runs.values() if r.id not in {x.run for x in (*asked, *plans)}]
    if not asked and not questions and not plans:
        st.html(
            '<p class="gw-lead">Nothing waits. Plans to look at, actions that need your yes, and questions appear here.</p>'
        )
    for a in asked:
        with st.container(gap="small"):
            _goal(a.goal, a.thread, a.id)
            approvals.card(a, place="list")
    for plan in plans:
        with st.container(gap="small", key=f"plan-{plan.id}"):
            _goal(plan.goal, plan.thread, plan.id)
            n = len(plan.plan["steps"])
            st.html(
                f'<div class="gw-note gw-note-ask"><b>A plan of {n} step{"" if n == 1 else "s"} waits for your review.</b> '
                f"{escape(plan.why)} Open the conversation to look at it.</div>"
            )
    for run in questions:
        with st.container(gap="small", key=f"question-{run.id}"):
            _goal(run.goal, run.thread, run.id)
            st.html(f'<div class="gw-note gw-note-ask">{escape(run.question)}</div>')
            with st.container(horizontal=True, gap="small"):
                for i, option in enumerate(run.options):
                    st.button(label(option, 80), key=f"reply-{run.id}-{i}", on_click=_reply, args=(run.id, option))
    known = _known()
    st.fragment(_watch, run_every=_LOOK, key="watch-waiting")(known)


def _goal(goal: str, thread: str, key: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small", wrap=False):
        st.html(f'<div class="gw-quiet">{escape(" ".join(goal.split())[:160])}</div>', width="stretch")
        if st.button("Open", key=f"open-{key}", type="tertiary", icon=":material/forum:"):
            session.show_thread(thread)
            st.switch_page(session.pages()["chat"], query_params={"thread": thread})


def _reply(run: str, text: str) -> None:
    session.attempt(session.groundwork().reply, session.user(), run, text)


def _watch(known: tuple[str, ...]) -> None:
    if _known() != known:
        st.rerun()


def _known() -> tuple[str, ...]:
    """Ids of everything that waits: approvals, plans, and runs with a question."""
    gw, user = session.groundwork(), session.user()
    asked = [*gw.approvals(user), *gw.steering.plans(user)]
    runs = [r.id for r in gw.waiting(user) if r.id not in {x.run for x in asked}]
    return (*(x.id for x in asked), *runs)


def count() -> int:
    return len(_known())
