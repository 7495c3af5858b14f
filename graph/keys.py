"""The keys under which a run's record (its journal) keeps things, each spelled here and nowhere else.

Who writes under a key and who reads it are in different rooms (the graph, forks, undoing), and a key spelled otherwise is
no error: what was kept is just not found.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graph.approvals import call_hash
from graph.events import Tainted


def result_key(run: str, step: str) -> str:
    """A step's whole result."""
    return f"{run}:{step}:result"


def call_key(run: str, step: str, number: int) -> str:
    """What a step's call returned. number: 0 for the first tool call made in the step."""
    return f"{run}:{step}:call{number}"


def effect_key(run: str, step: str, tool: str, args: Mapping[str, Any], user: str) -> str:
    """The idempotency key of a call; a tool that writes stores it with its effect."""
    return f"{run}:{step}:{call_hash(tool, args, user)[:16]}"


def done_key(effect: str, slot: str = "") -> str:
    """What the call with this idempotency key returned. slot: only for a read, which each attempt may do anew."""
    return f"{effect}:{slot}:done" if slot else f"{effect}:done"


def effect_of(done: str, run: str, step: str) -> str:
    """The idempotency key of which this is the `done_key`, if it is one of a write in this step; else ""."""
    effect, end = done.removesuffix(":done"), done.endswith(":done")
    digest = effect.removeprefix(f"{run}:{step}:")
    return effect if end and digest != effect and digest.isalnum() else ""


def decided_key(run: str, step: str, slot: str) -> str:
    """The call that the agent decided on, while it waits for a person. slot: which call of the step it is."""
    return f"{run}:{step}:{slot}:decided"


def edge_key(run: str, budget: str, extended: int) -> str:
    """That it was asked whether to extend a budget. extended: how often it was before."""
    return f"{run}:edge:{budget}:{extended}"


def tainted_key(run: str) -> str:
    """What tainted the run, as `taint_note` says it."""
    return f"{run}:tainted"


def taint_note(tainted: Tainted) -> str:
    return f"{tainted.source}: {tainted.why}"
