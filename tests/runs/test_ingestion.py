"""The queue of uploads: archives, addresses, tries, stop and go on, kill -9 in the middle; the real service each time."""

from __future__ import annotations

import errno
import http.server
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from memory.embedding import Embedder
from memory.store import Memory
from runs.errors import BadGoal, NoStorage, NotFound
from runs.service import Groundwork
from runs.types import FileQueue, Upload
from tests.memory.more_files import archive

ROOT = Path(__file__).parents[2]
Open = Callable[..., Groundwork]


def settled(g: Groundwork, user: str = "ann", seconds: float = 60) -> FileQueue:
    until = time.monotonic() + seconds
    while (queue := g.files.queue(user)).open and not queue.stopped:
        assert time.monotonic() < until, queue
        time.sleep(0.05)
    return queue


def test_an_archive_becomes_its_files_in_their_folders(open_groundwork: Open) -> None:
    g = open_groundwork()
    inner = archive({"x.txt": b"An archive in an archive."})
    data = archive(
        {
            "notes/a.txt": b"The boat leaves on Monday morning.",
            "b.md": b"# Harbour\n\nThe fee is 40 euros.",
            "../../up.txt": b"This one wants to leave its folder.",
            "more.zip": inner,
            "broken.pdf": b"%PDF-1.4 nothing",
            "__MACOSX/._a.txt": b"junk",
        }
    )
    g.ingest("ann", [Upload("trip.zip", data, "Sailing")])
    queue = settled(g)
    found = {(d.folder, d.name) for d in g.memory("ann").documents()}
    assert found == {("Sailing/trip/notes", "a.txt"), ("Sailing/trip", "b.md"), ("Sailing/trip", "up.txt")}
    assert [j.name for j in queue.failed] == ["broken.pdf"]
    (job,) = [j for j in g.jobs("ann") if j.name == "trip.zip"]
    assert job.message.startswith("4 files taken out of it. Left out: more.zip: it is an archive inside an archive")


def test_the_same_name_in_two_folders_is_two_documents(open_groundwork: Open) -> None:
    g = open_groundwork()
    g.ingest("ann", [Upload("a.txt", b"The first text.", "one"), Upload("a.txt", b"The second text.", "two")])
    settled(g)
    g.ingest("ann", [Upload("a.txt", b"The third text.", "two")])
    settled(g)
    texts = {d.folder: g.memory("ann").text(d.id).strip() for d in g.memory("ann").documents()}
    assert texts == {"one": "The first text.", "two": "The third text."}


def test_a_stopped_queue_waits_through_a_restart_and_goes_on(open_groundwork: Open) -> None:
    g = open_groundwork()
    g.files.stop("ann")
    g.ingest("ann", [Upload("a.txt", b"Some words to keep.")])
    g.ingest("bob", [Upload("b.txt", b"Words of somebody else.")])
    settled(g, "bob")
    assert g.files.queue("ann").counts == {"queued": 1}
    g.close()
    g = open_groundwork()
    assert g.files.queue("ann").stopped
    g.files.stop("ann", False)
    assert settled(g).counts == {"done": 1}


def test_a_failed_upload_is_tried_again_or_dismissed(open_groundwork: Open) -> None:
    g = open_groundwork()
    g.ingest("ann", [Upload("a.pdf", b"%PDF-1.4 nothing"), Upload("b.pdf", b"%PDF-1.5 nothing")])
    first, second = settled(g).failed
    with pytest.raises(NotFound):
        g.files.retry("bob", first.id)
    g.files.retry("ann", first.id)
    assert {j.id for j in settled(g).failed} == {first.id, second.id}
    g.files.dismiss("ann", first.id)
    assert [j.id for j in g.files.queue("ann").failed] == [second.id]


def test_what_waits_can_be_taken_out(open_groundwork: Open, tmp_path: Path) -> None:
    g = open_groundwork()
    g.files.stop("ann")
    g.ingest("ann", [Upload(f"{i}.txt", b"Words number %d." % i) for i in range(5)])
    assert g.files.cancel("ann") == 5
    assert g.files.queue("ann").counts == {}
    assert not list((tmp_path / "home" / "uploads" / "jobs").iterdir())


