"""Plans before they run: when a person is to see one, what they may make of it, and the desk where that is kept.

As with approvals the graph only asks and looks; the durable desk is `runs/reviews.py`. Pure: no I/O, no clock.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol, cast

from agents.base import Plan, Step
from graph.policy import REFERENCE, Rules, decide, references
from graph.state import NO_PLAN
from tools.base import Tool

When = Literal["always", "risky", "never"]


@dataclass(frozen=True)
class ReviewRequest:
    id: str
    number: int  # of the plan
    plan: Plan
    known: Sequence[str]  # ids of results that the steps may need besides each other
    max_steps: int
    why: str  # why a person is asked


@dataclass(frozen=True)
class Reviewed:
    word: Literal["approved", "sent_back", "withdrawn"]
    by: str
    reason: str = ""
    plan: Plan = field(default_factory=lambda: NO_PLAN)  # as approved
    left_out: Sequence[str] = ()  # ids of the steps that were not approved


class ReviewDesk(Protocol):
    """Bound to one run of one user."""

    def ask(self, request: ReviewRequest) -> None: ...  # the same id twice asks once
    # None while it waits. plan: as it was asked for, in which what the person was not shown is found
    def decision(self, id: str, plan: Plan) -> Reviewed | None: ...


def wanted(when: When, plan: Plan, tools: Mapping[str, Tool], rules: Rules) -> str:
    """Why this plan is to be reviewed, for people; "" when it is not."""
    if when == "always":
        return "You review every plan before it runs."
    if when == "never":
        return ""
    risky = [s["tool"] for s in plan["steps"] if s["tool"] in tools and risky_tool(tools[s["tool"]], rules)]
    return (
        f"It has steps that change something or leave this machine: {', '.join(dict.fromkeys(risky))}." if risky else ""
    )


def risky_tool(tool: Tool, rules: Rules) -> bool:
    return tool.risk != "read" or decide(tool, tainted=False, rules=rules, sends="").word == "ask"


# --- what a person makes of a plan
def arranged(before: Plan, steps: Sequence[Step], kept: Sequence[str]) -> Plan:
    """The plan with these steps in this order, without those that are not kept. Whoever needed one of those no longer
    waits for it; the answer is written from everything that is left."""
    ids = [s["id"] for s in steps[:-1] if s["id"] in kept]
    gone = {s["id"] for s in (*before["steps"], *steps)} - {*ids, steps[-1]["id"]}
    out = [_without(s, gone) for s in steps[:-1] if s["id"] in ids]
    last = _without(steps[-1], gone)
    last["needs"] = list(dict.fromkeys([*last["needs"], *ids]))
    return cast(Plan, {**before, "steps": [*out, last]})


def _without(step: Step, gone: set[str]) -> Step:
    missing = [n for n in step["needs"] if n in gone]
    if not missing:
        return cast(Step, {**step})
    reason = f"{step['reason']} (Without {', '.join(missing)}, which you left out.)".strip()
    return cast(Step, {**step, "needs": [n for n in step["needs"] if n not in gone], "reason": reason})


def changes(before: Plan, after: Plan) -> list[str]:
    """What a person changed, one sentence each; [] when nothing."""
    old, new = {s["id"]: s for s in before["steps"]}, {s["id"]: s for s in after["steps"]}
    out = [f"Left out {i}: {s['title']}." for i, s in old.items() if i not in new]
    out += [f"Added {i}: {s['title']} ({s['tool'] or 'no tool'})." for i, s in new.items() if i not in old]
    for i in [i for i in new if i in old]:
        a, b = old[i], new[i]
        if a["tool"] != b["tool"]:
            out.append(f"Step {i} uses {b['tool'] or 'no tool'} instead of {a['tool'] or 'no tool'}.")
        if a["title"] != b["title"]:
            out.append(f"Step {i} is now “{b['title']}”.")
        for name in dict.fromkeys([*a["args"], *b["args"]]):
            if a["args"].get(name) != b["args"].get(name):
                out.append(
                    f"Step {i}: {name} is {_shown(b['args'].get(name))} instead of {_shown(a['args'].get(name))}."
                )
        last = i == after["steps"][-1]["id"]
        needs = [n for n in a["needs"] if n in new or n not in old]
        if not last and needs != b["needs"]:
            out.append(f"Step {i} comes after {', '.join(b['needs']) or 'nothing'}.")
    if [i for i in old if i in new] != [i for i in new if i in old]:
        out.append(f"The order is now {', '.join(new)}.")
    return out


def _shown(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return f"“{text[:120]}{'…' if len(text) > 120 else ''}”" if text not in ("", "null") else "empty"


def settled(step: Step) -> bool:
    """Are the step's arguments known before the run? Only then can its call be approved with the plan."""
    return bool(step["tool"]) and not references(cast(Any, step["args"]))


def renamed(steps: Sequence[Step], ids: Mapping[str, str]) -> list[Step]:
    """The steps under other ids, with what needs them and refers to them."""

    def rename(value: Any) -> Any:
        if isinstance(value, str):
            return REFERENCE.sub(lambda m: f"${{{ids.get(m['step'], m['step'])}.{m['path']}}}", value)
        if isinstance(value, list):
            return [rename(v) for v in value]
        if isinstance(value, dict):
            return {k: rename(v) for k, v in value.items()}
        return value

    return [
        cast(
            Step,
            {
                **s,
                "id": ids.get(s["id"], s["id"]),
                "needs": [ids.get(n, n) for n in s["needs"]],
                **({"asked": [ids.get(n, n) for n in s["asked"]]} if "asked" in s else {}),
                "args": rename(s["args"]),
            },
        )
        for s in steps
    ]
