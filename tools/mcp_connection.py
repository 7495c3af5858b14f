"""A connection to an MCP server: made when first needed, made again when it died, each request within its time.

One task owns one connection from beginning to end. A request is given up as `Lost` when its connection ends under it:
whether the server did what was asked is then not known, and nothing here asks twice.

What is listed, sent and understood goes through langchain-mcp-adapters, over a session of ours
(`tools/mcp_session.py`); the transport beneath is opened here, so that a process's stderr stays in memory.

Not covered: the memory that one message may take (a server can send any amount before it is cut).
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import threading
from collections import deque
from collections.abc import AsyncIterator, Coroutine, Iterable
from pathlib import Path
from typing import Any, TypeVar

from tools import mcp_session
from tools.mcp_servers import Server, resolve
from tools.mcp_session import Offer, Returned
from tools.mcp_text import clean

CONNECT = 30.0  # seconds until a server has started and introduced itself
LIST = 10.0  # seconds for the list of its tools
MOST_TOOLS = 200  # of one server
_CLOSED = -32000  # the library's code for "the connection ended while this was waited for"
T = TypeVar("T")


class Unreachable(Exception):
    """Not connected, and nothing was asked of the server. Read by users."""


class Lost(Exception):
    """The connection ended while something was asked; whether it was done is not known. Read by users."""


class Refused(Exception):
    """The server answered with an error of the protocol. Read by users."""


class Connection:
    """One server's. Every method runs in the hub's loop."""

    def __init__(self, server: Server, folder: Path) -> None:
        self.server, self._folder = server, folder
        self._opening = asyncio.Lock()
        self._owner: asyncio.Task[None] | None = None
        self._session: Any = None
        self._tools: dict[str, Any] = {}  # LangChain's, bound to the session
        self._closing = asyncio.Event()
        self._stderr: deque[str] = deque(maxlen=8)

    def close(self) -> asyncio.Task[None] | None:
        """The task that is closing, if there is one."""
        self._closing.set()
        return self._owner

    async def offers(self) -> list[Offer]:
        """Listing is also how it is found out whether the connection still lives: a dead one is made again once."""
        for again in (True, False):
            session, fresh = await self._open()
            try:
                found = await asyncio.wait_for(self._guarded(mcp_session.load(session, self.server.name)), LIST)
                self._tools = {t.name: t for t in found[:MOST_TOOLS]}
                return [mcp_session.offer(t) for t in found[:MOST_TOOLS]]
            except Lost as e:
                self._drop()
                if fresh or not again:
                    raise Unreachable(f"{e} {self._said()}".strip()) from e
            except TimeoutError as e:
                self._drop()
                raise Unreachable(f"{self.server.name} did not list its tools within {LIST:g} seconds.") from e
        raise AssertionError("unreachable")

    async def call(self, tool: str, arguments: dict[str, Any], seconds: float) -> Returned:
        if self._session is None or tool not in self._tools:
            raise Unreachable(f"The connection to {self.server.name} has ended.")
        try:
            return await asyncio.wait_for(self._guarded(mcp_session.call(self._tools[tool], arguments)), seconds)
        except Lost:
            self._drop()
            raise

    async def _open(self) -> tuple[Any, bool]:
        """(the session, whether it is new). Raises Unreachable."""
        async with self._opening:
            if self._session is not None and self._owner is not None and not self._owner.done():
                return self._session, False
            if missing := self.server.missing():
                raise Unreachable(f"{self.server.name} needs {', '.join(missing)} in the environment of Groundwork.")
            self._closing = asyncio.Event()
            self._stderr.clear()
            ready: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
            self._owner = asyncio.create_task(self._own(ready, self._closing))
            try:
                self._session = await asyncio.wait_for(asyncio.shield(ready), CONNECT)
            except TimeoutError as e:
                self._drop()
                raise Unreachable(
                    f"{self.server.name} did not answer within {CONNECT:g} seconds. {self._said()}"
                ) from e
            except asyncio.CancelledError:
                self._drop()
                raise
            return self._session, True

    def _drop(self) -> None:
        self._session, self._tools = None, {}
        self._closing.set()

    async def _own(self, ready: asyncio.Future[Any], closing: asyncio.Event) -> None:
        """The connection's whole life in one task, as its context managers demand."""
        gone = asyncio.create_task(closing.wait())
        body = asyncio.create_task(self._live(ready, closing))
        await asyncio.wait({gone, body}, return_when=asyncio.FIRST_COMPLETED)
        gone.cancel()
        if not ready.done():
            body.cancel()  # asked to close before it was ready
        await asyncio.wait({body})
        failure = None if body.cancelled() else body.exception()
        if not ready.done():
            ready.set_exception(Unreachable(f"{self.server.name} {_why(failure)} {self._said()}".strip()))
            ready.exception()  # so that nobody having waited for it is not reported
        if self._closing is closing:
            self._session, self._tools = None, {}

    async def _live(self, ready: asyncio.Future[Any], closing: asyncio.Event) -> None:
        async with self._transport() as (read, write), mcp_session.session(read, write) as session:
            await session.initialize()
            ready.set_result(session)
            await closing.wait()

    @contextlib.asynccontextmanager
    async def _transport(self) -> AsyncIterator[tuple[Any, Any]]:
        stdio, http = await asyncio.to_thread(_transports)
        if self.server.url:
            import httpx

            headers = {k: resolve(v) for k, v in self.server.headers.items()}
            # Reading may take as long as a call may; the deadlines above end it.
            timeout = httpx.Timeout(CONNECT, read=None)
            async with httpx.AsyncClient(headers=headers, timeout=timeout, follow_redirects=False) as client:
                async with http(self.server.url, http_client=client) as (read, write, _):
                    yield read, write
            return
        from mcp import StdioServerParameters

        cwd = Path(self.server.cwd).expanduser() if self.server.cwd else self._folder
        if not self.server.cwd:
            cwd.mkdir(parents=True, exist_ok=True, mode=0o700)
        start = StdioServerParameters(
            command=self.server.command,
            args=list(self.server.args),
            env=self.server.environment(),
            cwd=cwd,
            encoding_error_handler="replace",
        )
        with _listening(self._stderr) as errors:
            async with stdio(start, errlog=errors) as (read, write):
                yield read, write

    async def _guarded(self, work: Coroutine[Any, Any, T]) -> T:
        """`work`, or Lost when the connection ends first."""
        from mcp import McpError

        assert self._owner is not None
        asked = asyncio.create_task(work)
        asked.add_done_callback(lambda t: t.cancelled() or t.exception())  # looked at, also when nobody waits any more
        try:
            await asyncio.wait({asked, self._owner}, return_when=asyncio.FIRST_COMPLETED)
            if not asked.done():
                raise Lost(f"The connection to {self.server.name} ended before it answered.")
            return asked.result()
        except McpError as e:
            if e.error.code == _CLOSED or "session terminated" in e.error.message.casefold():
                raise Lost(f"The connection to {self.server.name} ended before it answered.") from e
            raise Refused(clean(e.error.message, 500, self.server.secrets())) from e
        except _closed() as e:
            raise Lost(f"The connection to {self.server.name} has ended.") from e
        finally:
            asked.cancel()

    def _said(self) -> str:
        said = clean(_end(self._stderr), 400, self.server.secrets())
        return f"It wrote: {said}" if said else ""


