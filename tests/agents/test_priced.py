"""What a goal's quantities come to at the rates that an upload states, and what is no such goal."""

from __future__ import annotations

from typing import Any

import pytest

from memory.store import Memory
from tests.agents.conftest import Ask

SITE = """# Site prices

A serviced pitch is £31.50 a night and a grass pitch costs £24 a night. A dog costs £2 a night.

We pay 45p a mile for journeys that were agreed.

The rent of the caravan is £480 per calendar month. In a fire ring the bell twice and leave by the nearest gate.
"""


@pytest.fixture(scope="session")
def site(store: Memory) -> Any:
    mine = store.for_user("site prices")
    assert mine.add("site-prices.md", SITE.encode()).status == "added"
    return mine


@pytest.mark.parametrize(
    ("goal", "shown"),
    [
        ("How much is a grass pitch for 3 nights?", "72 GBP"),
        ("so what's that for a 46 mile round trip?", "20.70 GBP"),
    ],
)
def test_quantities_at_stated_rates(ask: Ask, site: Any, goal: str, shown: str) -> None:
    ran = ask(site, goal)
    assert f"**{shown}**" in ran.text
    assert "“" in ran.text  # the rate's sentence is quoted


def test_a_mean_is_no_bill(ask: Ask, site: Any) -> None:
    assert "×" not in ask(site, "What is the average price of the two-hour hires?").text


@pytest.mark.parametrize("goal", ["What's the rent of the caravan per month?", "how much is the caravan a month"])
def test_the_rate_itself_is_no_quantity(ask: Ask, site: Any, goal: str) -> None:
    ran = ask(site, goal)
    assert "**£480**" in ran.text
    assert "twice" not in ran.text.split("“")[0]