@pytest.fixture
def site() -> Iterator[str]:
    pages = {
        "/sitemap.xml": ("application/xml", "<urlset xmlns='s'><url><loc>BASE/one</loc></url><url><loc>BASE/two.txt</loc></url><url><loc>http://elsewhere.example/x</loc></url></urlset>"),
        "/one": ("text/html", "<html><title>Tides</title><body><p>High water is at noon.</p></body></html>"),
        "/two.txt": ("text/plain", "Low water is at six."),
        "/all-pages": ("text/xml; charset=utf-8", "<urlset xmlns='s'><url><loc>BASE/one</loc></url></urlset>"),
        "/news": ("application/rss+xml", "<rss><channel><item><title>A</title><link>BASE/one</link></item></channel></rss>"),
        "/papers.zip": ("application/zip", archive({"a/tides.txt": b"Spring tides come after the full moon."})),
    }  # fmt: skip

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            kind, text = pages.get(self.path, ("text/plain", ""))
            self.send_response(200 if text else 404)
            self.send_header("Content-Type", kind)
            self.end_headers()
            self.wfile.write(text if isinstance(text, bytes) else text.replace("BASE", base).encode())

        def log_message(self, format: str, *args: object) -> None:
            return

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    base = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield base
    server.shutdown()
    server.server_close()


def test_a_sitemap_becomes_its_pages_which_are_external(open_groundwork: Open, site: str) -> None:
    g = open_groundwork(allow_private_addresses=True)
    g.files.accept_address("ann", f"{site}/sitemap.xml", "")
    queue = settled(g)
    assert not queue.failed
    documents = {d.name: d for d in g.memory("ann").documents()}
    assert set(documents) == {"one.html", "two.txt"}
    assert {d.trust for d in documents.values()} == {"external"}
    assert documents["one.html"].origin == f"{site}/one"
    assert documents["one.html"].title == "Tides"


def test_a_sitemap_is_known_by_what_it_is_a_feed_is_to_be_watched_and_an_archive_is_unpacked(
    open_groundwork: Open, site: str
) -> None:
    g = open_groundwork(allow_private_addresses=True)
    for address in ("all-pages", "news", "papers.zip"):
        g.files.accept_address("ann", f"{site}/{address}", "")
    (feed,) = settled(g).failed
    assert feed.name == f"{site}/news"
    assert "That address is a feed" in feed.message
    documents = {d.name: d for d in g.memory("ann").documents()}
    assert set(documents) == {"one.html", "tides.txt"}
    assert documents["tides.txt"].trust == "external"  # what is in a stranger's archive is a stranger's
    assert documents["tides.txt"].origin == f"{site}/papers.zip"


def test_an_internal_address_is_not_fetched(open_groundwork: Open, site: str) -> None:
    g = open_groundwork()
    g.files.accept_address("ann", f"{site}/one", "")
    (job,) = settled(g).failed
    assert "private or internal" in job.message
    with pytest.raises(BadGoal):
        g.files.accept_address("ann", "file:///etc/passwd", "")


def test_kill_9_in_the_middle_loses_nothing_and_doubles_nothing(tmp_path: Path) -> None:
    home = tmp_path / "home"
    code = (
        "import sys, time\nfrom pathlib import Path\nfrom runs.service import Groundwork\nfrom runs.settings import Settings\n"
        "from runs.types import Upload\nfrom tests.memory.more_files import archive\n"
        "if __name__ == '__main__':\n"
        "    g = Groundwork.open(Settings(Path(sys.argv[1])))\n"
        "    if len(sys.argv) > 2:\n"
        "        files = {f'd/{i}.txt': f'Note {i} says that boat {i} sails at dawn.'.encode() for i in range(30)}\n"
        "        g.ingest('ann', [Upload('all.zip', archive(files))])\n"
        "        print('accepted', flush=True)\n"
        "    while g.files.queue('ann').open:\n"
        "        time.sleep(0.02)\n"
        "    print('empty', flush=True)\n"
        "    g.close()\n"
    )
    script = tmp_path / "eat.py"
    script.write_text(code)

    def start(*more: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, str(script), str(home), *more],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            text=True,
        )

    process = start("go")
    assert process.stdout
    assert process.stdout.readline().strip() == "accepted"
    for wait in (0.6, 3.0, 4.5):
        time.sleep(wait)
        if process.poll() is not None:
            break
        process.send_signal(signal.SIGKILL)
        process.wait()
        process = start()
    assert process.communicate(timeout=120)[0].strip().endswith("empty")
    memory = Memory(home / "memory", Embedder())
    ann = memory.for_user("ann")
    assert sorted(d.name for d in ann.documents()) == sorted(f"{i}.txt" for i in range(30))
    assert sum(d.passages for d in ann.documents()) == 30
    memory.close()


