"""All connections to MCP servers: one event loop in a thread of its own, so that neither a page nor another run waits for a
slow server. What a connection is and how it ends is `tools/mcp_connection.py`.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, TypeVar

from tools.mcp_connection import Connection
from tools.mcp_servers import Server
from tools.mcp_session import Offer, Returned

T = TypeVar("T")


class Hub:
    """The event loop, started when first needed, and one connection a server. Callable from any thread or loop."""

    def __init__(self, folder: Path) -> None:
        """folder: where each server's process has its own working folder."""
        self._folder = folder
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._connections: dict[str, Connection] = {}
        self._under_way: set[str] = set()

    def run(self, work: Coroutine[Any, Any, T]) -> Any:
        """A concurrent future of `work`, which runs in the hub's loop."""
        return asyncio.run_coroutine_threadsafe(work, self._started())

    async def ask(self, work: Coroutine[Any, Any, T]) -> T:
        """From another event loop; cancelling it cancels the work."""
        return await asyncio.wrap_future(self.run(work))

    async def offers(self, server: Server) -> list[Offer]:
        """The server's tools. In the hub's loop. Raises Unreachable, Refused."""
        return await self._connection(server).offers()

    async def call(self, server: Server, tool: str, arguments: dict[str, Any], seconds: float) -> Returned:
        """In the hub's loop; the connection must just have been used for `offers`.
        Raises Unreachable (nothing was asked), Lost, Refused, TimeoutError."""
        return await self._connection(server).call(tool, arguments, seconds)

    def enter(self, call: str) -> bool:
        """Begin a call that must not run twice at once; False when it is under way. Each True wants a `leave`."""
        with self._lock:
            free = call not in self._under_way
            self._under_way.add(call)
            return free

    def leave(self, call: str) -> None:
        with self._lock:
            self._under_way.discard(call)

    def forget(self, name: str) -> None:
        """Close the connection, for a server that was changed or removed. Does not wait."""
        with self._lock:
            loop = self._loop
        if loop is not None:
            loop.call_soon_threadsafe(lambda: (c := self._connections.pop(name, None)) and c.close())

    def close(self) -> None:
        """End all connections and their processes; waits a few seconds at most."""
        with self._lock:
            loop, thread, self._loop = self._loop, self._thread, None
        if loop is None or thread is None:
            return
        with contextlib.suppress(TimeoutError):
            asyncio.run_coroutine_threadsafe(self._close_all(), loop).result(8)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(2)

    async def _close_all(self) -> None:
        owners = [o for c in self._connections.values() if (o := c.close()) is not None]
        self._connections.clear()
        if owners:
            await asyncio.wait(owners, timeout=6)

    def _connection(self, server: Server) -> Connection:
        known = self._connections.get(server.name)
        if known is None or known.server != server:
            if known is not None:
                known.close()
            known = self._connections[server.name] = Connection(server, self._folder / server.name)
        return known

    def _started(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            if self._loop is None:
                _quiet()
                loop = asyncio.new_event_loop()
                self._thread = threading.Thread(target=loop.run_forever, name="mcp", daemon=True)
                self._thread.start()
                self._loop = loop
            return self._loop


def _quiet() -> None:
    """The library logs whole messages; ours say what is needed."""
    for name in ("mcp", "client", "httpx", "httpcore"):
        logger = logging.getLogger(name)
        logger.propagate = False
        if not logger.handlers:
            logger.addHandler(logging.NullHandler())
