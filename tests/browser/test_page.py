"""What a person does with Groundwork, in Chromium, with the real service behind it: no key, no network, no stand-ins.

The contract and the tables are made here; a run is made slow by a long file, never by a sleep in the product.
"""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from playwright.sync_api import TimeoutError as PlaywrightTimeout

NOTICE = "Either party may terminate this agreement by giving ninety days written notice to the other party."
_PAGES = [
    ["Maintenance agreement", "This agreement is made between {}."],
    [
        "Fees",
        "The yearly fee is 18,400 euros, payable in four equal instalments.",
        "Late payments bear interest of 4 percent.",
    ],
    ["Term and termination", "The agreement runs for three years from 1 March 2026.", NOTICE],
]
CSV = "region,month,units\nNorth,January,120\nNorth,February,80\nSouth,January,45\nSouth,February,60\n"


def pdf(name: str, parties: str) -> dict[str, Any]:
    from reportlab.lib.styles import getSampleStyleSheet
    from reportlab.platypus import PageBreak, Paragraph, SimpleDocTemplate

    out, styles, story = io.BytesIO(), getSampleStyleSheet(), []
    for heading, *lines in _PAGES:
        story += [
            Paragraph(heading, styles["Heading1"]),
            *(Paragraph(x.format(parties), styles["BodyText"]) for x in lines),
        ]
        story.append(PageBreak())
    SimpleDocTemplate(out).build(story)
    return {"name": name, "mimeType": "application/pdf", "buffer": out.getvalue()}


@pytest.fixture(scope="module")
def contract() -> dict[str, Any]:
    return pdf("lift contract.pdf", "Harbour Lifts and the Quayside Housing Association")


def table() -> dict[str, Any]:
    return {"name": "units.csv", "mimeType": "text/csv", "buffer": CSV.encode()}


def long_file(name: str) -> dict[str, Any]:
    """Several seconds of embedding: every sentence is another one."""
    lines = (
        f"In chapter {n} of {name} the crew of ship {n * 7} sighted island {n * 13} after {n + 3} days."
        for n in range(1500)
    )
    return {"name": name, "mimeType": "text/plain", "buffer": "\n\n".join(lines).encode()}


def ask(page: Any, goal: str, *files: dict[str, Any]) -> None:
    box = page.get_by_test_id("stChatInputTextArea")
    box.wait_for()
    if files:
        page.locator("[data-testid=stChatInput] input[type=file]").set_input_files(list(files))
        for file in files:
            page.get_by_test_id("stChatInput").get_by_text(file["name"]).wait_for()
        page.wait_for_load_state("networkidle")  # Enter does nothing while a file is on its way
    box.fill(goal)
    box.press("Enter")
    page.locator(".gw-goal", has_text=goal).last.wait_for()


def choose(page: Any, field: Any, option: str) -> None:
    """Opens the list again where the page, drawn once more on a busy machine, closed it: as a person would."""
    wanted = page.get_by_role("option", name=option)
    for patience in (3_000, 5_000, 10_000, 30_000):
        field.click()
        try:
            return wanted.click(timeout=patience)
        except PlaywrightTimeout:
            page.keyboard.press("Escape")  # if it is open after all, the next click would close it
    wanted.click()


def answer(page: Any, timeout: float = 150_000) -> Any:
    """The newest answer, once its run has ended."""
    page.locator("[class*='st-key-past-']").last.wait_for(timeout=timeout)
    message = page.locator(".stChatMessage").last
    message.locator(".gw-answer, .gw-note").first.wait_for()
    return message


def settled(page: Any) -> None:
    """Waits until the page has been drawn to its end: what is opened while it is being drawn is closed again by that."""
    idle = """() => { const app = document.querySelector('[data-testid=stApp]')
      return app && app.getAttribute('data-test-script-state') === 'notRunning' }"""
    for _ in range(2):
        page.wait_for_function(idle, timeout=60_000)
        page.wait_for_timeout(700)


def no_sideways_scroll(page: Any) -> bool:
    page.locator(".stMain").wait_for()  # Streamlit may be putting it up anew
    return page.evaluate(
        "[document.documentElement, ...document.querySelectorAll('.stMain')].every(e => e.scrollWidth <= e.clientWidth + 1)"
    )


def test_a_first_goal_works_at_once(visit) -> None:
    page = visit()
    page.get_by_text("What do you want done?").first.wait_for()
    page.locator(".st-key-examples button").first.click()
    assert "409.5" in answer(page).inner_text()
    assert "?thread=" in page.url


def test_upload_ask_watch_and_open_the_citation(visit, contract) -> None:
    page = visit()
    ask(page, "How long is the notice period of the lift contract?", contract, table())
    page.locator("[class*='st-key-live-'], [class*='st-key-past-']").first.wait_for()
    text = answer(page).inner_text()
    assert "ninety days" in text
    assert "lift contract.pdf" in text

    panel = page.locator("[class*='st-key-past-']").last
    assert re.search(r"\d+ steps? · [\d.]+ m?s · checked", panel.inner_text())
    panel.locator("summary").first.click()
    panel.locator(".gw-step.gw-ok").first.wait_for()
    assert "search_memory" in panel.inner_text()

    page.locator(".gw-answer .gw-chip").first.click()
    passage = page.locator(".gw-passage:popover-open")
    passage.wait_for()
    assert "ninety days written notice" in " ".join(passage.locator("mark").first.inner_text().split())
    assert "page 3" in passage.inner_text()
    page.keyboard.press("Escape")
    passage.wait_for(state="hidden")
    page.locator(".gw-answer .gw-chip").first.focus()
    page.keyboard.press("Enter")
    passage.wait_for()
    page.keyboard.press("Escape")

    page.reload()
    assert "ninety days" in answer(page).inner_text()
    page.locator(".gw-answer .gw-chip").first.click()
    page.locator(".gw-passage:popover-open mark").first.wait_for()


