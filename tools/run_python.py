"""The tool `run_python`: a few lines of Python over values of earlier steps, in an interpreter that can reach nothing.

`python_child` is where it runs, in processes that are killed when they take too long. It changes nothing and sends
nothing, so its risk is `read`; its result follows from the code and the data alone (the clock is the run's, random
numbers are the same at every run), so it brings in nobody's content: what is tainted before stays tainted.

Not covered: CPU time up to the limit, on one core; results that are wrong because the code is.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any

from tools.base import Json, RetryTool, ToolContext, ToolFailed, ToolResult, tool
from tools.child_environment import child_environment

SECONDS = 10.0  # of the code itself
_KILLED = 5.0  # seconds later the processes are killed, whatever they do
_MEGABYTES = 256
_PRINTED = 20_000  # characters of output
_CODE = 20_000
_SHOWN = 8_000  # characters of the value in the text
_RESULT = 200_000  # characters of the value as JSON


@tool(risk="read", timeout=SECONDS + _KILLED + 10, retries=1, pure=True)
def run_python(
    ctx: ToolContext,
    code: Annotated[str, "Python code; the value of its last line (an expression) is the result; print() is kept too"],
    data: Annotated[dict[str, Any], 'values the code uses by name, say {"rows": "${s1.rows}"}'] = {},  # noqa: B006 - pydantic copies it
) -> ToolResult:
    """Run a short Python program over values of earlier steps: loops, grouping, scoring, text work, simulations.

    Use it for what calculate, date_math and query_table cannot do. Modules: math, re, json, datetime, decimal, random,
    collections, itertools and the like; no files, no network, no packages, 10 seconds, 256 MB.

    data: {"value": the last line's value as JSON (null when it has none), "printed": what was printed, "code"}.
    """
    if not code.strip():
        raise ToolFailed("There is no code to run.")
    if len(code) > _CODE:
        raise ToolFailed(f"The code has {len(code):,} characters; {_CODE:,} are the most.")
    if wrong := [n for n in data if not n.isidentifier()]:
        raise ToolFailed(f"“{wrong[0]}” cannot be a variable's name in Python.")
    answer = _run(code, data, ctx.now.isoformat(), SECONDS)
    printed = answer["printed"] + ("\n… (more was printed and is left out)" if answer["cut"] else "")
    if "error" in answer:
        raise _translated(answer, printed)
    if len(answer["shown"]) > _RESULT:
        raise ToolFailed("The result is too large to keep. Let the code give less: the first rows, a sum, a count.")
    shown = answer["shown"][:_SHOWN] + ("…" if len(answer["shown"]) > _SHOWN else "")
    parts = [printed.rstrip(), shown if answer["value"] is not None else ""]
    text = "\n".join(p for p in parts if p) or "The code ran and gave no value; its last line should be an expression."
    return ToolResult(text, {"value": answer["value"], "printed": printed, "code": code})


def _run(code: str, data: Mapping[str, Json], now: str, seconds: float) -> dict[str, Any]:
    job = {"code": code, "data": data, "now": now, "seconds": seconds, "megabytes": _MEGABYTES, "printed": _PRINTED}
    child = [sys.executable, "-P", str(Path(__file__).with_name("python_child.py"))]
    pipe = subprocess.PIPE
    process = subprocess.Popen(
        child, stdin=pipe, stdout=pipe, stderr=pipe, env=child_environment(), start_new_session=True
    )
    try:
        out, _ = process.communicate(json.dumps(job).encode(), timeout=seconds + _KILLED)
    except subprocess.TimeoutExpired as e:
        raise ToolFailed(_TOO_LONG.format(seconds)) from e
    finally:
        _end(process)
    try:
        return json.loads(out)
    except ValueError as e:
        raise RetryTool("The process of the code ended without an answer.", after=1) from e


def _end(process: subprocess.Popen[bytes]) -> None:
    """The child and the interpreter below it, which is in the same session."""
    if hasattr(os, "killpg"):
        with suppress(ProcessLookupError):  # all of it has ended
            os.killpg(process.pid, signal.SIGKILL)
    process.kill()
    process.communicate()


_TOO_LONG = "The code was stopped after {:g} seconds. Let it do less: fewer rounds, less data."


def _translated(answer: Mapping[str, Any], printed: str) -> ToolFailed:
    """The interpreter's exceptions (they cross the process border as text) to words for users and agents."""
    kind, said, line = answer["kind"], str(answer["error"]), int(answer["line"])
    where = f" in line {line}" if line else ""
    after = f" It had printed: {printed[-500:].strip()}" if printed.strip() else ""
    if kind == "TimeoutError":
        return ToolFailed(_TOO_LONG.format(SECONDS) + after)
    if kind == "MemoryError":
        return ToolFailed(f"The code needed more than {_MEGABYTES} MB of memory and was stopped.{after}")
    if kind in ("PermissionError", "ModuleNotFoundError") or "not supported in this environment" in said:
        return ToolFailed(
            f"The code asked for something that is out of its reach{where} ({said}). It has no files, network, environment "
            f"or packages: give it what it needs as data.{after}"
        )
    return ToolFailed(f"The code does not work{where}: {kind}: {said}{after}")
