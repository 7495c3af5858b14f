"""One chat model behind one method: `say`. With `compatible.py` the only module that imports a provider's
SDK, and only when it is used.

It makes one attempt, within a total time. Retrying, falling back, budgets and meaning are others' work.
"""

from __future__ import annotations

import asyncio
import os
import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast

from agents.models.faults import Busy, ModelFault, Unsupported, Unusable, status_of, translate
from agents.models.learned import Learned, Mode
from agents.models.prices import context_of
from agents.models.quirks import Quirks
from agents.models.shapes import closed, unbounded
from agents.models.spec import PROVIDERS, ModelSettings, Spec
from agents.models.tokens import Scale, estimate

Message = tuple[Literal["system", "user", "assistant"], str]
SAFE_CONTEXT = 8_192
KEY = "GROUNDWORK_MODEL_KEY"  # for models at an address of their own
_THINK = re.compile(r"<(think|thinking|reasoning)>(.*?)(?:</\1>|\Z)|\[(THINK)\](.*?)(?:\[/THINK\]|\Z)", re.S | re.I)
_ENDED = re.compile(
    r"\A(?:(?!<(?:think|thinking|reasoning)>).)*?</(?:think|thinking|reasoning)>", re.S | re.I
)  # begun by the prompt
MOST_FOR_ESTIMATED = 10  # billed tokens for an estimated one; more is no bill but a fault
_LIMIT = {"google_genai": "max_output_tokens"}
_CLOSING = ("anthropic", "mistralai")  # their structured output closes every object of a schema


@dataclass(frozen=True)
class Reply:
    text: str  # without the reasoning
    reasoning: str
    decided: Any  # arguments of the function call in the mode "tools" (dict or str), else None
    input_tokens: int
    output_tokens: int
    cut: bool  # the reply ended because it was too long
    refusal: str  # why it declines, when it says nothing else
    filtered: bool  # it ended because the provider let no more through
    seconds: float

    @property
    def silent(self) -> bool:
        """It says nothing, or not to its end because it thought for too long."""
        return self.decided is None and (not self.text or len(self.reasoning) > 3 * len(self.text))


