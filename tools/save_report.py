"""The tool `save_report`: writes a report as a Markdown file into the user's folder of reports.

The file's name is journalled before the file is written, so the same call after a crash writes the same file again
instead of a second one. It never leaves the folder and never overwrites another call's report.
"""

from __future__ import annotations

import os
import re
import tempfile
import unicodedata
from pathlib import Path
from typing import Annotated

from tools.base import RetryTool, ToolContext, ToolFailed, ToolResult, tool

_MOST_BYTES = 5_000_000
_RESERVED = re.compile(r"^(con|prn|aux|nul|com\d|lpt\d)$", re.IGNORECASE)  # file names that Windows refuses


@tool(risk="write", timeout=20, retries=1, pure=True)
def save_report(
    ctx: ToolContext,
    title: Annotated[str, "the report's title; the file is named after it"],
    text: Annotated[str, "the report itself, in Markdown"],
) -> ToolResult:
    """Save a text as a Markdown report that the user can download.

    Use it when the user asks for a report or a file to be saved, after its text has been written.

    data: {"value": file name, "bytes": size}.
    """
    if not text.strip():
        raise ToolFailed("The report is empty, so nothing was saved.")
    body = text if text.lstrip().startswith("# ") else f"# {' '.join(title.split()) or 'Report'}\n\n{text}"
    raw = (body.rstrip() + "\n").encode("utf-8", errors="replace")
    if len(raw) > _MOST_BYTES:
        raise ToolFailed(
            f"The report has {len(raw):,} bytes, more than the {_MOST_BYTES:,} allowed. Nothing was saved."
        )
    try:
        ctx.reports.mkdir(parents=True, exist_ok=True)
        name = str(ctx.journal.once(ctx.key, _free_name(ctx.reports, title)))
        _write(ctx.reports, name, raw)
    except OSError as e:
        raise RetryTool(f"The report could not be written ({e.strerror or e}). Nothing was changed.", after=2) from e
    return ToolResult(f"Saved as {name}.", {"value": name, "bytes": len(raw)})


def _free_name(folder: Path, title: str) -> str:
    plain = unicodedata.normalize("NFC", title)
    plain = "".join(" " if unicodedata.category(c)[0] in "CZ" else c for c in plain)
    stem = " ".join(re.sub(r'[\\/:*?"<>|#%{}]+', " ", plain).split()).strip(". ")
    while len(stem.encode("utf-8", errors="ignore")) > 120:  # most file systems stop at 255 bytes
        stem = stem[:-1].rstrip(". ")
    if not stem or _RESERVED.match(stem):
        stem = f"Report {stem}".strip()
    name, n = f"{stem}.md", 1
    taken = {p.name.casefold() for p in folder.iterdir()}
    while name.casefold() in taken:
        n += 1
        name = f"{stem} ({n}).md"
    return name


def _write(folder: Path, name: str, raw: bytes) -> None:
    """All of it or none: a reader never sees half a report."""
    handle, temporary = tempfile.mkstemp(dir=folder, prefix=".", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as f:
            f.write(raw)
            f.flush()
            os.fsync(f.fileno())
        os.replace(temporary, folder / name)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
