"""One run, from its row to its last event: take in its files, drive the graph, write down how it ended.

Called by the queue, possibly again after a crash; where the graph is comes from its checkpoints. Runs in the queue's
event loop. What may take long (files, memory, whole logs) goes to threads; a single write to the database is done where
it stands, in about 4 ms, so that a run's events have the order of what happened and are stored before it goes on.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from langgraph.types import Command

from agents.base import BUILT_IN, Agent, Allowance
from graph.build import RECURSION_LIMIT
from graph.closing import close
from graph.context import Context
from graph.events import OPEN, AnswerChecked, Event, ModelUsed, RunStarted
from graph.plans import When
from graph.state import Budgets, State, initial
from memory.store import Memory
from memory.types import MemoryFault
from runs.approvals import Approvals
from runs.attached import take_in
from runs.basis import Basis
from runs.checkpoints import Checkpoints
from runs.database import unstored
from runs.errors import NoStorage
from runs.forks import seeded
from runs.home import reports_of
from runs.journal import RunJournal
from runs.learning import Learning
from runs.limits import Limits, Today
from runs.models import Models
from runs.preferences import Preferences, web_search
from runs.record import before_turns, earlier_turns
from runs.reviews import Reviews
from runs.settings import Settings
from runs.turns import Turns
from runs.types import Run

logger = logging.getLogger("groundwork.runs")


AGAIN = 2.0  # seconds after which a run that could not be stored goes on


class Worker:
    def __init__(
        self,
        settings: Settings,
        basis: Basis,
        *,
        memory: Memory,
        models: Models,
        withheld: Callable[[], Mapping[str, str]],
        preferences: Preferences,
        approvals: Approvals,
        reviews: Reviews,
        review_when: Callable[[str, str], When],
        learning: Learning,
        agent: Agent | None = None,
    ) -> None:
        """agent: for every run, in place of what the models' settings say. review_when(user, agent's name)."""
        self._settings, self._preferences = settings, preferences
        self._database, self._ledger, self._log = basis.database, basis.ledger, basis.log
        self._tools, self._withheld, self._rules = basis.tools, withheld, basis.rules
        self._memory, self._models, self._learning, self._agent = memory, models, learning, agent
        self._approvals, self._reviews, self._review_when = approvals, reviews, review_when
        self._today = Today(Limits(basis.database))
        self._stops: dict[str, tuple[asyncio.AbstractEventLoop, asyncio.Event]] = {}
        self._turns = Turns()
        self._checkpoints = Checkpoints(settings.home, basis.ledger)

    def stop(self, run: str) -> None:
        """From any thread: no further step of the run starts."""
        if known := self._stops.get(run):
            known[0].call_soon_threadsafe(known[1].set)

    def close(self) -> None:
        self._checkpoints.close()

    async def execute(self, run_id: str) -> None:
        """Everything but a shutdown ends the run one way or another: never in silence."""
        async with self._turns.of(run_id):  # one leg of a run after the other
            while not await self._stored(run_id):
                await asyncio.sleep(AGAIN)

    async def _stored(self, run_id: str) -> bool:
        """False when nothing can be written at the moment: the run waits where it is, and goes on from its checkpoint."""
        try:
            await self._execute(run_id)
        except (NoStorage, sqlite3.OperationalError) as e:
            if not unstored(e):
                raise
            logger.warning("run %s waits, because nothing can be stored: %s", run_id, e)
            return False
        return True

    async def _execute(self, run_id: str) -> None:
        run = await asyncio.to_thread(self._ledger.run_of_any_user, run_id)
        if run.status not in OPEN or not self._ledger.set_running(run_id):
            return
        stop = asyncio.Event()
        self._stops[run_id] = (asyncio.get_running_loop(), stop)
        if self._ledger.stop_asked(run_id):
            stop.set()
        began = time.monotonic() - run.seconds
        try:
            await self._drive(run, stop)
        except MemoryFault as e:
            self._ledger.end(run_id, "failed", None, str(e), time.monotonic() - began)
        except Exception as e:
            if unstored(e):
                raise
            # A bug, whatever it was: the user gets a reference, the log the traceback.
            logger.exception("run %s failed", run_id)
            reason = (
                f"Something went wrong inside Groundwork (reference {run_id}). The steps that were done are kept below. "
                "Try the goal again; if it fails again, report the reference with groundwork.log from the home folder."
            )
            self._ledger.end(run_id, "failed", None, reason, time.monotonic() - began)
        finally:
            self._stops.pop(run_id, None)
            self._today.ended(run_id)
            self._log.announce()
            self._learning.wake()

    async def _drive(self, run: Run, stop: asyncio.Event) -> None:
        graph = await self._checkpoints.graph()
        config: Any = {"configurable": {"thread_id": run.id}, "recursion_limit": RECURSION_LIMIT}
        before = await self._reopened(graph, config, stop)
        agent = self._agent or self._models.agent()
        budgets = cast(Mapping[str, float], (before.values or {}).get("budgets") or self._budgets())
        self._log.append(run.id, RunStarted(agent.name, bool(before.values), budgets))
        began = time.monotonic() - (before.values or {}).get("seconds", 0.0)
        self._today.started(run.id, run.user, lambda: max(0.0, time.monotonic() - began - run.seconds))
        attached = await self._attached(run, stop)
        values = cast(State, before.values or {})
        elapsed = lambda: time.monotonic() - began  # noqa: E731
        context = await asyncio.to_thread(self._context, run, stop, elapsed, agent, values)  # looks through the log
        go_on = await self._input(run, before, attached)
        while True:
            async for _ in graph.astream(go_on, config, context=context, stream_mode="updates", durability="sync"):
                pass
            after = await graph.aget_state(config)
            if not after.interrupts or stop.is_set():
                break
            if self._wait(run.id, after.interrupts, time.monotonic() - began):
                return
            if self._ledger.stop_asked(run.id):  # at this very moment
                stop.set()
                break
            go_on = await self._input(run, after, attached)  # one was decided while the others were still at work
        self._end(run, cast(State, after.values), time.monotonic() - began, stop.is_set())

    async def _reopened(self, graph: Any, config: Any, stop: asyncio.Event) -> Any:
        """Where the run is. One that was stopped and is to go on does so from where it was stopped."""
        found = await graph.aget_state(config)
        if "goal" not in (found.values or {}):
            # Killed between the first checkpoint, which holds the input alone, and the next: nothing has been begun.
            return found._replace(values={})
        if not found.values.get("stopped") or stop.is_set():
            return found
        await graph.aupdate_state(config, {"stopped": None}, as_node=_stopped_after(cast(State, found.values)))
        return await graph.aget_state(config)

    def _wait(self, run: str, interrupts: Any, seconds: float) -> bool:
        """The run waits for a reply or for approvals; False when it can go on at once."""
        asked = next((i for i in interrupts if "question" in i.value), None)
        if asked is not None:
            question, options = asked.value["question"], asked.value["options"]
            expires = ""
            if "edge" in asked.value:
                latest = datetime.now(UTC) + timedelta(days=self._settings.approval_days)
                expires = latest.isoformat(timespec="milliseconds")
            return self._ledger.set_waiting(run, asked.id, question, options, seconds, expires=expires)
        plans = [i.value["review"] for i in interrupts if "review" in i.value]
        if plans:
            return self._ledger.set_waiting(run, "", "The plan waits for your review.", [], seconds, reviews=plans)
        ids = [i.value["approval"] for i in interrupts]
        question = (
            "An action waits for your approval." if len(ids) == 1 else f"{len(ids)} actions wait for your approval."
        )
        return self._ledger.set_waiting(run, "", question, [], seconds, ids)

    async def _input(self, run: Run, found: Any, attached: list[str]) -> Any:
        if not found.values:
            first = self._ledger.origin(run)
            turns = await asyncio.to_thread(earlier_turns, self._database, self._ledger, self._log, first)
            before = await asyncio.to_thread(before_turns, self._ledger, first)
            if run.parent:
                return seeded(self._database, run.id, turns, self._budgets(), before, run.ask_at_edge)
            return initial(run.goal, attached, turns, self._budgets(), before, run.ask_at_edge)
        replies = self._ledger.replies(run.id)
        known: dict[str, Any] = {i.id: replies[i.id] for i in found.interrupts if i.id in replies}
        asked = {i.value["approval"]: i.id for i in found.interrupts if "approval" in i.value}
        known |= {asked[a]: True for a in self._approvals.decided(run.id, [*asked])}
        plans = {i.value["review"]: i.id for i in found.interrupts if "review" in i.value}
        known |= {plans[r]: True for r in self._reviews.decided(run.id, [*plans])} if plans else {}
        return Command(resume=known) if known else None

    def _end(self, run: Run, state: State, seconds: float, stopping: bool) -> None:
        stopped = state["stopped"] or stopping
        answer = close(cast(State, {**state, "stopped": stopped}))
        if state["answer"] is None:
            self._log.append(run.id, AnswerChecked(**answer))
        status = "cancelled" if stopped and state["answer"] is None else "done"
        self._ledger.end(run.id, status, answer, answer["reason"], seconds)

    def _budgets(self) -> Budgets:
        """Those of the settings, with what was chosen for language models."""
        budgets, choice = self._settings.budgets, self._models.choice()
        chosen = {k: v for k, v in (("tokens", choice.tokens), ("money", choice.money)) if v}
        return cast(Budgets, {**budgets, **chosen})

    def _allowance(self, run: Run, state: State) -> Allowance:
        """What is left for language models: after a crash, what was used before it counts."""
        budgets = state["budgets"] if state else self._budgets()
        used = [e.event for e in self._log.read(run.id) if isinstance(e.event, ModelUsed)]
        return Allowance(
            tokens=int(budgets.get("tokens", 0)),
            money=float(budgets.get("money", 0.0)),
            used_tokens=sum(u.input_tokens + u.output_tokens for u in used),
            used_money=sum(max(0.0, u.money) for u in used),
            day=self._today.allowance(run.user),
        )

    def _context(self, run: Run, stop: asyncio.Event, elapsed: Any, agent: Agent, state: State) -> Context:
        def emit(event: Event) -> None:
            self._log.append(run.id, event)

        return Context(
            run=run.id,
            user=run.user,
            agent=agent,
            tools=self._tools(),
            withheld=self._withheld(),
            memory=self._memory.for_user(run.user),
            record=RunJournal(self._database, run.id),
            emit=emit,
            now=datetime.fromisoformat(run.created).astimezone(),
            elapsed=elapsed,
            stop=stop,
            reports=reports_of(self._settings.home, run.user),
            web_search=web_search(self._settings, self._preferences),
            allow_private_addresses=self._settings.allow_private_addresses,
            approvals=self._approvals.desk(run.id, run.user),
            allowance=self._allowance(run, state),
            roles=self._models.roles(),
            rules=lambda: self._rules(run.user),
            full=lambda: self._today.full(run.user),
            # An agent that the caller of `Groundwork.open` brought along is theirs to judge, unless the user chose.
            review=self._review_when(run.user, BUILT_IN if self._agent else agent.name),
            reviews=self._reviews.desk(run.id, run.user),
            episodes=lambda goal: self._learning.similar(run.user, goal, run.id),
        )

    async def _attached(self, run: Run, stop: asyncio.Event) -> list[str]:
        if not run.files:
            return []
        return await take_in(run, self._settings.home, self._memory.for_user(run.user), self._log, stop)


def _stopped_after(state: State) -> str:
    """The node whose successor is the next one: with results that nobody has checked that is the checker."""
    if not state["plan"]["steps"] or state.get("review"):
        return "planner"
    return "executor" if set(state["results"]) - set(state["checked"]) else "checker"
