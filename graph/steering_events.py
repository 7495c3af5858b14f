"""The part of the event vocabulary that tells how a person steered a run; `graph/events.py` holds the whole of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from agents.base import Plan
from tools.base import Json


@dataclass(frozen=True)
class PlanReviewAsked:
    review: str
    number: int  # of the plan
    why: str  # for people
    kind: Literal["PlanReviewAsked"] = "PlanReviewAsked"


@dataclass(frozen=True)
class PlanReviewed:
    review: str
    number: int
    word: Literal["approved", "sent_back", "withdrawn"]
    by: str  # user, or "" when the run ended
    reason: str  # what the agent is told with a plan that was sent back
    changes: Sequence[str]  # what the person changed, one sentence each
    plan: Plan  # as it will run; without steps unless it was approved
    granted: Sequence[str] = ()  # ids of the steps whose calls were approved with the plan
    kind: Literal["PlanReviewed"] = "PlanReviewed"


@dataclass(frozen=True)
class BudgetExtended:
    budget: str
    limit: float  # from now on
    kind: Literal["BudgetExtended"] = "BudgetExtended"


@dataclass(frozen=True)
class RunForked:
    """This run goes on from another one's results: everything before `step` was taken over."""

    source: str  # run
    step: str
    changes: Sequence[str]  # what is different, one sentence each
    kind: Literal["RunForked"] = "RunForked"


@dataclass(frozen=True)
class StepKept:
    """A step whose result was taken over from the run that this one was forked from."""

    step: str
    source: str  # run
    status: Literal["ok", "failed", "skipped"]
    text: str  # head
    kind: Literal["StepKept"] = "StepKept"


@dataclass(frozen=True)
class RunReopened:
    """A stopped or failed run goes on where it was."""

    by: str
    kind: Literal["RunReopened"] = "RunReopened"


@dataclass(frozen=True)
class WriteUndone:
    step: str
    tool: str
    call: int  # sequence of the ToolReturned that was undone
    by: str
    what: str  # for people: "Forgotten: My flight is on 3 May."
    args: Mapping[str, Json] = field(default_factory=dict)
    kind: Literal["WriteUndone"] = "WriteUndone"
