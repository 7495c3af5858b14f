"""Goals end to end: planned, run with the real tools over real memory, composed. Also what must never be made up."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.mark.parametrize(
    ("goal", "value", "tool"),
    [
        ("What is 17.5% of 2,340?", "409.5", "calculate"),
        ("what do I pay for a £349 coat with 12% off?", "307.12", "calculate"),
        ("Split 240 between six people", "40", "calculate"),
        ("The price went from 64 to 80. By what percentage did it rise?", "25%", "calculate"),
        ("three quarters of 260", "195", "calculate"),
        ("5 miles in km", "8.05", "convert_units"),
        ("I'm 5 foot 11. What's that in centimetres?", "180.34", "convert_units"),
        ("What date is 45 days after 1 March 2026?", "15 April 2026", "date_math"),
        (
            "Order by when, if it must arrive on 12 May 2026 and delivery takes nine working days?",
            "29 April 2026",
            "date_math",
        ),
        ("Which day of the week is 14 May 2026?", "Thursday", "date_math"),
        ("what is today's date?", "1 June 2026", "current_time"),
    ],
)
def test_computed(ask: Any, nothing: Any, goal: str, value: str, tool: str) -> None:
    ran = ask(nothing, goal)
    assert ran.outcome == "answered"
    assert value in ran.text
    assert ran.tools == [tool]


def test_independent_parts_do_not_wait_for_each_other(ask: Any, nothing: Any) -> None:
    ran = ask(nothing, "What is 8% of 46,500 and how many days are there between 1 May 2026 and 9 May 2026?")
    assert [s["needs"] for s in ran.plan["steps"][:-1]] == [[], []]
    assert "3,720" in ran.text
    assert "8 days" in ran.text


def test_a_value_is_passed_on(ask: Any, nothing: Any) -> None:
    ran = ask(nothing, "Convert 250 miles to kilometres and then tell me how long that takes at 80 km/h")
    assert ran.plan["steps"][1]["needs"] == [ran.plan["steps"][0]["id"]]
    assert "402.34" in ran.text
    assert "5.03" in ran.text


def test_a_document_value_is_computed_with(ask: Any, texts: Any) -> None:
    ran = ask(texts, "What is the monthly rent in the workshop lease, and how much is that over 24 months?")
    assert ran.outcome == "answered"
    assert "44,400" in ran.text
    assert "[s1." in ran.text


@pytest.mark.parametrize(
    "goal",
    [
        "Write a poem about the sea",
        "What do you think about remote work?",
        "Translate “hello” into French",
        "Who won the world cup in 1998?",
    ],
)
def test_needs_a_model(ask: Any, nothing: Any, goal: str) -> None:
    ran = ask(nothing, goal)
    assert ran.outcome == "not_answered"
    assert "language model" in ran.text
    assert "OPENAI_API_KEY" in ran.text
    assert ran.tools == []


@pytest.mark.parametrize(
    "goal",
    [
        "What is the landlord's e-mail address?",
        "How many parking spaces does the workshop have?",
        "What is the penalty for smoking?",
    ],
)
def test_unanswerable(ask: Any, texts: Any, goal: str) -> None:
    ran = ask(texts, goal)
    assert ran.outcome == "not_answered"
    assert ran.final["note"]


def test_half_answerable_is_partial(ask: Any, nothing: Any) -> None:
    ran = ask(nothing, "What is 3 times 14, and who was prime minister of Norway in 1950?")
    assert ran.outcome == "partial"
    assert "42" in ran.text
    assert "language model" in ran.text


def test_facts(ask: Any, nothing: Any) -> None:
    assert "dentist" in ask(nothing, "Remember that my dentist is Dr Patel on Mill Road.").text
    assert "Dr Patel" in ask(nothing, "Who's my dentist?").text
    assert "Dr Patel" in ask(nothing, "What do you know about me?").text
    assert "Forgotten" in ask(nothing, "forget who my dentist is: my dentist").text or nothing.facts()
    ask(nothing, "forget everything you know about me")
    assert nothing.facts() == []


def test_nothing_uploaded(ask: Any, nothing: Any) -> None:
    assert "not uploaded anything" in ask(nothing, "What have I uploaded?").text
    assert ask(nothing, "Summarise my documents").outcome == "not_answered"


def test_summary_cites_each_sentence(ask: Any, texts: Any) -> None:
    ran = ask(texts, "Summarise the workshop lease in three sentences")
    lines = [x for x in ran.text.splitlines() if x.startswith("- ")]
    assert len(lines) == 3
    assert all("[s1." in x for x in lines)


def test_report_is_saved(ask: Any, texts: Any, tmp_path: Any) -> None:
    ran = ask(texts, "Write a short report about the workshop lease and save it so that I can download it")
    saved = list(tmp_path.glob("*.md"))
    assert ran.outcome == "answered"
    assert len(saved) == 1
    assert "## Sources" in saved[0].read_text()
    assert "[s1." not in saved[0].read_text()


def test_web_search_switched_off_is_said(ask: Any, nothing: Any) -> None:
    ran = ask(nothing, "Search the web for the price of copper")
    assert ran.outcome == "not_answered"
    assert "Settings" in ran.text


def test_currencies_are_not_converted(ask: Any, nothing: Any) -> None:
    assert ask(nothing, "convert 100 dollars to euros").outcome == "not_answered"


class TestFollowUps:
    def test_a_value_of_the_turn_before(self, ask: Any, nothing: Any) -> None:
        first = ask(nothing, "What is 17.5% of 2,340?")
        assert "1,228.5" in ask(nothing, "multiply that by 3", turns=[first.turn()]).text

    def test_the_same_with_another_number(self, ask: Any, nothing: Any) -> None:
        first = ask(nothing, "What is 17.5% of 2,340?")
        assert "507.5" in ask(nothing, "now the same for 2,900", turns=[first.turn()]).text

    def test_in_another_unit(self, ask: Any, nothing: Any) -> None:
        first = ask(nothing, "How many km are 10 miles?")
        assert (
            "feet" in ask(nothing, "and that in feet?", turns=[first.turn()]).text
            or "foot" in ask(nothing, "and that in feet?", turns=[first.turn()]).text
        )

    def test_why_tells_the_steps(self, ask: Any, nothing: Any) -> None:
        first = ask(nothing, "What is 17.5% of 2,340?")
        ran = ask(nothing, "How did you get that?", turns=[first.turn()])
        assert ran.plan["intent"] == "explain"
        assert "409.5" in ran.text
        assert "Calculate" in ran.text

    def test_and_for_another_value(self, ask: Any, tables: Any) -> None:
        first = ask(tables, "total revenue from Norway?")
        second = ask(tables, "and for Spain?", turns=[first.turn()])
        assert "2,580.5" in first.text
        assert "960" in second.text
        third = ask(tables, "as a chart by product please", turns=[first.turn(), second.turn()])
        assert third.final["data"]["chart"]["x"]

    def test_that_many_days(self, ask: Any, nothing: Any) -> None:
        first = ask(nothing, "How many days are there between 1 May 2026 and 9 May 2026?")
        second = ask(nothing, "What date is that many days before 30 June 2026?", turns=[first.turn()])
        assert "22 June 2026" in second.text
