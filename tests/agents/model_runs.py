"""Whole runs with a scripted language model: what tests of them share."""

from __future__ import annotations

from typing import Any

from graph import events as ev
from runs.service import Groundwork
from runs.types import Run, Upload
from tests.model_server import Decided
from tests.runs.conftest import to_the_end


def plan(*steps: dict[str, Any], understood: str = "A question about the lease") -> Decided:
    return Decided({"understood": understood, "steps": list(steps)})


def step(id: str, /, tool: str = "", role: str = "researcher", needs: list[str] | None = None, **args: Any) -> dict:
    return {"id": id, "title": f"Do {id}", "role": role, "tool": tool, "args": args, "needs": needs or []}


def ended(g: Groundwork, goal: str, *files: Upload, thread: str = "") -> tuple[Run, list[ev.Event]]:
    run = to_the_end(g, "u", g.submit("u", goal, thread, files))
    return run, [s.event for s in g.events("u", run.id)]


def answer(events: list[ev.Event]) -> ev.AnswerChecked:
    return next(e for e in events if isinstance(e, ev.AnswerChecked))
