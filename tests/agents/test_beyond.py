"""Goals in which a later part reckons with what an earlier one found: limits over rows, spans, rates times counts, what is left."""

from __future__ import annotations

from typing import Any

import pytest

from agents.rules.intents.comes_to import product
from agents.rules.left_after import left_after
from agents.rules.priced.listed import listed
from agents.rules.split import is_wish, split
from agents.rules.tables.limit_wording import with_hole
from agents.rules.tables.limits import limit_of
from memory.store import Memory
from tests.agents.conftest import Ask

RULES = """# Rules of Ketterly Harbour

## Mooring
Stays longer than 7 nights need the permission of the harbour master.
Boats of more than 12 metres moor at the outer pontoon.
Tow cars may drive at 10 km/h on the slipway.
The duty officer may waive up to 20 percent of a mooring fee.

## Keys
| Berth kind | Key deposit per stay |
|---|---|
| Pontoon | 30 |
| Swinging mooring | 15 |

## Complaints
We aim to answer every complaint within 5 days of receiving it.
Urgent complaints are answered within 3 working days of receiving them.
The time of our volunteers is booked at 12.50 per hour.
A complaint that takes up more than 4 hours goes to the committee.

## Money
The maintenance budget for the year is 9,500.
The new fenders cost 340. A life jacket costs 45 each.
"""
STAYS = """stay_id,boat,berth_kind,length_m,arrived,nights,waiver_pct,fee
S-1,Marisol,Pontoon,9.5,2025-05-02,3,0,72.00
S-2,Bluefin,Swinging mooring,11.0,2025-05-04,9,25,121.50
S-3,Tern,Pontoon,13.2,2025-05-20,12,10,310.00
S-4,Oriole,Dry dock,14.0,2025-06-01,8,0,480.00
S-5,Marisol,Pontoon,9.5,2025-06-03,2,30,33.60
S-6,Heron,Swinging mooring,8.0,2025-06-11,7,20,84.00
S-7,Tern,Pontoon,13.2,2025-06-15,1,0,36.00
"""
COMPLAINTS = """complaint_no,topic,received,answered,handler,hours,state
C1,Noise,2025-05-01,2025-05-04,Ida Marsh,2.5,done
C2,Water,2025-05-03,2025-05-12,Joel Pine,5.0,done
C3,Noise,2025-05-10,,Ida Marsh,1.0,open
C4,Keys,2025-05-12,2025-05-18,Ida Marsh,4.5,done
C5,Noise,2025-05-20,2025-05-22,Joel Pine,0.5,dropped
C6,Water,2025-06-01,,Joel Pine,3.0,open
"""


@pytest.fixture(scope="session")
def harbour(store: Memory) -> Any:
    mine = store.for_user("harbour")
    for name, text in {"harbour-rules.md": RULES, "stays.csv": STAYS, "complaints.csv": COMPLAINTS}.items():
        assert mine.add(name, text.encode()).status == "added"
    return mine


