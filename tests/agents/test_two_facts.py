"""Goals that need two facts, or one fact and a sum: options of one text, shares, dates counted from an event, what is left."""

from __future__ import annotations

from typing import Any

import pytest

from agents.rules.documents import named
from agents.rules.option_wording import asked
from agents.rules.pronouns import resolved
from agents.rules.reading.differences import only_difference
from agents.rules.reading.pieces import clauses
from agents.rules.reading.types import Quoted, Reading
from agents.rules.split import split
from agents.rules.two_facts import expression, two_facts
from agents.rules.worked_out import way_of
from memory.store import Memory
from tests.agents.conftest import Ask

FAIR = """# Summer fair: notes of the committee

## Marquee
Two firms have sent their quotes. Larkfield Tents asked £1,240 with the floor included, and Osier Events asked £1,515 without it.

## Bar
A pint of cider is sold for £4.20 and a glass of squash costs 80p.

## Money
The budget for printing is £300 and the budget for music is £850.

## Dog show
The dog show is on Saturday 20 June 2026. Entries must be withdrawn 12 days before the dog show.
"""
DOORS = """From: Wilf Tanner
Subject: your doors

Dear Ms Aldous, thank you for showing me round.

Option 1: an oak door with brass fittings comes to £1,900 plus VAT, so £2,280 altogether. I can fit it in May.

Option 2: a pine door, painted white, comes to £760 with no VAT to pay. It is in stock.

In both cases I ask for a deposit of 15 per cent of the full price.

Old locks are bought back at 40 per cent of the catalogue value.
"""
COURSE = """# Pottery course

The spring course costs £180. A booking fee of £35 is due when you sign up.
Boats can be hired at the lake for £22.
"""
SPENT = """spent_on,category,amount
2026-02-01,Printing,48.50
2026-03-04,Printing,61.00
2026-03-09,Music,300.00
"""


@pytest.fixture(scope="session")
def village(store: Memory) -> Any:
    mine = store.for_user("village")
    files = {"fair-notes.md": FAIR, "tanner-doors.txt": DOORS, "pottery.md": COURSE, "spending.csv": SPENT}
    for name, text in files.items():
        assert mine.add(name, text.encode()).status == "added"
    return mine


def test_two_quotes_of_one_sentence_are_compared(ask: Ask, village: Any) -> None:
    ran = ask(village, "Which of the two marquee quotes was cheaper and by how much?")
    assert ran.outcome == "answered"
    assert "**Larkfield Tents** is the cheaper one" in ran.text
    assert "275" in ran.text


@pytest.mark.parametrize(
    "goal",
    [
        "Which of the two tractors is cheaper, and by how much?",
        "Which of the two tractor quotes was cheaper and by how much?",
        "Is the tractor cheaper than the lorry?",
    ],
)
def test_prices_of_other_things_are_never_compared(ask: Ask, village: Any, goal: str) -> None:
    ran = ask(village, goal)
    assert ran.outcome == "not_answered"
    assert "difference:" not in ran.text.casefold()


def test_options_with_a_label_stand_side_by_side(ask: Ask, village: Any) -> None:
    ran = ask(village, "Compare the two options Wilf gave us for the doors")
    assert ran.outcome == "answered"
    assert "£2,280" in ran.text
    assert "£760" in ran.text


def test_the_whole_price_counts_where_options_are_compared(ask: Ask, village: Any) -> None:
    ran = ask(village, "How much more does the oak door cost than the pine door?")
    assert "1520" in ran.text.replace(",", "")


def test_a_price_that_must_be_worked_out_first_is_quoted_not_compared(ask: Ask, village: Any) -> None:
    ran = ask(village, "Oak door or pine door, which is cheaper once the discount is taken off?")
    assert ran.outcome == "not_answered"
    assert "£1,900" in ran.text
    assert "The difference" not in ran.text


def test_a_share_is_told_in_money_of_the_option_that_is_meant(ask: Ask, village: Any) -> None:
    ran = ask(village, "How much deposit does Tanner want for the oak door in pounds?")
    assert ran.outcome == "answered"
    assert "342" in ran.text  # 15% of 2,280
    assert "15 per cent" in ran.text


def test_a_share_of_something_that_no_text_gives_stays_a_share(ask: Ask, village: Any) -> None:
    ran = ask(village, "At how much are old locks bought back by Tanner, in pounds?")
    assert "GBP" not in ran.text


def test_pounds_of_a_weight_are_no_money() -> None:
    assert way_of("How heavy is the kiln in pounds?") is None
    assert way_of("How much is the deposit in pounds?") == "share"