class Chat:
    """Made per model and event loop; safe for calls at the same time."""

    def __init__(self, spec: Spec, settings: ModelSettings) -> None:
        self.spec, self.name = spec, str(spec)
        self.timeout = settings.timeout
        self.learned = Learned(settings.context or context_of(spec) or SAFE_CONTEXT)
        self.scale = Scale()
        # Ollama's package keeps what the model thought only when it is asked to.
        self._quirks = Quirks(spec, thinks=spec.provider == "ollama")
        self._model: Any = None

    @property
    def context(self) -> int:
        """Tokens that a prompt and its reply may have together, at the moment."""
        return self.learned.context

    async def say(
        self,
        messages: Sequence[Message],
        most: int,
        mode: Mode = "text",
        schema: Mapping[str, Any] | None = None,
        hear: Callable[[str, str], None] | None = None,
        seconds: float = 0.0,
    ) -> Reply:
        """One attempt. most: tokens of the reply. hear(text, reasoning) gets the pieces of a streamed reply. seconds: for
        this one, where it is to be less than the timeout.

        Raises ModelFault.
        """
        began, seconds = time.monotonic(), seconds or self.timeout
        come: list[str] = []  # of a streamed reply, so far

        def hears(text: str, reasoning: str) -> None:
            come.extend((text, reasoning))
            if hear is not None:
                hear(text, reasoning)

        most = min(most, self._quirks.most or most)
        asked = messages if self._quirks.system else without_system(messages)
        try:
            model = await asyncio.to_thread(self._open)  # loading an SDK is none of the model's time to answer
            began = time.monotonic()
            async with asyncio.timeout(seconds):
                kwargs = self._limits(most)
                if hear is not None:
                    kwargs |= {"reasoning": True} if self._quirks.thinks else {}
                    message = await self._streamed(model, asked, kwargs, hears, most)
                else:
                    message = await self._asked(model, asked, kwargs, mode, schema)
            return self._reply(message, messages, most, time.monotonic() - began)
        except ModelFault as e:
            e.begun = "".join(come)
            raise
        except Exception as e:  # whatever an SDK raises: translated here, once
            fault = translate(e, self.name, seconds)
            fault.begun = "".join(come)
            told = f"{type(e).__name__} {e}"
            if not isinstance(fault, Busy) and self._quirks.learn(status_of(e), told, hear is not None, most):
                self._model = None
                raise Busy(str(fault), 0.0) from e
            raise fault from e

    def _limits(self, most: int) -> dict[str, Any]:
        if self.spec.provider == "ollama":
            return {"options": {"num_predict": most, "num_ctx": self.context}}
        return {_LIMIT.get(self.spec.provider, "max_tokens"): most}

    async def _asked(
        self, model: Any, messages: Sequence[Message], kwargs: dict[str, Any], mode: Mode, schema: Any
    ) -> Any:
        if not self.spec.base_url and self.spec.provider != "ollama":
            schema = unbounded(schema)
        if mode == "native":
            schema = closed(schema) if self.spec.provider in _CLOSING else schema
            try:
                bound: Any = model.with_structured_output(schema, method="json_schema", include_raw=True)
            except (ValueError, NotImplementedError, TypeError) as e:
                raise Unsupported(f"{self.name} has no native structured output.") from e
            # Only the call: LangChain's own parser behind it takes minutes over a long reply that is no JSON (measured),
            # and drops what is given with the call, the limit on the reply's length among it.
            try:
                return await bound.first.steps__["raw"].ainvoke([*messages], **kwargs)
            except Exception as e:  # OpenAI's SDK raises what it got when that was cut off
                if (cut := _cut_off(e)) is None:
                    raise
                return cut
        if mode == "tools":
            function = {"name": schema["title"], "description": "Give your decision.", "parameters": schema}
            try:
                bound = model.bind_tools([{"type": "function", "function": function}], tool_choice=schema["title"])
            except (ValueError, NotImplementedError, TypeError) as e:
                raise Unsupported(f"{self.name} cannot call tools.") from e
            return await bound.ainvoke([*messages], **kwargs)
        return await model.ainvoke([*messages], **kwargs)

    async def _streamed(
        self,
        model: Any,
        messages: Sequence[Message],
        kwargs: dict[str, Any],
        hear: Callable[[str, str], None],
        most: int,
    ) -> Any:
        whole: Any = None
        said, thought, length, usage = "", "", 0, None
        async for chunk in model.astream([*messages], **kwargs):
            whole = chunk if whole is None else whole + chunk
            usage = getattr(chunk, "usage_metadata", None) or usage
            text, reasoning = _content(chunk)
            said, thought, length = said + text, thought + reasoning, length + len(text) + len(reasoning)
            if text or reasoning:
                hear(text, reasoning)
            if length > longest(most):
                whole.response_metadata["finish_reason"] = "length"  # the server does not know the limit it was given
                break
        if whole is None:
            raise Busy(f"{self.name} gave an empty reply.")
        # What was heard is what it said: the sum of pieces of different shapes may lose some of them.
        whole.content, whole.additional_kwargs["reasoning_content"] = said, thought
        if usage and self.spec.provider == "openai":
            whole.usage_metadata = usage  # some tell it with every piece, each time the whole: the last one counts
        if length > longest(most):
            return whole
        if not _finish(whole) and getattr(whole, "chunk_position", None) != "last":
            raise Busy(f"The reply of {self.name} broke off.")
        return whole

    def _reply(self, message: Any, messages: Sequence[Message], most: int, seconds: float) -> Reply:
        text, reasoning = (well_formed(x) for x in _content(message))
        cut = _finish(message) in ("length", "max_tokens", "MAX_TOKENS", "model_length") or len(text) > longest(most)
        text, reasoning = text[: longest(most)], reasoning[: longest(most)]
        if _ENDED.match(text):
            text = f"<think>{text}"
        found = [(m[2] or m[4] or "").strip() for m in _THINK.finditer(text)]
        text = _THINK.sub("", text).strip()
        calls = getattr(message, "tool_calls", None) or []
        broken = getattr(message, "invalid_tool_calls", None) or []
        decided = calls[0]["args"] if calls else broken[0]["args"] if broken else None
        decided = decided[: longest(most)] if isinstance(decided, str) else decided
        usage = getattr(message, "usage_metadata", None) or {}
        asked = sum(estimate(t) + 4 for _, t in messages)
        billed, out = _billed(usage, "input_tokens", asked), _billed(usage, "output_tokens", most)
        if billed:
            self.scale.learn(asked, billed)
        return Reply(
            text=text,
            reasoning="\n".join(x for x in (reasoning, *found) if x),
            decided=decided,
            input_tokens=billed or asked,
            output_tokens=out or estimate(text + reasoning + str(decided or "")),
            cut=cut,
            refusal="" if text else str(message.additional_kwargs.get("refusal") or "")[:200],
            filtered=_finish(message) in ("content_filter", "refusal", "SAFETY"),
            seconds=seconds,
        )

    def _open(self) -> Any:
        if self._model is None:
            self._model = _open(self.spec, self.timeout, self._quirks)
        return self._model


