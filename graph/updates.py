"""What each node changes in the state: one typed dict a node, with the keys that it may write and no others.

Values are what the reducers of `State` take: in what is kept by step id, None removes the entry.
"""

from __future__ import annotations

from typing import TypedDict

from agents.base import Plan, Result, Verdict
from graph.state import Answer, Budgets, Pending


class Metered(TypedDict, total=False):
    """Of every node that works or asks the agent."""

    seconds: float
    stopped: bool
    spent: str | None  # the budget that was used up; None: it is open again
    notes: list[str]
    tokens: int
    money: float


class PlannerUpdate(Metered, total=False):
    replies: list[list[str]]
    questions: int
    replans: int
    verdict: Verdict
    oversized: int
    tainted: bool
    plan: Plan
    number: int
    review: str
    refusals: int
    problems: list[str]


class ReviewUpdate(Metered, total=False):
    review: str
    plan: Plan
    problems: list[str]
    verdict: Verdict
    refusals: int
    results: dict[str, Result]
    checked: list[str]


class ExecutorUpdate(Metered, total=False):
    results: dict[str, Result]
    calls: dict[str, list[Result] | None]
    pending: dict[str, Pending | None]
    attempts: dict[str, int]
    handovers: int
    tool_calls: int
    used: dict[str, str]
    tainted: bool


class CheckerUpdate(Metered, total=False):
    plan: Plan
    results: dict[str, Result | None]
    checked: list[str]
    verdict: Verdict
    answer: Answer | None
    problems: list[str]
    missed: int
    instead: str


class Declined(Metered, total=False):
    declined: bool


class _Enlarging(TypedDict):
    budgets: Budgets
    extended: dict[str, int]
    results: dict[str, Result | None]
    checked: list[str]
    attempts: dict[str, int | None]


class Enlarged(_Enlarging, Metered, total=False):
    """A budget was extended: what failed for want of it is open again."""

    answer: Answer | None
    refusals: int
    oversized: int
