"""Reading the audit log: filtered for the page, exported, verified. `runs/audit.py` is what writes it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Literal

from graph import events as ev
from graph.policy import NOT_ALLOWED
from runs.audit import Line
from runs.database import Connection, Database, most
from runs.exports import csv_of

AUDITED = (
    ev.RunQueued, ev.Tainted, ev.ToolCalled, ev.ToolReturned, ev.ToolErred, ev.ApprovalAsked, ev.ApprovalDecided,
    ev.StopRequested, ev.RunEnded, ev.PlanReviewed, ev.RunReopened, ev.BudgetExtended,
    ev.RunForked, ev.Undone, ev.PlanRejected,
)  # fmt: skip
HEAD = 500  # characters of what a tool returned
COLUMNS = ("sequence", "time", "kind", "user", "run", "tool", "decision", "details")


def note(c: Connection, run: str, event: ev.Event) -> None:
    """The audit line of an event, within the transaction that stores it; most events have none."""
    if not isinstance(event, AUDITED) or c.chain is None:
        return
    if isinstance(event, ev.PlanRejected) and not _decision(event):
        return  # a fault of the plan's making, not a refusal
    row = c.execute("SELECT user FROM run WHERE id=?", (run,)).fetchone()
    body = {k: v for k, v in ev.to_json(event).items() if k != "kind"}
    if isinstance(event, ev.ToolReturned):
        body = {"step": event.step, "text": event.text[:HEAD], "sources": [s["title"] for s in event.sources][:20]}
    c.chain.append(
        c,
        event.kind,
        row["user"] if row else "",
        body,
        run=run,
        tool=getattr(event, "tool", ""),
        decision=_decision(event),
    )


def _decision(event: ev.Event) -> str:
    match event:
        case ev.ApprovalDecided(word=word) | ev.PlanReviewed(word=word):
            return word
        case ev.ToolCalled(grounds=grounds):
            return grounds
        case ev.PlanRejected(reasons=reasons):
            return "denied" if any(NOT_ALLOWED in r for r in reasons) else ""
        case ev.RunEnded(status=status):
            return status
        case _:
            return ""


class Book:
    def __init__(self, database: Database) -> None:
        self._database = database

    def lines(
        self,
        user: str = "",
        run: str = "",
        tool: str = "",
        decision: str = "",
        kind: str = "",
        limit: int | None = 200,
        before: int = 0,
    ) -> list[Line]:
        """Newest first; "" for any. `decision` matches a part of it, `run` the beginning, which is what the page shows."""
        chain = self._database.chain
        wanted = {
            "subject=?": chain.subject(user) if user and chain else "",
            "instr(run, ?)=1": run,
            "tool=?": tool,
            "kind=?": kind,
            "instr(decision, ?)>0": decision,
            "sequence<?": before,
        }
        where, args = [k for k, v in wanted.items() if v], [v for v in wanted.values() if v]
        sql = f"SELECT * FROM audit {'WHERE ' + ' AND '.join(where) if where else ''} ORDER BY sequence DESC LIMIT ?"
        return [_line(r) for r in self._database.read(sql, *args, most(limit))]

    def choices(self, user: str = "") -> dict[str, list[str]]:
        """The kinds and tools there are, of one user's lines or of all."""
        chain = self._database.chain
        subject = chain.subject(user) if user and chain else ""
        sql = "SELECT DISTINCT {0} AS x FROM audit WHERE (?='' OR subject=?) AND {0}!='' ORDER BY 1"
        return {k: [r["x"] for r in self._database.read(sql.format(k), subject, subject)] for k in ("kind", "tool")}

    def verify(self) -> tuple[int, list[str]]:
        """(how many lines there are, what is wrong with them)."""
        chain = self._database.chain
        if chain is None:
            return 0, ["The audit log can only be verified with its key."]
        rows = self._database.read("SELECT * FROM audit ORDER BY sequence")
        heads = self._database.read("SELECT * FROM audit_head")
        return len(rows), chain.verify(rows, heads[0] if heads else None)

    def add(self, kind: str, user: str, body: Mapping[str, Any], *, decision: str = "", tool: str = "") -> None:
        """A line about something that is no event of a run: a sign-in, a rule, a deletion, an export."""
        with self._database.write() as c:
            if c.chain:
                c.chain.append(c, kind, user, body, decision=decision, tool=tool)


def export(lines: Sequence[Line], form: Literal["jsonl", "csv"]) -> str:
    rows = [
        {
            "sequence": x.sequence,
            "time": datetime.fromtimestamp(x.time, UTC).isoformat(timespec="milliseconds"),
            "kind": x.kind,
            "user": x.user,
            "run": x.run,
            "tool": x.tool,
            "decision": x.decision,
            "details": {k: v for k, v in x.body.items() if k != "user"},
        }
        for x in lines
    ]
    if form == "jsonl":
        return "".join(json.dumps(r, ensure_ascii=False, default=str) + "\n" for r in rows)
    return csv_of(
        COLUMNS, [[json.dumps(r[k], ensure_ascii=False) if k == "details" else r[k] for k in COLUMNS] for r in rows]
    )


def _line(r: sqlite3.Row) -> Line:
    body = json.loads(r["body"]) if r["body"] else {}
    return Line(r["sequence"], r["time"], r["kind"], r["subject"], r["run"], r["tool"], r["decision"], body)
