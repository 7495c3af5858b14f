"""The second reader's network in PyTorch: MPNet's lower layers with one score on top.

Only for training; the product runs the exported ONNX file. Weights start from all-mpnet-base-v2 (Apache-2.0). Its words
are those of MiniLM four places on, so that one tokenizer serves both.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F

WIDTH, LAYERS, HEADS, INNER, WORDS, PLACES = 768, 10, 12, 3072, 30527, 514
BUCKETS, FAR = 32, 128  # of the distance between two tokens, and from where on all are alike
FIRST_PLACE = 2
OURS = {101: 0, 102: 2, 0: 1}  # [CLS], [SEP] and padding, as MPNet numbers them


class Layer(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.query, self.key, self.value, self.out = (nn.Linear(WIDTH, WIDTH) for _ in range(4))
        self.norm1, self.norm2 = nn.LayerNorm(WIDTH, eps=1e-5), nn.LayerNorm(WIDTH, eps=1e-5)
        self.up, self.down = nn.Linear(WIDTH, INNER), nn.Linear(INNER, WIDTH)

    def forward(self, x: Tensor, bias: Tensor, drop: float) -> Tensor:
        b, n, _ = x.shape
        q, k, v = (f(x).view(b, n, HEADS, -1).transpose(1, 2) for f in (self.query, self.key, self.value))
        seen = (q @ k.transpose(-1, -2) * (WIDTH // HEADS) ** -0.5 + bias).softmax(-1) @ v
        x = self.norm1(x + self.out(seen.transpose(1, 2).reshape(b, n, WIDTH)))
        return self.norm2(x + F.dropout(self.down(F.gelu(self.up(x))), drop, self.training))


class SecondReader(nn.Module):
    """As `Reader`: token ids [pairs, length] of MiniLM's tokenizer, their mask and types -> logits [pairs]."""

    def __init__(self, drop: float = 0.1) -> None:
        super().__init__()
        self.word, self.place = nn.Embedding(WORDS, WIDTH), nn.Embedding(PLACES, WIDTH)
        self.norm = nn.LayerNorm(WIDTH, eps=1e-5)
        self.far = nn.Embedding(BUCKETS, HEADS)
        self.layers = nn.ModuleList(Layer() for _ in range(LAYERS))
        self.pool, self.score = nn.Linear(3 * WIDTH, WIDTH), nn.Linear(WIDTH, 1)
        self.drop = drop

    def forward(self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor) -> Tensor:
        ids = input_ids + 4
        for theirs, ours in OURS.items():
            ids = torch.where(input_ids == theirs, torch.full_like(ids, ours), ids)
        at = torch.arange(input_ids.shape[1], device=input_ids.device)
        x = self.norm(self.word(ids) + self.place(at + FIRST_PLACE))
        mask = (1.0 - attention_mask[:, None, None, :].to(x.dtype)) * -1e4
        bias = self.far(buckets(at[None, :] - at[:, None])).permute(2, 0, 1)[None] + mask
        for layer in self.layers:
            x = layer(x, bias, self.drop)
        return self.score(torch.tanh(self.pool(torch.cat([x[:, 0], *_means(x, attention_mask, token_type_ids)], -1))))[
            :, 0
        ]


def _means(x: Tensor, mask: Tensor, types: Tensor) -> tuple[Tensor, Tensor]:
    """[pairs, WIDTH] of the question's tokens and of the sentence's."""
    of = [(part * mask)[..., None].to(x.dtype) for part in (1 - types, types)]
    return (x * of[0]).sum(1) / of[0].sum(1), (x * of[1]).sum(1) / of[1].sum(1)


def buckets(distance: Tensor) -> Tensor:
    """MPNet's number for how far, and on which side, one token is of another (as in T5)."""
    half = BUCKETS // 2
    after = (distance > 0).long() * half
    n, exact = distance.abs(), half // 2
    wide = exact + (torch.log(n.clamp(min=1).float() / exact) / math.log(FAR / exact) * (half - exact)).long()
    return after + torch.where(n < exact, n, wide.clamp(max=half - 1))


def load_mpnet(model: SecondReader, weights: dict[str, Tensor]) -> None:
    """Copy all-mpnet-base-v2's tensors (names as in its safetensors file), the lower `LAYERS` of its twelve."""
    names = {"word": "embeddings.word_embeddings", "place": "embeddings.position_embeddings", "norm": "embeddings.LayerNorm", "far": "encoder.relative_attention_bias"}  # fmt: skip
    inner = {"query": "attention.attn.q", "key": "attention.attn.k", "value": "attention.attn.v", "out": "attention.attn.o", "norm1": "attention.LayerNorm", "up": "intermediate.dense", "down": "output.dense", "norm2": "output.LayerNorm"}  # fmt: skip
    for i in range(LAYERS):
        names |= {f"layers.{i}.{ours}": f"encoder.layer.{i}.{theirs}" for ours, theirs in inner.items()}
    state = model.state_dict()
    for ours, theirs in names.items():
        for part in ("weight", "bias"):
            if f"{ours}.{part}" in state:
                state[f"{ours}.{part}"].copy_(weights[f"{theirs}.{part}"])
