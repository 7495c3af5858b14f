"""The shipped reader's weights back into the network, to train on from them: eight bits a weight are enough for that."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import onnx
import torch
from onnx import numpy_helper

from bench.reader.network import Reader


def load_shipped(model: Reader, file: Path) -> None:
    """Fill `model` from the quantised ONNX `file` that was exported from it. ValueError where a weight is not there."""
    from bench.reader.train import write_onnx

    for p in model.parameters():  # no two alike, so that each is found by what it holds
        torch.nn.init.normal_(p)
    with TemporaryDirectory() as folder:
        plain = Path(folder) / "plain.onnx"
        write_onnx(model, plain)  # the same graph, so that the same names stand for the same weights
        ours = {i.name: numpy_helper.to_array(i) for i in onnx.load(str(plain)).graph.initializer}
    theirs = {i.name: numpy_helper.to_array(i) for i in onnx.load(str(file)).graph.initializer}
    state = model.state_dict()
    for key, weight in state.items():
        w = weight.numpy()
        for name, value in ours.items():
            turned = w.ndim == 2 and value.shape == w.T.shape and np.array_equal(value, w.T)
            same = value.shape == w.shape and np.array_equal(value, w)
            if (same or turned) and (found := _plain(theirs, name)) is not None:
                state[key] = torch.tensor((found if same else found.T).copy())
                break
        else:
            raise ValueError(f"{file.name} has no weight for {key}.")
    model.load_state_dict(state)


def _plain(weights: dict[str, np.ndarray], name: str) -> np.ndarray | None:
    if name in weights:
        return weights[name]
    if f"{name}_Transposed_quantized" in weights:
        turned = _plain(weights, f"{name}_Transposed")
        return None if turned is None else turned.T
    if f"{name}_quantized" not in weights:
        return None
    q, scale, zero = (weights[f"{name}_{x}"].astype(np.float32) for x in ("quantized", "scale", "zero_point"))
    if scale.size > 1:  # one a column
        axis = max(i for i, n in enumerate(q.shape) if n == scale.size)
        shape = [-1 if i == axis else 1 for i in range(q.ndim)]
        scale, zero = scale.reshape(shape), zero.reshape(shape)
    return (q - zero) * scale
