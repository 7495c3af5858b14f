"""Run again, compare and undo in Chromium, on the built-in agent's own work."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import expect

from tests.browser.test_page import ask, settled


def _open_panel(page: Any, number: int) -> None:
    panel = page.locator("[class*='st-key-past-'] summary").nth(number)
    panel.wait_for(timeout=60_000)
    panel.click()


def test_a_step_is_run_again_with_another_value_and_both_runs_are_compared(visit: Any) -> None:
    page = visit("/")
    page.get_by_test_id("stChatInputTextArea").wait_for(timeout=120_000)  # the first page of a fresh home
    ask(page, "Convert 5 miles to kilometres, then multiply that by 3")
    _open_panel(page, 0)
    page.get_by_role("button", name="Run again from here").first.click()
    box = page.locator("[data-testid=stPopoverBody] input").first
    box.fill("8")
    box.press("Tab")
    page.get_by_role("button", name="Run again", exact=True).click()
    page.get_by_text("38.62").first.wait_for(timeout=60_000)
    assert page.get_by_text("24.14").count()
    page.reload()
    page.get_by_role("link", name="Compare with it").click()
    page.locator(".gw-compare").wait_for()
    marked = page.locator(".gw-compare ins").all_inner_texts()
    assert "38.62" in marked
    page.get_by_role("link", name="Back to the conversation").click()
    page.get_by_text("38.62").first.wait_for()
    assert not page.get_by_text("Page not found").count()


def test_what_was_remembered_is_undone(visit: Any) -> None:
    page = visit("/")
    ask(page, "Remember that my bicycle is blue")
    _open_panel(page, 0)
    page.get_by_role("button", name="Undo remember").click()
    page.get_by_text("Forgotten: my bicycle is blue").wait_for(timeout=30_000)
    assert not page.get_by_role("button", name="Undo remember").count()
    page.get_by_role("link", name="Memory").click()
    page.get_by_role("heading", name="Memory").wait_for()
    page.get_by_role("heading", name="What you told it").wait_for()
    assert not page.locator("[class*='st-key-fact-']").count()


def test_the_draft_of_a_plan_survives_a_refresh(visit: Any) -> None:
    page = visit("/settings")
    page.get_by_text("Always", exact=True).click()
    page.wait_for_timeout(1_000)
    page.get_by_role("link", name="Chat").click()
    ask(page, "Convert 5 miles to kilometres, then multiply that by 3")
    page.get_by_text("Look at the plan before it runs.").wait_for(timeout=60_000)
    page.locator("[class*='st-key-drop-'] button:visible").last.click()
    page.get_by_role("button", name="As it was").wait_for()
    page.reload()
    page.get_by_role("button", name="As it was").wait_for()
    assert page.locator("[class*='st-key-board-step-']").count() == 1


def test_a_limit_for_a_day_is_set_and_emptied_again(visit: Any) -> None:
    page = visit("/admin")
    field = page.locator("[class*='st-key-limit--tool_calls'] input")
    for value in ("7", ""):
        field.wait_for()
        settled(page)
        field.fill(value)
        field.press("Tab")
        page.get_by_role("button", name="Save", exact=True).click()
        settled(page)
        page.reload()
        expect(field).to_have_value(value, timeout=20_000)
