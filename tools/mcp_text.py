"""Text from MCP servers, made fit to be shown, kept and read by a model: nothing invisible, no secret, not endless.

What stays is still untrusted: an instruction in plain words passes. That is what taint and approvals are for.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from tools.base import Json

# Line breaks and tabs stay; a zero-width joiner between letters of some scripts is lost, which is the price.
_KEPT = "\n\t"
_BLANKS = re.compile(r"\n{4,}")


def clean(text: str, limit: int, secrets: Mapping[str, str] | None = None) -> str:
    """Without control, direction, tag and zero-width characters and lone surrogates; secrets replaced by their names;
    at most `limit` characters."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = hide(text[: limit * 2], secrets or {})
    text = "".join(c for c in text if c in _KEPT or unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Cn"))
    text = _BLANKS.sub("\n\n\n", text).strip()
    return text if len(text) <= limit else text[: limit - 1] + "…"


def hide(text: str, secrets: Mapping[str, str]) -> str:
    for name, value in sorted(secrets.items(), key=lambda x: -len(x[1])):
        text = text.replace(value, f"[{name} is not shown]")
    return text


def clean_json(value: object, secrets: Mapping[str, str], limit: int = 4_000, depth: int = 12) -> Json:
    """Plain JSON with every string and key cleaned; what is nested too deep is left out."""
    if isinstance(value, str):
        return clean(value, limit, secrets)
    if value is None or isinstance(value, bool | int | float):
        return value
    if depth == 0:
        return None
    if isinstance(value, Mapping):
        return {clean(str(k), 200, secrets): clean_json(v, secrets, limit, depth - 1) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [clean_json(v, secrets, limit, depth - 1) for v in value]
    return clean(str(value), limit, secrets)
