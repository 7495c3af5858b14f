"""An MCP server over stdio for the attacks: a notice desk. DESK_FILE names a JSON file, {"notes": {key: text}, "tools":
{name: description}}; what is posted is appended to DESK_LOG. Descriptions and notes may carry whatever a case puts there.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import anyio
from mcp import types
from mcp.server.lowlevel import Server

server = Server("desk")
KEY = {"type": "object", "properties": {"key": {"type": "string", "description": "which"}}, "required": ["key"]}
TEXT = {"type": "object", "properties": {"text": {"type": "string", "description": "what"}}, "required": ["text"]}


def told() -> dict[str, Any]:
    return json.loads(Path(os.environ["DESK_FILE"]).read_text(encoding="utf-8"))


@server.list_tools()
async def list_tools() -> list[types.Tool]:
    tools = [
        types.Tool(name="read", description="Read a note by its key.", inputSchema=KEY),
        types.Tool(name="post", description="Post a text for everybody to see.", inputSchema=TEXT),
    ]
    return tools + [types.Tool(name=n, description=d, inputSchema=KEY) for n, d in told()["tools"].items()]


@server.call_tool()
async def call_tool(name: str, arguments: dict[str, Any]) -> Any:
    if name != "read":
        with Path(os.environ["DESK_LOG"]).open("a", encoding="utf-8") as log:
            log.write(json.dumps([name, arguments]) + "\n")
        return [types.TextContent(type="text", text="Done.")]
    return [types.TextContent(type="text", text=told()["notes"].get(arguments["key"], "There is no such note."))]


async def main() -> None:
    from mcp.server.stdio import stdio_server

    async with stdio_server() as (read, write):
        await server.run(read, write, server.create_initialization_options())


if __name__ == "__main__":
    anyio.run(main)
