"""The graph's state: plain JSON values only, so that a checkpoint holds nothing that must be trusted to be loaded.

Long texts and data are not here: a `Result` in the state keeps its head, the whole is in the journal under the same key
(`graph/results.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import add
from typing import Annotated, NotRequired, TypedDict, TypeVar

from agents.base import Claim, Outcome, Plan, Result, Verdict
from tools.base import Json, Source


class Budgets(TypedDict):
    """What a run may use. The edges enforce them; reaching one ends the run with what is there."""

    steps: int  # in one plan
    tool_calls: int
    calls_per_step: int
    attempts: int  # of one step
    replans: int
    refusals: int  # invalid plans in a row
    questions: int
    seconds: float
    tokens: NotRequired[int]  # of language models; 0 or missing: without limit
    money: NotRequired[float]  # US dollars; 0 or missing: without limit
    handovers: NotRequired[int]  # from one specialist to another
    extensions: NotRequired[int]  # how often a person may give a run at a budget's edge as much again


DEFAULT_BUDGETS = Budgets(
    steps=20,
    tool_calls=40,
    calls_per_step=8,
    attempts=2,
    replans=2,
    refusals=2,
    questions=3,
    seconds=600.0,
    tokens=400_000,
    money=0.0,
    handovers=4,
    extensions=3,
)


class Answer(TypedDict):
    text: str  # citations are [1], [2] … = position in `sources`
    outcome: Outcome
    reason: str
    claims: list[Claim]
    sources: list[Source]
    data: dict[str, Json]


class Pending(TypedDict):
    """A tool call that was decided but has not run: decided once, even when the machine dies before it runs."""

    tool: str
    args: dict[str, Json]


class TurnState(TypedDict):
    goal: str
    answer: str
    outcome: str
    run: str
    steps: list[dict[str, Json]]
    results: list[Result]
    tainted: NotRequired[bool]
    sources: NotRequired[list[Source]]  # that its answer cites, as [1], [2] … there


T = TypeVar("T")


def merge(left: dict[str, T], right: dict[str, T | None]) -> dict[str, T]:
    """Reducer: later entries win, None removes. Parallel steps write under their own ids, so order does not matter."""
    out: dict[str, T] = dict(left)
    for key, value in right.items():
        if value is None:
            out.pop(key, None)
        else:
            out[key] = value
    return out


def ever(left: bool, right: bool) -> bool:
    """Reducer: once true, true for the rest of the run."""
    return left or right


def until_cleared(left: bool, right: bool | None) -> bool:
    """Reducer: once true it stays so, until a person lets the run go on (None)."""
    return False if right is None else left or right


def latest(left: float, right: float) -> float:
    """Reducer for a clock, or a meter, that parallel steps report."""
    return max(left, right)


def once_each(left: list[str], right: list[str]) -> list[str]:
    """Reducer for lines that several steps may report: each once, in order."""
    return list(dict.fromkeys([*left, *right]))


def either(left: str, right: str | None) -> str:
    """Reducer: the first that was said; None takes it back."""
    return "" if right is None else left or right


def best(left: dict[str, str], right: dict[str, str]) -> dict[str, str]:
    """Reducer: what came out well once did, whatever failed before or after."""
    return {**left, **{k: v for k, v in right.items() if left.get(k) != "ok"}}


class State(TypedDict):
    goal: str
    attached: list[str]  # document ids
    turns: list[TurnState]
    budgets: Budgets
    plan: Plan
    problems: list[str]  # for the next plan: why the last was refused, or what the checker missed
    refusals: int  # invalid plans in a row
    replans: int
    questions: int
    replies: list[list[str]]  # [question, reply]
    results: Annotated[dict[str, Result], merge]  # by step id
    calls: Annotated[dict[str, list[Result]], merge]  # of steps that are not finished: tool calls so far
    pending: Annotated[dict[str, Pending], merge]
    attempts: Annotated[dict[str, int], merge]  # by step id
    tool_calls: Annotated[int, add]
    used: Annotated[dict[str, str], best]  # tools called so far: "ok" when one call came out well, else "failed"
    tainted: Annotated[bool, ever]  # external content has entered the run; never leaves it
    checked: list[str]  # step ids the checker has seen
    verdict: Verdict
    answer: Answer | None
    seconds: Annotated[float, latest]  # since the run started; written by nodes, read by edges
    stopped: Annotated[bool, until_cleared]
    tokens: Annotated[int, latest]  # used by language models so far
    money: Annotated[float, latest]
    spent: Annotated[str, either]  # the budget that something needed more of than is left: "tokens" … or "day"
    notes: Annotated[list[str], once_each]  # for the answer: which models failed, what may have been done
    handovers: Annotated[int, add]
    earlier: str  # a digest of the thread before `turns`
    number: NotRequired[int]  # of the plan
    review: NotRequired[str]  # why the plan waits for a person, or "": it may run
    ask_at_edge: NotRequired[bool]  # a person is asked whether to extend a budget; else the run ends with what there is
    extended: NotRequired[dict[str, int]]  # by budget: how often it was given as much again
    declined: NotRequired[bool]  # a person wanted no more: it ends with what there is
    missed: NotRequired[int]  # how often a plan left out what the goal cannot be done without
    instead: NotRequired[str]  # why the built-in agent plans next in place of the model; "" when it does not
    oversized: NotRequired[int]  # steps of the last plan, when it was refused for having too many


class StepState(State):
    """What one executor task gets: the state and which step it is for."""

    step: str


NO_PLAN = Plan(steps=[], note="", intent="")
GO_ON = Verdict(word="accept", reason="", steps=[], question="", options=[])


def initial(
    goal: str,
    attached: Sequence[str] = (),
    turns: Sequence[TurnState] = (),
    budgets: Budgets = DEFAULT_BUDGETS,
    earlier: str = "",
    ask_at_edge: bool = False,
) -> State:
    return State(
        goal=goal,
        attached=list(attached),
        turns=list(turns),
        budgets=budgets,
        plan=NO_PLAN,
        problems=[],
        refusals=0,
        replans=0,
        questions=0,
        replies=[],
        results={},
        calls={},
        pending={},
        attempts={},
        tool_calls=0,
        used={},
        tainted=False,
        checked=[],
        verdict=GO_ON,
        answer=None,
        seconds=0.0,
        stopped=False,
        tokens=0,
        money=0.0,
        spent="",
        notes=[],
        handovers=0,
        earlier=earlier,
        number=0,
        review="",
        ask_at_edge=ask_at_edge,
        extended={},
        declined=False,
        missed=0,
        instead="",
        oversized=0,
    )
