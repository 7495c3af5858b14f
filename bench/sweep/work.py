"""What is being killed: the real service with a scripted agent, tools that leave a trace, approvals, files on their way in.

One life of the process: open the home, hand in what is not accepted yet, decide what waits, end when all has ended.
"""

from __future__ import annotations

import os
import sqlite3
import time
from pathlib import Path
from typing import Any

from agents.base import CallTool, Done, Write
from bench.sweep.points import arm, here, watch
from tests.fakes import plan, step, verdict
from tools.base import ToolContext, ToolResult, tool
from tools.registry import all_tools

USER, GOALS, FILES = "ann", 3, 2
LONGEST = 240.0  # seconds for one life
ANSWER = "All was paid and sent."
FACT = "Payments go out on Fridays."


def trace(home: Path) -> sqlite3.Connection:
    c = sqlite3.connect(home / "trace.sqlite3", timeout=30, isolation_level=None)
    c.execute("CREATE TABLE IF NOT EXISTS effect(key TEXT PRIMARY KEY, run TEXT, what TEXT)")
    return c


def _effect(ctx: ToolContext, what: str) -> None:
    """The effect is stored together with the key of the call, as the contract asks of a write."""
    here(f"inside {what}, before its effect")
    c = trace(ctx.reports.parents[1])
    c.execute("INSERT OR IGNORE INTO effect VALUES(?, ?, ?)", (ctx.key, ctx.run, what))
    c.close()
    here(f"between the effect of {what} and its record")


@tool(risk="write", timeout=60)
def pay(ctx: ToolContext, amount: int) -> ToolResult:
    """Pay an amount, once for each call."""
    _effect(ctx, f"pay {amount}")
    return ToolResult(f"paid {amount}", {"value": amount})


@tool(risk="external", timeout=60)
def send(ctx: ToolContext, text: str) -> ToolResult:
    """Send a text, once for each call; needs a yes."""
    _effect(ctx, f"send {text}")
    return ToolResult(f"sent {text}", {"value": text})


class Payer:
    """Payments side by side, a fact, a report, something that needs a yes, a payment after it; then the answer."""

    name = "payer"
    suggestible = False

    async def plan(self, brief: Any) -> Any:
        return plan(
            step("s1", "pay", amount=1),
            step("s2", "pay", amount=2),
            step("s3", "remember", fact=f"{FACT} {brief.goal}"),
            step("s4", "save_report", ["s1"], "writer", title=brief.goal, text="Paid ${s1.value}."),
            step("s5", "send", ["s1", "s2"], text="receipt"),
            step("s6", "pay", ["s5"], amount=3),
            step("s7", needs=["s1", "s2", "s3", "s4", "s5", "s6"]),
        )

    async def act(self, task: Any) -> Any:
        if task.step["tool"]:
            return Done() if task.calls else CallTool(task.step["tool"], task.step["args"])
        return Write(ANSWER)

    async def check(self, review: Any) -> Any:
        return verdict("finish" if review.answer else "accept")


def live(home: Path, seed: int | None) -> None:
    """One life. seed None: nobody kills it."""
    watch()
    if seed is not None:
        arm(seed, home.parent / "killed.txt")
    g = opened(home)
    _hand_in(g, home)
    end = time.monotonic() + LONGEST
    while open_work(g):
        for a in g.approvals(USER):
            _approve(g, a.id)
        time.sleep(0.02)
        if time.monotonic() > end:
            raise TimeoutError(f"still at work: {open_work(g)}")
    g.close()


def opened(home: Path) -> Any:
    from runs.service import Groundwork
    from runs.settings import Settings

    g = Groundwork.open(Settings(home), Payer(), {**all_tools(), "pay": pay, "send": send})
    g.steering.choose_review(USER, "never")
    return g


def open_work(g: Any) -> list[str]:
    runs = [f"run {r.id} {r.status}" for r in g.runs(USER, limit=100) if r.status in ("queued", "running", "waiting")]
    return runs + [f"file {j.name} {j.state}" for j in g.jobs(USER) if j.state not in ("done", "failed")]


def _approve(g: Any, approval: str) -> None:
    """In two tabs at once: the second is told that it is decided."""
    from runs.errors import AlreadyDecided

    here("an approval waits")
    g.approve(USER, approval)
    here("approved")
    try:
        g.approve(USER, approval)
    except AlreadyDecided:
        return
    raise AssertionError("an approval was taken twice")


def accepted(home: Path) -> list[tuple[str, str]]:
    """(goal, run) that the service said it has accepted."""
    path = home.parent / "accepted.txt"
    lines = path.read_text().splitlines() if path.exists() else []
    return [(a, b) for a, b in (x.rsplit(" ", 1) for x in lines)]


def _hand_in(g: Any, home: Path) -> None:
    from runs.types import Upload

    known = dict(accepted(home))
    for n in range(GOALS):
        if (goal := f"goal {n}") not in known:
            files = [Upload(f"with {n}.md", f"# Note {n}\n\nThe fee of contract {n} is {n + 1}00 euros.\n".encode())]
            run = g.submit(USER, goal, "", files if n == 0 else [])
            _note(home, f"{goal} {run.id}")
        here("a goal is accepted")
    for n in range(FILES):
        if (name := f"file {n}.txt") not in known:
            text = "\n\n".join(
                f"Paragraph {i} of file {n}: the warehouse in street {i} opens at {i % 24}." for i in range(60)
            )
            (job,) = g.ingest(USER, [Upload(name, text.encode())])
            _note(home, f"{name} {job.id}")
        here("a file is accepted")


def _note(home: Path, line: str) -> None:
    with (home.parent / "accepted.txt").open("a") as f:
        f.write(line + "\n")
        f.flush()
        os.fsync(f.fileno())
