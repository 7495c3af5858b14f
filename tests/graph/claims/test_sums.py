"""Arithmetic that an answer spells out: computed anew, whatever words it is written in, and a wrong result is caught."""

from __future__ import annotations

import re

import pytest

from graph.claims.grounding import ground
from tests.graph.claims.test_grounding import embed

GOAL = "What is 17.5% of 2,340, and of £250? We have 12 sites, 60 people at £40 each, and 7 of 28 days left."
RIGHT = """17.5% of 2,340 is 409.5.
17.5 percent of 2,340 equals 409.5.
So 17.5% of 2340 comes to 409.50.
Multiplying 2,340 by 0.175 gives 409.5.
2,340 x 0.175 = 409.5
2,340 × 17.5 / 100 = 409.5
2,340 times 0.175 is 409.5.
409.5 is 17.5% of 2,340.
The answer is 409.5 (= 0.175 × 2,340).
Adding 17.5% to 2,340 gives 2,749.5.
2,340 minus 17.5% is 1,930.5.
17.5% off £250 is £206.25.
£250 reduced by 17.5% is £206.25.
17.5% of £250 is £43.75.
Half of 60 is 30.
A third of 2,340 is 780.
If you divide 2,340 by 12, you get 195.
When 2,340 is divided by 12, the result is 195.
60 divided by 7 is about 8.57.
The sum of 12 and 60 is 72.
The difference between 60 and 12 is 48.
Subtracting 12 from 60 leaves 48.
12 subtracted from 60 is 48.
12 sites plus 60 people is 72 entries.
60 people at £40 each come to £2,400.
7 out of 28 is 25%.
7/28 = 25%
(12 + 60) × 2 = 144
12 × 60 = 720, plus 7 makes 727.""".splitlines()
WRONG_LAST = [t for t in RIGHT if not t.startswith(("409.5 is", "The answer"))]


def only(answer: str, goal: str = GOAL) -> tuple[str, str]:
    (claim,) = ground(answer, {}, embed, goal).claims
    return claim["support"], claim["reason"]


@pytest.mark.parametrize("answer", RIGHT)
def test_a_right_sum_of_the_users_figures_is_computed(answer: str) -> None:
    assert only(answer) == ("computed", "")


@pytest.mark.parametrize("answer", WRONG_LAST)
@pytest.mark.parametrize("off", [1.1, 10, 0.97])
def test_a_wrong_result_is_caught(answer: str, off: float) -> None:
    *_, last = re.finditer(r"\d[\d,]*(?:\.\d+)?", answer)
    changed = f"{float(last[0].replace(',', '')) * off:,.2f}"
    support, reason = only(answer[: last.start()] + changed + answer[last.end() :])
    assert support == "unsupported"
    assert changed in reason


@pytest.mark.parametrize("answer", RIGHT)
def test_figures_from_nowhere_stay_unproved(answer: str) -> None:
    support, _ = only(answer, "Help me with this")
    assert support == "unsupported" or not re.search(r"2,?340|250|60|28", answer)


def test_what_is_wrong_is_told_with_the_right_result() -> None:
    assert only("17.5% of 2,340 is 419.5.") == ("unsupported", "17.5% of 2,340 is 409.5, not 419.5")


def test_a_goal_that_is_arithmetic_bears_out_its_bare_result_and_no_other() -> None:
    assert only("The result is 409.5.", "What is 17.5% of 2,340?") == ("computed", "")
    assert only("The result is 395.5.", "What is 17.5% of 2,340?")[0] == "unsupported"
    assert only("The result is €409.5.", "What is 17.5% of £2,340?")[0] == "unsupported"


@pytest.mark.parametrize(
    "answer",
    [
        "60% of the 28 sites are small, and 12 are not.",
        "In 7 of 28 cases the fee is £40.",
        "10-12 people are 7 too many.",
        "The limit is 60.",
        "The notice period is 28 days.",
    ],
)
def test_figures_of_the_goal_are_no_evidence_where_nothing_is_reckoned(answer: str) -> None:
    assert only(answer)[0] == "unsupported"


def test_what_figures_said_before_come_to_by_chance_bears_out_no_other_matter() -> None:
    from tests.graph.claims.test_grounding import result

    loads = {"s1": result("s1", sources=[("loads.csv", "week 1: 40 pallets to Varde\nweek 2: 35 pallets to Varde")])}
    said = "Week 1 had 40 pallets and week 2 had 35 pallets to Varde [s1.1]. "
    for own in ("Analysts expect this market to grow by 14% next year.", "An increase of 14% in rents is likely."):
        assert [c["support"] for c in ground(said + own, loads, embed).claims] == ["supported", "unsupported"]
    for own in ("Together that is 75 pallets.", "That is 14% more.", "So week 1 had 5 pallets more."):
        assert [c["support"] for c in ground(said + own, loads, embed).claims] == ["supported", "computed"], own
