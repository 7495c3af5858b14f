"""What the wording of a goal makes certain: which tools it cannot be done without, whoever plans it.

Only readings that decide by wording alone (`router.CERTAIN`) count, and of what they plan only what changes something,
computes, asks a table or opens an address. What may be found in several ways demands nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from agents.base import Step, Sure, Talk
from agents.rules.router import CERTAIN, Choice
from agents.rules.shapes import Planned
from tools.base import Tool

NEEDS_MODEL, SMALLTALK = "needs_model", "smalltalk"
_DEMANDED = ("calculate", "convert_units", "date_math", "query_table", "fetch_page")


def sure_of(
    chosen: Sequence[Choice], planned: Sequence[Planned], steps: Sequence[Step], tools: Mapping[str, Tool]
) -> Sure:
    by_id = {s["id"]: s for s in steps}
    demanded: dict[str, str] = {}
    for choice, part in zip(chosen, planned, strict=True):
        if choice.reading.sure < CERTAIN:
            continue
        for step in (by_id[id] for id in part.steps.values() if id in by_id):
            tool = tools.get(step["tool"])
            # What starts from a value that is looked up first is no plain computation: the value may stand there worked out.
            plain = step["tool"] in _DEMANDED and not choice.reading.lookups
            if tool is not None and (plain or tool.risk != "read"):
                demanded.setdefault(tool.name, step["title"])
    return Sure(tools=demanded, whole=all(c.reading.intent != NEEDS_MODEL for c in chosen), talk=_talk(chosen))


def _talk(chosen: Sequence[Choice]) -> Talk:
    certain = {c.reading.intent for c in chosen if c.reading.sure >= CERTAIN}
    if NEEDS_MODEL in certain:
        return "text"
    return "chat" if certain == {SMALLTALK} and len(chosen) == 1 else ""
