"""What a past goal taught: its plan, what failed, what the user corrected; and when another goal is the same again.

An episode is data. It is read back with the doubt that any stored text deserves, and it never widens what a plan may do:
whatever is made of it is validated and gated like every other plan.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

from agents.base import Plan

_LONGEST = 24_000  # characters of a plan as JSON; a longer one is kept by its titles alone
_POLITE = re.compile(r"\b(?:please|pls|kindly|thanks|thank you|can you|could you|would you|hi|hello|hey)\b", re.I)
_SHORT = {"what's": "what is", "who's": "who is", "where's": "where is", "when's": "when is", "how's": "how is"}
_TOKEN = re.compile(r"[^\W_]+(?:[.,:/'’-][^\W_]+)*|[%€$£¥<>=+*/^-]")


@dataclass(frozen=True)
class Episode:
    run: str
    thread: str
    goal: str
    added: str  # ISO 8601, UTC
    status: str  # done, failed, cancelled
    outcome: str  # answered, partial, not_answered; "" without an answer
    by: str  # the agent that planned
    made: Plan  # the first plan, as the agent made it
    plan: Plan  # as it stood at the end
    steps: int = 0  # that were begun
    failed: Sequence[str] = ()  # what did not work, a sentence each
    corrected: Sequence[str] = ()  # what the user changed, refused or took back, a sentence each
    replies: Sequence[tuple[str, str]] = ()  # (question, what the user said)
    tainted: bool = False  # its run had read content that may carry instructions of others
    similarity: float = 0.0  # to the goal that it was recalled for

    @property
    def worked(self) -> bool:
        return self.status == "done" and self.outcome == "answered"


def to_record(episode: Episode) -> str:
    data = {**asdict(episode), "made": _kept(episode.made), "plan": _kept(episode.plan)}
    return json.dumps(data, ensure_ascii=False, default=str)


def from_record(record: str, similarity: float = 0.0) -> Episode | None:
    """None for what cannot be read: it is then as if it had not been."""
    try:
        data = json.loads(record)
        known = {f.name for f in fields(Episode)}
        kept = {k: v for k, v in data.items() if k in known}
        kept["replies"] = tuple((str(q), str(r)) for q, r in kept.get("replies") or ())
        return Episode(**{**kept, "similarity": similarity})
    except (ValueError, TypeError, AttributeError):
        return None


def _kept(plan: Plan) -> Mapping[str, Any]:
    if len(json.dumps(plan, default=str)) <= _LONGEST:
        return plan
    return {**plan, "steps": [{**s, "args": {}, "reason": ""} for s in plan["steps"][:40]]}


def same_goal(a: str, b: str) -> bool:
    """The same words in the same order, but for capitals, punctuation and politeness. Every number and sign counts."""
    return _key(a) == _key(b) != ()


def _key(goal: str) -> tuple[str, ...]:
    low = goal.casefold().replace("’", "'")
    for short, long in _SHORT.items():
        low = low.replace(short, long)
    return tuple(_TOKEN.findall(_POLITE.sub(" ", low)))


def same_plan(a: Plan, b: Plan) -> bool:
    """The same work, whatever the reasons say."""
    return _work(a) == _work(b)


def _work(plan: Plan) -> list[Any]:
    steps = [(s["id"], s["tool"], s["role"], s["args"], s["needs"]) for s in plan["steps"]]
    return json.loads(json.dumps(steps, default=str))  # as it is after having been stored


def self_contained(plan: Plan) -> bool:
    """Does it need nothing but its own steps? One that went on from an earlier plan's results does."""
    ids = {s["id"] for s in plan["steps"]}
    text = json.dumps([s["args"] for s in plan["steps"]], default=str)
    return bool(plan["steps"]) and all(
        n in ids for n in [*(n for s in plan["steps"] for n in s["needs"]), *re.findall(r"\$\{(\w+)\.", text)]
    )
