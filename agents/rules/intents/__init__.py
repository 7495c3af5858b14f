"""The kinds of goals that the built-in agent knows: one file each, one line here. Order decides nothing but ties."""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module

from agents.rules.shapes import Intent

_NAMES = (
    "smalltalk",
    "current_time",
    "units",
    "dates",
    "arithmetic",
    "priced",
    "comes_to",
    "reach",
    "counted_from",
    "remember",
    "recall",
    "forget",
    "list_documents",
    "explain",
    "retell",
    "web",
    "connected_tool",
    "report",
    "compare",
    "options",
    "statements",
    "summary",
    "table_question",
    "document_question",
    "needs_model",
)


@lru_cache(maxsize=1)
def intents() -> dict[str, Intent]:
    return {name: import_module(f"agents.rules.intents.{name}").INTENT for name in _NAMES}
