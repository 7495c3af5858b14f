"""A user's whole data, handed out or erased: who may ask for it, and that their runs have ended before. A part of
`Groundwork`; what is in it, and that nothing is left, is `erasure.py`."""

from __future__ import annotations

import io
import os
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from graph.events import OPEN
from memory.store import Memory
from runs import erasure
from runs.control import Control
from runs.database import Database
from runs.errors import BadGoal, GroundworkError, NoStorage, NotAllowed
from runs.home import reports_of, uploads_of
from runs.ingestion import Ingestion
from runs.learning import Learning
from runs.ledger import Ledger

PATIENCE = 60.0  # seconds that an erasure waits for what is at work


class OwnData:
    def __init__(
        self,
        home: Path,
        database: Database,
        memory: Memory,
        control: Control,
        files: Ingestion,
        learning: Learning,
        stop: Callable[[str, str], None],
    ) -> None:
        """stop(user, run)."""
        self._home, self._database, self._memory, self._ledger = home, database, memory, Ledger(database)
        self._control, self._files, self._learning, self._stop = control, files, learning, stop

    def export(self, by: str, user: str) -> io.BufferedReader:
        """All of a user's data as an open ZIP file, which is gone when it is closed: it may be larger than the memory of
        the machine. Their own, or anybody's for an admin and the command line. Raises NoStorage."""
        self._own_or_admin(by, user)
        self._control.book.add("DataExported", user, {"by": by})
        try:
            with tempfile.TemporaryFile(dir=self._home) as out:  # the home has room for it, /tmp may be in memory
                erasure.export(self._database, self._memory.for_user(user), reports_of(self._home, user), user, out)
                out.flush()
                whole = os.fdopen(os.dup(out.fileno()), "rb")
        except OSError as e:
            raise NoStorage(f"The ZIP could not be written ({e.strerror or e}). Make room, then try again.") from e
        whole.seek(0)
        return whole

    def erase(self, by: str, user: str) -> dict[str, dict[str, int]]:
        """Erase all of a user's data, the account included; returns what there was before and what is there after.

        First nothing new is accepted of them, then what is at work for them ends, then their account lets nobody in: what
        went on meanwhile could bring back what was erased. Raises GroundworkError when something does not end in time.
        """
        self._own_or_admin(by, user)
        if self._control.accounts.is_last_admin(user):
            raise BadGoal(f"{user} is the only admin. Make somebody else an admin first. Nothing was erased.")
        memory, reports = self._memory.for_user(user), reports_of(self._home, user)
        with self._database.leaving(user), ExitStack() as held:
            runs = [r.id for r in self._ledger.runs(user, "", None, "")]
            for run in runs:
                self._stop(user, run)
            for run in runs:
                self._until_ended(user, run)
            try:
                held.enter_context(self._files.held(user, PATIENCE))
            except TimeoutError as e:
                raise GroundworkError(
                    "A file of this user is still being read. Nothing was erased; try again when it is done."
                ) from e
            held.enter_context(self._learning.held())
            erasure.lock_out(self._database, user)
            uploads = [*self._files.kept(user), *(uploads_of(self._home, run) for run in runs)]
            before = erasure.counts(self._database, memory, self._home, reports, runs, uploads, user)
            erasure.erase_memory(memory)
            erasure.erase_files(self._home, runs, reports, uploads)
            erasure.erase_rows(self._database, user, before, by)
            self._memory.give_back()
            after = erasure.counts(self._database, memory, self._home, reports, runs, uploads, user)
        return {"before": before, "after": after}

    def _until_ended(self, user: str, run: str) -> None:
        """A stopped run ends after the tool call that it is in."""
        end = time.monotonic() + PATIENCE
        while self._ledger.run(user, run).status in OPEN:
            if time.monotonic() > end:
                raise GroundworkError("A run of this user is still at work. Nothing was erased; try again in a minute.")
            time.sleep(0.05)

    def _own_or_admin(self, by: str, user: str) -> None:
        if by not in (user, "(command line)") and not self._control.is_admin(by):
            raise NotAllowed("Only an admin may do this for somebody else. Nothing was changed.")
