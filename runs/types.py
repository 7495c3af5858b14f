"""Rows and records that `runs/service.py` hands out. Frozen: the page reads them and decides nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from graph.events import Event, RunStatus
from tools.base import Json, Risk, Source

__all__ = ["Approval", "Event", "IngestJob", "Run", "RunStatus", "Stamped", "Thread", "Upload"]


@dataclass(frozen=True)
class Upload:
    name: str
    data: bytes


@dataclass(frozen=True)
class Run:
    id: str
    thread: str
    user: str
    goal: str
    status: RunStatus
    outcome: str  # answered, partial, not_answered; "" while there is none
    answer: str  # Markdown with [1], [2] …; "" while there is none
    reason: str  # why not answered, failed or stopped
    question: str  # what a waiting run asks, else ""
    options: Sequence[str]
    files: Sequence[str]  # names
    created: str  # ISO 8601, UTC
    seconds: float
    last: int  # sequence of its last event


@dataclass(frozen=True)
class Thread:
    id: str
    title: str  # its first goal
    created: str
    updated: str
    runs: int
    active: bool  # a run of it is queued, running or waiting


@dataclass(frozen=True)
class Stamped:
    """An event with what the log added."""

    run: str
    sequence: int  # 1, 2, 3 … without gaps within a run
    time: float  # seconds since the epoch
    event: Event


@dataclass(frozen=True)
class IngestJob:
    id: str
    name: str
    state: Literal["queued", "working", "done", "failed"]
    stage: str  # parsing, embedding, storing
    done: int
    total: int
    status: str  # of the Receipt: added, replaced, unchanged, failed; "" before
    message: str  # for the user
    created: str


@dataclass(frozen=True)
class Approval:
    """One tool call that waits, or waited, for a person's yes."""

    id: str
    run: str
    thread: str
    goal: str
    step: str
    tool: str
    args: Mapping[str, Json]
    hash: str
    risk: Risk
    title: str  # the step's
    why: str  # why a person is asked
    reason: str  # why the agent wants it
    tainted: bool
    sources: Sequence[Source]  # what the run has read, heads of it
    schema: Mapping[str, Json]  # JSON schema of the arguments
    asked: str  # ISO 8601, UTC
    expires: str
    state: Literal["waiting", "approved", "rejected", "expired", "withdrawn"]
    by: str
    note: str  # the reason that was given with the decision
