"""Looks after what is watched: what is new or changed in a folder, feed or sitemap comes in, what is gone goes out.

A look compares what is there with the rows of what is known, and queues jobs under ids made from the item and its stamp;
so a crash in the middle of a look leaves nothing out and brings nothing in twice. Reading and embedding are the queue's
work (`ingestion.py`). Entries that a feed drops stay: a feed shows its latest, it does not take back the others.

A folder of this machine is open only to the user of a single-user install and to admins; that is asked again at every
look. Nothing outside it is read (`folder_look.py`). Feeds and pages go through the guarded fetch.
"""

from __future__ import annotations

import hashlib
import logging
import re
import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path, PurePosixPath
from urllib.parse import urlsplit

from memory.store import Memory
from memory.types import MemoryFault
from runs.accounts import somebody
from runs.audit_book import Book
from runs.database import Database, unstored
from runs.errors import BadGoal, NotAllowed
from runs.feeds import LARGEST, MOST_MAPS, MOST_PAGES, is_sitemap, locations, read_feed
from runs.folder_look import MOST, FolderGone, checked, look, read_inside
from runs.held import Held
from runs.jobs import Jobs, NewJob
from runs.ledger import new_id
from runs.types import IngestJob
from runs.watches import Item, Watch, Watches
from tools.base import RetryTool, ToolFailed
from tools.guarded_fetch import Fetched, fetch

logger = logging.getLogger("groundwork.watching")
LOOK = 2.0  # seconds between two questions what is due
EVERY = {"folder": 20.0, "feed": 1800.0, "sitemap": 21600.0}  # seconds between two looks
AGAIN = 600.0  # after a look that failed for a fault that may pass
MANY = 10  # items: if so many or more, and all there are, have gone at once, the user is asked
FOLDER_REFUSED = (
    "A folder of this machine can be watched only by an admin (or by the one user of an install without accounts), because "
    "Groundwork would read its files with its own rights. Nothing is watched. Upload the files, or ask an admin."
)
New = dict[str, tuple[str, NewJob, bytes | None]]  # item -> (stamp, job, its file when it is not fetched)


