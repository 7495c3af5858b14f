"""Bookings, jobs, a register, stock and a price list, asked about as people in an office talk: states in other words,
groups by what is in them, places that equal, codes whose columns are called differently."""

from __future__ import annotations

from typing import Any

import pytest

BOOKINGS = """Bkg no,PROP REF,Lead guest,Arriving,nights,Booked via,Gross £,Status
B1,HC01,Fielden,2026-01-16,7,Own website,576,Completed
B2,HC02,Tattersall,2026-01-19,4,Phone,858,Completed
B3,HC02,Sugden,2026-02-23,7,Airbnb,682,Completed
B4,HC03,Marsh,2026-03-02,3,Airbnb,400,Cancelled
B5,HC01,Fielden,2026-04-10,7,Airbnb,910,Completed
B6,HC04,Ogden,2026-09-10,2,Phone,300,Confirmed
"""
REGISTER = """Prop Ref,Property name,Village/Town,Owner,Rent pcm (£),EPC
HC01,Gull Loft,Arnside,P Ashworth,700,C
HC02,Heron House,Silverdale,A Nandra,825,D
HC03,Tide End,Kendal,A Nandra,610,
HC04,Fell View,Kendal,L Birkett,650,C
"""
JOBS = """Job #,property_code,reported_on,Trade,contractor,Urgency,finished_on,Invoice ex VAT,State
M1,HC01,2026-01-04,Heating,Fellwarm Heating,Emergency,2026-01-06,275,Done
M2,HC03,2026-01-20,Heating,Lakeside Plumbing,Routine,,,Awaiting parts
M3,HC04,2026-03-05,Electrician,Bright Spark (Kendal),Emergency,2026-03-06,120,Done
M4,HC03,2026-04-08,Plumber,Lakeside Plumbing,Emergency,2026-04-09,80,Done
M5,HC02,2026-05-02,Garden,Bright Spark (Kendal),Routine,2026-05-09,60,Done
"""
BILLS = """bill_no,client,amount_gbp,paid_gbp,due,status
1,"Varga, Mihaly",400,0,2026-05-10,open
2,"Varga, Mihaly",350,100,2026-06-01,part paid
3,"Hollis, Jane",720,720,2026-06-08,paid
4,"Okafor, Ben",55,0,2026-12-20,open
5,"Okafor, Ben",85,0,2026-12-21,open
6,"Okafor, Ben",95,95,2026-05-20,paid
"""
STOCK = """Item,Kept in,Qty,Unit cost £,Reorder at,Supplier,Expires
Rabies vaccine,Fridge,40,6.20,20,Medivet,2027-01-31
Insulin,Fridge,6,18.50,10,Medivet,2026-06-15
Bandage,Cupboard,120,0.85,50,Harrow,
Syringe,Cupboard,30,0.12,200,Harrow,
Ear drops,Cupboard,0,5.10,,Northvet,
"""
RATES = """HIRING THE HALL

Rates (all before VAT, which is added at 20%)
    Auditorium ............ £385.00 per day
    Studio ................ £160.00 per day
    Rehearsal room ........ £14.50 per hour

Running over costs £75 for each quarter of an hour started.
Tickets can be swapped for another night up to 48 hours before it.
"""
FILES = {
    "bookings_2026.csv": BOOKINGS,
    "property_register.csv": REGISTER,
    "maintenance_jobs.csv": JOBS,
    "client_bills.csv": BILLS,
    "stock.csv": STOCK,
    "hall_hire.txt": RATES,
}


@pytest.fixture(scope="module")
def office(store: Any) -> Any:
    mine = store.for_user("letting")
    for name, text in FILES.items():
        assert mine.add(name, text.encode()).status == "added"
    return mine


