"""Is what was found in a document about the thing that was asked of? "The two roof quotes" are not the price of breakfast.

By the words of the goal alone, with their synonyms; a document is about a thing that its name or its first lines say.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from agents.rules.documents import name_words
from agents.rules.reading.words import concepts, stems

HEAD = 400  # characters of a document in which it says what it is


def on_topic(topic: Sequence[str], passage: Mapping[str, Any], document: str) -> bool:
    """Does the passage, or the head of its whole text `document`, have a word of the topic? True for no topic."""
    if not topic:
        return True
    said = stems(f"{passage.get('text', '')} {passage.get('locator', '')} {document[:HEAD]}")
    said = [*said, *name_words(str(passage.get("title") or ""))]
    groups = concepts(said)
    return any(_among(w, said) or bool(concepts([w]) & groups) for t in topic for w in stems(t))


def _among(word: str, said: Sequence[str]) -> bool:
    """The word, or one of its kin: a "printer" in a text on a machine that prints."""
    root = word[: max(4, len(word) - 2)]
    return word in said or (len(word) > 4 and any(s.startswith(root) for s in said))
