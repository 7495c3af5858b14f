"""One finding in a question's wording, with its span, so that no word is used twice and none is lost."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Cue:
    kind: str  # agg, order, limit, bucket, period, compare, share, list, difference, chart, not, null, which
    start: int
    end: int
    value: object = None


# What denies the words after it.
DENIES = r"(?:not|non|no|never|without|lack(?:s|ing)?|missing|yet to|still to|(?:have|has|had|is|are|was|were|do|does|did|ca|could|wo|would)n['’]?t|cannot)"
# What leaves rows out, in front of what is left out.
BUT = r"(?:not (?:counting|including)|except(?: for)?|excepting|other than|excluding|excl\.?|outside(?: of)?|without|besides|apart from|aside from|save for|but not|bar|ignoring|disregarding|leaving (?:out|aside))"
