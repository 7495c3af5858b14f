"""Rows and records that `runs/service.py` hands out. Frozen: the page reads them and decides nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from agents.base import Plan
from graph.events import Event, RunStatus
from tools.base import Json, Risk, Source

__all__ = [
    "Approval",
    "Event",
    "FileQueue",
    "IngestJob",
    "Match",
    "PlanReview",
    "Run",
    "RunStatus",
    "Stamped",
    "Thread",
    "Upload",
]


@dataclass(frozen=True)
class Upload:
    name: str
    data: bytes
    folder: str = ""  # where it goes in memory: "Contracts/2026"


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
    parent: str = ""  # the run that this one is a fork of, and the step where it began
    from_step: str = ""
    ask_at_edge: bool = False  # its user is asked whether to extend a budget that is used up


@dataclass(frozen=True)
class Thread:
    id: str
    title: str  # its first goal
    created: str
    updated: str
    runs: int
    active: bool  # a run of it is queued, running or waiting


@dataclass(frozen=True)
class Match:
    """A run that a search across past conversations found."""

    thread: str
    run: str
    goal: str
    created: str  # ISO 8601, UTC
    text: str  # the piece of goal and answer that fits best
    score: float
    similarity: float  # cosine to the query
    by_word: bool  # a word of the query stands in it


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
    folder: str = ""
    kind: str = "file"  # file, url, sitemap, watched, entry: see `jobs.NewJob`
    origin: str = ""  # the address of a url or sitemap; the path of a watched file
    tries: int = 0
    document: str = ""  # what it became in memory
    parent: str = ""  # the job or the watch that it comes from
    receipt: Mapping[str, Any] = field(default_factory=dict)  # pages, passages, tables, seconds, skipped, replaced


@dataclass(frozen=True)
class FileQueue:
    """A user's uploads."""

    counts: Mapping[str, int]  # by state; failed ones that were dismissed are left out
    at_work: Sequence[IngestJob]  # what is worked on, then what comes next
    failed: Sequence[IngestJob]  # newest first
    stopped: bool  # the user holds the queue

    @property
    def open(self) -> int:
        return self.counts.get("queued", 0) + self.counts.get("working", 0)


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


@dataclass(frozen=True)
class PlanReview:
    """A plan that waits, or waited, for its user before its first step."""

    id: str
    run: str
    thread: str
    goal: str
    number: int  # of the plan
    plan: Plan  # as the agent made it
    known: Sequence[str]  # ids of results that its steps may need as well
    max_steps: int
    why: str  # why a person is asked
    asked: str  # ISO 8601, UTC
    state: Literal["waiting", "approved", "sent_back", "withdrawn"]
    by: str
