"""The child process of `run_python`: hands the code to the Monty interpreter and its answer back as JSON.

Run as a file, `python -P python_child.py`: one JSON object on stdin, {"code", "data": {name: value}, "now": ISO time,
"seconds", "megabytes", "printed"}, one on stdout: {"value", "shown", "printed", "cut"} or {"error", "kind", "line",
"printed", "cut"}. It imports nothing of ours and is given no environment of ours.

Monty is an interpreter of its own, in a process of its own below this one: it has no files, sockets, environment or
foreign modules to reach, and every call of the operating system that it would make is refused, because no handler is
given. Its own limits (time, memory, depth, sleep) come first; the address space of both processes is capped below
them; the parent's clock kills both. What this does not do: hide how long something takes.
"""

from __future__ import annotations

import contextlib
import datetime
import json
import math
import sys

_WORKER = 1024  # megabytes of address space beyond the sandbox's own limit: the interpreter's binary and its stacks
_DEPTH = 500
_LONGEST = 20_000  # items of one list, entries of one dict


def _limit_memory(megabytes: int) -> None:
    try:
        import resource
    except ImportError:  # Windows: Monty's own limit has to do
        return
    size = (megabytes + _WORKER) * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (size, size))


def _json(x: object, depth: int = 0) -> object:
    """The value as JSON; what has no counterpart there becomes its text."""
    if x is None or isinstance(x, bool | str):
        return x
    if isinstance(x, int):
        return x if abs(x) < 2**63 else str(x)
    if isinstance(x, float):
        return x if math.isfinite(x) else None
    if isinstance(x, datetime.datetime | datetime.date | datetime.time):
        return x.isoformat()
    if depth < 20 and isinstance(x, list | tuple | set | frozenset):
        return [_json(y, depth + 1) for y in list(x)[:_LONGEST]]
    if depth < 20 and isinstance(x, dict):
        return {k if isinstance(k, str) else repr(k): _json(v, depth + 1) for k, v in list(x.items())[:_LONGEST]}
    return str(x)[:1000]


class _Printed:
    """What the code printed, to a limit; the rest is counted as cut, not kept."""

    def __init__(self, most: int) -> None:
        self.parts, self.left, self.cut = list[str](), most, False

    def __call__(self, stream: str, text: str) -> None:
        self.cut = self.cut or len(text) > self.left
        if self.left:
            self.parts.append(text[: self.left])
            self.left -= len(self.parts[-1])


def _run(job: dict, printed: _Printed) -> dict:
    import pydantic_monty as monty

    seconds = float(job["seconds"])
    limits = monty.ResourceLimits(
        max_feed_duration_secs=seconds,
        max_memory=int(job["megabytes"]) * 1024 * 1024,
        max_recursion_depth=_DEPTH,
        max_suspensions=100,
        max_total_sleep_secs=0.1,
    )
    policy = monty.OSPolicy(
        datetime=datetime.datetime.fromisoformat(job["now"]),
        sleep="zero",
        random_start=monty.RandomSeed(seed=job["now"]),
    )
    try:
        with (
            monty.Monty(min_processes=1, max_processes=1, request_timeout=seconds + 2) as pool,
            pool.checkout(limits=limits, os_policy=policy) as session,
        ):
            value = session.feed_run(job["code"], inputs=job["data"] or None, print_callback=printed)
    except monty.MontyCrashedError as e:
        return {"error": str(e), "kind": "TimeoutError" if e.timed_out else "MemoryError", "line": 0}
    except monty.MontyError as e:
        frames = e.traceback() if isinstance(e, monty.MontyRuntimeError | monty.MontySyntaxError) else []
        said = e.display("msg") if isinstance(e, monty.MontyRuntimeError | monty.MontySyntaxError) else str(e)
        return {"error": said[:2000], "kind": type(e.exception()).__name__, "line": frames[-1].line if frames else 0}
    found = _json(value)
    shown = value if isinstance(value, str) else json.dumps(found, ensure_ascii=False)
    return {"value": found, "shown": shown}


def main() -> None:
    job = json.loads(sys.stdin.buffer.read())
    _limit_memory(int(job["megabytes"]))
    printed = _Printed(int(job["printed"]))
    try:
        with contextlib.redirect_stdout(sys.stderr):
            answer = _run(job, printed)
    except Exception as e:  # noqa: BLE001 - every fault crosses the process border as data; the parent translates it
        answer = {"error": str(e)[:2000], "kind": type(e).__name__, "line": 0}
    answer |= {"printed": "".join(printed.parts), "cut": printed.cut}
    sys.stdout.buffer.write(json.dumps(answer).encode("utf-8", "replace"))


if __name__ == "__main__":
    main()
