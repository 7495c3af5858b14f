"""What a goal says of its user is offered to be remembered, and only then remembered."""

from __future__ import annotations

import pytest

from ui.proposal import proposed


@pytest.mark.parametrize(
    ("goal", "fact"),
    [
        ("I work at Acme. What is 12% of 340?", "I work at Acme"),
        ("I live in Ghent, so what are the tides tomorrow?", "I live in Ghent"),
        ("My manager is Dana. Draft a note.", "My manager is Dana"),
        ("What is my manager called?", ""),
        ("My question is what the notice period is", ""),
        ("Remember that I work at Acme", ""),
        ("Total revenue by region", ""),
        ("Is my contract valid?", ""),
        ("How many people work at Acme?", ""),
    ],
)
def test_what_is_offered(goal: str, fact: str) -> None:
    assert proposed(goal) == fact
