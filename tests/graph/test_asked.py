from __future__ import annotations

import pytest

from graph.asked import answers, expects


@pytest.mark.parametrize(
    ("goal", "kind"),
    [
        ("When does the contract end?", "date"), ("By when must I order?", "date"), ("What's the deadline for claims?", "date"),
        ("How many orders are there?", "number"), ("What is 17 * 3?", "number"), ("How much does the printer cost?", "money"),
        ("What is the monthly rent?", "money"), ("Who chaired the meeting?", "person"), ("notice period?", "duration"),
        ("How long is the term?", "duration"), ("How many days of notice?", "duration"), ("What percentage is recycled?", "percent"),
        ("Is Wi-Fi available?", "yes_no"), ("Can I sublet the flat?", "yes_no"), ("Summarise the lease", "text"),
        ("What does the policy say about gifts?", "text"), ("Compare both offers", "text"), ("", "text"),
        ("How fast may I drive with a loaded trailer, in km/h?", "text"), ("How fast will you reply?", "duration"),
    ],
)  # fmt: skip
def test_expects(goal, kind):
    assert expects(goal) == kind


@pytest.mark.parametrize(
    ("kind", "text", "yes"),
    [
        ("date", "It ends on 31 January 2028.", True), ("date", "It ends soon.", False), ("number", "There are 12.", True),
        ("number", "There are many.", False), ("money", "£4,850 excluding VAT", True), ("money", "It is cheap.", False),
        ("person", "Sir Alan Pettifer did.", True), ("person", "it was done well", False), ("duration", "ninety days", True),
        ("duration", "a while", False), ("percent", "60%", True), ("yes_no", "No, it isn't.", True), ("text", "Gifts over £40.", True),
        ("text", "", False), ("date", "", False),
    ],
)  # fmt: skip
def test_answers(kind, text, yes):
    assert answers(kind, text) is yes
