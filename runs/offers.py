"""Language models found on their own: a key in the environment, or Ollama answering on this machine. Nothing is chosen here."""

from __future__ import annotations

import json
import os
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from agents.models.spec import PROVIDERS

OLLAMA = "http://127.0.0.1:11434"
_USUAL = {
    "openai": "gpt-5-mini",
    "anthropic": "claude-sonnet-4-5",
    "google_genai": "gemini-2.5-flash",
    "mistralai": "mistral-small-latest",
    "groq": "llama-3.3-70b-versatile",
}
_WAIT = 0.4  # seconds for Ollama's answer; on this machine it takes milliseconds


@dataclass(frozen=True)
class Offer:
    model: str
    why: str  # for users


def found(environment: Mapping[str, str] | None = None) -> list[Offer]:
    """What could be used at once, those on this machine first."""
    env = os.environ if environment is None else environment
    offers = [Offer(f"ollama:{n}", "Ollama answers on this machine") for n in _ollama(env.get("OLLAMA_HOST", ""))]
    for provider, (_, _, variable) in PROVIDERS.items():
        if variable and env.get(variable, "").strip():
            offers.append(Offer(f"{provider}:{_USUAL[provider]}", f"{variable} is set in the environment"))
    return offers


def _ollama(host: str) -> list[str]:
    """Names of the models that Ollama has, at most three; [] when it is not there or not on this machine."""
    address = host if host.startswith("http") else f"http://{host}" if host else OLLAMA
    try:
        if urlsplit(address).hostname not in ("127.0.0.1", "localhost", "::1"):
            return []
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(f"{address.rstrip('/')}/api/tags", timeout=_WAIT) as reply:
            told = json.loads(reply.read(1_000_000))
        return [str(m["name"]) for m in told["models"]][:3]
    except (OSError, ValueError, KeyError, TypeError):
        return []
