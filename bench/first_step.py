"""From Enter to the first visible step, in a real browser on the real app.

    python -m bench.first_step [--goals 15]

Needs Chromium and the test requirements. Prints a table; asserts nothing.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import tempfile
import time
from pathlib import Path

from bench.served import FLAGS, served

PANEL = "[data-testid=stExpander]"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--goals", type=int, default=15)
    args = parser.parse_args()
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as home, served(Path(home)) as (address, _):
        up = time.perf_counter() - began
        _report(up, *_measure(address, args.goals))


def _measure(url: str, goals: int) -> tuple[float, list[float], list[float]]:
    """(seconds to the first usable page, seconds from Enter to the first step, to the finished answer)."""
    from playwright.sync_api import sync_playwright

    first, finished = [], []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        page = browser.new_page()
        began = time.perf_counter()
        page.goto(url)
        page.wait_for_selector("[data-testid=stChatInputTextArea]", timeout=60_000)
        usable = time.perf_counter() - began
        for n in range(goals):
            box = page.locator("[data-testid=stChatInputTextArea]")
            box.fill(f"How much is {n + 11}% of {1000 + 37 * n}?")
            before = page.locator(PANEL).count()
            pressed = time.perf_counter()
            box.press("Enter")
            page.wait_for_function(
                "([s, n]) => document.querySelectorAll(s).length > n", arg=[PANEL, before], polling=10
            )
            first.append(time.perf_counter() - pressed)
            page.wait_for_function(
                "([s, n]) => [...document.querySelectorAll(s)].slice(n).some(e => e.innerText.includes('checked'))",
                arg=[PANEL, before],
                polling=10,
            )
            finished.append(time.perf_counter() - pressed)
        browser.close()
    return usable, first, finished


def _report(up: float, usable: float, first: list[float], finished: list[float]) -> None:
    print("| what | median s | slowest s |\n|---|--:|--:|")
    print(f"| process start to answering | {up:.2f} | |")
    print(f"| first page usable | {usable:.2f} | |")
    for what, times in (("Enter to first visible step", first), ("Enter to checked answer", finished)):
        print(f"| {what} | {statistics.median(times):.2f} | {max(times):.2f} |")


if __name__ == "__main__":
    main()
