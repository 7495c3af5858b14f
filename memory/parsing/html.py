"""Saved web pages and HTML exports: visible text in order, headings, lists and tables.

Everything a reader sees is kept; scripts, styles, forms and navigation are not. The text of <main> or <article> alone
is taken where it is most of the page.
"""

from __future__ import annotations

import re
from typing import Any

from memory.parsing.parsed import Source, TextBuilder

_SKIPPED = {
    "script", "style", "noscript", "template", "nav", "form", "button", "select", "svg", "canvas", "iframe", "head", "object", "dialog",
}  # fmt: skip
_BLOCKS = {
    "p", "div", "section", "article", "main", "header", "footer", "aside", "blockquote", "pre", "figure", "figcaption", "ul", "ol", "dl",
    "dt", "dd", "address", "body", "html", "hr", "details", "summary", "fieldset", "center", "tr", "td", "th", "tbody", "thead", "caption",
}  # fmt: skip


def read(source: Source, out: TextBuilder) -> None:
    read_html(source.data, out)


def read_html(data: bytes, out: TextBuilder, titled: bool = True) -> None:
    """titled: the page's <title> is a heading of its own, and the document's; False for a part of a larger whole."""
    from lxml import html

    from memory.parsing.plain import decode

    declared = re.search(rb"""(?i)<meta[^>]+charset=["']?\s*([\w-]+)""", data[:4096])
    try:
        text = data.decode(declared[1].decode()) if declared else decode(data)
    except (LookupError, UnicodeDecodeError):
        text = decode(data)
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text)  # lxml refuses a text that also declares an encoding
    root = html.document_fromstring(text)
    title = " ".join((root.findtext(".//title") or "").split())
    body = _main(root)
    first = body.find(".//h1")
    if titled:
        _about(root, title, out)
    if titled and title and (first is None or " ".join(first.text_content().split()) != title):
        out.heading(title)
    walk = _Walk(out)
    walk.into(body)
    walk.flush()


def _about(root: Any, title: str, out: TextBuilder) -> None:
    meta = {
        (m.get("name") or m.get("property") or "").casefold(): m.get("content") or "" for m in root.iterfind(".//meta")
    }
    dates = ("article:published_time", "date", "dcterms.date", "dc.date", "last-modified")
    date = next((meta[d] for d in dates if meta.get(d)), "")
    out.tell(title=title, author=meta.get("author") or meta.get("dc.creator"), date=date)


def _main(root: Any) -> Any:
    body = root.find("body") if root.find("body") is not None else root
    whole = len(body.text_content())
    for tag in ("main", "article"):
        found = body.findall(f".//{tag}")
        if len(found) == 1 and len(found[0].text_content()) > 0.5 * whole:
            return found[0]
    return body


class _Walk:
    """Gathers inline text until a block ends it."""

    def __init__(self, out: TextBuilder) -> None:
        self._out = out
        self._line: list[str] = []
        self._heading = ""

    def into(self, node: Any) -> None:
        tag = node.tag if isinstance(node.tag, str) else ""
        if (
            not tag
            or tag in _SKIPPED
            or node.get("hidden") is not None
            or "display:none" in (node.get("style") or "").replace(" ", "")
        ):
            return
        if re.fullmatch(r"h[1-6]", tag):
            self.flush()
            self._heading = " ".join(node.text_content().split())
            self._out.heading(self._heading, int(tag[1]))
        elif tag == "table" and self._table(node):
            return
        elif tag == "br":
            self._line.append("\n")
        elif tag == "pre":
            self.flush()
            self._out.paragraph(node.text_content())
        else:
            block = tag in _BLOCKS or tag == "li"
            if block:
                self.flush()
            if tag == "li":
                self._line.append("- ")
            self._inside(node)
            if block:
                self.flush()

    def _inside(self, node: Any) -> None:
        self._line.append(re.sub(r"\s+", " ", node.text or ""))
        for child in node:
            self.into(child)
            self._line.append(re.sub(r"\s+", " ", child.tail or ""))

    def _table(self, node: Any) -> bool:
        """A table of data; one that only lays out the page is walked like any other block."""
        if node.findall(".//table"):
            return False
        rows = [[" ".join(c.text_content().split()) for c in r if c.tag in ("td", "th")] for r in node.iter("tr")]
        if len(rows) < 2 or max(map(len, rows)) < 2 or max((len(c) for r in rows for c in r), default=0) > 1000:
            return False
        self.flush()
        caption = " ".join((node.findtext("caption") or "").split())
        return self._out.table(caption or self._heading, rows)

    def flush(self) -> None:
        text = re.sub(r" *\n *", "\n", re.sub(r" {2,}", " ", "".join(self._line))).strip()
        self._line = []
        if text and text != "-":
            self._out.paragraph(text)
