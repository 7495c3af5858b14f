"""Amounts and the ranges that a text sets; values that another sentence changes; two readings that are equally close."""

from __future__ import annotations

import pytest

from agents.rules.reading import answer
from agents.rules.reading.bands import amounts, in_band, sets_limit
from tests.agents.reading.conftest import passage


@pytest.mark.parametrize(
    ("asked", "text", "inside"),
    [
        ("an order of £12,000", "over £5,000 and up to £20,000", True),
        ("an order of £5,000", "over £5,000 and up to £20,000", False),
        ("an order of £5,000", "up to £5,000", True),
        ("an order of £50,000", "over £20,000", True),
        ("a parcel of 7 kg", "5-10 kg", True),
        ("a parcel of 12 kg", "5-10 kg", False),
        ("250 copies", "250 or more", True),
        ("3 dogs", "no more than two to a pitch", False),
        ("2 dogs", "not more than two to a pitch", True),
        ("an order of £12,000", "Orders are placed by e-mail.", None),
        ("a parcel of 7 kg", "up to £500", None),
    ],
)
def test_an_amount_is_in_a_range_or_not_or_there_is_none(asked: str, text: str, inside: bool | None) -> None:
    assert in_band(amounts(asked), text) is inside


def test_a_year_is_no_amount() -> None:
    assert amounts("the fee in 2026") == []
    assert sets_limit("It must stay below 135 °C.")
    assert not sets_limit("It was 135 °C.")


PARKING = """Charges

| Length of stay | Charge |
| --- | --- |
| up to 2 hours | free |
| over 2 hours and up to 4 hours | £3.50 |
| over 4 hours | £9 |
"""


def test_the_row_whose_range_holds_the_amount_answers(sense) -> None:
    r = answer("What is the charge for 3 hours?", [passage(PARKING, "Car park")], sense)
    assert r.found
    assert r.value == "£3.50"


def test_a_later_change_of_the_very_value_is_what_holds(sense) -> None:
    first = passage("The works on the pier begin on 3 March 2026 and last ten weeks.", "Notice 1")
    second = passage("The start of the works on the pier has moved from 3 March to 24 March 2026.", "Notice 2")
    r = answer("When do the works on the pier begin?", [first, second], sense)
    assert r.value == "24 March 2026"
    assert [q.passage for q in r.sentences] == [1, 0]
    old = answer("When were the works on the pier originally to begin?", [first, second], sense)
    assert old.value == "3 March 2026"


def test_two_values_that_come_equally_close_are_both_given(sense) -> None:
    text = "A locker in the east hall costs £30 a year. A locker in the west hall costs £45 a year."
    r = answer("What does a locker cost a year?", [passage(text, "Lockers")], sense)
    assert {r.value, r.rival[0] if r.rival else ""} == {"£30", "£45"}


def test_what_is_said_in_other_words_is_found(sense) -> None:
    text = "Remuneration is transferred on the 25th of each month. The canteen opens at 11:30."
    r = answer("On which day do wages reach the bank?", [passage(text, "Handbook")], sense)
    assert r.found
    assert r.sentences[0].text.startswith("Remuneration")


def test_a_word_that_the_documents_use_elsewhere_has_to_be_there(sense) -> None:
    text = "The mean yield of the apples was 36 tonnes per hectare. Further work should look at pears."
    pears = answer("Which yield did the pears have?", [passage(text, "Study")], sense)
    assert "36" not in " ".join(q.text for q in pears.sentences)
    apples = answer("Which yield did the apples have?", [passage(text, "Study")], sense)
    assert "36" in apples.sentences[0].text


RULES = (
    "Two adults are included. Every further adult pays £6, children under five come free and older ones pay £3.50. "
    "A dog costs £2 a night, with no more than two to a pitch. Generators may run from 8 am until 9 pm. "
    "No music may be played between ten at night and 7 am. Club members get ten per cent off outside July and August."
)


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("Can we bring three dogs?", "No"),
        ("Can we bring two dogs?", ""),
        ("Can I run the generator at 10 in the evening?", "No"),
        ("May I run the generator at 9 am?", "Yes"),
        ("Can I play music at 11 pm?", "No"),
        ("Do club members get ten per cent off in August?", "No"),
        ("How much does a child of 7 pay?", "£3.50"),
        ("How much does a child of 4 pay?", ""),
    ],
)
def test_a_limit_a_time_of_day_or_an_exception_decides_and_an_amount_picks_its_clause(
    question: str, value: str, sense
) -> None:
    found = answer(question, [passage(RULES, "Site rules")], sense)
    assert found.found
    assert found.value == value


TERMS = """If the level is missed in three consecutive months, the Customer may terminate this agreement with 30 days' notice.

After the initial term, either party may terminate this agreement at any time with 90 days' written notice."""


def test_the_rule_comes_before_what_holds_in_one_case_unless_the_case_is_asked_about(sense) -> None:
    terms = [passage(TERMS, "Services agreement")]
    assert answer("What is the notice period in the services agreement?", terms, sense).value == "90 days"
    found = answer("How many days of notice does the Customer give if the level is missed?", terms, sense)
    assert found.value == "30 days"
