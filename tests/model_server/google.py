"""Google's protocol: generateContent and streamGenerateContent."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tests.model_server.asked import Asked
from tests.model_server.replies import Message, pieces
from tests.model_server.wires import barren, decision, function, unknown


class Google:
    provider, base, kind = "google_genai", "", "text/event-stream"
    known = frozenset(
        {
            "contents",
            "systemInstruction",
            "safetySettings",
            "generationConfig",
            "tools",
            "toolConfig",
            "cachedContent",
        }
    )
    config = frozenset({"temperature", "candidateCount", "maxOutputTokens", "responseMimeType", "responseSchema", "responseJsonSchema",
              "topP", "topK", "stopSequences", "thinkingConfig", "seed"})  # fmt: skip

    def key(self, headers: Mapping[str, str]) -> str:
        return headers.get("x-goog-api-key", "")

    def read(self, path: str, headers: Mapping[str, str], body: dict[str, Any], number: int) -> Asked | None:
        found = re.fullmatch(r"/v1beta/models/([^:/]+):(generateContent|streamGenerateContent\?alt=sse)", path)
        if not found:
            return None
        config = body.get("generationConfig") or {}
        faults = unknown(body, self.known) + unknown(config, self.config, "generation_config.")
        messages = [{"role": {"model": "assistant"}.get(c["role"], c["role"]), "content": _texts(c)} for c in body["contents"]]  # fmt: skip
        if body.get("systemInstruction"):
            messages.insert(0, {"role": "system", "content": _texts(body["systemInstruction"])})
        as_told: dict[str, Any] = {"model": found[1], "messages": messages, "stream": found[2] != "generateContent"}
        as_told["max_tokens"] = config.get("maxOutputTokens")
        schema = config.get("responseJsonSchema") or config.get("responseSchema")
        if schema:
            as_told["response_format"] = decision(schema.get("title", ""), schema)
        if declared := [d for t in body.get("tools") or [] for d in t["functionDeclarations"]]:
            faults += [f for d in declared for f in barren(d["parameters"], "parameters", closed=False)]
            as_told["tools"] = [
                function(d["name"], d.get("description", ""), _lower(d["parameters"])) for d in declared
            ]
            names = ((body.get("toolConfig") or {}).get("functionCallingConfig") or {}).get("allowedFunctionNames")
            as_told["tool_choice"] = {"type": "function", "function": {"name": names[0]}} if names else "auto"
        return Asked(as_told, headers, number, tuple(faults))

    def whole(self, asked: Asked, said: Message) -> dict[str, Any]:
        parts: list[dict[str, Any]] = [{"text": said.reasoning, "thought": True}] if said.reasoning else []
        parts += [{"text": said.content or said.refusal}] if said.content or said.refusal else []
        parts += [{"functionCall": {"name": n, "args": json.loads(a)}} for n, a in said.calls]
        return self._told(asked, parts, said, self._finish(said))

    def stream(self, asked: Asked, said: Message) -> Iterator[str]:
        parts = [{"text": p, "thought": True} for p in pieces(said.reasoning)]
        parts += [{"text": p} for p in pieces(said.content or said.refusal or "")] or [{"text": ""}]
        for i, part in enumerate(parts):
            last = i == len(parts) - 1
            yield f"data: {json.dumps(self._told(asked, [part], said, self._finish(said) if last else None))}\r\n\r\n"

    def error(self, status: int, text: str) -> str:
        named = {400: "INVALID_ARGUMENT", 404: "NOT_FOUND", 429: "RESOURCE_EXHAUSTED", 503: "UNAVAILABLE"}
        return json.dumps({"error": {"code": status, "message": text, "status": named.get(status, "INTERNAL")}})

    def _finish(self, said: Message) -> str:
        return {"length": "MAX_TOKENS", "content_filter": "SAFETY"}.get(said.finish, "STOP")

    def _told(self, asked: Asked, parts: Sequence[Any], said: Message, finish: str | None) -> dict[str, Any]:
        usage = {"promptTokenCount": asked.tokens, "candidatesTokenCount": said.tokens, "totalTokenCount": asked.tokens + said.tokens}  # fmt: skip
        candidate = {"content": {"role": "model", "parts": parts}, "index": 0} | (
            {"finishReason": finish} if finish else {}
        )
        return {"candidates": [candidate], "usageMetadata": usage, "modelVersion": asked.model, "responseId": "r"}


def _texts(content: Mapping[str, Any]) -> str:
    return "".join(p.get("text", "") for p in content["parts"])


def _lower(schema: Any) -> Any:
    """Google writes the types of its schemas in capitals."""
    if isinstance(schema, list):
        return [_lower(s) for s in schema]
    if not isinstance(schema, dict):
        return schema
    return {k: v.lower() if k == "type" and isinstance(v, str) else _lower(v) for k, v in schema.items()}
