"""The agent decides; the graph runs. This file is the line between the two.

An `Agent` has one method per node of the graph: `plan`, `act`, `check`. What goes in are frozen dataclasses built by
the node for this one decision; what comes out are the plain-JSON types that live in the graph's state (TypedDicts),
so that checkpoints hold nothing but JSON.

References. A step's arguments may use an earlier step's result: `"${s1.value}"` is `data["value"]` of step s1 with its
type kept; inside a longer string (`"${s1.value} * 2"`) it is put in as text. `${s1.text}` is the result's text. The
executor resolves them before `act` is asked; the step must name the other in `needs`.

Citations. A written answer cites a source by its id in brackets: "The term is two years [s1.2]." The checker judges
each sentence and renumbers the citations to [1], [2] … for the reader.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Literal, NotRequired, Protocol, TypedDict

from agents.allowance import Allowance
from agents.errors import AgentError as AgentError
from agents.reports import Report, unheard
from tools.base import Document, Fact, Json, MemoryOfUser, Passage, Source, Table, Tool

if TYPE_CHECKING:
    from agents.episodes import Episode

Role = str  # "researcher", "analyst", "writer", "reviewer", or the name of a file that a user added to the roles
Support = Literal["supported", "computed", "unsupported"]
Word = Literal["accept", "retry", "replan", "ask", "finish", "give_up"]
Outcome = Literal["answered", "partial", "not_answered"]

BUILT_IN = "built-in"  # the name of the agent that needs no language model: `RuleAgent`


class Step(TypedDict):
    id: str  # "s1", "s2" ...
    title: str  # what the user reads while it runs: "Search your documents for the notice period"
    role: Role
    tool: str  # a tool's name, or "" for a step of thinking or writing
    args: dict[str, Json]
    needs: list[str]
    reason: str  # why this step, in a sentence
    asked: NotRequired[list[str]]  # ids of steps that were added because this one asked another specialist for help


class Like(TypedDict):
    """The earlier run whose plan this one started from."""

    run: str
    thread: str
    goal: str
    added: str  # when it ended, ISO 8601, UTC
    why: str  # what it taught, for people


Talk = Literal["", "text", "chat"]


class Sure(TypedDict):
    """What the wording of a goal makes certain, whoever plans it: see `graph/demanded.py`."""

    tools: dict[str, str]  # it cannot be done without these; with the title of the step that each is for
    whole: bool  # the built-in agent can do all of this goal
    talk: Talk  # it asks for words of the model's own: "text" to be written, or only a "chat"


class Plan(TypedDict):
    steps: list[Step]  # the last one writes the answer (tool "")
    note: str  # how the goal was understood, in a sentence
    intent: str  # the agent's own name for the kind of goal, for the panel and for metrics
    question: NotRequired[str]  # set when the goal can be read in two ways: the user is asked before anything runs
    options: NotRequired[list[str]]  # suggested replies to it
    by: NotRequired[str]  # name of the agent that made it; "" or missing: the built-in one
    like: NotRequired[Like]  # it started from the plan of a similar goal
    instead_of: NotRequired[str]  # the model that should have made it and could not
    sure: NotRequired[Sure]


def made_by_model(plan: Plan) -> bool:
    """Did a language model make it? Then its steps without a tool are that model's as well."""
    return plan.get("by", "") not in ("", BUILT_IN)


class Call(TypedDict):
    """A tool call as it was made."""

    tool: str
    args: dict[str, Json]


class Result(TypedDict):
    """What a step produced. `text` and `data` may be long: the graph's state keeps their head and the journal the whole."""

    step: str
    status: Literal["ok", "failed", "skipped"]
    text: str
    data: dict[str, Json]
    sources: list[Source]
    note: str
    error: str  # why it failed, for users
    attempts: int
    seconds: float
    tokens: int
    call: NotRequired[Call]  # of a call inside a step


class Claim(TypedDict):
    text: str  # the sentence, without its citation marks
    support: Support
    sources: list[str]  # ids of the sources that it cites or that support it
    expression: str  # for `computed`: what it was computed from, "0.175 * 2340 = 409.5"
    reason: str  # for `unsupported`: what was not found


class Verdict(TypedDict):
    word: Word
    reason: str
    steps: list[str]  # for `retry`: which
    question: str  # for `ask`
    options: list[str]  # for `ask`: suggested replies, or empty


def unread(_document: str) -> str:
    """For briefs without a memory behind them."""
    return ""


def unchanged(value: Json) -> Json:
    """For tasks without earlier results."""
    return value


@dataclass(frozen=True)
class Turn:
    """An earlier turn of this thread."""

    goal: str
    answer: str
    outcome: str
    run: str
    steps: Sequence[Step] = ()
    results: Sequence[Result] = ()
    tainted: bool = False  # its run had read content that may carry instructions of others
    sources: Sequence[Source] = ()  # that its answer cites; [1] there is "[before.1]" in an answer that explains it


