"""Who is signed in: the notice for those who are not, and the way out in the sidebar."""

from __future__ import annotations

import streamlit as st

from runs.accounts import LOCAL
from ui import provider, session
from ui.render import escape
from ui.settings.data import proof_html


def sign_in() -> None:
    """Instead of the page. Local accounts sign in at the door; only with a provider, or when a session has just ended,
    does anybody come this far."""
    if proof := st.session_state.get(
        "erased"
    ):  # the account went with its data: here is who asked for it, and nowhere else
        st.title("Your account is gone", anchor=False)
        st.html(proof_html(proof))
        return
    st.title("Sign in", anchor=False)
    message = session.notice()
    if message:
        st.error(message)
    if provider.configured():
        known = st.user.is_logged_in
        if known and not session.has_ended():
            st.html("<p>This account may not use Groundwork. If no reason is given, its address is not verified.</p>")
            st.button("Sign out", on_click=st.logout)
            return
        if known:
            st.html("<p>Your session has ended. Nothing was lost: runs go on.</p>")
        st.button("Sign in with your organisation", type="primary", on_click=st.login)
        return
    st.html(
        "<p>Your session has ended, or the first account was made, from which on everybody signs in. Nothing was lost: runs go "
        'on.</p><p><a class="gw-link" href="/sign-in" target="_self">Sign in</a></p>'
    )


def draw() -> None:
    """In the sidebar, when there is somebody to sign out."""
    user = session.user()
    if user == LOCAL:
        return
    with st.sidebar:
        st.html(f'<div class="gw-quiet gw-side-title">Signed in as {escape(user)}</div>')
        st.html('<form method="post" action="/sign-out"><button class="gw-out">Sign out</button></form>')
