"""How other providers speak: each is a `Wire` between its own protocol and the server's script. Here what they share, and
Mistral, Groq and Ollama; Anthropic and Google have files of their own. As strict as the protocol: an unknown parameter, a missing one, a schema that the provider refuses.

    with ModelServer(wire=Ollama()) as server: ...

Written from the providers' own descriptions, and as small as the product needs: what it never sends is not understood.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Protocol

from tests.model_server.asked import PARAMETERS, Asked
from tests.model_server.replies import Message, pieces


class Wire(Protocol):
    provider: str
    base: str  # path of the base URL, as a user would enter it
    kind: str  # of a stream

    def read(self, path: str, headers: Mapping[str, str], body: dict[str, Any], number: int) -> Asked | None:
        """The request in the terms of the script; None for a path that there is not."""
        ...

    def key(self, headers: Mapping[str, str]) -> str: ...
    def whole(self, asked: Asked, said: Message) -> dict[str, Any]: ...
    def stream(self, asked: Asked, said: Message) -> Iterator[str]:
        """The reply in pieces; the last one ends it."""
        ...

    def error(self, status: int, text: str) -> str: ...


class Unsupported(Exception):
    """The server does not do what is asked; answered with 400, and no fault of who asked."""


def bearer(headers: Mapping[str, str]) -> str:
    return headers.get("authorization", "").removeprefix("Bearer ")


def unknown(body: Mapping[str, Any], known: Iterable[str], where: str = "") -> list[str]:
    return [f"unknown parameter {where}{k}" for k in sorted(set(body) - {*known})]


def decision(name: str, schema: Any) -> dict[str, Any]:
    return {"type": "json_schema", "json_schema": {"name": name or "decision", "schema": schema}}


def function(name: str, description: str, schema: Any) -> dict[str, Any]:
    return {"type": "function", "function": {"name": name, "description": description, "parameters": schema}}


def barren(schema: Any, at: str = "schema", closed: bool = True) -> list[str]:
    """Objects that can only ever be empty, and (closed) objects that are left open: strict providers take neither."""
    if isinstance(schema, list):
        return [f for i, s in enumerate(schema) for f in barren(s, f"{at}[{i}]", closed)]
    if not isinstance(schema, dict):
        return []
    found = []
    if str(schema.get("type", "")).lower() == "object":
        if not schema.get("properties"):
            found.append(f"{at}: an object without properties")
        if closed and schema.get("additionalProperties") is not False:
            found.append(f"{at}: additionalProperties must be false")
    for key in ("properties", "$defs"):
        for name, inner in (schema.get(key) or {}).items():
            found += barren(inner, f"{at}.{name}", closed)
    return found + [f for k in ("items", "anyOf") for f in barren(schema.get(k), f"{at}.{k}", closed)]


class OpenAILike:
    """Mistral and Groq: OpenAI's shapes with parameters of their own."""

    kind = "text/event-stream"

    def __init__(self, provider: str) -> None:
        self.provider = provider
        self.base, self.path = (
            ("/v1", "/v1/chat/completions") if provider == "mistralai" else ("", "/openai/v1/chat/completions")
        )
        theirs = (
            {"reasoning_format", "service_tier", "include_reasoning"}
            if provider == "groq"
            else {"safe_prompt", "random_seed"}
        )
        not_theirs = {"stream_options", "max_completion_tokens", "store"} if provider == "mistralai" else {"store"}
        self.known = (PARAMETERS | theirs) - not_theirs

    def key(self, headers: Mapping[str, str]) -> str:
        return bearer(headers)

    def read(self, path: str, headers: Mapping[str, str], body: dict[str, Any], number: int) -> Asked | None:
        if path != self.path:
            return None
        faults = unknown(body, self.known)
        wanted = (body.get("response_format") or {}).get("json_schema") or {}
        if wanted.get("strict"):
            faults += barren(wanted["schema"], "response_format.json_schema")
        return Asked({k: v for k, v in body.items() if k in PARAMETERS}, headers, number, tuple(faults))

    def whole(self, asked: Asked, said: Message) -> dict[str, Any]:
        choice = {"index": 0, "message": said.whole(), "finish_reason": said.finish}
        choice["message"] = self._theirs({k: v for k, v in choice["message"].items() if k != "refusal"})
        return {**self._head(asked, "chat.completion"), "choices": [choice], "usage": self._usage(asked, said)}

    def stream(self, asked: Asked, said: Message) -> Iterator[str]:
        head = self._head(asked, "chat.completion.chunk")
        for delta in map(self._theirs, said.deltas()):
            yield f"data: {json.dumps({**head, 'choices': [{'index': 0, 'delta': delta, 'finish_reason': None}]})}\n\n"
        last: dict[str, Any] = {
            **head,
            "choices": [{"index": 0, "delta": {"content": ""}, "finish_reason": said.finish}],
        }
        usage = self._usage(asked, said)
        last |= {"x_groq": {"id": "r", "usage": usage}} if self.provider == "groq" else {"usage": usage}
        yield f"data: {json.dumps(last)}\n\n"
        yield "data: [DONE]\n\n"

    def _theirs(self, message: dict[str, Any]) -> dict[str, Any]:
        """Reasoning: Groq has a field for it, Mistral a block of the content."""
        if "reasoning_content" not in message:
            return message
        thought = message.pop("reasoning_content")
        if self.provider == "groq":
            return {**message, "reasoning": thought}
        blocks: list[dict[str, Any]] = [{"type": "thinking", "thinking": [{"type": "text", "text": thought}]}]
        said = message.get("content")
        return {**message, "content": [*blocks, {"type": "text", "text": said}] if said else blocks}

    def error(self, status: int, text: str) -> str:
        if self.provider == "groq":
            return json.dumps({"error": {"message": text, "type": "invalid_request_error", "code": "scripted"}})
        return json.dumps({"object": "error", "message": text, "type": "invalid_request_error", "code": "1500"})

    def _head(self, asked: Asked, kind: str) -> dict[str, Any]:
        return {"id": f"r{asked.number}", "object": kind, "created": 1_700_000_000, "model": asked.model}

    def _usage(self, asked: Asked, said: Message) -> dict[str, int]:
        return {
            "prompt_tokens": asked.tokens,
            "completion_tokens": said.tokens,
            "total_tokens": asked.tokens + said.tokens,
        }


