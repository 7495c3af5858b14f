"""The tool `forget`: deletes facts that the user told us.

Which facts is decided once and journalled before the first is deleted, so the same call after a crash deletes the
same ones and no others. It deletes facts only; documents are deleted by their owner on the Memory page.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated

from tools.base import Fact, Json, ToolContext, ToolFailed, ToolResult, tool

_ALL = re.compile(
    r"^(please\s+)?(everything|all|it all|all of it|anything|all facts|every fact|me|all about me)"
    r"(\s+(that\s+)?(you\s+)?(know|remember|remembered|stored|have)?\s*(about|of|on)?\s*me)?$",
    re.IGNORECASE,
)
_SURE = 0.72  # cosine at which a fact is meant even though it shares no word with the request
_SMALL_WORDS = """
a about am an and are at be been by do does for forget from have i in is it its know me my of on or our remember
that the this to was what when where which who with you your
"""
_FEW = frozenset(_SMALL_WORDS.split())


def _undo(ctx: ToolContext, _data: Mapping[str, Json]) -> str:
    decided = ctx.journal.once(ctx.key, [])
    gone = [p for p in decided if isinstance(p, list)] if isinstance(decided, list) else []
    for number, (_, text, *added) in enumerate(gone):
        ctx.memory.put_back(str(text), f"{ctx.key}:undo{number}", str(added[0]) if added else "")
    return "Remembered again: " + "; ".join(str(p[1]) for p in gone)


@tool(risk="write", timeout=15, retries=1, undo=_undo)
def forget(
    ctx: ToolContext,
    about: Annotated[str, "what to forget, in a few words ('my flight to Oslo'), or 'everything'"],
) -> ToolResult:
    """Delete what the user once asked to be remembered.

    Use it only when the user asks to forget something. Only facts that clearly fit are deleted. It does not delete
    documents.

    data: {"value": how many were deleted, "forgotten": their texts}. Fails, naming the nearest facts, if none fits.
    """
    about = " ".join(about.split()).strip(" .!?\"'")
    if not about:
        raise ToolFailed("Say what to forget, or 'everything'.")
    known: list[Fact] = ctx.memory.facts("" if _ALL.match(about) else about, 10_000)
    chosen = known if _ALL.match(about) else _meant(about, known)
    # A replay finds its facts gone; what it decided the first time still stands in the journal.
    decided = ctx.journal.once(ctx.key, [[f.id, f.text, f.added] for f in chosen], exact=True)
    pairs = [(str(p[0]), str(p[1])) for p in decided if isinstance(p, list)] if isinstance(decided, list) else []
    if not pairs:
        raise ToolFailed(_nothing(about, known))
    ctx.memory.forget([i for i, _ in pairs])
    texts = [t for _, t in pairs]
    return ToolResult(
        "Forgotten:\n" + "\n".join(f"- {t}" for t in texts), {"value": len(texts), "forgotten": list(texts)}
    )


def _stems(text: str) -> set[str]:
    from snowballstemmer import stemmer

    words = [w for w in re.findall(r"\w+", text.casefold()) if w not in _FEW]
    return set(stemmer("english").stemWords(words))


def _meant(about: str, known: list[Fact]) -> list[Fact]:
    """Facts with every word of the request; if there are none, those that are surely nearest in meaning."""
    asked = _stems(about)
    by_words = [f for f in known if asked and asked <= _stems(f.text)]
    if by_words:
        return by_words
    best = max((f.similarity for f in known), default=0.0)
    return [f for f in known if f.similarity >= max(_SURE, best - 0.03)]


def _nothing(about: str, known: list[Fact]) -> str:
    if not known:
        return "There is nothing to forget: I don't know any facts about you."
    nearest = "; ".join(f"“{f.text}”" for f in known[:3])
    return f"Nothing was forgotten: no fact fits “{about}”. The nearest are: {nearest}. Name one of them, or say 'everything'."