def test_a_file_that_takes_the_process_down_is_set_aside(open_groundwork: Open) -> None:
    g = open_groundwork()
    g.files.stop("ann")
    (bad, _) = g.ingest("ann", [Upload("bad.txt", b"Some words."), Upload("good.txt", b"Other words.")])
    for _ in range(3):  # as if it had been killed while at work on it
        g.files.jobs.begin(bad.id)
    g.files.stop("ann", False)
    queue = settled(g)
    assert [j.name for j in queue.failed] == ["bad.txt"]
    assert "set aside" in queue.failed[0].message
    assert [d.name for d in g.memory("ann").documents()] == ["good.txt"]


@pytest.mark.parametrize("small", [True, False])
def test_a_job_that_is_taken_out_at_the_last_moment_does_not_stop_the_others(
    open_groundwork: Open, monkeypatch: pytest.MonkeyPatch, small: bool
) -> None:
    """The queue is emptied between the look at what comes next and its beginning."""
    g = open_groundwork()
    jobs, next_ = g.files.jobs, g.files.jobs.next
    monkeypatch.setattr("runs.taking_in.SMALL", 64_000 if small else 0)

    def and_gone(user: str, most: int = 1) -> list[str]:
        ids = next_(user, most)
        if ids:
            monkeypatch.setattr(jobs, "next", next_)
            g.files.cancel(user)
        return ids

    monkeypatch.setattr(jobs, "next", and_gone)
    g.ingest("u", [Upload("gone1.txt", b"one"), Upload("gone2.txt", b"two")])
    settled(g, "u")
    g.ingest("u", [Upload("here.txt", b"three")])
    settled(g, "u")
    assert [d.name for d in g.memory("u").documents()] == ["here.txt"]


def test_a_turn_that_failed_goes_on(open_groundwork: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    g = open_groundwork()
    jobs, begin, failed = g.files.jobs, g.files.jobs.begin, []
    monkeypatch.setattr("runs.ingestion._AGAIN", 0.05)

    def once(*ids: str) -> dict[str, int]:
        if not failed:
            failed.append(ids)
            raise sqlite3.OperationalError("a fault of this moment")
        return begin(*ids)

    monkeypatch.setattr(jobs, "begin", once)
    g.ingest("u", [Upload("a.txt", b"one")])
    settled(g, "u")
    assert failed
    assert [d.name for d in g.memory("u").documents()] == ["a.txt"]


def test_on_a_full_disk_nothing_is_queued_and_no_half_file_stays(
    open_groundwork: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    g = open_groundwork()
    write = Path.write_bytes

    def until_full(path: Path, data: bytes) -> int:
        if b"second" in data:
            write(path, data[:3])
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(path, data)

    monkeypatch.setattr(Path, "write_bytes", until_full)
    uploads = [Upload("a.txt", b"first"), Upload("b.txt", b"second")]
    with pytest.raises(NoStorage, match=r"No space left on device.*Nothing was queued"):
        g.ingest("u", uploads)
    with pytest.raises(NoStorage, match="Nothing was queued"):
        g.submit("u", "read them", "", uploads)
    assert (g.jobs("u"), g.runs("u")) == ([], [])
    assert [p for p in (tmp_path / "home" / "uploads").rglob("*") if p.is_file()] == []
