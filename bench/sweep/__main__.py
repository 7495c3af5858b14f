"""`make sweep`: SIGKILL again and again, at every place where something is written down. Ends with the line
`sweep: N kills, 0 lost, 0 wrong, 0 twice`, and with exit code 1 when that is not so.

    python -m bench.sweep [--kills 500] [--seed 0] [--workers 2] [--minutes M]

A worker loads the modules once and forks a child for each life of the service, so that a life begins quickly; Linux and
macOS only. A home is killed up to MOST times, then it may finish, and is looked at.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

MOST = 14  # kills of one home: below the number after which a run that kills the service is set aside
PATIENCE = 400.0  # seconds for one life


@dataclass
class Swept:
    kills: int = 0
    homes: int = 0
    lost: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    places: dict[str, int] = field(default_factory=dict)


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Kill the service everywhere, and look at what is left.")
    parser.add_argument("--kills", type=int, default=500)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--minutes", type=float, default=60.0, help="begin nothing new after this time")
    parser.add_argument("--out", type=Path, help="(what a worker is told)")
    args = parser.parse_args(argv)
    if args.out:
        args.out.write_text(json.dumps(asdict(sweep(args.kills, args.seed, args.minutes))), encoding="utf-8")
        return 0
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="groundwork-sweep-") as folder:
        outs = [Path(folder) / f"{n}.json" for n in range(args.workers)]
        share = -(-args.kills // args.workers)
        common = [sys.executable, "-m", "bench.sweep", "--kills", str(share), "--minutes", str(args.minutes)]
        workers = [
            subprocess.Popen([*common, "--seed", str(args.seed + 100_000 * n), "--out", str(o)])
            for n, o in enumerate(outs)
        ]
        codes = [w.wait() for w in workers]
        parts = [Swept(**json.loads(o.read_text(encoding="utf-8"))) for o in outs if o.exists()]
    return told(parts, [c for c in codes if c], time.monotonic() - began)


def sweep(kills: int, seed: int, minutes: float = 60.0) -> Swept:
    """Homes, one after the other, until there were so many kills."""
    _load()
    out, end = Swept(), time.monotonic() + minutes * 60
    while out.kills < kills and time.monotonic() < end:
        with tempfile.TemporaryDirectory(prefix="groundwork-swept-") as folder:
            _one(Path(folder) / "home", seed + 1000 * out.homes, out, kills)
        out.homes += 1
        print(
            f"seed {seed}: {out.kills} kills, {len(out.lost)} lost, {len(out.wrong)} wrong, {len(out.twice)} twice",
            flush=True,
        )
    return out


def _load() -> None:
    """Everything that a life imports, so that children have it from the start."""
    import chromadb  # noqa: F401
    import dbos  # noqa: F401
    import onnxruntime  # noqa: F401
    import tokenizers  # noqa: F401

    import bench.sweep.verify
    import bench.sweep.work  # noqa: F401
    import runs.service  # noqa: F401


def _one(home: Path, seed: int, out: Swept, most: int) -> None:
    from bench.sweep.verify import verify
    from bench.sweep.work import live

    home.mkdir(parents=True)
    at = f"home {seed}"
    for life in range(MOST + 1):
        last = life == MOST or out.kills >= most
        code = _forked(lambda n=None if last else seed + life: live(home, n), home.parent)
        if code == -signal.SIGKILL and not last:
            out.kills += 1
            continue
        if code == 0:
            break
        out.wrong.append(f"{at}: life {life} ended with {code}: {_said(home.parent)}")
        return
    killed = home.parent / "killed.txt"
    out.places = dict(Counter(out.places) + Counter(killed.read_text().splitlines() if killed.exists() else []))
    found = home.parent / "found.json"
    code = _forked(lambda: found.write_text(json.dumps(asdict(verify(home)))), home.parent)
    if code != 0:
        out.wrong.append(f"{at} cannot be looked at: {_said(home.parent)}")
        return
    for kind, lines in json.loads(found.read_text()).items():
        getattr(out, kind).extend(f"{at}: {line}" for line in lines)


def _forked(work: Callable[[], object], folder: Path) -> int:
    """Exit code of a child that does the work; negative: the signal that ended it."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            with (folder / "said.txt").open("a") as f:
                os.dup2(f.fileno(), 1)
                os.dup2(f.fileno(), 2)
            work()
            code = 0
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stderr.flush()
            os._exit(code)
    end = time.monotonic() + PATIENCE
    while True:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        if time.monotonic() > end:
            os.kill(child, signal.SIGABRT)
        time.sleep(0.01)


def _said(folder: Path) -> str:
    return " | ".join((folder / "said.txt").read_text(errors="replace").strip().splitlines()[-6:])[-1500:]


def told(parts: Sequence[Swept], codes: Sequence[int], seconds: float) -> int:
    places = sum((Counter(p.places) for p in parts), Counter[str]())
    for p in parts:
        for kind in ("lost", "wrong", "twice"):
            for line in getattr(p, kind)[:20]:
                print(f"✗ {kind}: {line}")
    print("\nkilled: " + ", ".join(f"{n}× {place}" for place, n in places.most_common()))
    kills, homes = sum(p.kills for p in parts), sum(p.homes for p in parts)
    print(
        f"{homes} homes, {len(places)} different places, {seconds:.0f} s"
        + (f"; workers failed: {codes}" if codes else "")
    )
    lost, wrong, twice = (sum(len(getattr(p, k)) for p in parts) for k in ("lost", "wrong", "twice"))
    print(f"sweep: {kills} kills, {lost} lost, {wrong} wrong, {twice} twice")
    return 0 if kills and not (lost or wrong or twice or codes) else 1


if __name__ == "__main__":
    raise SystemExit(main())
