"""The chat page: the conversation, the empty state, and the bar at the bottom with the input and Stop."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from graph.budgets import GO_ON
from graph.events import AT_WORK
from runs.errors import GroundworkError
from runs.types import Approval, Run, Upload
from ui import approvals, documents, session, turn
from ui.render import escape, label

SHOWN = 20  # turns drawn at once
_WATCH = 3.0  # seconds between two looks for goals sent from another tab
YES_OR_NO = ("yes", "y", "approve", "no", "n", "reject")  # typed while one action waits; anything else is a new goal
FIRST_GOALS = (
    "What is 17.5% of 2,340?",
    "How many working days are there between 1 March and 15 April 2027?",
    "Convert 5 miles to kilometres, then multiply that by 3",
    "What can you do?",
)


def page() -> None:
    thread = session.thread()
    shown = st.session_state.setdefault("turns", SHOWN)
    try:
        runs = session.groundwork().runs(session.user(), thread, shown + 1) if thread else []
    except GroundworkError:
        runs = []
    session.tell_notice()
    if thread and not runs:
        _gone()
    elif not runs:
        _empty()
    wanted = session.wanted_run()
    while wanted and len(runs) > shown and wanted not in {r.id for r in runs[-shown:]}:
        shown = st.session_state["turns"] = shown + SHOWN
        runs = session.groundwork().runs(session.user(), thread, shown + 1)
    if len(runs) > shown:
        runs = runs[-shown:]
        st.button("Show earlier", key="earlier", on_click=_earlier, type="tertiary", icon=":material/expand_less:")
    for run in runs:
        turn.draw(run)
    if runs:
        _spent(thread)
    documents.queue()
    turn.bring_into_view(thread, runs, wanted)
    _bar(runs)
    if runs:
        st.fragment(_watch, run_every=_WATCH, key="watch")(thread, runs[-1].id, runs[-1].status)


def _spent(thread: str) -> None:
    """Said once a language model was asked, by this conversation's runs together (each run's own is in its panel)."""
    spent = session.groundwork().steering.spent(session.user(), thread)
    if spent.calls:
        runs = "one goal" if spent.runs == 1 else f"{spent.runs} goals"
        st.html(f'<div class="gw-quiet gw-spent">This conversation so far: {escape(str(spent))} for {runs}.</div>')


def _bar(runs: Sequence[Run]) -> None:
    """The input, and beside it Stop while anything works: in the main script, so that a click is never queued."""
    active = [r.id for r in runs if r.status in AT_WORK]
    waits = [r for r in runs if r.status == "waiting"]
    asked = [a for r in waits for a in session.groundwork().approvals(session.user(), r.id)]
    decided = {a.run for a in asked} | {p.run for p in session.groundwork().steering.plans(session.user())}
    decided |= {
        r.id for r in waits if r.ask_at_edge and GO_ON in r.options
    }  # its buttons decide; what is typed is a goal
    waiting = next((r.id for r in reversed(waits) if r.id not in decided), "")
    if asked:
        with st.bottom:
            approvals.card(asked[0], more=len(asked) - 1)
    with st.bottom, st.container(horizontal=True, vertical_alignment="center", gap="small", key="bar"):
        hint = "Your reply" if waiting else "What do you want done? Files are welcome."
        st.chat_input(hint, key="goal", accept_file="multiple", on_submit=_sent, args=(waiting, asked), width="stretch")
        if active:
            st.button("Stop", key="stop", on_click=_stop, args=(active,), icon=":material/stop_circle:", type="primary")
        elif waits:
            st.button("Stop", key="stop", on_click=_stop, args=([r.id for r in waits],), icon=":material/stop_circle:")


def _sent(waiting: str, asked: Sequence[Approval]) -> None:
    value = st.session_state["goal"]
    if value is None:
        return
    uploads = tuple(Upload(f.name, f.getvalue()) for f in value.files)
    text = value.text.strip()
    if len(asked) == 1 and not uploads and text.casefold() in YES_OR_NO:
        turn.reply(asked[0].run, text)
    elif waiting and text:
        if uploads:
            documents.take_in(uploads)
        turn.reply(waiting, text)
    elif text:
        turn.submit(text, uploads)
    elif uploads:  # files without a goal go to memory; the queue shows them
        documents.take_in(uploads)


def _stop(runs: Sequence[str]) -> None:
    for run in runs:
        session.attempt(session.groundwork().stop, session.user(), run)


def _earlier() -> None:
    st.session_state["turns"] += SHOWN


def _watch(thread: str, last: str, status: str) -> None:
    """A fragment: a goal sent, or a question answered, in another tab appears here too."""
    try:
        newest = session.groundwork().runs(session.user(), thread, 1)
    except GroundworkError:
        newest = []
    if not newest or newest[-1].id != last or (status not in AT_WORK and newest[-1].status != status):
        st.rerun()


def _gone() -> None:
    st.html(
        '<div class="gw-note gw-note-quiet"><b>This conversation is not here.</b> It was deleted, or belongs to someone else.</div>'
    )
    st.button("Start a new one", key="fresh", on_click=session.show_thread, args=("",), icon=":material/add_comment:")


def _empty() -> None:
    names = [d.name for d in session.groundwork().memory(session.user()).documents()]
    goals = documents.goals(names) or FIRST_GOALS
    st.html(
        '<div class="gw-hero"><h1>What do you want done?</h1><p>Groundwork plans the steps, does them with tools, checks its own '
        "work and shows every step. It remembers the documents that you give it.</p></div>"
    )
    with st.container(key="examples", gap="small"):
        st.html('<div class="gw-quiet">Try one of these</div>')
        for i, goal in enumerate(goals):
            st.button(label(goal), key=f"example-{i}", on_click=turn.submit, args=(goal,), width="stretch")
    _models_hint()
    if not names:
        documents.samples_button("Try with sample documents")
    else:
        some = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
        st.html(f'<div class="gw-quiet">In memory: {escape(some)}</div>')


def _models_hint() -> None:
    """A language model that was found on its own is offered, not used, until the user says so."""
    models = session.groundwork().models
    offers = [] if models.choice().models.model else models.offers()
    if offers:
        st.html(
            f'<div class="gw-quiet">{escape(offers[0].why)}: Groundwork can work with {escape(offers[0].model)}. '
            "Choose it on the Settings page.</div>"
        )
