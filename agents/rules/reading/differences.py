"""A question for a difference is not answered by one amount: "how much are we short compared with what the survey said?".

Where the sentence that was read does not itself compare, it is shown as what comes closest, never as the answer.
"""

from __future__ import annotations

import re
from dataclasses import replace

from agents.rules.reading.types import Reading

_DIFFERENCE = re.compile(
    r"\bhow (?:much|many|far) (?:\w+ )?(?:are|is|was|were|do|did|does|will|would)\b[^?]*\b(?:short|over|under|above|below|off|out|behind|ahead)\b[^?]*\b(?:compared (?:with|to)|against|versus|than)\b|"
    r"\bhow (?:much|many) (?:more|less|cheaper|dearer|higher|lower|longer|shorter|heavier|lighter|fewer)\b[^?]*\b(?:than|compared (?:with|to)|against|versus)\b|"
    r"\bhow (?:much|many) (?:are|is|was|were) (?:we|they|i|you|it) (?:short|over|under)\b|\bby how (?:much|many)\b[^?]*\b(?:differ|exceed|go over|went over|gone over|more|less|cheaper|dearer)\b",
    re.I,
)
_COMPARES = re.compile(
    r"\b(?:than|compared|difference|differs?|short(?:fall|age)? of|exceed\w*|over(?:run|spen[dt])|under(?:spent|insured)|rose|fell|increase\w*|decrease\w*|extra|additional|more|less|fewer|cheaper|dearer|instead of|up by|down by|by)\b",
    re.I,
)  # fmt: skip


def only_difference(question: str, found: Reading) -> Reading:
    """The reading, declined where a difference was asked for and its sentence gives one amount and compares nothing."""
    if not found.found or not found.value or not _DIFFERENCE.search(question):
        return found
    if _COMPARES.search(found.sentences[0].text):
        return found
    reason = "The question asks for a difference, and no passage gives it."
    return replace(found, found=False, value="", typed=None, unit="", sentences=(), closest=found.sentences, reason=reason, likely=True, rival=None)  # fmt: skip
