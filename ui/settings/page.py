"""The settings page: its title and the order of its sections. What a section says and does is its own file's."""

from __future__ import annotations

import streamlit as st

from ui import session
from ui.settings import data, limits, mcp, models, password, steering, web


def page() -> None:
    service = session.groundwork()
    st.title("Settings", anchor=False)
    session.tell_notice()
    if session.is_admin():
        for draw in (models.draw, web.draw, mcp.draw):
            draw(service)
    else:  # they hold for everybody here, and an MCP server is a program that would be started
        st.info("Which language model works, web search and MCP servers are chosen by an admin, for everybody.")
    steering.draw(service)
    limits.draw(service)
    password.draw(service)
    data.draw(service)
