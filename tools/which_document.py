"""Which of the user's documents a name means: an id, a file name, a part of it, or one with typing errors.

Not a search by content; that is `search_memory`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from difflib import SequenceMatcher

from tools.base import Document, MemoryOfUser, ToolFailed

_NOISE = {"the", "a", "an", "my", "our", "this", "that", "file", "document", "doc", "upload", "uploaded", "in", "of"}


def find_documents(memory: MemoryOfUser, names: Sequence[str]) -> list[Document]:
    """The documents meant by `names`, in that order and each once; all of them when `names` is empty.

    Raises ToolFailed when there are no documents, or a name means none or several of them.
    """
    there = memory.documents()
    if not there:
        raise ToolFailed("Nothing is uploaded yet. Add a document on the Memory page or with the chat's paper clip.")
    if not [n for n in names if n.strip()]:
        return [*there]
    found: dict[str, Document] = {}
    for name in names:
        if name.strip():
            document = find_document(there, name)
            found[document.id] = document
    return list(found.values())


def find_document(there: Sequence[Document], name: str) -> Document:
    wanted = name.strip()
    for exact in (lambda d: d.id == wanted, lambda d: d.name == wanted):
        if hits := [d for d in there if exact(d)]:
            return hits[0]
    rated = sorted(((_likeness(wanted, d.name), d) for d in there), key=lambda x: -x[0])
    best = rated[0][0] if rated else 0.0
    close = [d for r, d in rated if r >= best - 0.05]
    if best >= 0.6 and len(close) == 1:
        return close[0]
    if best >= 0.6:
        raise ToolFailed(
            f"“{wanted}” could be any of: {', '.join(d.name for d in close[:6])}. Say which by its full name."
        )
    known = ", ".join(d.name for _, d in rated[:6]) + (" …" if len(rated) > 6 else "")
    raise ToolFailed(f"There is no document called “{wanted}”. Uploaded are: {known or 'none'}.")


def _words(name: str) -> list[str]:
    # CamelCase, digits and separators part words: "Sales_2025Q1.csv" -> sales 2025 q 1 csv
    name = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    parts = re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+|[^\W\d_]+", name)
    return [w for p in parts if (w := p.casefold()) not in _NOISE]


def _likeness(wanted: str, name: str) -> float:
    """0..1. Same name apart from case and ending 1, all its words in the name 0.7 to 0.95, else by letters."""
    stem = name.rsplit(".", 1)[0]
    if wanted.casefold() in (name.casefold(), stem.casefold()):
        return 1.0
    asked, has = _words(wanted), _words(name)
    if not asked or not has:
        return SequenceMatcher(None, wanted.casefold(), name.casefold()).ratio()
    if asked == has or asked == _words(stem):
        return 0.98
    if {w for w in asked if w.isdigit()} - {h for h in has if h.isdigit()}:
        return 0.3  # a year or number that the name has not: another document was meant
    hit = sum(max(_alike(w, h) for h in has) for w in asked) / len(asked)
    covered = sum(max(_alike(h, w) for w in asked) for h in _words(stem) or has) / max(1, len(_words(stem)))
    if hit > 0.85:
        return 0.7 + 0.25 * covered * hit
    return max(0.55 * hit, 0.95 * SequenceMatcher(None, wanted.casefold(), stem.casefold()).ratio() - 0.05)


def _alike(a: str, b: str) -> float:
    if a == b:
        return 1.0
    if a.isdigit() or b.isdigit():
        return 0.0  # 2024 is not nearly 2025
    ratio = SequenceMatcher(None, a, b).ratio()
    return ratio if ratio >= 0.75 else 0.0
