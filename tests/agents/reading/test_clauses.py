"""Which of several values in one sentence is the one that was asked for."""

from __future__ import annotations

import pytest

from agents.rules.reading import answer


def _value(question: str, text: str, sense) -> str:
    passage = {"id": "p", "document": "d", "title": "Note", "locator": "", "text": text}
    return answer(question, [passage], sense).value


@pytest.mark.parametrize(
    ("question", "text", "value"),
    [
        (
            "When was the mill built?",
            "Tarn Mill is a four-storey mill built in 1868 for a wool merchant and converted to flats in 1982.",
            "1868",
        ),
        (
            "How much is the repairs budget?",
            "The repairs budget for 2026 is £7,500 and the food budget is £4,000; the roof has not been paid yet.",
            "£7,500",
        ),
        (
            "How much is the tool allowance for apprentices?",
            "Fitters receive a tool allowance of £180 a year; for apprentices it is £300 in the first year.",
            "£300",
        ),
        (
            "What does parking cost for the whole day?",
            "Parking costs £3.40 for up to four hours and £5.20 for the whole day; badge holders park free.",
            "£5.20",
        ),
        (
            "How long is the probation period for managers?",
            "The probation period is three months, six months for managers, and may be extended by up to two months.",
            "six months",
        ),
    ],
)
def test_the_value_of_the_clause_that_answers(question, text, value, sense) -> None:
    assert _value(question, text, sense) == value


@pytest.mark.parametrize(
    ("question", "text", "value"),
    [
        ("How much is an hour of labour?", "Labour is charged at 46 per hour, in steps of a quarter of an hour.", "46"),
        ("What is the deposit for a trailer?", "Category: Trailer; Deposit per hire: 250", "250"),
        ("How much is the deposit?", "The deposit list names 3 keys and a lamp.", ""),
    ],
)
def test_a_document_in_one_currency_leaves_its_sign_away(question, text, value, sense) -> None:
    assert _value(question, text, sense) == value


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("What is the standard hourly rate for the Studio?", "28.00"),
        ("How much does the Studio cost a community group per hour?", "19.50"),
        ("How many people are allowed in the Studio?", "60"),
    ],
)
def test_a_figure_of_a_row_is_found_by_the_heading_of_its_column(question, value, sense) -> None:
    rows = "| Space | Most people allowed | Standard rate per hour (£) | Community rate per hour (£) |\n|---|---|---|---|\n| Hall | 184 | 62.00 | 45.00 |\n| Studio | 60 | 28.00 | 19.50 |\n| Bar | 28 | 34.00 | 24.00 |"
    assert _value(question, rows, sense) == value


def test_a_cell_is_found_by_the_column_that_is_named(sense) -> None:
    rows = (
        "- Sound power (dB); Alto 5: 52; Alto 9: 56; Alto 12: 59\n- Weight (kg); Alto 5: 98; Alto 9: 128; Alto 12: 151"
    )
    assert _value("How loud is the Alto 9?", rows, sense) == "56"
    assert _value("How heavy is the Alto 12?", rows, sense) == "151"


def test_what_time_is_answered_by_the_hour(sense) -> None:
    text = "There are evening shows on all four days at 7.30 pm and a matinee on the Saturday at 2.15 pm."
    assert _value("what time does the matinee start", text, sense).startswith("2.15")


def test_a_number_that_is_asked_for_politely_is_wanted_itself(sense) -> None:
    text = "Brightside would also hire us a desk at £65 a week. The phone number of Brightside is 020 7946 0123."
    assert "7946" in _value("have you got a phone number for Brightside?", text, sense)
    passage = {"id": "p", "document": "d", "title": "Note", "locator": "", "text": text[: text.index(" The phone")]}
    assert not answer("have you got a phone number for Brightside?", [passage], sense).found
