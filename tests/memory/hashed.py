"""An embedder without a model, for what is about storing and not about meaning."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np

from memory.embedding import DIMENSION, Embedder


class Hashed(Embedder):
    """A vector that depends on the text alone."""

    def embed(self, texts: Sequence[str], progress=None) -> np.ndarray:
        return np.stack([self.embed_one(t) for t in texts]) if texts else np.empty((0, DIMENSION), np.float32)

    def embed_one(self, text: str) -> np.ndarray:
        seed = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")
        vector = np.random.default_rng(seed).normal(size=DIMENSION).astype(np.float32)
        return vector / np.linalg.norm(vector)
