"""How surely a sentence answers a question: two networks trained for it, shipped in `memory/model`.

The first was made of the embedding model, the second, eight times as slow, of a larger one, both by training on documents
and questions written for it (`bench/reader`). The first reads every sentence, the second those that the first thinks
likeliest. They read a question and a sentence together, so they tell "who is paid" from "who pays", which vectors of
each alone do not. They know nothing of names, codes and years that must agree: that is for the caller. English.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from memory.shipped_model import FOLDER, LONGEST_TEXT, open_model

if TYPE_CHECKING:
    import numpy as np

FIRST = (FOLDER / "reader_int8.onnx", "8550cfe0c9076b9c4532ad4704e3532891896a5588569fc09e768afd4d2c5217")
SECOND = (FOLDER / "second_reader_int8.onnx", "2fe77fefc5271010f115139170e1987e8a30dae3d8d6487bc2a6dbfbc00f464e")
QUERIES = (FOLDER / "query_reader_int8.onnx", "4d43a322020d22f590549f462c474948d3e32458aaf992587267d46a2292cdb6")
LIKELIEST = 8  # sentences that the second reads, for about half a second on two cores
_BATCH = 16
_TOKENS = 128  # of question and sentence together, as in training
_KEPT = 2000  # pairs whose odds are kept: a run that searches a second time mostly finds the same sentences again


class SentenceReader:
    """Loads on first use. May be called from any thread."""

    def __init__(self) -> None:
        self._first, self._second = _Network(*FIRST), _Network(*SECOND, lean=True)

    def answers(self, question: str, texts: Sequence[str]) -> np.ndarray:
        """float32 [len(texts)]: for each text the log-odds that it answers `question`; above 0: likelier than not.

        texts: a sentence and, after " [SEP] ", what it stands under (title, heading, the sentence before). Raises
        MemoryFault when a model is not there.
        """
        import numpy as np

        if len(texts) <= LIKELIEST:
            return self._second.read(question, texts)
        out = self._first.read(question, texts)
        order = np.argsort(-out)
        near, rest = order[:LIKELIEST], order[LIKELIEST:]
        out[near] = self._second.read(question, [texts[int(i)] for i in near])
        out[rest] = np.minimum(out[rest], out[near].min())  # what only the first has read comes after
        return out


class QueryReader:
    """How surely a query in plain words is what a question asks of a table. Loads on first use; from any thread."""

    def __init__(self) -> None:
        self._network = _Network(*QUERIES)

    def asks(self, question: str, queries: Sequence[str]) -> np.ndarray:
        """float32 [len(queries)]: for each the log-odds that it is what `question` asks. Raises MemoryFault when the
        model is not there."""
        return self._network.read(question, queries)


class _Network:
    def __init__(self, file: Path, sha256: str, lean: bool = False) -> None:
        self._file, self._sha256, self._lean = file, sha256, lean
        self._loading = threading.Lock()
        self._session: Any = None
        self._tokenizer: Any = None
        self._kept: dict[tuple[str, str], float] = {}  # oldest first

    def read(self, question: str, texts: Sequence[str]) -> np.ndarray:
        """float32 [len(texts)], as `SentenceReader.answers`."""
        import numpy as np

        known = [self._kept.get((question, t)) for t in texts]
        new = [t for t, odds in zip(texts, known, strict=True) if odds is None]
        read = dict(zip(new, map(float, self._read(question, new)), strict=True)) if new else {}
        with self._loading:
            self._kept.update({(question, t): odds for t, odds in read.items()})
            for pair in list(self._kept)[: max(0, len(self._kept) - _KEPT)]:
                del self._kept[pair]
        return np.array([read[t] if odds is None else odds for t, odds in zip(texts, known, strict=True)], np.float32)

    def _read(self, question: str, texts: Sequence[str]) -> np.ndarray:
        import numpy as np

        out = np.empty(len(texts), np.float32)
        with self._loading:
            if self._session is None:
                self._session, self._tokenizer = open_model(self._file, self._sha256, _TOKENS, self._lean)
        encoded = self._tokenizer.encode_batch([(question[:LONGEST_TEXT], t[:LONGEST_TEXT]) for t in texts])
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


_INPUTS = {"input_ids": "ids", "attention_mask": "attention_mask", "token_type_ids": "type_ids"}
