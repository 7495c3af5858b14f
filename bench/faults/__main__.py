"""`make faults`: a thousand seeded runs with a misbehaving model. Ends with the line
`faults: N runs, N ended, 0 hung, 0 over budget`, and with exit code 1 when that, or anything else, is not so.

    python -m bench.faults [--runs 1000] [--seed 0] [--workers 2] [--batch 50] [--json OUT]

A batch runs in a process of its own. It writes down each run as it ends, and is killed when none has ended for long; the
runs that are missing then count as hung.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path

from bench.faults.drive import BUDGETS, GRACE, VARIANTS, drive
from bench.faults.judge import Judged

STILL = 60 + 3 * (BUDGETS["seconds"] + GRACE)  # seconds without the end of any run, the start of a process among them


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Seeded runs with every fault of a model and of the network to it.")
    parser.add_argument("--runs", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=0, help="of the first run; the others follow")
    parser.add_argument("--workers", type=int, default=2, help="processes at the same time")
    parser.add_argument("--batch", type=int, default=50, help="runs in one process")
    parser.add_argument("--json", type=Path, help="write every result here")
    parser.add_argument("--only", type=int, help="this batch, in this process (what the workers do)")
    args = parser.parse_args(argv)
    batches = _batches(args.seed, args.runs, args.batch)
    if args.only is not None:
        with tempfile.TemporaryDirectory(prefix="groundwork-faults-") as home:
            with args.json.open("a", encoding="utf-8") as out:
                drive(
                    batches[args.only],
                    VARIANTS[args.only % len(VARIANTS)],
                    Path(home),
                    lambda j: print(json.dumps(asdict(j)), file=out, flush=True),
                )
        return 0
    began = time.monotonic()
    common = ["--runs", str(args.runs), "--seed", str(args.seed), "--batch", str(args.batch)]
    with ThreadPoolExecutor(args.workers) as pool:
        parts = pool.map(lambda i: _worker(i, batches[i], common), range(len(batches)))
        judged = [j for part in parts for j in part]
    if args.json:
        args.json.write_text(json.dumps([asdict(j) for j in judged], indent=1), encoding="utf-8")
    return told(judged, args.runs, time.monotonic() - began)


def _batches(seed: int, runs: int, size: int) -> list[range]:
    return [range(i, min(i + size, seed + runs)) for i in range(seed, seed + runs, size)]


def _worker(number: int, seeds: range, common: Sequence[str]) -> list[Judged]:
    with tempfile.TemporaryDirectory(prefix="groundwork-faults-") as folder:
        out, log = Path(folder) / "judged.jsonl", Path(folder) / "log"
        command = [sys.executable, "-m", "bench.faults", "--only", str(number), "--json", str(out), *common]
        with log.open("wb") as said:
            process = subprocess.Popen(command, cwd=Path(__file__).resolve().parents[2], stdout=said, stderr=said)
            why = _watched(process, out)
        found = [Judged(**json.loads(x)) for x in out.read_text(encoding="utf-8").splitlines()] if out.exists() else []
        if process.returncode:
            why = why or f"the process ended with {process.returncode}"
            print(f"batch {number}: {why}\n{log.read_text(errors='replace')[-2_000:]}", file=sys.stderr, flush=True)
    missing = {*seeds} - {j.seed for j in found}
    print(
        f"batch {number}: {len(found)} runs, {sum(bool(j.faults or j.over) for j in found)} with faults"
        + (f", {len(missing)} missing" if missing else ""),
        flush=True,
    )
    return [*found, *(Judged(s, "", "", faults=[why or "it is missing"]) for s in sorted(missing))]


def _watched(process: subprocess.Popen[bytes], out: Path) -> str:
    """Wait for its end; "" or why it had to be killed. A slow machine is no hang: what counts is that runs go on ending."""
    size, since = 0, time.monotonic()
    while process.poll() is None:
        time.sleep(0.2)
        now = out.stat().st_size if out.exists() else 0
        if now > size:
            size, since = now, time.monotonic()
        if time.monotonic() - since > STILL:
            process.kill()
            process.wait()
            return f"the process had to be killed, no run of it ended for {STILL:g} s"
    return ""


def told(judged: Sequence[Judged], runs: int, seconds: float) -> int:
    """Print what came out; the exit code."""
    bad = [j for j in judged if j.faults or j.over]
    for j in bad[:40]:
        print(
            f"\n✗ seed {j.seed}: {j.goal}\n  {j.ended or 'no end'} · {j.seconds:.1f} s · {j.requests} requests · {j.reason[:200]}"
        )
        print(f"  the model: {', '.join(f'{n}× {name}' for name, n in j.said.items()) or 'well behaved'}")
        for fault in [*j.over, *j.faults]:
            print(f"  - {fault}")
    every = [j for j in judged if j.seed >= 0]
    ends = Counter(j.ended or "none" for j in every)
    kinds = Counter[str]()
    for j in every:
        kinds.update(j.said)
    slowest = max((j.seconds for j in every), default=0.0)
    print(f"\nhow they ended: {', '.join(f'{n} {name}' for name, n in ends.most_common())}")
    print(
        f"{sum(kinds.values()):,} faults of {len(kinds)} kinds in {sum(j.requests for j in every):,} requests; "
        f"the slowest run took {slowest:.1f} s of its {BUDGETS['seconds']:g}; {seconds:.0f} s in all"
    )
    wrong = sum(bool(j.faults) for j in judged if not (j.hung and j.seed >= 0))
    if wrong:
        print(f"{wrong} ended in a way they should not")
    ended = sum(bool(j.ended) and not any(f.startswith("a bug") for f in j.faults) for j in every)
    hung, over = sum(j.hung for j in every), sum(bool(j.over) for j in every)
    print(f"faults: {runs} runs, {ended} ended, {hung} hung, {over} over budget")
    return 0 if ended == runs and not hung and not over and not wrong else 1


if __name__ == "__main__":
    raise SystemExit(main())
