"""Anthropic's protocol: /v1/messages."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from tests.model_server.asked import Asked
from tests.model_server.replies import Message, pieces
from tests.model_server.wires import barren, bearer, decision, function, unknown


class Anthropic:
    provider, base, kind = "anthropic", "", "text/event-stream"
    known = frozenset({"model", "max_tokens", "messages", "system", "stream", "temperature", "top_p", "top_k", "stop_sequences", "tools",
             "tool_choice", "metadata", "thinking", "output_config"})  # fmt: skip

    def key(self, headers: Mapping[str, str]) -> str:
        return headers.get("x-api-key") or bearer(headers)

    def read(self, path: str, headers: Mapping[str, str], body: dict[str, Any], number: int) -> Asked | None:
        if path != "/v1/messages":
            return None
        faults = unknown(body, self.known)
        faults += [] if headers.get("anthropic-version") else ["anthropic-version: header is required"]
        faults += [] if isinstance(body.get("max_tokens"), int) else ["max_tokens: Field required"]
        faults += ["messages: roles must be user or assistant"] * any(
            m["role"] not in ("user", "assistant") for m in body["messages"]
        )
        wanted = (body.get("output_config") or {}).get("format")
        as_told: dict[str, Any] = {"model": body["model"], "max_tokens": body.get("max_tokens")}
        if wanted:
            faults += barren(wanted["schema"], "output_config.format.schema")
            as_told["response_format"] = decision(wanted["schema"].get("title", ""), wanted["schema"])
        if body.get("tools"):
            as_told["tools"] = [function(t["name"], t.get("description", ""), t["input_schema"]) for t in body["tools"]]
            chosen = (body.get("tool_choice") or {}).get("name")
            as_told["tool_choice"] = {"type": "function", "function": {"name": chosen}} if chosen else "auto"
        system = [{"role": "system", "content": body["system"]}] if body.get("system") else []
        as_told |= {"messages": [*system, *body["messages"]], "stream": bool(body.get("stream"))}
        return Asked(as_told, headers, number, tuple(faults))

    def whole(self, asked: Asked, said: Message) -> dict[str, Any]:
        blocks: list[dict[str, Any]] = []
        if said.reasoning:
            blocks.append({"type": "thinking", "thinking": said.reasoning, "signature": "s"})
        if said.content or said.refusal:
            blocks.append({"type": "text", "text": said.content or said.refusal})
        blocks += [{"type": "tool_use", "id": f"toolu_{i}", "name": n, "input": json.loads(a)} for i, (n, a) in enumerate(said.calls)]  # fmt: skip
        return {
            **self._head(asked),
            "content": blocks,
            "stop_reason": self._stop(said),
            "usage": self._usage(asked, said),
        }

    def stream(self, asked: Asked, said: Message) -> Iterator[str]:
        yield self._event("message_start", message={**self._head(asked), "content": [], "stop_reason": None, "usage": {"input_tokens": asked.tokens, "output_tokens": 1}})  # fmt: skip
        blocks = [
            ("thinking", "thinking_delta", said.reasoning),
            ("text", "text_delta", said.content or said.refusal or ""),
        ]
        for i, (kind, delta, text) in enumerate(b for b in blocks if b[2]):
            yield self._event("content_block_start", index=i, content_block={"type": kind, kind: ""})
            for p in pieces(text):
                yield self._event("content_block_delta", index=i, delta={"type": delta, kind: p})
            yield self._event("content_block_stop", index=i)
        yield self._event("message_delta", delta={"stop_reason": self._stop(said), "stop_sequence": None}, usage=self._usage(asked, said))  # fmt: skip
        yield self._event("message_stop")

    def error(self, status: int, text: str) -> str:
        kind = {401: "authentication_error", 404: "not_found_error", 429: "rate_limit_error", 529: "overloaded_error"}
        told = {"type": kind.get(status, "invalid_request_error" if status < 500 else "api_error"), "message": text}
        return json.dumps({"type": "error", "error": told})

    def _event(self, kind: str, **more: Any) -> str:
        return f"event: {kind}\ndata: {json.dumps({'type': kind, **more})}\n\n"

    def _head(self, asked: Asked) -> dict[str, Any]:
        return {
            "id": f"msg_{asked.number}",
            "type": "message",
            "role": "assistant",
            "model": asked.model,
            "stop_sequence": None,
        }

    def _stop(self, said: Message) -> str:
        named = {"length": "max_tokens", "tool_calls": "tool_use", "content_filter": "refusal"}
        return named.get(said.finish, "end_turn")

    def _usage(self, asked: Asked, said: Message) -> dict[str, int]:
        return {"input_tokens": asked.tokens, "output_tokens": said.tokens}
