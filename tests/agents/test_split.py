from __future__ import annotations

import pytest

from agents.rules.split import split


def texts(goal: str, understood=lambda text: False) -> list[str]:
    return [p.text.rstrip("?. ") for p in split(goal, understood)]


@pytest.mark.parametrize(
    "goal",
    [
        "How many days lie between 3 May and 9 June?",
        "Summarise the profit and loss statement",
        "What did Anna, Ben and Chris decide?",
        "Compare the lease and the contract",
        "What is the difference between the first and the second offer?",
        "Which is cheaper, and by how much?",
        "Write a report on safety and save it so that I can download it",
        "What are the terms and conditions of delivery?",
        "List the January and the March turnover",
    ],
)
def test_stays_whole(goal: str) -> None:
    assert len(split(goal, lambda text: False)) == 1


@pytest.mark.parametrize(
    ("goal", "parts"),
    [
        ("When does the lease end and who signed it?", 2),
        ("Summarise the lease; then list my files", 2),
        ("What is the rent? How long is the notice? Who holds the keys?", 3),
        ("1. What is the rent? 2. When does it end?", 2),
        ("Please answer these:\n- what is the rent\n- when does the lease end", 2),
        ("Convert 5 miles to km and then tell me what day it is", 2),
        ("Who is the caretaker, and when was she hired?", 2),
    ],
)
def test_is_split(goal: str, parts: int) -> None:
    assert len(split(goal, lambda text: False)) == parts


def test_what_two_nouns_share_is_given_to_both() -> None:
    assert texts("What are the rent and the deposit in the lease?") == [
        "What is the rent in the lease",
        "What is the deposit in the lease",
    ]


@pytest.mark.parametrize(
    ("goal", "linked"),
    [
        ("What is the monthly rent, and what is 12 times that?", True),
        ("How long is the notice period, and what date is that many days after 1 March 2026?", True),
        ("What is the total of all orders and how much is it with 20% VAT?", True),
        ("What is the rent and what is 17% of 300?", False),
        ("Remember that I live in Leeds and tell me what 15% of 80 is", False),
    ],
)
def test_links(goal: str, linked: bool) -> None:
    last = split(goal, lambda text: False)[-1]
    assert (last.before == 0) is linked


def test_a_sentence_that_asks_nothing_belongs_to_the_question() -> None:
    assert texts("The price went from 64 to 80. By what percentage did it rise?") == [
        "The price went from 64 to 80. By what percentage did it rise"
    ]


def test_what_is_told_in_brackets_after_the_question_is_no_goal() -> None:
    said = "How much do I get for 84 miles? (it's my first trip this tax year)"
    assert texts(said) == ["How much do I get for 84 miles"]


def test_rows_that_start_then_and_are_so_are_asked_for_together() -> None:
    assert len(texts("show me the stays that start in July and are confirmed")) == 1
    assert len(texts("On average, how many nights is a cat booked in for?", lambda text: True)) == 1
    assert texts("thanks a lot. and who was late?") == ["who was late"]
