"""Watched folders, feeds and sitemaps in the real service: what comes in, what goes out, what is never read."""

from __future__ import annotations

import http.server
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from runs.errors import BadGoal, NotAllowed, NotFound
from runs.service import Groundwork
from runs.types import Upload
from runs.watches import Watch
from tools.base import ToolFailed

ROOT = Path(__file__).parents[2]
Open = Callable[..., Groundwork]


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    os.utime(path, ns=(time.time_ns() - 5_000_000_000, time.time_ns() - 5_000_000_000 + hash(text) % 1000))


def looked(g: Groundwork, watch: Watch, user: str = "local", seconds: float = 40) -> Watch:
    """After another look, and when everything that it queued has ended."""
    before = g.files.watching.list(user)[0].looked if g.files.watching.list(user) else ""
    g.files.watching.look_now(user, watch.id)
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        now = next(w for w in g.files.watching.list(user) if w.id == watch.id)
        if now.looked != before and not g.files.queue(user).open:
            return now
        time.sleep(0.05)
    raise AssertionError((now, g.files.queue(user)))


def names(g: Groundwork, user: str = "local") -> set[tuple[str, str]]:
    return {(d.folder, d.name) for d in g.memory(user).documents()}


def test_a_folder_comes_in_changes_and_goes_out(open_groundwork: Open, tmp_path: Path) -> None:
    g, folder = open_groundwork(), tmp_path / "papers"
    write(folder / "a.txt", "The boat leaves on Monday.")
    write(folder / "deep" / "b.md", "# Harbour\n\nThe fee is 40 euros.")
    write(folder / ".hidden.txt", "Hidden.")
    write(folder / "program.exe", "MZ")
    g.ingest("local", [Upload("mine.txt", b"Uploaded by hand.")])
    watch = g.files.watching.add("local", str(folder))
    assert looked(g, watch).came == 2
    assert names(g) == {("Watched/papers", "a.txt"), ("Watched/papers/deep", "b.md"), ("", "mine.txt")}
    write(folder / "a.txt", "The boat leaves on Friday.")
    (folder / "deep" / "b.md").rename(folder / "c.md")  # the same content under another name
    write(folder / "copy.txt", "Uploaded by hand.")  # what is there already, from elsewhere
    now = looked(g, watch)
    assert (now.came, now.gone, now.problem, now.items) == (3, 1, "", 3)
    assert names(g) == {("Watched/papers", "a.txt"), ("Watched/papers", "c.md"), ("", "mine.txt")}
    assert "Friday" in next(p for p in g.memory("local").search("when does the boat leave") if p.title == "a.txt").text
    (folder / "copy.txt").unlink()
    (folder / "a.txt").unlink()
    looked(g, watch)
    assert names(g) == {("Watched/papers", "c.md"), ("", "mine.txt")}  # what was uploaded by hand stays


def test_the_copy_of_a_file_that_went_comes_in_for_it(open_groundwork: Open, tmp_path: Path) -> None:
    g, folder = open_groundwork(), tmp_path / "papers"
    write(folder / "a.txt", "The very same text.")
    write(folder / "b.txt", "The very same text.")
    watch = g.files.watching.add("local", str(folder))
    looked(g, watch)
    ((_, first),) = names(g)
    (folder / first).unlink()
    looked(g, watch)
    looked(g, watch)
    assert names(g) == {("Watched/papers", "b.txt" if first == "a.txt" else "a.txt")}


def test_links_are_not_followed_and_nothing_outside_is_read(open_groundwork: Open, tmp_path: Path) -> None:
    g, folder = open_groundwork(), tmp_path / "papers"
    write(tmp_path / "secret" / "key.txt", "The secret is swordfish.")
    write(folder / "a.txt", "Plain.")
    (folder / "link.txt").symlink_to(tmp_path / "secret" / "key.txt")
    (folder / "linked").symlink_to(tmp_path / "secret")
    os.mkfifo(folder / "pipe.txt")
    watch = g.files.watching.add("local", str(folder))
    looked(g, watch)
    assert names(g) == {("Watched/papers", "a.txt")}


def test_a_file_that_becomes_a_link_between_look_and_reading_is_not_read(tmp_path: Path) -> None:
    from runs.folder_look import read_inside

    write(tmp_path / "out.txt", "Secret.")
    write(tmp_path / "in" / "d" / "a.txt", "Plain.")
    assert read_inside(tmp_path / "in", "d/a.txt", 100) == b"Plain."
    (tmp_path / "in" / "l.txt").symlink_to(tmp_path / "out.txt")
    (tmp_path / "in" / "dl").symlink_to(tmp_path)
    for path in ("l.txt", "dl/out.txt", "../out.txt", "/etc/hostname", "d/../../out.txt", ""):
        with pytest.raises(OSError, match=r"."):
            read_inside(tmp_path / "in", path, 100)
    with pytest.raises(ValueError, match="larger"):
        read_inside(tmp_path / "in", "d/a.txt", 3)


