"""The tool `save_report`: writes a report as a Markdown file into the user's folder of reports.

The file's name is journalled before the file is written, so the same call after a crash writes the same file again
instead of a second one. It never leaves the folder and never overwrites another call's report: two runs that save under
one title at the same moment each claim a name first, by a file that only one of them can make.
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
import unicodedata
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Annotated

from tools.base import Json, RetryTool, ToolContext, ToolFailed, ToolResult, tool

_MOST_BYTES = 5_000_000
_RESERVED = re.compile(r"^(con|prn|aux|nul|com\d|lpt\d)$", re.IGNORECASE)  # file names that Windows refuses


_TRASH = ".trash"  # a folder beside the reports: what was undone is kept there until it is put back or all is erased


def _undo(ctx: ToolContext, data: Mapping[str, Json]) -> str:
    name = str(
        ctx.journal.once(ctx.key, data.get("value", ""), exact=True)
    )  # as it is: of data, secrets were taken out
    saved, trash = ctx.reports / Path(name).name, ctx.reports / _TRASH
    try:
        trash.mkdir(exist_ok=True, parents=True)
        kept = str(ctx.journal.once(f"{ctx.key}:trash", _free_name(trash, Path(name).stem), exact=True))
        if saved.is_file():
            os.replace(saved, trash / kept)
        elif not (trash / kept).is_file():
            raise ToolFailed(f"The report {name} is not there any more, so there is nothing to undo.")
    except OSError as e:
        raise ToolFailed(f"The report could not be moved ({e.strerror or e}). Nothing was changed.") from e
    return f"{name} is in the trash; Settings, “Your data”, puts it back."


def trashed(folder: Path) -> list[str]:
    """Names of the reports in the trash of a folder of reports."""
    return sorted(p.name for p in (folder / _TRASH).glob("*.md"))


def put_back(folder: Path, name: str) -> str:
    """Out of the trash; returns the name that it has then, for its own may be taken. Raises ToolFailed."""
    kept = folder / _TRASH / Path(name).name
    if not kept.is_file():
        raise ToolFailed(f"There is no report {name} in the trash. Nothing was changed.")
    free = _claimed_name(folder, kept.stem, f"put back {name}")
    os.replace(kept, folder / free)
    _claim(folder, free).unlink(missing_ok=True)
    return free


@tool(risk="write", timeout=20, retries=1, pure=True, undo=_undo)
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
    text = ctx.checked(text)
    body = text if text.lstrip().startswith("# ") else f"# {' '.join(title.split()) or 'Report'}\n\n{text}"
    raw = (body.rstrip() + "\n").encode("utf-8", errors="replace")
    if len(raw) > _MOST_BYTES:
        raise ToolFailed(
            f"The report has {len(raw):,} bytes, more than the {_MOST_BYTES:,} allowed. Nothing was saved."
        )
    try:
        ctx.reports.mkdir(parents=True, exist_ok=True)
        claimed = _claimed_name(ctx.reports, title, ctx.key)
        name = str(ctx.journal.once(ctx.key, claimed, exact=True))
        _write(ctx.reports, name, raw)
        for each in (name, claimed):  # they differ when this call was begun before
            _claim(ctx.reports, each).unlink(missing_ok=True)
    except OSError as e:
        raise RetryTool(f"The report could not be written ({e.strerror or e}). Nothing was changed.", after=2) from e
    return ToolResult(f"Saved as {name}.", {"value": name, "bytes": len(raw)})


def _claimed_name(folder: Path, title: str, key: str) -> str:
    """A name that is nobody else's from here on; the same one again for the same key, should a crash come in between."""
    others: set[str] = set()
    while True:
        name = _free_name(folder, title, others)
        claim = _claim(folder, name)
        try:
            with claim.open("x", encoding="utf-8") as f:
                f.write(key)
        except FileExistsError:
            try:
                owner = claim.read_text(encoding="utf-8")
            except FileNotFoundError:
                continue  # its file was written in the meantime, and the claim given up
            if owner != key:
                others.add(name.casefold())
                continue
        if not (folder / name).exists():  # else it was written and its claim given up since we looked
            return name
        claim.unlink(missing_ok=True)


def _claim(folder: Path, name: str) -> Path:
    return folder / f".{hashlib.sha256(name.casefold().encode()).hexdigest()[:24]}.claim"


def _free_name(folder: Path, title: str, others: Collection[str] = ()) -> str:
    """others: names (in lower case) that are taken as well."""
    plain = unicodedata.normalize("NFC", title)
    plain = "".join(" " if unicodedata.category(c)[0] in "CZ" else c for c in plain)
    stem = " ".join(re.sub(r'[\\/:*?"<>|#%{}]+', " ", plain).split()).strip(". ")
    while len(stem.encode("utf-8", errors="ignore")) > 120:  # most file systems stop at 255 bytes
        stem = stem[:-1].rstrip(". ")
    if not stem or _RESERVED.match(stem):
        stem = f"Report {stem}".strip()
    name, n = f"{stem}.md", 1
    taken = {*others, *(p.name.casefold() for p in folder.iterdir())}
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
