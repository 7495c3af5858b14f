"""The reader's network in PyTorch: a BERT encoder of MiniLM's size with one score on its first token.

Only for training; the product runs the exported ONNX file. Weights start from all-MiniLM-L6-v2 (Apache-2.0).
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

WIDTH, LAYERS, HEADS, INNER, WORDS, PLACES = 384, 6, 12, 1536, 30522, 512


class Layer(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.query, self.key, self.value, self.out = (nn.Linear(WIDTH, WIDTH) for _ in range(4))
        self.norm1, self.norm2 = nn.LayerNorm(WIDTH, eps=1e-12), nn.LayerNorm(WIDTH, eps=1e-12)
        self.up, self.down = nn.Linear(WIDTH, INNER), nn.Linear(INNER, WIDTH)

    def forward(self, x: Tensor, mask: Tensor, drop: float) -> Tensor:
        b, n, _ = x.shape
        q, k, v = (f(x).view(b, n, HEADS, -1).transpose(1, 2) for f in (self.query, self.key, self.value))
        # Written out: the fused kernel's backward pass takes half of the training time on a processor.
        seen = (q @ k.transpose(-1, -2) * (WIDTH // HEADS) ** -0.5 + mask).softmax(-1) @ v
        x = self.norm1(x + self.out(seen.transpose(1, 2).reshape(b, n, WIDTH)))
        return self.norm2(x + F.dropout(self.down(F.gelu(self.up(x))), drop, self.training))


class Reader(nn.Module):
    """Token ids [pairs, length], their mask and types -> logits [pairs] of "this sentence answers this question"."""

    def __init__(self, drop: float = 0.1) -> None:
        super().__init__()
        self.word, self.place, self.kind = (nn.Embedding(n, WIDTH) for n in (WORDS, PLACES, 2))
        self.norm = nn.LayerNorm(WIDTH, eps=1e-12)
        self.layers = nn.ModuleList(Layer() for _ in range(LAYERS))
        self.pool, self.score = nn.Linear(2 * WIDTH, WIDTH), nn.Linear(WIDTH, 1)
        self.drop = drop

    def forward(self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor) -> Tensor:
        places = torch.arange(input_ids.shape[1], device=input_ids.device)
        x = self.norm(self.word(input_ids) + self.place(places) + self.kind(token_type_ids))
        mask = (1.0 - attention_mask[:, None, None, :].to(x.dtype)) * -1e4
        for layer in self.layers:
            x = layer(x, mask, self.drop)
        real = attention_mask[..., None].to(x.dtype)
        mean = (x * real).sum(1) / real.sum(1)
        return self.score(torch.tanh(self.pool(torch.cat([x[:, 0], mean], -1))))[:, 0]


def load_minilm(model: Reader, weights: dict[str, Tensor]) -> None:
    """Copy all-MiniLM-L6-v2's tensors (names as in its safetensors file)."""
    names = {"word": "embeddings.word_embeddings", "place": "embeddings.position_embeddings", "kind": "embeddings.token_type_embeddings", "norm": "embeddings.LayerNorm"}  # fmt: skip
    inner = {"query": "attention.self.query", "key": "attention.self.key", "value": "attention.self.value", "out": "attention.output.dense", "norm1": "attention.output.LayerNorm", "up": "intermediate.dense", "down": "output.dense", "norm2": "output.LayerNorm"}  # fmt: skip
    for i in range(LAYERS):
        names |= {f"layers.{i}.{ours}": f"encoder.layer.{i}.{theirs}" for ours, theirs in inner.items()}
    state = model.state_dict()
    for ours, theirs in names.items():
        for part in ("weight", "bias"):
            if f"{ours}.{part}" in state:
                state[f"{ours}.{part}"].copy_(weights[f"{theirs}.{part}"])
