"""The event vocabulary: every fact about a run, in the past tense. The reasoning panel, the audit log, the metrics and
the command line read these and nothing else.

An event knows nothing of when it happened or to which run it belongs: `runs/log.py` stamps it (run, sequence, time)
when it is appended. `EVENTS` maps kind to class; a test holds it complete.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Literal, get_args

from agents.base import Claim, Outcome, Plan, Step, Word
from graph.model_events import ModelChanged, ModelErred, ModelUsed, Thought
from graph.steering_events import (
    ApprovalAsked,
    ApprovalDecided,
    BudgetExtended,
    PlanReviewAsked,
    PlanReviewed,
    QuestionAnswered,
    QuestionAsked,
    RunForked,
    RunReopened,
    StopRequested,
    Undone,
)
from tools.base import Json, Risk, Source

RunStatus = Literal["queued", "running", "waiting", "done", "failed", "cancelled"]
AT_WORK: tuple[RunStatus, ...] = ("queued", "running")  # it goes on by itself
OPEN: tuple[RunStatus, ...] = (*AT_WORK, "waiting")  # it may still go on, for a waiting one when a person has replied
ENDED: tuple[RunStatus, ...] = ("done", "failed", "cancelled")


@dataclass(frozen=True)
class RunQueued:
    goal: str
    thread: str
    files: Sequence[str]  # names of the files that came with the goal
    kind: Literal["RunQueued"] = "RunQueued"


@dataclass(frozen=True)
class RunStarted:
    agent: str
    resumed: bool  # True when it went on after a crash or a wait
    budgets: Mapping[str, float] = field(default_factory=dict)  # what the run may use: see `graph.state.Budgets`
    kind: Literal["RunStarted"] = "RunStarted"


@dataclass(frozen=True)
class FileIngested:
    name: str
    status: Literal["added", "replaced", "unchanged", "failed"]
    message: str  # what the user reads: "12 pages, 48 passages", or why it failed
    document: str  # id, or ""
    kind: Literal["FileIngested"] = "FileIngested"


@dataclass(frozen=True)
class Recalled:
    passages: int
    facts: int
    turns: int
    seconds: float
    episodes: int = 0  # similar goals of the past
    kind: Literal["Recalled"] = "Recalled"


@dataclass(frozen=True)
class PlanMade:
    plan: Plan
    number: int  # 1 for the first plan, 2 for the first replan ...
    seconds: float
    kind: Literal["PlanMade"] = "PlanMade"


@dataclass(frozen=True)
class PlanRejected:
    reasons: Sequence[str]
    number: int
    kind: Literal["PlanRejected"] = "PlanRejected"


@dataclass(frozen=True)
class StepStarted:
    step: str
    attempt: int  # 1-based
    kind: Literal["StepStarted"] = "StepStarted"


@dataclass(frozen=True)
class ToolCalled:
    step: str
    tool: str
    args: Mapping[str, Json]  # references resolved
    risk: Risk
    grounds: str = ""  # what allowed it: the rule, or whose yes
    kind: Literal["ToolCalled"] = "ToolCalled"


@dataclass(frozen=True)
class ToolReturned:
    step: str
    tool: str
    text: str  # its head, at most 4,000 characters
    data: Mapping[str, Json]  # left out ({}) when over 8,000 characters as JSON
    sources: Sequence[Source]
    seconds: float
    kind: Literal["ToolReturned"] = "ToolReturned"


@dataclass(frozen=True)
class ToolErred:
    step: str
    tool: str
    error: str
    retry_after: float  # seconds; negative when it is final
    kind: Literal["ToolErred"] = "ToolErred"


@dataclass(frozen=True)
class StepEnded:
    step: str
    status: Literal["ok", "failed", "skipped"]
    text: str  # head
    attempts: int
    seconds: float
    tokens: int
    kind: Literal["StepEnded"] = "StepEnded"


@dataclass(frozen=True)
class StepChecked:
    steps: Sequence[str]  # the steps this verdict is about
    word: Word
    reason: str
    faults: Sequence[str]
    kind: Literal["StepChecked"] = "StepChecked"


@dataclass(frozen=True)
class Tainted:
    """Untrusted content has entered the run: from here on what writes or leaves the machine needs a person's yes."""

    source: str  # what it was: "wiki.example, https://…", "your documents"
    why: str  # for people
    kind: Literal["Tainted"] = "Tainted"


@dataclass(frozen=True)
class BudgetReached:
    budget: str  # "steps", "tool calls", "replans", "seconds", "tokens", "money"
    limit: float
    kind: Literal["BudgetReached"] = "BudgetReached"


@dataclass(frozen=True)
class AnswerPart:
    """A piece of the answer, in order, as it is written; replaced by AnswerChecked."""

    text: str
    anew: bool = False  # what was written before is thrown away
    kind: Literal["AnswerPart"] = "AnswerPart"


@dataclass(frozen=True)
class StepAdded:
    """A specialist handed over: this step comes first, then the one that asked is done again with its result."""

    added: Step
    before: str  # id of the step that asked
    kind: Literal["StepAdded"] = "StepAdded"


@dataclass(frozen=True)
class AnswerChecked:
    """The answer as the user gets it: citations are [1], [2] … = position in `sources` (ids "1", "2" …)."""

    text: str
    outcome: Outcome
    reason: str
    claims: Sequence[Claim]
    sources: Sequence[Source]
    data: Mapping[str, Json]  # chart, sql, closest: see agents.base.Write
    kind: Literal["AnswerChecked"] = "AnswerChecked"


@dataclass(frozen=True)
class RunEnded:
    status: RunStatus  # done, failed or cancelled (waiting is told by QuestionAsked)
    outcome: str  # an Outcome, or "" when there is no answer
    reason: str  # why not answered, failed or stopped; what to do next
    seconds: float
    kind: Literal["RunEnded"] = "RunEnded"


Event = (
    RunQueued
    | RunStarted
    | FileIngested
    | Recalled
    | PlanMade
    | PlanRejected
    | StepStarted
    | ToolCalled
    | ToolReturned
    | ToolErred
    | StepEnded
    | StepChecked
    | QuestionAsked
    | QuestionAnswered
    | Tainted
    | ApprovalAsked
    | ApprovalDecided
    | BudgetReached
    | BudgetExtended
    | AnswerPart
    | Thought
    | ModelUsed
    | ModelChanged
    | ModelErred
    | StepAdded
    | AnswerChecked
    | StopRequested
    | PlanReviewAsked
    | PlanReviewed
    | RunReopened
    | RunForked
    | Undone
    | RunEnded
)
EVENTS: dict[str, type] = {c.__name__: c for c in get_args(Event)}


def to_json(event: Event) -> dict[str, Any]:
    return asdict(event)


def from_json(data: Mapping[str, Any]) -> Event:
    """Rebuild an event; a field that a newer version dropped is ignored. KeyError for an unknown kind."""
    cls = EVENTS[data["kind"]]
    known = {f.name for f in fields(cls)}
    return cls(**{k: v for k, v in data.items() if k in known})
