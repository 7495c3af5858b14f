"""What the rooms of the built-in agent hand each other: a part of a goal, a reading of it, its steps, its piece of the
answer. Data only; an intent (`intents/`) is one file that fills these in.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from agents.base import Action, Brief, Outcome, Result, Step, Task
from agents.rules.reading.types import Embed, Sense
from tools.base import Json, Source

SPREADSHEETS = ("csv", "tsv", "xlsx", "xls", "ods", "parquet", "jsonl", "ndjson", "json")


@dataclass(frozen=True)
class Before:
    """An earlier part of the same goal."""

    intent: str
    text: str
    limited: bool = False  # it counted rows beyond a limit: what goes on from it is about these rows


@dataclass(frozen=True)
class Part:
    """One thing that was asked, in words that stand on their own as far as that was possible."""

    text: str
    before: int = -1  # index of the part that "it", "that amount" … refers to, or -1
    context: str = ""  # that part's text, or the earlier turn's goal: what an elliptical part continues
    only: tuple[str, ...] = ()  # intents that may read it; empty: all
    value: str = ""  # what "that amount" stands for when an earlier turn said it
    done: tuple[Before, ...] = ()  # the parts of this goal before it, as they were understood


@dataclass(frozen=True)
class Reading:
    """How an intent understands a part."""

    intent: str
    sure: float  # 0..1: how much of the part's wording it accounts for
    slots: Mapping[str, Json] = field(default_factory=dict)  # kept in the plan for the later decisions
    understood: str = ""  # for the panel: "17.5% of 2340"
    lookups: tuple[str, ...] = ()  # noun phrases whose value must be found first: "the monthly fee in the contract"
    over: int = 1  # how many of the parts before it refers to: 2 for "add the two up"


@dataclass(frozen=True)
class Look:
    """What a reader may look at."""

    brief: Brief
    embed: Embed

    @cached_property
    def texts(self) -> list[Any]:
        """Documents to read in. A spreadsheet is asked with SQL, though its passages can be searched too."""
        return [d for d in self.brief.documents if d.format not in SPREADSHEETS]

    @cached_property
    def tables(self) -> list[Any]:
        """Tables of spreadsheets; those that stand in a text (a policy, a manual) are read as part of it."""
        sheets = {d.id for d in self.brief.documents if d.format in SPREADSHEETS}
        return [t for t in self.brief.tables if t.document in sheets]


@dataclass
class Draft:
    """A plan in the making; hands out step ids that no earlier plan of the run has used."""

    taken: frozenset[str] = frozenset()
    steps: list[Step] = field(default_factory=list)

    def add(
        self,
        title: str,
        tool: str = "",
        args: Mapping[str, Json] | None = None,
        needs: Sequence[str] = (),
        role: str = "researcher",
        reason: str = "",
    ) -> str:
        n = len(self.steps) + 1 + len(self.taken)
        while f"s{n}" in self.taken:
            n += 1
        step = Step(
            id=f"s{n}",
            title=title,
            role=role,  # type: ignore[typeddict-item]
            tool=tool,
            args=dict(args or {}),
            needs=list(dict.fromkeys(needs)),
            reason=reason,
        )
        self.steps.append(step)
        return step["id"]


@dataclass(frozen=True)
class Planned:
    """A part with its steps, as it is kept in the last step's arguments."""

    intent: str
    text: str
    slots: Mapping[str, Json]
    steps: Mapping[str, str]  # what the step is for ("search", "read", "sql") -> step id
    value: str = ""  # reference to the value that later parts may use: "${s2.value}"; "" when the part cannot have one

    def to_json(self) -> dict[str, Json]:
        return {"intent": self.intent, "text": self.text, "slots": dict(self.slots), "steps": dict(self.steps)}

    @staticmethod
    def from_json(data: Mapping[str, Any]) -> Planned:
        return Planned(data["intent"], data["text"], data["slots"], data["steps"])


@dataclass(frozen=True)
class Piece:
    """A part's share of the answer."""

    text: str
    outcome: Outcome = "answered"
    reason: str = ""
    data: Mapping[str, Json] = field(default_factory=dict)


def without_value(intent: str, part: Part, given: Sequence[Planned]) -> Planned | None:
    """The plan of a part that reckons with what an earlier one found, when that one can find nothing; else None."""
    if not given or all(p.value for p in given):
        return None
    return Planned(intent, part.text, {"missing": True}, {})


@dataclass(frozen=True)
class Work:
    """A task as an intent sees it: its own part, and what its steps have brought."""

    task: Task
    part: Planned
    sense: Sense

    @property
    def embed(self) -> Embed:
        return self.sense.embed

    def result(self, name: str) -> Result | None:
        step = self.part.steps.get(name, "")
        return self.task.results.get(step)

    def ok(self, name: str) -> Result | None:
        r = self.result(name)
        return r if r and r["status"] == "ok" else None

    def data(self, name: str) -> Mapping[str, Any]:
        r = self.ok(name)
        return r["data"] if r else {}

    def sources(self, name: str) -> list[Source]:
        r = self.ok(name)
        return list(r["sources"]) if r else []

    def cite(self, name: str, index: int) -> str:
        """The citation of the step's source at 0-based `index`; "" when it has none."""
        n = len(self.sources(name))
        return f"[{self.part.steps[name]}.{index + 1}]" if 0 <= index < n else ""

    def texts(self, passages: Sequence[Mapping[str, Any]]) -> dict[str, str]:
        """The whole text of the documents that the passages are of, by document id."""
        return {d: self.task.memory.text(d) for d in dict.fromkeys(str(p["document"]) for p in passages)}

    def failed(self) -> Piece | None:
        """The piece for a part that lacks its value, or for the first of its steps that did not work out; or None."""
        if self.part.slots.get("missing"):
            why = "The value that this starts from was not found, so nothing is reckoned."
            return Piece(f"I cannot work this out. {why}", "not_answered", why)
        for step in self.part.steps.values():
            r = self.task.results.get(step)
            if r is None:
                return Piece("This part was not reached.", "not_answered", "The run ended before this part was done.")
            if r["status"] != "ok":
                why = r["error"] or r["note"] or "a step before it did not work out"
                return Piece(f"This could not be done: {why}", "not_answered", why)
        return None

    def of(self, part: Planned) -> Work:
        return replace(self, part=part)


def thinks(_work: Work, _name: str) -> Action | None:  # the default for intents that decide nothing in mid-run
    return None


@dataclass(frozen=True)
class Intent:
    """One kind of goal. `examples` are data: what such goals sound like, for routing by meaning.

    read: how the part is understood, or None when it cannot be one of these.
    steps: adds the part's steps to the draft; returns it with its step ids.
    write: the part's piece of the answer, from what its steps brought. Never raises for failed steps.
    act: decides a step that depends on earlier results (`name` = what the step is for); None: call its tool as planned.
    """

    name: str
    examples: Sequence[str]
    read: Callable[[Part, Look], Reading | None]
    steps: Callable[[Part, Reading, Draft, Sequence[Planned], Look], Planned]
    write: Callable[[Work], Piece]
    act: Callable[[Work, str], Action | None] = thinks
