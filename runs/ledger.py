"""Threads and runs as rows: what was accepted, by whom, and how it stands.

Every read and write of a run that comes from outside names its user; another user's is `NotFound`, as if it were not there.
"""

from __future__ import annotations

import json
import sqlite3
import uuid
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from graph.events import OPEN, RunEnded, RunQueued, RunReopened, RunStatus, StopRequested
from graph.state import Answer
from runs.accounts import somebody
from runs.approvals import withdraw
from runs.database import OF_RUN, Connection, Database, most, utc_now
from runs.errors import BadGoal, NotFound
from runs.limits import Limits, count_seconds
from runs.log import stamp
from runs.redaction import redact, redacted_json
from runs.reviews import withdraw_reviews
from runs.types import Run, Thread

DAYS = 30  # how long the checkpoints of an ended run are kept
_RUN = "SELECT run.*, (SELECT COALESCE(MAX(sequence),0) FROM event WHERE event.run=run.id) AS last FROM run"


class Ledger:
    def __init__(self, database: Database) -> None:
        self._database = database

    # --- runs
    def accept(
        self,
        run: str,
        user: str,
        goal: str,
        thread: str,
        files: Sequence[str],
        ask_at_edge: bool = False,
        *,
        parent: str = "",
        from_step: str = "",
        also: Callable[[Connection], None] | None = None,
    ) -> Run:
        """The run's row, its thread and its first event, in one transaction: after this it is never lost.

        ask_at_edge: the user is asked whether to extend a budget that is used up. parent, from_step: what it is a fork
        of. also: what else belongs to the transaction. Raises OverLimit, NotFound, NotAllowed (nobody is signed in)."""
        somebody(user)
        now = utc_now()
        with self._database.write() as c:
            c.accepting(user)
            Limits(self._database).admit(user)
            if thread:
                if not c.execute("SELECT 1 FROM thread WHERE id=? AND user=?", (thread, user)).fetchone():
                    raise NotFound("This conversation does not exist (any more). Start a new one.")
                c.execute("UPDATE thread SET updated=? WHERE id=?", (now, thread))
            else:
                thread = new_id()
                c.execute("INSERT INTO thread VALUES(?,?,?,?,?)", (thread, user, _title(goal), now, now))
            number = c.execute("SELECT COALESCE(MAX(number),0)+1 FROM run").fetchone()[0]
            c.execute(
                "INSERT INTO run(id, thread, user, goal, status, files, created, number, ask_at_edge, parent, from_step) "
                "VALUES(?,?,?,?,?,?,?,?,?,?,?)",
                (
                    run,
                    thread,
                    user,
                    goal,
                    "queued",
                    json.dumps(list(files)),
                    now,
                    number,
                    int(ask_at_edge),
                    parent,
                    from_step,
                ),
            )
            stamp(c, run, RunQueued(goal, thread, list(files)))
            if also:
                also(c)
        return self.run(user, run)

    def run(self, user: str, run: str) -> Run:
        rows = self._database.read(f"{_RUN} WHERE run.id=? AND run.user=?", run, user)
        if not rows:
            raise NotFound(f"There is no run {run}.")
        return _run(rows[0])

    def run_of_any_user(self, run: str) -> Run:
        """For the worker, which acts for whoever owns the run."""
        rows = self._database.read(f"{_RUN} WHERE run.id=?", run)
        if not rows:
            raise NotFound(f"There is no run {run}.")
        return _run(rows[0])

    def origin(self, run: Run) -> Run:
        """The first run of a line of forks: what the conversation was when it was accepted, it is for all of them."""
        while run.parent:
            run = self.run_of_any_user(run.parent)
        return run

    def runs(self, user: str, thread: str, limit: int | None, before: str) -> list[Run]:
        """Oldest first; of one thread, or of all when thread is "". limit: the newest so many, None for every one."""
        where, args = ["user=?"], [user]
        if thread:
            where, args = [*where, "thread=?"], [*args, thread]
        if before:
            where, args = [*where, "number < (SELECT number FROM run WHERE id=? AND user=?)"], [*args, before, user]
        rows = self._database.read(
            f"{_RUN} WHERE {' AND '.join(where)} ORDER BY number DESC LIMIT ?", *args, most(limit)
        )
        return [_run(r) for r in reversed(rows)]

    def with_status(self, *statuses: RunStatus) -> list[Run]:
        marks = ",".join("?" * len(statuses))
        return [_run(r) for r in self._database.read(f"{_RUN} WHERE status IN ({marks}) ORDER BY number", *statuses)]

    def replies(self, run: str) -> dict[str, str]:
        """What the user replied so far, by the id of the interrupt that asked."""
        return json.loads(self._database.read("SELECT replies FROM run WHERE id=?", run)[0]["replies"])

    def set_running(self, run: str) -> bool:
        """False when the run has ended meanwhile."""
        with self._database.write() as c:
            done = c.execute("UPDATE run SET status='running' WHERE id=? AND status IN ('queued', 'running')", (run,))
            return bool(done.rowcount)

    def set_waiting(
        self,
        run: str,
        interrupt: str,
        question: str,
        options: Sequence[str],
        seconds: float,
        approvals: Sequence[str] = (),
        reviews: Sequence[str] = (),
        expires: str = "",
    ) -> bool:
        """expires: ISO 8601, UTC; when the question counts as declined, "" for never. approvals, reviews: the ids that it waits for. False when one of them was decided
        meanwhile, or the run was stopped: it does not wait."""
        with self._database.write() as c:
            if c.execute("SELECT 1 FROM run WHERE id=? AND stop=1", (run,)).fetchone():
                return False
            for table, ids in (("approval", approvals), ("review", reviews)):
                marks = ",".join("?" * len(ids))
                sql = f"SELECT 1 FROM {table} WHERE run=? AND id IN ({marks}) AND state!='waiting'"
                if c.execute(sql, (run, *ids)).fetchone():
                    return False
            count_seconds(c, run, seconds)
            c.execute(
                """UPDATE run SET status='waiting', interrupt=?, question=?, options=?, seconds=?, expires=?
                WHERE id=? AND status='running'""",
                (interrupt, redact(question), redacted_json(list(options)), round(seconds, 3), expires, run),
            )
            return True

    def wake(self, run: str) -> int:
        """A waiting run is queued again; returns the number of its new leg, or 0 when it did not wait."""
        with self._database.write() as c:
            done = c.execute(
                """UPDATE run SET status='queued', question='', options='[]', interrupt='', leg=leg+1
                WHERE id=? AND status='waiting'""",
                (run,),
            )
            return c.execute("SELECT leg FROM run WHERE id=?", (run,)).fetchone()["leg"] if done.rowcount else 0

    def reopen(self, user: str, run: str) -> int:
        """A stopped or failed run is queued again; returns the number of its new leg. What it waited for when it was
        stopped is asked anew. Raises NotFound, BadGoal (it is not stopped, or too old)."""
        self.run(user, run)
        oldest = (datetime.now(UTC) - timedelta(days=DAYS)).isoformat(timespec="milliseconds")
        with self._database.write() as c:
            c.accepting(user)
            if c.execute("SELECT 1 FROM run WHERE id=? AND ended!='' AND ended<?", (run, oldest)).fetchone():
                raise BadGoal(
                    f"How far a run was is kept for {DAYS} days; this one ended before. Nothing was started. Try it again."
                )
            done = c.execute(
                """UPDATE run SET status='queued', stop=0, outcome='', answer='', reason='', interrupt='', ended='', leg=leg+1, learned=0
                WHERE id=? AND user=? AND status IN ('cancelled', 'failed')""",
                (run, user),
            )
            if not done.rowcount:
                raise BadGoal("Only a run that was stopped or has failed can go on. Nothing was started.")
            for table in ("approval", "review"):
                c.execute(f"DELETE FROM {table} WHERE run=? AND state='withdrawn'", (run,))
            stamp(c, run, RunReopened(user))
            return c.execute("SELECT leg FROM run WHERE id=?", (run,)).fetchone()["leg"]

    def leg(self, run: str) -> int:
        """How often the run went on after a wait: its piece of work in the queue is named by it."""
        return self._database.read("SELECT leg FROM run WHERE id=?", run)[0]["leg"]

    def reply(self, user: str, run: str, text: str) -> int:
        """Store the reply; returns the number of the run's new leg. NotFound unless the run waits for one."""
        with self._database.write() as c:
            row = c.execute(
                "SELECT interrupt, replies FROM run WHERE id=? AND user=? AND status='waiting' AND interrupt!=''",
                (run, user),
            ).fetchone()
            if row is None:
                raise NotFound("This run is not waiting for a reply (any more).")
            replies = {**json.loads(row["replies"]), row["interrupt"]: text}
            c.execute(
                "UPDATE run SET status='queued', question='', options='[]', interrupt='', replies=?, leg=leg+1 WHERE id=?",
                (json.dumps(replies), run),
            )
            return c.execute("SELECT leg FROM run WHERE id=?", (run,)).fetchone()["leg"]

    def unanswered(self) -> list[Run]:
        """Those whose question has expired."""
        sql = f"{_RUN} WHERE status='waiting' AND expires!='' AND expires<=?"
        return [_run(r) for r in self._database.read(sql, utc_now())]

    def runs_to_retain(self, ended_before: str) -> set[str]:
        """Ids of the runs whose checkpoints are kept: those that are not ended, or ended after that time (ISO 8601, UTC)."""
        rows = self._database.read(f"SELECT id FROM run WHERE status IN {OPEN} OR ended >= ?", ended_before)
        return {r["id"] for r in rows}

    def ask_stop(self, user: str, run: str) -> bool:
        """False when the run has ended already. One that waits ends here, since no worker has it. All in one
        transaction: told in a second one, the request could come after the end that it led to."""
        with self._database.write() as c:
            sql = f"SELECT status, stop, seconds FROM run WHERE id=? AND user=? AND status IN {OPEN}"
            row = c.execute(sql, (run, user)).fetchone()
            if row is None:
                return False
            if not row["stop"]:
                c.execute("UPDATE run SET stop=1 WHERE id=?", (run,))
                stamp(c, run, StopRequested())
            if row["status"] == "waiting":
                _end(
                    c, run, "cancelled", None, "Stopped at your request while it waited for your reply.", row["seconds"]
                )
            return True

    def stop_asked(self, run: str) -> bool:
        return bool(self._database.read("SELECT stop FROM run WHERE id=?", run)[0]["stop"])

    def end(self, run: str, status: RunStatus, answer: Answer | None, reason: str, seconds: float) -> None:
        """The run's last row and last event, together. Ending twice does nothing."""
        with self._database.write() as c:
            _end(c, run, status, answer, reason, seconds)

    # --- threads
    def threads(self, user: str, limit: int | None) -> list[Thread]:
        rows = self._database.read(
            f"""SELECT thread.*, COUNT(run.id) AS runs, SUM(run.status IN {OPEN}) AS active FROM thread
            LEFT JOIN run ON run.thread=thread.id WHERE thread.user=? GROUP BY thread.id ORDER BY thread.updated DESC, MAX(run.number) DESC LIMIT ?""",
            user,
            most(limit),
        )
        return [Thread(r["id"], r["title"], r["created"], r["updated"], r["runs"], bool(r["active"])) for r in rows]

    def delete_thread(self, user: str, thread: str) -> list[str]:
        """Returns the ids of the runs that went with it. NotFound when it is not the user's; it must have no active run."""
        with self._database.write() as c:
            if not c.execute("SELECT 1 FROM thread WHERE id=? AND user=?", (thread, user)).fetchone():
                raise NotFound("This conversation does not exist (any more).")
            runs = [r["id"] for r in c.execute("SELECT id FROM run WHERE thread=?", (thread,))]
            c.executemany("INSERT OR IGNORE INTO unlearned(run, user) VALUES(?,?)", [(r, user) for r in runs])
            for table in OF_RUN:
                c.executemany(f"DELETE FROM {table} WHERE run=?", [(r,) for r in runs])
            c.execute("DELETE FROM run WHERE thread=?", (thread,))
            c.execute("DELETE FROM thread WHERE id=?", (thread,))
        return runs


