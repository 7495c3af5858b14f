"""An approval in Chromium: an admin's rule makes it wait, the card shows it, an edited yes lets it be done once."""

from __future__ import annotations

from typing import Any

from tests.browser.test_page import answer, ask


def test_an_action_waits_is_edited_and_done(visit: Any) -> None:
    page = visit("/admin")
    page.get_by_role("heading", name="Admin").wait_for()
    rule = page.locator("[class*='st-key-rule-remember-admin']")
    rule.locator("input, [role=combobox]").first.click()
    page.get_by_role("option", name="ask every time").click()
    page.wait_for_timeout(500)
    page.get_by_role("link", name="Chat").click()
    ask(page, "Remember that my locker is number 14.")
    page.get_by_text("May it use remember?").wait_for(timeout=60_000)
    page.reload()
    page.get_by_text("May it use remember?").wait_for()
    page.get_by_role("link", name="Waiting (1)").click()
    page.get_by_role("button", name="Edit and approve").click()
    box = page.locator("input[aria-label=fact]")
    box.fill("My locker is number 41.")
    box.press("Tab")
    page.get_by_role("button", name="Approve as edited").click()
    page.get_by_text("Nothing waits.").wait_for()
    page.get_by_role("link", name="Chat").click()
    assert "41" in answer(page).inner_text()
    page.get_by_role("link", name="Audit").click()
    page.get_by_text("approval decided").first.wait_for()
