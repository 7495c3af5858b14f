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
    return any(w in said or concepts([w]) & groups for t in topic for w in stems(t))
