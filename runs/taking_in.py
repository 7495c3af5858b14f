"""What is done with one ingestion job: a file, an archive, a web page, a sitemap, a file of a watched folder.

It ends in memory, in further jobs (the files of an archive, the pages of a sitemap), or in a failure that the job's row
tells. Whose turn it is, and what becomes of a job that cannot be done now, is `ingestion.py`'s.
"""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from memory.parsing.archive import is_archive, members
from memory.store import Memory
from memory.types import Trust
from runs.feeds import LARGEST, MOST_MAPS, MOST_PAGES, folder_of, kind_of, locations, name_of
from runs.jobs import Jobs, NewJob, receipt_json
from runs.types import IngestJob
from runs.uploads import all_or_none
from runs.watching import Watching
from tools.base import ToolFailed
from tools.guarded_fetch import Fetched, fetch

SMALL = 64_000  # bytes of the largest file that goes in together with others
_TELL = 0.25  # seconds between two notes of progress
_TOLD = 5  # files of an archive that were left out, and are named


class TakingIn:
    def __init__(self, folder: Path, jobs: Jobs, memory: Memory, watching: Watching, allow_private: bool) -> None:
        """folder: where the files of jobs are, each under its job's id. allow_private: addresses of this network too."""
        self._folder, self._jobs, self._memory = folder, jobs, memory
        self._watching, self._allow_private = watching, allow_private

    def take(self, user: str, job: IngestJob) -> None:
        """Do the job, and write down how it ended.

        Raises ToolFailed, MemoryFault (final, with the reason), RetryTool, OSError, NoStorage (worth another try).
        """
        if job.kind in ("file", "entry"):
            self._take_file(user, job)
        elif job.kind == "watched":
            self._take_watched(user, job)
        elif job.kind == "url":
            self._take_page(user, job)
        else:
            self._take_sitemap(user, job)

    def small(self, user: str, job: IngestJob) -> bytes | None:
        """What a small file holds; None for anything that has to be looked at by itself."""
        path = self._folder / job.id
        if job.kind == "file" and path.is_file() and path.stat().st_size <= SMALL:
            return path.read_bytes()
        if job.kind == "watched":
            try:
                return self._watching.read(user, job, SMALL)
            except (OSError, ValueError):
                return None
        return None

    def _take_file(self, user: str, job: IngestJob) -> None:
        path = self._folder / job.id
        try:
            data = path.read_bytes()
        except FileNotFoundError:
            self._jobs.update(job.id, state="failed", status="failed", message="Its file is gone. Upload it again.")
            return
        if job.kind == "entry":
            self._store(user, job, job.name, data, "external", job.origin)
        elif is_archive(data):
            self._unpack(user, job, data)
        else:
            self._store(user, job, job.name, data)
        now = self._jobs.find(job.id)
        if now is None or now[1].state == "done":  # one that failed is kept for another try
            path.unlink(missing_ok=True)

    def _take_watched(self, user: str, job: IngestJob) -> None:
        """A file of a watched folder, as it is now; the folder's own rules hold at this moment too."""
        try:
            data = self._watching.read(user, job, LARGEST)
        except FileNotFoundError:
            self._jobs.update(job.id, state="done", status="gone", message=f"{job.name} is gone from its folder.")
            return
        except (OSError, ValueError) as e:
            why = f"{job.name} cannot be read ({getattr(e, 'strerror', None) or e}). It is read when it changes."
            self._jobs.update(job.id, state="failed", status="failed", message=why)
            return
        if data is None:
            self._jobs.update(job.id, state="done", status="gone", message=f"{job.name} is not watched any more.")
            return
        self._store(user, job, job.name, data, "user", job.origin)

    def _take_page(self, user: str, job: IngestJob) -> None:
        self._jobs.update(job.id, stage="fetching")
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

    def _take_sitemap(self, user: str, job: IngestJob) -> None:
        self._jobs.update(job.id, stage="fetching")
        self._queue_pages(user, job, fetch(job.origin, self._allow_private, kinds=(), most_bytes=LARGEST, seconds=60))

    def _queue_pages(self, user: str, job: IngestJob, fetched: Fetched) -> None:
        pages, maps = locations(fetched.body)
        host = urlsplit(fetched.url).hostname
        own = [p for p in dict.fromkeys(p for p, _ in pages) if urlsplit(p).hostname == host]
        new = [NewJob(f"{job.id}-{n}", p, job.folder, "url", p, job.id) for n, p in enumerate(own[:MOST_PAGES])]
        if not job.id.count("-"):  # a sitemap of sitemaps; those name pages only
            own_maps = [*dict.fromkeys(m for m in maps if urlsplit(m).hostname == host)][:MOST_MAPS]
            new += [NewJob(f"{job.id}-m{n}", m, job.folder, "sitemap", m, job.id) for n, m in enumerate(own_maps)]
        self._jobs.add(user, new)
        left = len(own) - MOST_PAGES
        more = f" {left:,} more were left out: {MOST_PAGES} are the most." if left > 0 else ""
        told = f"{len(new):,} address{'' if len(new) == 1 else 'es'} queued.{more}"
        said = told if new else "There are no addresses of this site in it."
        self._jobs.update(job.id, state="done" if new else "failed", status="unpacked", message=said)

    def _unpack(self, user: str, job: IngestJob, data: bytes, kind: str = "file") -> None:
        """The files of an archive become jobs under ids made from this one's: unpacking it again adds none twice.

        kind: of these jobs; "entry" where the archive is a stranger's.
        """
        self._jobs.update(job.id, stage="unpacking")
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
            self._jobs.add(user, new)
        said = f"{len(new):,} file{'' if len(new) == 1 else 's'} taken out of it.{_left_out(skipped)}"
        state = "done" if new else "failed"
        self._jobs.update(
            job.id, state=state, status="unpacked", message=said, receipt=receipt_json({"skipped": skipped})
        )

    def _store(
        self, user: str, job: IngestJob, name: str, data: bytes, trust: Trust = "user", origin: str = ""
    ) -> None:
        told = 0.0

        def progress(stage: str, done: int, total: int) -> None:
            nonlocal told
            if time.monotonic() - told > _TELL:
                told = time.monotonic()
                self._jobs.update(job.id, stage=stage, done=done, total=total)

        receipt = self._memory.for_user(user).add(name, data, progress, trust, folder=job.folder, origin=origin)
        self._jobs.told({job.id: receipt})


def _left_out(skipped: Sequence[str]) -> str:
    if not skipped:
        return ""
    more = f" and {len(skipped) - _TOLD} more" if len(skipped) > _TOLD else ""
    return f" Left out: {'; '.join(skipped[:_TOLD])}{more}."
