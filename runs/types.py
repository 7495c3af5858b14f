"""Rows and records that `runs/service.py` hands out. Frozen: the page reads them and decides nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from graph.events import Event, RunStatus

__all__ = ["Event", "IngestJob", "Run", "RunStatus", "Stamped", "Thread", "Upload"]


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
