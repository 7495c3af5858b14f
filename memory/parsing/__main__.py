"""The child process: jobs as lines of JSON on standard input, their results as JSON files. Not for people to run."""

from __future__ import annotations

import importlib
import json
import os
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from memory.chunking import passages
from memory.parsing.language import language_of
from memory.parsing.parsed import Source, TextBuilder
from memory.types import UnreadableFile


def _limit(limits: dict[str, Any]) -> None:
    """Bound this process; silently nothing where the system has no such limits (see `child.py`).

    CPU time is counted from here: the child may have read other files before.
    """
    try:
        import resource
    except ImportError:
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    cpu = int(used.ru_utime + used.ru_stime) + limits["cpu"]
    for kind, value in (
        (resource.RLIMIT_AS, (limits["memory"], resource.getrlimit(resource.RLIMIT_AS)[1])),
        (resource.RLIMIT_CPU, (cpu, resource.getrlimit(resource.RLIMIT_CPU)[1])),
        (resource.RLIMIT_CORE, (0, 0)),
    ):
        try:
            resource.setrlimit(kind, value)
        except (ValueError, OSError):  # macOS refuses some, a container may have lower ones
            continue


def _read(job: dict[str, Any], progress: Callable[[int, int], None]) -> dict[str, Any]:
    name = job["name"]
    out = TextBuilder(Path(job["folder"]), progress=progress)
    try:
        module = importlib.import_module(f"memory.parsing.{job['module']}")
        module.read(Source(name, job["format"], Path(job["source"]).read_bytes(), job.get("wanted", {})), out)
    except UnreadableFile as e:
        return {"error": str(e)}
    except MemoryError:
        return {"error": f"{name} needs more memory to read than is allowed. Split it or save it in a simpler format."}
    except RecursionError:
        return {"error": f"{name} is nested too deeply to be read. Save it in a simpler format."}
    except Exception as e:  # noqa: BLE001
        # A parser library meets a file that it did not expect: for the user that is a damaged file, whatever was raised.
        kind = f"{type(e).__name__}: {e}"[:200]
        return {
            "error": f"{name} is damaged or not what its name says, and could not be read ({kind}). Save it again and upload that."
        }
    if not out.text.strip():
        return {"error": f"{name} holds no text. Nothing was stored; check the file and upload it again."}
    out.tell(language=language_of(out.text, job["module"]))
    return {
        "text": out.text,
        "pages": out.pages,
        "headings": out.headings,
        "tables": [asdict(t) for t in out.tables],
        "about": out.about,
        "cuts": passages(out.text, out.pages, out.headings),
        "skipped": out.skipped,
    }


def main() -> None:
    """A job a line until the input ends. Each is answered with a file, then with the line "done"."""
    if hasattr(os, "nice"):
        os.nice(5)  # somebody may be waiting for an answer; a file is waited for less
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what a library prints must not be taken for an answer

    def progress(done: int, total: int) -> None:
        print(f"progress {done} {total}", file=answers, flush=True)

    for line in sys.stdin.buffer:
        job = json.loads(line)
        _limit(job["limits"])
        answer = _read(job, progress)
        target = Path(job["result"])
        part = target.with_suffix(".part")
        part.write_text(json.dumps(answer), "utf-8")
        os.replace(part, target)  # a killed child leaves no half-written answer
        print("done", file=answers, flush=True)


if __name__ == "__main__":
    main()