def _end(lines: Iterable[str]) -> str:
    """The last lines that say something, whole: what went wrong stands at the end of what a program writes."""
    kept: list[str] = []
    for line in reversed([x for x in lines if any(c.isalnum() for c in x)]):
        if kept and sum(map(len, kept)) + 3 * len(kept) + len(line) > 400:
            break
        kept.insert(0, line)
    return " / ".join(kept)


@contextlib.contextmanager
def _listening(lines: deque[str]) -> Any:
    """A file for a process's stderr, of which the last lines are kept in memory and nowhere else."""
    reading, writing = os.pipe()

    def read() -> None:
        with os.fdopen(reading, "rb") as f:
            while chunk := f.readline(2_000):
                lines.append(chunk.decode("utf-8", "replace").strip())

    threading.Thread(target=read, name="mcp-stderr", daemon=True).start()
    with os.fdopen(writing, "w") as f:
        yield f


def _transports() -> tuple[Any, Any]:
    """Heavy, so imported in a thread."""
    import langchain_mcp_adapters.tools  # noqa: F401
    from mcp.client.stdio import stdio_client
    from mcp.client.streamable_http import streamable_http_client

    return stdio_client, streamable_http_client


def _closed() -> tuple[type[BaseException], ...]:
    import anyio

    return (OSError, anyio.ClosedResourceError, anyio.BrokenResourceError, anyio.EndOfStream)


def _why(failure: BaseException | None) -> str:
    """The first cause in a nest of exception groups, for people. Never the text of an HTTP error: it may name secrets."""
    while isinstance(failure, BaseExceptionGroup):
        failure = failure.exceptions[0]
    if isinstance(failure, FileNotFoundError):
        return "cannot be started: there is no such program (or folder)."
    if isinstance(failure, PermissionError):
        return "cannot be started: its program may not be run."
    response = getattr(failure, "response", None)
    if response is not None:
        return f"answered with HTTP status {response.status_code}."
    if type(failure).__module__.startswith("httpx"):
        return f"cannot be reached ({type(failure).__name__}). Is it running, and is the address right?"
    return "ended before it was connected."
