"""A run as one record, folded from its events: what `python -m runs show` prints, `--json` returns and follow-ups read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from agents.base import Result
from graph.events import (
    AnswerChecked,
    FileIngested,
    ModelUsed,
    StepChecked,
    StepEnded,
    StepStarted,
    Tainted,
    ToolCalled,
    ToolReturned,
)
from graph.keys import result_key
from graph.plan_fold import every_step
from graph.state import TurnState
from runs.database import Database
from runs.journal import RunJournal
from runs.ledger import Ledger
from runs.log import Log
from runs.types import Run, Stamped
from text.words import stems
from tools.base import Source

CITED, QUOTED = 12, 1_200  # sources of an earlier turn's answer that are kept, and characters of each
TURNS = 6  # earlier turns that a goal is read with
TURNS_WITH_RESULTS = 3
DIGEST = 4_000  # characters that tell of the turns before those
LONGEST_THREAD = 500  # turns that the digest looks at


def record(run: Run, events: Sequence[Stamped]) -> dict[str, Any]:
    """The JSON object of the command line. Keys are part of the interface: see the README."""
    steps = {
        id: {
            "id": id, "title": s["title"], "tool": s["tool"], "args": s["args"], "needs": s["needs"],
            "role": s["role"], "reason": s["reason"], "status": "planned", "output": "", "seconds": 0.0, "attempts": 0,
        }
        for id, s in every_step(s.event for s in events).items()
    }  # fmt: skip
    answer: AnswerChecked | None = None
    files, checks = [], []
    for stamped in events:
        match stamped.event:
            case StepStarted(step=step):
                steps[step]["status"] = "running"
            case ToolCalled(step=step, args=args):
                steps[step]["args"] = args
            case ToolReturned(step=step, text=text):
                steps[step]["output"] = text
            case StepEnded(step=step, status=status, text=text, attempts=attempts, seconds=seconds):
                ended = {"status": status, "attempts": attempts, "seconds": seconds}
                steps[step] |= ended if status == "ok" and steps[step]["output"] else {**ended, "output": text}
            case StepChecked(steps=which, word=word, reason=reason, faults=faults):
                checks.append({"steps": which, "word": word, "reason": reason, "faults": faults})
            case AnswerChecked() as checked:
                answer = checked
            case FileIngested(name=name, status=status, message=message):
                files.append({"name": name, "status": status, "message": message})
    return {
        "run_id": run.id,
        "thread_id": run.thread,
        "goal": run.goal,
        "status": run.status,
        "outcome": run.outcome,
        "reason": run.reason or run.question,
        "answer": answer.text if answer else "",
        "claims": [
            {k: c[k] for k in ("text", "support", "sources", "expression", "reason")}
            for c in (answer.claims if answer else [])
        ],
        "sources": [
            {k: s[k] for k in ("id", "title", "locator", "quote", "trust")} for s in (answer.sources if answer else [])
        ],
        "data": dict(answer.data) if answer else {},
        "steps": list(steps.values()),
        "checks": checks,
        "files": files,
        "model": _spending(events),
        "seconds": run.seconds,
    }


def before_turns(ledger: Ledger, run: Run) -> str:
    """A digest of the thread before the turns that `earlier_turns` gives."""
    every = ledger.runs(run.user, run.thread, LONGEST_THREAD, before=run.id)
    return digest_of(every[:-TURNS], run.goal)


def _spending(events: Sequence[Stamped]) -> dict[str, Any]:
    """What language models used in this run; money in US dollars, of the calls whose price is known."""
    used = [s.event for s in events if isinstance(s.event, ModelUsed)]
    return {
        "calls": len(used),
        "input_tokens": sum(u.input_tokens for u in used),
        "output_tokens": sum(u.output_tokens for u in used),
        "money": round(sum(max(0.0, u.money) for u in used), 6),
        "money_known": all(u.money >= 0 for u in used),
    }


def earlier_turns(database: Database, ledger: Ledger, log: Log, run: Run) -> list[TurnState]:
    """The thread's turns before this run, oldest first; the last few with their steps and results, for follow-ups."""
    earlier = [r for r in ledger.runs(run.user, run.thread, TURNS, before=run.id) if r.status in ("done", "cancelled")]
    turns = [
        TurnState(goal=r.goal, answer=r.answer, outcome=r.outcome, run=r.id, steps=[], results=[]) for r in earlier
    ]
    for turn in turns[-TURNS_WITH_RESULTS:]:
        events = log.read(turn["run"])
        turn["tainted"] = any(isinstance(e.event, Tainted) for e in events)
        steps = every_step(s.event for s in events)
        turn["steps"] = [cast(Any, dict(s)) for s in steps.values()]
        journal = RunJournal(database, turn["run"])
        loaded = [journal.load(result_key(turn["run"], id)) for id in steps]
        turn["results"] = [_brief(cast(Result, r)) for r in loaded if isinstance(r, dict)]
        answers = [e.event for e in events if isinstance(e.event, AnswerChecked)]
        cited = answers[-1].sources if answers else []
        turn["sources"] = [cast(Source, {**s, "quote": s["quote"][:QUOTED]}) for s in cited[:CITED]]
    return turns


def digest_of(earlier: Sequence[Run], goal: str) -> str:
    """The thread before its last turns, in at most DIGEST characters: a line a turn, oldest first.

    When not all fit: those that share words with the goal, then the newest. Extractive, so it costs no model's call.
    """
    lines = [f"- {_head(r.goal, 160)} → {_head(r.answer, 240) or r.status}" for r in earlier]
    wanted = set(stems(goal))
    order = sorted(range(len(lines)), key=lambda i: (-len(wanted & set(stems(lines[i]))), -i))
    kept, room = set[int](), DIGEST
    for i in order:
        if len(lines[i]) + 1 <= room:
            kept.add(i)
            room -= len(lines[i]) + 1
    left = len(lines) - len(kept)
    return "\n".join([*(lines[i] for i in sorted(kept)), *([f"(and {left} more turns)"] if left else [])])


def _head(text: str, length: int) -> str:
    line = " ".join(text.split())
    return line if len(line) <= length else line[: length - 1] + "…"


def _brief(result: Result) -> Result:
    """Enough to follow up on; a turn is stored in every checkpoint of the next run."""
    from graph.results import HEAD, fits

    head = cast(Result, dict(result))
    head["text"], head["sources"] = result["text"][:HEAD], []
    head["data"] = result["data"] if fits(result["data"]) else {k: v for k, v in result["data"].items() if fits({k: v})}
    return head