def _end(c: Connection, run: str, status: RunStatus, answer: Answer | None, reason: str, seconds: float) -> None:
    outcome, reason = answer["outcome"] if answer else "", redact(reason)
    count_seconds(c, run, seconds)
    done = c.execute(
        f"UPDATE run SET status=?, outcome=?, answer=?, reason=?, seconds=?, ended=?, question='', options='[]' WHERE id=? AND status IN {OPEN}",
        (status, outcome, redact(answer["text"]) if answer else "", reason, round(seconds, 3), utc_now(), run),
    )
    if done.rowcount:
        withdraw(c, run)
        withdraw_reviews(c, run)
        stamp(c, run, RunEnded(status, outcome, reason, round(seconds, 3)))


def new_id() -> str:
    return uuid.uuid4().hex[:16]


def _title(goal: str) -> str:
    line = " ".join(goal.split())
    return line if len(line) <= 80 else line[:79] + "…"


def _run(r: sqlite3.Row) -> Run:
    return Run(
        id=r["id"], thread=r["thread"], user=r["user"], goal=r["goal"], status=r["status"], outcome=r["outcome"],
        answer=r["answer"], reason=r["reason"], question=r["question"], options=json.loads(r["options"]),
        files=json.loads(r["files"]), created=r["created"], seconds=r["seconds"], last=r["last"],
        ask_at_edge=bool(r["ask_at_edge"]), parent=r["parent"], from_step=r["from_step"],
    )  # fmt: skip
