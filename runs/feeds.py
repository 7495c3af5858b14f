"""What stands in a feed (RSS, Atom) or a sitemap, and what to call what an address gave. Pure: fetches nothing."""

from __future__ import annotations

import gzip
import hashlib
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, Literal
from urllib.parse import unquote, urljoin, urlsplit

from memory.names import file_name
from tools.base import ToolFailed

LARGEST = 50_000_000  # bytes of a download, unpacked too
MOST_PAGES = 500  # of a sitemap that are taken
MOST_MAPS = 20  # sitemaps taken of those that one sitemap lists
_WHOLE = 600  # characters of text from which an entry that carries its content is not fetched as a page
_ENTRIES = 500  # of a feed that are looked at
_ENDINGS = {
    "text/html": "html", "application/xhtml+xml": "html", "text/plain": "txt", "text/markdown": "md", "text/csv": "csv",
    "application/json": "json", "application/pdf": "pdf", "application/xml": "html", "text/xml": "html",
}  # fmt: skip


@dataclass(frozen=True)
class Entry:
    id: str  # what the feed knows it by, else its address
    title: str
    link: str  # http(s), or ""
    stamp: str  # changes when the entry does
    date: str  # as the feed writes it
    html: str  # its content where the feed carries it, else ""

    @property
    def whole(self) -> bool:
        """Does the feed carry the text itself, and not a teaser?"""
        return len(re.sub(r"<[^>]+>|\s+", " ", self.html)) >= _WHOLE

    def document(self) -> tuple[str, bytes]:
        """(name, HTML page) for an entry whose text is in the feed."""
        day = re.search(r"\d{4}-\d{2}-\d{2}|\d{1,2} \w{3} \d{4}", self.date)
        name = file_name(" ".join(f"{self.title or 'Entry'} {day[0] if day else self.stamp[:6]}".split())[:120])
        head = f"<title>{escape(self.title)}</title>"
        body = f"<h1>{escape(self.title)}</h1><p>{escape(self.date)}</p>{self.html}<p>{escape(self.link)}</p>"
        page = f"<!doctype html><html><head><meta charset='utf-8'>{head}</head><body><article>{body}</article></body></html>"
        return f"{name.replace('/', ' ')}.html", page.encode()


@dataclass(frozen=True)
class Feed:
    title: str
    entries: Sequence[Entry]


def root_of(data: bytes) -> Any:
    """The root element. Raises ToolFailed for what is no XML."""
    from lxml import etree  # pyright: ignore[reportAttributeAccessIssue]

    if data[:2] == b"\x1f\x8b":
        try:
            with gzip.open(io.BytesIO(data)) as f:
                data = f.read(LARGEST)
        except (OSError, EOFError) as e:
            raise ToolFailed("That address gave a damaged archive.") from e
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True)
    root = etree.fromstring(data.strip() or b"<x/>", parser)
    if root is None:
        raise ToolFailed("That address is no feed and no sitemap: it is not XML.")
    return root


def is_sitemap(address: str) -> bool:
    """By its name: "sitemap.xml", "wp-sitemap-posts-1.xml", "sitemap_index.xml.gz"."""
    return bool(re.search(r"sitemap[\w.-]*\.xml(\.gz)?(\?.*)?$", address, re.I))


def kind_of(data: bytes) -> Literal["sitemap", "feed", ""]:
    """Which of the two an XML document is, by its root."""
    kind = _kind(root_of(data))
    return "sitemap" if kind in ("urlset", "sitemapindex") else "feed" if kind in ("rss", "rdf", "feed") else ""


def _kind(element: Any) -> str:
    return element.tag.rsplit("}", 1)[-1].lower() if isinstance(element.tag, str) else ""


def locations(data: bytes) -> tuple[list[tuple[str, str]], list[str]]:
    """([(page, when it changed or "")], [further sitemaps]) of a sitemap. Raises ToolFailed."""
    pages: list[tuple[str, str]] = []
    maps: list[str] = []
    for entry in root_of(data).iter():
        if _kind(entry) in ("url", "sitemap"):
            parts = {_kind(c): (c.text or "").strip() for c in entry}
            if parts.get("loc") and _kind(entry) == "url":
                pages.append((parts["loc"], parts.get("lastmod", "")))
            elif parts.get("loc"):
                maps.append(parts["loc"])
    return pages, maps


def read_feed(data: bytes, address: str) -> Feed:
    """RSS 0.9 to 2.0 and Atom. Raises ToolFailed when it is neither."""
    root = root_of(data)
    if _kind(root) not in ("rss", "rdf", "feed"):
        raise ToolFailed("That address is no feed: neither RSS nor Atom. Watch the address of the feed itself.")
    title = next((t for e in root.iter() if _kind(e) == "title" and (t := _text(e))), "")
    entries = [_entry(e, address) for e in root.iter() if _kind(e) in ("item", "entry")]
    return Feed(title, [e for e in entries if e.id][:_ENTRIES])


def _entry(e: Any, address: str) -> Entry:
    parts: dict[str, str] = {}
    links: list[str] = []
    for c in e:
        kind = _kind(c)
        if kind == "link":
            href = (c.get("href") or c.text or "").strip()
            if href and c.get("rel", "alternate") == "alternate":
                links.append(href)
            continue
        parts.setdefault("content" if kind in ("encoded", "content") else kind, _text(c))
    link = urljoin(address, links[0]) if links else ""
    link = link if re.match(r"https?://[^/\s]+", link) else ""
    date = parts.get("updated") or parts.get("pubdate") or parts.get("published") or parts.get("date") or ""
    html = parts.get("content") or parts.get("description") or parts.get("summary") or ""
    told = "\n".join((parts.get("title", ""), parts.get("updated") or "", html, link))
    stamp = hashlib.sha256(told.encode()).hexdigest()[:16]
    id = parts.get("guid") or parts.get("id") or link or stamp
    return Entry(id[:500], parts.get("title", "")[:200], link, stamp, date[:40], html)


def _text(e: Any) -> str:
    """Text, with the markup inside it where it has some (Atom's XHTML)."""
    from lxml import etree  # pyright: ignore[reportAttributeAccessIssue]

    inside = "".join(etree.tostring(c, encoding="unicode") for c in e if isinstance(c.tag, str))
    return f"{e.text or ''}{inside}".strip()


def name_of(url: str, kind: str) -> str:
    """A file name for what an address gave: its last part, with the ending that its content type asks for."""
    parts = urlsplit(url)
    last = unquote(parts.path.rstrip("/").rsplit("/", 1)[-1]) or (parts.hostname or "page")
    if parts.query:
        last += f" {unquote(parts.query)[:60]}"
    ending = _ENDINGS.get(kind, "")
    known = re.search(r"\.(\w{2,5})$", last)
    return last if not ending or (known and known[1].lower() in (ending, "htm", "markdown")) else f"{last}.{ending}"


def folder_of(url: str) -> str:
    """Where a page goes that nobody named a folder for: its site and path, so that no two pages take one place."""
    parts = urlsplit(url)
    host = (parts.hostname or "web").removeprefix("www.")
    return "/".join(["Web", host, *(unquote(p) for p in parts.path.split("/")[1:-1] if p)][:8])
