"""What the graph knows of approvals: what is asked, what a person decided, and the desk where both are kept.

An approval is bound to the hash of (tool, canonical arguments, user) and to the place of its one call in the run, so
that it serves that call and no other. The desk is durable (`runs/approvals.py`); the graph only asks and looks.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from tools.base import Json, Risk, Source

Decided = Literal["approved", "rejected", "expired", "withdrawn"]


@dataclass(frozen=True)
class Request:
    """One call that waits for a person: what would be done, why, and what it is based on."""

    id: str
    step: str
    tool: str
    args: Mapping[str, Json]
    hash: str
    risk: Risk
    title: str  # the step's title
    why: str  # why it is asked: the rule, or what tainted the run
    reason: str  # why the agent wants it
    tainted: bool
    sources: Sequence[Source] = field(default_factory=list)  # heads of what the run has read so far
    schema: Mapping[str, Json] = field(default_factory=dict)  # JSON schema of the arguments, for editing them


@dataclass(frozen=True)
class Decision:
    word: Decided
    by: str
    reason: str = ""
    args: Mapping[str, Json] | None = None  # set when they were edited
    for_run: bool = False  # the tool was allowed for the rest of the run


class Desk(Protocol):
    """Bound to one run of one user."""

    def ask(self, request: Request) -> None: ...  # the same id twice asks once
    # None while it waits. args: as they were asked for, in which what the person was not shown is found
    def decision(self, id: str, args: Mapping[str, Any]) -> Decision | None: ...
    def rejection(self, hash: str) -> Decision | None: ...  # the same call was rejected earlier in this run
    def allowed(self, tool: str, tainted: bool) -> str: ...  # who allowed the tool for this run, or ""
    def use(self, id: str, key: str) -> bool: ...  # False when it served another call before


def call_hash(tool: str, args: Mapping[str, Any], user: str) -> str:
    """SHA-256 of (tool, canonical arguments, user): what an approval is bound to."""
    return hashlib.sha256(json.dumps([tool, args, user], sort_keys=True, default=str).encode()).hexdigest()


FIRST_CALL = "1:0"  # the slot of a step's first call in its first attempt


def approval_id(run: str, step: str, slot: str, digest: str) -> str:
    """slot: "attempt:number of the call"; digest: see `call_hash`. One approval, one place in one run."""
    return hashlib.sha256(f"{run}:{step}:{slot}:{digest}".encode()).hexdigest()[:16]
