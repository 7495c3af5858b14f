"""Bad files by the hundred, uploaded by one user, and how long another one's work takes before and meanwhile. Ends with
`uploads: N files, 0 crashes, 0 unfinished, others' work R times`, and with exit code 1 when something crashed or did not
end, or when any kind of the other's work took more than twice as long.

    python -m bench.uploads [--every N [--offset N]] [--rounds 25] [--seed 0]

Both numbers of the ratio are medians of one run, on one machine, of the same work: goals that compute, goals about a
document, and small files taken in. The bad files come through the Memory page's queue and, every tenth, with a goal.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.uploads.files import Bad, every
from tests.memory.files import TERMS

BAD, OTHER = "mallory", "bob"
LONGEST = 1_800.0  # seconds for all bad files
BUG = "inside Groundwork"  # what a user reads when something of ours broke


@dataclass
class Measured:
    files: int = 0
    ended: Counter[str] = field(default_factory=Counter)
    crashes: list[str] = field(default_factory=list)
    unfinished: list[str] = field(default_factory=list)
    slow: list[tuple[float, str]] = field(default_factory=list)
    before: dict[str, list[float]] = field(default_factory=dict)
    meanwhile: dict[str, list[float]] = field(default_factory=dict)
    seconds: float = 0.0

    def ratios(self) -> dict[str, float]:
        return {k: statistics.median(self.meanwhile[k]) / statistics.median(self.before[k]) for k in self.before}


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Bad uploads, and the work of others meanwhile.")
    parser.add_argument("--every", type=int, default=1, help="only every Nth file")
    parser.add_argument("--offset", type=int, default=0, help="with --every: how many files to leave out first")
    parser.add_argument("--rounds", type=int, default=25, help="of the other user's work before the bad files come")
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args(argv)
    with tempfile.TemporaryDirectory(prefix="groundwork-uploads-") as folder:
        return told(measure(Path(folder) / "home", every(args.seed)[args.offset :: args.every], args.rounds))


def measure(home: Path, bad: Sequence[Bad], rounds: int) -> Measured:
    from runs.service import Groundwork
    from runs.settings import Settings
    from runs.types import Upload

    out = Measured(files=len(bad))
    gw = Groundwork.open(Settings(home))
    try:
        gw.memory(OTHER).add("terms.md", f"# Terms\n\n{TERMS}\n".encode())
        _round(gw, -1, {})  # what is loaded at the first use
        for n in range(rounds):
            _round(gw, n, out.before)
        began = time.monotonic()
        with_goal = set(range(0, len(bad), 10))
        runs = [gw.submit(BAD, f"What is {n} + 1?", "", [Upload(bad[n].name, bad[n].data)]) for n in sorted(with_goal)]
        jobs = gw.ingest(BAD, [Upload(b.name, b.data) for n, b in enumerate(bad) if n not in with_goal])
        n = rounds
        while (left := _left(gw)) and time.monotonic() - began < LONGEST:
            _round(gw, n, out.meanwhile)
            n += 1
        out.seconds = time.monotonic() - began
        out.unfinished = left
        _judge(gw, out, [j.id for j in jobs], [r.id for r in runs])
    finally:
        gw.close()
    return out


def _left(gw: Any) -> list[str]:
    left = [f"{j.name} ({j.state}, {j.stage})" for j in gw.jobs(BAD, 100_000) if j.state not in ("done", "failed")]
    return left + [f"{r.goal} ({r.status})" for r in gw.runs(BAD, limit=1000) if r.status in ("queued", "running")]


def _round(gw: Any, n: int, into: dict[str, list[float]]) -> None:
    """One of each kind of the other user's work, one after the other."""
    from runs.types import Upload

    goals = {"computing": f"17.5% of {2340 + n}", "about a document": "What is the notice period in terms.md?"}
    for kind, goal in goals.items():
        began = time.monotonic()
        run = gw.submit(OTHER, goal)
        while gw.run(OTHER, run.id).status in ("queued", "running"):
            time.sleep(0.01)
        into.setdefault(kind, []).append(time.monotonic() - began)
        assert gw.run(OTHER, run.id).outcome == "answered", gw.run(OTHER, run.id)
    began = time.monotonic()
    (job,) = gw.ingest(
        OTHER, [Upload(f"note{n}.md", f"# Note {n}\n\nThe fee of berth {n} is {n + 40} euros.\n".encode())]
    )
    while next(j for j in gw.jobs(OTHER, 5) if j.id == job.id).state not in ("done", "failed"):
        time.sleep(0.01)
    into.setdefault("taking in a file", []).append(time.monotonic() - began)


def _judge(gw: Any, out: Measured, jobs: Sequence[str], runs: Sequence[str]) -> None:
    from graph.events import FileIngested

    for j in gw.jobs(BAD, 100_000):
        out.ended[j.status] += 1
        out.slow.append((float(j.receipt.get("seconds", 0.0)), j.name))
        if BUG in j.message or "stopped Groundwork" in j.message:
            out.crashes.append(f"{j.name}: {j.message}")
    missing = {*jobs} - {j.id for j in gw.jobs(BAD, 100_000)}
    out.crashes += [f"{m}: its job is gone" for m in missing]
    for id in runs:
        run, events = gw.run(BAD, id), gw.events(BAD, id)
        out.ended.update(e.event.status for e in events if isinstance(e.event, FileIngested))
        if run.status not in ("done", "queued", "running"):
            out.crashes.append(f"{run.files}: {run.status}, {run.reason}")


def told(m: Measured) -> int:
    print("how they ended: " + ", ".join(f"{n}× {k}" for k, n in m.ended.most_common()) + f"; {m.seconds:.0f} s")
    print("longest: " + ", ".join(f"{n[:40]} {s:.1f} s" for s, n in sorted(m.slow, reverse=True)[:5]))
    for line in [*(f"✗ crashed: {c}" for c in m.crashes), *(f"✗ unfinished: {u}" for u in m.unfinished[:20])]:
        print(line[:400])
    ratios = m.ratios() if m.meanwhile else {}
    print(f"\n{'work of others':<18} {'before':>18} {'meanwhile':>18} {'ratio':>6}   (median, slowest, in seconds)")
    for kind, ratio in ratios.items():
        a, b = m.before[kind], m.meanwhile[kind]
        shown = [f"{statistics.median(x):.2f}, {max(x):.2f} of {len(x)}" for x in (a, b)]
        print(f"{kind:<18} {shown[0]:>18} {shown[1]:>18} {ratio:>6.2f}")
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"memory at most: app {most:,.0f} MB, a parser {children:,.0f} MB")
    worst = max(ratios.values(), default=0.0)
    print(
        f"uploads: {m.files} files, {len(m.crashes)} crashes, {len(m.unfinished)} unfinished, others' work {worst:.1f} times"
    )
    return 0 if m.meanwhile and not m.crashes and not m.unfinished and worst <= 2 else 1


if __name__ == "__main__":
    raise SystemExit(main())
