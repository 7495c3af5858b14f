"""The card of an approval and the page "Waiting", against the scripted service."""

from __future__ import annotations

from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from graph import events as ev
from runs.types import Approval
from tests.ui.driving import button, html, open_app
from tests.ui.fake_service import FakeService
from tests.ui.scripted import source, worked

ASKED = Approval(
    id="a1", run="r1", thread="t1", goal="Pay them", step="s1", tool="pay", args={"amount": 5, "to": "Ann <b>"}, hash="h",
    risk="external", title="Pay Ann", why="pay needs a yes every time.", reason="she sent an invoice", tainted=True,
    sources=[source("s1.1", "Pay 5 euros", "invoice.pdf", "page 1")], schema={}, asked="2026-11-24T10:00:00+00:00",
    expires="2099-12-01T00:00:00+00:00", state="waiting", by="", note="",
)  # fmt: skip


@pytest.fixture
def asking(service: FakeService) -> FakeService:
    event = ev.ApprovalAsked("a1", "s1", "pay", ASKED.args, "h", "external", ASKED.why, True, ASKED.expires)
    service.script("r1", [*worked()[:6], event], "waiting", question="An action waits for your approval.")
    service.asked = [ASKED]
    return service


def test_an_approval_shows_what_why_and_on_what_grounds(asking: FakeService) -> None:
    shown = html(open_app("t1"))
    for part in (
        "May it use pay?",
        "Ann &lt;b&gt;",
        "Pay Ann",
        "every time",
        "invoice.pdf",
        "after reading content of others",
    ):
        assert part in shown, part


@pytest.mark.parametrize(
    ("key", "called"),
    [
        ("approve-chat-a1", ("approve", "a1", None, False)),
        ("allow-chat-a1", ("approve", "a1", None, True)),
        ("reject-chat-a1", ("reject", "a1", "")),
        ("save-chat-a1", ("approve", "a1", {"amount": 5, "to": "Ann <b>"}, False)),
    ],
)
def test_an_approval_is_decided_with_one_click(asking: FakeService, key: str, called: tuple) -> None:
    asking.expected = [called[0]]
    button(open_app("t1"), key).click().run()
    assert asking.called == [called]


def test_edited_arguments_keep_their_types(asking: FakeService) -> None:
    asking.expected = ["approve"]
    app = open_app("t1")
    app.text_input(key="arg-chat-a1-amount").set_value("7").run()
    button(app, "save-chat-a1").click().run()
    assert asking.called == [("approve", "a1", {"amount": 7, "to": "Ann <b>"}, False)]


def test_what_is_emptied_is_sent_empty_and_never_becomes_a_default_that_nobody_saw(asking: FakeService) -> None:
    schema = {"properties": {"to": {"type": "string", "default": "everybody"}, "odd": "no property"}}
    args = {"to": "Ann", "also": ["Bo"], "now": True}
    asking.asked, asking.expected = [replace(ASKED, args=args, schema=schema)], ["approve"]
    app = open_app("t1")
    app.text_input(key="arg-chat-a1-to").set_value("").run()
    app.text_input(key="arg-chat-a1-also").set_value('["Bo", "Cy"]').run()
    app.checkbox(key="arg-chat-a1-now").uncheck().run()
    button(app, "save-chat-a1").click().run()
    assert asking.called == [("approve", "a1", {"to": "", "also": ["Bo", "Cy"], "now": False}, False)]


def test_yes_decides_and_any_other_words_are_a_new_goal(asking: FakeService) -> None:
    asking.expected = ["submit", "reply"]
    app = open_app("t1")
    app.chat_input[0].set_value("What is 2 + 2?").run()
    assert asking.called == [("submit", "What is 2 + 2?", "t1", [])]
    app.chat_input[0].set_value("Yes").run()
    assert asking.called[1:] == [("reply", "r1", "Yes")]


def test_the_waiting_page_lists_everything_across_threads(asking: FakeService) -> None:
    asking.script(
        "r2",
        [*worked()[:6], ev.QuestionAsked("Which?", ["A", "B"])],
        "waiting",
        thread="t2",
        question="Which?",
        options=("A", "B"),
    )
    asking.expected = ["reply"]

    def script() -> None:
        from ui import waiting_page

        waiting_page.page()

    app = AppTest.from_function(script, default_timeout=20).run()
    assert not app.exception
    shown = html(app)
    assert "May it use pay?" in shown
    assert "Which?" in shown
    button(app, "reply-r2-1").click().run()
    assert asking.called == [("reply", "r2", "B")]
