"""Files on their way into memory: kept on disk until taken in or refused, a user's one after the other, several users'
side by side.

The rows of `jobs.py` are the queue; the durable queue engine only sees to it that somebody works on them. What a job is,
and how it is done, is `taking_in.py`'s. What is killed in the middle is begun again; memory knows what it has by its
content, so nothing is in it twice.
"""

from __future__ import annotations

import asyncio
import logging
import re
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from memory.names import derived
from memory.parsing.archive import is_archive
from memory.store import Memory
from memory.types import Incoming, MemoryFault
from runs.accounts import somebody
from runs.database import Database
from runs.errors import BadGoal, NoStorage
from runs.feeds import is_sitemap
from runs.held import Held, persevere
from runs.jobs import TRIES, Jobs, NewJob
from runs.ledger import new_id
from runs.taking_in import TakingIn
from runs.types import FileQueue, IngestJob, Upload
from runs.uploads import all_or_none
from runs.watching import Watching
from tools.base import RetryTool, ToolFailed

logger = logging.getLogger("groundwork.ingestion")
_TURN = 5.0  # seconds that one user's files are worked on before another user's turn comes
_GROUP = 32  # small files that go in together
_AGAIN = 2.0  # seconds after which a turn that failed goes on


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
        self._taking_in = TakingIn(self._folder, self.jobs, memory, self.watching, allow_private)
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
            data = None if job.tries else self._taking_in.small(user, job)
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
            self._taking_in.take(user, job)
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
