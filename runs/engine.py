"""The durable queue: DBOS on SQLite, in this process. The only file that knows DBOS.

A workflow here is one call of `execute`, which finds out for itself how far the work is (from the checkpoints) and goes
on from there; so a workflow that DBOS starts again after a crash repeats nothing. DBOS is one per process, and so is this.

Each user has a part of each queue, with a bound of its own below the queue's: whoever hands in a hundred goals, or a file
that takes an hour to read, makes themselves wait and nobody else. A user stands here under a pseudonym, since the engine
keeps what it has done after the user has been erased.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from memory.names import derived
from runs.ledger import new_id

Execute = Callable[[str], Awaitable[None]]
USERS = 3  # whose runs at full strength, and whose files, are worked on at the same time
CRASHES = 20  # so often a workflow may take the process down with it before it is set aside


class Engine:
    def __init__(self, home: Path, run: Execute, ingest: Execute, parallel_runs: int) -> None:
        """Nothing is worked on before `start`. parallel_runs: of one user."""
        from dbos import DBOS, DBOSConfig

        DBOS(
            config=DBOSConfig(
                name="groundwork",
                system_database_url=f"sqlite:///{home / 'queue.sqlite3'}",
                # Both fixed: a restart with changed code or on another day still owns the same workflows.
                application_version="1",
                executor_id="local",
                log_level="ERROR",
            )
        )

        @DBOS.workflow(name="run", max_recovery_attempts=CRASHES)
        async def run_workflow(run_id: str) -> None:
            await run(run_id)

        @DBOS.workflow(name="ingest", max_recovery_attempts=CRASHES)
        async def ingest_workflow(user: str) -> None:
            await ingest(user)

        self._dbos: Any = DBOS
        self._workflows = {"runs": run_workflow, "files": ingest_workflow}
        self._parallel_runs = parallel_runs
        self._queues: dict[str, Any] = {}

    def start(self) -> None:
        """Unfinished workflows of an earlier process are taken up again."""
        self._dbos.launch()
        self._dbos.register_queue("runs", worker_concurrency=1)  # what an earlier version left in its queue is done
        self._queues = {
            "runs": self._dbos.register_queue(
                "runs-of-users",
                worker_concurrency=USERS * self._parallel_runs,
                partition_worker_concurrency=self._parallel_runs,
                polling_interval_sec=0.05,
            ),
            "files": self._dbos.register_queue(
                "files-of-users", worker_concurrency=USERS, partition_worker_concurrency=1, polling_interval_sec=0.2
            ),
        }

    def enqueue_run(self, user: str, run: str, leg: int = 0) -> None:
        """Queue a leg of a run: 0 is its beginning, each time it goes on after a wait or a stop is one more."""
        self.enqueue("runs", user, run, _leg_id(run, leg))

    def enqueue_files(self, user: str) -> None:
        """Queue a turn of work on the user's files."""
        self.enqueue("files", user, derived(user), f"files-{new_id()}")

    def enqueue(self, queue: str, user: str, subject: str, workflow: str) -> None:
        """Queue the work on `subject` under the id `workflow`; the same id again does nothing."""
        from dbos import SetEnqueueOptions, SetWorkflowID

        with SetWorkflowID(workflow), SetEnqueueOptions(queue_partition_key=derived(user)):
            self._queues[queue].enqueue(self._workflows[queue], subject)

    def set_aside(self, run: str, leg: int) -> bool:
        """True when that leg of the run was given up after too many crashes."""
        found = self._dbos.list_workflows(workflow_ids=[_leg_id(run, leg)], load_input=False, load_output=False)
        return bool(found) and found[0].status == "MAX_RECOVERY_ATTEMPTS_EXCEEDED"

    def close(self) -> None:
        self._dbos.destroy(destroy_registry=True)


def _leg_id(run: str, leg: int) -> str:
    return f"{run}-{leg}" if leg else run
