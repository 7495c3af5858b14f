"""What the server can say: good replies, and every way in which a model or the network between can go wrong.

A reply that carries content is a `Message`: the same content is sent whole or streamed, as the request asks. The faults
are about the wire (`Failed`, `Reset`, `Silent`, `CutOff`, `Slow`, `Raw`) or about the content (`Garbled`, `Refused`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.model_server.asked import Asked

PIECE = 24  # characters in one streamed piece


@dataclass(frozen=True)
class Said:
    """Plain text. reasoning: what the model thought aloud, in the field that such servers use."""

    text: str
    reasoning: str = ""
    finish: str = "stop"
    tokens: int | None = None  # completion tokens to report; None: counted roughly


@dataclass(frozen=True)
class Called:
    """Calls of offered tools, in one message. args as text is sent as it stands, so it may be malformed."""

    calls: Sequence[tuple[str, Mapping[str, Any] | str]]
    text: str = ""
    tokens: int | None = None


@dataclass(frozen=True)
class Decided:
    """A typed decision, delivered in the way in which the request asks for it (native, tool call, JSON in text)."""

    data: Any
    reasoning: str = ""
    tokens: int | None = None


@dataclass(frozen=True)
class Garbled:
    """Text in the place of a decision's JSON: malformed, truncated, of another shape."""

    text: str
    finish: str = "stop"


@dataclass(frozen=True)
class Refused:
    """The model declines: `refusal` instead of content."""

    text: str = "I'm sorry, I can't help with that."
    filtered: bool = False  # True: finish_reason content_filter and no words at all


Content = Said | Called | Decided | Garbled | Refused


@dataclass(frozen=True)
class Failed:
    """An HTTP status that is no success. body: OpenAI's error object when None."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str | None = None
    kind: str = "application/json"


@dataclass(frozen=True)
class Raw:
    """Bytes as they stand, with status 200: HTML where JSON was expected, text that is no UTF-8."""

    body: bytes
    kind: str = "application/json"


@dataclass(frozen=True)
class Reset:
    """The connection is reset before a byte of the reply."""


@dataclass(frozen=True)
class Silent:
    """No answer; the connection stays open until the client gives up, at most `seconds`."""

    seconds: float = 60.0


@dataclass(frozen=True)
class CutOff:
    """The reply breaks off in the middle: a stream without its end, a body shorter than announced."""

    reply: Content
    share: float = 0.5
    reset: bool = False  # reset instead of a plain close


@dataclass(frozen=True)
class Slow:
    """A stream that drips: `pause` seconds before each piece, for at most `seconds`, then it ends well."""

    reply: Content
    pause: float
    seconds: float = 60.0


Reply = Said | Called | Decided | Garbled | Refused | Failed | Raw | Reset | Silent | CutOff | Slow


@dataclass(frozen=True)
class Message:
    """A reply's content as the protocol has it. A server that keeps to `max_tokens` sends `cut(max_tokens)`."""

    content: str | None
    reasoning: str
    refusal: str | None
    calls: Sequence[tuple[str, str]]  # name, arguments as text
    finish: str
    tokens: int

    def cut(self, most: int) -> Message:
        """At most so many tokens (of four characters)."""
        if self.tokens <= most:
            return self
        left, reasoning = most * 4, self.reasoning[: most * 4]
        left -= len(reasoning)
        content = self.content[:left] if self.content else self.content
        calls = [(name, args[:left]) for name, args in self.calls[:1]]
        return Message(content, reasoning, (self.refusal or "")[:left] or None, calls, "length", most)

    def whole(self) -> dict[str, Any]:
        out: dict[str, Any] = {"role": "assistant", "content": self.content, "refusal": self.refusal}
        if self.reasoning:
            out["reasoning_content"] = self.reasoning
        if self.calls:
            out["tool_calls"] = [_call(i, n, a) for i, (n, a) in enumerate(self.calls)]
        return out

    def deltas(self) -> list[dict[str, Any]]:
        """The message in pieces, as a stream carries it."""
        out: list[dict[str, Any]] = [{"role": "assistant", "content": ""}]
        out += [{"reasoning_content": p} for p in pieces(self.reasoning)]
        out += [{"content": p} for p in pieces(self.content or "")]
        out += [{"refusal": p} for p in pieces(self.refusal or "")]
        for i, (name, args) in enumerate(self.calls):
            head = {**_call(i, name, ""), "index": i}
            out.append({"tool_calls": [head]})
            out += [{"tool_calls": [{"index": i, "function": {"arguments": p}}]} for p in pieces(args)]
        return out


def message(reply: Content, asked: Asked) -> Message:
    """Raises AssertionError when the script does not fit the question (a decision where several tools are offered)."""
    if isinstance(reply, Said):
        return _message(reply.text, finish=reply.finish, reasoning=reply.reasoning, tokens=reply.tokens)
    if isinstance(reply, Called):
        calls = [(n, a if isinstance(a, str) else json.dumps(a)) for n, a in reply.calls]
        return _message(reply.text or None, calls=calls, finish="tool_calls", tokens=reply.tokens)
    if isinstance(reply, Refused):
        if reply.filtered:
            return _message(None, finish="content_filter")
        return _message(None, refusal=reply.text)
    text = json.dumps(reply.data, ensure_ascii=False) if isinstance(reply, Decided) else reply.text
    reasoning = reply.reasoning if isinstance(reply, Decided) else ""
    finish = reply.finish if isinstance(reply, Garbled) else "stop"
    tokens = reply.tokens if isinstance(reply, Decided) else None
    if asked.way == "tool":
        done = finish if finish == "length" else "tool_calls"
        return _message(None, calls=[(asked.forced, text)], finish=done, reasoning=reasoning, tokens=tokens)
    return _message(text, finish=finish, reasoning=reasoning, tokens=tokens)


def _message(
    content: str | None,
    *,
    calls: Sequence[tuple[str, str]] = (),
    finish: str = "stop",
    reasoning: str = "",
    refusal: str | None = None,
    tokens: int | None = None,
) -> Message:
    written = len(content or "") + len(reasoning) + len(refusal or "") + sum(len(n) + len(a) for n, a in calls)
    return Message(content, reasoning, refusal, list(calls), finish, written // 4 + 1 if tokens is None else tokens)


def _call(index: int, name: str, arguments: str) -> dict[str, Any]:
    return {"id": f"call_{index}_{name}"[:40], "type": "function", "function": {"name": name, "arguments": arguments}}


def pieces(text: str) -> list[str]:
    return [text[i : i + PIECE] for i in range(0, len(text), PIECE)] if len(text) < 100_000 else _large(text)


def _large(text: str) -> list[str]:
    return [text[i : i + 8_192] for i in range(0, len(text), 8_192)]