def test_who_may_watch_what(open_groundwork: Open, tmp_path: Path) -> None:
    g, folder = open_groundwork(), tmp_path / "papers"
    write(folder / "a.txt", "Plain.")
    watching = g.files.watching
    for place in (
        str(tmp_path / "home"),
        str(tmp_path),
        "/",
        "relative",
        str(tmp_path / "nowhere"),
        str(folder / "a.txt"),
        "file:///etc",
        "ftp://x/y",
    ):
        with pytest.raises(BadGoal):
            watching.add("local", place)
    watch = watching.add("local", str(folder))
    with pytest.raises(BadGoal, match="already"):
        watching.add("local", f"{folder}/")
    with pytest.raises(NotFound):
        watching.remove("eve", watch.id)
    looked(g, watch)
    g.control.add_user("local", "root", "admin", "a long password")
    g.control.add_user("root", "mia", "member", "a long password")
    with pytest.raises(NotAllowed, match="admin"):
        watching.add("mia", str(folder))
    own = watching.add("root", str(folder))
    assert looked(g, own, "root").items == 1
    write(folder / "b.txt", "Written after the local user lost the right.")
    assert "admin" in looked(g, watch).problem
    assert ("Watched/papers", "b.txt") not in names(g)
    g.control.change_user("root", "mia", role="admin")
    assert looked(g, watching.add("mia", str(folder)), "mia").items == 2


def test_a_folder_that_is_not_there_takes_nothing_with_it(open_groundwork: Open, tmp_path: Path) -> None:
    g, folder = open_groundwork(), tmp_path / "papers"
    for n in range(12):
        write(folder / f"{n}.txt", f"Text number {n}.")
    watch = g.files.watching.add("local", str(folder))
    looked(g, watch)
    folder.rename(tmp_path / "away")
    assert "not there" in looked(g, watch).problem
    assert len(names(g)) == 12
    folder.mkdir()  # as an empty mount point
    now = looked(g, watch)
    assert now.confirm == 12
    assert "Nothing was removed" in now.problem
    assert len(names(g)) == 12
    g.files.watching.confirm_gone("local", watch.id)
    until = time.monotonic() + 30
    while names(g) and time.monotonic() < until:
        time.sleep(0.1)
    assert names(g) == set()
    assert looked(g, watch).problem == ""


def test_it_goes_on_after_a_restart_and_ends_with_its_documents(open_groundwork: Open, tmp_path: Path) -> None:
    g, folder = open_groundwork(), tmp_path / "papers"
    write(folder / "a.txt", "The boat leaves on Monday.")
    watch = g.files.watching.add("local", str(folder))
    looked(g, watch)
    g.close()
    (folder / "a.txt").unlink()
    write(folder / "b.txt", "While nobody looked.")
    g = open_groundwork()
    looked(g, watch)
    assert names(g) == {("Watched/papers", "b.txt")}
    g.files.watching.remove("local", watch.id, documents=True)
    until = time.monotonic() + 20
    while g.files.watching.list("local") and time.monotonic() < until:
        time.sleep(0.05)
    assert names(g) == set()
    assert (folder / "b.txt").exists()


_KILLED = """
import os, sys, time
from pathlib import Path
from runs.service import Groundwork
from runs.settings import Settings
g = Groundwork.open(Settings(Path(sys.argv[1])))
g.files.watching.add("local", sys.argv[2])
print("watching", flush=True)
time.sleep(60)
"""


def test_killed_in_the_middle_nothing_is_lost_or_double(open_groundwork: Open, tmp_path: Path) -> None:
    folder = tmp_path / "papers"
    for n in range(40):
        write(folder / f"{n}.txt", f"Text number {n} of the watched folder.")
    args = [sys.executable, "-c", _KILLED, str(tmp_path / "home"), str(folder)]
    for wait in (2.3, 2.6):
        process = subprocess.Popen(args, cwd=ROOT, stdout=subprocess.PIPE, text=True, start_new_session=True)
        assert process.stdout
        process.stdout.readline()
        time.sleep(wait)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        args = [sys.executable, "-c", _KILLED.replace('g.files.watching.add("local", sys.argv[2])', ""), *args[3:]]
    g = open_groundwork()
    looked(g, g.files.watching.list("local")[0])
    assert names(g) == {("Watched/papers", f"{n}.txt") for n in range(40)}
    assert len(g.memory("local").documents()) == 40


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
