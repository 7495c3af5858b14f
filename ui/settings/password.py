"""Settings: one's own password, for those who sign in with one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from runs.accounts import SHORTEST
from ui import session
from ui.sign_in_door import COOKIE

if TYPE_CHECKING:
    from runs.service import Groundwork

_KEYS = ("password-old", "password-new", "password-again")


def draw(service: Groundwork) -> None:
    if not service.control.accounts.has_password(session.user()):
        return
    st.subheader("Your password", anchor=False)
    ended = st.session_state.pop("password-changed", None)
    if ended is not None:
        more = f" {ended} other session{' was' if ended == 1 else 's were'} ended." if ended else ""
        st.html(f'<div class="gw-note gw-note-good" role="status"><b>Changed.</b>{more}</div>')
    with st.form("password", clear_on_submit=True):
        st.text_input("The one you have", type="password", key=_KEYS[0], autocomplete="current-password")
        st.text_input(
            f"A new one ({SHORTEST} characters or more)", type="password", key=_KEYS[1], autocomplete="new-password"
        )
        st.text_input("The new one again", type="password", key=_KEYS[2], autocomplete="new-password")
        st.form_submit_button("Change it", on_click=_change)
    st.html('<p class="gw-quiet">Wherever else you are signed in, you have to sign in again.</p>')


def _change() -> None:
    old, new, again = (str(st.session_state.get(k, "")) for k in _KEYS)
    if new != again:
        session.notice("The new password and its repetition differ. Nothing was changed.")
        return
    token = st.context.cookies.get(COOKIE, "")
    change = session.groundwork().control.accounts.change_password
    ended = session.attempt(change, session.user(), old, new, token)
    if ended is not None:
        st.session_state["password-changed"] = ended
