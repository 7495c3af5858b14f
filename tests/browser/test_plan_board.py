"""The board of a plan in Chromium: steps are added, edited, reordered, removed, left out; what is approved is what is done."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import TimeoutError as PlaywrightTimeout

from tests.browser.test_page import answer, ask, no_sideways_scroll, settled

GOAL = "What is 17.5% of 2,340? And what is 12 times 30? Then remember that my locker is number 14."


def always_reviewed(page: Any) -> None:
    page.get_by_text("Plans before they run").wait_for()
    settled(page)
    page.get_by_text("Always", exact=True).click()
    settled(page)
    page.goto(page.url.replace("/settings", "/"))


def board(page: Any) -> Any:
    page.get_by_text("Look at the plan before it runs").last.wait_for(timeout=90_000)
    settled(page)
    return page.locator("[class*='st-key-board-step-']")


def titles(page: Any) -> list[str]:
    return [t.split(". ", 1)[1] for t in page.locator(".gw-board > div:first-child").all_inner_texts()]


def opened(page: Any, button: Any, wanted: str) -> Any:
    """The open box that holds this field; opened again where the page, drawn once more on a busy machine, closed it."""
    box = page.get_by_test_id("stPopoverBody").filter(has=page.get_by_label(wanted, exact=True))
    for patience in (5_000, 10_000, 30_000):
        if not box.is_visible():
            button.click()
        try:
            box.wait_for(timeout=patience)
            settled(page)
            if box.is_visible():
                return box
        except PlaywrightTimeout:
            page.keyboard.press("Escape")
    raise AssertionError(f"no box with {wanted}")


def edited(page: Any, row: Any, field: str, value: str) -> None:
    box = opened(page, row.get_by_role("button", name="Edit"), field)
    box.get_by_label(field, exact=True).fill(value)
    box.get_by_label(field, exact=True).press("Tab")
    settled(page)
    if not box.is_visible():  # closed all the same: what was typed is kept
        row.get_by_role("button", name="Edit").click()
    box.get_by_role("button", name="Keep this").click()
    box.wait_for(state="hidden")
    settled(page)


def pressed(page: Any, row: Any, what: str) -> None:
    row.locator(f"[class*='st-key-{what}-'] button:visible").first.click()
    settled(page)


def done(page: Any) -> str:
    """The answer, once it is written out to its end."""
    page.get_by_role("button", name="Stop").wait_for(state="hidden", timeout=90_000)
    page.locator(".gw-answer").last.wait_for(timeout=90_000)
    return answer(page).inner_text()


def test_a_plan_is_changed_in_every_way_and_done_as_it_was_approved(visit: Any) -> None:
    page = visit("/settings")
    always_reviewed(page)
    ask(page, GOAL)
    rows = board(page)
    assert rows.count() == 3
    assert "changes something of yours" in rows.nth(2).inner_text()

    pressed(page, rows.nth(1), "move-1")
    assert [t.split(" s")[0] for t in titles(page)[:2]] == ["Calculate 12 * 30", "Calculate 0.175 * 2340"]
    edited(page, rows.nth(1), "expression", "7 * 6")
    assert "7 * 6" in rows.nth(1).inner_text()
    pressed(page, rows.nth(2), "drop")
    assert rows.count() == 2

    box = opened(page, page.get_by_role("button", name="Add a step"), "Title")
    box.get_by_label("Title", exact=True).fill("Another sum")
    box.get_by_label("Title", exact=True).press("Tab")
    settled(page)
    if not box.is_visible():
        page.get_by_role("button", name="Add a step").click()
    box.get_by_role("button", name="Add", exact=True).click()
    page.get_by_text("It cannot run like this.").wait_for()
    settled(page)
    assert page.get_by_role("button", name="Approve and start").is_disabled()
    edited(page, rows.nth(2), "expression", "1000 + 1")
    page.get_by_text("It cannot run like this.").wait_for(state="hidden")

    page.reload()  # what was edited is there after a refresh
    rows = board(page)
    assert [t.split(" ")[0] for t in titles(page)] == ["Calculate", "Calculate", "Another", "Write"]
    assert no_sideways_scroll(page)
    page.get_by_role("button", name="Approve and start").click()
    told = done(page)
    for number in ("360", "42", "1001"):
        assert number in told, told
    assert "409.5" not in told
    assert "You left “Remember this” out of the plan." in told


def test_some_of_a_plan_is_approved_and_the_rest_is_not_done(visit: Any) -> None:
    page = visit("/settings", width=390)
    always_reviewed(page)
    ask(page, GOAL)
    rows = board(page)
    rows.nth(1).locator("[class*='st-key-keep-'] label").first.click()
    page.get_by_role("button", name="Start with 2 of 3").wait_for()
    settled(page)
    assert rows.nth(1).locator(".gw-left-out").count() == 1
    assert no_sideways_scroll(page)
    page.get_by_role("button", name="Start with 2 of 3").click()
    told = done(page)
    assert "409.5" in told
    assert "360" not in told
    assert "locker" in told
