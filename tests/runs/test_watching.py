"""Watched folders in the real service: what comes in, what goes out, what is never read."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from runs.errors import BadGoal, NotAllowed, NotFound
from runs.service import Groundwork
from runs.types import Upload
from tests.runs.conftest import Open, looked

ROOT = Path(__file__).parents[2]


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    os.utime(path, ns=(time.time_ns() - 5_000_000_000, time.time_ns() - 5_000_000_000 + hash(text) % 1000))


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
