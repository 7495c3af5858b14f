"""Secrets of the environment never reach an event, a log, a result or an export: wherever such a text is written down,
it goes through `redact` first.

A secret is the value of an environment variable whose name says so (…KEY…, …TOKEN…, …SECRET…, …PASSWORD…), also as it
looks inside JSON, in an address, and in Base64, and the password in an address that any variable holds. Not covered: values of fewer than eight characters, a secret that was
cut in two or encoded otherwise, and secrets that are in the user's own documents.
"""

from __future__ import annotations

import base64
import json
import os
import re
from functools import lru_cache
from urllib.parse import quote

_NAME = re.compile(r"KEY|TOKEN|SECRET|PASSWORD|PASSWD|PASSPHRASE|_PASS$|_PAT$|CREDENTIAL|COOKIE", re.IGNORECASE)
_IN_ADDRESS = re.compile(r"://[^\s/:@]*:([^\s/@]+)@")  # postgresql://user:PASSWORD@host
_SHORTEST = 8  # characters; shorter values would black out ordinary words


def redact(text: str) -> str:
    named = [(n, v) for n, v in os.environ.items() if _NAME.search(n)]
    inside = [(n, p) for n, v in os.environ.items() if "://" in v for p in _IN_ADDRESS.findall(v)]
    found = tuple(sorted((n, v) for n, v in [*named, *inside] if len(v) >= _SHORTEST))
    if not found:
        return text
    pattern, names = _compiled(found)
    return pattern.sub(lambda m: f"[redacted: {names[m[0]]}]", text)


@lru_cache(maxsize=4)
def _compiled(secrets: tuple[tuple[str, str], ...]) -> tuple[re.Pattern[str], dict[str, str]]:
    names: dict[str, str] = {}
    for name, value in secrets:
        encoded = base64.b64encode(value.encode("utf-8", "surrogateescape")).decode().rstrip("=")
        for form in (value, value.strip(), json.dumps(value)[1:-1], quote(value, safe="", errors="replace"), encoded):
            names.setdefault(form, name)
    longest_first = sorted(names, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest_first))), names
