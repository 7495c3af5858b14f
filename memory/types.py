"""What memory hands out. Frozen; they satisfy the protocols in `tools/base.py` without importing them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Trust = Literal["user", "external"]


@dataclass(frozen=True)
class Passage:
    """About 1,000 characters of a document, cut at sentences and headings; `text` == document text[start:end]."""

    id: str
    document: str  # document id
    title: str  # document name
    text: str
    page: int  # 1-based; 0 where the format has no pages
    heading: str  # "Contract > 4 Termination", or ""
    start: int  # character offsets in the document's text
    end: int
    order: int  # 0-based position in the document
    trust: Trust = "user"
    score: float = 0.0  # fused rank score of the search that found it
    similarity: float = 0.0  # cosine to the query, -1..1; 0 when unknown
    dense_rank: int = 0  # 1-based rank in each list; 0: not in it
    lexical_rank: int = 0
    words: float = 0.0  # BM25 as a share of the best one of that search, 0..1

    @property
    def locator(self) -> str:
        """Where it stands, for people: "page 3 · 4 Termination"."""
        last = self.heading.rsplit(" > ", 1)[-1] if self.heading else ""
        return " · ".join(x for x in (f"page {self.page}" if self.page else "", last) if x)


@dataclass(frozen=True)
class Document:
    id: str
    name: str
    format: str  # "pdf", "docx", "csv" ...
    sha256: str
    pages: int
    passages: int
    characters: int
    bytes: int
    added: str  # ISO 8601, UTC
    trust: Trust = "user"
    title: str = ""  # what the file says of itself, where it does
    author: str = ""
    date: str = ""  # ISO 8601, as exact as the file has it
    language: str = ""  # ISO 639-1, guessed from the text
    folder: str = ""  # where the user put it: "Contracts/2026"; names are unique within a folder
    tags: Sequence[str] = ()
    origin: str = ""  # where it was taken from: a web address, a path in a watched folder; "" for an upload
    skipped: Sequence[str] = ()  # what was in the file and was not read, and why
    replaced: str = ""  # when the version that it replaces was added (ISO 8601); "" for none


@dataclass(frozen=True)
class Table:
    document: str
    title: str  # document name
    name: str  # SQL-safe, unique among the user's tables
    sheet: str
    path: Path  # Parquet
    columns: Sequence[tuple[str, str]]  # (name as in the file, DuckDB type)
    rows: int
    trust: Trust = "user"
    units: Sequence[tuple[str, str]] = ()  # (column, "%" or "$") where the file wrote them; 12% is kept as 12.0


@dataclass(frozen=True)
class Fact:
    id: str
    text: str
    added: str  # ISO 8601, UTC
    similarity: float = 0.0
    run: str = ""  # id of the run in which it was said
    until: str = ""  # ISO date of its last day, for what is temporary
    replaces: str = ""  # the older fact that it took the place of


@dataclass(frozen=True)
class Episode:
    """A past goal. `record` is whoever's planning it serves; memory does not read it."""

    id: str  # of the run
    goal: str
    added: str  # ISO 8601, UTC
    record: str
    similarity: float = 0.0


@dataclass(frozen=True)
class Incoming:
    """A file on its way in."""

    name: str
    data: bytes
    trust: Trust = "user"
    folder: str = ""
    origin: str = ""  # see `Document`


@dataclass(frozen=True)
class Receipt:
    """What an ingestion or a deletion did.

    status: added; replaced (an older version of the same name was removed); unchanged (the same bytes are there
    already); deleted; failed. message: for the user, what happened and what to do next.
    """

    name: str
    status: Literal["added", "replaced", "unchanged", "deleted", "failed"]
    message: str
    document: str = ""  # id
    pages: int = 0
    passages: int = 0
    tables: int = 0
    seconds: float = 0.0
    left: int = 0  # after a deletion: passages that the proving query still found (0, or it is an error)
    skipped: Sequence[str] = ()  # what was in the file and was not read, and why
    replaced: str = ""  # when the version that it replaces was added (ISO 8601)
    proof: Sequence[str] = ()  # after a deletion: what was asked for traces, and how many were found


Progress = Callable[[str, int, int], None]
"""Called as (stage, done, total): ("parsing", 0, 1), ("embedding", 340, 1200), ("storing", 1200, 1200)."""


class MemoryFault(Exception):
    """Memory cannot do what was asked. The message is for users: what happened, what was kept, what to do next."""


class UnreadableFile(MemoryFault):
    """The file cannot be taken in (encrypted, empty, corrupt, too large, a scan without text, unknown format)."""
