"""A choir's minutes and rules: a summary by what was decided, a report on one meeting, what is told before two questions."""

from __future__ import annotations

from typing import Any

import pytest

MINUTES = """MINUTES OF THE CHOIR COMMITTEE, MEETING OF 6 OCTOBER 2026

Held on Tuesday 6 October 2026 in the vestry, from 19:30 to 21:10.
The minutes of the meeting of 1 September 2026 were approved with one correction: the tenors were nine and not eight.
Apologies were received from two members of the committee who were travelling.

1. Money
The treasurer presented the accounts for the nine months to 30 September 2026.
Spending was 4,120 pounds against a budget of 4,600 pounds for that time.
RESOLVED: to raise the subscription from 90 to 96 pounds from 1 January 2027 (five for, one against).

2. Concert
The winter concert had been planned for the town hall, which is closed for repairs until March.
RESOLVED: to sing the winter concert in the Baptist chapel on 12 December 2026.

3. Piano
The tuner found that the pin block of the piano is cracked and that it does not hold its pitch.
RESOLVED: to buy the used Blüthner that was offered for 3,400 pounds, out of the music fund.

The next meeting is on Tuesday 3 November 2026.
"""
RULES = """# Rules of the choir

## Expenses
Claims go on form K4 and must reach the treasurer within 30 days of the day of the expense.

## Rehearsals
Rehearsals are on Thursdays in the vestry. Members who miss three in a row are rung up by the section leader.
"""


@pytest.fixture(scope="module")
def choir(store: Any) -> Any:
    mine = store.for_user("choir")
    for name, text in {"minutes_2026-10-06.txt": MINUTES, "rules.md": RULES}.items():
        assert mine.add(name, text.encode()).status == "added"
    return mine


def test_a_summary_of_minutes_is_what_was_decided(ask: Any, choir: Any) -> None:
    text = ask(choir, "Summarise the minutes in four sentences").text
    assert all(x in text for x in ("96 pounds", "Baptist chapel", "3,400 pounds")), text
    assert "Apologies" not in text
    assert "correction" not in text
    assert "vestry, from" not in text


def test_a_report_on_a_meeting_is_of_its_minutes_under_the_headings_asked_for(ask: Any, choir: Any) -> None:
    ran = ask(choir, "Write a short report with headings on the October committee meeting: concert, piano")
    assert "### Concert" in ran.text
    assert "### Piano" in ran.text
    assert "3,400 pounds" in ran.text
    assert "rules.md" not in ran.text


def test_headings_named_at_the_end_are_the_reports(ask: Any, choir: Any) -> None:
    ran = ask(choir, "Write a report on how the choir is doing, with headings: money, piano")
    assert "### Money" in ran.text
    assert "### Piano" in ran.text
    assert "Baptist" not in ran.text.split("### Piano")[1]


def test_what_is_told_first_is_told_of_every_question_after_it(ask: Any, choir: Any) -> None:
    goal = "I paid for scores on 4 May 2026. Which form do I claim it on, and what was the last day the claim could get to the treasurer?"
    ran = ask(choir, goal)
    assert "form K4" in ran.text
    assert "**3 June 2026**" in ran.text
