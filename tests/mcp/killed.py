"""A process that is made to be killed in the middle of a call to an MCP server.

usage: python -m tests.mcp.killed HOME [GOAL]   — approves what is asked, works until every run has ended.
Its agent does not take a failed step for an answer: it plans the same call anew, then says that all went well.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

from agents.base import CallTool, Done, Write
from runs.service import Groundwork
from runs.settings import Settings
from tests.fakes import plan, step, verdict
from tests.mcp.conftest import allow_all


class Stubborn:
    name = "stubborn"

    async def plan(self, brief: Any) -> Any:
        first = "again" if brief.problems else "s1"
        return plan(step(first, "odd__sleep", seconds=60), step("z"))

    async def act(self, task: Any) -> Any:
        if task.step["tool"]:
            return Done() if task.calls else CallTool(task.step["tool"], task.step["args"])
        return Write("All is well.")

    async def check(self, review: Any) -> Any:
        failed = [r for r in review.results.values() if r["status"] == "failed"]
        if failed and review.replans_left > 1:
            return verdict("replan", "do it all the same")
        return verdict("finish" if review.answer else "accept")


def main() -> None:
    groundwork = Groundwork.open(Settings(Path(sys.argv[1])), Stubborn())
    groundwork.steering.choose_review("u", "never")
    for goal in sys.argv[2:]:
        allow_all(groundwork.mcp, "odd")
        print("accepted", groundwork.submit("u", goal).id, flush=True)
    while runs := [r for r in groundwork.runs("u", limit=100) if r.status in ("queued", "running", "waiting")]:
        for asked in [a for r in runs for a in groundwork.approvals("u", r.id)]:
            groundwork.approve("u", asked.id)
        time.sleep(0.05)
    print("all ended", flush=True)
    groundwork.close()


if __name__ == "__main__":
    main()
