"""One request to /v1/chat/completions: what it asks, and whether it is well formed.

`faults` says what a strict provider would refuse: unknown parameters, a tool result without its call, a schema that strict
mode does not take. It does not judge what the prompt says.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

Way = Literal["native", "tool", "json", "text"]  # how a typed decision is asked for

PARAMETERS = {
    "model", "messages", "stream", "stream_options", "temperature", "top_p", "max_tokens", "max_completion_tokens", "stop",
    "n", "seed", "user", "tools", "tool_choice", "parallel_tool_calls", "response_format", "frequency_penalty",
    "presence_penalty", "logit_bias", "logprobs", "top_logprobs", "reasoning_effort", "metadata", "store",
}  # fmt: skip
NAME = re.compile(r"[a-zA-Z0-9_-]{1,64}")
ROLES = {"system", "developer", "user", "assistant", "tool"}


@dataclass(frozen=True)
class Asked:
    body: Mapping[str, Any]
    headers: Mapping[str, str] = field(default_factory=dict)  # names in lower case
    number: int = 0  # 1 for the first request the server got
    refused: Sequence[str] = ()  # what the provider's own protocol finds wrong with it

    @cached_property
    def model(self) -> str:
        return str(self.body.get("model", ""))

    @cached_property
    def stream(self) -> bool:
        return bool(self.body.get("stream"))

    @cached_property
    def messages(self) -> Sequence[Mapping[str, Any]]:
        found = self.body.get("messages")
        return [m for m in found if isinstance(m, dict)] if isinstance(found, list) else []

    @cached_property
    def text(self) -> str:
        """Everything the messages say, in order."""
        return "\n".join(_said(m.get("content")) for m in self.messages)

    @cached_property
    def tools(self) -> Mapping[str, Mapping[str, Any]]:
        """Offered tools: name → JSON schema of the arguments."""
        offered = [t.get("function", {}) for t in self.body.get("tools") or []]
        return {t.get("name", ""): t.get("parameters", {}) for t in offered}

    @cached_property
    def forced(self) -> str:
        """The tool that must be called, or the only one that is offered; else ""."""
        choice = self.body.get("tool_choice")
        if isinstance(choice, dict):
            return str(choice.get("function", {}).get("name", ""))
        return next(iter(self.tools)) if len(self.tools) == 1 and choice != "none" else ""

    @cached_property
    def way(self) -> Way:
        kind = (self.body.get("response_format") or {}).get("type", "text")
        if kind == "json_schema":
            return "native"
        return "tool" if self.forced else "json" if kind == "json_object" else "text"

    @cached_property
    def schema(self) -> str:
        """The name of the schema, or tool, that the reply has to fit; "" when none is named."""
        if self.way == "native":
            return str(self.body["response_format"].get("json_schema", {}).get("name", ""))
        return self.forced

    @cached_property
    def fields(self) -> set[str]:
        """Names of the fields that the wanted decision has; empty when it is asked for in words only."""
        if self.way == "native":
            return set(self.body["response_format"].get("json_schema", {}).get("schema", {}).get("properties", {}))
        return set(self.tools[self.forced].get("properties", {})) if self.forced in self.tools else set()

    @cached_property
    def tokens(self) -> int:
        """A rough count of the prompt's tokens: four characters each."""
        return max(1, len(self.text) // 4)

    @cached_property
    def most(self) -> int:
        """Tokens that the reply may have; 0: no limit was asked for."""
        return int(self.body.get("max_tokens") or self.body.get("max_completion_tokens") or 0)

    @cached_property
    def faults(self) -> list[str]:
        found = [f"unknown parameter {p}" for p in sorted(set(self.body) - PARAMETERS)]
        if not self.model:
            found.append("no model")
        if not self.messages or len(self.messages) != len(self.body.get("messages") or []):
            found.append("messages must be a list of objects, at least one")
        found += _message_faults(self.messages)
        found += [f"a tool's name is {n!r}" for n in self.tools if not NAME.fullmatch(n)]
        found += [f"the arguments of {n} are no object schema" for n, s in self.tools.items() if not _is_object(s)]
        if self.body.get("tool_choice") is not None and not self.tools:
            found.append("tool_choice without tools")
        if self.forced and self.forced not in self.tools:
            found.append(f"tool_choice names {self.forced}, which is not among the tools")
        if self.body.get("stream_options") and not self.stream:
            found.append("stream_options without stream")
        return [*self.refused, *found, *_format_faults(self.body.get("response_format"))]


def _said(content: Any) -> str:
    if isinstance(content, str):
        return content
    parts = content if isinstance(content, list) else []
    return "".join(str(p.get("text", "")) for p in parts if isinstance(p, dict))


def _is_object(schema: Any) -> bool:
    return isinstance(schema, dict) and schema.get("type") == "object"


def _message_faults(messages: Sequence[Mapping[str, Any]]) -> list[str]:
    found: list[str] = []
    open_calls: list[str] = []
    for m in messages:
        role = m.get("role")
        if role not in ROLES:
            found.append(f"unknown role {role!r}")
        if role == "tool":
            if m.get("tool_call_id") not in open_calls:
                found.append(f"a tool message answers {m.get('tool_call_id')!r}, which was not called")
            else:
                open_calls.remove(m["tool_call_id"])
            continue
        if open_calls:
            found.append(f"the calls {open_calls} were not answered before the next message")
        open_calls = [c.get("id", "") for c in m.get("tool_calls") or []]
        for call in m.get("tool_calls") or []:
            if not _is_json_object(call.get("function", {}).get("arguments")):
                found.append("a tool call sent back has arguments that are no JSON object")
        if role != "assistant" and not _said(m.get("content")):
            found.append(f"an empty {role} message")
        if role == "assistant" and not m.get("content") and not m.get("tool_calls") and not m.get("refusal"):
            found.append("an assistant message that says nothing")
    if open_calls:
        found.append(f"the calls {open_calls} were never answered")
    return found


def _is_json_object(text: Any) -> bool:
    try:
        return isinstance(text, str) and isinstance(json.loads(text), dict)
    except ValueError:
        return False


def _format_faults(wanted: Any) -> list[str]:
    if wanted is None or wanted.get("type") in ("text", "json_object"):
        return []
    if wanted.get("type") != "json_schema":
        return [f"unknown response_format {wanted.get('type')!r}"]
    spec = wanted.get("json_schema") or {}
    if not NAME.fullmatch(str(spec.get("name", ""))):
        return [f"the schema's name is {spec.get('name')!r}"]
    if not _is_object(spec.get("schema")):
        return ["the schema is no object schema"]
    return _strict_faults(spec["schema"], spec["name"]) if spec.get("strict") else []


def _strict_faults(schema: Any, at: str) -> list[str]:
    """Strict mode: every object closed, every property required."""
    if isinstance(schema, list):
        return [f for i, s in enumerate(schema) for f in _strict_faults(s, f"{at}[{i}]")]
    if not isinstance(schema, dict):
        return []
    found = []
    if schema.get("type") == "object":
        if schema.get("additionalProperties") is not False:
            found.append(f"strict schema: {at} must set additionalProperties to false")
        if missing := set(schema.get("properties", {})) - set(schema.get("required", [])):
            found.append(f"strict schema: {at} must require {sorted(missing)}")
    for key in ("properties", "$defs", "definitions"):
        for name, inner in (schema.get(key) or {}).items():
            found += _strict_faults(inner, f"{at}.{name}")
    return found + [f for k in ("items", "anyOf", "allOf") for f in _strict_faults(schema.get(k), f"{at}.{k}")]
