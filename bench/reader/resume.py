"""Weights that were trained before, back in the network: of the shipped reader, or of runs that are averaged."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from safetensors.torch import load_file

from bench.reader.network import Reader, load_minilm
from bench.reader.packing import unpacked
from bench.reader.second_network import SecondReader, load_mpnet


def load(model: Reader | SecondReader, files: Sequence[Path]) -> None:
    """Fill `model` from what it is made of (`.safetensors`), the shipped model (`.onnx`), or the average of runs (`.pt`)."""
    first = files[0]
    if first.suffix == ".pt":
        states = [torch.load(f, weights_only=True) for f in files]
        model.load_state_dict({k: sum(s[k] for s in states) / len(states) for k in states[0]})
    elif first.suffix == ".onnx":
        load_shipped(model, first)
    else:
        with torch.no_grad():
            weights = load_file(str(first))
            load_minilm(model, weights) if isinstance(model, Reader) else load_mpnet(model, weights)


def load_shipped(model: Reader | SecondReader, file: Path) -> None:
    """Fill `model` from the packed ONNX `file` that was exported from it. ValueError where a weight is not there."""
    from bench.reader.train import write_onnx

    for p in model.parameters():  # no two alike, so that each is found by what it holds
        torch.nn.init.normal_(p)
    with TemporaryDirectory() as folder:
        plain = Path(folder) / "plain.onnx"
        write_onnx(model, plain)  # the same graph, so that the same names stand for the same weights
        ours = {i.name: numpy_helper.to_array(i) for i in onnx.load(str(plain)).graph.initializer}
    theirs = unpacked(file)
    state = model.state_dict()
    for key, weight in state.items():
        w = weight.numpy()
        for name, value in ours.items():
            turned = w.ndim == 2 and value.shape == w.T.shape and np.array_equal(value, w.T)
            same = value.shape == w.shape and np.array_equal(value, w)
            if (same or turned) and name in theirs:
                state[key] = torch.tensor((theirs[name] if same else theirs[name].T).copy())
                break
        else:
            raise ValueError(f"{file.name} has no weight for {key}.")
    model.load_state_dict(state)