@dataclass(frozen=True)
class Brief:
    """Everything a planner may know."""

    goal: str
    user: str
    now: datetime
    tools: Mapping[str, Tool]  # only those this user may use
    turns: Sequence[Turn] = ()  # earlier turns of the thread, oldest first
    documents: Sequence[Document] = ()  # newest first
    tables: Sequence[Table] = ()
    passages: Sequence[Passage] = ()  # recalled for the goal, best first
    facts: Sequence[Fact] = ()  # recalled for the goal
    attached: Sequence[str] = ()  # ids of the documents uploaded with this goal
    results: Mapping[str, Result] = field(default_factory=dict)  # on a replan: what is there already
    problems: Sequence[str] = ()  # why the last plan was refused, or what the checker missed
    replies: Sequence[tuple[str, str]] = ()  # (question, the user's reply), this run
    max_steps: int = 20
    earlier: str = ""  # a digest of the thread before `turns`
    report: Callable[[Report], None] = unheard
    allowance: Allowance = field(default_factory=Allowance)
    episodes: Sequence[Episode] = ()  # of similar goals, most alike first
    text: Callable[[str], str] = unread  # the whole text of one of `documents`, by id
    off: frozenset[str] = frozenset()  # of `tools`: there, and switched off by the user
    withheld: Mapping[str, str] = field(default_factory=dict)  # tools and servers a goal may name and not use; why
    instead: str = ""  # why the built-in agent is to plan this in place of the model; "" when it is not


@dataclass(frozen=True)
class Task:
    """One step to act on."""

    goal: str
    step: Step  # references in args already resolved
    plan: Plan
    results: Mapping[str, Result]  # of all finished steps, whole
    calls: Sequence[Result]  # tool calls made in this step so far, whole
    now: datetime
    memory: MemoryOfUser  # for reading passages around a source, embedding
    documents: Sequence[Document] = ()
    facts: Sequence[Fact] = ()
    turns: Sequence[Turn] = ()
    problems: Sequence[str] = ()  # what the checker said of the last attempt at this step
    previous: str = ""  # what the last attempt at this step wrote
    tools: Mapping[str, Tool] = field(default_factory=dict)  # those this user may use
    tables: Sequence[Table] = ()
    off: frozenset[str] = frozenset()  # of `tools`: there, and switched off by the user
    calls_left: int = 8  # how many more tool calls this step may make
    resolve: Callable[[Json], Json] = unchanged  # puts earlier results where "${s1.value}" stands; raises BadArguments
    handovers_left: int = 0  # how often a specialist of this run may still ask another one
    earlier: str = ""  # a digest of the thread before `turns`
    report: Callable[[Report], None] = unheard
    allowance: Allowance = field(default_factory=Allowance)


@dataclass(frozen=True)
class CallTool:
    tool: str
    args: Mapping[str, Json]


@dataclass(frozen=True)
class Done:
    """The step is finished; its result is what its tool calls returned (the last one's)."""


@dataclass(frozen=True)
class Write:
    """The step is finished with a text. `outcome` and `reason` are read when it is the last step: the answer.

    `data` may hold what the page can draw beside the text: {"chart": {"kind": "bar"|"line", "x": [...], "y": [...],
    "x_label": str, "y_label": str}}, {"sql": str}, {"closest": [source ids]}.
    """

    text: str
    outcome: Outcome = "answered"
    reason: str = ""  # for partial and not_answered: why, in a sentence
    data: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True)
class HandOver:
    """The step cannot go on alone: a step for another specialist comes first, then this one is done again with its result."""

    role: Role
    what: str  # what is needed, as that step's title


Action = CallTool | Done | Write | HandOver


@dataclass(frozen=True)
class Review:
    """What the checker puts before the agent, after its own deterministic checks."""

    goal: str
    plan: Plan
    results: Mapping[str, Result]  # whole
    finished: Sequence[str]  # ids of the steps finished since the last check
    faults: Sequence[str]  # what the deterministic checks found, "" if nothing
    answer: str  # "" until the last step has written it
    outcome: str
    claims: Sequence[Claim]
    replans_left: int
    now: datetime
    report: Callable[[Report], None] = unheard
    allowance: Allowance = field(default_factory=Allowance)


class Agent(Protocol):
    """An agent whose decisions no content can steer (no language model reads it) says `suggestible = False`; one that
    does not say is taken for suggestible, see `graph/policy.py`."""

    @property
    def name(self) -> str: ...  # BUILT_IN, or the model's name

    async def plan(self, brief: Brief) -> Plan: ...
    async def act(self, task: Task) -> Action: ...
    async def check(self, review: Review) -> Verdict: ...
