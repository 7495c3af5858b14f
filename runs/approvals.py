"""Approvals as rows: what waits for a person, what was decided, and that it was used once.

Waits through restarts, for days. A decision is one transaction with its event, so of two tabs exactly one decides and
the other is told. It may be written by another process (`python -m runs approvals`): the process that owns the home
sees it and lets the run go on (`wakeable`).
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, cast

from graph.approvals import Decision, Request, call_hash
from graph.events import ApprovalAsked, ApprovalDecided
from runs.database import Connection, Database, utc_now
from runs.errors import AlreadyDecided, BadGoal, NotFound
from runs.log import stamp
from runs.redaction import redact, redacted_json, revealed
from runs.types import Approval
from tools.base import BadArguments, Tool

Word = Literal["approved", "rejected", "expired", "withdrawn"]
_OF_OPEN = "approval JOIN run ON run.id=approval.run"


class Approvals:
    def __init__(self, database: Database, days: float) -> None:
        """days: how long a person has to decide."""
        self._database, self._days = database, days

    def desk(self, run: str, user: str) -> RunDesk:
        return RunDesk(self._database, run, user, self._days)

    def waiting(self, user: str, run: str = "") -> list[Approval]:
        """Of one run, or across all threads; oldest first."""
        rows = self._database.read(
            f"""SELECT approval.*, run.thread, run.goal FROM {_OF_OPEN} WHERE approval.user=? AND approval.state='waiting'
            AND (?='' OR approval.run=?) ORDER BY approval.asked, approval.rowid""",
            user,
            run,
            run,
        )
        return [_approval(r) for r in rows]

    def get(self, user: str, id: str) -> Approval:
        rows = self._database.read(
            f"SELECT approval.*, run.thread, run.goal FROM {_OF_OPEN} WHERE approval.id=? AND approval.user=?", id, user
        )
        if not rows:
            raise NotFound(f"There is no approval {id}.")
        return _approval(rows[0])

    def decide(
        self,
        user: str,
        id: str,
        word: Literal["approved", "rejected"],
        *,
        reason: str = "",
        args: Mapping[str, Any] | None = None,
        for_run: bool = False,
    ) -> Approval:
        """Raises NotFound, AlreadyDecided. `args`: validated by the caller against the tool's schema."""
        late = False
        with self._database.write() as c:
            row = c.execute("SELECT * FROM approval WHERE id=? AND user=?", (id, user)).fetchone()
            if row is None:
                raise NotFound(f"There is no approval {id}.")
            if row["state"] != "waiting":
                raise AlreadyDecided(_told(row))
            if row["expires"] <= utc_now():
                _settle(c, row, "expired", "", "nobody decided in time")
                late = True
            else:
                _settle(c, row, word, user, reason, args, for_run and word == "approved")
                if for_run and word == "approved":
                    self._allow(c, row, user)
        if late:
            raise AlreadyDecided("This approval had expired, so the action was not done.")
        return self.get(user, id)

    def _allow(self, c: Connection, row: sqlite3.Row, user: str) -> None:
        """What of the same tool waits in this run already is allowed with it."""
        others = c.execute(
            "SELECT * FROM approval WHERE run=? AND tool=? AND tainted<=? AND state='waiting'",
            (row["run"], row["tool"], row["tainted"]),
        ).fetchall()
        for other in others:
            _settle(c, other, "approved", user, "allowed for this run", None, True)

    def expire(self) -> list[str]:
        """Runs whose approval nobody decided in time."""
        with self._database.write() as c:
            rows = c.execute("SELECT * FROM approval WHERE state='waiting' AND expires<=?", (utc_now(),)).fetchall()
            for row in rows:
                _settle(c, row, "expired", "", "nobody decided in time")
        return [r["run"] for r in rows]

    def wakeable(self) -> list[str]:
        """Waiting runs that have a decision which their worker has not seen."""
        rows = self._database.read(
            f"""SELECT DISTINCT approval.run FROM {_OF_OPEN} WHERE run.status='waiting'
            AND approval.state!='waiting' AND approval.seen=0"""
        )
        return [r["run"] for r in rows]

    def decided(self, run: str, ids: Sequence[str]) -> list[str]:
        """Those of `ids` that are decided; the worker has seen them then, and nothing wakes the run for them again."""
        marks = ",".join("?" * len(ids))
        with self._database.write() as c:
            c.execute("UPDATE approval SET seen=1 WHERE run=? AND state!='waiting'", (run,))
            sql = f"SELECT id FROM approval WHERE run=? AND id IN ({marks}) AND state!='waiting'"
            return [r["id"] for r in c.execute(sql, (run, *ids))]


