"""Runs a parser in a child process and takes its result, or says why there is none.

The child gets no secrets (an environment of its own), at most `memory` bytes of address space and, for each file, `cpu`
seconds (setrlimit), and is killed after `seconds`. Starting one takes a third of a second, so a child that read a file
well reads the next one too, up to a number of files; one that failed in any way, read a large file or is not needed for
a while is ended. What this does not cover: on Windows there is no setrlimit and on macOS RLIMIT_AS is not enforced, so
there only the wall clock, the size and the expansion limits hold; nowhere is the child kept from reading the user's
files or the network, should a parser have a hole that runs code, nor the next file kept from what that code left behind.
"""

from __future__ import annotations

import io
import json
import os
import queue
import subprocess
import sys
import tempfile
import threading
import time
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from memory.chunking import Cut, Heading
from memory.parsing.formats import detect
from memory.parsing.parsed import Parsed, ParsedTable
from memory.types import UnreadableFile

_ROOT = Path(__file__).resolve().parents[2]
_MB = 1024 * 1024
_FILES = 2_000  # that one child reads at most; what a parser leaks ends with it
_LARGE = 2 * _MB  # after a file of this size the child has grown, and is ended
_IDLE = 30.0  # seconds after which a child without work is ended
_DRAWING = 180.0  # seconds: a page without text of its own is recognised to know where its words stand
_HANDED = "handed-"  # how the folder begins with which a file goes to the child and comes back
_SLOW = ("image", "pdf", "audio")  # these may recognise text or speech: more time


@dataclass(frozen=True)
class Limits:
    bytes: int = 50 * _MB  # of the file
    expanded: int = 1000 * _MB  # of what a zip-based file unpacks to
    ratio: int = 200  # unpacked to packed, above 50 MB unpacked
    memory: int = 3000 * _MB  # address space of the child
    cpu: int = 120  # seconds
    seconds: float = 400.0  # wall clock: against what hangs; a busy machine is no reason to refuse a file
    listening: int = 2  # times as much memory for recordings: what knows speech reserves more than it uses
    recognising: int = 15  # times as much of both for pictures, scans and recordings


LIMITS = Limits()
Pages = Callable[[int, int], None]


def parse(name: str, data: bytes, folder: Path, limits: Limits = LIMITS, progress: Pages | None = None) -> Parsed:
    """Read a file; its tables are written to `folder`. Raises UnreadableFile with what to do about it.

    What the child is handed lies in `folder` too: an app that is killed meanwhile leaves nothing of it anywhere else.
    progress(done, total) is called for files that take long, in pages.
    """
    if not data.strip():
        raise UnreadableFile(f"{name} is empty. Nothing was stored; check the file and upload it again.")
    if len(data) > limits.bytes:
        raise UnreadableFile(
            f"{name} is too large: {len(data) / _MB:,.1f} MB, and {limits.bytes / _MB:,.0f} MB is the most that is read. Split it and upload the parts."
        )
    fmt = detect(name, data)
    if data.startswith(b"PK"):
        check_expansion(name, data, limits)
    more = limits.recognising if fmt.module in _SLOW else 1
    memory = limits.memory * (limits.listening if fmt.module == "audio" else 1)
    with tempfile.TemporaryDirectory(prefix=_HANDED, dir=folder) as scratch:
        source, result = Path(scratch, "in"), Path(scratch, "out.json")
        source.write_bytes(data)
        job = {
            "name": name, "format": fmt.name, "module": fmt.module, "source": str(source), "result": str(result),
            "folder": str(folder), "limits": {"memory": memory, "cpu": limits.cpu * more},
        }  # fmt: skip
        child = _take()
        why = child.read(job, limits.seconds * more, progress or (lambda done, total: None))
        answer = json.loads(result.read_text("utf-8")) if not why and result.is_file() else None
        if answer is None or "error" in answer or len(data) > _LARGE or fmt.module in _SLOW:
            child.end()
        else:
            _give_back(child)
    if answer is None:
        raise UnreadableFile(_about_crash(name, why, limits.seconds * more))
    if "error" in answer:
        raise UnreadableFile(answer["error"])
    return _parsed(fmt.name, answer)


