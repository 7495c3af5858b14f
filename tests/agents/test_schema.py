"""A column's name as words: what a question may call it by."""

from __future__ import annotations

from typing import Any

import pytest

from agents.rules.tables.schema import split_name

FLEET = """Kürzel,Fahrer,Länge_cm,TÜV_bis,nächsteÜberprüfung
W1,Jörg,480,2027-03-31,2026-09-01
W2,Anaïs,512,2026-08-31,2026-07-15
W3,Øyvind,455,2028-01-31,2026-12-20
"""


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("unit_priceEUR", ["unit", "price", "EUR"]),
        ("HTMLPage2", ["HTML", "Page", "2"]),
        ("No. of staff", ["number", "of", "staff"]),
        ("e-mail.csv", ["email"]),
        ("TÜV_bis", ["TÜV", "bis"]),
        ("Größe", ["Größe"]),
        ("ÄrzteÜbersicht", ["Ärzte", "Übersicht"]),
        ("prixUnitéHT", ["prix", "Unité", "HT"]),
        ("ЦенаUSD", ["Цена", "USD"]),
        ("", []),
    ],
)
def test_a_name_is_cut_into_words(name: str, words: list[str]) -> None:
    assert split_name(name) == words


@pytest.fixture(scope="module")
def fleet(store: Any) -> Any:
    mine = store.for_user("fleet")
    assert mine.add("Fahrzeuge.csv", FLEET.encode()).status == "added"
    return mine


@pytest.mark.parametrize(
    ("goal", "shown"),
    [
        ("What is the average Länge?", "482.33"),
        ("What is the earliest TÜV bis?", "2026-08-31"),
        ("Which Fahrer has the latest Überprüfung?", "Øyvind"),
    ],
)
def test_columns_are_found_by_words_with_accents(ask: Any, fleet: Any, goal: str, shown: str) -> None:
    ran = ask(fleet, goal)
    assert ran.outcome == "answered"
    assert shown in ran.text