def test_a_span_before_an_event_becomes_a_date(ask: Ask, village: Any) -> None:
    ran = ask(village, "Work out the exact date entries must be withdrawn for the dog show")
    assert "8 June 2026" in ran.text


def test_what_is_left_of_a_budget_needs_text_and_table(ask: Ask, village: Any) -> None:
    ran = ask(village, "How much is left of the printing budget after what we've spent so far?")
    assert "190.5" in ran.text  # 300 - 109.50, not of the 850 in the same sentence


def test_what_is_left_to_pay_goes_on_from_the_price(ask: Ask, village: Any) -> None:
    before = ask(village, "How much does the spring course cost?")
    ran = ask(village, "We've paid the booking fee already, so how much is left to pay?", turns=[before.turn()])
    assert "**145" in ran.text


def test_a_value_that_is_not_found_is_said_in_plain_words(ask: Ask, village: Any) -> None:
    ran = ask(village, "By how many percent did the lighthouse go over its budget?")
    assert ran.outcome == "not_answered"
    assert "Step s" not in ran.text


@pytest.mark.parametrize(
    ("text", "before", "meant"),
    [
        ("when did they start on it?", "Who paid for the harbour wall?", "when did they start on the harbour wall?"),
        ("when must they leave?", "When can visitors come in?", "when must visitors leave?"),
        ("is it possible?", "Who paid for the harbour wall?", "is it possible?"),
    ],
)
def test_pronouns_of_a_follow_up(text: str, before: str, meant: str) -> None:
    assert resolved(text, before) == meant


def test_a_condition_goes_with_the_question_before(ask: Ask, village: Any) -> None:
    before = ask(village, "How much does the spring course cost?")
    ran = ask(village, "and once I have joined the club?", turns=[before.turn()])
    assert "spring course cost once I have joined the club" in str(ran.plan["steps"][0]["args"])


def test_each_value_has_its_clause() -> None:
    said = clauses("The north room is £40 and the south room is £55; breakfast is extra.", ("money",))
    assert [c.values[0].text for c in said] == ["£40", "£55"]


def test_one_amount_is_no_difference() -> None:
    found = Reading(True, "£900", "money", 900.0, "GBP", (Quoted("The valuer put the boat at £900.", 0),), 0.9)
    declined = only_difference("How much are we short compared with what the valuer said?", found)
    assert not declined.found
    assert declined.likely
    assert only_difference("What did the valuer say the boat is worth?", found) is found


@pytest.mark.parametrize(
    ("kind", "first", "second"),
    [
        ("less", {"value": 500.0, "unit": "GBP"}, {"value": 3.0, "unit": "days"}),
        ("changed", {"value": 500.0, "unit": "GBP"}, {"value": 20.0, "unit": "GBP"}),
        ("less", {"value": 500.0, "unit": "GBP"}, {"value": "2026-05-01", "unit": ""}),
        (
            "changed",
            {"value": 500.0, "unit": "GBP"},
            {"value": 4.0, "unit": "%", "shown": "4%", "text": "**4%** — “It may rise by no more than 4%.” [s1.1]"},
        ),
    ],
)
def test_values_that_do_not_fit_are_not_reckoned_with(kind: str, first: Any, second: Any) -> None:
    made, _, why = expression(kind, False, [first, second])
    assert made == ""
    assert why


def test_a_rise_found_as_a_percentage_is_added() -> None:
    found = [{"value": 500.0, "unit": "GBP"}, {"value": 4.0, "unit": "%", "shown": "4%", "text": "“up by 4%”"}]
    assert expression("changed", False, found)[0] == "500 * (1 + 4 / 100)"
    assert two_facts("What will we pay for a barrel once the price increase comes in?") is not None
    assert two_facts("What will we pay for a barrel?") is None


@pytest.mark.parametrize("goal", ["Is the notice period longer than a month?", "Were costs higher in 2024 than in 2023?"])  # fmt: skip
def test_a_question_about_one_thing_is_no_choice_between_two(goal: str) -> None:
    assert asked(goal) is None


def test_a_greeting_of_two_words_is_no_part_of_the_goal() -> None:
    assert [p.text for p in split("hi there, what files have i given you so far?", lambda _: False)] == [
        "what files have i given you so far?"
    ]


def test_small_words_of_a_file_name_name_nothing() -> None:
    class Doc:
        name = "rules_and_recipes.md"

    assert named("what is the tax and the discount?", [Doc()]) == []
    assert named("what do the rules and recipes say about dogs?", [Doc()])
