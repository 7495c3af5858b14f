"""Files on their way into memory: kept on disk until taken in or refused, a user's one after the other, several users'
side by side.

The rows of `jobs.py` are the queue; the durable queue engine only sees to it that somebody works on them. A file, an
archive (whose files become jobs of their own), a web address and a sitemap are jobs. What is killed in the middle is
begun again; memory knows what it has by its content, so nothing is in it twice.
"""

from __future__ import annotations

import asyncio
import logging
import re
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from memory.names import derived
from memory.parsing.archive import is_archive, members
from memory.store import Memory
from memory.types import Incoming, MemoryFault, Trust
from runs.accounts import somebody
from runs.database import Database
from runs.errors import BadGoal, NoStorage
from runs.feeds import LARGEST, MOST_PAGES, folder_of, is_sitemap, kind_of, locations, name_of
from runs.held import Held, persevere
from runs.jobs import TRIES, Jobs, NewJob, receipt_json
from runs.ledger import new_id
from runs.types import FileQueue, IngestJob, Upload
from runs.uploads import all_or_none
from runs.watching import Watching
from tools.base import RetryTool, ToolFailed
from tools.guarded_fetch import Fetched, fetch

logger = logging.getLogger("groundwork.ingestion")
_TURN = 5.0  # seconds that one user's files are worked on before another user's turn comes
_GROUP, _SMALL = 32, 64_000  # files that go in together; the size in bytes of the largest of them
_AGAIN = 2.0  # seconds after which a turn that failed goes on
_TELL = 0.25  # seconds between two notes of progress


