from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from text.sentences import sentences


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Clause No. 7 applies. Art. 5 too.", ["Clause No. 7 applies.", "Art. 5 too."]),
        ("Mr. J. R. Smith paid $3.50. He left.", ["Mr. J. R. Smith paid $3.50.", "He left."]),
        ("He left... Then came back.", ["He left...", "Then came back."]),
        ("Price 5 EUR (excl. VAT). Next.", ["Price 5 EUR (excl. VAT).", "Next."]),
        ("# Title\nText one\ncontinued. Two.", ["# Title", "Text one\ncontinued.", "Two."]),
        ("| a | b |\n|---|---|\n| 1. x | 2 |\nafter", ["| a | b |", "|---|---|", "| 1. x | 2 |", "after"]),
        ("- one\n  wraps. Two.\n- three", ["- one\n  wraps.", "Two.", "- three"]),
        ("## 1. Last minutes\nOwen reported.", ["## 1. Last minutes", "Owen reported."]),
        ("1. first\n2. second", ["1. first", "2. second"]),
        ("今日は。明日は", ["今日は。", "明日は"]),
        ("It is 3.5 km. The U.S. market grew.", ["It is 3.5 km.", "The U.S. market grew."]),
        ("The term is two years. [s1.1]\n\nNext.", ["The term is two years. [s1.1]", "Next."]),
        ("Am 12. März 2026 war es. Dann nicht.", ["Am 12. März 2026 war es.", "Dann nicht."]),
        ("No. Orders may not be split. No. 7 is.", ["No.", "Orders may not be split.", "No. 7 is."]),
        ("Quiet until 7 am. Guests leave by 11am. Bye.", ["Quiet until 7 am.", "Guests leave by 11am.", "Bye."]),
        ("“5. Parts are sold.” So it is.", ["“5. Parts are sold.”", "So it is."]),
        ("- terms.html, 2. Deposit: 250", ["- terms.html, 2. Deposit: 250"]),
        ("- a.md, 4. Fees: “5. Parts are sold.”", ["- a.md, 4. Fees: “5. Parts are sold.”"]),
        ("- a.pdf, page 2 · 6. Payment: “Pay.”", ["- a.pdf, page 2 · 6. Payment: “Pay.”"]),
        ("Rooms 3, 4 and 5. They hold.", ["Rooms 3, 4 and 5.", "They hold."]),
        ("", []),
        (" \n\n ", []),
    ],
)
def test_sentences(text, expected):
    assert [s.text for s in sentences(text)] == expected


@given(st.text(alphabet=st.sampled_from("aB. \n|#-1()[]>!?…。No"), max_size=120))
def test_offsets_are_exact_and_nothing_is_lost(text):
    at = 0
    for s in sentences(text):
        assert text[s.start : s.end] == s.text == s.text.strip()
        assert s.start >= at
        assert text[at : s.start].strip() == ""
        at = s.end
    assert text[at:].strip() == ""


def test_the_letter_and_number_of_a_clause_stand_with_its_sentence() -> None:
    said = "Not applied: “A2. Registered charities have 15% taken off the room rate.” The rest is due."
    assert [s.text for s in sentences(said)] == [said[: said.index(" The rest")], "The rest is due."]
    assert [s.text for s in sentences("A2. Charities get 15% off. It is new.")] == [
        "A2. Charities get 15% off.",
        "It is new.",
    ]


def test_lines_of_a_price_list_set_with_dots_stand_alone() -> None:
    said = "Rates (before VAT, added at 20%)\n  Auditorium ........ £385 per day\n  Studio ........ £160 per day\n\nThe rest\nis due."
    assert [s.text for s in sentences(said)] == [
        "Rates (before VAT, added at 20%)",
        "Auditorium ........ £385 per day",
        "Studio ........ £160 per day",
        "The rest\nis due.",
    ]
