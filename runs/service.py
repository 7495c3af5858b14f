"""Groundwork as one object: what the page and the command line call, and the only thing they call.

Every method takes the user and checks ownership; what is not theirs raises `NotFound`, as if it did not exist.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path

# Checkpoints are loaded with a list of allowed types; read when langgraph is imported, so it is set before.
os.environ.setdefault("LANGGRAPH_STRICT_MSGPACK", "true")

from agents.base import Agent
from memory.store import Memory, UserMemory
from memory.types import Receipt
from runs.approvals import Approvals, edited_args
from runs.archives import unpacked
from runs.basis import Basis
from runs.control import Control
from runs.database import Database
from runs.engine import Engine
from runs.errors import AlreadyDecided, BadGoal, BadHome, GroundworkError, HomeInUse, NotFound
from runs.forks import Forks
from runs.home import Home, reports_of, upload_path, uploads_of
from runs.ingestion import Ingestion
from runs.learning import Learning
from runs.ledger import Ledger, new_id
from runs.log import Log
from runs.logfile import log_to
from runs.look_after import LookAfter
from runs.lost import take_up
from runs.mcp_registry import McpRegistry
from runs.models import Models
from runs.own_data import OwnData
from runs.preferences import Preferences, web_search
from runs.reviews import Reviews
from runs.settings import Settings
from runs.shared_settings import SharedSettings
from runs.steering import Steering
from runs.types import Approval, IngestJob, Run, Stamped, Thread, Upload
from runs.undo import Undoing
from runs.uploads import all_or_none
from runs.worker import Worker
from tools.base import Json, Tool

__all__ = ["AlreadyDecided", "BadGoal", "BadHome", "Groundwork", "GroundworkError", "HomeInUse", "NotFound"]

LONGEST_GOAL = 20_000  # characters


class Groundwork:
    """Open with `Groundwork.open(settings)`; one per process and home. Any method may be called from any thread."""

    def __init__(
        self,
        settings: Settings,
        home: Home,
        database: Database,
        memory: Memory,
        built_in: Agent,
        tools: Mapping[str, Tool],
        agent: Agent | None = None,
    ) -> None:
        """agent: for every run, in place of what the Settings page says."""
        self.settings = settings
        self._home, self._database, self._memory, self._agent = home, database, memory, agent
        self._ledger, self._log = Ledger(database), Log(database)
        self.preferences = Preferences(home.path)
        self.models = Models(home.path, self.preferences, built_in)  # which language models are used
        self.mcp = McpRegistry(home.path, self.preferences)
        self._tools = lambda: {**tools, **self.mcp.tools()}
        self.control = Control(database, self._tools)
        self.shared = SharedSettings(self.control, self.preferences, self.models, self.mcp)
        basis = Basis(database, self._ledger, self._log, self._tools, self.control.rules_of)
        self._approvals = Approvals(database, settings.approval_days)
        self._reviews = Reviews(database, self._tools, settings.approval_days)
        self.steering = Steering(basis, self._reviews, self.models.roles, self._wake)
        self._look_after = LookAfter(self._ledger, self._approvals, self._reviews, self.reply, self._wake)
        self.learning = Learning(database, self._ledger, self._log, memory)
        self._worker = Worker(
            settings,
            basis,
            memory=memory,
            models=self.models,
            withheld=self.mcp.withheld,
            preferences=self.preferences,
            approvals=self._approvals,
            reviews=self._reviews,
            review_when=self.steering.review_when,
            learning=self.learning,
            agent=agent,
        )
        self.files = Ingestion(home.path, database, memory, self.control.is_admin, settings.allow_private_addresses)
        self._engine = Engine(home.path, self._worker.execute, self.files.execute, settings.parallel_runs)
        self.forks = Forks(basis, self.models.roles, settings.budgets["steps"], self._engine.enqueue_run)
        self.undoing = Undoing(basis, memory, partial(reports_of, home.path))
        self.own_data = OwnData(home.path, database, memory, self.control, self.files, self.learning, self.stop)

    @classmethod
    def open(
        cls, settings: Settings, agent: Agent | None = None, tools: Mapping[str, Tool] | None = None
    ) -> Groundwork:
        """Take the home, start the queue, go on with what an earlier process left.

        agent and tools default to the built-in ones. Raises HomeInUse, BadHome.
        """
        from memory.embedding import Embedder
        from runs.wiring import built_in_agent, built_in_tools, open_memory

        with ExitStack() as opened:  # what was opened is closed again when something after it cannot be
            home = Home.take(settings.home)
            opened.callback(home.release)
            log_to(settings.home / "groundwork.log")
            embedder = Embedder()
            embedder.warm()
            memory = open_memory(settings, embedder)
            opened.callback(memory.close)
            database = Database(settings.home / "groundwork.sqlite3")
            opened.callback(database.close)
            built_in = built_in_agent(embedder)
            groundwork = cls(settings, home, database, memory, built_in, tools or built_in_tools(), agent)
            opened.pop_all()  # from here on it closes them itself
            opened.callback(groundwork.close)
            groundwork._start()
            opened.pop_all()
        return groundwork

    def _start(self) -> None:
        """Begin to work: first on what an earlier process left."""
        self._engine.start()
        take_up(self._ledger, self._engine)
        self.files.start(self._engine.enqueue_files)
        self.learning.start()
        self._look_after.start()

    @property
    def agent(self) -> str:
        """Who plans, acts and checks: "built-in", or the model's name."""
        return (self._agent or self.models.agent()).name

    def web_search(self) -> bool:
        """May goals search the web? The environment wins over what was chosen on the Settings page."""
        return web_search(self.settings, self.preferences)

    # --- goals
    def submit(
        self, user: str, goal: str, thread: str = "", uploads: Sequence[Upload] = (), ask_at_edge: bool = False
    ) -> Run:
        """Commit a run and queue it; returns at once. thread "" starts a new one (see the run's `thread`).

        ask_at_edge: somebody is there to be asked whether to extend a budget that is used up; else the run ends then."""
        goal = goal.strip()
        if not goal:
            raise BadGoal("There is no goal to work on; nothing was queued. Type what you want to get done.")
        if len(goal) > LONGEST_GOAL:
            raise BadGoal(
                f"The goal has {len(goal):,} characters; {LONGEST_GOAL:,} are the most. Nothing was queued. "
                "Put the long text into a file and attach it."
            )
        run, uploads = new_id(), unpacked(uploads)
        try:
            with all_or_none() as put:
                for number, upload in enumerate(uploads):
                    put(upload_path(self._home.path, run, number), upload.data)
                accepted = self._ledger.accept(run, user, goal, thread, [u.name for u in uploads], ask_at_edge)
        except BaseException:
            shutil.rmtree(uploads_of(self._home.path, run), ignore_errors=True)
            raise
        self._engine.enqueue_run(user, run)
        return accepted

    def stop(self, user: str, run: str) -> None:
        """No further step starts; what is there is kept. Stopping an ended run does nothing."""
        self._ledger.run(user, run)
        if self._ledger.ask_stop(user, run):
            self._worker.stop(run)
            self._log.announce()

    def go_on(self, user: str, run: str) -> None:
        """A stopped or failed run goes on where it was: what is done is not done again. Raises NotFound, BadGoal."""
        leg = self._ledger.reopen(user, run)
        self._engine.enqueue_run(user, run, leg)
        self._log.announce()

    def reply(self, user: str, run: str, text: str) -> None:
        """Answer a waiting run's question; the run goes on."""
        if not text.strip():
            raise BadGoal("The reply is empty; the run still waits.")
        if waiting := self._approvals.waiting(user, run):
            self._reply_to_approval(user, waiting, text.strip())
            return
        leg = self._ledger.reply(user, run, text.strip())
        self._engine.enqueue_run(user, run, leg)

    def _reply_to_approval(self, user: str, waiting: Sequence[Approval], text: str) -> None:
        """A yes is a yes only when it is nothing else; any other text is the reason of a no."""
        if len(waiting) > 1:
            raise BadGoal(f"{len(waiting)} actions wait: decide each on its own card. Nothing was decided.")
        if text.lower() in ("approve", "yes", "y"):
            self.approve(user, waiting[0].id)
        else:
            self.reject(user, waiting[0].id, "" if text.lower() in ("reject", "no", "n") else text)

    # --- approvals
    def waiting(self, user: str) -> list[Run]:
        """The user's runs that wait for a reply or an approval, across all threads, oldest first."""
        return [r for r in self._ledger.with_status("waiting") if r.user == user]

    def approvals(self, user: str, run: str = "") -> list[Approval]:
        """What waits for the user's yes, of one run or across all threads; oldest first."""
        return self._approvals.waiting(user, run)

    def approve(
        self, user: str, approval: str, args: Mapping[str, Json] | None = None, for_run: bool = False
    ) -> Approval:
        """Let the call be made, once; `args`: with these arguments instead; `for_run`: the tool for the rest of the run.

        Raises NotFound, AlreadyDecided, BadGoal (the edited arguments do not fit; it still waits).
        """
        asked = self._approvals.get(user, approval)
        edited = edited_args(self._tools(), asked, args)
        return self._decided(self._approvals.decide(user, approval, "approved", args=edited, for_run=for_run))

    def reject(self, user: str, approval: str, reason: str = "") -> Approval:
        """The call is not made; the agent gets the reason. Raises NotFound, AlreadyDecided."""
        return self._decided(self._approvals.decide(user, approval, "rejected", reason=reason.strip()))

    def _decided(self, approval: Approval) -> Approval:
        self._wake(approval.run)
        return approval

    def _wake(self, run: str) -> None:
        if leg := self._ledger.wake(run):
            user = self._ledger.run_of_any_user(run).user
            self._engine.enqueue_run(user, run, leg)
        self._log.announce()

    # --- reading
    def run(self, user: str, run: str) -> Run:
        return self._ledger.run(user, run)

    def runs(self, user: str, thread: str = "", limit: int = 20, before: str = "") -> list[Run]:
        """Newest `limit` runs (of a thread, or all), oldest first; `before` a run id: those before it."""
        return self._ledger.runs(user, thread, limit, before)

    def events(self, user: str, run: str, after: int = 0) -> list[Stamped]:
        self._ledger.run(user, run)
        return self._log.read(run, after)

    def wait(self, user: str, run: str, after: int = 0, timeout: float = 0.2) -> list[Stamped]:
        """Like `events`, but waits up to `timeout` seconds for the first new one."""
        self._ledger.run(user, run)
        return self._log.wait(run, after, timeout)

    def threads(self, user: str, limit: int = 50) -> list[Thread]:
        """Newest first by last use."""
        return self._ledger.threads(user, limit)

    def delete_thread(self, user: str, thread: str) -> None:
        """With all its runs; those still at work are stopped."""
        for run in self._ledger.runs(user, thread, None, ""):
            self.stop(user, run.id)
        gone = self._ledger.delete_thread(user, thread)
        self.control.book.add("ThreadDeleted", user, {"thread": thread, "runs": gone})
        for run in gone:
            shutil.rmtree(uploads_of(self._home.path, run), ignore_errors=True)
        self.learning.wake()

    # --- memory
    def memory(self, user: str) -> UserMemory:
        return self._memory.for_user(user)

    def ingest(self, user: str, uploads: Sequence[Upload]) -> list[IngestJob]:
        """Queue files; each is kept until it has been taken in or refused."""
        return self.files.accept(user, uploads)

    def jobs(self, user: str, limit: int = 50) -> list[IngestJob]:
        """Newest first."""
        return self.files.jobs.list(user, limit)

    def delete_document(self, user: str, document: str) -> Receipt:
        memory = self._memory.for_user(user)
        if document not in {d.id for d in memory.documents()}:
            raise NotFound("This document does not exist (any more).")
        receipt = memory.delete(document)
        self.control.book.add(
            "DocumentDeleted", user, {"document": document, "left": receipt.left}, decision=receipt.status
        )
        return receipt

    def report(self, user: str, name: str) -> bytes:
        """A saved report's bytes (Markdown)."""
        folder = reports_of(self._home.path, user)
        path = folder / Path(name).name
        if not path.is_file():
            raise NotFound(f"There is no report {name}.")
        return path.read_bytes()

    def close(self) -> None:
        """Stop working and give up the home; what is unfinished goes on at the next start."""
        with ExitStack() as last:  # from below: each is closed, whatever becomes of the one before it
            for part in (self._home.release, self._database.close, self._memory.close, self.mcp.close):
                last.callback(part)
            for part in (self.learning.close, self._worker.close, self._engine.close, self.files.close):
                last.callback(part)
            last.callback(self._look_after.close)
