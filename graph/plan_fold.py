"""The plan of a run as its events leave it: the one place that knows what each of them does to it.

Whoever reads events (the record of a run, forks, what is learned, the panel) folds with this, and the checker adds a step
with it, so all of them tell of the plan that runs. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from agents.base import Plan, Step
from graph.events import Event, PlanMade, PlanReviewed, StepAdded
from graph.state import NO_PLAN


def plan_after(plan: Plan, event: Event) -> Plan:
    """The plan after an event; the same object when the event changes nothing of it. Before the first: NO_PLAN."""
    match event:
        case PlanMade(plan=made):
            return made
        case PlanReviewed(word="approved", plan=approved) if approved["steps"]:
            return approved
        case StepAdded(added=added, before=asking):
            return with_step(plan, added, asking)
    return plan


def final_plan(events: Iterable[Event]) -> Plan:
    plan = NO_PLAN
    for event in events:
        plan = plan_after(plan, event)
    return plan


def every_step(events: Iterable[Event]) -> dict[str, Step]:
    """Each step of each plan by id, as it was last: those that a later plan left out first, then the plan's in its order."""
    plan, out = NO_PLAN, dict[str, Step]()
    for event in events:
        if (after := plan_after(plan, event)) is not plan:
            now = {s["id"]: s for s in after["steps"]}
            out = {**{i: s for i, s in out.items() if i not in now}, **now}
        plan = after
    return out


def with_step(plan: Plan, added: Step, asking: str) -> Plan:
    """The plan with a step before the one that asked for it, which waits for its result."""
    steps = list[Step]()
    for s in plan["steps"]:
        if s["id"] == asking:
            steps += [added, cast(Step, {**s, "asked": [*s.get("asked", []), added["id"]]})]
        else:
            steps.append(s)
    return cast(Plan, {**plan, "steps": steps}) if len(steps) > len(plan["steps"]) else plan


def waits_for(step: Step) -> list[str]:
    """Ids of the steps that come before this one: those it needs, and those that it asked for."""
    return [*dict.fromkeys([*step["needs"], *step.get("asked", [])])]
