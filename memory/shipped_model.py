"""Opening a neural network that ships with Groundwork: its bytes are checked, nothing is ever downloaded."""

from __future__ import annotations

import functools
import hashlib
import os
from pathlib import Path
from typing import Any

from memory.types import MemoryFault

FOLDER = Path(__file__).parent / "model"
LONGEST_TEXT = (
    10_000  # characters to give to a tokenizer at most: it works on all of a text before it cuts it at `tokens`
)


# Once a process: weights are only read, and whoever opens several homes (a test, a benchmark) would hold as many copies.
@functools.cache
def open_model(model: Path, sha256: str, tokens: int, lean: bool = False) -> tuple[Any, Any]:
    """The ONNX session of `model` and the tokenizer beside it, cutting texts at `tokens`.

    lean: weights that are stored in eight bits are multiplied out at each use and not as it loads, which takes a tenth
    of the time more and of a large model half a gigabyte less.

    Raises MemoryFault when a file is missing or is not the one expected.
    """
    try:
        raw = model.read_bytes()
        words = (model.parent / "tokenizer.json").read_bytes()
    except OSError as e:
        raise MemoryFault(
            f"A model that comes with Groundwork is missing ({e}). Install Groundwork again; your data is untouched."
        ) from e
    if hashlib.sha256(raw).hexdigest() != sha256:
        raise MemoryFault(
            f"The model {model} is damaged or was changed (its sha256 is not the expected one). "
            "Install Groundwork again; your data is untouched."
        )
    import onnxruntime
    from tokenizers import Tokenizer

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = min(4, os.cpu_count() or 1)
    options.log_severity_level = 3
    # Waiting threads sleep instead of spinning: a third less processor time, which the page and other runs need.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    tokenizer = Tokenizer.from_buffer(words)
    tokenizer.enable_truncation(max_length=tokens)
    tokenizer.no_padding()
    session = onnxruntime.InferenceSession(
        raw, options, providers=["CPUExecutionProvider"], disabled_optimizers=["ConstantFolding"] if lean else None
    )
    return session, tokenizer
