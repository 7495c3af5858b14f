"""Amounts that recur, several values in one sum, and what a range of dates says."""

from __future__ import annotations

from typing import Any

import pytest

from agents.rules.periods import factor, stated


@pytest.mark.parametrize(
    ("text", "value", "per"),
    [
        ("The rent is £1,285 per calendar month, payable in advance.", "£1,285", "month"),
        ("The monthly rent is EUR 1,850.", "EUR 1,850", "month"),
        ("Upkeep comes to £190 a year.", "£190", "year"),
        ("A licence costs $9/week.", "$9", "week"),
        ("The deposit is £1,480. It is returned within a month.", "£1,480", ""),
        ("Pay £40 now and £10 per week later.", "£40", ""),
    ],
)
def test_the_period_is_the_one_stated_beside_the_value(text: str, value: str, per: str) -> None:
    assert stated(text, value) == per


@pytest.mark.parametrize(
    ("per", "wanted", "times"),
    [
        ("month", "year", 12),
        ("month", "week", 12 / 52),
        ("week", "month", 52 / 12),
        ("year", "quarter", 1 / 4),
        ("day", "day", 1),
    ],
)
def test_factor(per: str, wanted: str, times: float) -> None:
    assert eval(factor(per, wanted)) == pytest.approx(times)


@pytest.mark.parametrize(
    ("goal", "value"),
    [
        ("How much is the rent per year?", "22,200"),
        ("Take the rent from the lease and tell me what it adds up to in a year.", "22,200"),
        ("What is the rent over the whole term of 36 months?", "66,600"),
        ("What is the monthly rent, what is the deposit, and what is the total of both?", "7,400"),
        ("What is the monthly rent, what is the deposit, and what is the difference between the two?", "3,700"),
    ],
)
def test_recurring_amounts_and_sums(ask: Any, texts: Any, goal: str, value: str) -> None:
    ran = ask(texts, goal)
    assert ran.outcome == "answered", ran.text
    assert value in ran.text


def test_an_amount_without_a_period_is_not_multiplied(ask: Any, texts: Any) -> None:
    ran = ask(texts, "What is the deposit, and what does it come to in a year?")
    assert "66,600" not in ran.text
    assert ran.outcome == "partial"
    assert "for what period" in ran.text


def test_that_many_counts_in_what_was_read(ask: Any, texts: Any) -> None:
    goal = "How many days' notice must a party give to end the lease early, and if we start on 1 June 2026, when is it over?"
    assert "31 July 2026" in ask(texts, goal).text
