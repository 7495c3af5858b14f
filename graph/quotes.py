"""What a citation quotes. A search cites whole passages; the reader wants the sentence that the answer stands on."""

from __future__ import annotations

import re
from collections.abc import Sequence

from agents.base import Claim
from tools.base import Source

_QUOTED = re.compile(r"[“\"]([^“”\"]{12,})[”\"]")


def narrowed(sources: Sequence[Source], claims: Sequence[Claim]) -> list[Source]:
    """Each source with its quote cut down to what the claims quote of it, verbatim; unchanged where they quote nothing."""
    out = []
    for s in sources:
        said = [q for c in claims if s["id"] in c["sources"] for q in _QUOTED.findall(c["text"])]
        spans = [span for q in said if (span := _span(q, s["quote"]))]
        if spans:
            quote = s["quote"][min(a for a, _ in spans) : max(b for _, b in spans)]
            s = Source(**{**s, "quote": quote})  # type: ignore[typeddict-item]
        out.append(s)
    return out


def _span(quoted: str, text: str) -> tuple[int, int] | None:
    """Where the words of `quoted` stand in `text`, whatever the white space between them."""
    words = re.split(r"\s+", re.sub(r"\s*\[\w+(?:\.\d+)?\]\s*", " ", quoted).strip())
    found = re.search(r"\s+".join(map(re.escape, words)), text)
    return found.span() if found else None
