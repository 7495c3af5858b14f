"""A stdio server of somebody else, served over streamable HTTP: `over_http.py PORT COMMAND [ARGUMENT …]`.

The servers on the package index speak stdio; this passes every request on to one, unread.
"""

from __future__ import annotations

import asyncio
import sys
from typing import Any

import uvicorn
from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client
from mcp.server.lowlevel import Server
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from starlette.applications import Starlette
from starlette.routing import Mount


async def main(port: int, command: str, arguments: list[str]) -> None:
    start = StdioServerParameters(command=command, args=arguments)
    async with stdio_client(start) as (read, write), ClientSession(read, write) as real:
        await real.initialize()
        server: Any = Server("over-http")

        @server.list_tools()
        async def tools() -> Any:
            return (await real.list_tools()).tools

        @server.call_tool(validate_input=False)
        async def call(name: str, given: dict[str, Any]) -> Any:
            return await real.call_tool(name, given)

        manager = StreamableHTTPSessionManager(server)
        app = Starlette(routes=[Mount("/mcp", app=manager.handle_request)])
        async with manager.run():
            await uvicorn.Server(uvicorn.Config(app, "127.0.0.1", port, log_level="error")).serve()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), sys.argv[2], sys.argv[3:]))
