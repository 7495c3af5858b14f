"""Settings: does the user look at plans before they run?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from ui import session

if TYPE_CHECKING:
    from runs.service import Groundwork

_WORDS = {
    "always": "Always",
    "risky": "When a step is risky",
    "never": "Never",
}


def draw(service: Groundwork) -> None:
    st.subheader("Plans before they run", anchor=False)
    now = service.steering.review_when(session.user(), service.agent)
    st.radio(
        "Show me the plan first",
        [*_WORDS],
        index=[*_WORDS].index(now),
        format_func=_WORDS.__getitem__,
        key="plan-review",
        horizontal=True,
        on_change=_changed,
        args=(service,),
    )
    st.html(
        '<p class="gw-quiet">Risky is what changes something of yours, leaves this machine or cannot be undone. '
        "The run waits until you have approved the plan, for days if need be.</p>"
    )


def _changed(service: Groundwork) -> None:
    session.attempt(service.steering.choose_review, session.user(), st.session_state["plan-review"])
