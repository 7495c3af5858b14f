"""Misspelt words of a goal are read as words of the documents; names, codes and other languages are left alone."""

from __future__ import annotations

from datetime import datetime

import pytest

from agents.base import Brief, Plan
from agents.rules.spelling import KEY, mended, misread, spelled
from memory.types import Document

TEXT = "The mileage rate is 45 pence. Accommodation is refunded up to the ceiling. Speak to Grace Okafor. Suppliers are paid."


def brief(goal: str) -> Brief:
    document = Document("d", "rules.txt", "txt", "", 1, 1, len(TEXT), len(TEXT), "2026-06-01", "user")
    return Brief(goal, "u", datetime(2026, 6, 1), {}, documents=[document], text={"d": TEXT}.__getitem__)


@pytest.mark.parametrize(
    ("goal", "read_as"),
    [
        ("whats the milage rate", "whats the mileage rate"),
        (
            "is acommodation refunded, and wich supliers are payed?",
            "is accommodation refunded, and which suppliers are payed?",
        ),
        ("what does okafer do", "what does okafor do"),
        ("sumarise the rules", "summarise the rules"),
    ],
)
def test_a_slip_is_read_as_the_word_it_is_near(goal: str, read_as: str) -> None:
    assert mended(goal, misread(brief(goal))) == read_as


@pytest.mark.parametrize(
    "goal",
    [
        "Who is Okafer?",  # a name written large may be somebody else's
        "what is milage-rate.csv, or code MILAGE7?",
        "Find “milage” in the rules",
        "Wie hoch ist die Pauschale für gefahrene Kilometer",
        "what is the wifi password",
    ],
)
def test_what_is_no_slip_stays(goal: str) -> None:
    assert misread(brief(goal)) == {}


@pytest.mark.parametrize(("intent", "told"), [("document_question", True), ("remember", False)])
def test_the_plan_says_what_it_read_but_keeps_what_is_to_be_remembered(intent: str, told: bool) -> None:
    def plan(b: Brief) -> Plan:
        step = {"id": "s1", "title": b.goal, "args": {"parts": []}}
        return Plan(steps=[step], note="", intent=intent)  # type: ignore[list-item]

    made = spelled(brief("note that the milage rate is 40"), plan)["steps"][-1]
    assert (made["args"].get(KEY), "mileage" in made["title"]) == ((["mileage"], True) if told else (None, False))
