"""The second opinion on what was understood of a question to a table, by the shipped model."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from agents.rules.reading.types import Sense
from agents.rules.tables.doubted import doubted, unsure
from agents.rules.tables.schema import Filter
from agents.rules.tables.worded import whole
from bench.table_reader.questions import Table, parsed, query_of
from memory.embedding import Embedder
from memory.reader import QueryReader, SentenceReader

ORDERS = """=== orders 2026.csv
- ordered_on | date | 2026-01-02
- customer | text | The Plough; Anchor Inn
- container | text* | keg; firkin
- qty | number | 3
- total_gbp | number | 312
- status | text* | paid; unpaid
Q count :: how many orders are there
"""


@pytest.fixture(scope="module")
def sense() -> Sense:
    return Sense(Embedder().embed, SentenceReader().answers, QueryReader().asks)


@pytest.fixture(scope="module")
def orders(tmp_path_factory: pytest.TempPathFactory) -> Table:
    file: Path = tmp_path_factory.mktemp("tables") / "orders.txt"
    file.write_text(ORDERS, "utf-8")
    (table,), faults = parsed(file)
    assert not faults
    return table


@pytest.mark.parametrize(
    ("question", "right", "wrong"),
    [
        (
            "How much do our customers still owe us?",
            "sum(total_gbp) where status = unpaid",
            "count where status = paid",
        ),
        ("What did the average sale bring in?", "avg(total_gbp)", "distinct(customer)"),
        ("who bought the most from us", "top customer by sum(total_gbp)", "count by container"),
        ("how many kegs have gone out", "sum(qty) where container = keg", "avg(total_gbp) where status = paid"),
    ],
)
def test_another_query_than_the_one_asked_for_is_doubted(
    sense: Sense, orders: Table, question: str, right: str, wrong: str
) -> None:
    assert not doubted(question, query_of(right, orders), sense)
    assert doubted(question, query_of(wrong, orders), sense)


def test_what_the_model_was_not_trained_on_passes(sense: Sense, orders: Table) -> None:
    ask = query_of("count where status = paid", orders)
    assert doubted("What did the average sale bring in?", ask, sense)
    dates = [c for c in orders.sheet.columns if c.kind == "date"]
    compared = [Filter(dates[0], ">", (), "", other=dates[0])]
    assert not doubted("What did the average sale bring in?", replace(ask, filters=compared), sense)
    assert not doubted("What did the average sale bring in?", replace(ask, factor=0.2), sense)


def test_the_user_is_told_what_was_nearly_understood(orders: Table) -> None:
    ask = query_of("sum(total_gbp) where status = unpaid", orders)
    assert whole(ask) == "orders 2026 csv: total of total gbp, where status is unpaid"
    assert "*total of total gbp, where status is unpaid*" in unsure(ask, brief=False)
