"""Everyday words over tables of a boat yard: denials, gaps, money by meaning, two columns of a row, a text's rate."""

from __future__ import annotations

from typing import Any

import pytest

HIRES = """hire_no,date,customer,boat,hours,charge,source,status,deposit paid,email
H1,2025-05-03,Lena Ortiz,Kingfisher,3,90,Paddlers,Returned,yes,lena@x.org
H2,2025-05-09,Tom Baird,Otter,2,50,Phone,Cancelled,no,
H3,2025-05-21,Mia Cole,Otter,4,100,Paddlers,Returned,yes,mia@x.org
H4,2025-06-02,Jon Reed,Kingfisher,5,150,Walk-in,Returned,no,
H5,2025-06-14,Ada Finch,Heron,1,20,Paddlers,Cancelled,yes,ada@x.org
H6,2025-06-30,Raj Patel,Heron,6,120,Phone,Returned,yes,raj@x.org
H7,2025-07-11,Eve Marsh,Otter,3,75,Paddlers,No-show,no,eve@x.org
H8,2025-07-19,Sam Lowe,Kingfisher,2,60,Walk-in,Returned,no,
"""
PARTS = """part,bin,on_hand,minimum,price_each,maker
Rowlock,A1,4,6,12.5,Brasso
Oar,A2,20,10,40,Holz
Cleat,B1,9,9,3.2,Brasso
Rope,B2,1,5,15,Corda
"""
REPAIRS = """job,owner,promised,finished,mechanic,estimate,charged,paid on
1,Kay Dunn,2025-03-10,2025-03-08,Bo,200,210,2025-03-20
2,Les Hart,2025-03-15,2025-03-19,Al,450,430,
3,Uma Sen,2025-04-02,2025-04-02,Bo,120,160,2025-05-01
4,Wes Pope,2025-04-20,2025-05-03,Al,600,600,
"""
PAYMENTS = """date,payee,heading,amount_eur,slip
2025-01-09,Gasoil Marin,Fuel,410,Yes
2025-02-03,Peint SA,Paint,230.5,No
2025-03-05,Gasoil Marin,Fuel,395.25,Yes
2025-03-28,Holz,Oars,800,No
2025-04-30,Quai Carburants,Fuel,120,No
"""
PAYEES = """payee,city,days_to_pay
Gasoil Marin,Brest,30
Peint SA,Nantes,14
Holz,Bremen,45
Quai Carburants,Nantes,10
"""
YARD = """# How we run the yard

Paddlers gets a commission of 12 per cent of the charge on every hire that was returned, while walk-in customers cost us nothing.

We charge €3 per hour for the loan of a wetsuit.

The fuel budget for 2025 is €1,900 and the paint budget is €700.

Delivery is free for payments of €300 or more.
"""


@pytest.fixture(scope="module")
def yard(store: Any) -> Any:
    return _with(store, "yard", {"hires_2025.csv": HIRES, "parts.csv": PARTS, "repairs.csv": REPAIRS})


@pytest.fixture(scope="module")
def books(store: Any) -> Any:
    return _with(store, "books", {"payments.csv": PAYMENTS, "payees.csv": PAYEES, "hires_2025.csv": HIRES})


@pytest.fixture(scope="module")
def ruled(store: Any) -> Any:
    return _with(store, "ruled", {"payments.csv": PAYMENTS, "hires_2025.csv": HIRES, "yard.md": YARD})


def _with(store: Any, user: str, files: dict[str, str]) -> Any:
    mine = store.for_user(user)
    for name, text in files.items():
        assert mine.add(name, text.encode()).status == "added"
    return mine


@pytest.mark.parametrize(
    ("goal", "shown", "hidden"),
    [
        # words that name the row, say the order, or add nothing
        ("average number of hours per hire, counting every one of them", ["**3.25**"], []),
        ("takings per boat from returned rentals, top earner first", ["300", "120", "100"], []),
        ("Please could you list what each boat brought in, priciest first", ["300", "225", "140"], []),
        # denials and gaps
        ("which hires haven't got a deposit", ["H2", "H4", "H7", "H8"], ["H1", "H3"]),
        ("how many people still haven't paid a deposit", ["**4**"], []),
        ("which customers have no e-mail?", ["Tom Baird", "Jon Reed", "Sam Lowe"], ["Mia Cole"]),
        ("list the hires where the email is missing", ["H2", "H4", "H8"], ["H1"]),
        ("how many hires did not come from Paddlers", ["**4** — count", "is not Paddlers"], []),
        ("which jobs haven't been paid for yet", ["Les Hart", "Wes Pope"], ["Kay Dunn"]),
        ("unpaid repairs", ["Les Hart", "Wes Pope"], ["Uma Sen"]),
        # two columns of one row
        ("which parts are below the minimum?", ["Rowlock", "Rope"], ["Oar", "Cleat"]),
        ("which parts are running low", ["Rowlock", "Rope", "read as"], ["Cleat"]),
        ("which jobs were finished later than promised?", ["Les Hart", "Wes Pope"], ["Uma Sen", "Kay Dunn"]),
        ("how many repairs were late?", ["**2**", "read as"], []),
        ("which jobs cost more than estimated", ["Kay Dunn", "Uma Sen"], ["Wes Pope"]),
        ("how many jobs went over the estimate", ["**2**"], []),
        # money by meaning
        ("what's everything in the parts store worth?", ["893.8", "on_hand × price_each"], []),
        ("what did the returned hires come to?", ["**520**"], []),
        ("how much time did we spend on hires by boat?", ["hours", "10", "9", "7"], ["charge"]),
        # what the rows are by meaning, and kinds that are a column's values
        ("how many overhauls were there", ["**4**", "read as the rows of repairs.csv"], []),
        ("takings for each sort of boat", ["300", "225", "140"], []),
        # the only year there is, and superlatives with their own dimension
        ("how many hires were cancelled last season?", ["**2**", "season"], []),
        ("which boat had the most hires?", ["3"], ["charge"]),
        ("which hire was the longest?", ["H6"], ["H4"]),
        ("which month was busiest?", ["3"], ["charge"]),
    ],
)
def test_everyday_words(ask: Any, yard: Any, goal: str, shown: list[str], hidden: list[str]) -> None:
    ran = ask(yard, goal)
    assert ran.outcome == "answered", ran.text
    assert all(x in ran.text for x in shown), ran.text
    assert not any(x in ran.text for x in hidden), ran.text


