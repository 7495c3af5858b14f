"""A project's tasks, a club's expenses and a policy: what is overdue, what is not done, one row with all that it says."""

from __future__ import annotations

from typing import Any

import pytest

TASKS = """task_id,task,stream,owner,start,due,status,effort_days
T1,Fit racking,Building,Dana Whitlock,2026-04-20,2026-05-08,Done,14
T2,Rewire hall B,Building,Owen Pryce,2026-05-04,2026-05-22,Blocked,6
T3,Load master data,IT,Leila Haddad,2026-05-18,2026-06-05,In progress,8
T4,Print labels,IT,Leila Haddad,2026-06-22,2026-06-30,Not started,3
T5,Test server,IT,Leila Haddad,2026-04-27,2026-05-13,In progress,5
T6,Order vans,Fleet,Ruth Sandell,2026-07-01,2026-08-01,Not started,2
"""
EXPENSES = """date,employee,team,description,amount_gbp,status
2026-01-08,Hannah Lister,Sales,Train to London,118.4,Paid
2026-02-11,Joel Amadi,Research,Charting licence,228,Paid
2026-03-02,Mei Tanaka,Research,Survey platform,960,Approved
2026-03-09,Hannah Lister,Sales,Hotel,184,Paid
"""
ORDERS = """order_no,ordered_on,customer,container,qty,unit_price_gbp
G1,2026-01-02,The Plough,keg,3,104
G2,2026-03-06,The Plough,keg,8,110
G3,2026-03-16,Anchor Inn,firkin,5,85
"""
MEMBERS = """member_no,name,joined,fee_gbp
M1,Ruth Addison,2015-05-19,312
M2,Clare Barnaby,1985-07-05,312
"""
POLICY = """# Home insurance

## Your share of a claim

3.1 The standard excess is £250 for each claim.

3.2 A higher excess applies in two cases:

- escape of water from tanks, pipes or appliances: £450;
- subsidence, heave or landslip: £1,000.

## Contents

4.2 Single article limit. The most we pay for any one article is £1,500 unless it is named in your schedule.

# Steering group

A task which is more than 14 days past its due date and not done is reported to the steering group by name.

# Dehumidifier: display messages

- E3  Tank missing. Push the tank in until it clicks.
- E5  Fan blocked. Unplug, remove objects from the air inlet, restart.
"""
ITEMS = """item,room,replacement_value
Leather sofa,Living room,1650
Bookcase,Study,300
Upright piano,Living room,4300
"""


@pytest.fixture(scope="module")
def office(store: Any) -> Any:
    mine = store.for_user("office")
    files = {"project-tasks.csv": TASKS, "expenses-2026.csv": EXPENSES, "orders.csv": ORDERS, "members.csv": MEMBERS}
    for name, text in {**files, "policy.md": POLICY, "home-inventory.csv": ITEMS}.items():
        assert mine.add(name, text.encode()).status == "added"
    return mine


@pytest.mark.parametrize(
    ("goal", "shown", "hidden"),
    [
        ("Which tasks are overdue as of 1 June 2026 and who owns them?", ["2 rows", "| Owen Pryce | Rewire hall B |", "| Leila Haddad | Test server |"], ["Fit racking", "Load master"]),
        ("how many tasks were past their due date on 10 June 2026?", ["**3**"], []),
        ("List Leila Haddad's tasks that aren't done yet, earliest due date first.", ["T5", "T3", "T4"], ["T2"]),
        ("How many project tasks are not started?", ["**2**", "status is Not started"], []),
        ("What was the biggest expense and who claimed it?", ["960", "Mei Tanaka"], ["who claimed it"]),
        ("Which employee had the highest expenses, and how much was it?", ["**Mei Tanaka**", "960"], ["how much was it"]),
        ("Make a bar chart of expenses by team", ["Research", "1,188"], []),
        ("how many kegs did The Plough order in March", ["**8**"], []),
        ("who has been in our club the longest", ["Clare Barnaby"], ["Ruth Addison"]),
        ("Going by replacement value, which items in our home inventory are above the policy's single article limit and should be specified?", ["Leather sofa", "Upright piano", "1,500"], ["Bookcase"]),
        ("According to the policy, which tasks have to be reported to the steering group as of 8 June 2026?", ["T2", "T5", "due < 2026-05-25"], ["T1", "T3"]),
        ("What excess do we pay for subsidence?", ["**£1,000**"], ["**£250**"]),
        ("What excess do we pay for a claim?", ["**£250**"], []),
        ("What does E5 on the display mean and what should I do?", ["Fan blocked. Unplug"], ["Tank missing", "what should I do"]),
    ],
)  # fmt: skip
def test_what_an_office_asks(ask: Any, office: Any, goal: str, shown: list[str], hidden: list[str]) -> None:
    ran = ask(office, goal)
    assert ran.outcome == "answered", ran.text
    assert all(x in ran.text for x in shown), ran.text
    assert not any(x in ran.text for x in hidden), ran.text


def test_rows_come_in_the_order_of_the_date_that_is_named(ask: Any, office: Any) -> None:
    said = ask(office, "List Leila Haddad's tasks that aren't done yet, earliest due date first.").text
    assert said.index("T5") < said.index("T3") < said.index("T4")


def test_what_was_overdue_over_a_time_is_not_counted_as_due_then(ask: Any, office: Any) -> None:
    assert ask(office, "How many tasks were overdue in May 2026?").outcome == "not_answered"
