"""The Streamlit entry: the door, page setup and navigation. Start it with `streamlit run app.py`.

Streamlit imports this file once as the server's app (the door is in front of everything that it serves), and runs it as
the script of every page.
"""

from __future__ import annotations

from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware

from runs.errors import GroundworkError, HomeInUse
from ui import (
    account,
    admin_page,
    audit_page,
    chat,
    compare_page,
    doors,
    memory_page,
    reader_page,
    session,
    sidebar,
    waiting_page,
)
from ui.settings import page as settings_page

UI = Path(__file__).parent / "ui"
_ADDRESSES = ("chat", "waiting", "memory", "settings", "audit", "admin", "reader", "compare")


def main() -> None:
    st.set_page_config(page_title="Groundwork", page_icon=UI / "icon.svg", layout="centered")
    st.html(UI / "theme.css")
    st.logo(UI / "logo.svg", icon_image=UI / "icon.svg", size="large")
    try:
        session.groundwork()
    except GroundworkError as e:
        _cannot_open(e)
        return
    session.belongs_to(session.user())
    if not session.user():
        # Under every address, so that a link leads on after signing in; without the sidebar, whose links would be dead.
        doors_of = [st.Page(account.sign_in, title="Sign in", url_path=p, default=p == "chat") for p in _ADDRESSES]
        st.navigation(doors_of, position="hidden").run()
        return
    waiting = waiting_page.count()
    title = f"Waiting ({waiting})" if waiting else "Waiting"
    pages = {
        "chat": st.Page(chat.page, title="Chat", icon=":material/forum:", url_path="chat", default=True),
        "waiting": st.Page(waiting_page.page, title=title, icon=":material/pending_actions:", url_path="waiting"),
        "memory": st.Page(memory_page.page, title="Memory", icon=":material/library_books:", url_path="memory"),
        "settings": st.Page(settings_page.page, title="Settings", icon=":material/tune:", url_path="settings"),
    }
    pages["audit"] = st.Page(audit_page.page, title="Audit", icon=":material/fact_check:", url_path="audit")
    pages["admin"] = st.Page(
        admin_page.page,
        title="Admin",
        icon=":material/shield_person:",
        url_path="admin",
        visibility="visible" if session.is_admin() else "hidden",  # who gets there all the same is told why not
    )
    pages["reader"] = st.Page(
        reader_page.page, title="Reader", icon=":material/menu_book:", url_path="reader", visibility="hidden"
    )
    pages["compare"] = st.Page(
        compare_page.page, title="Compare", icon=":material/compare:", url_path="compare", visibility="hidden"
    )
    st.session_state["pages"] = pages
    page = st.navigation([*pages.values()])
    sidebar.draw(pages["chat"])
    account.draw()
    page.run()
    session.collect_now_and_then()


def _cannot_open(error: GroundworkError) -> None:
    st.title("Groundwork is open elsewhere" if isinstance(error, HomeInUse) else "Groundwork cannot open its folder")
    st.error(str(error))
    st.button("Try again")


if __name__ == "__main__":
    main()
else:
    if refusal := doors.may_listen(st.get_option("server.address")):
        raise SystemExit(refusal)
    app = st.App(__file__, middleware=[Middleware(doors.Doors)])
