"""What a user reads after something went into memory or out of it."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from memory.types import Document, Receipt, Table


def count(n: int, noun: str) -> str:
    return f"{n:,} {noun}" if n == 1 else f"{n:,} {noun}s"


def added_message(document: Document, tables: Sequence[Table], replaced: bool, skipped: Sequence[str] = ()) -> str:
    parts = [count(document.pages, "page")] if document.pages else []
    parts += [count(document.passages, "passage")]
    parts += [count(len(tables), "table") + f" ({count(sum(t.rows for t in tables), 'row')})"] if tables else []
    then = " It replaces the version that was there." if replaced else ""
    if skipped:
        then += f" Not read: {'; '.join(skipped[:5])}{f' and {len(skipped) - 5} more' if len(skipped) > 5 else ''}."
    return f"{document.name} was added: {', '.join(parts)}.{then}"


def receipt_of(document: Document, status: Any, message: str, began: float, tables: int, **more: Any) -> Receipt:
    """more: further fields of the receipt."""
    seconds = time.monotonic() - began
    return Receipt(
        document.name, status, message, document.id, document.pages, document.passages, tables, seconds, **more
    )