class Watching:
    """Thread-safe. Every method that takes a user reaches only what is theirs."""

    def __init__(
        self,
        home: Path,
        database: Database,
        memory: Memory,
        is_admin: Callable[[str], bool],
        allow_private: bool = False,
    ) -> None:
        self._home, self._memory, self._is_admin, self._allow_private = home, memory, is_admin, allow_private
        self._rows, self._jobs, self._book = Watches(database), Jobs(database), Book(database)
        self._files = home / "uploads" / "jobs"
        self._closing, self._news, self.held = threading.Event(), threading.Event(), Held()
        self._queue_turn: Callable[[str], None] = lambda user: None
        self._thread: threading.Thread | None = None

    def start(self, queue_turn: Callable[[str], None]) -> None:
        self._queue_turn = queue_turn
        self._thread = threading.Thread(target=self._work, name="watching", daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._closing.set()
        self._news.set()
        if self._thread is not None:
            self._thread.join(timeout=30)

    # --- for the user
    def may_watch_folders(self, user: str) -> bool:
        return self._is_admin(user)

    def list(self, user: str) -> list[Watch]:
        return self._rows.list(user)

    def watch_of(self, user: str, id: str) -> Watch | None:
        """A watch whose files may be read now, for who reads them; None when it is gone or the user may no longer."""
        found = self._rows.watch_of_any_user(id)
        if found is None or found.user != user:
            return None
        return found if found.kind != "folder" or self.may_watch_folders(user) else None

    def read(self, user: str, job: IngestJob, most: int) -> bytes | None:
        """What a file of a watched folder holds now; None when it is not watched any more. Raises OSError, ValueError."""
        if (watch := self.watch_of(user, job.parent)) is None:
            return None
        inside = PurePosixPath(Path(job.origin).relative_to(watch.place))
        return read_inside(Path(watch.place), str(inside), most)

    def add(self, user: str, place: str) -> Watch:
        """Watch a folder (a path), a feed or a sitemap (an address). Raises BadGoal, NotAllowed."""
        somebody(user)
        place = place.strip()
        if re.match(r"[a-z][a-z0-9+.-]*://", place, re.I):
            if not re.match(r"https?://[^/\s]+", place):
                raise BadGoal("That is no web address: it begins with http:// or https://. Nothing is watched.")
            kind = "sitemap" if is_sitemap(place) else "feed"
            host = (urlsplit(place).hostname or "web").removeprefix("www.")
            folder, device = f"Web/{host}", ""
        else:
            if not self.may_watch_folders(user):
                raise NotAllowed(FOLDER_REFUSED)
            path = checked(place, self._home)
            kind, place, folder, device = "folder", str(path), f"Watched/{path.name}", str(path.stat().st_dev)
        every = self._rows.list(user)
        if any(w.place == place for w in every):
            raise BadGoal(f"{place} is watched already.")
        if kind == "folder":
            taken = {w.folder for w in every}
            name, n = folder, 1
            while folder in taken:
                n += 1
                folder = f"{name} {n}"
        id = new_id()
        self._rows.add(id, user, kind, place, folder, device)
        self._book.add("WatchAdded", user, {"kind": kind, "place": place})
        self._news.set()
        return self._rows.get(user, id)

    def look_now(self, user: str, id: str) -> None:
        self._rows.get(user, id)
        self._rows.soon(user, id)
        self._news.set()

    def pause(self, user: str, id: str, paused: bool) -> None:
        self._rows.get(user, id)
        self._rows.pause(user, id, paused)
        self._news.set()

    def remove(self, user: str, id: str, documents: bool = False) -> None:
        """Watch no longer; with `documents` what came in through it goes too, in the background."""
        watch = self._rows.get(user, id)
        self._book.add("WatchRemoved", user, {"place": watch.place, "with its documents": documents})
        if documents:
            self._rows.end(user, id)
            self._news.set()
        else:
            self._rows.remove(user, id)

    def confirm_gone(self, user: str, id: str) -> None:
        """They have really gone: what came from them is removed as well."""
        self._rows.get(user, id)
        self._rows.confirm(user, id)
        self._news.set()

    # --- looking
    def _work(self) -> None:
        while not self._closing.is_set():
            self._news.wait(LOOK)
            self._news.clear()
            try:
                for watch in self._rows.due():
                    if self._closing.is_set():
                        return
                    with self.held.work(watch.user) as free:
                        now = self._rows.watch_of_any_user(watch.id)  # the one before it may have taken long
                        if free and now is not None:
                            (self._end if now.ending else self._look)(now)
            except Exception as e:
                if self._closing.is_set() or unstored(e):
                    continue
                logger.exception("what is watched could not be looked at; tried again")

    def _end(self, watch: Watch) -> None:
        items = self._rows.items(watch.id)
        self._take_out(watch, items, [*items])
        if not self._rows.items(watch.id):  # else one is being read at this moment
            self._rows.remove(watch.user, watch.id)

    def _look(self, watch: Watch) -> None:
        came, gone, confirm, problem, wait = 0, 0, 0, "", EVERY[watch.kind]
        try:
            known = self._rows.items(watch.id)
            new, left, problem, unsettled = self._there(watch, known)
            if len(left) >= MANY and len(left) == len(known) and watch.confirm >= 0:
                confirm = len(left)
                problem = (
                    f"All {confirm:,} items are gone at once. Nothing was removed; say below whether that is meant."
                )
            elif left:
                gone = self._take_out(watch, known, left)
            came = self._bring_in(watch, new)
            wait = LOOK if unsettled else wait
        except (FolderGone, ToolFailed, NotAllowed) as e:
            problem = f"{e} Nothing was changed; it is looked at again."
        except RetryTool as e:
            problem, wait = f"{e} Nothing was changed; it is tried again in {AGAIN / 60:.0f} minutes.", AGAIN
        except MemoryFault as e:
            problem = str(e)
        except Exception as e:
            if self._closing.is_set() or unstored(e):
                raise
            logger.exception("looking at %s failed", watch.place)
            problem, wait = f"Something went wrong inside Groundwork (reference {watch.id}). It is tried again.", AGAIN
        following = (datetime.now(UTC) + timedelta(seconds=wait)).isoformat(timespec="milliseconds")
        self._rows.looked(watch.id, following, problem, came, gone, confirm)

    def _there(self, watch: Watch, known: Mapping[str, Item]) -> tuple[New, list[str], str, bool]:
        """(what is new or changed, ids of what has gone, a problem to tell, is something still being written?)"""
        if watch.kind == "folder":
            return self._in_folder(watch, known)
        if watch.kind == "sitemap":
            return self._in_sitemap(watch, known)
        fetched, new = self._fetched(watch.place), New()
        feed = read_feed(fetched.body, fetched.url)
        for e in feed.entries:
            if e.id in known and known[e.id].stamp == e.stamp:
                continue
            if e.whole or not e.link:
                name, page = e.document()
                new[e.id] = (e.stamp, self._job(watch, e.id, e.stamp, name, "entry", e.link or watch.place), page)
            else:
                new[e.id] = (e.stamp, self._job(watch, e.id, e.stamp, e.link, "url", e.link), None)
        return new, [], "" if feed.entries else "There are no entries in it yet.", False

    def _in_sitemap(self, watch: Watch, known: Mapping[str, Item]) -> tuple[New, list[str], str, bool]:
        """One that lists sitemaps stands for the pages of these; when one of them cannot be had, nothing is changed."""
        fetched = self._fetched(watch.place)
        host = urlsplit(fetched.url).hostname
        found, maps = locations(fetched.body)
        for address in [m for m in dict.fromkeys(maps) if urlsplit(m).hostname == host][:MOST_MAPS]:
            found += locations(self._fetched(address).body)[0]
        pages = dict(p for p in found if urlsplit(p[0]).hostname == host)
        new: New = {}
        for page, stamp in [*pages.items()][:MOST_PAGES]:
            if page not in known or known[page].stamp != stamp:
                new[page] = (stamp, self._job(watch, page, stamp, page, "url", page), None)
        if not pages:
            return {}, [], "There are no addresses of this site in it. Nothing was changed.", False
        over = len(pages) - MOST_PAGES
        more = f"{over:,} of its pages are left out: {MOST_PAGES} are the most." if over > 0 else ""
        return new, [i for i in known if i not in pages], more, False

    def _fetched(self, address: str) -> Fetched:
        return fetch(address, self._allow_private, kinds=(), most_bytes=LARGEST, seconds=60)

    def _in_folder(self, watch: Watch, known: Mapping[str, Item]) -> tuple[New, list[str], str, bool]:
        if not self.may_watch_folders(watch.user):
            raise NotAllowed(FOLDER_REFUSED.replace("Nothing is watched. ", ""))
        root = Path(watch.place)
        found, left_out, trouble = look(root)
        if str(root.stat().st_dev) != watch.device:
            raise FolderGone(f"Another disk is in the place of {root}. Connect the one that was there.")
        new: New = {}
        for inside, stamp in found.items():
            if stamp and (inside not in known or known[inside].stamp != stamp):
                folder, _, name = inside.rpartition("/")
                job = self._job(watch, inside, stamp, name, "watched", str(root / inside), folder)
                new[inside] = (stamp, job, None)
        if len(found) >= MOST:
            trouble = f"It has more than {MOST:,} files; {left_out:,} are left out, and nothing is removed."
        elif trouble:
            trouble = f"{trouble}. The rest is taken in; nothing is removed meanwhile."
        return new, [] if trouble else [i for i in known if i not in found], trouble, not all(found.values())

    def _job(self, w: Watch, item: str, stamp: str, name: str, kind: str, origin: str, folder: str = "") -> NewJob:
        digest = hashlib.sha256(f"{item}\n{stamp}".encode("utf-8", "surrogateescape")).hexdigest()[:16]
        place = "/".join(p for p in (w.folder, folder) if p) if kind != "url" else ""
        return NewJob(f"{w.id}-{digest}", name, place, kind, origin, w.id)

    def _bring_in(self, watch: Watch, new: New) -> int:
        if not new:
            return 0
        self._files.mkdir(parents=True, exist_ok=True)
        for _, job, data in new.values():
            if data is not None:
                (self._files / job.id).write_bytes(data)
        self._jobs.add(watch.user, [job for _, job, _ in new.values()], again=True)
        self._rows.know(watch.id, [(item, stamp, job.id) for item, (stamp, job, _) in new.items()])
        self._queue_turn(watch.user)
        return len(new)

    def _take_out(self, watch: Watch, known: Mapping[str, Item], left: list[str]) -> int:
        """Remove the documents of these items; one that is being read just now goes at the next look."""
        left = [i for i in left if known[i].state != "working"]
        memory = self._memory.for_user(watch.user)
        self._jobs.drop([known[i].job for i in left if known[i].state == "queued"])
        own = {known[i].document for i in left if known[i].own}
        paths = {str(Path(watch.place) / i) for i in left} if watch.kind == "folder" else set[str]()
        gone = [d.id for d in memory.documents() if (d.id in own and d.origin) or d.origin in paths]
        for document in gone:
            receipt = memory.delete(document)
            body = {"document": document, "left": receipt.left, "watch": watch.place}
            self._book.add("DocumentDeleted", watch.user, body, decision=receipt.status)
        self._jobs.drop([known[i].job for i in left])
        self._rows.unknow(watch, left, gone)
        return len(gone)