@pytest.mark.parametrize(
    ("goal", "shown"),
    [
        ("How many nights may a boat stay before the harbour master has to permit it, and how many stays were longer than that?", ["**7**", "**3**"]),
        ("Up to what percentage of a mooring fee may the duty officer waive? How many stays got a higher waiver than that, and what were their fees altogether?", ["20 percent", "**2**", "**155.1**"]),
        ("Boats of more than how many metres moor at the outer pontoon? Count the stays above that length, add up their nights and tell me the highest fee among them.", ["**3**", "**21**", "**480**"]),
        ("Above how many hours does a complaint go to the committee? List the complaints over this limit and the average of their hours", ["C2", "C4", "**4.75**"]),
        ("What was the average fee of the stays, and how many stays were above that?", ["162.44", "**2**"]),
        ("Within how many days do we want to answer a complaint, and how many complaints with an answer took longer than that from received to answered?", ["5 days", "**2**"]),
        ("what is our target for answering complaints and which complaints needed more days than that between received and answered", ["C2", "C4"]),
        ("Take the hourly rate for volunteers from the harbour rules, then the total hours in the complaints table for Ida Marsh, and tell me what her time comes to in money.", ["12.50", "**8**", "**100**"]),
        ("What is the key deposit per pontoon stay, how many pontoon stays arrived in June 2025, and how much deposit is that in total?", ["**30**", "**2**", "**60**"]),
        ("How big is the maintenance budget, and what is left of it after three ladders at 210 each and the paint for 185?", ["9,500", "**8,685**"]),
        ("What is the maintenance budget for the year and how much of it remains once the new fenders and a pump for 1,250 are paid?", ["9,500", "**7,910**"]),
        ("How big is the maintenance budget, and what is left of it after four life jackets?", ["**9,320**"]),
        ("Average hours of complaints with state done", ["**4**", "state is done"]),
        ("Which topic was complained about most often and how many times?", ["Noise", "3"]),
    ],
)  # fmt: skip
def test_a_later_part_reckons_with_an_earlier_one(ask: Ask, harbour: Any, goal: str, shown: list[str]) -> None:
    ran = ask(harbour, goal)
    assert ran.outcome == "answered", ran.text
    assert all(x in ran.text for x in shown), ran.text


@pytest.mark.parametrize(
    ("goal", "said", "never"),
    [
        ("What is the speed limit in the harbour, and how many stays were longer than that?", "limit that these rows are compared with was not found", "**3**"),
        ("What is the target for answering complaints, and how many purple complaints took longer than that?", "purple", "**2**"),
        ("How quickly are urgent complaints answered, and how many complaints took longer than that from received to answered?", "working days", "**3**"),
        ("How many stays were over the limit?", "over the limit", "**7**"),
        ("average hours per complaint with state off", "state off", "2.75"),
        ("What are volunteers booked at an hour, how many complaints are done, and how much does that come to in total?", "not multiplied", "37.5"),
        ("How big is the maintenance budget, and what is left of it after the new crane?", "needs was not found", "9,160"),
    ],
)  # fmt: skip
def test_nothing_is_reckoned_with_what_does_not_fit(ask: Ask, harbour: Any, goal: str, said: str, never: str) -> None:
    ran = ask(harbour, goal)
    assert ran.outcome != "answered", ran.text
    assert said in ran.text
    assert never not in ran.text


def test_what_someone_would_like_to_do_is_no_fact(ask: Ask, harbour: Any) -> None:
    ran = ask(harbour, "Hello, I want to bring my boat in for the summer. Who has to permit a stay longer than a week?")
    assert "remember" not in ran.tools
    assert "harbour master" in ran.text


def test_nothing_is_converted_into_the_unit_that_is_stated(ask: Ask, harbour: Any) -> None:
    ran = ask(harbour, "How fast may tow cars drive on the slipway, in km/h?")
    assert ran.outcome == "answered"
    assert ran.text.startswith("**10 km/h** — “Tow cars may drive")
    assert "=" not in ran.text


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("I would like to move two goats to my sister's farm.", True),
        ("We are planning to paint the hull.", True),
        ("I'd like to know the fee.", False),
        ("I want to compare the two boats.", False),
        ("I have a dog called Bruno.", False),
    ],
)
def test_wishes(text: str, wish: bool) -> None:
    assert is_wish(text) is wish


@pytest.mark.parametrize(
    ("text", "hole"),
    [
        ("how many rentals got a higher discount than that?", "how many rentals got a higher discount than ¤?"),
        ("Count the hires that were longer than this limit", "Count the hires that were longer than ¤"),
        ("and how many were longer?", "and how many were longer than ¤?"),
        ("how many exceed it", "how many exceed ¤"),
        ("which customers live too far out for it?", "which customers above ¤?"),
        ("how many hires are too short?", "how many hires below ¤?"),
        ("which hires were too late for the last bus", ""),
        ("how many orders are above that of Rosa", ""),
        ("is the deposit higher than that?", ""),
    ],
)
def test_the_place_of_an_earlier_number(text: str, hole: str) -> None:
    assert with_hole(text, ()) == hole


