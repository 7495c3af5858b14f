"""An approval in Chromium: an admin's rule makes it wait, the card shows it, an edited yes lets it be done once."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser.test_page import answer, ask, choose, settled


def test_an_action_waits_is_edited_and_done(visit: Any) -> None:
    page = visit("/admin")
    page.get_by_role("heading", name="Admin").wait_for()
    rule = page.locator("[class*='st-key-rule-remember-admin']")
    rule.scroll_into_view_if_needed()
    settled(page)  # and scrolling closes a list that was just opened
    choose(page, rule.locator("input, [role=combobox]").first, "ask every time")
    page.wait_for_timeout(500)
    page.get_by_role("link", name="Chat").click()
    ask(page, "Remember that my locker is number 14.")
    page.get_by_text("May it use remember?").wait_for(timeout=60_000)
    page.reload()
    page.get_by_text("May it use remember?").wait_for()
    page.get_by_role("link", name="Waiting (1)").click()
    page.get_by_role("heading", name="Waiting for you").wait_for()
    page.wait_for_timeout(1_500)  # on a busy machine the page is drawn once more, which closes what was just opened
    page.get_by_role("button", name="Edit and approve").click()
    box, save = page.locator("input[aria-label=fact]"), page.get_by_role("button", name="Approve as edited")
    box.fill("My locker is number 41.")
    box.press("Tab")
    page.wait_for_timeout(1_500)
    if not save.is_visible():  # closed all the same: what was typed is kept
        page.get_by_role("button", name="Edit and approve").click()
    save.click()
    page.get_by_text("Nothing waits.").wait_for()
    page.get_by_role("link", name="Chat").click()
    assert "41" in answer(page).inner_text()
    page.get_by_role("link", name="Audit").click()
    page.get_by_text("approval decided").first.wait_for()


@pytest.mark.parametrize("width", [1280, 390])
def test_the_rules_can_be_read_and_reached_at_any_width(visit: Any, width: int) -> None:
    """The longest word there is, in each of a tool's three fields; nothing is cut off and nothing stands outside."""
    page = visit("/admin", width=width)
    rule = page.locator("[class*='st-key-rule-fetch_page-viewer']")
    rule.scroll_into_view_if_needed()
    settled(page)  # and scrolling closes a list that was just opened
    choose(page, rule.locator("input, [role=combobox]").first, "ask every time")
    page.wait_for_timeout(500)
    fits = """() => {
      const room = document.querySelector('.stMainBlockContainer').getBoundingClientRect()
      return [...document.querySelectorAll('[class*=st-key-rule-]')].map(e => {
        const box = e.getBoundingClientRect(), value = e.querySelector('[data-baseweb=select] > div > div')
        return [e.className.match(/st-key-(rule-[\\w-]+)/)[1], box.left >= room.left && box.right <= room.right
          && box.width >= 200 && (!value || value.scrollWidth <= value.clientWidth)]
      })
    }"""
    found = page.evaluate(fits)
    assert len(found) >= 30
    assert [name for name, ok in found if not ok] == []


def sign_in(page: Any, name: str) -> None:
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill("correct horse battery")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_text("What do you want done?").first.wait_for()


def test_signing_in_survives_a_refresh_and_signing_out_closes(visit: Any, app: str) -> None:
    """From here on everybody has to sign in."""
    page = visit("/admin")
    page.get_by_label("Name").fill("ann")
    page.get_by_label("Password (10 characters or more)").fill("correct horse battery")
    page.get_by_role("button", name="Add", exact=True).click()
    page.get_by_text("Your session has ended").wait_for()
    page.goto(app)
    page.wait_for_url("**/sign-in")
    sign_in(page, "ann")
    page.reload()
    page.get_by_text("What do you want done?").first.wait_for()
    assert [c["httpOnly"] for c in page.context.cookies() if c["name"] == "groundwork_session"] == [True]
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/sign-in")


def test_who_is_thrown_out_while_a_page_is_open_sees_why_and_who_is_erased_sees_the_proof(visit: Any, app: str) -> None:
    admin = visit("/sign-in")
    sign_in(admin, "ann")
    admin.goto(f"{app}/admin")
    admin.get_by_text("Add a user").wait_for()
    settled(admin)
    admin.get_by_text("Add a user").click()
    admin.get_by_label("Name", exact=True).fill("bob")
    admin.get_by_label("Password (10 characters or more)").fill("correct horse battery")
    admin.get_by_role("button", name="Add", exact=True).click()
    admin.get_by_text("member · 0 sessions").wait_for()  # nobody becomes an admin by being overlooked
    member = visit("/sign-in")
    sign_in(member, "bob")
    ask(member, "What is 17.5% of 2,340?")
    answer(member)
    admin.reload()
    admin.locator(".st-key-end-bob button").wait_for()
    settled(admin)
    admin.locator(".st-key-end-bob button").click()
    member.get_by_text("Your session has ended").wait_for()
    member.goto(app)
    sign_in(member, "bob")
    member.goto(f"{app}/settings")
    member.get_by_role("button", name="Erase everything").click()
    box = member.get_by_label("Type ERASE to go on")
    box.fill("ERASE")
    box.press("Enter")
    member.get_by_role("button", name="Erase for good").click()
    member.get_by_text("Your account is gone").wait_for()
    rows = [r.split("\t") for r in member.locator(".gw-note table tr").all_inner_texts()[1:]]
    assert any(r[0].strip() == "runs" and r[1].strip() == "1" for r in rows), rows
    assert {r[2].strip() for r in rows} == {"0"}
