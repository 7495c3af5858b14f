"""The server itself: a socket on the loopback address, a thread a connection, and the script.

A request is matched to the first unused expectation that fits it. What fits none is answered with 400 and remembered, and
so is a request that a strict provider would refuse: `finish` fails for both, and for expectations that nothing used.
"""

from __future__ import annotations

import json
import os
import select
import socket
import struct
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

from tests.model_server.asked import Asked
from tests.model_server.replies import (
    Content,
    CutOff,
    Failed,
    Message,
    Raw,
    Reply,
    Reset,
    Silent,
    Slow,
    message,
)

MODEL = "test-model"


@dataclass
class Expectation:
    reply: Reply
    fits: Callable[[Asked], bool]
    what: str
    left: int | None  # None: any number of times, but at least once
    used: int = 0


class ModelServer:
    """native, tools: whether it takes response_format json_schema and tools; a request for what it does not take is
    answered as such servers do, with 400, and is no fault. key: the API key it asks for; "" takes any.
    limits: whether it keeps to max_tokens, and cuts longer replies."""

    def __init__(
        self,
        *,
        models: Sequence[str] = (MODEL,),
        key: str = "",
        native: bool = True,
        tools: bool = True,
        limits: bool = True,
    ) -> None:
        self.models, self.key, self.native, self.tools, self.limits = tuple(models), key, native, tools, limits
        self.asked: list[Asked] = []
        self.failures: list[str] = []  # what `finish` reports
        self._script: list[Expectation] = []
        self._responder: Callable[[Asked], Reply] | None = None
        self._lock = threading.Lock()
        self.closing = threading.Event()
        self._http = _Server(("127.0.0.1", 0), _Handler)
        self._http.model_server = self
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.05,), name="model-server", daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        """The base URL, as a user would enter it."""
        return f"http://127.0.0.1:{self._http.server_address[1]}/v1"

    def expect(
        self,
        reply: Reply,
        *,
        schema: str = "",
        text: str = "",
        when: Callable[[Asked], bool] | None = None,
        times: int | None = 1,
    ) -> None:
        """Reply so to a request that asks for this schema (or forced tool), says this text, and fits `when`; all three
        if given. times None: as often as it comes."""

        def fits(asked: Asked) -> bool:
            return (
                (not schema or asked.schema == schema)
                and (not text or text in asked.text)
                and (when is None or when(asked))
            )

        self._script.append(Expectation(reply, fits, f"{reply!r:.200} for schema={schema!r} text={text!r}", times))

    def respond(self, responder: Callable[[Asked], Reply]) -> None:
        """Let a function answer what no expectation fits. For seeded runs, where the order is not known beforehand."""
        self._responder = responder

    def next(self, asked: Asked) -> Reply:
        with self._lock:
            self.asked.append(asked)
            if asked.faults:
                self.failures.append(f"request {asked.number} is malformed: {'; '.join(asked.faults)}")
                return Failed(400, body=_error("; ".join(asked.faults), "invalid_request_error"))
            for e in self._script:
                if e.left != 0 and e.fits(asked):
                    e.left, e.used = None if e.left is None else e.left - 1, e.used + 1
                    return e.reply
        if self._responder is not None:
            return self._responder(asked)
        told = f"unexpected request {asked.number} (schema {asked.schema!r}, {asked.way}): …{asked.text[-600:]}"
        with self._lock:
            self.failures.append(told)
        return Failed(400, body=_error("the test did not expect this request", "invalid_request_error"))

    def finish(self) -> None:
        """Raises AssertionError unless everything that was scripted happened, and nothing else."""
        unused = [e.what for e in self._script if e.left or not e.used]
        assert not self.failures, "\n".join(self.failures)
        assert not unused, "scripted but never asked for: " + "\n".join(unused)

    def close(self) -> None:
        self.closing.set()
        self._http.shutdown()
        self._http.server_close()
        self._thread.join(5)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
    model_server: ModelServer

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is what many of these tests are about; anything else is a fault of the server."""
        error = sys.exception()
        if not isinstance(error, ConnectionError | TimeoutError):
            self.model_server.failures.append(f"the test's own server broke: {error!r}")


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server  # pyright: ignore[reportIncompatibleVariableOverride]

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
        self._send(404, _error(f"no such path: {self.path}", "not_found").encode())

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        if len(body) < length:  # the client gave up while it was asking
            self.close_connection = True
            return None
        if not self._authorised():
            return None
        if self.path.rstrip("/") != "/v1/chat/completions":
            return self._send(404, _error(f"no such path: {self.path}", "not_found").encode())
        try:
            parsed = json.loads(body)
        except ValueError:
            self._owner.failures.append(f"a body that is no JSON: {body[:200]!r}")
            return self._send(400, _error("the body is no JSON", "invalid_request_error").encode())
        asked = Asked(parsed, {k.lower(): v for k, v in self.headers.items()}, len(self._owner.asked) + 1)
        if asked.model not in self._owner.models:
            return self._send(404, _error(f"The model `{asked.model}` does not exist", "model_not_found").encode())
        if refused := self._not_supported(asked):
            return self._send(400, _error(refused, "invalid_request_error").encode())
        self._play(self._owner.next(asked), asked)

    def _authorised(self) -> bool:
        if not self._owner.key or self.headers.get("Authorization") == f"Bearer {self._owner.key}":
            return True
        self._send(401, _error("Incorrect API key provided.", "invalid_api_key").encode())
        return False

    def _not_supported(self, asked: Asked) -> str:
        if asked.way == "native" and not self._owner.native:
            return "response_format of type json_schema is not supported by this server"
        return "tools are not supported by this server" if asked.tools and not self._owner.tools else ""

    def _play(self, reply: Reply, asked: Asked) -> None:
        match reply:
            case Failed():
                text = _error(f"scripted failure {reply.status}", "scripted") if reply.body is None else reply.body
                self._send(reply.status, text.encode(), reply.kind, reply.headers)
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
        usage = _usage(asked, said)
        choice = {"index": 0, "message": said.whole(), "finish_reason": said.finish, "logprobs": None}
        body = json.dumps({**_head(asked, "chat.completion"), "choices": [choice], "usage": usage}).encode()
        self._send(200, body, announced=len(body), sent=int(len(body) * share))

    def _stream(self, said: Message, asked: Asked, share: float, pause: float, seconds: float) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        deltas, until = said.deltas(), time.monotonic() + seconds
        head = _head(asked, "chat.completion.chunk")
        for delta in deltas[: max(1, int(len(deltas) * share))]:
            if pause and time.monotonic() < until and not self._wait(pause):
                return
            choice = {"index": 0, "delta": delta, "finish_reason": None, "logprobs": None}
            self._chunk({**head, "choices": [choice]})
        if share < 1:
            return
        last = {"index": 0, "delta": {}, "finish_reason": said.finish, "logprobs": None}
        self._chunk({**head, "choices": [last]})
        if (asked.body.get("stream_options") or {}).get("include_usage"):
            self._chunk({**head, "choices": [], "usage": _usage(asked, said)})
        self._chunk("[DONE]")
        self.wfile.write(b"0\r\n\r\n")

    def _chunk(self, data: Any) -> None:
        line = f"data: {data if isinstance(data, str) else json.dumps(data)}\n\n".encode()
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


def _error(text: str, code: str) -> str:
    return json.dumps({"error": {"message": text, "type": code, "param": None, "code": code}})
