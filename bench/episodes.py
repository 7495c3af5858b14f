"""Does it help that past goals are kept? The development goals twice in one home, with a user who corrects plans.

First each goal as it comes, and again with its plan reviewed: what brought nothing to the answer is left out, questions
are answered. Then the same goals, worded a little otherwise, with nobody looking. Compared are steps, questions and
whether the answer is right (`bench/goal_checks.py`). A measurement, never a test.

    python -m bench.episodes [--set PATH] [--only GROUP] [--every N]
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.goal_checks import Reply, faults
from bench.goals import SET, ingest, load, user_of

if TYPE_CHECKING:
    from runs.service import Groundwork

_LIMIT = 120.0


@dataclass(frozen=True)
class Asked:
    right: bool
    steps: int
    questions: int
    seconds: float
    plan: Mapping[str, Any] | None  # the last one
    useless: tuple[str, ...]  # steps without a source in the answer that nothing else used


def ask(gw: Groundwork, user: str, goal: Mapping[str, Any], wording: str, keep: Sequence[str] | None = None) -> Asked:
    """keep: the plan is reviewed, and only these steps stay."""
    began = time.monotonic()
    run = gw.submit(user, wording)
    events: list[Any] = []
    questions = 0
    while time.monotonic() - began < _LIMIT:
        events += [s.event for s in gw.wait(user, run.id, len(events))]
        now = gw.run(user, run.id)
        if now.status == "waiting":
            if plans := gw.steering.plans(user, run.id):
                wanted = [s["id"] for s in plans[0].plan["steps"] if keep is None or s["id"] in keep]
                gw.steering.approve_plan(user, plans[0].id, kept=wanted)
            elif now.question:
                questions += 1
                gw.reply(user, run.id, now.options[0] if now.options else "yes")
        if now.status in ("done", "failed", "cancelled") and any(e.kind == "RunEnded" for e in events):
            break
    now = gw.run(user, run.id)
    answer = next((e for e in reversed(events) if e.kind == "AnswerChecked"), None)
    made = [e.plan for e in events if e.kind == "PlanMade"]
    tools = tuple(e.tool for e in events if e.kind == "ToolCalled")
    sources = tuple(s["title"] for s in answer.sources) if answer else ()
    reply = Reply(now.answer, now.outcome, now.reason, tools, sources, answer.data if answer else {}, now.seconds)
    steps = len({e.step for e in events if e.kind == "StepStarted"})
    return Asked(not faults(goal, reply), steps, questions, now.seconds, made[-1] if made else None, _useless(events))


def _useless(events: Sequence[Any]) -> tuple[str, ...]:
    """Searches whose every quotation another search of the run had brought already, or that brought none."""
    quotes: dict[str, set[str]] = {}
    for e in events:
        if e.kind == "ToolReturned" and e.tool == "search_memory":
            quotes[e.step] = {s["quote"] for s in e.sources}
    out: list[str] = []
    for step, own in quotes.items():
        others = set().union(*(q for s, q in quotes.items() if s != step and s not in out), set())
        if len(quotes) - len(out) > 1 and own <= others:
            out.append(step)
    return tuple(out)


def main(argv: Sequence[str] | None = None) -> int:
    from runs.service import Groundwork
    from runs.settings import Settings

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--set", type=Path, default=SET)
    parser.add_argument("--only", default="")
    parser.add_argument("--every", type=int, default=1, help="each Nth goal")
    args = parser.parse_args(argv)
    goals = [g for g in load(args.set, args.only) if not g["turns"]][:: args.every]
    rows: list[tuple[str, Asked, Asked, bool]] = []
    with tempfile.TemporaryDirectory(prefix="groundwork-episodes-") as home:
        gw = Groundwork.open(Settings(home=Path(home)))
        try:
            names: dict[str, str] = {}
            for goal in sorted(goals, key=user_of):
                if user_of(goal) not in names:
                    names[user_of(goal)] = f"bench{len(names) + 1}"
                    ingest(gw, names[user_of(goal)], args.set, goal["files"])
                user = names[user_of(goal)]
                gw.steering.choose_review(user, "never")
                first = ask(gw, user, goal, goal["goal"])
                if first.useless and first.plan:
                    gw.steering.choose_review(user, "always")
                    kept = [s["id"] for s in first.plan["steps"] if s["id"] not in first.useless]
                    ask(gw, user, goal, goal["goal"], kept)
                    gw.steering.choose_review(user, "never")
                gw.learning.settle()
                later = ask(
                    gw,
                    user,
                    goal,
                    f"Please, {goal['goal'][:1].lower()}{goal['goal'][1:]}" if _plain(goal) else goal["goal"],
                )
                rows.append((goal["id"], first, later, bool(later.plan and later.plan.get("like"))))
        finally:
            gw.close()
    print(table(rows))
    return 0


def _plain(goal: Mapping[str, Any]) -> bool:
    """May its first letter be made small? Not that of a name or an abbreviation."""
    first = goal["goal"].split()[0]
    return first[1:].islower() and first.lower() in (
        "what",
        "how",
        "when",
        "which",
        "who",
        "where",
        "total",
        "is",
        "compare",
    )


def table(rows: Sequence[tuple[str, Asked, Asked, bool]]) -> str:
    started = [r for r in rows if r[3]]

    def line(name: str, of: Sequence[tuple[str, Asked, Asked, bool]]) -> str:
        a, b = [r[1] for r in of], [r[2] for r in of]
        counts = [sum(getattr(x, n) for x in side) for n in ("right", "steps", "questions") for side in (a, b)]
        return f"| {name} | {len(of)} | " + " | ".join(map(str, counts)) + " |"

    worse = [r[0] for r in rows if r[1].right and not r[2].right]
    return "\n".join(
        [
            "| goals | n | right before | right after | steps before | steps after | questions before | questions after |",
            "|---|--:|--:|--:|--:|--:|--:|--:|",
            line("all", rows),
            line("started from an earlier plan", started),
            "",
            f"Right before and wrong after: {len(worse)}{' (' + ', '.join(worse) + ')' if worse else ''}.",
        ]
    )


if __name__ == "__main__":
    raise SystemExit(main())
