"""Which model embeds a user's passages: the shipped one, or any LangChain `Embeddings` named by a setting.

Facts, routing and reading always use the shipped model (`memory/embedding.py`): their thresholds were fitted with it and
they must work without a network. A name is `built-in`, `provider:model` for the providers below, or the path of a class,
`package.module:Class`, that needs no arguments. Keys come from the environment, as each provider reads them.
"""

from __future__ import annotations

import importlib
import os
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from memory.embedding import BUILT_IN as BUILT_IN
from memory.embedding import Embedder
from memory.types import MemoryFault

if TYPE_CHECKING:
    import numpy as np

_BATCH = 64
# provider -> module, class, arguments beside `model`. OpenAI's class would fetch a tokenizer to measure texts that are
# far below its limit.
_PROVIDERS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "openai": ("langchain_openai", "OpenAIEmbeddings", {"check_embedding_ctx_length": False}),
    "ollama": ("langchain_ollama", "OllamaEmbeddings", {}),
    "google-genai": ("langchain_google_genai", "GoogleGenerativeAIEmbeddings", {}),
    "mistralai": ("langchain_mistralai", "MistralAIEmbeddings", {}),
}


class EmbeddingModel(Protocol):
    """`name` is what a collection remembers. Vectors are float32, L2-normalised; any dimension, always the same."""

    @property
    def name(self) -> str: ...
    def embed(self, texts: Sequence[str], progress: Callable[[int, int], None] | None = None) -> np.ndarray: ...
    def embed_one(self, text: str) -> np.ndarray: ...


def embedding_model(name: str, built_in: Embedder) -> EmbeddingModel:
    """The model of that name; nothing is loaded before its first use. Raises MemoryFault for a name of no known form."""
    if name.strip() in ("", BUILT_IN):
        return built_in
    provider, colon, model = name.strip().partition(":")
    if not colon or not model or (provider not in _PROVIDERS and "." not in provider):
        raise MemoryFault(
            f"{name!r} names no embedding model. Write {BUILT_IN}, {', '.join(f'{p}:MODEL' for p in _PROVIDERS)} "
            "or package.module:Class. Your documents are untouched."
        )
    return LangChainModel(name.strip(), provider, model)


class LangChainModel:
    """A LangChain `Embeddings` as an `EmbeddingModel`. Whatever goes wrong in it becomes a MemoryFault."""

    def __init__(self, name: str, provider: str, model: str) -> None:
        self.name = name
        self._provider, self._model = provider, model
        self._loaded: Any = None

    def embed(self, texts: Sequence[str], progress: Callable[[int, int], None] | None = None) -> np.ndarray:
        import numpy as np

        parts = []
        for at in range(0, len(texts), _BATCH):
            batch = [t or " " for t in texts[at : at + _BATCH]]
            parts.append(self._normalised(self._asked("embed_documents", batch), len(batch)))
            if progress:
                progress(min(at + _BATCH, len(texts)), len(texts))
        return np.concatenate(parts) if parts else np.empty((0, 0), np.float32)

    def embed_one(self, text: str) -> np.ndarray:
        return self._normalised([self._asked("embed_query", text or " ")], 1)[0]

    def _asked(self, method: str, what: Any) -> Any:
        try:
            if self._loaded is None:
                self._loaded = self._load()
            return getattr(self._loaded, method)(what)
        except MemoryFault:
            raise
        except Exception as e:
            raise MemoryFault(
                f"The embedding model {self.name} did not answer ({type(e).__name__}). What is stored is untouched; "
                "check its key, its address and the network, or set GROUNDWORK_EMBEDDING=built-in."
            ) from e

    def _load(self) -> Any:
        module, cls, more = _PROVIDERS.get(self._provider, (self._provider, self._model, {}))
        arguments = {"model": self._model, **more} if self._provider in _PROVIDERS else {}
        if self._provider == "ollama" and (host := os.environ.get("OLLAMA_HOST")):
            arguments["base_url"] = host if "://" in host else f"http://{host}"
        try:
            return getattr(importlib.import_module(module), cls)(**arguments)
        except (ImportError, AttributeError) as e:
            raise MemoryFault(
                f"The embedding model {self.name} needs {module}, which is not installed or has no {cls} ({e}). "
                "Install it, or set GROUNDWORK_EMBEDDING=built-in. What is stored is untouched."
            ) from e

    def _normalised(self, vectors: Any, n: int) -> np.ndarray:
        import numpy as np

        try:
            rows = np.asarray(vectors, np.float32)
        except ValueError:
            rows = np.empty(0, np.float32)
        if rows.ndim != 2 or len(rows) != n or not rows.size or not np.isfinite(rows).all():
            raise MemoryFault(f"The embedding model {self.name} gave no usable vectors. What is stored is untouched.")
        return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)
