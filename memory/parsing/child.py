"""Runs a parser in a child process and takes its result, or says why there is none.

The child gets no secrets (an environment of its own), at most `memory` bytes of address space and `cpu` seconds
(setrlimit), and is killed after `seconds`. What this does not cover: on Windows there is no setrlimit and on macOS
RLIMIT_AS is not enforced, so there only the wall clock, the size and the expansion limits hold; nowhere is the child
kept from reading the user's files or the network, should a parser have a hole that runs code.
"""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import asdict, dataclass
from pathlib import Path

from memory.chunking import Heading
from memory.parsing.formats import detect
from memory.parsing.parsed import Parsed, ParsedTable
from memory.types import UnreadableFile

_ROOT = Path(__file__).resolve().parents[2]
_MB = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    bytes: int = 50 * _MB  # of the file
    expanded: int = 1000 * _MB  # of what a zip-based file unpacks to
    ratio: int = 200  # unpacked to packed, above 50 MB unpacked
    memory: int = 3000 * _MB  # address space of the child
    cpu: int = 120  # seconds
    seconds: float = 180.0  # wall clock


LIMITS = Limits()


def parse(name: str, data: bytes, folder: Path, limits: Limits = LIMITS) -> Parsed:
    """Read a file; its tables are written to `folder`. Raises UnreadableFile with what to do about it."""
    if not data.strip():
        raise UnreadableFile(f"{name} is empty. Nothing was stored; check the file and upload it again.")
    if len(data) > limits.bytes:
        raise UnreadableFile(
            f"{name} is too large: {len(data) / _MB:,.1f} MB, and {limits.bytes / _MB:,.0f} MB is the most that is read. Split it and upload the parts."
        )
    fmt = detect(name, data)
    if data.startswith(b"PK"):
        _check_expansion(name, data, limits)
    with tempfile.TemporaryDirectory(prefix="groundwork-") as scratch:
        source, result = Path(scratch, "in"), Path(scratch, "out.json")
        source.write_bytes(data)
        job = {"name": name, "format": fmt.name, "module": fmt.module, "source": str(source), "result": str(result)}
        ended = _run({**job, "folder": str(folder), "limits": asdict(limits)}, name, limits)
        answer = json.loads(result.read_text("utf-8")) if result.is_file() else None
    if answer is None:
        raise UnreadableFile(_about_crash(name, ended))
    if "error" in answer:
        raise UnreadableFile(answer["error"])
    return _parsed(fmt.name, answer)


def _run(job: dict[str, object], name: str, limits: Limits) -> subprocess.CompletedProcess[bytes]:
    kept = {
        k: v for k, v in os.environ.items() if k in ("PATH", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR", "LANG", "LC_ALL")
    }
    environment = {**kept, "PYTHONPATH": str(_ROOT), "PYTHONIOENCODING": "utf-8", "OPENBLAS_NUM_THREADS": "1"}
    try:
        return subprocess.run(
            [sys.executable, "-m", "memory.parsing"],
            input=json.dumps(job).encode(),
            capture_output=True,
            cwd=job["folder"],  # type: ignore[arg-type]
            env=environment,
            timeout=limits.seconds,
        )
    except subprocess.TimeoutExpired as e:
        raise UnreadableFile(
            f"{name} took longer than {limits.seconds:.0f} seconds to read and was stopped. Split it or save it in a simpler format."
        ) from e


def _about_crash(name: str, ended: subprocess.CompletedProcess[bytes]) -> str:
    if ended.returncode in (-24, -9, 152, 137):  # SIGXCPU, SIGKILL
        return f"{name} took too much computing time or memory to read and was stopped. Split it or save it in a simpler format."
    last = ended.stderr.decode("utf-8", "replace").strip().splitlines()[-1:] or ["no message"]
    if "MemoryError" in last[0] or "bad_alloc" in last[0]:
        return f"{name} needs more memory to read than is allowed. Split it or save it in a simpler format."
    return (
        f"{name} could not be read: its parser stopped ({last[0][:200]}). The file is probably damaged; save it again."
    )


def _check_expansion(name: str, data: bytes, limits: Limits) -> None:
    """Against zip bombs. The sizes come from the directory; the parser's own memory limit holds if they lie."""
    with zipfile.ZipFile(io.BytesIO(data)) as z:
        infos = z.infolist()
    if any(i.flag_bits & 1 for i in infos):
        raise UnreadableFile(f"{name} is protected with a password. Remove the password and upload it again.")
    unpacked = sum(i.file_size for i in infos)
    if unpacked > limits.expanded or (unpacked > 50 * _MB and unpacked > limits.ratio * len(data)):
        raise UnreadableFile(
            f"{name} unpacks to {unpacked / _MB:,.0f} MB from {len(data) / _MB:,.1f} MB, which is more than is safe to read. "
            "Save only the part you need in a new file and upload that."
        )


def _parsed(fmt: str, answer: dict) -> Parsed:
    headings = [Heading(*h) for h in answer["headings"]]
    tables = [ParsedTable(**{**t, "columns": [tuple(c) for c in t["columns"]]}) for t in answer["tables"]]
    return Parsed(fmt, answer["text"], answer["pages"], headings, tables)
