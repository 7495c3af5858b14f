"""What is printed on a terminal may come from anywhere, a document or a web page: characters that would steer the terminal
or turn text around are left out. A pipe or a file gets everything as it is.
What somebody decides on is shown to the last letter, with marks for what would be left out, also in a pipe.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from typing import Any, TextIO, cast

from text.unseen import marked


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


def exact_lines(args: Mapping[str, Any]) -> list[str]:
    """The arguments of a call, whole, one a line; a text of several lines goes on below, indented."""
    out = []
    for name, value in args.items():
        told = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        first, *rest = "".join(c if c == "\n" or c.isprintable() else _mark(c) for c in marked(told)).split("\n")
        out += [f"{marked(name)}: {first}", *(f"  | {line}" for line in rest)]
    return out


def exact_json(value: Any) -> str:
    """As JSON in which a character that nobody sees is written by its number, which JSON reads back as what it is."""
    return "".join(
        c if c == "\n" or (c.isprintable() and marked(c) == c) else json.dumps(c)[1:-1]
        for c in json.dumps(value, ensure_ascii=False, indent=2)
    )


def _mark(c: str) -> str:
    return f"⟨U+{ord(c):04X}⟩"
