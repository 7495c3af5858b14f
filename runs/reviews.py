"""Plan reviews as rows: which plan waits for its user, what they made of it, and who was first.

They wait for days, through restarts. A decision is one transaction with its event and with the approvals of the calls
that were ticked, so of two tabs exactly one decides and the other is told.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from agents.base import Plan, Step
from graph.approvals import FIRST_CALL, approval_id, call_hash
from graph.events import ApprovalAsked, ApprovalDecided, PlanReviewAsked, PlanReviewed
from graph.plans import Reviewed, ReviewRequest, changes, settled
from graph.state import NO_PLAN
from runs.database import Connection, Database, utc_now
from runs.errors import AlreadyDecided, BadGoal, NotFound
from runs.log import stamp
from runs.redaction import redact, redacted_json, revealed
from runs.types import PlanReview
from tools.base import Json, Tool

LONGEST_DRAFT = 200_000  # characters
_OF_OPEN = "review JOIN run ON run.id=review.run"


class Reviews:
    def __init__(self, database: Database, tools: Callable[[], Mapping[str, Tool]], days: float) -> None:
        """days: how long an approval that is given with a plan can be used."""
        self._database, self._tools, self._days = database, tools, days

    def desk(self, run: str, user: str) -> RunReviews:
        return RunReviews(self._database, run, user)

    def waiting(self, user: str, run: str = "") -> list[PlanReview]:
        """Of one run, or across all threads; oldest first."""
        sql = f"""SELECT review.*, run.thread, run.goal FROM {_OF_OPEN} WHERE review.user=? AND review.state='waiting'
        AND (?='' OR review.run=?) ORDER BY review.asked, review.rowid"""
        return [_review(r) for r in self._database.read(sql, user, run, run)]

    def get(self, user: str, id: str) -> PlanReview:
        sql = f"SELECT review.*, run.thread, run.goal FROM {_OF_OPEN} WHERE review.id=? AND review.user=?"
        rows = self._database.read(sql, id, user)
        if not rows:
            raise NotFound(f"There is no plan {id} to review.")
        return _review(rows[0])

    def draft(self, user: str, id: str) -> Json:
        rows = self._database.read("SELECT draft FROM review WHERE id=? AND user=? AND state='waiting'", id, user)
        return json.loads(rows[0]["draft"]) if rows and rows[0]["draft"] else None

    def keep_draft(self, user: str, id: str, draft: Json) -> None:
        told = _json(draft) if draft is not None else ""
        if len(told) > LONGEST_DRAFT:
            raise BadGoal("The plan as edited is too long to be kept. What was kept before stays.")
        with self._database.write() as c:
            c.execute("UPDATE review SET draft=? WHERE id=? AND user=? AND state='waiting'", (told, id, user))

    def approve(self, user: str, id: str, plan: Plan, granted: Sequence[str] = ()) -> PlanReview:
        """`plan`: as it is to run, validated by the caller. granted: ids of the steps whose very calls are approved with
        it; one whose arguments are known only later is not. Raises NotFound, AlreadyDecided."""
        with self._database.write() as c:
            row = _open(c, user, id)
            before = cast(Plan, json.loads(row["plan"]))
            steps = [s for s in plan["steps"] if s["id"] in granted and self._grantable(s)]
            for step in steps:
                self._grant(c, row, step)
            ids = {s["id"] for s in plan["steps"]}
            left_out = [s["id"] for s in before["steps"] if s["id"] not in ids]
            told = PlanReviewed(
                id, row["number"], "approved", user, "", changes(before, plan), plan, [s["id"] for s in steps]
            )
            _settle(c, row, "approved", user, "", {"plan": plan, "left_out": left_out}, told)
        return self.get(user, id)

    def send_back(self, user: str, id: str, reason: str) -> PlanReview:
        """The agent makes another plan and is told the reason. Raises NotFound, AlreadyDecided."""
        with self._database.write() as c:
            row = _open(c, user, id)
            told = PlanReviewed(id, row["number"], "sent_back", user, reason, [], NO_PLAN)
            _settle(c, row, "sent_back", user, reason, {}, told)
        return self.get(user, id)

    def _grantable(self, step: Step) -> bool:
        return step["tool"] in self._tools() and settled(step)

    def _grant(self, c: Connection, row: sqlite3.Row, step: Step) -> None:
        """An approval like any other, for the step's first call with exactly these arguments, used once."""
        tool, user, run = self._tools()[step["tool"]], row["user"], row["run"]
        args = tool.validate(step["args"])
        digest = call_hash(tool.name, args, user)
        id = approval_id(run, step["id"], FIRST_CALL, digest)
        now = datetime.now(UTC)
        asked, expires = (x.isoformat(timespec="milliseconds") for x in (now, now + timedelta(days=self._days)))
        why = "Approved with the plan, with exactly these arguments."
        c.execute(
            """INSERT OR IGNORE INTO approval(id, run, user, step, tool, args, hash, risk, title, why, reason, tainted,
            sources, schema, asked, expires, state, by, decided, note, seen)
            VALUES(?,?,?,?,?,?,?,?,?,?,?,0,'[]','{}',?,?,'approved',?,?,?,1)""",
            (id, run, user, step["id"], tool.name, _shown(args), digest, tool.risk, redact(step["title"]), why,
             redact(step["reason"]), asked, expires, user, asked, why),
        )  # fmt: skip
        stamp(c, run, ApprovalAsked(id, step["id"], tool.name, args, digest, tool.risk, why, False, expires))
        stamp(c, run, ApprovalDecided(id, step["id"], tool.name, "approved", user, digest, why, {}, False))

    def wakeable(self) -> list[str]:
        """Waiting runs that have a decision which their worker has not seen."""
        sql = f"SELECT DISTINCT review.run FROM {_OF_OPEN} WHERE run.status='waiting' AND review.state!='waiting' AND review.seen=0"
        return [r["run"] for r in self._database.read(sql)]

    def decided(self, run: str, ids: Sequence[str]) -> list[str]:
        """Those of `ids` that are decided; the worker has seen them then."""
        marks = ",".join("?" * len(ids))
        with self._database.write() as c:
            c.execute("UPDATE review SET seen=1 WHERE run=? AND state!='waiting'", (run,))
            sql = f"SELECT id FROM review WHERE run=? AND id IN ({marks}) AND state!='waiting'"
            return [r["id"] for r in c.execute(sql, (run, *ids))]


