"""The Memory page in every state, against the scripted service."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from memory.types import Fact
from runs.types import IngestJob
from tests.ui.driving import CONTRACT, PASSAGE, button, html, keys, memory_page
from tests.ui.fake_service import FakeService


def test_memory_when_it_is_empty(service: FakeService) -> None:
    app = memory_page(service)
    assert "Nothing here yet." in html(app)
    assert "samples" in keys(app)


def test_memory_lists_searches_and_deletes(service: FakeService) -> None:
    service.expected = ["delete_document"]
    service.remembered.docs, service.remembered.known = [CONTRACT], [PASSAGE]
    app = memory_page(service)
    assert "PDF · 4 pages · 12 passages · 123 KB · 2026-11-23" in html(app)
    app.text_input[0].set_value("notice").run()
    assert "meaning 0.71 (rank 1) · words 0.00 (rank 2) · together 0.08" in html(app)
    button(app, "delete-d1").click().run()
    button(app, "yes-d1").click().run()
    assert "12 passages removed, nothing left: 0 passages found" in html(app)
    assert "Nothing here yet." in html(app)


def test_memory_shows_the_queue_and_each_failure(service: FakeService) -> None:
    job = IngestJob("j1", "big.pdf", "working", "embedding", 340, 1200, "", "", datetime.now(UTC).isoformat())
    service.queue = [
        job,
        replace(job, id="j2", name="secret.pdf", state="failed", status="failed", message="It is encrypted."),
    ]
    app = memory_page(service)
    bar = app.get("progress")[0].proto
    assert (bar.value, bar.text) == (28, "big\\.pdf: embedding 340/1,200")
    assert "<b>secret.pdf</b>" in html(app)
    assert "It is encrypted." in html(app)
    service.expected = ["retry", "dismiss"]
    button(app, "retry-j2").click().run()
    button(app, "dismiss-j2").click().run()
    assert service.called == [("retry", "j2"), ("dismiss", "j2")]


def test_a_stopped_queue_says_so_and_goes_on(service: FakeService) -> None:
    job = IngestJob("j1", "big.pdf", "queued", "", 0, 0, "", "", datetime.now(UTC).isoformat())
    service.queue, service.held, service.expected = [job], True, ["stop_files"]
    app = memory_page(service)
    assert any("Stopped: it waits until you go on." in c.value for c in app.caption)
    button(app, "queue-go").click().run()
    assert service.called == [("stop_files", False)]


def test_documents_are_filtered_by_folder_and_show_what_their_files_say(service: FakeService) -> None:
    other = replace(
        CONTRACT, id="d2", name="note.txt", folder="Work/2026", author="Rosa Lind", title="A note", language="de"
    )
    service.remembered.docs = [CONTRACT, other]
    app = memory_page(service)
    assert "“A note” · by Rosa Lind" in html(app)
    app.selectbox(key="filter-folder").set_value("Work/2026").run()
    assert "note.txt" in html(app)
    assert CONTRACT.name not in html(app)


def test_facts_can_be_forgotten(service: FakeService) -> None:
    service.remembered.told = [Fact("f1", "My manager is Dana", "2026-11-23T10:00:00Z")]
    app = memory_page(service)
    assert "My manager is Dana" in html(app)
    button(app, "forget-f1").click().run()
    assert "My manager is Dana" not in html(app)
