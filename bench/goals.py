"""How often the built-in agent gets a newcomer's goal done: runs a set of goals through the whole product, in process.

A set is a folder with `goals.json` and `documents/`. Each distinct choice of files is one user of one temporary home, so
that memory holds exactly these files; goals about facts get a user of their own. What counts as done is in
`bench/goal_checks.py`. This is a measurement, never a test: it asserts nothing and exits 0 when it could measure.

    python -m bench.goals [--set PATH] [--only GROUP] [--id ID …] [--verbose] [--json OUT]
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if __package__ in (None, ""):  # started as a script: find the rooms beside us
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.goal_checks import Reply, faults

if TYPE_CHECKING:
    from runs.service import Groundwork

SET = Path(__file__).resolve().parent / "goals"
LIMIT = 120.0  # seconds for one goal; beyond, it counts as failed


@dataclass
class Measured:
    id: str
    group: str
    goal: str
    passed: bool
    seconds: float
    outcome: str  # answered, partial, not_answered, asked; "" when the run failed or did not end
    faults: list[str] = field(default_factory=list)
    answer: str = ""
    reason: str = ""
    tools: list[str] = field(default_factory=list)


def load(folder: Path, only: str = "", ids: Sequence[str] = ()) -> list[dict[str, Any]]:
    """The goals of a set, those asked for. SystemExit when a goal names a document that is not there."""
    goals = json.loads((folder / "goals.json").read_text(encoding="utf-8"))
    missing = sorted({f for g in goals for f in g["files"] if not (folder / "documents" / f).is_file()})
    if missing:
        raise SystemExit(f"{folder}: no such document: {', '.join(missing)}")
    return [g for g in goals if (not only or g["group"] == only) and (not ids or g["id"] in ids)]


def user_of(goal: Mapping[str, Any]) -> str:
    """Goals with the same files share a user; whoever may store facts shares with nobody."""
    if goal["group"] == "facts" or {"remember", "forget"} & set(goal["tools"]):
        return f"only-{goal['id']}"
    return "files:" + "|".join(goal["files"])


def ingest(gw: Groundwork, user: str, folder: Path, files: Sequence[str]) -> None:
    from runs.types import Upload

    if not files:
        return
    gw.ingest(user, [Upload(f, (folder / "documents" / f).read_bytes()) for f in files])
    until = time.monotonic() + 300
    while any(j.state in ("queued", "working") for j in gw.jobs(user)):
        if time.monotonic() > until:
            raise SystemExit(f"Taking in {', '.join(files)} did not end within 300 s.")
        time.sleep(0.1)
    bad = [f"{j.name}: {j.message}" for j in gw.jobs(user) if j.state == "failed"]
    if bad:
        print("not taken in:", *bad, sep="\n  ", file=sys.stderr)


def ask(gw: Groundwork, user: str, goal: str, thread: str = "", limit: float = LIMIT) -> tuple[Reply, str]:
    """Submit and wait for the end (or a question): the reply and its thread."""
    began = time.monotonic()
    run = gw.submit(user, goal, thread)
    tools: list[str] = []
    titles: list[str] = []
    data: Mapping[str, Any] = {}
    asked, after, ended = False, 0, False
    while not (ended or asked) and time.monotonic() - began < limit:
        for stamped in gw.wait(user, run.id, after):
            after, event = stamped.sequence, stamped.event
            if event.kind == "ToolCalled":
                tools.append(event.tool)
            elif event.kind == "AnswerChecked":
                titles, data = [s["title"] for s in event.sources], event.data
            ended = ended or event.kind == "RunEnded"
            asked = asked or event.kind == "QuestionAsked"
    seconds = time.monotonic() - began
    final = gw.run(user, run.id)
    if not ended:
        gw.stop(user, run.id)
    outcome = "asked" if asked and not ended else final.outcome if ended else ""
    text = final.question if outcome == "asked" else final.answer
    reason = final.reason or (f"status {final.status}" if final.status != "done" else "")
    return Reply(text, outcome, reason, tuple(tools), tuple(titles), data, seconds), run.thread


def measure(gw: Groundwork, user: str, goal: Mapping[str, Any], limit: float = LIMIT) -> Measured:
    thread = ""
    for turn in goal["turns"]:
        _, thread = ask(gw, user, turn, thread, limit)
    reply, _ = ask(gw, user, goal["goal"], thread, limit)
    found = faults(goal, reply)
    return Measured(
        goal["id"],
        goal["group"],
        goal["goal"],
        not found,
        reply.seconds,
        reply.outcome,
        found,
        reply.text,
        reply.reason,
        list(reply.tools),
    )


def run(folder: Path, goals: Sequence[Mapping[str, Any]], verbose: bool) -> list[Measured]:
    from runs.service import Groundwork
    from runs.settings import Settings

    results: list[Measured] = []
    with tempfile.TemporaryDirectory(prefix="groundwork-goals-") as home:
        gw = Groundwork.open(Settings(home=Path(home)))
        try:
            names: dict[str, str] = {}
            for goal in sorted(goals, key=user_of):  # stable: a user's goals stay in the set's order
                key = user_of(goal)
                if key not in names:
                    names[key] = f"bench{len(names) + 1}"
                    ingest(gw, names[key], folder, goal["files"])
                results.append(measure(gw, names[key], goal))
                if verbose:
                    tell(results[-1])
        finally:
            gw.close()
    return results


def tell(m: Measured) -> None:
    if m.passed:
        return
    print(
        f"\n✗ {m.id} [{m.group}] {m.goal}\n  {m.outcome or 'no answer'} · {m.seconds:.2f} s · tools: {', '.join(m.tools) or 'none'}"
    )
    for fault in m.faults:
        print(f"  - {fault}")
    print("  > " + (m.answer or m.reason or "(nothing)").strip().replace("\n", "\n  > "), flush=True)


def p95(values: Sequence[float]) -> float:
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * 95 // 100) - 1)]


def table(results: Sequence[Measured], goals: Mapping[str, Mapping[str, Any]]) -> str:
    """Success per group, seconds, and how often it declined rightly and wrongly, as Markdown."""
    lines = ["| group | goals | done | success | median s | p95 s |", "|---|--:|--:|--:|--:|--:|"]
    groups = list(dict.fromkeys(m.group for m in results))
    for name in [*sorted(groups), "all"]:
        part = [m for m in results if name in ("all", m.group)]
        done, seconds = sum(m.passed for m in part), [m.seconds for m in part]
        share = f"{100 * done / len(part):.1f}%"
        lines.append(
            f"| {name} | {len(part)} | {done} | {share} | {statistics.median(seconds):.2f} | {p95(seconds):.2f} |"
        )
    must = [m for m in results if goals[m.id]["expect"].get("outcome") == "not_answered"]
    may_not = [m for m in results if goals[m.id]["expect"].get("outcome") == "answered"]
    right = sum(m.outcome == "not_answered" for m in must)
    wrong = sum(m.outcome == "not_answered" for m in may_not)
    asked = sum(m.outcome == "asked" for m in results)
    lines.append("")
    lines.append(
        f"Declined rightly: {right} of {len(must)}. Declined wrongly: {wrong} of {len(may_not)}. Asked back: {asked}."
    )
    return "\n".join(lines)


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description="Run a set of goals through Groundwork's built-in agent and print how many got done."
    )
    parser.add_argument("--set", type=Path, default=SET, help="folder with goals.json and documents/")
    parser.add_argument("--only", default="", help="one group of goals")
    parser.add_argument("--id", nargs="+", default=[], help="these goals")
    parser.add_argument(
        "--verbose", action="store_true", help="print each goal that failed, with its answer and the checks"
    )
    parser.add_argument("--json", type=Path, help="write every result here")
    args = parser.parse_args(argv)
    goals = load(args.set, args.only, args.id)
    if not goals:
        raise SystemExit("No goal of the set fits --only and --id.")
    began = time.monotonic()
    results = run(args.set, goals, args.verbose)
    print()
    print(table(results, {g["id"]: g for g in goals}))
    print(f"\n{len(results)} goals in {time.monotonic() - began:.0f} s, documents taken in included.")
    if args.json:
        args.json.write_text(json.dumps([asdict(m) for m in results], ensure_ascii=False, indent=1), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
