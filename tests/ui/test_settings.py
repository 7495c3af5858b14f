"""The Settings page over the real service on an empty home."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from runs.service import Groundwork
from runs.settings import Settings
from ui import session


@pytest.fixture
def settings_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., tuple[AppTest, Groundwork]]]:
    opened: list[Groundwork] = []

    def script() -> None:
        from ui.settings import page

        page.page()

    def open_(**settings: Any) -> tuple[AppTest, Groundwork]:
        service = Groundwork.open(Settings(tmp_path / "home", **settings))
        opened.append(service)
        monkeypatch.setattr(session, "groundwork", lambda: service)
        app = AppTest.from_function(script, default_timeout=20).run()
        assert not app.exception
        return app, service

    st.cache_resource.clear()
    yield open_
    for service in opened:
        service.close()
    st.cache_resource.clear()


def test_it_says_who_works_and_web_search_can_be_switched(settings_page: Callable[..., Any]) -> None:
    app, service = settings_page()
    assert "built-in agent" in "".join(str(h.proto.body) for h in app.get("html"))
    app.toggle[0].set_value(True).run()
    assert service.web_search()
    app.toggle[0].set_value(False).run()
    assert not service.web_search()


def test_what_the_environment_says_cannot_be_switched(settings_page: Callable[..., Any]) -> None:
    app, _ = settings_page(web_search=True)
    assert app.toggle[0].disabled
    assert app.toggle[0].value
