"""Undoing what a tool wrote, at its user's word: once, with an event that tells of it. A part of `Groundwork`.

How a write is undone is the tool's own business (`Tool.undo`, in its file); here is whose it is, whether it was done at
all, and that it is undone once. Undoing is itself repeatable by the tool's care, so a crash in between does no harm.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import cast

from agents.base import Result
from graph.events import OPEN, ToolCalled, Undone
from graph.keys import done_key, effect_key, effect_of
from graph.policy import decide
from memory.store import Memory
from memory.types import MemoryFault
from runs.audit_book import Book
from runs.basis import Basis
from runs.errors import AlreadyDecided, BadGoal, NotAllowed, NotFound
from runs.journal import RunJournal
from runs.types import Stamped
from tools.base import ToolContext, ToolError
from tools.save_report import put_back, trashed


class Undoing:
    def __init__(self, basis: Basis, memory: Memory, reports: Callable[[str], Path]) -> None:
        """reports(user): the folder of their reports."""
        self._database, self._ledger, self._log = basis.database, basis.ledger, basis.log
        self._tools, self._rules, self._memory, self._reports = basis.tools, basis.rules, memory, reports
        self._one = threading.Lock()

    def undoable(self, tool: str) -> bool:
        return tool in self._tools() and self._tools()[tool].undo is not None

    def undo(self, user: str, run: str, call: int) -> str:
        """call: the sequence of its `ToolCalled`. Returns what was restored, for people.

        Raises NotFound, NotAllowed, AlreadyDecided (it was undone before), BadGoal (it cannot be, and why)."""
        if self._ledger.run(user, run).status in OPEN:
            raise BadGoal("This run is still at work, or waits. Stop it first. Nothing was undone.")
        with self._one:
            log = self._log.read(run)
            called = _called(log, call)
            tool = self._tools().get(called.tool)
            if tool is None or tool.undo is None:
                raise BadGoal(f"What {called.tool} does cannot be undone. Nothing was changed.")
            if decide(tool, tainted=False, rules=self._rules(user), sends="").word == "deny":
                raise NotAllowed(f"{called.tool} is not allowed for your role. Nothing was undone.")
            if before := next((e.event for e in log if isinstance(e.event, Undone) and e.event.call == call), None):
                raise AlreadyDecided(f"This was undone already by {before.by}. Nothing was changed by this second try.")
            done = self._done(user, run, called)
            if done is None:
                raise BadGoal("This call did not come to its end, so there is nothing to undo.")
            key, made = done
            try:
                told = tool.undo(self._context(user, run, called.step, key), made["data"])
            except (ToolError, MemoryFault) as e:
                raise BadGoal(str(e)) from e
            self._log.append(run, Undone(called.step, tool.name, call, told, user))
            return told

    def _done(self, user: str, run: str, called: ToolCalled) -> tuple[str, Result] | None:
        """The call's key and what it returned. Where the arguments held a secret, the event shows another text than the key
        was made of; what the journal tells of the call was redacted in the same way, so it is found by that."""
        key = effect_key(run, called.step, called.tool, called.args, user)
        made = cast("Result | None", RunJournal(self._database, run).load(done_key(key)))
        if made is not None:
            return key, made
        for row in self._database.read("SELECT key, value FROM journal WHERE run=?", run):
            if key := effect_of(row["key"], run, called.step):
                made = cast(Result, json.loads(row["value"]))
                if made.get("call") == {"tool": called.tool, "args": called.args}:
                    return key, made
        return None

    def trash(self, user: str) -> list[str]:
        """Names of the reports whose saving was undone."""
        return trashed(self._reports(user))

    def put_back(self, user: str, name: str) -> str:
        """Take a report out of the trash; returns the name that it has then. Raises BadGoal."""
        try:
            kept = put_back(self._reports(user), name)
        except ToolError as e:
            raise BadGoal(str(e)) from e
        Book(self._database).add("ReportPutBack", user, {"report": kept})
        return kept

    def _context(self, user: str, run: str, step: str, key: str) -> ToolContext:
        memory, journal = self._memory.for_user(user), RunJournal(self._database, run)
        return ToolContext(user, run, step, key, datetime.now().astimezone(), memory, journal, self._reports(user))


def _called(log: Sequence[Stamped], call: int) -> ToolCalled:
    for e in log:
        if e.sequence == call and isinstance(e.event, ToolCalled):
            return e.event
    raise NotFound("There is no such call in this run.")
