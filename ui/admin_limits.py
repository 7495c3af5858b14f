"""On the admin page: what everybody, or one user, may use in a day. The service checks the role again."""

from __future__ import annotations

import streamlit as st

from runs.limits import EVERYBODY, KINDS, LIMITED
from ui import session
from ui.settings.limits import today_html

_STEPS = {"runs": 1.0, "tool_calls": 10.0, "seconds": 60.0, "tokens": 10_000.0, "money": 0.5}


def draw() -> None:
    st.subheader("Limits for a day", anchor=False)
    control, user = session.groundwork().control, session.user()
    names = [a.name for a in control.users(user)] or [user]
    of = st.selectbox(
        "Whose", [EVERYBODY, *names], format_func=lambda n: n or "Everybody without limits of their own", key="limit-of"
    )
    own = control.limits_set(user, of)
    if of:
        st.html(today_html(control.day(user, of)))
    with st.form(f"limits-{of}"):
        columns = st.columns(2, gap="small")
        for i, kind in enumerate(KINDS):
            # Through the session: a number that stands there as the field's own default cannot be emptied again.
            st.session_state.setdefault(f"limit-{of}-{kind}", own.get(kind))
            columns[i % 2].number_input(
                LIMITED[kind],
                min_value=0.0,
                value=None,
                step=_STEPS[kind],
                format="%.2f" if kind == "money" else "%.0f",
                placeholder="as for everybody" if of else "without limit",
                help="0 is without limit" + ("; empty is as for everybody" if of else ""),
                key=f"limit-{of}-{kind}",
            )
        st.form_submit_button("Save", type="primary", on_click=_save, args=(of,))
    st.html(
        '<p class="gw-quiet">A goal above the limit is refused; a run that comes to it ends with what there is. '
        "A day ends at midnight of this machine’s clock.</p>"
    )


def _save(of: str) -> None:
    control, user = session.groundwork().control, session.user()
    before = control.limits_set(user, of)
    for kind in KINDS:
        most = st.session_state.get(f"limit-{of}-{kind}")
        if most != before.get(kind):
            session.attempt(control.set_limit, user, of, kind, most)
