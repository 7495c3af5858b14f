"""Train the reader: does this sentence answer this question?  `python -m bench.reader.train --start FILE --out FILE`

Needs PyTorch, safetensors and onnx, which the product does not: `pip install torch safetensors onnx`. `--start` is
the `model.safetensors` of all-MiniLM-L6-v2 (Apache-2.0). Prints, after every pass, how it does on the papers left out
(every tenth): the share of questions whose first sentence is right, wrong or withheld at several thresholds, and the
share of unanswerable ones that are declined. `--out` gets the int8 ONNX file that `memory/reader.py` runs.
"""

from __future__ import annotations

import argparse
import math
import random
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional as F

from agents.rules.reading.told import told
from agents.rules.reading.units import Unit
from bench.reader.network import Reader, load_minilm
from bench.reader.papers import Paper, left_out, papers
from memory.embedding import MODEL, Embedder

GROUP, GROUPS = 6, 10  # candidates a question, questions a step
LENGTH = 128  # tokens of a pair
Group = tuple[str, list[Unit], int]  # question, GROUP candidates, how many of them answer (they come first)


class Pairs:
    def __init__(self) -> None:
        self.tokens = Tokenizer.from_file(str(MODEL / "tokenizer.json"))
        self.tokens.enable_truncation(max_length=LENGTH)
        self.tokens.enable_padding()

    def __call__(self, pairs: Sequence[tuple[str, str]]) -> tuple[Tensor, Tensor, Tensor]:
        encoded = self.tokens.encode_batch(list(pairs))
        return tuple(torch.tensor([getattr(e, x) for e in encoded]) for x in ("ids", "attention_mask", "type_ids"))  # type: ignore[return-value]


def groups(all_papers: Sequence[Paper], embed: Embedder, rng: random.Random) -> list[Group]:
    """For each question what answers it and the likeliest of what does not."""
    out: list[Group] = []
    others = [u for p in all_papers for u in p.units.values()]
    for p in all_papers:
        numbers = list(p.units)
        vectors = embed.embed([f"{u.heading}: {u.text}" for u in p.units.values()])
        near = embed.embed([q for q, _ in p.questions]) @ vectors.T
        for (question, answering), row in zip(p.questions, near, strict=True):
            wrong = [numbers[i] for i in np.argsort(-row) if numbers[i] not in answering]
            right = [p.units[n] for n in sorted(answering)][:2]
            close, rest = wrong[: GROUP - 1 - len(right)], wrong[GROUP - 1 - len(right) :]
            close += rng.sample(rest, min(len(rest), 1))
            candidates = [*right, *(p.units[n] for n in close)][:GROUP]
            while len(candidates) < GROUP:
                candidates.append(rng.choice(others))
            out.append((question, candidates, len(right)))
    return out


def worn(question: str, u: Unit, rng: random.Random) -> tuple[str, str]:
    """A pair as it may come in use: typed without care, of a document without title or headings."""
    if rng.random() < 0.25:
        question = question.lower() if rng.random() < 0.6 else question.rstrip("?")
    if rng.random() < 0.2:
        u = replace(u, title="" if rng.random() < 0.5 else u.title, heading="" if rng.random() < 0.6 else u.heading)
    return question, told(u)


def loss_of(logits: Tensor, right: Tensor) -> Tensor:
    """Each pair by itself, and which of a question's candidates it is, "none" (a logit of 0) among them."""
    each = F.binary_cross_entropy_with_logits(logits, right)
    scores = torch.cat([logits, torch.zeros(len(logits), 1)], 1)
    wanted = torch.cat([right, (right.sum(1, keepdim=True) == 0).to(right.dtype)], 1)
    among = -(torch.logsumexp(scores.masked_fill(wanted == 0, -1e4), 1) - torch.logsumexp(scores, 1)).mean()
    return each + 0.5 * among


