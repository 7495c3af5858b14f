"""What is printed on a terminal may come from anywhere, a document or a web page: characters that would steer the terminal
or turn text around are left out. A pipe or a file gets everything as it is.
"""

from __future__ import annotations

import sys
from typing import Any, TextIO, cast


class Terminal:
    """A text stream in front of another."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        self._stream.write("".join(c for c in text if c in "\n\r\t" or c.isprintable()))
        return len(text)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def guard() -> None:
    """Put one in front of standard output and standard error, where those are terminals."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is not None and stream.isatty() and not isinstance(stream, Terminal):
            setattr(sys, name, cast(TextIO, Terminal(stream)))
