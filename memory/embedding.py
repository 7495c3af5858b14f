"""Text to vectors: all-MiniLM-L6-v2 (int8 ONNX), shipped in `memory/model`, nothing is ever downloaded.

It is not a store and knows no users. English; other languages get vectors too, of less worth: the lexical half of the
search carries them. Only the first 256 tokens (about 1,000 to 1,200 characters) of a text count.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from memory.shipped_model import FOLDER, LONGEST_TEXT, open_model
from memory.types import MemoryFault

if TYPE_CHECKING:
    import numpy as np

DIMENSION = 384
MODEL = FOLDER
SHA256 = "450ce0ccaa261cbe83f0a38ed455cc32dcce0d3c27323e7378614fdc5a7939ce"
_BATCH = 16  # 436 MB resident at 8, 2.7 GB at 128: attention grows with batch x length
BUILT_IN = "built-in"  # what a collection of this model's vectors remembers
_TOKENS = 256
_CACHED = 512


class Embedder:
    """Loads on first use, or in the background after `warm()`. Every method may be called from any thread."""

    name = BUILT_IN

    def __init__(self, model: Path = MODEL) -> None:
        self._folder = model
        self._loading = threading.Lock()
        self._session: Any = None
        self._tokenizer: Any = None
        self._seen: OrderedDict[str, np.ndarray] = OrderedDict()
        self._seen_lock = threading.Lock()

    def warm(self) -> threading.Thread:
        """Start loading in the background; a failure shows itself at the first use, which tries again."""
        import numpy  # noqa: F401  # here and not in the thread: two threads that import it at once break each other

        thread = threading.Thread(target=self._try_load, name="embedder-warm-up", daemon=True)
        thread.start()
        return thread

    def _try_load(self) -> None:
        try:
            self._load()
        except MemoryFault:
            return  # the first use raises it to somebody who can read it

    def embed(self, texts: Sequence[str], progress: Callable[[int, int], None] | None = None) -> np.ndarray:
        """float32 [len(texts), 384], L2-normalised, in the order of `texts`; `progress(done, total)` after each batch.

        int8 activations are scaled over a whole batch, so a text's vector differs a little with its batch: cosine 0.99
        on average, 0.93 for texts of two words.
        """
        import numpy as np

        if len(texts) == 1:
            return self.embed_one(texts[0])[None, :].copy()
        out = np.empty((len(texts), DIMENSION), np.float32)
        if not len(texts):
            return out
        self._load()
        encoded = self._tokenizer.encode_batch([t[:LONGEST_TEXT] or " " for t in texts])
        # Sorted by length, so that a batch is padded to its own longest text and not to the longest of all.
        order = sorted(range(len(encoded)), key=lambda i: len(encoded[i].ids))
        for at in range(0, len(order), _BATCH):
            rows = order[at : at + _BATCH]
            out[rows] = self._run([encoded[i].ids for i in rows])
            if progress:
                progress(min(at + _BATCH, len(order)), len(order))
        return out

    def embed_one(self, text: str) -> np.ndarray:
        """float32 [384]; recent texts come from a small cache (a query is embedded by several steps of a run)."""
        with self._seen_lock:
            if (hit := self._seen.get(text)) is not None:
                self._seen.move_to_end(text)
                return hit
        self._load()
        vector = self._run([self._tokenizer.encode(text[:LONGEST_TEXT] or " ").ids])[0]
        vector.flags.writeable = False
        with self._seen_lock:
            self._seen[text] = vector
            while len(self._seen) > _CACHED:
                self._seen.popitem(last=False)
        return vector

    def _run(self, ids: Sequence[Sequence[int]]) -> np.ndarray:
        import numpy as np

        tokens = np.zeros((len(ids), max(map(len, ids))), np.int64)
        mask = np.zeros_like(tokens)
        for row, sequence in enumerate(ids):
            tokens[row, : len(sequence)] = sequence
            mask[row, : len(sequence)] = 1
        feed = {"input_ids": tokens, "attention_mask": mask, "token_type_ids": np.zeros_like(tokens)}
        states = self._session.run(None, feed)[0]
        weights = mask[..., None].astype(np.float32)
        vectors = (states * weights).sum(1) / np.maximum(weights.sum(1), 1e-9)
        return (vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)).astype(np.float32)

    def _load(self) -> None:
        with self._loading:
            if self._session is not None:
                return
            self._session, self._tokenizer = open_model(self._folder / "model_int8.onnx", SHA256, _TOKENS)
