"""Opens the pages against the scripted service (`AppTest`: no browser, no polling) and finds what is on them."""

from __future__ import annotations

from pathlib import Path

from streamlit.testing.v1 import AppTest

from memory.types import Document, Passage
from tests.ui.fake_service import FakeService

APP = str(Path(__file__).parents[2] / "app.py")
CONTRACT = Document("d1", "contract.pdf", "pdf", "x", 4, 12, 9000, 123_456, "2026-11-23T10:00:00Z")
PASSAGE = Passage(
    "p1",
    "d1",
    "contract.pdf",
    "After two years either party may give sixty (60) days' written notice.",
    3,
    "4 Termination",
    0,
    70,
    2,
    "user",
    0.08,
    0.71,
    1,
    2,
)


def open_app(thread: str = "") -> AppTest:
    app = AppTest.from_file(APP, default_timeout=20)
    if thread:
        app.query_params["thread"] = thread
    app.run()
    assert not app.exception
    return app


def html(app: AppTest) -> str:
    return "\n".join(str(h.proto.body) for h in app.get("html"))


def button(app: AppTest, key: str):
    return next(b for b in app.button if b.key == key)


def keys(app: AppTest) -> set[str]:
    return {str(b.key) for b in app.button}


def memory_page(service: FakeService) -> AppTest:
    def script() -> None:
        from ui import memory_page

        memory_page.page()

    app = AppTest.from_function(script, default_timeout=20).run()
    assert not app.exception
    return app
