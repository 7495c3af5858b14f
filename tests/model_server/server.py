"""The server itself: a socket on the loopback address, a thread a connection, and the script.

A request is matched to the first unused expectation that fits it. What fits none is answered with 400 and remembered, and
so is a request that a strict provider would refuse: `finish` fails for both, and for expectations that nothing used.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Self

from tests.model_server.asked import Asked
from tests.model_server.handler import Handler, Listener, error_body
from tests.model_server.replies import Failed, Reply
from tests.model_server.wires import Wire

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
    limits: whether it keeps to max_tokens, and cuts longer replies. wire: another provider's protocol than OpenAI's."""

    def __init__(
        self,
        *,
        models: Sequence[str] = (MODEL,),
        key: str = "",
        native: bool = True,
        tools: bool = True,
        limits: bool = True,
        wire: Wire | None = None,
    ) -> None:
        self.models, self.key, self.native, self.tools, self.limits = tuple(models), key, native, tools, limits
        self.asked: list[Asked] = []
        self.failures: list[str] = []  # what `finish` reports
        self.wire = wire
        self.refuses: Callable[[Asked], str] | None = None  # says why the server does not take a request, with 400
        self.usage_always = False  # tells the usage with every piece of a stream
        self._script: list[Expectation] = []
        self._responder: Callable[[Asked], Reply] | None = None
        self._lock = threading.Lock()
        self.closing = threading.Event()
        self._http = Listener(("127.0.0.1", 0), Handler)
        self._http.model_server = self
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.05,), name="model-server", daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        """The base URL, as a user would enter it."""
        return f"http://127.0.0.1:{self._http.server_address[1]}{'/v1' if self.wire is None else self.wire.base}"

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
                return self._refusal("; ".join(asked.faults))
            for e in self._script:
                if e.left != 0 and e.fits(asked):
                    e.left, e.used = None if e.left is None else e.left - 1, e.used + 1
                    return e.reply
        if self._responder is not None:
            return self._responder(asked)
        told = f"unexpected request {asked.number} (schema {asked.schema!r}, {asked.way}): …{asked.text[-600:]}"
        with self._lock:
            self.failures.append(told)
        return self._refusal("the test did not expect this request")

    def _refusal(self, text: str) -> Failed:
        return Failed(
            400, body=error_body(text, "invalid_request_error") if self.wire is None else self.wire.error(400, text)
        )

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
