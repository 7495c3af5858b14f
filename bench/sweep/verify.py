"""After the last life: is everything that was accepted there, right, and done once?"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.sweep.work import ANSWER, FACT, USER, accepted, opened, trace
from graph import events as ev

EFFECTS = ("pay 1", "pay 2", "pay 3", "send receipt")


@dataclass
class Verified:
    lost: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)


def verify(home: Path) -> Verified:
    """Opens the home once more, and looks."""
    out = Verified()
    g = opened(home)
    try:
        runs = {r.id: r for r in g.runs(USER, limit=1000)}
        jobs = {j.id: j for j in g.jobs(USER)}
        for goal, id in accepted(home):
            if id not in runs and id not in jobs:
                out.lost.append(f"{goal} ({id}) was accepted and is not there")
        effects = Counter((r, w) for r, w in trace(home).execute("SELECT run, what FROM effect"))
        for run in runs.values():
            _run(g, run, effects, out)
        _memory(g, runs, jobs, home, out)
    finally:
        g.close()
    return out


def _run(g: Any, run: Any, effects: Counter[tuple[str, str]], out: Verified) -> None:
    at = f"run {run.id} ({run.goal})"
    if (run.status, run.outcome, run.answer) != ("done", "answered", ANSWER):
        out.wrong.append(f"{at} is {run.status}, {run.outcome}: {run.answer or run.reason}")
    for what in EFFECTS:
        if (n := effects[run.id, what]) == 0:
            out.lost.append(f"{at}: {what} was not done")
        elif n > 1:
            out.twice.append(f"{at}: {what} was done {n} times")
    stamped = g.events(USER, run.id)
    if [s.sequence for s in stamped] != list(range(1, len(stamped) + 1)):
        out.wrong.append(f"{at}: its events have gaps")
    events = [s.event for s in stamped]
    if not isinstance(events[0], ev.RunQueued) or not isinstance(events[-1], ev.RunEnded):
        out.wrong.append(f"{at}: its events begin with {events[0].kind} and end with {events[-1].kind}")
    kinds = Counter(e.kind for e in events)
    if kinds["RunEnded"] != 1 or kinds["RunQueued"] != 1 or not kinds["AnswerChecked"] or not kinds["PlanMade"]:
        out.wrong.append(f"{at}: its events are {dict(kinds)}")
    for s in ("s1", "s2", "s3", "s4", "s5", "s6", "s7"):
        order = [type(e) for e in events if getattr(e, "step", "") == s]
        if ev.StepStarted not in order or ev.StepEnded not in order:
            out.wrong.append(f"{at}: step {s} has no beginning or no end among its events")
        elif order.index(ev.StepStarted) > order.index(ev.StepEnded):
            out.wrong.append(f"{at}: step {s} ends before it begins")
    asked = [i for i, e in enumerate(events) if isinstance(e, ev.ApprovalAsked)]
    called = [(i, e) for i, e in enumerate(events) if isinstance(e, ev.ToolCalled) and e.tool == "send"]
    if (
        len(asked) != 1
        or not called
        or called[0][0] < asked[0]
        or any("approved by" not in e.grounds for _, e in called)
    ):
        out.wrong.append(
            f"{at}: it was asked {len(asked)} times for its yes, and sent on {[e.grounds for _, e in called]}"
        )


def _memory(g: Any, runs: dict[str, Any], jobs: dict[str, Any], home: Path, out: Verified) -> None:
    memory = g.memory(USER)
    facts = Counter(f.text for f in memory.facts("", 1000))
    reports = len(list((home / "reports").rglob("*.md")))
    for goal in {r.goal for r in runs.values()}:  # what is known already is not stored again, whoever says it
        _counted(out, f"the fact of {goal}", facts[f"{FACT} {goal}"], 1)
    _counted(out, "reports", reports, len(runs))
    aside = {
        j.name for j in jobs.values() if j.state == "failed" and "set aside" in j.message
    }  # killed thrice at it: told so
    for j in jobs.values():
        if j.state != "done" and j.name not in aside:
            out.wrong.append(f"file {j.name} is {j.state}: {j.message}")
    documents = Counter(d.name for d in memory.documents())
    names = {j.name for j in jobs.values()} | {f for r in runs.values() for f in r.files}
    for name in names - aside:
        _counted(out, name, documents[name], 1)
    for d in memory.documents():
        found = memory.passages(d.id)
        if len(found) != d.passages or len({p.id for p in found}) != len(found):
            out.wrong.append(f"{d.name} says {d.passages} passages and has {len(found)}")


def _counted(out: Verified, what: str, found: int, wanted: int) -> None:
    if found < wanted:
        out.lost.append(f"{what}: {found} of {wanted}")
    elif found > wanted:
        out.twice.append(f"{what}: {found} instead of {wanted}")
