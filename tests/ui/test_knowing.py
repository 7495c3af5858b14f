"""What was learned, what is watched and the search across conversations on the pages, against the scripted service."""

from __future__ import annotations

from typing import Any

from agents.episodes import Episode
from memory.index import Reembedding
from memory.types import Document
from runs.types import Match
from runs.watches import Watch
from tests.fakes import plan, step
from tests.ui.fake_service import FakeService, worked
from tests.ui.test_pages import button, html, memory_page, open_app
from ui import episodes, past_search
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
