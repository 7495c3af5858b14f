"""The Streamlit entry: page setup and navigation. Start it with `streamlit run app.py`."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from runs.errors import GroundworkError, HomeInUse
from ui import chat, memory_page, session, sidebar
from ui.settings import page as settings_page

UI = Path(__file__).parent / "ui"


def main() -> None:
    st.set_page_config(page_title="Groundwork", page_icon=UI / "icon.svg", layout="centered")
    st.html(UI / "theme.css")
    st.logo(UI / "logo.svg", icon_image=UI / "icon.svg", size="large")
    try:
        session.groundwork()
    except GroundworkError as e:
        _cannot_open(e)
        return
    pages = [
        st.Page(chat.page, title="Chat", icon=":material/forum:", url_path="chat", default=True),
        st.Page(memory_page.page, title="Memory", icon=":material/library_books:", url_path="memory"),
        st.Page(settings_page.page, title="Settings", icon=":material/tune:", url_path="settings"),
    ]
    page = st.navigation(pages)
    sidebar.draw(pages[0])
    page.run()
    session.collect_now_and_then()


def _cannot_open(error: GroundworkError) -> None:
    st.title("Groundwork is open elsewhere" if isinstance(error, HomeInUse) else "Groundwork cannot open its folder")
    st.error(str(error))
    st.button("Try again")


main()
