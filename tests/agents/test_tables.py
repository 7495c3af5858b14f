"""English to SQL, run on real DuckDB through the query_table tool."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.mark.parametrize(
    ("goal", "shown"),
    [
        ("How many orders are there?", ["**8**"]),
        ("What is the total revenue?", ["3,970.5"]),
        ("how much turnover did we make in Germany", ["430"]),
        ("average revenue per order in Norway", ["860.17"]),
        ("Which product sold best by revenue?", ["Plate", "1,950"]),
        ("top 2 customers by revenue", ["Nordlys Hotel", "2,580.5", "Casa Lima", "960"]),
        ("revenue by country", ["Norway", "2,580.5", "Spain", "960", "Germany", "430"]),
        ("show me revenue per month as a chart", ["2025-01", "600", "2025-04", "1,050.5"]),
        ("how many orders worth more than 400?", ["**4**"]),
        ("How many teapots did Casa Lima order?", ["12"]),
        ("what share of the revenue comes from Norway?", ["64.99"]),
        ("how many different products are there", ["**3**"]),
        ("revenue in March 2025", ["1,800"]),
        ("orders since 1 April 2025: how many?", ["**2**"]),
        ("largest order by quantity", ["80"]),
        ("median revenue of the orders", ["420"]),
        ("In which month was the revenue lowest?", ["February 2025", "520"]),
        ("compare the revenue of Germany and Spain", ["430", "960"]),
        ("List the January and the March revenue and say by how many percent it changed", ["600", "1,800", "200"]),
        ("revenue by city", ["Bergen", "2,580.5", "Madrid", "Bremen"]),
        ("When was the last order from Bluebird Cafe?", ["2025-04-02"]),
        ("When did the first order from Nordlys Hotel come in?", ["2025-01-30"]),
        ("When was the most recent order placed?", ["2025-04-28"]),
        ("Who is the contact of the customer with the largest order by revenue?", ["Olav Lie"]),
    ],
)
def test_answers(ask: Any, tables: Any, goal: str, shown: list[str]) -> None:
    ran = ask(tables, goal)
    assert ran.outcome == "answered", ran.text
    assert all(x in ran.text for x in shown), ran.text
    assert "query_table" in ran.tools
    assert ran.final["data"]["sql"].startswith("SELECT")


@pytest.mark.parametrize(
    ("goal", "word"),
    [
        ("How much revenue did we make in Portugal?", "Portugal"),
        ("total revenue of the red plates", "red"),
        ("What was the revenue in 2022?", "2022"),
        ("average profit margin per product", "margin"),
        ("How many customers complained?", "complained"),
        ("which customer has the best credit rating?", "credit"),
    ],
)
def test_a_word_that_fits_nothing_is_never_ignored(ask: Any, tables: Any, goal: str, word: str) -> None:
    ran = ask(tables, goal)
    assert ran.outcome == "not_answered"
    assert word in ran.text


def test_a_documents_rule_is_compared_with_rows(ask: Any, everything: Any) -> None:
    ran = ask(
        everything, "Which orders are above the limit for a signature of the head of finance given in the buying rules?"
    )
    assert ran.outcome == "answered"
    assert "1,200" in ran.text
    assert "900.5" in ran.text
    assert "600" not in ran.text


def test_what_a_ranking_found_is_asked_on(ask: Any, tables: Any) -> None:
    ran = ask(tables, "Which country has the highest revenue, and how many orders came from there?")
    assert "Norway" in ran.text
    assert "**3**" in ran.text


def test_a_chart_comes_with_groups(ask: Any, tables: Any) -> None:
    chart = ask(tables, "revenue by product").final["data"]["chart"]
    assert chart["x"] == ["Plate", "Teapot", "Cup"]
    assert chart["y"] == [1950, 1380.5, 640]


def test_words_are_never_pasted_into_sql(ask: Any, tables: Any) -> None:
    ran = ask(tables, "revenue in Spain'; DROP TABLE orders; --")
    assert all("DROP" not in str(s["args"].get("sql", "")) for s in ran.plan["steps"])
