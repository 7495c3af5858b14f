"""How surely a sentence answers a question: a small network trained for it, shipped in `memory/model`.

It was made of the embedding model by training on documents and questions written for it (`bench/reader`). It reads a
question and a sentence together, so it tells "who is paid" from "who pays", which vectors of each alone do not. It knows
nothing of names, codes and years that must agree: that is for the caller. English.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from memory.shipped_model import FOLDER, open_model

if TYPE_CHECKING:
    import numpy as np

MODEL = FOLDER / "reader_int8.onnx"
SHA256 = "8550cfe0c9076b9c4532ad4704e3532891896a5588569fc09e768afd4d2c5217"
_BATCH = 16
_TOKENS = 128  # of question and sentence together, as in training


class SentenceReader:
    """Loads on first use. May be called from any thread."""

    def __init__(self) -> None:
        self._loading = threading.Lock()
        self._session: Any = None
        self._tokenizer: Any = None

    def answers(self, question: str, texts: Sequence[str]) -> np.ndarray:
        """float32 [len(texts)]: for each text the log-odds that it answers `question`; above 0: likelier than not.

        texts: a sentence and, after " [SEP] ", what it stands under (title, heading, the sentence before). Raises
        MemoryFault when the model is not there.
        """
        import numpy as np

        out = np.empty(len(texts), np.float32)
        if not len(texts):
            return out
        self._load()
        encoded = self._tokenizer.encode_batch([(question, t) for t in texts])
        order = sorted(range(len(encoded)), key=lambda i: len(encoded[i].ids))
        for at in range(0, len(order), _BATCH):
            rows = order[at : at + _BATCH]
            feed = {name: np.zeros((len(rows), len(encoded[rows[-1]].ids)), np.int64) for name in _INPUTS}
            for k, i in enumerate(rows):
                for name, attribute in _INPUTS.items():
                    ids = getattr(encoded[i], attribute)
                    feed[name][k, : len(ids)] = ids
            out[rows] = self._session.run(None, feed)[0]
        return out

    def _load(self) -> None:
        with self._loading:
            if self._session is None:
                self._session, self._tokenizer = open_model(MODEL, SHA256, _TOKENS)


_INPUTS = {"input_ids": "ids", "attention_mask": "attention_mask", "token_type_ids": "type_ids"}
