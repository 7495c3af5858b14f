"""Invoices in two currencies, jobs with fees and costs, hours, bookings and a price list: what an accounts office asks."""

from __future__ import annotations

from typing import Any

import pytest

SUPPLIERS = """invoice_ref,vendor,invoice_date,due,net_amount,currency,status
A-1,Harrow Print,2026-01-12,2026-02-11,900,GBP,Paid
A-2,Harrow Print,2026-03-02,2026-04-01,600,GBP,Approved
B-1,Atelier Moura,2026-02-20,2026-03-22,2500,EUR,Disputed
B-2,Atelier Moura,2026-04-15,2026-05-15,700,EUR,Paid
C-1,Delmont Drilling,2026-05-05,2026-06-04,4000,GBP,Disputed
C-2,Delmont Drilling,2026-05-20,2026-06-19,1200,GBP,Cancelled
"""
BILLS = """invoice_no,client,kind,issued,amount_gbp,paid_gbp,status
26-1,"Dunmore, Ray",operation,2026-03-18,390,130,part paid
26-2,"Varga, Mihaly",boarding,2026-04-10,400,0,open
26-3,"Varga, Mihaly",boarding,2026-05-02,350,100,part paid
26-4,"Hollis, Jane",operation,2026-05-09,720,720,paid
"""
JOBS = """Job no,Title,Office,Lead,Start,Fee (GBP),Cost to date (GBP),Billed to date (GBP),Status
P-1,Quay wall,Utrecht,Femke Dijkstra,2025-06-09,742000,310000,400000,Live
P-2,Sewer relining,Leeds,Callum Reyes,2023-09-04,264000,271350,264000,Completed
P-3,Cycle bridge,Utrecht,Rui Tavares,2025-11-13,148500,90000,100000,Live
"""
HOURS = """entry,week_ending,staff,grade,job_no,hours
1,2026-05-08,Hannah Birch,G3,P-1,24
2,2026-05-08,Omar Faruqi,G4,P-1,40
3,2026-05-15,Hannah Birch,G3,P-3,30
4,2026-06-05,Omar Faruqi,G4,P-3,38
"""
STAYS = """booking_ref,owner,species,check_in,check_out,nights,status
MB-1,Sue Hartnell,dog,2026-07-04,2026-07-09,5,confirmed
MB-2,Neil Mercer,cat,2026-07-08,2026-07-20,12,cancelled
MB-3,Kola Adeyemi,cat,2026-06-28,2026-07-02,4,confirmed
MB-4,Fiona Lowry,rabbit,2026-07-22,2026-07-25,3,confirmed
"""
PRICES = """# Price list

## Boarding, per night

- Large dog (over 25 kg): £31.00
- Cat: £16.00
- Rabbit or guinea pig: £9.50

In the peak season a supplement is added each night: £4.00 for dogs and £2.00 for cats.

## Vaccinations

- Cat, yearly booster: £49.00
- Rabbit: £45.00
"""


@pytest.fixture(scope="module")
def accounts(store: Any) -> Any:
    mine = store.for_user("accounts")
    files = {"supplier_invoices.csv": SUPPLIERS, "client_bills.csv": BILLS, "project_ledger.csv": JOBS}
    files |= {"timesheets.csv": HOURS, "kennel_bookings.csv": STAYS, "prices.md": PRICES}
    for name, text in files.items():
        assert mine.add(name, text.encode()).status == "added"
    return mine


@pytest.mark.parametrize(
    ("goal", "shown", "hidden"),
    [
        ("How much do we still owe suppliers in euros?", ["**2,500**", "currency is EUR", "status is not Paid or Cancelled"], []),
        ("How much do clients still owe us altogether?", ["**910**", "amount_gbp − paid_gbp"], []),
        ("Which client owes the most?", ["**Varga, Mihaly**", "650"], []),
        ("How much of the fee is still to be billed on the live projects, all in all?", ["**390,500**"], []),
        ("How much have we spent so far on the Utrecht jobs altogether?", ["**400,000**", "Cost to date"], ["Fee"]),
        ("Please make a bar chart of what each supplier has invoiced us this year, only the ones in pounds", ["1,500", "5,200"], ["Atelier"]),
        ("Which client got the highest single bill and how much was it?", ["Hollis, Jane", "720"], ["Varga"]),
        ("How much did we bill for boarding in each month?", ["400", "350", "2026-04"], []),
        ("Which project has the biggest fee, who is leading it and how many hours were booked on it in May?", ["P-1", "Quay wall", "Femke Dijkstra", "**64**"], []),
        ("Who worked the most hours in May?", ["**Hannah Birch**", "54"], []),
        ("Give me a table with the hours per grade", ["| G3 | 54 |", "| G4 | 78 |"], []),
        ("How many hours went into P-3 in May?", ["**30**"], []),
        ("On average, how many nights is a cat booked in for?", ["**8**"], []),
        ("Show me the stays that start in July and are confirmed please", ["MB-1", "MB-4"], ["MB-2", "MB-3"]),
        ("a little chart of how many bookings we have for dogs, cats and rabbits", ["| cat | 2 |", "| dog | 1 |"], []),
        ("what do we charge per night for a cat?", ["**£16.00**"], []),
        ("what do we charge per night for a rabbit?", ["**£9.50**"], ["45"]),
    ],
)  # fmt: skip
def test_what_an_accounts_office_asks(ask: Any, accounts: Any, goal: str, shown: list[str], hidden: list[str]) -> None:
    ran = ask(accounts, goal)
    assert ran.outcome == "answered", ran.text
    assert all(x in ran.text for x in shown), ran.text
    assert not any(x in ran.text for x in hidden), ran.text


def test_what_a_price_list_does_not_name_has_no_price(ask: Any, accounts: Any) -> None:
    assert ask(accounts, "what do we charge per night for a parrot?").outcome == "not_answered"


@pytest.mark.parametrize(
    ("before", "goal", "shown"),
    [
        ("Which supplier invoices are in dispute?", "what do the ones in pounds add up to?", "**4,000**"),
        ("Total cost to date per office please", "now only the ones that are still live please", "400,000"),
        ("How many stays were cancelled?", "ok thanks. and which owner is booked for the longest stay?", "Neil Mercer"),
    ],
)
def test_a_follow_up_goes_on_about_the_rows_before(ask: Any, accounts: Any, before: str, goal: str, shown: str) -> None:
    first = ask(accounts, before)
    ran = ask(accounts, goal, turns=[first.turn()])
    assert ran.outcome == "answered", ran.text
    assert shown in ran.text, ran.text


def test_the_ones_that_the_goal_itself_names_are_not_those_before(ask: Any, accounts: Any) -> None:
    before = ask(accounts, "How much do we still owe suppliers in euros?")
    goal = "Please make a bar chart of what each supplier has invoiced us this year, only the ones in pounds"
    ran = ask(accounts, goal, turns=[before.turn()])
    assert "| Harrow Print | 1,500 |" in ran.text, ran.text  # the paid one too