class RunDesk:
    """One run's desk. Satisfies `graph.approvals.Desk`."""

    def __init__(self, database: Database, run: str, user: str, days: float) -> None:
        self._database, self._run, self._user, self._days = database, run, user, days

    def ask(self, request: Request) -> None:
        expires = (datetime.now(UTC) + timedelta(days=self._days)).isoformat(timespec="milliseconds")
        with self._database.write() as c:
            done = c.execute(
                """INSERT OR IGNORE INTO approval(id, run, user, step, tool, args, hash, risk, title, why, reason, tainted,
                sources, schema, asked, expires) VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)""",
                (
                    request.id,
                    self._run,
                    self._user,
                    request.step,
                    request.tool,
                    _json(request.args),
                    request.hash,
                    request.risk,
                    redact(request.title),
                    redact(request.why),
                    redact(request.reason),
                    request.tainted,
                    _json(request.sources),
                    _json(request.schema),
                    utc_now(),
                    expires,
                ),
            )
            if done.rowcount:
                r = request
                stamp(
                    c,
                    self._run,
                    ApprovalAsked(r.id, r.step, r.tool, r.args, r.hash, r.risk, r.why, r.tainted, expires),
                )

    def decision(self, id: str, args: Mapping[str, Any]) -> Decision | None:
        rows = self._database.read(
            "SELECT * FROM approval WHERE id=? AND run=? AND user=? AND state!='waiting'", id, self._run, self._user
        )
        found = _decision(rows[0]) if rows else None
        return found and replace(found, args=revealed(found.args, args))  # who edited them saw placeholders

    def rejection(self, hash: str) -> Decision | None:
        rows = self._database.read(
            "SELECT * FROM approval WHERE run=? AND hash=? AND state='rejected' LIMIT 1", self._run, hash
        )
        return _decision(rows[0]) if rows else None

    def allowed(self, tool: str, tainted: bool) -> str:
        rows = self._database.read(
            "SELECT by FROM approval WHERE run=? AND tool=? AND for_run=1 AND tainted>=? LIMIT 1",
            self._run,
            tool,
            int(tainted),
        )
        return rows[0]["by"] if rows else ""

    def use(self, id: str, key: str) -> bool:
        with self._database.write() as c:
            done = c.execute(
                "UPDATE approval SET used=? WHERE id=? AND run=? AND user=? AND state='approved' AND used IN ('', ?)",
                (key, id, self._run, self._user, key),
            )
            return bool(done.rowcount)


def edited_args(tools: Mapping[str, Tool], asked: Approval, args: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """The edited arguments as the tool takes them; None when nothing was edited. Raises BadGoal when they do not fit."""
    if args is None or asked.tool not in tools:
        return None
    try:
        edited = json.loads(json.dumps(tools[asked.tool].validate(args), default=str))
    except BadArguments as e:
        raise BadGoal(f"{e} Nothing was decided; it still waits.") from e
    return None if edited == asked.args else edited


def withdraw(c: Connection, run: str) -> None:
    """Nothing waits for a run that has ended; within the transaction that ends it."""
    for row in c.execute("SELECT * FROM approval WHERE run=? AND state='waiting'", (run,)).fetchall():
        _settle(c, row, "withdrawn", "", "the run ended")


def _settle(
    c: Connection,
    row: sqlite3.Row,
    word: Word,
    by: str,
    reason: str,
    args: Mapping[str, Any] | None = None,
    for_run: bool = False,
) -> None:
    digest = call_hash(row["tool"], args, row["user"]) if args is not None else row["hash"]
    c.execute(
        "UPDATE approval SET state=?, by=?, decided=?, note=?, edited=?, for_run=? WHERE id=?",
        # As they were typed: they will be executed. Nobody is shown this column.
        (word, by, utc_now(), redact(reason), json.dumps(args) if args is not None else "", for_run, row["id"]),
    )
    stamp(
        c,
        row["run"],
        ApprovalDecided(row["id"], row["step"], row["tool"], word, by, digest, reason, dict(args or {}), for_run),
    )


def _told(row: sqlite3.Row) -> str:
    when = row["decided"][:16].replace("T", " ")
    who = f" by {row['by']}" if row["by"] else ""
    return f"This was already {row['state']}{who} ({when} UTC). Nothing was changed by this second decision."


def _decision(row: sqlite3.Row) -> Decision:
    args = json.loads(row["edited"]) if row["edited"] else None
    return Decision(row["state"], row["by"], row["note"], args, bool(row["for_run"]))


def _approval(r: sqlite3.Row) -> Approval:
    return Approval(
        id=r["id"], run=r["run"], thread=r["thread"], goal=r["goal"], step=r["step"], tool=r["tool"],
        args=json.loads(r["args"]), hash=r["hash"], risk=cast(Any, r["risk"]), title=r["title"], why=r["why"],
        reason=r["reason"], tainted=bool(r["tainted"]), sources=json.loads(r["sources"]), schema=json.loads(r["schema"]),
        asked=r["asked"], expires=r["expires"], state=r["state"], by=r["by"], note=r["note"],
    )  # fmt: skip


def _json(value: Any) -> str:
    return redacted_json(value, ensure_ascii=False)
