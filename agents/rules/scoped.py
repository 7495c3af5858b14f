"""The built-in agent and "in folder X", "tagged Y": it plans as if there were no other documents, and says so.

Which documents are meant is `tools/scope.py`'s business. A folder or tag that is named and is not there is asked about.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import cast

from agents.base import Brief, Plan, Step
from agents.rules.words import content
from tools.base import Json
from tools.scope import Scope, named_scope, scope_of

_SEARCHING = (
    "search_memory",
    "summarize",
    "list_statements",
)  # tools that look at all documents unless they are told which


def scoped(brief: Brief, plan: Callable[[Brief], Plan]) -> Plan:
    """The plan for the goal within the documents that it restricts itself to."""
    scope = scope_of(brief.goal, brief.documents, brief.now)
    if scope is None:
        return plan(brief)
    if scope.unknown:
        reply = brief.replies[-1][1] if brief.replies else ""
        answered = named_scope(reply, brief.documents)
        if answered is None:
            made = plan(brief)
            if not brief.replies:
                made["question"] = f"There is no {scope.unknown} in your memory. Where shall I look?"
                made["options"] = [*scope.options, "everywhere"]
            return made
        scope = replace(answered, rest=brief.goal)
        brief = replace(brief, replies=())
    return _within(scope, brief, plan)


def _within(scope: Scope, brief: Brief, plan: Callable[[Brief], Plan]) -> Plan:
    ids = set(scope.documents)
    goal = scope.rest if content(scope.rest) else "Summarise all documents"
    narrow = replace(
        brief,
        goal=goal,
        documents=[d for d in brief.documents if d.id in ids],
        tables=[t for t in brief.tables if t.document in ids],
        passages=[p for p in brief.passages if p.document in ids],
        attached=[a for a in brief.attached if a in ids],
    )
    made = plan(narrow)
    n = len(ids)
    note = f"{made['note']} Only {scope.said} ({n} document{'' if n == 1 else 's'})."
    return cast(Plan, {**made, "note": note, "steps": [_told(s, scope) for s in made["steps"]]})


def _told(step: Step, scope: Scope) -> Step:
    if step["tool"] not in _SEARCHING or step["args"].get("documents"):
        return step
    documents: list[Json] = [*scope.documents]
    args = {**step["args"], "documents": documents}
    return {**step, "args": args, "title": step["title"].replace("your documents", f"your documents {scope.said}")}
