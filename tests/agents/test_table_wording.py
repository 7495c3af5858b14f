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
        # rows left out behind what is left out, a state with its verb, a range of months
        ("what did the hires come to, cancelled ones not counted?", ["**595**", "is not Cancelled"], []),
        ("total charge per boat, cancelled hires excluded", ["300", "175", "120"], ["225"]),
        ("average charge per hire, including the cancelled ones", ["**83.13**"], []),
        ("how many hires ended up cancelled", ["**2**"], []),
        ("how many hires were there from May to June 2025?", ["**6**"], ["difference"]),
        ("compare the hires from May to June 2025", ["3"], ["**6**"]),
        ("for how many hires did nobody write down the email?", ["**3**"], []),
        ("how many hires were cancelled and which ones?", ["**2**", "H2", "H5"], ["H1"]),
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
        ("how many hires went astray?", "went astray"),
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


PLAYERS = """player_no,name,town,enrolled,instrument,theory_passed
P1,Nell Gray,Harwick,2025-02-04,violin,2025-03-21
P2,Dylan Price,Harwick,2025-09-08,automatic organ,
P3,Ivo Lund,Stone,2025-09-20,violin,
P4,Mara Finch,Stone,2025-01-15,cello,2025-06-02
"""
LESSONS = """lesson,player_no,held_on,topic,charged_eur,status
1,P1,2025-09-03,first scales,30,held
2,P2,2025-09-10,reading music,45,held
3,P1,2025-09-11,first scales,30,no-show
4,P3,2025-10-02,reading music,60,held
5,P2,2025-10-03,drumming along,20,no-show
6,P1,2025-10-09,reading music,30,held
"""
BOOK = """# Handbook of the music school

A single lesson of more than €40 has to be explained to the office.

The lessons are listed in the diary.
"""


@pytest.fixture(scope="module")
def school(store: Any) -> Any:
    return _with(store, "school", {"players.csv": PLAYERS, "lessons.csv": LESSONS, "handbook.md": BOOK})


@pytest.mark.parametrize(
    ("goal", "shown", "hidden"),
    [
        ("which two players were charged the most? Names and amounts please", ["Nell Gray", "90", "Dylan Price", "65"], ["Ivo"]),
        ("which player had the most lessons", ["**Nell Gray** (P1)", "3"], []),
        ("how many of our players play the violin?", ["**2**", "instrument is violin"], []),
        ("who joined us after 1 September 2025?", ["Dylan Price", "Ivo Lund"], ["Mara"]),
        ("which players have no theory pass on record yet?", ["Dylan Price", "Ivo Lund"], ["Mara"]),
        ("number of lessons in the diary per month", ["2025-09", "2025-10"], []),
        ("what percentage of the lesson charges comes from September?", ["48.84%"], []),
        ("which lessons went over the handbook's limit? Give dates and amounts.", ["2025-09-10", "2025-10-02", "The rule"], ["2025-09-03"]),
        ("which of our players don't appear in the lessons at all?", ["Mara Finch", "without a row in lessons.csv"], ["Ivo"]),
        ("how many players have never had a lesson?", ["**1**"], []),
        ("according to the handbook, which lessons have to be explained, and what do they add up to?", ["**105**"], []),
    ],
)  # fmt: skip
def test_a_school(ask: Any, school: Any, goal: str, shown: list[str], hidden: list[str]) -> None:
    text = ask(school, goal).text
    assert [x for x in shown if x not in text] == []
    assert [x for x in hidden if x in text] == []


def test_a_part_of_a_value_is_no_other_word(ask: Any, school: Any) -> None:
    assert "Dylan" not in ask(school, "What is the price of six lessons?").text  # he is called Price
    assert "drumming along" not in ask(school, "how many players drum in Stone?").text


@pytest.mark.parametrize(
    ("goal", "shown"),
    [
        ("What do we charge per hour on average?", ["**25.58** — charge per hours"]),  # 665 for 26 hours
        ("average charge per hour by boat", ["Kingfisher", "30", "Otter", "25"]),
        (
            "What is the difference between the highest and the lowest number of hours?",
            ["**5**", "highest less lowest hours"],
        ),
    ],
)
def test_two_sums_or_extremes_make_one_number(ask: Any, yard: Any, goal: str, shown: list[str]) -> None:
    text = ask(yard, goal).text
    assert [x for x in shown if x not in text] == []


def test_what_was_charged_for_rows_that_were_counted(ask: Any, school: Any) -> None:
    first = ask(school, "How many lessons were a no-show?")
    assert "**2**" in first.text
    assert "**50**" in ask(school, "What was charged for those?", turns=[first.turn()]).text
