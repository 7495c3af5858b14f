"""Markdown that is handed out as a file: whatever opens it, nothing in it is loaded by itself, and no link hides where it
leads. What a run wrote may carry what it has read; an image's address would send that to whoever the image is from.
"""

from __future__ import annotations

import re
from collections.abc import Callable

_IMAGE = re.compile(r"!(?=\[)")
_TAG = re.compile(r"<(?=[A-Za-z/!?])")
_DEFINITION = re.compile(r"^([ >]*)\[(?=[^\]]+\]:)")
_LINK = re.compile(r"\]\((?=\s*<?([^)\s>]*))")


def inert(text: str, live: Callable[[str], bool] = lambda address: False) -> str:
    """The text without images, HTML and hidden links; blocks of code stay as they are. live: which links may stay."""
    from markdown_it import MarkdownIt

    code: set[int] = set()
    for token in MarkdownIt("commonmark", {"html": False}).parse(text):
        if token.type in ("fence", "code_block") and token.map:
            code.update(range(*token.map))
    return "".join(x if n in code else _line(x, live) for n, x in enumerate(text.splitlines(keepends=True)))


def _line(line: str, live: Callable[[str], bool]) -> str:
    line = _LINK.sub(lambda m: m[0] if live(m[1]) else "] (", line)
    line = _DEFINITION.sub(r"\1\\[", line)
    return _TAG.sub("&lt;", _IMAGE.sub(r"!\\", line))
