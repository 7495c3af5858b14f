"""From the plan as a model gave it to the plan as the graph takes it: ids in order, a writer at the end."""

from __future__ import annotations

from typing import Any, cast

from agents.base import Brief, Plan, Step
from agents.models.shapes import PlanShape
from tools.base import Json

TITLE = 120  # characters


def as_plan(shape: PlanShape, brief: Brief, by: str) -> Plan:
    """Ids are given anew, after those that this run has used; what a step needs is renamed with them. Not validated."""
    taken = [int(n) for k in brief.results if (n := "".join(c for c in k if c.isdigit()))]
    first = max(taken, default=0) + 1
    ids: dict[str, str] = {}
    for i, s in enumerate(shape.steps):
        ids.setdefault(s.id or f"#{i}", f"s{first + i}")
    steps = [
        Step(
            id=f"s{first + i}",
            title=(s.title or s.tool.replace("_", " ") or "Write the answer")[:TITLE],
            role=s.role or "researcher",
            tool=s.tool,
            args=cast("dict[str, Json]", _renamed(s.args, ids)),
            needs=list(dict.fromkeys(ids.get(n, n) for n in s.needs)),
            reason=s.reason,
        )
        for i, s in enumerate(shape.steps)
    ]
    if steps and (steps[-1]["tool"] or steps[-1]["role"] != "writer"):
        steps.append(_writer(f"s{first + len(steps)}", [s["id"] for s in steps]))
    elif steps and not steps[-1]["needs"]:
        steps[-1]["needs"] = [s["id"] for s in steps[:-1]]
    made = Plan(steps=steps, note=shape.understood, intent="model", by=by)
    if shape.question.strip() and not brief.replies:
        made["question"], made["options"] = shape.question.strip(), shape.options
    return made


def _writer(id: str, needs: list[str]) -> Step:
    return Step(id=id, title="Write the answer", role="writer", tool="", args={}, needs=needs, reason="")


def _renamed(value: Any, ids: dict[str, str]) -> Any:
    if isinstance(value, str):
        for old, new in ids.items():
            value = value.replace(f"${{{old}.", f"${{\0{new}.")
        return value.replace("\0", "")
    if isinstance(value, list):
        return [_renamed(v, ids) for v in value]
    if isinstance(value, dict):
        return {k: _renamed(v, ids) for k, v in value.items()}
    return value
