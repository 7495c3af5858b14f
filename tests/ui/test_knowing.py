"""What was learned, what is watched and the search across conversations on the pages, against the scripted service."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from agents.episodes import Episode
from memory.index import Reembedding
from memory.types import Document, Fact
from runs.types import IngestJob, Match
from runs.watches import Watch
from tests.fakes import plan, step
from tests.ui.driving import button, html, memory_page, open_app
from tests.ui.fake_service import FakeService
from tests.ui.scripted import worked
from ui import episodes, past_search, watched
from ui.panel import _plan_html
from ui.views import PlanView

PLAN = plan(step("s1", "search_memory"), step("s2", needs=["s1"]))
KEPT = Episode(
    "r1", "t1", "Find <b>x</b>", "2026-11-20T10:00:00Z", "done", "answered", "built-in", PLAN, PLAN, 2,
    failed=["fetch_page: no network"], corrected=["Left out s3: Search again."],
)  # fmt: skip
WATCH = Watch(
    "w1", "local", "folder", "/papers", "Watched/papers", "1", "2026-11-20T10:00:00+00:00", "", 2, 1,
    "2026-11-20T10:00:00+00:00", 0, False, False, 3,
)  # fmt: skip


def test_episodes_are_seen_and_forgotten(service: FakeService) -> None:
    service.learning.kept = [KEPT]
    at = memory_page(service)
    shown = html(at)
    assert "Find &lt;b&gt;x&lt;/b&gt;" in shown
    assert "Left out s3" in shown
    assert "no network" in shown
    assert "?thread=t1&amp;run=r1" in shown
    button(at, "unlearn-r1").click().run()
    assert service.learning.forgotten == ["r1"]
    assert "Nothing yet. After each goal" in html(at)


def test_the_panel_says_where_a_plan_started_from() -> None:
    like: Any = {"run": "r1", "thread": "t1", "goal": "Find <x>", "added": "2026-11-20T10", "why": "You left out <s3>."}
    shown = _plan_html(PlanView({**PLAN, "like": like}, 1, 0.1, {}))
    assert "Started from the plan of" in shown
    assert "Find &lt;x&gt;" in shown
    assert "&lt;s3&gt;" in shown
    assert "Started" not in _plan_html(PlanView(PLAN, 1, 0.1, {}))
    assert episodes.like_html(None) == ""


def test_what_is_watched_with_its_problem_and_its_end(service: FakeService) -> None:
    gone = Watch(**{**vars(WATCH), "id": "w2", "place": "/b<i>", "problem": "All 12 items are gone", "confirm": 12})
    service.files.watching.rows = [WATCH, gone]
    at = memory_page(service)
    shown = html(at)
    assert "3 files · looked on 2026-11-20" in shown
    assert "/b&lt;i&gt;" in shown
    assert "All 12 items are gone" in shown
    button(at, "confirm-w2").click().run()
    button(at, "unwatch-w1").click().run()
    button(at, "end-all-w1").click().run()
    assert service.files.watching.called == [("confirm", "w2"), ("remove", "w1", "True")]


def test_what_a_watch_brings_in_or_takes_out_is_drawn_without_a_click(
    service: FakeService, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Drawn(Exception):
        """The whole page is drawn anew."""

    def again() -> None:
        raise Drawn

    monkeypatch.setattr(watched.st, "rerun", again)
    service.files.watching.rows = []
    service.remembered.docs = [Document("d1", "a.txt", "txt", "x", 0, 1, 9, 9, "2026-11-20T10:00:00Z")]
    watched._list(False, 1)  # nothing has changed
    with pytest.raises(Drawn):
        watched._list(False, 2)  # a document has gone
    service.queue = [IngestJob("j1", "b.txt", "working", "", 0, 0, "", "", "")]
    watched._list(True, 2)  # the list is drawn when all of it is in
    with pytest.raises(Drawn):
        watched._list(False, 1)  # the queue is to be shown


def test_how_an_address_and_what_was_found_there_fared_is_told(service: FakeService) -> None:
    def job(id: str, name: str, message: str, parent: str = "", state: Any = "done") -> IngestJob:
        return IngestJob(id, name, state, "", 0, 0, "added", message, "", kind="url", parent=parent)

    service.queue = [job("j1", "https://x.example/sitemap.xml", "2 addresses queued.", state="queued")]
    service.expected = ["accept_address"]
    at = memory_page(service)
    at.segmented_control(key="upload-way").set_value("address").run()
    at.text_input(key="address").set_value("https://x.example/sitemap.xml")
    button(at, "FormSubmitter:address-form-Take it in").click().run()
    service.queue = [
        job("j1-0", "https://x.example/a", "a.html was added: 1 passage.", "j1"),
        job("j1", "https://x.example/sitemap.xml", "2 addresses queued."),
        job("j9", "theirs.txt", "theirs.txt was added in another session."),
    ]
    at.run()
    shown = html(at)
    assert "2 addresses queued." in shown
    assert "a.html was added" in shown
    assert shown.index("2 addresses") < shown.index("a.html")  # what was asked for comes first
    assert "theirs.txt" not in shown


def test_a_fact_is_edited_with_its_last_day_and_leads_to_where_it_was_said(service: FakeService) -> None:
    service.script("r1", worked(), "done")
    service.remembered.told = [
        Fact("f1", "I work at Acme", "2026-11-23T10:00:00Z", run="r1", until="2099-05-03"),
        Fact("f2", "My desk is 12", "2026-11-23T10:00:00Z", run="gone"),
    ]
    at = memory_page(service)
    assert "./?thread=t1&amp;run=r1" in html(at)
    assert "said in a conversation that was deleted" in html(at)
    button(at, "rephrase-f1").click().run()
    assert at.date_input(key="fact-until-f1").value == date(2099, 5, 3)
    at.text_input(key="fact-text-f1").set_value("I work at Acme until Friday")
    button(at, "save-f1").click().run()
    button(at, "rephrase-f1").click().run()
    at.date_input(key="fact-until-f1").set_value(date(2099, 6, 1))
    button(at, "save-f1").click().run()
    assert service.remembered.changed == [
        ("f1", "I work at Acme until Friday", None),  # the day was not touched: what the new words say counts
        ("f1", "I work at Acme", "2099-06-01"),
    ]


def test_what_was_not_read_of_a_file_stands_in_the_list_and_in_the_reader(service: FakeService) -> None:
    left = ("page 7: a picture in which no text was recognised", "the sheet <secret>, which is hidden")
    service.remembered.docs = [
        Document("d1", "a.odt", "odt", "x", 0, 1, 9, 9, "2026-11-20T10:00:00Z", skipped=left, replaced="2026-10-01T10")
    ]
    assert "not read of it: page 7: a picture in which no text was recognised and 1 more" in html(memory_page(service))

    def script() -> None:
        import streamlit as st

        from ui import reader_page

        st.query_params["document"] = "d1"
        reader_page.page()

    at = AppTest.from_function(script, default_timeout=20).run()
    assert not at.exception
    assert "the sheet &lt;secret&gt;, which is hidden" in html(at)
    assert "in place of the version of 2026-10-01" in html(at)


def test_a_member_is_told_why_folders_are_not_for_them(service: FakeService) -> None:
    service.files.watching.admin = False
    at = memory_page(service)
    at.segmented_control(key="upload-way").set_value("watch").run()
    assert "by an admin only" in " ".join(c.value for c in at.caption)
    at.text_input(key="watch-place").set_value("https://x.example/feed")
    button(at, "FormSubmitter:watch-form-Watch it").click().run()
    assert service.files.watching.called == [("add", "https://x.example/feed")]


def test_conversations_are_searched_from_the_sidebar(service: FakeService) -> None:
    service.script("r1", worked(), "done")
    service.learning.found = [
        Match(
            "t1",
            "r1",
            "Where is <b>it</b>?",
            "2026-11-20T10:00:00Z",
            "Where is it? In the harbour of Lindau.",
            1,
            0.5,
            True,
        )
    ]
    at = open_app()
    at.text_input(key="thread-search").set_value("harbour").run()
    assert "In the <mark>harbour</mark> of Lindau" in html(at)
    button(at, "open-r1").click().run()
    assert at.session_state["thread"] == "t1"
    assert not at.exception


def test_a_snippet_shows_where_the_words_stand() -> None:
    match = Match(
        "t", "r", "A goal", "2026", "A goal " + "Words before it. " * 20 + "The <ferry> leaves.", 1, 0.5, True
    )
    shown = past_search.snippet_html(match, "ferries leaving")
    assert "&lt;<mark>ferry</mark>&gt; <mark>leaves</mark>" in shown
    assert shown.startswith("… ")


def test_a_change_of_the_embedding_model_shows_how_far_it_is(service: FakeService) -> None:
    service.remembered.reembedding = Reembedding("ollama:x", 340, 1200)
    bar = memory_page(service).get("progress")[0].proto  # type: ignore[attr-defined]
    assert bar.value == 28
    assert "340 of 1,200" in bar.text
    service.remembered.reembedding = Reembedding("ollama:x", 340, 1200, "It did not answer.")
    assert "It did not answer" in memory_page(service).warning[0].value


def test_statistics_are_drawn(service: FakeService) -> None:
    service.remembered.docs = [
        Document(f"d{n}", f"{n}.txt", "txt", "x", 0, n, 9, 9, f"2026-11-{n:02}T10:00:00Z", folder="A" * (n % 2))
        for n in range(1, 5)
    ]
    at = memory_page(service)
    assert len(at.get("vega_lite_chart")) + len(at.get("arrow_vega_lite_chart")) == 3
