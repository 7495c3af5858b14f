"""One connection of the server: reads a request, plays the scripted reply, byte by byte where the script wants it so."""

from __future__ import annotations

import json
import os
import select
import socket
import struct
import sys
import time
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

from tests.model_server.asked import Asked
from tests.model_server.replies import Content, CutOff, Failed, Message, Raw, Reply, Reset, Silent, Slow, message
from tests.model_server.wires import Unsupported, bearer

if TYPE_CHECKING:
    from tests.model_server.server import ModelServer


class Listener(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
    model_server: ModelServer

    def handleerror_body(self, request: Any, client_address: Any) -> None:
        """A client that went away is what many of these tests are about; anything else is a fault of the server."""
        error = sys.exception()
        if not isinstance(error, ConnectionError | TimeoutError):
            self.model_server.failures.append(f"the test's own server broke: {error!r}")


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Listener  # pyright: ignore[reportIncompatibleVariableOverride]

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing on the console."""

    @property
    def _owner(self) -> ModelServer:
        return self.server.model_server

    def do_GET(self) -> None:
        if not self._authorised():
            return
        if self.path.rstrip("/") == "/v1/models":
            listed = [{"id": m, "object": "model", "created": 0, "owned_by": "test"} for m in self._owner.models]
            return self._send(200, json.dumps({"object": "list", "data": listed}).encode())
        self._send(404, error_body(f"no such path: {self.path}", "not_found").encode())

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        if len(body) < length:  # the client gave up while it was asking
            self.close_connection = True
            return None
        if not self._authorised():
            return None
        try:
            parsed = json.loads(body)
        except ValueError:
            self._owner.failures.append(f"a body that is no JSON: {body[:200]!r}")
            return self._fail(400, "the body is no JSON", "invalid_request_error")
        try:
            asked = self._asked(parsed)
        except Unsupported as e:
            return self._fail(400, str(e), "invalid_request_error")
        if asked is None:
            return self._fail(404, f"no such path: {self.path}", "not_found")
        if asked.model not in self._owner.models:
            return self._fail(404, f"The model `{asked.model}` does not exist", "model_not_found")
        if refused := self._refused(asked):
            return self._fail(400, refused, "invalid_request_error")
        self._play(self._owner.next(asked), asked)

    def _asked(self, parsed: dict[str, Any]) -> Asked | None:
        headers, number = {k.lower(): v for k, v in self.headers.items()}, len(self._owner.asked) + 1
        if self._owner.wire is not None:
            return self._owner.wire.read(self.path, headers, parsed, number)
        return Asked(parsed, headers, number) if self.path.rstrip("/") == "/v1/chat/completions" else None

    def _fail(self, status: int, text: str, code: str) -> None:
        wire = self._owner.wire
        self._send(status, (error_body(text, code) if wire is None else wire.error(status, text)).encode())

    def _authorised(self) -> bool:
        wire, headers = self._owner.wire, {k.lower(): v for k, v in self.headers.items()}
        if not self._owner.key or self._owner.key == (bearer if wire is None else wire.key)(headers):
            return True
        self._fail(401, "Incorrect API key provided.", "invalid_api_key")
        return False

    def _refused(self, asked: Asked) -> str:
        if self._owner.refuses is None or not (told := self._owner.refuses(asked)):
            return self._not_supported(asked)
        self._owner.asked.append(asked)
        return told

    def _not_supported(self, asked: Asked) -> str:
        if asked.way == "native" and not self._owner.native:
            return "response_format of type json_schema is not supported by this server"
        return "tools are not supported by this server" if asked.tools and not self._owner.tools else ""

    def _play(self, reply: Reply, asked: Asked) -> None:
        match reply:
            case Failed():
                wire, told = self._owner.wire, f"scripted failure {reply.status}"
                text = error_body(told, "scripted") if wire is None else wire.error(reply.status, told)
                self._send(
                    reply.status, (text if reply.body is None else reply.body).encode(), reply.kind, reply.headers
                )
            case Raw():
                self._send(200, reply.body, reply.kind)
            case Reset():
                self._reset()
            case Silent():
                self._wait(reply.seconds)
                self.close_connection = True
            case CutOff():
                self._content(reply.reply, asked, share=reply.share)
                self.wfile.flush()
                self.close_connection = True
                if reply.reset:
                    self._reset()
            case Slow():
                self._content(reply.reply, asked, pause=reply.pause, seconds=reply.seconds)
            case _:
                self._content(reply, asked)

    def _content(
        self, reply: Content, asked: Asked, share: float = 1.0, pause: float = 0.0, seconds: float = 60.0
    ) -> None:
        said = message(reply, asked)
        if self._owner.limits and asked.most:
            said = said.cut(asked.most)
        if asked.stream:
            return self._stream(said, asked, share, pause, seconds)
        if pause and not self._wait(min(seconds, pause * 8)):
            return None
        if self._owner.wire is not None:
            body = json.dumps(self._owner.wire.whole(asked, said)).encode()
            return self._send(200, body, announced=len(body), sent=int(len(body) * share))
        usage = _usage(asked, said)
        choice = {"index": 0, "message": said.whole(), "finish_reason": said.finish, "logprobs": None}
        body = json.dumps({**_head(asked, "chat.completion"), "choices": [choice], "usage": usage}).encode()
        self._send(200, body, announced=len(body), sent=int(len(body) * share))

    def _stream(self, said: Message, asked: Asked, share: float, pause: float, seconds: float) -> None:
        self.send_response(200)
        wire = self._owner.wire
        self.send_header("Content-Type", "text/event-stream" if wire is None else wire.kind)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        if wire is not None:
            return self._their_stream([*wire.stream(asked, said)], share, pause)
        deltas, until = said.deltas(), time.monotonic() + seconds
        head = _head(asked, "chat.completion.chunk")
        for delta in deltas[: max(1, int(len(deltas) * share))]:
            if pause and time.monotonic() < until and not self._wait(pause):
                return
            choice = {"index": 0, "delta": delta, "finish_reason": None, "logprobs": None}
            more = {"usage": _usage(asked, said)} if self._owner.usage_always else {}
            self._chunk({**head, "choices": [choice], **more})
        if share < 1:
            return
        last = {"index": 0, "delta": {}, "finish_reason": said.finish, "logprobs": None}
        self._chunk({**head, "choices": [last]})
        if (asked.body.get("stream_options") or {}).get("include_usage"):
            self._chunk({**head, "choices": [], "usage": _usage(asked, said)})
        self._chunk("[DONE]")
        self.wfile.write(b"0\r\n\r\n")

    def _their_stream(self, parts: list[str], share: float, pause: float) -> None:
        for part in parts[: max(1, int(len(parts) * share))]:
            if pause and not self._wait(pause):
                return
            self._piece(part.encode())
        if share == 1:
            self.wfile.write(b"0\r\n\r\n")

    def _chunk(self, data: Any) -> None:
        self._piece(f"data: {data if isinstance(data, str) else json.dumps(data)}\n\n".encode())

    def _piece(self, line: bytes) -> None:
        self.wfile.write(f"{len(line):x}\r\n".encode() + line + b"\r\n")
        self.wfile.flush()

    def _send(
        self,
        status: int,
        body: bytes,
        kind: str = "application/json",
        headers: Mapping[str, str] | None = None,
        announced: int | None = None,
        sent: int | None = None,
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body) if announced is None else announced))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body if sent is None else body[:sent])

    def _wait(self, seconds: float) -> bool:
        """False when the client went away or the server closes meanwhile."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            if self._owner.closing.is_set():
                return False
            readable, _, _ = select.select([self.connection], [], [], min(left, 0.1))
            if readable:
                return False  # it closed (or sent something out of turn)
        return True

    def _reset(self) -> None:
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True
        os.close(self.connection.detach())  # at once: a plain close waits for the files made of the socket


def _head(asked: Asked, kind: str) -> dict[str, Any]:
    return {"id": f"chatcmpl-{asked.number}", "object": kind, "created": 1_700_000_000, "model": asked.model}


def _usage(asked: Asked, said: Message) -> dict[str, Any]:
    return {
        "prompt_tokens": asked.tokens,
        "completion_tokens": said.tokens,
        "total_tokens": asked.tokens + said.tokens,
    }


def error_body(text: str, code: str) -> str:
    return json.dumps({"error": {"message": text, "type": code, "param": None, "code": code}})
