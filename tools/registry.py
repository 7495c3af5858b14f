"""All tools, by name. A new tool is one file with one function of the same name, and one line here.

Not a plug-in system: tools from MCP servers are added by `tools/mcp.py`.
"""

from __future__ import annotations

from importlib import import_module

from tools.base import Tool

_NAMES = (
    "calculate",
    "convert_units",
    "current_time",
    "date_math",
    "fetch_page",
    "forget",
    "list_documents",
    "list_statements",
    "query_table",
    "read_document",
    "remember",
    "run_python",
    "save_report",
    "search_memory",
    "summarize",
    "web_search",
)


def all_tools() -> dict[str, Tool]:
    """Every built-in tool by its name; each is fresh to look at and safe to share."""
    return {name: getattr(import_module(f"tools.{name}"), name) for name in _NAMES}