def test_a_table_question_shows_its_sql(visit) -> None:
    page = visit()
    ask(page, "What is the total number of units per region in units.csv?", table())
    text = answer(page).inner_text()
    assert "200" in text
    assert "105" in text
    page.get_by_text("SQL", exact=True).last.click()
    page.locator("[data-testid=stCode]").last.wait_for()
    assert "select" in page.locator("[data-testid=stCode]").last.inner_text().lower()


def test_the_panel_lives_and_a_refresh_and_a_second_tab_attach_again(visit) -> None:
    page = visit()
    ask(page, "How many days did ship 700 sail?", long_file("log of ships.txt"))
    live = page.locator("[class*='st-key-live-']")
    live.wait_for()
    page.wait_for_url("**/?thread=*")
    live.locator("summary").first.click()
    live.get_by_text("Nothing yet.").wait_for()
    first = live.locator("summary").first.inner_text()
    page.wait_for_function(
        "before => !document.querySelector(\"[class*='st-key-live-'] summary\").innerText.includes(before)", arg=first
    )
    assert live.locator("details").first.get_attribute("open") is not None  # it stays open while its line changes

    other = page.context.new_page()
    other.goto(page.url)
    other.locator("[class*='st-key-live-']").wait_for()
    page.reload()
    live.wait_for()
    page.locator(".gw-goal", has_text="How many days did ship 700 sail?").wait_for()
    assert answer(page).inner_text() == answer(other).inner_text()


def test_a_page_switch_in_mid_run_loses_nothing_and_stop_stops(visit) -> None:
    page = visit()
    ask(page, "Which island was sighted in chapter 40?", long_file("second log.txt"))
    page.locator("[class*='st-key-live-']").wait_for()
    page.get_by_role("link", name="Memory").click()
    page.get_by_role("heading", name="Memory").wait_for()
    page.get_by_role("link", name="Chat").click()
    page.locator("[class*='st-key-live-']").wait_for()
    page.locator(".st-key-stop button").click()
    answer(page)
    assert "Stopped at your request." in page.locator(".stChatMessage").last.inner_text()
    assert page.locator(".st-key-stop").count() == 0


def test_what_cannot_be_answered_says_so(visit, contract) -> None:
    page = visit()
    ask(page, "What is the melting point of tungsten?", contract)
    assert "Not answered." in answer(page).inner_text()


def test_a_file_that_cannot_be_read_is_told_and_the_rest_goes_on(visit) -> None:
    page = visit()
    ask(
        page,
        "What is the total number of units per region in units.csv?",
        {"name": "broken.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 nonsense"},
        table(),
    )
    text = answer(page).inner_text()
    assert "broken.pdf" in text
    assert "105" in text


def again(button, then) -> None:
    """Click, and once more where the page was drawn anew under the pointer: a person does too."""
    button.click()
    try:
        then.wait_for(timeout=8_000)
    except PlaywrightTimeout:
        button.click()
        then.wait_for()


def test_memory_takes_in_finds_and_deletes(visit) -> None:
    page = visit("/memory")
    page.locator("[data-testid=stFileUploader] input[type=file]").set_input_files(
        [
            pdf("deeds.pdf", "Mill Lane Dairy and Orchard Foods"),
            {"name": "empty.txt", "mimeType": "text/plain", "buffer": b""},
        ]
    )
    row = page.locator("[class*='st-key-doc-']", has_text="deeds.pdf")
    row.wait_for(timeout=60_000)
    assert "3 pages" in row.inner_text()
    page.locator(".st-key-jobs", has_text="empty.txt").get_by_text("is empty").first.wait_for()

    page.get_by_placeholder("A question or some words").fill("how to end the agreement")
    page.keyboard.press("Enter")
    page.locator(".gw-recalled", has_text="written notice").first.wait_for()

    bin_of_row = row.get_by_role("button", name="Delete deeds.pdf")  # an icon to the eye, its name to who listens
    assert bin_of_row.bounding_box()["width"] < 60
    bin_of_row.click()
    again(page.get_by_role("button", name="Keep"), bin_of_row)
    again(bin_of_row, page.get_by_role("button", name="Delete it"))
    page.get_by_role("button", name="Delete it").click()
    page.get_by_text("nothing left: 0 passages found").wait_for()
    row.wait_for(state="detached")  # the receipt may be drawn before the list is


def test_a_conversation_can_be_deleted(visit) -> None:
    page = visit()
    ask(page, "What is 12 times 12?")
    assert "144" in answer(page).inner_text()
    row = page.locator("[class*='st-key-row-thread-current-']")
    row.get_by_role("button").last.click()
    page.get_by_role("button", name="Delete", exact=True).click()
    page.get_by_text("What do you want done?").first.wait_for()
    assert "?thread=" not in page.url


def test_phone(visit, contract) -> None:
    page = visit(width=390, height=844)
    page.locator(".gw-hero").wait_for()
    assert no_sideways_scroll(page)
    ask(page, "Summarise the lift contract in 3 sentences", contract)
    answer(page)
    page.locator("[class*='st-key-past-'] summary").last.click()
    page.locator(".gw-step").first.wait_for()
    assert no_sideways_scroll(page)
    page.goto(page.url.split("?")[0].rstrip("/") + "/memory")
    page.get_by_role("heading", name="Memory").wait_for()
    assert no_sideways_scroll(page)