def draw_page(
    name: str, kind: str, data: bytes, folder: Path, page: int, phrases: Sequence[str], limits: Limits = LIMITS
) -> bytes:
    """A page (1-based) of a PDF or a picture as PNG, with the phrases marked that stand on it; `folder`: as for `parse`.

    Raises UnreadableFile.
    """
    with tempfile.TemporaryDirectory(prefix=_HANDED, dir=folder) as scratch:
        source, result = Path(scratch, "in"), Path(scratch, "out.json")
        source.write_bytes(data)
        job = {
            "name": name, "format": kind, "module": "draw", "source": str(source), "result": str(result), "folder": scratch,
            "limits": {"memory": limits.memory, "cpu": limits.cpu}, "wanted": {"page": page, "phrases": list(phrases)},
        }  # fmt: skip
        child = _take()
        why = child.read(job, min(_DRAWING, limits.seconds), lambda done, total: None)
        picture = Path(scratch, "page.png")
        if why or not picture.is_file():
            child.end()
            raise UnreadableFile(f"Page {page} of {name} could not be drawn.")
        _give_back(child)
        return picture.read_bytes()


class _Child:
    """A running child. One file at a time."""

    def __init__(self) -> None:
        kept = {
            k: v
            for k, v in os.environ.items()
            if k in ("PATH", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR", "LANG", "LC_ALL", "GROUNDWORK_SPEECH")
        }
        environment = {**kept, "PYTHONPATH": str(_ROOT), "PYTHONIOENCODING": "utf-8", "OPENBLAS_NUM_THREADS": "1"}
        self._said: IO[bytes] = tempfile.TemporaryFile(prefix="groundwork-")  # noqa: SIM115  (closed by `end`)
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "memory.parsing"],  # -P: nothing is imported from the working directory
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._said,
            cwd=tempfile.gettempdir(),
            env=environment,
        )
        self._lines: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        threading.Thread(target=self._listen, name="parsing-child", daemon=True).start()
        self.files = 0
        self.idle_since = 0.0

    def _listen(self) -> None:
        for line in self._process.stdout or ():
            self._lines.put(line)
        self._lines.put(b"")  # it has ended

    def read(self, job: dict[str, object], seconds: float, progress: Pages) -> str:
        """ "" when the child has answered, else how it ended: "time", "limit" or the last line it said."""
        self.files += 1
        until = time.monotonic() + seconds
        stdin = self._process.stdin
        assert stdin is not None
        try:
            stdin.write(json.dumps(job).encode() + b"\n")
            stdin.flush()
        except OSError:  # it ended before it took the job; the listener says so below
            self.files = _FILES
        while True:
            try:
                line = self._lines.get(timeout=max(0.01, until - time.monotonic()))
            except queue.Empty:
                return "time"
            if line.startswith(b"done"):
                return ""
            if line.startswith(b"progress"):
                _, done, total = line.split()
                progress(int(done), int(total))
            elif not line:
                return self._ended()

    def _ended(self) -> str:
        if self._process.wait(10) in (-24, -9, 152, 137):  # SIGXCPU, SIGKILL
            return "limit"
        self._said.seek(0)
        last = self._said.read()[-4000:].decode("utf-8", "replace").strip().splitlines()[-1:]
        return (last or ["no message"])[0] or "no message"

    def end(self) -> None:
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._said):
            try:
                if stream:
                    stream.close()
            except OSError:  # the pipe is broken: the child is gone
                continue


_spare: list[_Child] = []
_spare_lock = threading.Lock()


def _take() -> _Child:
    with _spare_lock:
        if _spare:
            return _spare.pop()
    return _Child()


def _give_back(child: _Child) -> None:
    child.idle_since = time.monotonic()
    with _spare_lock:
        keep = child.files < _FILES and len(_spare) < 2
        if keep:
            _spare.append(child)
    if not keep:
        child.end()
        return
    timer = threading.Timer(_IDLE, _end_idle)
    timer.daemon = True
    timer.start()


def _end_idle() -> None:
    with _spare_lock:
        old = [c for c in _spare if time.monotonic() - c.idle_since >= _IDLE - 0.5]
        _spare[:] = [c for c in _spare if c not in old]
    for child in old:
        child.end()


def _about_crash(name: str, why: str, seconds: float) -> str:
    if why == "time":
        return f"{name} took longer than {seconds:.0f} seconds to read and was stopped. Split it or save it in a simpler format."
    if why == "limit":
        return f"{name} took too much computing time or memory to read and was stopped. Split it or save it in a simpler format."
    if "MemoryError" in why or "bad_alloc" in why:
        return f"{name} needs more memory to read than is allowed. Split it or save it in a simpler format."
    return f"{name} could not be read: its parser stopped ({why[:200]}). The file is probably damaged; save it again."


def check_expansion(name: str, data: bytes, limits: Limits) -> None:
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
    cuts = [Cut(*c) for c in answer["cuts"]]
    return Parsed(fmt, answer["text"], answer["pages"], headings, tables, answer["about"], cuts, answer["skipped"])
