"""Reading a goal another way after the first gave no answer: a question to the tables that a text answers, or the reverse.

Only goals of one part, and only between ways of looking up what the user has; each way is tried once. The plan says what
is left to try (`ways_left`), the checker asks for it with a reason (`wanted`), and the planner reads that reason (`tried`).
"""

from __future__ import annotations

from collections.abc import Sequence

from agents.base import Review
from agents.rules.router import Choice

WAYS = {
    "table_question": "a question to the tables",
    "document_question": "a question about what the documents say",
    "recall": "a question about what was remembered",
    "statements": "a goal that lists what the documents say",
}
KEY = "ways_left"


def tried(problems: Sequence[str]) -> set[str]:
    """The intents that an earlier plan of this run was made with, as the checker's reasons name them."""
    return {intent for intent, way in WAYS.items() if any(way in p for p in problems)}


def ways_left(choices: Sequence[Choice], chosen: Choice, parts: int, before: set[str]) -> list[str]:
    """The other intents that could read the goal, best first; none where it has several parts or is something else."""
    done = before | {chosen.reading.intent}
    if parts != 1 or not done <= WAYS.keys():
        return []
    if chosen.reading.slots.get("either"):  # a table's question that reads the texts in the same plan
        done.add("document_question")
    found = dict.fromkeys(c.reading.intent for c in choices if c.reading.intent in WAYS)
    return [i for i in found if i not in done]


def wanted(review: Review) -> str:
    """The reason to plan again, "" when there is nothing else to try."""
    writer = review.plan["steps"][-1]["args"]
    left, parts = writer.get(KEY), writer.get("parts")
    if review.outcome != "not_answered" or review.replans_left < 1 or not left or not isinstance(parts, list):
        return ""
    first = parts[0]
    intent = str(first.get("intent")) if isinstance(first, dict) else ""
    return f"Read as {WAYS[intent]} it has no answer; it is read another way." if intent in WAYS else ""
