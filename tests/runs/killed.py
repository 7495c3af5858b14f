"""A process that is made to be killed: the real service with a scripted agent and a tool that leaves a trace.

usage: python -m tests.runs.killed HOME [GOAL]   — works until every accepted run has ended, then prints "all ended".
--review: the user sees every plan first. --until-done: a run that waits has not ended.
"""

from __future__ import annotations

import sqlite3
import sys
import time
from pathlib import Path
from typing import Any

from agents.base import CallTool, Done, Write
from runs.service import Groundwork
from runs.settings import Settings
from tests.fakes import plan, step, verdict
from tools.base import ToolContext, ToolResult, tool
from tools.registry import all_tools

HOME = Path(sys.argv[1]) if __name__ == "__main__" else Path()


def trace(home: Path) -> sqlite3.Connection:
    c = sqlite3.connect(home / "trace.sqlite3", timeout=10, isolation_level=None)
    c.execute("CREATE TABLE IF NOT EXISTS effect(key TEXT PRIMARY KEY)")
    c.execute("CREATE TABLE IF NOT EXISTS call(key TEXT, at REAL)")
    return c


@tool(risk="write", timeout=30, pure=True)
def pay(ctx: ToolContext, amount: int) -> ToolResult:
    """Pay once: the effect is stored together with the key of the call, as the contract asks of a write."""
    c = trace(HOME)
    c.execute("INSERT INTO call VALUES(?, ?)", (ctx.key, time.time()))
    time.sleep(0.05)
    c.execute("INSERT OR IGNORE INTO effect VALUES(?)", (ctx.key,))
    time.sleep(0.05)
    return ToolResult(f"paid {amount}", {"value": amount})


class Payer:
    """Three payments, the last after the others, a fact and a report; then the answer."""

    name = "payer"
    suggestible = False  # it follows nothing that it reads

    async def plan(self, brief: Any) -> Any:
        return plan(
            step("s1", "pay", amount=1),
            step("s2", "pay", amount=2),
            step("s3", "remember", fact="Payments go out on Fridays."),
            step("s4", "pay", ["s1", "s2"], amount=3),
            step(
                "s5",
                "save_report",
                ["s4"],
                "writer",
                title="Payments",
                text="Three payments: ${s4.value} was the last.",
            ),
            step("s6", needs=["s1", "s2", "s3", "s4", "s5"]),
        )

    async def act(self, task: Any) -> Any:
        if task.step["tool"]:
            return Done() if task.calls else CallTool(task.step["tool"], task.step["args"])
        return Write("All three were paid.")

    async def check(self, review: Any) -> Any:
        return verdict("finish" if review.answer else "accept")


def main() -> None:
    groundwork = Groundwork.open(Settings(HOME), Payer(), {**all_tools(), "pay": pay})
    words = sys.argv[2:]
    groundwork.steering.choose_review("u", "always" if "--review" in words else "never")
    for goal in [w for w in words if not w.startswith("--")]:
        print("accepted", groundwork.submit("u", goal).id, flush=True)
    at_work = ("queued", "running", "waiting") if "--until-done" in words else ("queued", "running")
    while any(r.status in at_work for r in groundwork.runs("u", limit=100)):
        time.sleep(0.02)
    print("all ended", flush=True)
    groundwork.close()


if __name__ == "__main__":
    main()
