"""The built-in agent and past goals: when the same goal comes again, it starts from the plan that the user made of it.

Only what is certain is taken over. The agent plans anew first; only if it would begin that goal exactly as it began then
(so nothing it knows has changed: documents, tables, dates), and that run ended answered with another plan, is that other
plan used. In the same way a question that was answered for this goal is not asked a second time. What was learned from
documents' contents plays no part: the goal's words and the user's own corrections are all there is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace

from agents.base import BUILT_IN, Brief, Like, Plan
from agents.episodes import Episode, same_goal, same_plan, self_contained

_DOCUMENT = re.compile(r"\b[0-9a-f]{16}\b")  # ids of documents, wherever they stand in arguments


def started_from(made: Plan, brief: Brief, again: Callable[[Brief], Plan]) -> Plan:
    """`made`, or what an earlier run of the same goal ended with. again: plans the goal of another brief."""
    if brief.problems or brief.results or brief.replies:
        return made  # in mid-run: what was tried is told, and another way is wanted
    failed: list[Plan] = []
    for e in sorted(brief.episodes, key=lambda e: e.added, reverse=True):
        if e.by != BUILT_IN or not same_goal(e.goal, brief.goal):
            continue
        if not e.worked:
            failed.append(e.plan)
            continue
        if made.get("question"):
            if answered := _as_answered(made, e, brief, again):
                return answered
            continue
        if same_plan(e.plan, e.made):
            return made  # the last word on this goal: the plan needed no change
        now = made if e.goal == brief.goal else again(replace(brief, goal=e.goal))  # arguments hold the goal's words
        if not same_plan(e.made, now) or any(same_plan(e.plan, f) for f in failed) or not _usable(e.plan, brief):
            continue
        why = " ".join(e.corrected) or "That run ended with another plan than it began with."
        return _told(e.plan, e, why)
    return made


def _as_answered(made: Plan, e: Episode, brief: Brief, again: Callable[[Brief], Plan]) -> Plan | None:
    """The goal as the user settled it, if the very same question with that reply among its options came up."""
    if not e.replies or e.replies[0][0] != made.get("question") or e.replies[0][1] not in made.get("options", ()):
        return None
    plan = again(replace(brief, replies=[e.replies[0]]))
    return None if plan.get("question") else _told(plan, e, f"You chose {e.replies[0][1]} when this was asked.")


def _told(plan: Plan, e: Episode, why: str) -> Plan:
    return {**plan, "like": Like(run=e.run, thread=e.thread, goal=e.goal, added=e.added, why=why)}


def _usable(plan: Plan, brief: Brief) -> bool:
    """Are its tools allowed and its documents there?"""
    there = {d.id for d in brief.documents}
    named = set(_DOCUMENT.findall(json.dumps([s["args"] for s in plan["steps"]], default=str)))
    return (
        self_contained(plan)
        and named <= there
        and all(not s["tool"] or s["tool"] in brief.tools for s in plan["steps"])
    )
