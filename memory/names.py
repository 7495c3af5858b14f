"""Names: of an uploaded file as it is shown, of a table as SQL takes it, of a user as a folder and a collection."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Collection, Iterable

# Words that DuckDB would not take as a bare table name.
_SQL_WORDS = """
all analyse analyze and any array as asc both case cast check collate column constraint create cross default
deferrable desc describe distinct do else end except false fetch for foreign from full grant group having in
initially inner intersect into is join lateral leading left like limit natural not null offset on only or order
outer pivot placing primary qualify references returning right select show some summarize symmetric table then to
trailing true union unique unpivot using values when where window with
"""
_RESERVED = frozenset(_SQL_WORDS.split())


def derived(user: str) -> str:
    """What stands for a user in folder and collection names: never the id itself, which may hold anything."""
    return hashlib.sha256(user.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def file_name(name: str) -> str:
    """The last part of a path, without control characters, at most 200 characters; never empty."""
    last = re.split(r"[\\/]", unicodedata.normalize("NFC", name))[-1]
    clean = "".join(c for c in last if c.isprintable()).strip().lstrip(".")
    if len(clean) > 200:
        stem, dot, ending = clean.rpartition(".")
        clean = (stem[: 199 - len(ending)] + dot + ending) if dot and len(ending) < 12 else clean[:200]
    return clean or "untitled"


def folder_name(path: str) -> str:
    """ "Contracts/2026": the parts of a path, each cleaned as a file name is; no "." and "..", at most eight deep."""
    parts = [p.strip() for p in re.split(r"[\\/]", path)]
    return "/".join(file_name(p)[:80] for p in parts if p.strip(". ") and not re.fullmatch(r"[A-Za-z]:", p))[:400]


def tag_names(tags: Iterable[str]) -> tuple[str, ...]:
    """Tags as they are kept: without blanks around, at most 40 characters, each once, in the order given."""
    clean = (" ".join("".join(c for c in t if c.isprintable()).split()).strip("#, ")[:40] for t in tags)
    return tuple({t.casefold(): t for t in reversed(list(clean)) if t}.values())[::-1][:20]


def table_name(file: str, sheet: str, taken: Collection[str]) -> str:
    """ "Budget 2025.xlsx", "Sheet 1" -> "budget_2025_sheet_1": SQL-safe, not in `taken`."""
    stem, part = _slug(file.rsplit(".", 1)[0]), _slug(sheet)
    base = (stem if part in stem else f"{stem}_{part}")[:60].strip("_")
    if not base or base[0].isdigit() or base in _RESERVED:
        base = f"table_{base}".rstrip("_")
    name, n = base, 1
    while name in taken:
        n += 1
        name = f"{base}_{n}"
    return name


def _slug(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "_", plain).strip("_")
