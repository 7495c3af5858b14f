"""Settings: what happens at the edge of a budget, and what is used of the day's limits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from runs.limits import LIMITED, in_words
from ui import session
from ui.render import escape

if TYPE_CHECKING:
    from runs.service import Groundwork

_WORDS = {True: "Ask me whether to go on", False: "End with what there is"}


def draw(service: Groundwork) -> None:
    st.subheader("Limits", anchor=False)
    user = session.user()
    st.radio(
        "When a run has used up what it may use",
        [*_WORDS],
        index=0 if service.steering.asks_at_edge(user) else 1,
        format_func=_WORDS.__getitem__,
        key="at-edge",
        horizontal=True,
        on_change=_changed,
        args=(service,),
    )
    st.html(
        '<p class="gw-quiet">Asked, a run waits for days if need be; nobody’s answer is a no, and a no gives the partial '
        "answer. On the command line and through MCP nobody is asked.</p>"
    )
    st.html(today_html(service.control.day(user)))


def today_html(rows: list[tuple[str, float, float]]) -> str:
    """One meter for each kind that has a limit; the others in a line."""
    out = ['<div class="gw-meters"><b>Today</b>']
    for kind, used, most in rows:
        if not most:
            continue
        share = min(100.0, 100 * used / most)
        full = " gw-full" if used >= most else ""
        out.append(
            f'<div class="gw-meter{full}"><div>{escape(LIMITED[kind])}<span class="gw-quiet">'
            f"{escape(_amount(kind, used))} of {escape(_amount(kind, most))}</span></div>"
            f'<div class="gw-bar"><i style="width:{share:.1f}%"></i></div></div>'
        )
    free = [in_words(kind, used) for kind, used, most in rows if not most and used]
    if free:
        out.append(f'<div class="gw-quiet">Without a limit: {escape(", ".join(free))}.</div>')
    if not any(most for _, _, most in rows) and not free:
        out.append('<div class="gw-quiet">Nothing used yet, and no limits are set.</div>')
    return "".join([*out, "</div>"])


def _amount(kind: str, value: float) -> str:
    return f"${value:.2f}" if kind == "money" else f"{value:,.0f}"


def _changed(service: Groundwork) -> None:
    session.attempt(service.steering.choose_at_edge, session.user(), st.session_state["at-edge"])
