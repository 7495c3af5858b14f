"""A user's whole data, handed out or erased: who may ask for it, and that their runs have ended before. A part of
`Groundwork`; what is in it, and that nothing is left, is `erasure.py`."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from graph.events import OPEN
from memory.store import Memory
from runs import erasure
from runs.control import Control
from runs.database import Database
from runs.errors import BadGoal, GroundworkError, NotAllowed
from runs.ingestion import Ingestion
from runs.ledger import Ledger
from runs.worker import reports_of


class OwnData:
    def __init__(
        self,
        home: Path,
        database: Database,
        memory: Memory,
        control: Control,
        files: Ingestion,
        stop: Callable[[str, str], None],
    ) -> None:
        """stop(user, run)."""
        self._home, self._database, self._memory, self._ledger = home, database, memory, Ledger(database)
        self._control, self._files, self._stop = control, files, stop

    def export(self, by: str, user: str) -> bytes:
        """All of a user's data as a ZIP; their own, or anybody's for an admin and the command line."""
        self._own_or_admin(by, user)
        self._control.book.add("DataExported", user, {"by": by})
        return erasure.export(self._database, self._memory.for_user(user), reports_of(self._home, user), user)

    def erase(self, by: str, user: str) -> dict[str, dict[str, int]]:
        """Erase all of a user's data, the account included; returns what there was before and what is there after."""
        self._own_or_admin(by, user)
        if self._control.accounts.is_last_admin(user):
            raise BadGoal(f"{user} is the only admin. Make somebody else an admin first. Nothing was erased.")
        memory, reports = self._memory.for_user(user), reports_of(self._home, user)
        runs = [r.id for r in self._ledger.runs(user, "", 1_000_000, "")]
        for run in runs:
            self._stop(user, run)
        for run in runs:
            self._until_ended(user, run)
        before = erasure.counts(self._database, memory, self._home, reports, runs, user)
        erasure.erase_memory(memory)
        erasure.erase_files(self._home, runs, reports)
        self._files.discard(user)
        erasure.erase_rows(self._database, user, before, by)
        self._memory.give_back()
        after = erasure.counts(self._database, memory, self._home, reports, runs, user)
        return {"before": before, "after": after}

    def _until_ended(self, user: str, run: str) -> None:
        """A stopped run ends after the tool call that it is in."""
        end = time.monotonic() + 60
        while self._ledger.run(user, run).status in OPEN:
            if time.monotonic() > end:
                raise GroundworkError("A run of this user is still at work. Nothing was erased; try again in a minute.")
            time.sleep(0.05)

    def _own_or_admin(self, by: str, user: str) -> None:
        if by not in (user, "(command line)") and not self._control.is_admin(by):
            raise NotAllowed("Only an admin may do this for somebody else. Nothing was changed.")
