"""Finds the messages of a saved conversation: lines that begin with a time and a speaker, as chat programs export them.

A message is a passage of its own, because "who said that, and when" is asked of one message and not of the half hour
around it. What it is not: a reader of dialogue without times (a transcript with bare names is cut like prose), and a
log of a machine is no conversation.
"""

from __future__ import annotations

import re

# "[1:56 pm on 8 May, 2023] Ana: …", "[08.05.23, 13:56:02] Ana: …", "08/05/2023, 13:56 - Ana: …", "2023-05-08 13:56 Ana: …"
_MESSAGE = re.compile(
    r"^(?:\[(?P<in>[^\]\n]{4,40})\]|(?P<at>\d{1,4}[./-]\d{1,2}[./-]\d{1,4},? ?[ T]\d{1,2}:\d{2}(?::\d{2})?(?: ?[AaPp]\.?[Mm]\.?)?)(?: -)?)"
    r" ?(?:<(?P<angle>[^>\n]{1,40})>|(?P<who>[^\W\d_][^:\n\[\]{}=]{0,40}):)[ \t]+\S",
    re.MULTILINE,
)
_TIME = re.compile(r"\d{1,2}[:.]\d{2}|\d{4}")
_LEAST = 4  # fewer are a quotation in some other text
_SHARE = 0.5  # of the lines that are not blank; the others are the further lines of a message


def message_starts(text: str) -> list[int]:
    """Offsets at which a message begins, ascending; empty where the text is not a conversation."""
    found = [m for m in _MESSAGE.finditer(text) if m["at"] or _TIME.search(m["in"])]
    speakers = {m["angle"] or m["who"] for m in found}
    if len(found) < _LEAST or len(speakers) > max(3, len(found) / 2) or any(_is_level(s) for s in speakers):
        return []
    lines = sum(bool(line.strip()) for line in text.splitlines())
    return [m.start() for m in found] if len(found) >= _SHARE * lines else []


def _is_level(speaker: str) -> bool:
    """ERROR, WARN, kernel[12]: a machine speaks."""
    return speaker.upper() in {"ERROR", "WARN", "WARNING", "INFO", "DEBUG", "TRACE", "FATAL", "CRITICAL", "NOTICE"}