@pytest.mark.parametrize(
    ("data", "number"),
    [
        ({"found": True, "value": 14.0, "unit": "day"}, 14),
        ({"found": True, "value": None, "sentence": "3. If the estimate is above 120, send a quote."}, 120),
        ({"found": True, "value": None, "sentence": "A loan may last 90 days at most."}, 90),
        ({"found": True, "value": None, "sentence": "Table jobs: columns a, b; 46 rows."}, None),
        ({"found": True, "value": None, "sentence": "A load of more than 3 crates or above 80 kg is refused."}, None),
        ({"found": False, "value": 14.0}, None),
    ],
)
def test_the_limit_that_a_part_found(data: dict[str, Any], number: float | None) -> None:
    found = limit_of(data)
    assert (found.number if found else None) == number


def test_a_rate_is_multiplied_only_with_what_it_is_a_rate_of() -> None:
    rate = {"found": True, "value": 46.0, "unit": "", "sentence": "Labour is charged at 46 per hour."}
    assert product(rate, {"agg": "sum", "measured": "labour_hours", "value": 19.25}, "", "")[0] == "46 * 19.25"
    assert product(rate, {"agg": "sum", "measured": "charge", "value": 900.0}, "", "")[0] == ""
    assert product(rate, {"agg": "avg", "measured": "labour_hours", "value": 2.0}, "", "")[0] == ""
    share = {"found": True, "value": 20.0, "unit": "%", "sentence": "We keep 20 percent."}
    assert product(share, {"agg": "sum", "measured": "labour_hours", "value": 19.0}, "", "")[0] == ""
    assert product(share, {"agg": "sum", "measured": "amount", "value": 50.0}, "", "")[0] == "20 / 100 * 50"


@pytest.mark.parametrize(
    ("text", "template"),
    [
        ("what is left of it after two ladders at 210 each and the paint for 185", "{ref} - (2 * 210 + 185)"),
        ("how much of it remains once the fenders and a pump for 1,250 are paid?", "{ref} - ({0} + 1250)"),
        ("what's left of the budget after we buy 40 for nails?", "{0} - (40)"),
        ("what is left of it after the ladders at 20 each", None),
        ("how much is left of it after what we've spent so far", None),
    ],
)
def test_what_is_left_after_things_that_are_named(text: str, template: str | None) -> None:
    found = left_after(text, True)
    assert (found.template if found else None) == template


def test_a_cell_needs_the_words_of_its_row_and_its_column() -> None:
    passages = [{"text": "- Category: Small tool; Deposit per hire: 40\n- Category: Trailer; Deposit per hire: 250"}]
    found = listed("What is the deposit per trailer hire?", passages)
    assert found is not None
    assert found.value.number == 250
    assert listed("What is the deposit per hire?", passages) is None
    assert listed("What is the fee per trailer hire?", passages) is None


def test_what_a_goal_fetches_one_after_the_other_are_parts() -> None:
    goal = "Take the rate per hour from the guide, then the total hours in the table, and tell me what that comes to."
    assert [p.text for p in split(goal, lambda _: False)][:2] == [
        "What is the rate per hour in the guide?",
        "What is the total hours in the table?",
    ]


@pytest.mark.parametrize(
    ("goal", "shown"),
    [
        ("What is the average fee per stay of boats on the pontoon?", "112.9"),  # no rule on stays makes a filter of it
        ("Rank the two handlers by hours", "Joel Pine"),
    ],
)
def test_figures_of_rows_are_not_turned_into_rules(ask: Ask, harbour: Any, goal: str, shown: str) -> None:
    assert shown in ask(harbour, goal).text


def test_a_rate_that_a_text_states_is_no_total_of_a_table(ask: Ask, harbour: Any) -> None:
    assert "total hours" not in ask(harbour, "What is the usual hourly rate for volunteers?").text
