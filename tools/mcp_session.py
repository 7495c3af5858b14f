"""A server's tools as langchain-mcp-adapters makes them, over a session of ours.

The adapter lists the tools, sends a call and turns what comes back into content blocks. The session that it is handed
is ours, because of three things that the adapter's own sessions do not do: a given-up call is cancelled on the server,
a server's output schema is not run here, and what a server's process writes to stderr stays out of our logs (the
transport under the session, `tools/mcp_connection.py`).

Two things go around the adapter. A call's arguments are put in by an interceptor, since an argument that is named
`config` or `runtime` would be taken for LangChain's own. And what the adapter cannot carry (sound, the name of a link)
becomes words before it sees it: a call that was done must not fail on the form of its answer.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

_arguments: ContextVar[dict[str, Any]] = ContextVar("mcp_arguments")


@dataclass(frozen=True)
class Offer:
    """A tool as its server describes it now, untouched."""

    name: str
    description: str
    schema: dict[str, Any]
    says_read_only: bool  # a hint of the server; nothing is decided by it


@dataclass(frozen=True)
class Returned:
    """What a call gave. `text` is as the server wrote it; pictures and the like are named, not held."""

    text: str
    structured: Any = None
    failed: bool = False  # the tool itself says so


def session(read: Any, write: Any) -> Any:
    from mcp import ClientSession, types

    class Session(ClientSession):
        async def call_tool(self, name: str, arguments: Any = None, *args: Any, **more: Any) -> Any:
            number = self._request_id
            try:
                return await super().call_tool(name, arguments, *args, **more)
            except asyncio.CancelledError:
                params = types.CancelledNotificationParams(requestId=number, reason="given up")
                told = types.CancelledNotification(method="notifications/cancelled", params=params)
                # Shielded: this task is being cancelled, and the server should hear of it all the same.
                await asyncio.shield(_tell(self, types.ClientNotification(told)))
                raise

        async def _validate_tool_result(self, name: str, result: Any) -> None:
            """What a server promised about its output is its own affair, and its schema is not run here."""

    return Session(read, write, client_info=types.Implementation(name="groundwork", version="1"))


async def _tell(session: Any, notification: Any) -> None:
    with contextlib.suppress(Exception):
        await asyncio.wait_for(session.send_notification(notification), 1)


async def load(session: Any, server: str) -> list[Any]:
    """The server's tools as LangChain's, bound to the session."""
    from langchain_mcp_adapters.tools import load_mcp_tools

    return await load_mcp_tools(session, server_name=server, tool_interceptors=[_carried], handle_tool_errors=False)


def offer(tool: Any) -> Offer:
    schema = tool.args_schema if isinstance(tool.args_schema, dict) else {}
    hint = (tool.metadata or {}).get("readOnlyHint")
    return Offer(tool.name, tool.description, dict(schema), bool(hint))


async def call(tool: Any, arguments: Mapping[str, Any]) -> Returned:
    """Raises what the session raises (McpError, a closed stream)."""
    from langchain_core.tools import ToolException

    _arguments.set(dict(arguments))
    try:
        # As a tool call, so that content and artifact come together; without the callbacks of the run around it.
        message = await tool.ainvoke(
            {"type": "tool_call", "id": "call", "name": tool.name, "args": {}}, {"callbacks": []}
        )
    except ToolException as e:
        return Returned(str(e), failed=True)
    artifact = message.artifact or {}
    return Returned("\n".join(_shown(b) for b in message.content), artifact.get("structured_content"))


async def _carried(request: Any, handler: Any) -> Any:
    """The interceptor: our arguments in, and nothing out that the adapter has no form for."""
    returned = await handler(request.override(args=_arguments.get()))
    return returned.model_copy(update={"content": [_in_words(b) for b in returned.content]})


def _in_words(block: Any) -> Any:
    """The block itself where the adapter keeps all that we show of it, else a text in its place."""
    from mcp.types import TextContent

    if block.type in ("text", "image"):
        return block
    if block.type == "audio":
        return TextContent(type="text", text=_named(block.mimeType, block.data))
    if block.type == "resource_link":
        return TextContent(type="text", text=f"{block.name}: {block.uri}")
    content = getattr(block, "resource", None)
    written = getattr(content, "text", "") or f"[{getattr(content, 'uri', 'a resource')}, not shown]"
    return TextContent(type="text", text=written)


def _shown(block: Any) -> str:
    """One of LangChain's content blocks, in words."""
    if isinstance(block, str):
        return block
    if block.get("type") == "text":
        return str(block.get("text", ""))
    return _named(block.get("mime_type") or str(block.get("type")), block.get("base64") or "")


def _named(kind: str, base64: str) -> str:
    return f"[{kind}, {len(base64) * 3 // 4:,} bytes, not shown]"
