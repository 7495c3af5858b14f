"""A scripted stand-in for `runs.service.Groundwork`, for states that are hard to reach on purpose (state coverage only).

Strict: it has the real methods with the real signatures (`test_fake_is_like_the_real_one`), serves only runs that were
scripted, and a call that changes something must have been expected.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from agents.base import Step
from graph import events as ev
from graph.plans import When
from memory.types import Receipt
from runs.errors import NotFound
from runs.spending import Spent
from runs.types import FileQueue, IngestJob, PlanReview, Run, Stamped, Thread, Upload
from runs.usual import Usual
from tests.ui.fake_learning import FakeLearning, FakeWatching
from tests.ui.fake_memory import FakeMemory
from tests.ui.fake_settings import FakeControl, FakeModels
from tests.ui.scripted import stamped
from tools.base import Tool
from tools.registry import all_tools


class FakeSteering:
    """Stands for `runs.steering.Steering`; what it changes is expected of its service."""

    def __init__(self, service: FakeService) -> None:
        self._service = service
        self.open: list[PlanReview] = []  # plans that wait
        self.drafts: dict[str, Any] = {}
        self.wrong: list[str] = []  # faults of the plan as edited
        self.when: When = "never"

    def plans(self, user: str, run: str = "") -> list[PlanReview]:
        return [p for p in self.open if not run or p.run == run]

    def tools(self, user: str) -> dict[str, Tool]:
        return all_tools()

    def asks_at_edge(self, user: str) -> bool:
        return True

    def usual(self, user: str) -> Usual:
        return Usual({"search_memory": 0.4})

    def spent(self, user: str, thread: str) -> Spent:
        used = [e.event for r in self._service.runs(user, thread) for e in self._service.events(user, r.id)]
        calls = [e for e in used if isinstance(e, ev.ModelUsed)]
        asked, said = sum(e.input_tokens for e in calls), sum(e.output_tokens for e in calls)
        return Spent(1, len(calls), asked, said, sum(e.money for e in calls))

    def review_when(self, user: str, agent: str) -> When:
        return self.when

    def choose_review(self, user: str, when: When) -> None:
        self._service._expect("choose_review", when)
        self.when = when

    def draft(self, user: str, review: str) -> Any:
        return self.drafts.get(review)

    def keep_draft(self, user: str, review: str, draft: Any) -> None:
        self.drafts[review] = draft

    def faults(self, user: str, review: str, steps: Sequence[Step], kept: Sequence[str]) -> list[str]:
        return self.wrong

    def approve_plan(
        self,
        user: str,
        review: str,
        steps: Sequence[Step] | None = None,
        kept: Sequence[str] | None = None,
        granted: Sequence[str] = (),
    ) -> PlanReview:
        return self._decided("approve_plan", review, [dict(s) for s in steps or ()], kept, [*granted])

    def send_back_plan(self, user: str, review: str, reason: str = "") -> PlanReview:
        return self._decided("send_back_plan", review, reason)

    def _decided(self, name: str, review: str, *args: Any) -> PlanReview:
        self._service._expect(name, review, *args)
        found = next(p for p in self.open if p.id == review)
        self.open.remove(found)
        return found


class FakeForks:
    """Stands for `runs.forks.Forks`."""

    def __init__(self, service: FakeService) -> None:
        self._service = service

    def of(self, user: str, run: str) -> list[str]:
        return [r.id for r in self._service.scripted.values() if r.parent == run]

    def anew(self, user: str, run: str, step: str) -> list[Step]:
        from runs.forks import downstream, plan_of

        plan = plan_of(self._service.logs[run])
        return [s for s in plan["steps"] if s["id"] in downstream(plan, step)]

    def start(
        self, user: str, run: str, step: str, args: Any = None, title: str = "", ask_at_edge: bool = False
    ) -> Run:
        self._service._expect("fork", run, step, args, title)
        events: list[ev.Event] = [ev.RunQueued("again", "t1", [])]
        return self._service.script(
            f"r{len(self._service.scripted) + 1}", events, "running", parent=run, from_step=step
        )


class FakeUndoing:
    """Stands for `runs.undo.Undoing`."""

    def __init__(self, service: FakeService) -> None:
        self._service = service

    def undoable(self, tool: str) -> bool:
        return all_tools()[tool].undo is not None

    def undo(self, user: str, run: str, call: int) -> str:
        self._service._expect("undo", run, call)
        return "undone"

    def trash(self, user: str) -> list[str]:
        return []


class FakeFiles:
    """The queue of uploads, made from the service's scripted jobs."""

    def __init__(self, service: FakeService) -> None:
        self._service = service
        self.watching = FakeWatching()

    def queue(self, user: str, limit: int = 8) -> FileQueue:
        jobs = self._service.queue
        work = [j for j in jobs if j.state in ("queued", "working")]
        return FileQueue(
            {s: sum(j.state == s for j in jobs) for s in ("queued", "working", "done", "failed")},
            work[:limit],
            [j for j in jobs if j.state == "failed"],
            self._service.held,
        )

    def accept_address(self, user: str, address: str, folder: str) -> IngestJob:
        self._service._expect("accept_address", address, folder)
        return self._service.queue[0]

    def retry(self, user: str, job: str) -> None:
        self._service._expect("retry", job)

    def dismiss(self, user: str, job: str) -> None:
        self._service._expect("dismiss", job)

    def stop(self, user: str, stopped: bool = True) -> None:
        self._service._expect("stop_files", stopped)
        self._service.held = stopped

    def cancel(self, user: str) -> int:
        self._service._expect("cancel_files")
        return 0


