"""Reads uploaded files: bytes in, `Parsed` out. One file a format family; this one knows which reads what.

Parsing happens in a child process (`python -m memory.parsing`), because a file is a stranger's: it may be made to
exhaust memory or never to end. `parse` is what the rest of memory calls; `child.py` holds the limits and what they do
not cover. A new format is one module with `read(source: Source, out: TextBuilder) -> None` and its line in `FORMATS`.
"""

from __future__ import annotations

from memory.parsing.child import LIMITS, Limits, draw_page, parse
from memory.parsing.parsed import Parsed, ParsedTable

__all__ = ["LIMITS", "Limits", "Parsed", "ParsedTable", "draw_page", "parse"]
