"""The tool `fetch_page`: the main text of one web page.

How an address is fetched, and what guards that: `guarded_fetch.py`. What a page says is external content.
"""

from __future__ import annotations

import re
from typing import Annotated
from urllib.parse import urlsplit

from tools.base import Source, ToolContext, ToolFailed, ToolResult, source, tool
from tools.guarded_fetch import fetch

_PIECE = 1000


@tool(risk="read", timeout=40, retries=2, external=True)
def fetch_page(
    ctx: ToolContext,
    url: Annotated[str, "the page's address, beginning with http:// or https://"],
) -> ToolResult:
    """Fetch one web page and extract its main text, without navigation and advertisements.

    Use it when the goal names an address, or to read a result of web_search. Not for uploads; not for PDF addresses.

    data: {"title", "url": the address after redirects, "date": of publication or "", "value": the text, "characters"}.
    The text comes as several external sources of about 1,000 characters each.
    """
    fetched = fetch(url, ctx.allow_private_addresses)
    final = fetched.url
    title, date, text = _main_text(fetched.body, fetched.kind, fetched.charset, final)
    if not text:
        raise ToolFailed(f"{final} has no text to read (it may need a browser that runs its scripts).")
    host = urlsplit(final).hostname or final
    sources: list[Source] = [source(title or host, piece, locator=final, trust="external") for piece in _pieces(text)]
    data = {"title": title, "url": final, "date": date, "value": text, "characters": len(text)}
    return ToolResult(f"{title}\n{final}\n\n{text}" if title else f"{final}\n\n{text}", data, sources)


def _main_text(raw: bytes, kind: str, charset: str, url: str) -> tuple[str, str, str]:
    """(title, date, text)."""
    if kind not in ("text/html", "application/xhtml+xml"):
        return "", "", _decoded(raw, charset).strip()
    import trafilatura

    html = _decoded(raw, charset) if charset else raw
    found = trafilatura.bare_extraction(
        html, url=url, include_comments=False, include_tables=True, favor_recall=True, with_metadata=True
    )
    if found is None:
        return "", "", ""
    part = found if isinstance(found, dict) else found.as_dict()
    return (part.get("title") or "").strip(), part.get("date") or "", (part.get("text") or "").strip()


def _decoded(raw: bytes, charset: str) -> str:
    for name in (charset or "utf-8", "utf-8"):
        try:
            return raw.decode(name)
        except (LookupError, UnicodeDecodeError):
            continue
    return raw.decode("latin-1")


def _pieces(text: str) -> list[str]:
    """Paragraphs gathered to about 1,000 characters; each piece stands in `text` as it is. At most 60, for long pages."""
    out: list[str] = []
    start = end = 0
    for m in re.finditer(r"[^\n]+", text):
        if m.end() - start > _PIECE and end > start:
            out.append(text[start:end])
            start = m.start()
        elif not out and end == 0:
            start = m.start()
        end = m.end()
    out.append(text[start:end])
    return [piece.strip() for piece in out if piece.strip()][:60]