class FakeService:
    control = FakeControl()

    def __init__(self) -> None:
        self.steering = FakeSteering(self)
        self.models = FakeModels()
        self.forks = FakeForks(self)
        self.undoing = FakeUndoing(self)
        self.files = FakeFiles(self)
        self.learning = FakeLearning(self)
        self.held = False
        self.scripted: dict[str, Run] = {}
        self.logs: dict[str, list[Stamped]] = {}
        self.queue: list[IngestJob] = []
        self.asked: list[Any] = []  # approvals that wait
        self.reports: dict[str, bytes] = {}
        self.remembered = FakeMemory()
        self.expected: list[str] = []  # names of the changing calls that may come, in order
        self.called: list[tuple[Any, ...]] = []
        self.next_events: list[ev.Event] = []

    def script(self, id: str, events: Sequence[ev.Event], status: Any, **more: Any) -> Run:
        goal = next((e.goal for e in events if isinstance(e, ev.RunQueued)), "A goal")
        files = next((e.files for e in events if isinstance(e, ev.RunQueued)), ())
        last = next((e for e in events if isinstance(e, ev.RunEnded)), None)
        run = Run(
            id=id, thread="t1", user="local", goal=goal, status=status, outcome=last.outcome if last else "", answer="",
            reason=last.reason if last else "", question="", options=(), files=files, created="2026-11-23T20:00:00Z", seconds=3.2, last=len(events),
        )  # fmt: skip
        self.scripted[id] = replace(run, **more)
        self.logs[id] = stamped(id, events)
        return self.scripted[id]

    def _expect(self, name: str, *args: Any) -> None:
        assert self.expected[:1] == [name], f"unexpected {name}{args}; expected {self.expected}"
        self.expected.pop(0)
        self.called.append((name, *args))

    def submit(
        self, user: str, goal: str, thread: str = "", uploads: Sequence[Upload] = (), ask_at_edge: bool = False
    ) -> Run:
        self._expect("submit", goal, thread, [u.name for u in uploads])
        events: list[ev.Event] = [ev.RunQueued(goal, thread or "t1", [u.name for u in uploads]), *self.next_events]
        return self.script(f"r{len(self.scripted) + 1}", events, "done" if self.next_events else "running")

    def stop(self, user: str, run: str) -> None:
        self._expect("stop", run)
        self.scripted[run] = replace(self.scripted[run], status="cancelled", reason="Stopped at your request.")

    def go_on(self, user: str, run: str) -> None:
        self._expect("go_on", run)

    def reply(self, user: str, run: str, text: str) -> None:
        self._expect("reply", run, text)
        self.scripted[run] = replace(self.scripted[run], status="done", outcome="answered")

    def approvals(self, user: str, run: str = "") -> list[Any]:
        return [a for a in self.asked if not run or a.run == run]

    def waiting(self, user: str) -> list[Run]:
        return [r for r in self.scripted.values() if r.status == "waiting"]

    def approve(self, user: str, approval: str, args: Any = None, for_run: bool = False) -> Any:
        return self._decided("approve", approval, args, for_run)

    def reject(self, user: str, approval: str, reason: str = "") -> Any:
        return self._decided("reject", approval, reason)

    def _decided(self, name: str, approval: str, *args: Any) -> Any:
        self._expect(name, approval, *args)
        found = next(a for a in self.asked if a.id == approval)
        self.asked = [a for a in self.asked if a.id != approval]
        return found

    def run(self, user: str, run: str) -> Run:
        if run not in self.scripted:
            raise NotFound("No such run.")
        return self.scripted[run]

    def runs(self, user: str, thread: str = "", limit: int = 20, before: str = "") -> list[Run]:
        runs = [r for r in self.scripted.values() if not thread or r.thread == thread]
        if thread and not runs:
            raise NotFound("No such conversation.")
        return runs[-limit:]

    def events(self, user: str, run: str, after: int = 0) -> list[Stamped]:
        return [s for s in self.logs[run] if s.sequence > after]

    def wait(self, user: str, run: str, after: int = 0, timeout: float = 0.2) -> list[Stamped]:
        return self.events(user, run, after)

    def threads(self, user: str, limit: int = 50) -> list[Thread]:
        found = {r.thread: r for r in reversed(self.scripted.values())}
        return [
            Thread(t, r.goal, r.created, r.created, 1, r.status in ("queued", "running")) for t, r in found.items()
        ][:limit]

    def delete_thread(self, user: str, thread: str) -> None:
        self._expect("delete_thread", thread)
        self.scripted = {k: r for k, r in self.scripted.items() if r.thread != thread}

    def memory(self, user: str) -> FakeMemory:
        return self.remembered

    def ingest(self, user: str, uploads: Sequence[Upload]) -> list[IngestJob]:
        self._expect("ingest", [u.name for u in uploads])
        return []

    def jobs(self, user: str, limit: int = 50) -> list[IngestJob]:
        return self.queue

    def delete_document(self, user: str, document: str) -> Receipt:
        self._expect("delete_document", document)
        gone = next(d for d in self.remembered.docs if d.id == document)
        self.remembered.docs = [d for d in self.remembered.docs if d.id != document]
        return Receipt(gone.name, "deleted", "Deleted.", document, gone.pages, gone.passages)

    def report(self, user: str, name: str) -> bytes:
        if name not in self.reports:
            raise NotFound(f"There is no report {name}.")
        return self.reports[name]

    def close(self) -> None:
        self._expect("close")
