"""When rows begin and end, by the verb: "the stays that start in July" of a column `check_in`."""

from __future__ import annotations

import re

from agents.rules.tables.findings import Mention, Read
from agents.rules.tables.schema import split_name

_VERBS = (
    (
        re.compile(r"start(?:s|ed|ing)?|begin(?:s|ning)?|began|arriv(?:e|es|ed|ing)|check(?:s|ed|ing)? in", re.I),
        re.compile(r"check ?in|arriv(?:al|es|ed)|from|start(?:s|ed)?|begin(?:s|ning)?|began|first (?:day|night)", re.I),
    ),
    (
        re.compile(r"end(?:s|ed|ing)?|finish(?:es|ed|ing)?|leav(?:e|es|ing)|left|depart(?:s|ed|ing)?|check(?:s|ed|ing)? out", re.I),
        re.compile(r"check ?out|expir(?:y|es|ed)|depart(?:ure|s|ed)|until|till|to|end(?:s|ed)?|finish(?:ed)?|last (?:day|night)|leaves", re.I),
    ),
    # a contract runs out on its end; a job that is finished has not expired
    (
        re.compile(r"r[ua]n(?:s|ning)? out|expir(?:es?|ed|ing)|laps(?:es?|ed|ing)", re.I),
        re.compile(r"expir(?:y|es|ed)|until|till|valid to|end(?:s|ed)?|renew(?:al|s|ed)?", re.I),
    ),
)  # fmt: skip


def begins(r: Read, free: list[bool]) -> None:
    """Takes the verb before a date or period for the one date column that says when rows begin, or end."""
    if not r.cue("period", "when"):
        return
    dates = r.sheet.of_kind("date")
    for verbs, names in _VERBS:
        fits = [c for c in dates if names.search(" ".join(split_name(c.name)).casefold())]
        for m in re.finditer(rf"\b(?:{verbs.pattern})\b", r.text, re.I):
            span = [i for i, w in enumerate(r.tokens) if m.start() <= w.start < m.end()]
            follows = any(0 < c.start - m.end() <= 4 for c in r.cue("period", "when"))
            if len(fits) != 1 or not follows or not span or not all(free[i] for i in span):
                continue
            r.columns.append(Mention(span[0], span[-1] + 1, fits[0], 0.9))
            for i in span:
                free[i] = False
