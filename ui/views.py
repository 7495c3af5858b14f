"""What a run's view is made of: its plans, steps, calls and verdicts. `ui/timeline.py` folds events into them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from agents.base import Json, Plan, Source, Step
from graph import events as ev

StepState = Literal["pending", "running", "ok", "failed", "skipped", "stopped"]


@dataclass
class ToolUse:
    tool: str
    args: Mapping[str, Json]
    risk: str
    text: str = ""
    data: Mapping[str, Json] = field(default_factory=dict)
    sources: Sequence[Source] = ()
    seconds: float = 0.0
    error: str = ""
    retry_after: float = -1.0
    returned: bool = False
    at: int = 0  # sequence of its event, by which it is undone
    undone: ev.Undone | None = None


@dataclass
class Verdict:
    steps: Sequence[str]
    word: str
    reason: str
    faults: Sequence[str]


@dataclass
class Thinking:
    """The agent thinking aloud, in the order of the calls that came of it."""

    text: str
    at: int  # how many tool calls of the step came before


@dataclass
class StepView:
    step: Step
    state: StepState = "pending"
    attempts: int = 0
    seconds: float = 0.0
    tokens: int = 0
    text: str = ""
    started: float = 0.0  # seconds since the epoch; 0 before it started
    calls: list[ToolUse] = field(default_factory=list)
    verdicts: list[Verdict] = field(default_factory=list)
    approvals: list[tuple[ev.ApprovalAsked, ev.ApprovalDecided | None]] = field(default_factory=list)
    thoughts: list[Thinking] = field(default_factory=list)
    used: list[ev.ModelUsed] = field(default_factory=list)
    changed: list[ev.ModelChanged | ev.ModelErred] = field(default_factory=list)

    @property
    def title(self) -> str:
        return self.step["title"] or self.step["tool"] or "Write the answer"


@dataclass
class PlanView:
    plan: Plan
    number: int
    seconds: float
    steps: dict[str, StepView]
