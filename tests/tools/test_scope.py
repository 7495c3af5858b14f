"""What a goal restricts itself to: folders, tags, authors, when documents were added or dated."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from tools.scope import named_scope, scope_of

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Doc:
    id: str
    folder: str = ""
    tags: tuple[str, ...] = ()
    added: str = "2026-11-20T10:00:00+00:00"
    date: str = ""
    author: str = ""


DOCS = [
    Doc("a", "Contracts/2026", ("urgent",)),
    Doc("b", "Contracts", ("to do",), added="2026-11-24T08:00:00+00:00"),
    Doc("c", "Minutes", date="2025-03-01", author="Anna Berg"),
    Doc("d", date="2026-01-05"),
]


@pytest.mark.parametrize(
    ("goal", "ids", "rest"),
    [
        ("What is the fee in folder Contracts?", "ab", "What is the fee?"),
        ("What is the fee in the folder “Contracts/2026”?", "a", "What is the fee?"),
        ("In the contracts folder, what is the fee?", "ab", "What is the fee?"),
        ("Summarise the documents in my Minutes folder", "c", "Summarise the documents"),
        ("what is due in Contracts/2026?", "a", "What is due?"),
        ("What is the fee in the documents tagged urgent?", "a", "What is the fee in the documents?"),
        ("Which deadline is in #urgent?", "a", "Which deadline is?"),
        ('List the fees tagged "to do"', "b", "List the fees"),
        ("What do the files uploaded today say about fees?", "b", "What do the files say about fees?"),
        ("What did I decide in the documents from 2025?", "c", "What did I decide in the documents?"),
        ("What do the notes by Anna Berg say about rent?", "c", "What do the notes say about rent?"),
        ("What is urgent in folder Contracts tagged urgent?", "a", "What is urgent?"),
    ],
)
def test_what_is_meant(goal: str, ids: str, rest: str) -> None:
    scope = scope_of(goal, DOCS, NOW)
    assert scope is not None
    assert ("".join(scope.documents), scope.rest) == (ids, rest)


@pytest.mark.parametrize(
    "goal",
    [
        "What is the fee in the contracts?",
        "Minutes of the meeting",
        "How many minutes are in an hour?",
        "What does the policy say about the folder structure?",
        "Is it urgent?",
        "Which files are in a folder?",
        "What was the revenue in the report from 2025?",
        "documents from 1999",
        "notes by hand",
    ],
)
def test_what_restricts_nothing(goal: str) -> None:
    assert scope_of(goal, DOCS, NOW) is None


def test_a_folder_that_is_not_there_is_told() -> None:
    scope = scope_of("What is the fee in folder Contrcts?", DOCS, NOW)
    assert scope is not None
    assert (scope.unknown, scope.documents) == ("folder “Contrcts”", ())
    assert "Contracts" in scope.options
    tag = scope_of("What is tagged later?", DOCS, NOW)
    assert tag is not None
    assert tag.unknown == "tag “later”"
    answered = named_scope("Contracts", DOCS)
    assert answered is not None
    assert answered.documents == ("a", "b")
    assert named_scope("everywhere", DOCS) is None
