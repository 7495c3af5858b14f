"""An allotment society's rules and minutes, asked about by people with a problem: a case that is not theirs, a document
that they do not mean, a day ahead of which something has to be done."""

from __future__ import annotations

from typing import Any

import pytest

FILES = {
    "site_rules.md": b"""# Site rules

## 1. Giving up a plot
1.1 A plot is given up with at least six weeks' written notice to the secretary.
1.2 The notice is shortened to one week, ending on any day, if illness or a move to another county makes gardening impossible.

## 2. Repairs
2.1 In a flood the warden may order pumps for up to 900 pounds.
2.2 Repairs of the water pipes that cost more than 200 pounds are ordered by the treasurer.

## 3. Accidents
3.1 Accidents with machines are reported to the secretary within 48 hours.

## 4. Guests
4.1 A guest who speaks at a meeting is paid travel costs of up to 35 pounds, or up to 60 pounds when coming from Leeds.
""",
    "summer_meeting_minutes.txt": b"""MINUTES OF THE SUMMER MEETING

The work weekend is planned for 5 to 6 September 2026.
The shed is painted green.
""",
}


@pytest.fixture(scope="module")
def society(store: Any) -> Any:
    mine = store.for_user("allotments")
    for name, text in FILES.items():
        assert mine.add(name, text).status == "added"
    return mine


@pytest.mark.parametrize(
    ("goal", "shown", "hidden"),
    [
        ("Who orders a repair of the water pipes for 350 pounds? It's not a flood.", ["treasurer"], ["warden"]),
        ("I'm leaving on 30 June 2027, when do I have to give written notice?", ["**19 May 2027**", "six weeks"], ["week, ending"]),
        ("My strimmer caught somebody's foot, an accident. How long do I have to report it?", ["48 hours"], ["## Report"]),
        ("A speaker from Leeds at the summer meeting: how much travel money is paid at most?", ["up to 60 pounds"], []),
        ("When is the work weekend?", ["**5 to 6 September 2026**"], []),
    ],
)  # fmt: skip
def test_what_plot_holders_ask(ask: Any, society: Any, goal: str, shown: list[str], hidden: list[str]) -> None:
    ran = ask(society, goal)
    assert ran.outcome == "answered", ran.text
    assert all(x in ran.text for x in shown), ran.text
    assert not any(x in ran.text for x in hidden), ran.text
