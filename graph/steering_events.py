"""The part of the event vocabulary that tells what a person was asked and how they steered a run; `graph/events.py` holds the whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from agents.base import Plan
from tools.base import Json, Risk


@dataclass(frozen=True)
class QuestionAsked:
    question: str
    options: Sequence[str]
    kind: Literal["QuestionAsked"] = "QuestionAsked"


@dataclass(frozen=True)
class QuestionAnswered:
    question: str
    reply: str
    kind: Literal["QuestionAnswered"] = "QuestionAnswered"


@dataclass(frozen=True)
class ApprovalAsked:
    approval: str
    step: str
    tool: str
    args: Mapping[str, Json]
    hash: str  # of (tool, canonical arguments, user)
    risk: Risk
    why: str
    tainted: bool
    expires: str  # ISO 8601, UTC
    kind: Literal["ApprovalAsked"] = "ApprovalAsked"


@dataclass(frozen=True)
class ApprovalDecided:
    approval: str
    step: str
    tool: str
    word: Literal["approved", "rejected", "expired", "withdrawn"]
    by: str  # user, or "" for the clock
    hash: str  # of what was decided on: with edited arguments a new one
    reason: str
    edited: Mapping[str, Json]  # the arguments as edited, {} when they stayed
    for_run: bool  # the tool is allowed for the rest of this run
    kind: Literal["ApprovalDecided"] = "ApprovalDecided"


@dataclass(frozen=True)
class StopRequested:
    kind: Literal["StopRequested"] = "StopRequested"


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
class RunReopened:
    """A stopped or failed run goes on where it was."""

    by: str
    kind: Literal["RunReopened"] = "RunReopened"


@dataclass(frozen=True)
class RunForked:
    """This run was made of an earlier one: it begins at a step of that, with what the steps before it found."""

    run: str  # the earlier one
    step: str  # where it begins
    changes: Sequence[str]  # what the person changed, one sentence each
    taken: Sequence[str]  # ids of the steps whose results were taken over
    by: str
    kind: Literal["RunForked"] = "RunForked"


@dataclass(frozen=True)
class Undone:
    """A person had a write undone after the run had ended."""

    step: str
    tool: str
    call: int  # sequence of its `ToolCalled`
    text: str  # what was restored
    by: str
    kind: Literal["Undone"] = "Undone"


@dataclass(frozen=True)
class BudgetExtended:
    """A run that had come to the edge of a budget got as much of it again."""

    budget: str  # key of `graph.state.Budgets`
    limit: float  # what it is now
    by: str
    kind: Literal["BudgetExtended"] = "BudgetExtended"
