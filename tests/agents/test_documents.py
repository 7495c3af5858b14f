"""Which uploads a goal names."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from agents.rules.documents import named


@dataclass
class Document:
    name: str
    format: str = "md"


HOUSE, MINUTES = Document("house_rules_and_recipes.md"), Document("terms-of-sale.md")


def test_a_small_word_of_a_file_name_names_nothing() -> None:
    question = "Why did we pick Pellow for the roof and not the other lot of tenders?"
    assert named(question, [HOUSE, MINUTES]) == []


def test_the_telling_words_of_a_file_name_do() -> None:
    assert named("What do the house rules say about noise?", [HOUSE, MINUTES]) == [HOUSE]
    assert named("When must we pay according to the terms of sale?", [HOUSE, MINUTES]) == [MINUTES]


def test_a_month_or_a_year_alone_names_no_document() -> None:
    march = Document("trustees-minutes-march-2026.txt", "txt")
    assert named("How many bookings went out in March 2026?", [HOUSE, march]) == []
    assert named("What did the trustees' minutes of March say?", [HOUSE, march]) == [march]


def test_of_a_series_the_month_names_one() -> None:
    march, april = Document("minutes-march-2026.txt", "txt"), Document("minutes-april-2026.txt", "txt")
    assert named("What was agreed in April 2026?", [march, april]) == [april]


@pytest.mark.parametrize(
    ("goal", "named_"),
    [
        ("What is the monthly mooring fee in Bergen?", []),
        ("What are the prices of the berths?", []),
        ("What is in the fees?", ["fees.html"]),
        ("Summarise the fees", ["fees.html"]),
        ("What does the lease say about pets?", ["lease.md"]),
        ("What does Aurora cost?", ["Aurora.pdf"]),
    ],
)
def test_a_file_is_not_named_by_asking_for_what_it_is_called_after(goal: str, named_: list[str]) -> None:
    files = [Document(n) for n in ("fees.html", "prices.md", "lease.md", "Aurora.pdf")]
    assert [d.name for d in named(goal, files)] == named_


def test_a_kind_is_said_of_the_document_that_it_stands_beside() -> None:
    vehicle, guarding = Document("vehicle-policy.html"), Document("safeguarding-policy.pdf")
    book = Document("volunteer-handbook.docx")
    files = [vehicle, guarding, book]
    two = named("compare what the volunteer handbook and the vehicle policy say about mileage", files)
    assert {d.name for d in two} == {book.name, vehicle.name}
    both = named("compare the handbook with the policies on vehicles and safeguarding", files)
    assert {d.name for d in both} == {d.name for d in files}


def test_a_hyphen_makes_no_other_name() -> None:
    review = Document("postmortem_inc-2026-0914.md")
    assert named("Summarise the post-mortem of the outage", [review, MINUTES]) == [review]