@pytest.mark.parametrize(
    ("goal", "shown", "hidden"),
    [
        # groups by what is in them
        ("Which clients have more than one unpaid bill?", ["| Okafor, Ben | 2 |", "| Varga, Mihaly | 2 |"], ["Hollis"]),
        ("How many clients have more than two bills?", ["**1**", "count > 2 for each client"], []),
        ("Which clients have been billed over 700 in total?", ["Varga, Mihaly", "Hollis, Jane"], ["Okafor"]),
        ("who has had more than one booking with us?", ["Fielden"], ["Ogden", "Marsh"]),
        # places that equal are told
        ("Which supplier do we have the most items from?", ["**Harrow** and **Medivet** come out equal"], []),
        # a state said otherwise
        ("how many bookings that actually went through came off Airbnb this year?", ["**2**", "Completed"], []),
        ("Add up what all the called-off bookings would have been worth", ["**400**", "Cancelled"], []),
        ("what's the longest-standing fault nobody has sorted yet", ["**M2**"], ["**M1**"]),
        ("which bills are unpaid", ["part paid", "Okafor"], ["Hollis"]),
        ("Who owes us the most?", ["**Varga, Mihaly**", "650"], []),
        ("what have we completely run out of in the stock", ["Ear drops"], ["Insulin"]),
        ("Which items need ordering again?", ["Insulin", "Syringe"], ["Bandage", "Rabies"]),
        # words beside the question
        ("how many times has a booking brought more than 600 quid in one go?", ["**3**", "Gross £ > 600"], []),
        ("can you run me bookings month by month through the season", ["| 2026-01 | 2 |"], []),
        ("what share of the bookings got cancelled, in percent", ["**16.67%**", "1 of 6"], []),
        ("list the Medivet items that have dropped below the reorder level", ["Insulin"], ["Rabies", "Syringe"]),
        ("which contractor has billed the most money and how many was it", ["**Fellwarm Heating**", "275"], []),
        # periods
        ("number of emergency call-outs since the beginning of March?", ["**2**"], []),
        ("Anything expiring before the end of the year?", ["Insulin"], ["Rabies"]),
        # which column, and of which table
        ("what have repairs cost us in Kendal altogether?", ["**200**", "Village/Town is Kendal"], []),
        ("how much has Heron House made from completed bookings in 2026?", ["**1,540**", "Gross"], []),
        ("what's the least we charge for a month's rent", ["**610**"], []),
        ("Which village does best per booking on average, only counting ones that were completed, and what's the figure?", ["**Silverdale**", "770"], []),
        # a price list set with dots, and its tax
        ("What would 8 hours of the rehearsal room cost with the VAT on?", ["**139.20 GBP**", "plus 20%"], []),
        ("What would 8 hours of the rehearsal room cost before VAT?", ["**116 GBP**"], ["139", "plus 20%"]),
        ("top 5 jobs by invoice", ["M1", "M3", "M4", "M5"], ["M2", "come out equal"]),
        ("how much is the studio for 2 days?", ["**320 GBP**"], ["385"]),
    ],
)  # fmt: skip
def test_what_a_letting_office_asks(ask: Any, office: Any, goal: str, shown: list[str], hidden: list[str]) -> None:
    ran = ask(office, goal)
    assert ran.outcome == "answered", ran.text
    assert all(x in ran.text for x in shown), ran.text
    assert not any(x in ran.text for x in hidden), ran.text


def test_another_name_after_and_goes_on_about_it(ask: Any, office: Any) -> None:
    before = ask(office, "how much has Heron House made from completed bookings in 2026?")
    ran = ask(office, "and Gull Loft?", turns=[before.turn()])
    assert "**1,486**" in ran.text, ran.text


def test_a_rule_about_hours_chooses_no_rows_by_a_number_of_nights(ask: Any, office: Any) -> None:
    assert "nights <= 48" not in ask(office, "how many nights could be swapped for another booking?").text


def test_tax_that_nothing_states_is_not_left_out_in_silence(ask: Any, store: Any) -> None:
    mine = store.for_user("untaxed")
    mine.add(
        "hire.txt", b"HIRE\n\n    Studio ........ \xc2\xa3160.00 per day\n    Hall ........ \xc2\xa3200.00 per day\n"
    )
    assert "320" not in ask(mine, "how much is the studio for 2 days with VAT?").text.split("\n")[0]
