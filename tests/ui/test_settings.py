"""The Settings page over the real service on an empty home."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from agents.models.spec import ModelSettings
from runs.service import Groundwork
from runs.settings import Settings
from tests.mcp.conftest import ODD
from tests.model_server import Decided, ModelServer
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


def test_a_model_is_chosen_tested_and_left_again(
    settings_page: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "canary-9fd1c0")
    with ModelServer(native=False) as server:
        server.expect(Decided({"total": 5}))
        app, service = settings_page()
        offers = [b for b in app.button if "gpt" in b.label]
        assert offers, "a key in the environment is an offer"
        offers[0].click().run()
        assert service.agent.startswith("openai:gpt")
        app.text_input(key="model").set_value(f"openai:test-model@{server.url}")
        app.text_input(key="role:writer").set_value(f"openai:nowhere@{server.url}")
        next(b for b in app.button if b.label == "Save").click().run()
        assert service.agent == f"openai:test-model@{server.url}"
        assert service.models.choice().models.of_role("writer") == f"openai:nowhere@{server.url}"
        app.button(key="model-test").click().run()
        shown = "".join(str(h.proto.body) for h in app.get("html"))
        assert "the model: answered in" in shown
        assert "writer: " in shown, "a specialist's own model is tested as well"
        assert "by tool calls" in shown
        assert "canary-9fd1c0" not in shown + (service.settings.home / "preferences.json").read_text()
        server.finish()
        next(b for b in app.button if "built-in" in b.label).click().run()
        assert service.agent == "built-in"


def test_a_model_that_does_not_exist_is_refused_in_words(settings_page: Callable[..., Any]) -> None:
    app, service = settings_page()
    app.text_input(key="model").set_value("my model")
    next(b for b in app.button if b.label == "Save").click().run()
    assert "names no model" in app.error[0].value
    assert service.agent == "built-in"


def test_the_environment_wins_and_is_shown(settings_page: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GROUNDWORK_MODEL", "ollama:small")
    app, service = settings_page()
    assert service.agent == "ollama:small"
    assert app.text_input(key="model").disabled
    assert app.text_input(key="model").value == "ollama:small"
    service.models.save(ModelSettings(model="openai:other", timeout=33.0))
    assert service.agent == "ollama:small"
    monkeypatch.delenv("GROUNDWORK_MODEL")
    assert service.agent == "built-in"
    assert service.models.choice().models.timeout == 33.0


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


def test_mcp_tools_are_looked_at_before_they_are_allowed(
    settings_page: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CRM_TOKEN", "canary-value")
    told = tmp_path / "odd.json"
    told.write_text(json.dumps({"description": "<b>Say</b> it back.", "without": ["wild"]}))
    app, service = settings_page()
    _field(app, "mcp-name").set_value("odd")
    _field(app, "mcp-where").set_value(f"{sys.executable} {ODD}")
    app.text_area(key="mcp-more").set_value(f"ODD_FILE={told}\nODD_TOKEN=${{CRM_TOKEN}}")
    app.button(key="mcp-add-it").click().run()
    assert not app.exception
    service.mcp.look("odd", wait=True)
    app.run()
    assert "&lt;b&gt;Say&lt;/b&gt; it back." in _html(app)
    assert service.mcp.tools() == {}
    app.button(key="mcp-allow-odd-odd__echo").click().run()
    assert set(service.mcp.tools()) == {"odd__echo"}
    app.selectbox(key="mcp-risk-odd-odd__echo").set_value("read").run()
    assert service.mcp.tools()["odd__echo"].risk == "read"

    told.write_text(json.dumps({"description": "Say it to all.", "without": ["wild"]}))
    service.mcp.look("odd", wait=True)
    app.run()
    assert "as you allowed it" in _html(app)
    assert "Say it to all." in _html(app)
    assert "canary-value" not in _html(app)
    app.button(key="mcp-remove-odd").click().run()
    app.button(key="mcp-yes-odd").click().run()
    assert "None yet." in _html(app)
    assert service.mcp.tools() == {}


def test_a_server_that_cannot_be_is_refused_with_the_reason(settings_page: Callable[..., Any]) -> None:
    app, service = settings_page()
    _field(app, "mcp-name").set_value("a b")
    _field(app, "mcp-where").set_value("program")
    app.button(key="mcp-add-it").click().run()
    assert "name has letters" in app.error[0].value
    assert "name has letters" in app.toast[0].value, "the head of the page is far from the button"
    service.mcp.path.write_text("{")
    app.run()
    assert "cannot be read" in _html(app)


def _field(app: AppTest, key: str) -> Any:
    return app.text_input(key=key)


def _html(app: AppTest) -> str:
    return "".join(str(h.proto.body) for h in app.get("html"))


def test_who_is_no_admin_cannot_choose_for_everybody(
    settings_page: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    app, service = settings_page()
    assert {"Agent", "Web search", "MCP servers"} <= {s.value for s in app.subheader}
    service.control.add_user("local", "ada", "admin", "a long pass phrase 1")
    service.control.add_user("ada", "mia", "member", "a long pass phrase 2")
    monkeypatch.setattr(session, "user", lambda: "mia")
    app = app.run()
    assert not app.exception
    assert not {"Agent", "Web search", "MCP servers"} & {s.value for s in app.subheader}
    assert "chosen by an admin" in app.info[0].value


def test_when_plans_are_shown_is_each_users_choice(settings_page: Callable[..., Any]) -> None:
    app, g = settings_page()
    assert app.radio(key="plan-review").value == "never"
    app.radio(key="plan-review").set_value("always").run()
    assert not app.exception
    assert g.steering.review_when("local", "built-in") == "always"
    assert g.steering.review_when("ann", "built-in") == "never"
