"""Short ways to write down a run: its plan, steps, sources, answer and events."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from agents.base import Claim, Plan, Step
from graph import events as ev
from runs.types import Stamped
from tools.base import Source

CLOCK = 1_700_000_000.0


def step(
    id: str, title: str, tool: str = "", needs: Sequence[str] = (), role: Any = "researcher", /, **args: Any
) -> Step:
    return Step(
        id=id, title=title, role=role, tool=tool, args=args, needs=list(needs), reason=f"because of {title.lower()}"
    )


def plan(*steps: Step, note: str = "A question about the uploads") -> Plan:
    return Plan(steps=list(steps), note=note, intent="question")


def source(
    number: str, quote: str, title: str = "contract.pdf", locator: str = "page 3 · Termination", passage: str = "p1"
) -> Source:
    return Source(
        id=number,
        title=title,
        locator=locator,
        quote=quote,
        trust="user",
        document="d1" if passage else "",
        passage=passage,
    )


def claim(text: str, support: Any = "supported", expression: str = "", reason: str = "") -> Claim:
    return Claim(text=text, support=support, sources=[], expression=expression, reason=reason)


def answer(
    text: str, *claims: Claim, outcome: Any = "answered", sources: Sequence[Source] = (), **data: Any
) -> ev.AnswerChecked:
    return ev.AnswerChecked(text, outcome, "", claims, sources, data)


def stamped(run: str, events: Sequence[ev.Event], gap: float = 0.5) -> list[Stamped]:
    return [Stamped(run, i + 1, CLOCK + i * gap, e) for i, e in enumerate(events)]


def worked(*, text: str = "The notice period is 60 days [1].", **kinds: Any) -> list[ev.Event]:
    """A run of two steps, from its goal to the checked answer, without its end."""
    quote = "either party may give sixty (60) days' written notice"
    return [
        ev.RunQueued("How long is the notice period?", "t1", ["contract.pdf"]),
        ev.RunStarted("built-in", False),
        ev.FileIngested("contract.pdf", "added", "4 pages, 12 passages", "d1"),
        ev.Recalled(8, 0, 0, 0.02),
        ev.PlanMade(
            plan(
                step("s1", "Search your documents", "search_memory", query="notice period"),
                step("s2", "Write the answer", "", ["s1"], "writer"),
            ),
            1,
            0.01,
        ),
        ev.StepStarted("s1", 1),
        ev.ToolCalled("s1", "search_memory", {"query": "notice period"}, "read"),
        ev.ToolReturned("s1", "search_memory", "8 passages " + "long " * 200, {}, [source("s1.1", quote)], 0.03),
        ev.StepEnded("s1", "ok", "8 passages", 1, 0.1, 0),
        ev.StepChecked(["s1"], "accept", "It found what was asked for.", []),
        ev.StepStarted("s2", 1),
        ev.AnswerPart("The notice "),
        ev.AnswerPart("period is 60 days [s1.1]."),
        ev.StepEnded("s2", "ok", text, 1, 0.1, 0),
        kinds.get("answer") or answer(text, claim("The notice period is 60 days."), sources=[source("1", quote)]),
    ]


def ended(status: Any = "done", outcome: str = "answered", reason: str = "") -> ev.RunEnded:
    return ev.RunEnded(status, outcome, reason, 3.2)
