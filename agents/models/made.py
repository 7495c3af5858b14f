"""From the plan as a model gave it to the plan as the graph takes it: ids in order, a writer at the end."""

from __future__ import annotations

import re
from typing import Any, cast

from agents.base import Brief, Plan, Step
from agents.models.past import started_from
from agents.models.shapes import PlanShape
from text.words import stems
from tools.base import Json

TITLE = 120  # characters
SENTENCE = 600  # characters of what the user reads: how the goal was understood, a question
OPTIONS = 6
_REFERENCE = re.compile(r"\$\{([^{}.]+)\.")


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
            reason=s.reason[:SENTENCE],
        )
        for i, s in enumerate(shape.steps)
    ]
    if steps and (steps[-1]["tool"] or steps[-1]["role"] != "writer"):
        steps.append(_writer(f"s{first + len(steps)}", [s["id"] for s in steps]))
    elif steps and not steps[-1]["needs"]:
        steps[-1]["needs"] = [s["id"] for s in steps[:-1]]
    made = Plan(steps=steps, note=shape.understood[:SENTENCE], intent="model", by=by)
    if like := started_from(shape.like, [s["tool"] for s in steps], brief.episodes):
        made["like"] = like
    if shape.question.strip() and not brief.replies:
        made["question"] = shape.question.strip()[:SENTENCE]
        made["options"] = [o[:TITLE] for o in shape.options[:OPTIONS]]
    return made


def no_plan(shape: PlanShape, brief: Brief) -> str:
    """Why this is neither a plan nor a question that a user could be asked; "" when it is. Weak models ask the goal
    back, or another that they were shown as an example."""
    if shape.steps:
        return ""
    if not shape.question.strip():
        return "the plan has no steps."
    if brief.replies:
        return "the user has been asked already; give the steps."
    asked, goal = set(stems(shape.question)), set(stems(brief.goal))
    if asked <= goal:
        return "the question only repeats the goal; give the steps."
    if any(asked <= set(stems(g)) for g in (*(t.goal for t in brief.turns), *(e.goal for e in brief.episodes))):
        return "the question only repeats an earlier goal of the user; give the steps."
    if not asked & goal and not any(o.strip() for o in shape.options):
        return "the question has nothing to do with the goal and offers no choice; give the steps."
    return ""


def _writer(id: str, needs: list[str]) -> Step:
    return Step(id=id, title="Write the answer", role="writer", tool="", args={}, needs=needs, reason="")


def _renamed(value: Any, ids: dict[str, str]) -> Any:
    if isinstance(value, str):
        return _REFERENCE.sub(lambda m: f"${{{ids.get(m[1], m[1])}.", value)
    if isinstance(value, list):
        return [_renamed(v, ids) for v in value]
    if isinstance(value, dict):
        return {k: _renamed(v, ids) for k, v in value.items()}
    return value
