"""The child process: one job as JSON on standard input, its result as JSON in a file. Not for people to run."""

from __future__ import annotations

import importlib
import json
import os
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from memory.parsing.parsed import Source, TextBuilder
from memory.types import UnreadableFile


def _limit(limits: dict[str, Any]) -> None:
    """Bound this process; silently nothing where the system has no such limits (see `child.py`)."""
    try:
        import resource
    except ImportError:
        return
    for kind, value in (
        (resource.RLIMIT_AS, limits["memory"]),
        (resource.RLIMIT_CPU, limits["cpu"]),
        (resource.RLIMIT_CORE, 0),
    ):
        try:
            resource.setrlimit(kind, (value, value))
        except (ValueError, OSError):  # macOS refuses some, a container may have lower ones
            continue


def _read(job: dict[str, Any]) -> dict[str, Any]:
    name = job["name"]
    out = TextBuilder(Path(job["folder"]))
    try:
        module = importlib.import_module(f"memory.parsing.{job['module']}")
        module.read(Source(name, job["format"], Path(job["source"]).read_bytes()), out)
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
    return {"text": out.text, "pages": out.pages, "headings": out.headings, "tables": [asdict(t) for t in out.tables]}


def main() -> None:
    job = json.loads(sys.stdin.buffer.read())
    _limit(job["limits"])
    answer = _read(job)
    target = Path(job["result"])
    part = target.with_suffix(".part")
    part.write_text(json.dumps(answer), "utf-8")
    os.replace(part, target)  # a killed child leaves no half-written answer


if __name__ == "__main__":
    main()
