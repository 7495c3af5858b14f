"""Reading passages and answering from them without a language model.

`answer` for one question, `compare` for documents side by side, `report` for findings by category. All return data
with exact quotations; nothing here searches, and nothing is said that does not stand in a passage.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from agents.rules.reading.answer import answer as _answer
from agents.rules.reading.compare import cell, common, compare, questions
from agents.rules.reading.differences import only_difference
from agents.rules.reading.report import about, report, several, topic_of
from agents.rules.reading.types import (
    Cell,
    Comparison,
    Embed,
    Finding,
    Group,
    Kind,
    Quoted,
    Reading,
    Report,
    Row,
    Sense,
)


def answer(
    question: str, passages: Sequence[Mapping[str, Any]], sense: Sense, texts: Mapping[str, str] | None = None
) -> Reading:
    """`answer.answer`, but no single amount where a difference was asked for."""
    return only_difference(question, _answer(question, passages, sense, texts))


__all__ = [
    "Cell",
    "Comparison",
    "Embed",
    "Finding",
    "Group",
    "Kind",
    "Quoted",
    "Reading",
    "Report",
    "Row",
    "Sense",
    "about",
    "answer",
    "cell",
    "common",
    "compare",
    "questions",
    "report",
    "several",
    "topic_of",
]
