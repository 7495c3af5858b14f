"""One finding in a question's wording, with its span, so that no word is used twice and none is lost."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Cue:
    kind: str  # agg, order, limit, bucket, period, compare, share, list, difference, chart, not, null, which
    start: int
    end: int
    value: object = None
