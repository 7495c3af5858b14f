"""The sentences that say most about a text (a web page): near to the whole in meaning, and not twice the same."""

from __future__ import annotations

from collections.abc import Sequence

from agents.rules.shapes import Embed
from text.sentences import sentences


def points(texts: Sequence[str], embed: Embed, count: int) -> list[tuple[str, int]]:
    """At most `count` of (sentence, index of its text), in the order of the text."""
    found = [(" ".join(s.text.split()), i) for i, t in enumerate(texts) for s in sentences(t)]
    found = [(s, i) for s, i in dict.fromkeys(found) if 40 <= len(s) <= 500][:200] or found[:count]
    if len(found) <= count:
        return found
    vectors = embed([s for s, _ in found])
    centre = vectors.mean(axis=0)
    worth = vectors @ centre + [0.08 if n < 3 else 0.0 for n in range(len(found))]
    chosen: list[int] = []
    while len(chosen) < count and len(chosen) < len(found):
        best = max(
            (n for n in range(len(found)) if n not in chosen),
            key=lambda n: worth[n] - 0.6 * max((float(vectors[n] @ vectors[c]) for c in chosen), default=0.0),
        )
        chosen.append(best)
    return [found[n] for n in sorted(chosen)]
