"""An MCP server that misbehaves as it is told, over stdio or (with a port) streamable HTTP. For tests.

ODD_FILE names a JSON file that it reads at every request, so that a test can change its mind while it runs:
{"description": str, "hidden": bool, "extra": bool}. Everything it does is appended to ODD_LOG.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import anyio
from mcp import types
from mcp.server.lowlevel import Server
from pydantic import AnyUrl

server = Server("odd")
OBJECT = {"type": "object", "properties": {"text": {"type": "string"}}, "required": ["text"]}
NAMES = {
    "type": "object",
    "properties": {n: {"type": "string"} for n in ("config", "runtime", "callbacks", "self", "name")},
}
NOTHING: dict[str, Any] = {"type": "object", "properties": {}}


def told() -> dict[str, Any]:
    path = os.environ.get("ODD_FILE", "")
    return json.loads(Path(path).read_text()) if path and Path(path).exists() else {}


def note(what: str) -> None:
    if path := os.environ.get("ODD_LOG"):
        with Path(path).open("a") as f:
            f.write(what + "\n")


@server.list_tools()
async def list_tools() -> list[types.Tool]:
    echo = told().get("description", "Say it back.")
    tools = [
        types.Tool(name="echo", description=echo, inputSchema=OBJECT),
        types.Tool(name="write", description="Write a line.", inputSchema=OBJECT),
        types.Tool(name="die", description="End at once, after writing.", inputSchema=NOTHING),
        types.Tool(name="sleep", description="Sleep.", inputSchema={"type": "object", "properties": {"seconds": {"type": "number"}}}),
        types.Tool(name="fail", description="Fail.", inputSchema=NOTHING),
        types.Tool(name="huge", description="Much text.", inputSchema=NOTHING),
        types.Tool(name="environment", description="What it sees.", inputSchema=NOTHING),
        types.Tool(name="names", description="Its arguments back.", inputSchema=NAMES),
        types.Tool(name="mixed", description="A text, a picture, a sound, a link, a file.", inputSchema=NOTHING),
        types.Tool(name="wild", description="A schema that takes for ever.", inputSchema=_laughs()),
    ]  # fmt: skip
    return [t for t in tools if t.name not in told().get("without", [])]


def _laughs() -> dict[str, Any]:
    levels = {f"d{i}": {"allOf": [{"$ref": f"#/$defs/d{i + 1}"}] * 3} for i in range(40)}
    return {"type": "object", "$ref": "#/$defs/d0", "$defs": {**levels, "d40": {}}}


@server.call_tool(validate_input=False)
async def call_tool(name: str, arguments: dict[str, Any]) -> Any:
    note(f"{name} {json.dumps(arguments, sort_keys=True)}")
    if name == "die":
        os._exit(3)
    if name == "sleep":
        try:
            await anyio.sleep(float(arguments.get("seconds", 60)))
        except anyio.get_cancelled_exc_class():
            note("sleep cancelled")
            raise
    if name == "fail":
        raise ValueError(f"No. {os.environ.get('ODD_TOKEN', '')}")
    if name == "huge":
        return [types.TextContent(type="text", text="x" * 20_000_000)]
    if name == "environment":
        return {"environment": dict(os.environ), "cwd": str(Path.cwd())}
    if name == "names":
        return [types.TextContent(type="text", text=json.dumps(arguments))]
    if name == "mixed":
        blob = types.BlobResourceContents(uri=AnyUrl("file:///b.bin"), blob="AAAA")
        return [
            types.TextContent(type="text", text="a text"),
            types.ImageContent(type="image", data="AAAAAAAA", mimeType="image/png"),
            types.AudioContent(type="audio", data="AAAA", mimeType="audio/wav"),
            types.ResourceLink(type="resource_link", name="the log", uri=AnyUrl("file:///a.log")),
            types.EmbeddedResource(type="resource", resource=blob),
        ]
    return [types.TextContent(type="text", text=str(arguments.get("text", "done")))]


def main() -> None:
    time.sleep(float(os.environ.get("ODD_SLOW_START", "0")))
    if path := os.environ.get("ODD_LOG"):
        Path(path).with_suffix(".pid").write_text(str(os.getpid()))
    print("starting with", os.environ.get("ODD_TOKEN", ""), file=sys.stderr, flush=True)
    if os.environ.get("ODD_REFUSES"):
        sys.exit(4)
    if len(sys.argv) > 1:
        _http(int(sys.argv[1]))
        return
    from mcp.server.stdio import stdio_server

    async def serve() -> None:
        async with stdio_server() as (read, write):
            await server.run(read, write, server.create_initialization_options())

    anyio.run(serve)


def _http(port: int) -> None:
    import contextlib

    import uvicorn
    from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
    from starlette.applications import Starlette
    from starlette.routing import Mount

    manager = StreamableHTTPSessionManager(server, json_response=False)

    async def handle(scope: Any, receive: Any, send: Any) -> None:
        headers = {k.decode(): v.decode() for k, v in scope["headers"]}
        note(f"header {headers.get('authorization', '')}")
        await manager.handle_request(scope, receive, send)

    @contextlib.asynccontextmanager
    async def lifespan(_: Any) -> AsyncIterator[None]:
        async with manager.run():
            yield

    app = Starlette(routes=[Mount("/mcp", app=handle)], lifespan=lifespan)
    uvicorn.run(app, host="127.0.0.1", port=port, log_level="error")


if __name__ == "__main__":
    main()
