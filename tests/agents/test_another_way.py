"""The built-in agent reads a goal another way when the first gave no answer, once, and says why."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from agents.base import Review
from agents.rules.another_way import KEY, tried, wanted
from agents.rules.judge import judge


def _review(outcome: str, left: list[str], replans: int = 3) -> Review:
    writer: Any = {"id": "s3", "title": "", "role": "writer", "tool": "", "needs": [], "reason": ""}
    writer["args"] = {"parts": [{"intent": "table_question"}], KEY: left}
    plan: Any = {"steps": [writer], "note": "", "intent": "table_question"}
    now = datetime(2026, 6, 1)
    return Review("g", plan, {}, ["s3"], [], "No.", outcome, [], replans, now)  # type: ignore[arg-type]


def test_an_answer_ends_it() -> None:
    assert wanted(_review("answered", ["document_question"])) == ""
    assert judge(_review("answered", ["document_question"])).get("word") == "accept"


def test_no_answer_is_planned_anew_with_the_reason_that_the_planner_reads() -> None:
    verdict = judge(_review("not_answered", ["document_question"]))
    assert verdict["word"] == "replan"
    assert tried([verdict["reason"]]) == {"table_question"}


def test_nothing_left_to_try_or_no_replans_left_ends_it() -> None:
    assert judge(_review("not_answered", []))["word"] == "finish"
    assert judge(_review("not_answered", ["document_question"], replans=0))["word"] == "finish"
