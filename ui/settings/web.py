"""Settings: may goals search the web?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from ui import session

if TYPE_CHECKING:
    from runs.service import Groundwork


def draw(service: Groundwork) -> None:
    st.subheader("Web search", anchor=False)
    fixed = service.settings.web_search
    st.toggle(
        "Goals may search the web",
        value=service.web_search(),
        key="web-search",
        disabled=fixed is not None,
        on_change=_changed,
        args=(service,),
    )
    if fixed is None:
        st.html(
            '<p class="gw-quiet">Off: only pages whose address stands in your goal are fetched. On: search words taken from your goal leave this machine.</p>'
        )
    else:
        st.html(
            '<p class="gw-quiet">Set by GROUNDWORK_WEB_SEARCH in the environment; remove it there to choose here.</p>'
        )


def _changed(service: Groundwork) -> None:
    session.attempt(service.shared.allow_web_search, session.user(), bool(st.session_state["web-search"]))
