"""A boat club's costs, outings, members and rules: what rows are about, kinds of another table, the value of a name."""

from __future__ import annotations

from typing import Any

import pytest

COSTS = """month,hull,diesel_gbp,repairs_gbp
2026-01,GB-104,80.50,
2026-01,GB-221,61.00,410.00
2026-02,GB-104,95.25,120.00
2026-02,GB-221,40.00,35.00
2026-03,GB-104,101.00,500.00
2026-03,GB-221,77.75,90.00
"""
OUTINGS = """outing,on,berth_code,skipper,ballast_weight_kg,best_before,state
T1,2026-04-02,B-11,Ines Roth,300,2026-06-01,done
T2,2026-04-09,B-12,Ines Roth,250,2026-07-15,done
T3,2026-04-11,B-13,,900,2026-06-20,called off
T4,2026-05-01,B-14,Olaf Dunn,400,2026-08-01,done
T5,2026-05-02,B-12,Olaf Dunn,100,2026-09-01,called off
T6,2026-05-09,B-11,Olaf Dunn,120,2026-06-11,called off
"""
BERTHS = """berth code,name,type
B-11,North jetty one,Floating
B-12,North jetty two,Floating
B-13,Old wall,Stone
B-14,Slip,Stone
"""
RULES = """# Rules of the boat club

## Fuel and costs
The limit is £40 for one tank of fuel, and £65 for Kestrel.
A snack, up to £4.20, on days when you crew for more than six hours.

## Trouble
A complaint about a skipper or a crew member goes to the Commodore, and not to the office.
A complaint about the Commodore goes to the President of the Federation.
Spending of over £90 and up to £400 is approved by the harbour manager.

## Reports
The spring report is due four weeks after the end of the season.
The closing report of the season is due three months after the end of the grant, with all accounts of the season.
"""
ROTA = """# Rota

| Day | Amberley | Quay Nine |
|---|---|---|
| Monday | Pia, Tom | Uwe |
| Friday | Rolf | Pia, Sam |
"""
FILES = {
    "boat_costs.csv": COSTS,
    "outings.csv": OUTINGS,
    "berths.csv": BERTHS,
    "rules.md": RULES,
    "rota.md": ROTA,
}


@pytest.fixture(scope="module")
def club(store: Any) -> Any:
    mine = store.for_user("boat club")
    for name, text in FILES.items():
        assert mine.add(name, text.encode()).status == "added"
    return mine


@pytest.mark.parametrize(
    ("goal", "shown", "hidden"),
    [
        ("total repairs per boat please", ["| GB-221 | 535", "| GB-104 | 620", "“boat” read as hull"], []),
        ("which boat has cost us most in diesel?", ["**GB-104**", "276.75"], []),
        ("how many outings have no skipper written down?", ["**1**"], []),
        ("which outings have no berth recorded?", ["**None**"], ["cannot"]),
        ("how many outings have a best before date in June 2026?", ["**3**"], []),
        ("outings per type of berth", ["| Floating | 4", "| Stone | 2"], []),
        ("Which skipper has completed the most outings?", ["**Ines Roth**", "count 2"], []),
        ("total ballast weight of outings booked on B-12", ["**350"], ["not answered"]),
        ("Which skipper carried the most ballast weight?", ["**Olaf Dunn**", "620"], []),
        # the value of the very name, amount or body that is asked about
        ("What is the most I can put on the fuel card when I fill up Kestrel?", ["**£65**"], []),
        ("What's the most I can claim for food if I crew a long day?", ["**£4.20**"], []),
        ("A guest says the commodore shouted at him. Who does a complaint about that go to?", ["**President of the Federation**"], []),
        ("Who approves spending of about £250?", ["**harbour manager**"], []),
        ("who is at Amberley on Monday?", ["**Pia, Tom**"], []),
        ("The season ended on 30 September 2026. By what date did the spring report have to be in?", ["**28 October 2026**"], []),
    ],
)  # fmt: skip
def test_what_members_of_a_boat_club_ask(ask: Any, club: Any, goal: str, shown: list[str], hidden: list[str]) -> None:
    ran = ask(club, goal)
    assert ran.outcome == "answered", ran.text
    assert all(x in ran.text for x in shown), ran.text
    assert not any(x in ran.text for x in hidden), ran.text


def test_an_amount_that_only_a_table_has_for_each_row_is_none(ask: Any, club: Any) -> None:
    ran = ask(club, "What is the mooring fee?")
    assert ran.outcome == "not_answered"
    assert "**" not in ran.text
    assert not any(c["support"] == "unsupported" for c in ran.final["data"].get("claims") or [])