class RunReviews:
    """One run's desk. Satisfies `graph.plans.ReviewDesk`."""

    def __init__(self, database: Database, run: str, user: str) -> None:
        self._database, self._run, self._user = database, run, user

    def ask(self, request: ReviewRequest) -> None:
        with self._database.write() as c:
            done = c.execute(
                """INSERT OR IGNORE INTO review(id, run, user, number, plan, known, max_steps, why, asked)
                VALUES(?,?,?,?,?,?,?,?,?)""",
                (request.id, self._run, self._user, request.number, _shown(request.plan), _shown(request.known),
                 request.max_steps, redact(request.why), utc_now()),
            )  # fmt: skip
            if done.rowcount:
                stamp(c, self._run, PlanReviewAsked(request.id, request.number, request.why))

    def decision(self, id: str, plan: Plan) -> Reviewed | None:
        rows = self._database.read(
            "SELECT * FROM review WHERE id=? AND run=? AND user=? AND state!='waiting'", id, self._run, self._user
        )
        if not rows:
            return None
        made = json.loads(rows[0]["decision"] or "{}")
        approved = cast(Plan, revealed(made.get("plan") or NO_PLAN, plan))  # who reviewed it saw placeholders
        return Reviewed(rows[0]["state"], rows[0]["by"], rows[0]["note"], approved, made.get("left_out") or ())


def withdraw_reviews(c: Connection, run: str) -> None:
    """Nothing waits for a run that has ended; within the transaction that ends it."""
    for row in c.execute("SELECT * FROM review WHERE run=? AND state='waiting'", (run,)).fetchall():
        told = PlanReviewed(row["id"], row["number"], "withdrawn", "", "the run ended", [], NO_PLAN)
        _settle(c, row, "withdrawn", "", "the run ended", {}, told)


def _open(c: Connection, user: str, id: str) -> sqlite3.Row:
    row = c.execute("SELECT * FROM review WHERE id=? AND user=?", (id, user)).fetchone()
    if row is None:
        raise NotFound(f"There is no plan {id} to review.")
    if row["state"] != "waiting":
        when, who = row["decided"][:16].replace("T", " "), f" by {row['by']}" if row["by"] else ""
        word = row["state"].replace("_", " ")
        raise AlreadyDecided(
            f"This plan was already {word}{who} ({when} UTC). Nothing was changed by this second decision."
        )
    return row


def _settle(
    c: Connection, row: sqlite3.Row, word: str, by: str, note: str, made: Mapping[str, Any], told: PlanReviewed
) -> None:
    c.execute(
        "UPDATE review SET state=?, by=?, decided=?, note=?, decision=?, draft='' WHERE id=?",
        (word, by, utc_now(), redact(note), _json(made), row["id"]),
    )
    stamp(c, row["run"], told)


def _review(r: sqlite3.Row) -> PlanReview:
    return PlanReview(
        id=r["id"], run=r["run"], thread=r["thread"], goal=r["goal"], number=r["number"], plan=json.loads(r["plan"]),
        known=json.loads(r["known"]), max_steps=r["max_steps"], why=r["why"], asked=r["asked"], state=r["state"], by=r["by"],
    )  # fmt: skip


def _shown(value: Any) -> str:
    return redacted_json(value, ensure_ascii=False)


def _json(value: Any) -> str:
    """Of what will be executed, and of the draft that it is made of: as it is."""
    return json.dumps(value, default=str, ensure_ascii=False)
