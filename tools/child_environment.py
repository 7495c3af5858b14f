"""What a child process of a tool is told of the environment: where programs and temporary files are, language, time zone.

A list of what goes in, so that no key of whoever runs Groundwork reaches code that a model or a document may have written.
"""

from __future__ import annotations

import os

_KEPT = ("PATH", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "TZ")


def child_environment() -> dict[str, str]:
    return {k: os.environ[k] for k in _KEPT if k in os.environ} | {"PYTHONIOENCODING": "utf-8"}
