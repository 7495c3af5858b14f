"""`python -m runs mcp`: Groundwork as an MCP server over stdio, so that another agent can give it goals.

It owns the home while it runs, as the page does. Only the protocol goes to stdout. What waits for a person (a question,
an approval) is told, with how to answer: `reply` answers a question; an approval is given by a person, never through
here, since whoever calls these tools may be what the approval guards against.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graph.events import AT_WORK
from runs.archives import unpacked
from runs.errors import GroundworkError
from runs.record import record
from runs.types import Approval, Run, Upload
from tools.base import ToolError

if TYPE_CHECKING:
    from runs.service import Groundwork

LONGEST_WAIT = 600.0  # seconds a call waits for a run
MOST_PASSAGES = 20


def serve(groundwork: Groundwork, user: str) -> None:
    """Until the client closes stdin."""
    from mcp.server.fastmcp import FastMCP
    from mcp.types import ToolAnnotations

    server = FastMCP("groundwork", instructions=_ABOUT, log_level="ERROR")

    @server.tool(structured_output=False)
    async def run_goal(goal: str, files: list[str] | None = None, thread: str = "", wait_seconds: float = 120) -> str:
        """Give Groundwork a goal. It plans the steps, does them with tools, checks its own work, and returns JSON:
        run_id, thread, status, outcome (answered, partial, not_answered), reason, answer with [1] marks, claims, sources.
        files: paths of documents on this machine to take in first. thread: go on in this conversation.
        When it is not done within wait_seconds (at most 600), status is running: ask again with run_result."""
        uploads = await asyncio.to_thread(_read, files or [])
        run = await asyncio.to_thread(groundwork.submit, user, goal, thread, uploads)
        return await _told(groundwork, user, run.id, wait_seconds)

    @server.tool(structured_output=False, annotations=ToolAnnotations(readOnlyHint=True))
    async def run_result(run_id: str, wait_seconds: float = 60) -> str:
        """What became of a run: the same JSON as run_goal's. Waits up to wait_seconds for its end."""
        return await _told(groundwork, user, run_id, wait_seconds)

    @server.tool(structured_output=False)
    async def reply(run_id: str, text: str, wait_seconds: float = 120) -> str:
        """Answer the question of a run whose status is waiting; it goes on. Approvals cannot be given here."""
        if await asyncio.to_thread(groundwork.approvals, user, run_id):
            raise GroundworkError("This run waits for a person's approval, which cannot be given from here.")
        await asyncio.to_thread(groundwork.reply, user, run_id, text)
        return await _told(groundwork, user, run_id, wait_seconds)

    @server.tool(structured_output=False, annotations=ToolAnnotations(readOnlyHint=True))
    async def search_memory(query: str, limit: int = 8) -> str:
        """Search the documents that Groundwork remembers, by meaning and by word. Returns JSON: a list of passages with
        document, locator (page, heading, rows), text and score, best first."""
        memory = groundwork.memory(user)
        found = await asyncio.to_thread(memory.search, query, max(1, min(MOST_PASSAGES, limit)))
        kept = [{"document": p.title, "locator": p.locator, "text": p.text, "score": round(p.score, 4)} for p in found]
        return json.dumps(kept, ensure_ascii=False, indent=1)

    @server.tool(structured_output=False)
    async def ingest(files: list[str]) -> str:
        """Take documents on this machine, or ZIP archives of them, into Groundwork's memory. Returns JSON: for each file
        its status (added, replaced, unchanged, failed) and a message."""
        told = []
        for upload in await asyncio.to_thread(lambda: unpacked(_read(files))):
            add, folder = groundwork.memory(user).add, upload.name.rpartition("/")[0]
            receipt = await asyncio.to_thread(add, upload.name, upload.data, folder=folder)
            told.append({"name": receipt.name, "status": receipt.status, "message": receipt.message})
        return json.dumps(told, ensure_ascii=False, indent=1)

    print(f"groundwork: serving {groundwork.settings.home} over MCP on stdio.", file=sys.stderr, flush=True)
    server.run("stdio")


_ABOUT = (
    "Groundwork works on goals with the documents it remembers, and checks every claim of its answers. "
    "Its answers cite their sources; a claim marked unsupported was not found in any."
)


async def _told(groundwork: Groundwork, user: str, run_id: str, seconds: float) -> str:
    end = time.monotonic() + max(0.0, min(LONGEST_WAIT, seconds))
    run = await asyncio.to_thread(groundwork.run, user, run_id)
    while run.status in AT_WORK and (left := end - time.monotonic()) > 0:
        await asyncio.to_thread(groundwork.wait, user, run_id, run.last, min(1.0, left))
        run = await asyncio.to_thread(groundwork.run, user, run_id)
    told = await asyncio.to_thread(lambda: record(run, groundwork.events(user, run_id)))
    kept: dict[str, Any] = {"run_id": run.id, "thread": run.thread, "status": run.status}
    kept |= {k: told[k] for k in ("outcome", "reason", "answer", "claims", "sources")}
    kept["next"] = _next(run, await asyncio.to_thread(groundwork.approvals, user, run_id))
    return json.dumps({k: v for k, v in kept.items() if v not in ("", [])}, ensure_ascii=False, indent=1)


def _next(run: Run, approvals: Sequence[Approval]) -> str:
    if run.status in AT_WORK:
        return f'Not done yet. Ask again: run_result(run_id="{run.id}").'
    if run.status != "waiting":
        return ""
    if not approvals:
        options = f" It suggests: {'; '.join(run.options)}." if run.options else ""
        return f'It asks: {run.question}{options} Answer with reply(run_id="{run.id}", text=…).'
    what = "; ".join(f"{a.tool} (approval {a.id})" for a in approvals)
    return (
        f"It waits for a person's approval of: {what}. The person sees what would be done with `python -m runs approvals "
        "list` and decides with `python -m runs approvals approve ID` (or reject); then ask again with run_result."
    )


def _read(files: list[str]) -> list[Upload]:
    uploads = []
    for name in files:
        path = Path(name).expanduser()
        try:
            uploads.append(Upload(path.name, path.read_bytes()))
        except OSError as e:
            raise ToolError(f"{name} cannot be read ({e.strerror or e}). Nothing was taken in or started.") from e
    return uploads
