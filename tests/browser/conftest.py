"""The real app in a real browser: one Chromium, a fresh home and a fresh app for each module."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

ROOT = Path(__file__).parents[2]
_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in Path(item.fspath).parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """Closed with the module: Playwright keeps an event loop running in the thread of the tests for as long as it lives."""
    path = os.environ.get("GROUNDWORK_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if not path:
        how = "The browser tests need Chromium: apt-get install chromium, or name one in GROUNDWORK_CHROMIUM."
        if os.environ.get("CI", "").lower() == "true":
            pytest.fail(how)
        pytest.skip(how)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=_FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the app, started as its user starts it, on a free port with an empty home."""
    with served(tmp_path_factory.mktemp("home")) as url:
        yield url


@contextmanager
def served(home: Path) -> Iterator[str]:
    """The app's address while it runs; Groundwork's home is `home/groundwork`, what it prints goes to `home/app.log`."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port = s.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
    with (home / "app.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=_environment(home), stdout=log, stderr=log)
        try:
            url = f"http://127.0.0.1:{port}"
            _wait_until_up(url, process, home / "app.log")
            yield url
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _environment(home: Path) -> dict[str, str]:
    return {**os.environ, "GROUNDWORK_HOME": str(home / "groundwork"), "PYTHONPATH": str(ROOT)}


def _wait_until_up(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        if process.poll() is not None:
            pytest.fail(f"The app ended at its start:\n{log.read_text()}")
        try:
            with urllib.request.urlopen(f"{url}/_stcore/health", timeout=2) as reply:
                if reply.status == 200:
                    return
        except OSError:
            time.sleep(0.2)
    pytest.fail(f"The app did not come up:\n{log.read_text()}")


@pytest.fixture
def visit(chromium: Any, app: str) -> Iterator[Callable[..., Any]]:
    """Open a page of the app. A request to anywhere but this machine is refused and fails the test."""
    contexts: list[Any] = []
    elsewhere: list[str] = []

    def guard(route: Any) -> None:
        parts = urlsplit(route.request.url)
        if parts.scheme in ("data", "blob") or parts.hostname in ("127.0.0.1", "localhost"):
            route.continue_()
        else:
            elsewhere.append(route.request.url)
            route.abort()

    def opened(path: str = "", *, width: int = 1280, height: int = 900, dark: bool = False) -> Any:
        context = chromium.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            accept_downloads=True,
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(30_000)
        page.route("**/*", guard)
        page.goto(app + path)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert elsewhere == []
