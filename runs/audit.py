"""Proof of what happened: lines that are chained by HMAC, so that none can be changed, moved or taken away unnoticed.

Each line's code covers the line before it, so a changed, removed, added or reordered line breaks the chain; a sealed
head (how many lines, the last code) shows when the end was cut off. The head is in the database and, beside it, in
`audit.head`, so that an old copy of the database put in its place is noticed as well. A line is written in the same
transaction as the event it is about.

What a line says of a person can be erased without breaking the chain: the code covers a salted digest of the details,
and the person stands in the line under a pseudonym. Details that are gone without a line that tells of the erasure are
reported.

Not covered: somebody who has the key (`audit.key` in the home, or GROUNDWORK_AUDIT_KEY) can write a new history; keep
the key or exports elsewhere if the machine's owner must be held to them too.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import os
import secrets
import sqlite3
import time
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from runs.redaction import redacted_json

logger = logging.getLogger("groundwork.audit")
ERASED = "Erased"
_CHAINS = count()
SCHEMA = """
CREATE TABLE IF NOT EXISTS audit(
  sequence INTEGER PRIMARY KEY, time REAL NOT NULL, kind TEXT NOT NULL, subject TEXT NOT NULL, run TEXT NOT NULL,
  tool TEXT NOT NULL, decision TEXT NOT NULL, digest TEXT NOT NULL, salt TEXT, body TEXT, mac TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS audit_of_subject ON audit(subject);
CREATE INDEX IF NOT EXISTS audit_of_run ON audit(run);
CREATE TABLE IF NOT EXISTS audit_head(id INTEGER PRIMARY KEY CHECK (id=1), count INTEGER NOT NULL, mac TEXT NOT NULL, seal TEXT NOT NULL);
"""


@dataclass(frozen=True)
class Line:
    sequence: int
    time: float
    kind: str
    subject: str  # the person's pseudonym
    run: str
    tool: str
    decision: str
    body: Mapping[str, Any]  # {} when it was erased

    @property
    def user(self) -> str:
        return str(self.body.get("user", "")) or f"(erased {self.subject[:6]})"


class Chain:
    """Appends within the caller's transaction. One per open database."""

    def __init__(self, home: Path) -> None:
        self._key, self._head = load_key(home), home / "audit.head"
        # Of this chain alone: the door and the app each have the database open in the same process.
        self._fresh = self._head.with_name(f"audit.head.{os.getpid()}-{next(_CHAINS)}")
        self._told: tuple[int, str] = (0, "")

    def subject(self, user: str) -> str:
        return self._code(f"subject:{user}")[:16]

    def append(
        self,
        c: sqlite3.Connection,
        kind: str,
        user: str,
        body: Mapping[str, Any],
        *,
        run: str = "",
        tool: str = "",
        decision: str = "",
    ) -> None:
        head = c.execute("SELECT count, mac FROM audit_head").fetchone()
        count, before = (head["count"], head["mac"]) if head else (0, "")
        text = redacted_json({**body, "user": user}, sort_keys=True, ensure_ascii=False)
        salt = secrets.token_hex(8)
        digest = _digest(salt, text)
        line = (count + 1, time.time(), kind, self.subject(user), run, tool, decision, digest)
        mac = self._line(before, line)
        c.execute("INSERT INTO audit VALUES(?,?,?,?,?,?,?,?,?,?,?)", (*line, salt, text, mac))
        c.execute("INSERT OR REPLACE INTO audit_head VALUES(1,?,?,?)", (count + 1, mac, self._seal(count + 1, mac)))
        self._told = (count + 1, mac)

    def committed(self) -> None:
        """After the commit: the head is written beside the database as well."""
        (count, mac), self._told = self._told, (0, "")
        if not count:
            return
        try:
            head = {"count": count, "mac": mac, "seal": self._seal(count, mac)}
            self._fresh.write_text(json.dumps(head), encoding="utf-8")
            os.replace(self._fresh, self._head)
        except OSError:  # the line itself is stored; an older head beside it is still a true one
            logger.exception("audit.head could not be written")

    def rolled_back(self) -> None:
        self._told = (0, "")

    def verify(self, rows: list[sqlite3.Row], head: sqlite3.Row | None) -> list[str]:
        """What is wrong, as sentences; [] when every line is as it was written."""
        problems, before, expected, at = list[str](), "", 1, dict[int, str]()
        erased = {r["subject"]: r["sequence"] for r in rows if r["kind"] == ERASED}
        for r in rows:
            n = r["sequence"]
            if n != expected:
                problems.append(f"Lines {expected} to {n - 1} are missing.")
            line = tuple(r[k] for k in ("sequence", "time", "kind", "subject", "run", "tool", "decision", "digest"))
            if not hmac.compare_digest(self._line(before, line), r["mac"]):
                problems.append(f"Line {n} was changed, moved or added, or a line before it was removed.")
            if r["body"] is not None and _digest(r["salt"] or "", r["body"]) != r["digest"]:
                problems.append(f"The details of line {n} were changed.")
            if r["body"] is None and n > erased.get(r["subject"], 0):
                problems.append(f"The details of line {n} were removed without an erasure.")
            before, expected = r["mac"], n + 1
            at[n] = r["mac"]
        return problems + self._head_faults(at, expected - 1, head)

    def _head_faults(self, at: Mapping[int, str], count: int, head: sqlite3.Row | None) -> list[str]:
        if head is None:
            kept = [] if not count else ["The head of the audit log is missing."]
        elif not hmac.compare_digest(self._seal(head["count"], head["mac"]), head["seal"]):
            kept = ["The head of the audit log was changed."]
        elif head["count"] != count or at.get(count, "") != head["mac"]:
            kept = [
                f"The head tells of {head['count']} lines, there are {count}: lines at the end were removed or added."
            ]
        else:
            kept = []
        return kept + self._file_faults(at, count)

    def _file_faults(self, at: Mapping[int, str], count: int) -> list[str]:
        try:
            told = json.loads(self._head.read_text(encoding="utf-8"))
            told = (int(told["count"]), str(told["mac"]), str(told["seal"]))
        except FileNotFoundError:
            return [] if not count else ["audit.head is missing."]
        except (OSError, ValueError, KeyError, TypeError):
            return ["audit.head cannot be read."]
        if not hmac.compare_digest(self._seal(told[0], told[1]), told[2]):
            return ["audit.head was changed."]
        if told[0] > count or at.get(told[0], "") != told[1]:
            return [
                f"audit.head tells of {told[0]} lines, there are {count}: lines were removed, or an old copy was put in."
            ]
        return []

    def _line(self, before: str, line: tuple[Any, ...]) -> str:
        return self._code(before + json.dumps(line, ensure_ascii=False))

    def _seal(self, count: int, mac: str) -> str:
        return self._code(f"head:{count}:{mac}")

    def _code(self, text: str) -> str:
        return hmac.new(self._key, text.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()


def load_key(home: Path) -> bytes:
    """From GROUNDWORK_AUDIT_KEY, else from the home, where it is made at the first start (readable by its owner only)."""
    if given := os.environ.get("GROUNDWORK_AUDIT_KEY"):
        return given.encode()
    path = home / "audit.key"
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_bytes()
    with os.fdopen(handle, "wb") as f:
        f.write(secrets.token_bytes(32))
    return path.read_bytes()


def _digest(salt: str, text: str) -> str:
    return hashlib.sha256(f"{salt}:{text}".encode("utf-8", "surrogatepass")).hexdigest()
