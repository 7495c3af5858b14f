"""What names a model: "openai:gpt-5-mini", "ollama:qwen3", "openai:qwen@http://127.0.0.1:8080/v1"; and how it is used.

Holds no key: keys are read from the environment when a model is opened, and never leave `chat.py`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

# Provider -> (package of its LangChain integration, the extra that installs it, variable of its key)
PROVIDERS: dict[str, tuple[str, str, str]] = {
    "openai": ("langchain_openai", "openai", "OPENAI_API_KEY"),
    "anthropic": ("langchain_anthropic", "anthropic", "ANTHROPIC_API_KEY"),
    "google_genai": ("langchain_google_genai", "google-genai", "GOOGLE_API_KEY"),
    "ollama": ("langchain_ollama", "ollama", ""),
    "mistralai": ("langchain_mistralai", "mistralai", "MISTRAL_API_KEY"),
    "groq": ("langchain_groq", "groq", "GROQ_API_KEY"),
}
_ENDPOINT = re.compile(r"/(?:chat/completions|completions|responses|models)/?$")  # copied with the address
_ALIASES = {"google-genai": "google_genai", "google": "google_genai", "gemini": "google_genai", "mistral": "mistralai"}


class BadSpec(ValueError):
    """This does not name a model. Read by users."""


@dataclass(frozen=True)
class Spec:
    provider: str
    name: str
    base_url: str = ""

    def __str__(self) -> str:
        return f"{self.provider}:{self.name}" + (f"@{self.base_url}" if self.base_url else "")

    @property
    def local(self) -> bool:
        """At this machine's own address, where nothing is billed and no proxy stands between."""
        host = urlsplit(self.base_url).hostname or ""
        return host in ("localhost", "::1") or host.startswith("127.")

    @classmethod
    def parse(cls, text: str) -> Spec:
        """Raises BadSpec."""
        text = text.strip()
        named, at, base = text.partition("@http")
        base = _ENDPOINT.sub("", f"http{base}".strip().rstrip("/")) if at else ""
        provider, colon, name = named.partition(":")
        provider, name = provider.strip().lower(), name.strip()
        provider = _ALIASES.get(provider, provider)
        if not colon or not name or not re.fullmatch(r"[\w-]+", provider):
            raise BadSpec(
                f"“{text[:80]}” names no model. Write provider:name, for example openai:gpt-5-mini or "
                "openai:NAME@http://127.0.0.1:8080/v1 for an OpenAI-compatible address."
            )
        if provider not in PROVIDERS:
            raise BadSpec(f"The provider “{provider}” is not known. Known are: {', '.join(PROVIDERS)}.")
        if base:
            parts = urlsplit(base)
            if not parts.hostname or parts.username or parts.password:
                raise BadSpec("The address of the model must be a plain URL with a host, without a user or a password.")
        return cls(provider, name, base)


@dataclass(frozen=True)
class ModelSettings:
    """How models are used. Empty `model`: the built-in agent alone."""

    model: str = ""
    fallbacks: tuple[str, ...] = ()
    roles: Mapping[str, str] = field(default_factory=dict)  # role -> model, where it is not the general one
    context: int = 0  # tokens that a prompt and its reply may have together; 0: what is known of the model, else 8,192
    timeout: float = 120.0  # seconds for one call, all of it
    backoff: float = 0.5  # seconds before the first further try; doubles

    def of_role(self, role: str) -> str:
        return self.roles.get(role) or self.model
