"""One finding in a question's wording, with its span, so that no word is used twice and none is lost."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Cue:
    kind: str  # agg, order, limit, bucket, period, compare, share, list, difference, chart, not, null, which
    start: int
    end: int
    value: object = None


# What denies the words after it.
DENIES = r"(?:not|non|no|never|without|lack(?:s|ing)?|missing|yet to|still to|(?:have|has|had|is|are|was|were|do|does|did|ca|could|wo|would)n['’]?t|cannot)"
# What leaves rows out, behind what is left out: "cancelled ones not counted", "cancelled orders excluded". With a verb
# before it ("were excluded") it may be what is asked.
OUT_AFTER = re.compile(
    r"\s+(?:\w+s?\s+)?(?P<out>(?:not (?:counted|included)|excluded|omitted|ignored|disregarded|left (?:out|aside)|taken out|aside))(?=\s*(?:$|[?.!,;)]|please\b))",
    re.I,
)
_VERBS = frozenset("is are was were be been am has have had do does did get got".split())  # noqa: SIM905


def left_out(after: str) -> bool:
    """Does `after`, the text behind a value, leave its rows out?"""
    m = OUT_AFTER.match(after)
    return m is not None and m[0].split()[0].casefold() not in _VERBS


# What leaves rows out, in front of what is left out.
BUT = r"(?:not (?:counting|including)|except(?: for)?|excepting|other than|excluding|excl\.?|outside(?: of)?|without|besides|apart from|aside from|save for|but not|bar|ignoring|disregarding|leaving (?:out|aside))"