def train(model: Reader, data: list[Group], pairs: Pairs, args: argparse.Namespace, held: list[Paper]) -> None:
    rng = random.Random(args.seed)
    for e in (model.word, model.place):
        e.weight.requires_grad_(False)  # the words keep their meaning: a few thousand questions do not cover them
    decayed = [p for p in model.parameters() if p.requires_grad and p.ndim > 1]
    plain = [p for p in model.parameters() if p.requires_grad and p.ndim == 1]
    optimiser = torch.optim.AdamW(
        [{"params": decayed, "weight_decay": 0.01}, {"params": plain, "weight_decay": 0.0}], lr=args.rate, fused=True
    )
    steps = args.passes * (len(data) // GROUPS)
    done, began = 0, time.monotonic()
    average = {k: v.detach().clone() for k, v in model.state_dict().items()}
    for _ in range(args.passes):
        rng.shuffle(data)
        # Questions of like length together, so that little is padding.
        blocks = [sorted(data[i : i + 40 * GROUPS], key=_length) for i in range(0, len(data), 40 * GROUPS)]
        batches = [b[i : i + GROUPS] for b in blocks for i in range(0, len(b) - GROUPS + 1, GROUPS)]
        rng.shuffle(batches)
        total = 0.0
        for n, batch in enumerate(batches, 1):
            for g in optimiser.param_groups:
                g["lr"] = args.rate * min(1.0, done / (0.08 * steps)) * max(0.02, 1 - done / steps)
            texts = [worn(q, u, rng) for q, us, _ in batch for u in us]
            right = torch.tensor([[float(i < k) for i in range(GROUP)] for _, _, k in batch])
            model.train()
            with torch.autocast("cpu", dtype=torch.bfloat16):
                logits = model(*pairs(texts)).float().view(len(batch), GROUP)
            loss = loss_of(logits, right)
            optimiser.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimiser.step()
            done, total = done + 1, total + float(loss.detach())
            if done % 10 == 0:  # an average over the last steps is steadier than the last one
                for k, v in model.state_dict().items():
                    average[k].lerp_(v, 0.1) if v.dtype.is_floating_point else average[k].copy_(v)
            if n % 200 == 0:
                print(f"  {done}/{steps} loss {total / n:.4f}  {time.monotonic() - began:.0f} s", flush=True)
        mine = {k: v.clone() for k, v in model.state_dict().items()}
        for name, state in (("last", mine), ("average", average)):
            model.load_state_dict(state)
            print(name, flush=True)
            measure(model, held, pairs)
        torch.save(average, args.out.with_suffix(".pt"))
        model.load_state_dict(mine)
    model.load_state_dict(average)


def _length(g: Group) -> int:
    return sum(len(u.text) for u in g[1])


def measure(model: Reader, held: Sequence[Paper], pairs: Pairs) -> None:
    model.eval()
    seen: list[tuple[bool, bool, float]] = []  # answerable, first is right, its probability
    with torch.no_grad():
        for p in held:
            numbers, texts = list(p.units), [told(u) for u in p.units.values()]
            for question, answering in p.questions:
                z = model(*pairs([(question, t) for t in texts]))
                best = int(z.argmax())
                seen.append((bool(answering), numbers[best] in answering, float(torch.sigmoid(z[best]))))
    able = [s for s in seen if s[0]]
    none = [s for s in seen if not s[0]]
    print(f"  held out: {len(able)} questions, first sentence right {sum(s[1] for s in able) / len(able):.3f}")
    for limit in (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8):
        right = sum(s[1] and s[2] >= limit for s in able) / len(able)
        wrong = sum(not s[1] and s[2] >= limit for s in able) / len(able)
        print(f"  from {limit:.1f}: right {right:.2f} wrong {wrong:.2f} declined {sum(s[2] < limit for s in none) / len(none):.2f}", flush=True)  # fmt: skip


def export(model: Reader, out: Path) -> None:
    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic

    model.eval()
    full = out.with_suffix(".fp32.onnx")
    one = torch.ones(2, 16, dtype=torch.int64)
    torch.onnx.export(
        model,
        (one, one, one),
        str(full),
        input_names=["input_ids", "attention_mask", "token_type_ids"],
        output_names=["logits"],
        dynamic_axes={n: {0: "pairs", 1: "length"} for n in ("input_ids", "attention_mask", "token_type_ids")},
        opset_version=17,
        dynamo=False,
    )
    onnx.checker.check_model(str(full))
    quantize_dynamic(str(full), str(out), weight_type=QuantType.QInt8, per_channel=True)
    print(f"{out.name}: {out.stat().st_size / 1e6:.1f} MB", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--start", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--papers", type=Path, default=None)
    parser.add_argument("--passes", type=int, default=3)
    parser.add_argument("--rate", type=float, default=6e-5)
    parser.add_argument("--seed", type=int, default=7)
    args = parser.parse_args()
    torch.manual_seed(args.seed)
    everything = list(papers(args.papers) if args.papers else papers())
    held = left_out(everything)
    kept = [p for p in everything if p not in held]
    data = groups(kept, Embedder(), random.Random(args.seed))
    print(f"{len(everything)} papers, {len(data)} questions to learn from, {math.prod((len(data), GROUP))} pairs")
    model = Reader()
    with torch.no_grad():
        load_minilm(model, load_file(str(args.start)))
    train(model, data, Pairs(), args, held)
    export(model, args.out)


if __name__ == "__main__":
    main()