class Ollama:
    """thinks: whether the model does; one that does not refuses to be asked for it."""

    provider, base, kind = "ollama", "", "application/x-ndjson"
    known = frozenset({"model", "messages", "stream", "format", "options", "tools", "keep_alive", "think"})

    def __init__(self, thinks: bool = True) -> None:
        self.thinks = thinks

    def key(self, headers: Mapping[str, str]) -> str:
        return bearer(headers)

    def read(self, path: str, headers: Mapping[str, str], body: dict[str, Any], number: int) -> Asked | None:
        if path != "/api/chat":
            return None
        if body.get("think") and not self.thinks:
            raise Unsupported(f'"{body["model"]}" does not support thinking')
        faults = unknown(body, self.known) + unknown(
            body.get("options") or {}, {"num_predict", "num_ctx", "temperature"}
        )
        options = body.get("options") or {}
        as_told = {"model": body["model"], "messages": body["messages"], "max_tokens": options.get("num_predict")}
        as_told |= {"stream": body.get("stream", True)} | ({"tools": body["tools"]} if body.get("tools") else {})
        if body.get("format"):
            as_told["response_format"] = decision(body["format"].get("title", ""), body["format"])
        return Asked(as_told, headers, number, tuple(faults))

    def whole(self, asked: Asked, said: Message) -> dict[str, Any]:
        calls = [{"function": {"name": n, "arguments": json.loads(a)}} for n, a in said.calls]
        message = {"role": "assistant", "content": said.content or said.refusal or ""}
        message |= ({"thinking": said.reasoning} if said.reasoning else {}) | ({"tool_calls": calls} if calls else {})
        return {**self._head(asked), "message": message, **self._end(asked, said)}

    def stream(self, asked: Asked, said: Message) -> Iterator[str]:
        for name, text in (("thinking", said.reasoning), ("content", said.content or said.refusal or "")):
            for p in pieces(text):
                message = {"role": "assistant", "content": "", name: p}
                yield json.dumps({**self._head(asked), "message": message, "done": False}) + "\n"
        calls = [{"function": {"name": n, "arguments": json.loads(a)}} for n, a in said.calls]
        last = {"role": "assistant", "content": ""} | ({"tool_calls": calls} if calls else {})
        yield json.dumps({**self._head(asked), "message": last, **self._end(asked, said)}) + "\n"

    def error(self, status: int, text: str) -> str:
        return json.dumps({"error": text})

    def _head(self, asked: Asked) -> dict[str, Any]:
        return {"model": asked.model, "created_at": "2026-11-24T00:00:00Z"}

    def _end(self, asked: Asked, said: Message) -> dict[str, Any]:
        reason = "length" if said.finish == "length" else "stop"
        took = dict.fromkeys(("total_duration", "load_duration", "prompt_eval_duration", "eval_duration"), 1)
        return {
            "done": True,
            "done_reason": reason,
            "prompt_eval_count": asked.tokens,
            "eval_count": said.tokens,
            **took,
        }
