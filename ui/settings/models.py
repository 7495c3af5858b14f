"""Settings: who plans, acts and checks."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import streamlit as st

if TYPE_CHECKING:
    from runs.service import Groundwork


def draw(service: Groundwork) -> None:
    st.subheader("Agent", anchor=False)
    if service.agent == "built-in":
        st.html(
            "<p>The <b>built-in agent</b> works on your goals. It needs no key and no network; it quotes and computes, "
            "and says so when a goal needs a language model.</p>"
        )
    else:
        st.html(f"<p><b>{escape(service.agent)}</b> works on your goals.</p>")
