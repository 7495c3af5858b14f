"""Watched feeds and sitemaps in the real service, served on this machine."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator

import pytest

from tests.runs.conftest import Open, looked
from tools.base import ToolFailed

FEED = """<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>News</title>
<entry><id>1</id><title>Teaser</title><link href="{base}/page-1"/><updated>2026-11-01</updated><summary>Short.</summary></entry>
{more}</feed>"""
WHOLE = """<entry><id>2</id><title>A long one</title><updated>2026-11-02T10:00:00Z</updated>
<content type="html">{}</content></entry>"""
RSS = """<rss version="2.0"><channel><title>R</title><item><title>Old style</title><link>{base}/page-2</link>
<guid>g2</guid></item></channel></rss>"""


class Site(http.server.BaseHTTPRequestHandler):
    pages: dict[str, tuple[str, str]] = {}  # noqa: RUF012

    def do_GET(self) -> None:
        kind, body = self.pages.get(self.path, ("text/plain", ""))
        self.send_response(200 if body else 404)
        self.send_header("Content-Type", kind)
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def base() -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}"
    text = "<html><head><title>P</title></head><body><article><p>{} stands on this page, which is long enough to be read.</p></article></body></html>"
    Site.pages = {
        "/page-1": ("text/html", text.format("The first story")),
        "/page-2": ("text/html", text.format("The second story")),
        "/a/intro": ("text/html", text.format("The intro of a")),
        "/b/intro": ("text/html", text.format("The intro of b")),
    }
    yield address
    server.shutdown()


def test_a_feed_brings_its_entries_in_once_and_keeps_what_it_drops(open_groundwork: Open, base: str) -> None:
    g = open_groundwork(allow_private_addresses=True)
    whole = WHOLE.format("&lt;p&gt;" + "The ferry timetable changes in winter. " * 20 + "&lt;/p&gt;")
    Site.pages["/feed"] = ("application/atom+xml", FEED.format(base=base, more=whole))
    watch = g.files.watching.add("ann", f"{base}/feed")  # no admin is needed for that
    assert looked(g, watch, "ann").came == 2
    documents = g.memory("ann").documents()
    assert {d.name for d in documents} == {"page-1.html", "A long one 2026-11-02.html"}
    assert all(d.trust == "external" for d in documents)
    assert looked(g, watch, "ann").came == 2  # nothing new: what is told is the last look that found something
    Site.pages["/feed"] = ("application/rss+xml", RSS.format(base=base))
    looked(g, watch, "ann")
    assert {d.name for d in g.memory("ann").documents()} >= {"page-1.html", "page-2.html", "A long one 2026-11-02.html"}
    Site.pages["/feed"] = ("text/html", "<html><body>An error page</body></html>")
    assert "neither RSS nor Atom" in looked(g, watch, "ann").problem
    assert len(g.memory("ann").documents()) == 3


def test_a_sitemap_follows_its_pages(open_groundwork: Open, base: str) -> None:
    g = open_groundwork(allow_private_addresses=True)

    def sitemap(*pages: str) -> None:
        body = "".join(f"<url><loc>{base}{p}</loc><lastmod>2026</lastmod></url>" for p in pages)
        Site.pages["/sitemap.xml"] = (
            "application/xml",
            f"<urlset>{body}<url><loc>http://other.example/x</loc></url></urlset>",
        )

    sitemap("/a/intro", "/b/intro")
    watch = g.files.watching.add("ann", f"{base}/sitemap.xml")
    looked(g, watch, "ann")
    assert {d.folder for d in g.memory("ann").documents()} == {"Web/127.0.0.1/a", "Web/127.0.0.1/b"}
    sitemap("/b/intro")
    looked(g, watch, "ann")
    assert {d.folder for d in g.memory("ann").documents()} == {"Web/127.0.0.1/b"}


def test_a_sitemap_of_sitemaps_stands_for_their_pages(open_groundwork: Open, base: str) -> None:
    g = open_groundwork(allow_private_addresses=True)
    maps = "".join(f"<sitemap><loc>{base}/{m}</loc></sitemap>" for m in ("sitemap-a.xml", "sitemap-b.xml"))
    Site.pages["/sitemap_index.xml"] = ("application/xml", f"<sitemapindex>{maps}</sitemapindex>")
    for m in ("a", "b"):
        urls = f"<urlset><url><loc>{base}/{m}/intro</loc></url></urlset>"
        Site.pages[f"/sitemap-{m}.xml"] = ("application/xml", urls)
    watch = g.files.watching.add("ann", f"{base}/sitemap_index.xml")
    assert looked(g, watch, "ann").items == 2
    assert {d.folder for d in g.memory("ann").documents()} == {"Web/127.0.0.1/a", "Web/127.0.0.1/b"}
    del Site.pages["/sitemap-b.xml"]  # a part that cannot be had is no reason to remove its pages
    assert "Nothing was changed" in looked(g, watch, "ann").problem
    assert len(g.memory("ann").documents()) == 2
    Site.pages["/sitemap_index.xml"] = ("application/xml", "<sitemapindex></sitemapindex>")
    assert "no addresses of this site" in looked(g, watch, "ann").problem
    assert len(g.memory("ann").documents()) == 2


def test_a_feed_of_this_machine_is_refused(open_groundwork: Open, base: str) -> None:
    g = open_groundwork()
    Site.pages["/feed"] = ("application/rss+xml", RSS.format(base=base))
    watch = g.files.watching.add("ann", f"{base}/feed")
    assert "out of bounds" in looked(g, watch, "ann").problem


def test_feeds_of_any_kind_and_none() -> None:
    from runs.feeds import read_feed

    assert [e.link for e in read_feed(RSS.format(base="http://x").encode(), "http://x/f").entries] == [
        "http://x/page-2"
    ]
    bomb = b"<!DOCTYPE x [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;'>]><rss><channel><item><title>&b;</title><link>file:///etc/passwd</link></item></channel></rss>"
    (entry,) = read_feed(bomb, "http://x").entries
    assert entry.link == ""
    for bad in (b"", b"not xml", b"{}", b"\x1f\x8bnope", b"<html/>"):
        with pytest.raises(ToolFailed):
            read_feed(bad, "http://x")
