"""Secrets of the environment never reach an event, a log, a result or an export: wherever such a text is written down,
it goes through `redact` first, and a value that is stored as JSON through `redacted_json`.

What will be executed (a call that was decided and waits, arguments that a person edited) is not redacted: a placeholder
in its place would be sent. It is shown redacted, and `revealed` puts back what was hidden from who edited it.

A secret is the value of an environment variable whose name says so (…KEY…, …TOKEN…, …SECRET…, …PASSWORD…), also as it
looks inside JSON, in an address, and in Base64, and the password in an address that any variable holds. Not covered:
values of fewer than eight characters, a secret that was cut in two or encoded otherwise, one of digits alone where a
number stands (a row must stay what it is), and secrets that are in the user's own documents.
"""

from __future__ import annotations

import base64
import json
import os
import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import quote

_NAME = re.compile(r"KEY|TOKEN|SECRET|PASSWORD|PASSWD|PASSPHRASE|_PASS$|_PAT$|CREDENTIAL|COOKIE", re.IGNORECASE)
_IN_ADDRESS = re.compile(r"://[^\s/:@]*:([^\s/@]+)@")  # postgresql://user:PASSWORD@host
_SHORTEST = 8  # characters; shorter values would black out ordinary words


def redact(text: str) -> str:
    return _redactor()(text)


def redacted(value: Any) -> Any:
    """As plain JSON, with secrets taken out of every text in it; numbers and the shape stay as they are."""
    return _walked(value, _redactor())


def redacted_json(value: Any, **how: Any) -> str:
    """Redacted before it is serialised: afterwards, a secret could not be told from the notation around it."""
    return json.dumps(redacted(value), **how)


def revealed(value: Any, original: Any) -> Any:
    """Plain JSON that was edited as `redacted` showed it, with what was hidden in `original` put back in its place."""
    hidden: dict[str, str] = {}
    found = _secrets()
    if found:
        pattern, names = _compiled(found)

        def look(text: str) -> str:
            hidden.update((_placeholder(names[m]), m) for m in pattern.findall(text))
            return text

        _walked(original, look)

    def reveal(text: str) -> str:
        for placeholder, secret in hidden.items():
            text = text.replace(placeholder, secret)
        return text

    return _walked(value, reveal) if hidden else value


def _walked(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return change(value)
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, Mapping):
        return {change(k) if isinstance(k, str) else k: _walked(v, change) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_walked(v, change) for v in value]
    return change(str(value))  # dates and the like, as json.dumps(default=str) writes them


def _placeholder(name: str) -> str:
    return f"[redacted: {name}]"


def _redactor() -> Callable[[str], str]:
    """Looks at the environment once; ask for it once for all texts of one value."""
    found = _secrets()
    if not found:
        return str
    pattern, names = _compiled(found)
    return lambda text: pattern.sub(lambda m: _placeholder(names[m[0]]), text)


def _secrets() -> tuple[tuple[str, str], ...]:
    """(variable, secret)."""
    return tuple(sorted(pair for name, value in os.environ.items() for pair in _of_variable(name, value)))


@lru_cache(maxsize=1_000)
def _of_variable(name: str, value: str) -> tuple[tuple[str, str], ...]:
    inside = _IN_ADDRESS.findall(value) if "://" in value else []
    mine = [value, *inside] if _NAME.search(name) else inside
    return tuple((name, v) for v in mine if len(v) >= _SHORTEST)


@lru_cache(maxsize=4)
def _compiled(secrets: tuple[tuple[str, str], ...]) -> tuple[re.Pattern[str], dict[str, str]]:
    names: dict[str, str] = {}
    for name, value in secrets:
        encoded = base64.b64encode(value.encode("utf-8", "surrogateescape")).decode().rstrip("=")
        for form in (value, value.strip(), json.dumps(value)[1:-1], quote(value, safe="", errors="replace"), encoded):
            names.setdefault(form, name)
    longest_first = sorted(names, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest_first))), names
