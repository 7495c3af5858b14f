"""OpenAI and every address that speaks its language: what LangChain's class leaves out for servers of others.

Kept apart because the class can only be made once the SDK is imported, which takes seconds.
"""

from __future__ import annotations

import os
from typing import Any

import httpx
from langchain_openai import ChatOpenAI

from agents.models.quirks import Quirks
from agents.models.spec import Spec


class _Compatible(ChatOpenAI):
    """Most other servers know `max_tokens` only, and give their reasoning as `reasoning_content`."""

    limit: str = "max_tokens"

    def _get_request_payload(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        payload = super()._get_request_payload(*args, **kwargs)
        if "max_completion_tokens" in payload:
            payload[self.limit] = payload.pop("max_completion_tokens")
        return payload

    def _convert_chunk_to_generation_chunk(self, chunk: dict, *args: Any, **kwargs: Any) -> Any:
        made = super()._convert_chunk_to_generation_chunk(chunk, *args, **kwargs)
        choices = chunk.get("choices") or []
        if made is not None and choices and (said := _reasoning(choices[0].get("delta") or {})):
            made.message.additional_kwargs["reasoning_content"] = said
        return made

    def _create_chat_result(self, response: Any, generation_info: dict | None = None) -> Any:
        result = super()._create_chat_result(response, generation_info)
        told = response if isinstance(response, dict) else response.model_dump(warnings=False)
        for generation, choice in zip(result.generations, told.get("choices") or [], strict=False):
            if said := _reasoning(choice.get("message") or {}):
                generation.message.additional_kwargs["reasoning_content"] = said
        return result


def _reasoning(message: dict[str, Any]) -> str:
    said = message.get("reasoning_content") or message.get("reasoning")
    return said if isinstance(said, str) else ""


def open_openai(spec: Spec, key: str, timeout: float, quirks: Quirks) -> ChatOpenAI:
    """A client of its own: LangChain's shared one is bound to whichever event loop used it first."""
    client = httpx.AsyncClient(timeout=timeout, trust_env=not spec.local)
    common: dict[str, Any] = {
        "model": spec.name,
        "api_key": key or "none",
        "timeout": timeout,
        "max_retries": 0,
        "stream_usage": quirks.usage_in_stream,
        "http_async_client": client,
    }
    if spec.base_url:
        url = spec.base_url + quirks.suffix
        return _Compatible(base_url=url, use_responses_api=False, limit=quirks.limit, **common)
    elsewhere = os.environ.get("OPENAI_BASE_URL") or os.environ.get("OPENAI_API_BASE")
    return _Compatible(limit=quirks.limit, **common) if elsewhere else ChatOpenAI(**common)