@pytest.mark.parametrize(
    ("goal", "shown"),
    [
        ("how much money went to payees in Brest?", ["805.25"]),
        ("how much have we paid to firms in Nantes", ["350.5"]),
        ("spend by payee city", ["Bremen", "800", "Brest", "805.25", "Nantes", "350.5"]),
        ("what did we spend month by month in a table", ["2025-03", "1,195.25", "| 2025-04 | 120 |"]),
        ("which payments weren't for fuel", ["Peint SA", "Holz"]),
        ("how much did we spend without a slip", ["1,150.5"]),
        ("what did Kingfisher earn us", ["**300**"]),
    ],
)
def test_money_is_looked_for_where_it_is(ask: Any, books: Any, goal: str, shown: list[str]) -> None:
    ran = ask(books, goal)
    assert ran.outcome == "answered", ran.text
    assert all(x in ran.text for x in shown), ran.text


def test_an_earlier_years_rows_are_meant_by_this_year(ask: Any, yard: Any) -> None:
    ran = ask(yard, "how many hires were cancelled this year?")  # it is 2026, and all hires are of 2025
    assert "**2**" in ran.text
    assert "“this year” read as 2025" in ran.text


@pytest.mark.parametrize(
    ("goal", "word"),
    [
        ("how many hires were there in 2023?", "2023"),
        ("how many hires did we have last month?", "last month"),
        ("how many hires fell through?", "fell through"),
        ("how many hires were never invoiced?", "invoiced"),
        ("how many repaired hires did we have", "hires"),
        ("list the hires we owe money for", "owe"),
        ("how many hires with a green sail were cancelled?", "green"),
        ("list how many hires there were for each show", "show"),
    ],
)
def test_a_real_restriction_is_not_dropped(ask: Any, yard: Any, goal: str, word: str) -> None:
    ran = ask(yard, goal)
    assert ran.outcome == "not_answered", ran.text
    assert word in ran.text


@pytest.mark.parametrize(
    ("goal", "shown"),
    [
        ("how much commission do we owe Paddlers for the hires in May?", ["**22.8**", "status is Returned", "12 per cent"]),
        ("How much is left of the fuel budget after what we've spent so far?", ["**974.75**", "1,900"]),
        ("what's left in the paint budget", ["**469.5**", "700"]),
        ("how many of our payments were too small for free delivery?", ["**2** — count", "< 300"]),
        ("what is our charge for a wetsuit", ["€3"]),
        ("what commission do we pay Paddlers?", ["12 per cent"]),
    ],
)  # fmt: skip
def test_a_texts_rate_and_a_tables_rows(ask: Any, ruled: Any, goal: str, shown: list[str]) -> None:
    ran = ask(ruled, goal)
    assert ran.outcome == "answered", ran.text
    assert all(x in ran.text for x in shown), ran.text


@pytest.mark.parametrize(
    "goal",
    [
        "how much commission do we owe for phone hires?",  # the rate is for Paddlers' hires only
        "going by our wetsuit charge what should we have made from returned hires",  # no column says who had one
        "how much is left of the oars budget",
    ],
)
def test_a_rate_for_other_rows_computes_nothing(ask: Any, ruled: Any, goal: str) -> None:
    ran = ask(ruled, goal)
    assert not ran.final["data"].get("sql"), ran.text
    assert "rows)" not in ran.text, ran.text


@pytest.mark.parametrize(
    ("before", "goal", "shown"),
    [
        ("how much have we spent on fuel so far?", "which payee got the most of it?", ["Gasoil Marin", "805.25", "Fuel"]),
        ("how many hires were cancelled?", "which of them had paid a deposit?", ["Ada Finch"]),
        ("how many hires were there in June?", "how many of those were cancelled?", ["**1**"]),
    ],
)  # fmt: skip
def test_of_the_rows_before(ask: Any, books: Any, before: str, goal: str, shown: list[str]) -> None:
    first = ask(books, before)
    ran = ask(books, goal, turns=[first.turn()])
    assert ran.outcome == "answered", ran.text
    assert all(x in ran.text for x in shown), ran.text


def test_a_percentage_of_what_was_just_found_is_a_share_of_the_whole(ask: Any, yard: Any) -> None:
    ran = ask(yard, "What did the hires through Paddlers bring in, and what percentage is that of everything charged?")
    assert "**285**" in ran.text
    assert "42.86%" in ran.text  # 285 of 665


def test_when_a_rule_begins_is_no_day_of_a_table(ask: Any, ruled: Any) -> None:
    ran = ask(ruled, "From what day do we charge more?")
    assert ran.outcome == "not_answered"


def test_a_table_that_was_shown_is_put_in_order(ask: Any, yard: Any) -> None:
    first = ask(yard, "total charge per boat")
    again = ask(yard, "make it a table, smallest first", turns=[first.turn()])
    assert again.text.index("Heron") < again.text.index("Otter") < again.text.index("Kingfisher")