def _cut_off(error: Exception) -> Any:
    """The message that an SDK would not give because it was too long; None when that is not the error."""
    if type(error).__name__ != "LengthFinishReasonError":
        return None
    from langchain_core.messages import AIMessage

    said = cast(Any, error).completion.choices[0].message.content
    return AIMessage(said or "", response_metadata={"finish_reason": "length"})


def longest(most: int) -> int:
    """Characters that a reply of `most` tokens may have; a server that sends more did not keep to its limit."""
    return most * 12 + 2_000


def well_formed(text: str) -> str:
    """Without halves of characters, which a model may write as an escape and no file or database takes."""
    return text.encode("utf-8", "replace").decode()


def _billed(usage: Mapping[str, Any], name: str, expected: int) -> int:
    """0 when it was not told, or is no count that this call can have had."""
    told = usage.get(name)
    return told if isinstance(told, int) and 0 < told <= expected * MOST_FOR_ESTIMATED + 1_000 else 0


def _content(message: Any) -> tuple[str, str]:
    """(text, reasoning) of a message or a piece of one, in whichever shape the provider gives them."""
    texts, thoughts = [], []
    content = message.content
    if isinstance(content, str):
        texts.append(content)
    else:
        for block in message.content_blocks:
            if block["type"] == "text":
                texts.append(block["text"])
            elif block["type"] == "reasoning":
                thoughts.append(block.get("reasoning") or "")
    more = message.additional_kwargs.get("reasoning_content")
    if isinstance(more, str):
        thoughts.append(more)
    return "".join(texts), "".join(thoughts)


def _finish(message: Any) -> str:
    told = message.response_metadata
    return str(told.get("finish_reason") or told.get("stop_reason") or told.get("done_reason") or "")


def without_system(messages: Sequence[Message]) -> list[Message]:
    """For models whose template knows no system message: said at the head of the first message of the user."""
    out: list[Message] = []
    system = "\n\n".join(text for role, text in messages if role == "system")
    for role, text in messages:
        if role == "user" and system:
            text, system = f"{system}\n\n{text}", ""
        if role != "system":
            out.append((role, text))
    return out


def _open(spec: Spec, timeout: float, quirks: Quirks) -> Any:
    """The LangChain model. Raises Unusable when its package or its key is missing."""
    package, extra, variable = PROVIDERS[spec.provider]
    if variable and not spec.base_url and not os.environ.get(variable):
        raise Unusable(f"{spec} needs a key: set {variable} in the environment and start Groundwork again.")
    try:
        if spec.provider == "openai":
            from agents.models.compatible import open_openai

            key = os.environ.get(KEY, "") if spec.base_url else os.environ[variable]
            return open_openai(spec, key, timeout, quirks)
        from langchain.chat_models import init_chat_model

        more: dict[str, Any] = {"timeout": timeout, "max_retries": 0}
        if spec.provider == "ollama":
            more = {"client_kwargs": {"timeout": timeout}}
        elif spec.provider == "google_genai":
            more["max_retries"] = 1
        if spec.base_url:
            more |= {"base_url": spec.base_url} | ({"api_key": os.environ.get(KEY, "none")} if variable else {})
        return init_chat_model(spec.name, model_provider=spec.provider, **more)
    except ImportError as e:
        raise Unusable(
            f"The package for {spec.provider} is not installed: pip install 'groundwork[{extra}]' ({package})."
        ) from e