class Ingestion:
    def __init__(
        self,
        home: Path,
        database: Database,
        memory: Memory,
        is_admin: Callable[[str], bool],
        allow_private: bool = False,
    ) -> None:
        self._folder, self.jobs, self._memory = home / "uploads" / "jobs", Jobs(database), memory
        self.watching = Watching(home, database, memory, is_admin, allow_private)
        self._allow_private = allow_private
        self._closing, self._held = threading.Event(), Held()
        self._queue_turn: Callable[[str], None] = lambda user: None

    def start(self, queue_turn: Callable[[str], None]) -> None:
        """queue_turn(user) has `execute` called soon. What an earlier process left is taken up."""
        self._queue_turn = queue_turn
        for user in self.jobs.users():
            queue_turn(user)
        self.watching.start(queue_turn)

    def close(self) -> None:
        """No further file is begun."""
        self._closing.set()
        self.watching.close()

    def accept(self, user: str, uploads: Sequence[Upload]) -> list[IngestJob]:
        """The files first, then their rows: a row always has its file, and a file its row. Raises NoStorage, NotAllowed."""
        somebody(user)
        new = [NewJob(new_id(), u.name, u.folder) for u in uploads]
        with all_or_none() as put:
            for job, upload in zip(new, uploads, strict=True):
                put(self._folder / job.id, upload.data)
            self.jobs.add(user, new)
        self._queue_turn(user)
        return [self.jobs.get(j.id)[1] for j in new]

    def accept_address(self, user: str, address: str, folder: str) -> IngestJob:
        """A web page, a document on the web, or a sitemap (by its name). Raises BadGoal for what is no address."""
        address = address.strip()
        if not re.match(r"https?://[^/\s]+", address):
            raise BadGoal("That is not a web address: it begins with http:// or https://. Nothing was queued.")
        kind = "sitemap" if is_sitemap(address) else "url"
        job = NewJob(new_id(), address, folder, kind, address)
        self.jobs.add(user, [job])
        self._queue_turn(user)
        return self.jobs.get(job.id)[1]

    def queue(self, user: str, limit: int = 8) -> FileQueue:
        """How the user's uploads stand: counts, what is at work, what failed."""
        jobs = self.jobs
        return FileQueue(jobs.counts(user), jobs.at_work(user, limit), jobs.failed(user, 50), jobs.stopped(user))

    def stop(self, user: str, stopped: bool = True) -> None:
        """Hold the user's queue after the file that is being read, or (False) go on. Survives a restart."""
        self.jobs.stop(user, stopped)
        if not stopped:
            self._queue_turn(user)

    def retry(self, user: str, job: str) -> None:
        self.jobs.retry(user, job)
        self._queue_turn(user)

    def cancel(self, user: str) -> int:
        """Take what waits out of the queue, with its files; how many there were."""
        gone = self.jobs.cancel(user)
        for job in gone:
            (self._folder / job).unlink(missing_ok=True)
        return len(gone)

    def kept(self, user: str) -> list[Path]:
        """Where the files of the user's uploads are while they wait, or wait for another try."""
        return [self._folder / job.id for job in self.jobs.list(user, None)]

    @contextmanager
    def held(self, user: str, seconds: float) -> Iterator[None]:
        """Nothing of this user is being read, and nothing is looked at for them. Raises TimeoutError when what is being
        read takes longer than this; it all goes on then, as it does afterwards."""
        try:
            with self._held.hold(user, seconds), self.watching.held.hold(user, seconds):
                yield
        finally:
            if self.jobs.next(user):
                self._queue_turn(user)

    def dismiss(self, user: str, job: str) -> None:
        """A failed upload is not shown any more."""
        self.jobs.dismiss(user, job)
        (self._folder / job).unlink(missing_ok=True)

    async def execute(self, pseudonym: str) -> None:
        """Work on a user's files for a turn; when some are left, another turn is queued. The queue sees to it that a user
        has one turn at a time, and that no file of somebody else's is waited for."""
        for user in self.jobs.users():
            if derived(user) == pseudonym:
                await asyncio.get_running_loop().run_in_executor(None, self._turn, user)

    def _turn(self, user: str) -> None:
        """Never given up before it has come to its end: nothing else would queue the next one."""
        persevere(lambda: self._queue_turn(user) if self._some(user) else None, self._closing, _AGAIN)

    def _some(self, user: str) -> bool:
        """Read some of the user's files; are there more?"""
        until = time.monotonic() + _TURN
        with self._held.work(user) as free:
            while free and not self._closing.is_set() and (jobs := self.jobs.next(user, _GROUP)):
                if not self._take_group(user, jobs):
                    self._work(jobs[0])
                if time.monotonic() > until or self._held.holds(user):
                    break
        if self._held.holds(user):
            return False  # whoever holds them queues the next turn
        return not self._closing.is_set() and bool(self.jobs.next(user))

    def _take_group(self, user: str, ids: Sequence[str]) -> bool:
        """Small files that nothing happened to yet go in together; False when the first of `ids` is not one of them.

        One that takes the process down has the others of its group tried again too, but each for itself.
        """
        group: dict[str, Incoming] = {}
        for id in ids:
            if (known := self.jobs.find(id)) is None:
                continue  # it was taken out of the queue at this moment
            job = known[1]
            data = None if job.tries else self._small(user, job)
            if data is None or is_archive(data):
                break
            group[id] = Incoming(job.name, data, folder=job.folder, origin=job.origin)
        if len(group) < 2:
            return False
        begun = self.jobs.begin(*group)
        group = {id: file for id, file in group.items() if id in begun}
        try:
            receipts = self._memory.for_user(user).add_all([*group.values()])
        except Exception:
            # One of them met a bug or a fault of the system: each is tried again by itself, which tells whose it is.
            if not self._closing.is_set():
                logger.exception("a group of %d files failed; they are tried one by one", len(group))
            return True
        ended = dict(zip(group, receipts, strict=True))
        self.jobs.told(ended)
        for id, receipt in ended.items():
            if receipt.status != "failed":
                (self._folder / id).unlink(missing_ok=True)
        return True

    def _small(self, user: str, job: IngestJob) -> bytes | None:
        """What a small file holds; None for anything that has to be looked at by itself."""
        path = self._folder / job.id
        if job.kind == "file" and path.is_file() and path.stat().st_size <= _SMALL:
            return path.read_bytes()
        if job.kind == "watched":
            try:
                return self.watching.read(user, job, _SMALL)
            except (OSError, ValueError):
                return None
        return None

    def _work(self, id: str) -> None:
        known, tries = self.jobs.find(id), self.jobs.begin(id)
        if known is None or id not in tries:
            return  # it was taken out of the queue at this moment
        user, job = known
        if tries[id] > TRIES:
            why = f"Reading it failed {TRIES} times, or stopped Groundwork; it was set aside. The other files are not affected."
            self.jobs.update(id, state="failed", status="failed", message=f"{job.message} {why}".strip())
            return
        try:
            if job.kind in ("file", "entry"):
                self._take_file(user, job)
            elif job.kind == "watched":
                self._take_watched(user, job)
            elif job.kind == "url":
                self._take_page(user, job)
            else:
                self._take_sitemap(user, job)
        except (ToolFailed, MemoryFault) as e:
            self.jobs.update(id, state="failed", status="failed", message=str(e))
        except (RetryTool, OSError, NoStorage) as e:
            self.jobs.update(id, state="queued", message=str(e))
            self._closing.wait(1.0)
        except Exception:
            if self._closing.is_set():  # memory is closed below us: it goes on at the next start
                return
            logger.exception("ingestion job %s failed", id)
            why = f"Something went wrong inside Groundwork while reading it (reference {id}). Other files are not affected. Try it again."
            self.jobs.update(id, state="failed", status="failed", message=why)

    def _take_file(self, user: str, job: IngestJob) -> None:
        path = self._folder / job.id
        try:
            data = path.read_bytes()
        except FileNotFoundError:
            self.jobs.update(job.id, state="failed", status="failed", message="Its file is gone. Upload it again.")
            return
        if job.kind == "entry":
            self._store(user, job, job.name, data, "external", job.origin)
        elif is_archive(data):
            self._unpack(user, job, data)
        else:
            self._store(user, job, job.name, data)
        now = self.jobs.find(job.id)
        if now is None or now[1].state == "done":  # one that failed is kept for another try
            path.unlink(missing_ok=True)

    def _store(
        self, user: str, job: IngestJob, name: str, data: bytes, trust: Trust = "user", origin: str = ""
    ) -> None:
        told = 0.0

        def progress(stage: str, done: int, total: int) -> None:
            nonlocal told
            if time.monotonic() - told > _TELL:
                told = time.monotonic()
                self.jobs.update(job.id, stage=stage, done=done, total=total)

        receipt = self._memory.for_user(user).add(name, data, progress, trust, folder=job.folder, origin=origin)
        self.jobs.told({job.id: receipt})

    def _unpack(self, user: str, job: IngestJob, data: bytes, kind: str = "file") -> None:
        """The files of an archive become jobs under ids made from this one's: unpacking it again adds none twice.

        kind: of these jobs; "entry" where the archive is a stranger's.
        """
        self.jobs.update(job.id, stage="unpacking")
        self._folder.mkdir(parents=True, exist_ok=True)  # where nothing but addresses was handed in, there is none yet
        below = re.sub(r"\.zip$", "", job.name, flags=re.I)
        new, skipped = list[NewJob](), list[str]()
        with all_or_none() as put:
            for n, member in enumerate(members(job.name, data)):
                place = "/".join(x for x in (job.folder, below, member.folder) if x)
                if member.skipped:
                    skipped.append(f"{member.name}: {member.skipped}")
                    continue
                child = NewJob(f"{job.id}-{n}", member.name, place, kind, job.origin, job.id)
                put(self._folder / child.id, member.data)
                new.append(child)
            self.jobs.add(user, new)
        left = (
            f" Left out: {'; '.join(skipped[:5])}{f' and {len(skipped) - 5} more' if len(skipped) > 5 else ''}."
            if skipped
            else ""
        )
        said = f"{len(new):,} file{'' if len(new) == 1 else 's'} taken out of it.{left}"
        state = "done" if new else "failed"
        self.jobs.update(
            job.id, state=state, status="unpacked", message=said, receipt=receipt_json({"skipped": skipped})
        )

    def _take_page(self, user: str, job: IngestJob) -> None:
        self.jobs.update(job.id, stage="fetching")
        fetched = fetch(job.origin, self._allow_private, kinds=(), most_bytes=LARGEST, seconds=120)
        what = kind_of(fetched.body) if "xml" in fetched.kind else ""
        if what == "sitemap":
            self._queue_pages(user, job, fetched)
            return
        if what == "feed":
            raise ToolFailed(
                "That address is a feed. Watch it (“Watch a folder or feed”), then its entries come in. Nothing was taken in."
            )
        name = name_of(fetched.url, fetched.kind)
        placed = replace(job, name=name, folder=job.folder or folder_of(fetched.url), origin=fetched.url)
        if is_archive(fetched.body):
            self._unpack(user, placed, fetched.body, "entry")
            return
        self._store(user, placed, name, fetched.body, "external", fetched.url)

    def _take_watched(self, user: str, job: IngestJob) -> None:
        """A file of a watched folder, as it is now; the folder's own rules hold at this moment too."""
        try:
            data = self.watching.read(user, job, LARGEST)
        except FileNotFoundError:
            self.jobs.update(job.id, state="done", status="gone", message=f"{job.name} is gone from its folder.")
            return
        except (OSError, ValueError) as e:
            why = f"{job.name} cannot be read ({getattr(e, 'strerror', None) or e}). It is read when it changes."
            self.jobs.update(job.id, state="failed", status="failed", message=why)
            return
        if data is None:
            self.jobs.update(job.id, state="done", status="gone", message=f"{job.name} is not watched any more.")
            return
        self._store(user, job, job.name, data, "user", job.origin)

    def _take_sitemap(self, user: str, job: IngestJob) -> None:
        self.jobs.update(job.id, stage="fetching")
        self._queue_pages(user, job, fetch(job.origin, self._allow_private, kinds=(), most_bytes=LARGEST, seconds=60))

    def _queue_pages(self, user: str, job: IngestJob, fetched: Fetched) -> None:
        pages, maps = locations(fetched.body)
        host = urlsplit(fetched.url).hostname
        own = [p for p in dict.fromkeys(p for p, _ in pages) if urlsplit(p).hostname == host]
        new = [NewJob(f"{job.id}-{n}", p, job.folder, "url", p, job.id) for n, p in enumerate(own[:MOST_PAGES])]
        if not job.id.count("-"):  # a sitemap of sitemaps; those name pages only
            new += [
                NewJob(f"{job.id}-m{n}", m, job.folder, "sitemap", m, job.id)
                for n, m in enumerate(dict.fromkeys(m for m in maps if urlsplit(m).hostname == host))
            ][:20]
        self.jobs.add(user, new)
        left = len(own) - MOST_PAGES
        more = f" {left:,} more were left out: {MOST_PAGES} are the most." if left > 0 else ""
        told = f"{len(new):,} address{'' if len(new) == 1 else 'es'} queued.{more}"
        said = told if new else "There are no addresses of this site in it."
        self.jobs.update(job.id, state="done" if new else "failed", status="unpacked", message=said)
