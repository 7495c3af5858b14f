from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from memory.embedding import MODEL, Embedder
from memory.shipped_model import LONGEST_TEXT
from memory.types import MemoryFault


def test_vectors_are_normalised_and_mean_something(embedder):
    texts = ["The notice period is three months.", "How long before I can quit?", "Bananas are rich in potassium.", ""]
    vectors = embedder.embed(texts)
    assert vectors.shape == (4, 384)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert vectors[0] @ vectors[1] > vectors[2] @ vectors[1] + 0.1
    assert embedder.embed([]).shape == (0, 384)


def test_order_and_batches_do_not_change_a_vector(embedder):
    texts = [
        f"Invoice {n} covers {', '.join(['chairs', 'lamps', 'tables'] * (1 + n % 9))} for the Lisbon office."
        for n in range(59)
    ]
    seen = []
    together = embedder.embed(texts, lambda done, total: seen.append((done, total)))
    assert seen[-1] == (59, 59)
    assert [d for d, _ in seen] == sorted(d for d, _ in seen)
    for i in (0, 17, 58):
        assert together[i] @ embedder.embed_one(texts[i]) > 0.97


def test_many_threads_share_one_model():
    embedder, found = Embedder(), []
    threads = [threading.Thread(target=lambda: found.append(embedder.embed_one("the same"))) for _ in range(8)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert len(found) == 8
    assert all(np.allclose(found[0], f) for f in found)


def test_a_changed_model_is_refused(tmp_path):
    shutil.copytree(MODEL, tmp_path / "model")
    file = tmp_path / "model" / "model_int8.onnx"
    with file.open("r+b") as f:
        f.seek(1000)
        f.write(b"changed")
    broken = Embedder(tmp_path / "model")
    broken.warm().join()
    with pytest.raises(MemoryFault, match="damaged or was changed"):
        broken.embed_one("x")
    file.unlink()
    with pytest.raises(MemoryFault, match="missing"):
        broken.embed(["x", "y"])


def test_of_a_huge_text_the_tokenizer_sees_the_beginning(embedder):
    """It makes tokens of all of a text, and keeps them, before it cuts: a thousand passages under one heading of a megabyte
    took more memory than there is."""
    embedder.embed_one("warm")
    real, seen = embedder._tokenizer, []

    class Watched:
        def encode(self, text):
            seen.append(len(text))
            return real.encode(text)

        def encode_batch(self, texts):
            seen.extend(map(len, texts))
            return real.encode_batch(texts)

    embedder._tokenizer = Watched()
    try:
        huge = "=?utf-8?q?" * 100_000
        one = embedder.embed_one(huge)
        assert embedder.embed([huge, "a"]).shape == (2, 384)
        assert max(seen) <= LONGEST_TEXT
        assert np.allclose(one, embedder.embed_one(huge[:LONGEST_TEXT]))
    finally:
        embedder._tokenizer = real


def test_the_runtime_of_the_models_tells_nobody_and_keeps_no_identifier(tmp_path):
    """In the surroundings of a user: the runtime holds its tongue of its own where it sees a test or a CI."""
    (home := tmp_path / "home").mkdir()
    (temporary := tmp_path / "temporary").mkdir()
    subprocess.run(
        [sys.executable, "-c", "from memory.embedding import Embedder; Embedder().embed(['a word'])"],
        cwd=Path(__file__).parents[2],
        env={"PATH": os.environ["PATH"], "HOME": str(home), "TMPDIR": str(temporary), "PYTHONDONTWRITEBYTECODE": "1"},
        check=True,
    )
    assert not [*home.rglob("*"), *temporary.rglob("*")]
