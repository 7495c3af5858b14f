"""The user's whole data: to take along, and to erase for good."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from ui import session
from ui.render import escape

if TYPE_CHECKING:
    from runs.service import Groundwork

_WORDS = {
    "thread": "conversations", "job": "files taken in", "choice": "settings", "watch": "watched places", "event": "events of runs",
    "journal": "notes of runs", "checkpoint": "checkpoints of runs", "episode": "remembered goals", "conversation index": "conversations to search in",
    "audit detail": "audit lines with details", "review": "plans that were reviewed", "unlearned": "conversations on their way out",
    "job_stop": "stops of the queue", "watched": "items of watched places", "used": "days of use", "day_limit": "limits of a day",
    "sign_in_failure": "failed sign-ins", "device": "browsers in which you signed in",
}  # fmt: skip


def draw(service: Groundwork) -> None:
    st.subheader("Your data", anchor=False)
    proof = st.session_state.get("erased")
    if proof:
        st.html(proof_html(proof))
    st.html('<p class="gw-quiet">Conversations, runs with every event, documents, facts and reports, in one ZIP.</p>')
    _trash(service)
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.button("Prepare my data", key="data-export", on_click=_prepare)
        if data := st.session_state.get("data-zip"):
            st.download_button("Download groundwork.zip", data, "groundwork.zip", "application/zip", type="primary")
        with st.popover("Erase everything", key="data-erase"):
            st.html("<p>Everything above is erased, and your account with it. This cannot be undone.</p>")
            typed = st.text_input("Type ERASE to go on", key="data-sure")
            st.button(
                "Erase for good", key="data-yes", type="primary", disabled=typed.strip() != "ERASE", on_click=_erase
            )


def _trash(service: Groundwork) -> None:
    names = service.undoing.trash(session.user())
    if not names:
        return
    with st.expander(f"Trash: {len(names)} report{'' if len(names) == 1 else 's'}", key="trash"):
        for name in names:
            with st.container(horizontal=True, gap="small", vertical_alignment="center", key=f"trash-{name}"):
                st.html(f"<div>{escape(name)}</div>", width="stretch")
                st.button("Put back", key=f"put-back-{name}", icon=":material/undo:", on_click=_put_back, args=(name,))


def _put_back(name: str) -> None:
    session.attempt(session.groundwork().undoing.put_back, session.user(), name)


def _prepare() -> None:
    user = session.user()
    if before := st.session_state.get("data-zip"):
        before.close()
    st.session_state["data-zip"] = session.attempt(session.groundwork().own_data.export, user, user)


def _erase() -> None:
    user = session.user()
    proof = session.attempt(session.groundwork().own_data.erase, user, user)
    if proof is not None:
        if data := st.session_state.pop("data-zip", None):
            data.close()
        session.forget_runs()
        session.show_thread("")
        st.session_state["erased"] = proof


def proof_html(proof: dict[str, dict[str, int]]) -> str:
    """Of an erasure: how much of what there was before, and how much is there now."""
    rows = "".join(
        f"<tr><td>{escape(_WORDS.get(kind, f'{kind}s'))}</td><td>{n:,}</td><td>{proof['after'].get(kind, 0):,}</td></tr>"
        for kind, n in proof["before"].items()
    )
    return (
        '<div class="gw-note gw-note-good" role="status"><b>Erased.</b><div class="gw-answer"><table>'
        f"<tr><th>what</th><th>before</th><th>after</th></tr>{rows}</table></div></div>"
    )
