"""Train a reader: does this sentence answer this question?

    python -m bench.reader.train --start FILE … --out FILE [--second] [--minutes 60]

Needs PyTorch, safetensors and onnx, which the product does not: `pip install torch safetensors onnx`. `--start` is
the `model.safetensors` of all-MiniLM-L6-v2 (with `--second`: of all-mpnet-base-v2; both Apache-2.0), or the shipped
model (`.onnx`), to train on. Questions that
were seen least come first, so any time is spent evenly; of two such runs the `.pt` files they leave beside `--out` may
be averaged: `--start A.pt B.pt --minutes 0`. Prints at the end how it does on the papers left out: the share of
questions whose first sentence is right, wrong or withheld at several thresholds, and the share of unanswerable ones
that are declined. `--out` gets the ONNX file that `memory/reader.py` runs.

One thread a run: where anything else wants the processor, two wait for each other and take three times as long.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional as F

from agents.rules.reading.told import told
from agents.rules.reading.units import Unit
from bench.reader.network import Reader
from bench.reader.packing import pack
from bench.reader.papers import Paper, left_out, papers
from bench.reader.resume import load
from bench.reader.second_network import SecondReader
from memory.embedding import MODEL, Embedder

GROUP, GROUPS = 4, 12  # candidates a question, questions a step
LENGTH = 88  # tokens of a pair
SORTED = 40  # steps whose questions are put in order of length, so that little is padding
FROZEN = {Reader: 1, SecondReader: 4}  # lowest layers
Group = tuple[
    list[tuple[str, str]], int
]  # a question with each of its candidates, how many of them answer (they come first)


class Source(Protocol):
    """What is learned from: groups with the same number of candidates each."""

    rng: random.Random

    def next(self, count: int) -> list[Group]: ...


class Pairs:
    def __init__(self) -> None:
        self.tokens = Tokenizer.from_file(str(MODEL / "tokenizer.json"))
        self.tokens.enable_truncation(max_length=LENGTH)
        self.tokens.enable_padding()

    def __call__(self, pairs: Sequence[tuple[str, str]]) -> tuple[Tensor, Tensor, Tensor]:
        encoded = self.tokens.encode_batch(list(pairs))
        return tuple(torch.tensor([getattr(e, x) for e in encoded]) for x in ("ids", "attention_mask", "type_ids"))  # type: ignore[return-value]


@dataclass
class Asked:
    """A question with what answers it and what of its paper comes near but does not."""

    question: str
    vector: np.ndarray
    paper: str
    right: list[Unit]
    near: list[Unit]
    rest: list[Unit]
    seen: float  # times it was trained on, with a little chance in it


class Questions:
    """All of them, handed out least seen first, each with fresh candidates."""

    def __init__(self, all_papers: Sequence[Paper], rng: random.Random) -> None:
        embed, self.rng = Embedder(), rng
        self.asked: list[Asked] = []
        self.papers: list[tuple[str, list[Unit], np.ndarray]] = []
        for p in all_papers:
            numbers = list(p.units)
            vectors = embed.embed([f"{u.heading}: {u.text}" for u in p.units.values()])
            self.papers.append((p.name, list(p.units.values()), vectors))
            for (question, answering), v in zip(p.questions, embed.embed([q for q, _ in p.questions]), strict=True):
                wrong = [p.units[numbers[i]] for i in np.argsort(-(vectors @ v)) if numbers[i] not in answering]
                right = [p.units[n] for n in sorted(answering)][:2]
                self.asked.append(Asked(question, v, p.name, right, wrong[:5], wrong[5:], rng.random()))

    def next(self, count: int) -> list[Group]:
        self.asked.sort(key=lambda a: a.seen)
        for a in self.asked[:count]:
            a.seen += 1 + 0.3 * self.rng.random()
        return [self._group(a) for a in self.asked[:count]]

    def _group(self, a: Asked) -> Group:
        chosen = [*a.right, *self.rng.sample(a.near, max(0, GROUP - 1 - len(a.right)))]
        chosen.append(self._of_another(a) if self.rng.random() < 0.75 or not a.rest else self.rng.choice(a.rest))
        return [worn(a.question, u, self.rng) for u in chosen[:GROUP]], len(a.right)

    def _of_another(self, a: Asked) -> Unit:
        """The nearest of a dozen other papers: memory holds many documents, and most of what is near is another's."""
        others = self.rng.sample([p for p in self.papers if p[0] != a.paper], 12)
        likeness = [vectors @ a.vector for _, _, vectors in others]
        best = max(range(len(others)), key=lambda i: likeness[i].max())
        return others[best][1][int(likeness[best].argmax())]


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


def train(model: Reader | SecondReader, questions: Source, pairs: Pairs, args: argparse.Namespace) -> None:
    """Trains for `args.minutes`; leaves the average over the last steps in `model`, steadier than the last one."""
    rng = questions.rng
    # The words keep their meaning, which a few ten thousand questions do not cover, and so do the lowest layers.
    # (Of the second reader all below them, so that nothing has to be carried down there.)
    kept = [model.word, model.place, *model.layers[: FROZEN[type(model)]]]
    for m in [*kept, model.norm, model.far] if isinstance(model, SecondReader) else kept:
        m.requires_grad_(False)
    decayed = [p for p in model.parameters() if p.requires_grad and p.ndim > 1]
    plain = [p for p in model.parameters() if p.requires_grad and p.ndim == 1]
    optimiser = torch.optim.AdamW(
        [{"params": decayed, "weight_decay": 0.01}, {"params": plain, "weight_decay": 0.0}], lr=args.rate, fused=True
    )
    average = {k: v.detach().clone() for k, v in model.state_dict().items()}
    done, began, total = 0, time.monotonic(), 0.0
    model.train()
    while (spent := (time.monotonic() - began) / 60 / args.minutes) < 1:
        ordered = sorted(questions.next(SORTED * GROUPS), key=_length)
        batches = [ordered[i : i + GROUPS] for i in range(0, len(ordered) - GROUPS + 1, GROUPS)]
        rng.shuffle(batches)
        for batch in batches:
            for g in optimiser.param_groups:
                g["lr"] = args.rate * min(1.0, (done + 1) / 60) * max(0.02, 1 - spent)
            total += _step(model, batch, pairs, optimiser, args.bfloat16)
            done += 1
            if done % 10 == 0:
                for k, v in model.state_dict().items():
                    average[k].lerp_(v, 0.1) if v.dtype.is_floating_point else average[k].copy_(v)
            if done % 50 == 0:
                print(f"  {done} steps, {100 * spent:.0f}% of the time, loss {total / 50:.4f}", flush=True)
                total = 0.0
        torch.save(average, args.out.with_suffix(".pt"))
    model.load_state_dict(average)


def _step(
    model: Reader | SecondReader,
    batch: list[Group],
    pairs: Pairs,
    optimiser: torch.optim.Optimizer,
    half: bool,
) -> float:
    right = torch.tensor([[float(i < k) for i in range(len(candidates))] for candidates, k in batch])
    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=half):
        logits = model(*pairs([pair for candidates, _ in batch for pair in candidates])).float().view(right.shape)
    loss = loss_of(logits, right)
    optimiser.zero_grad(set_to_none=True)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimiser.step()
    return float(loss.detach())


def _length(g: Group) -> int:
    return sum(len(text) for _, text in g[0])


def measure(model: Reader | SecondReader, held: Sequence[Paper], pairs: Pairs) -> None:
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


def write_onnx(model: Reader | SecondReader, file: Path) -> None:
    model.eval()
    one = torch.ones(2, 16, dtype=torch.int64)
    torch.onnx.export(
        model,
        (one, one, one),
        str(file),
        input_names=["input_ids", "attention_mask", "token_type_ids"],
        output_names=["logits"],
        dynamic_axes={n: {0: "pairs", 1: "length"} for n in ("input_ids", "attention_mask", "token_type_ids")},
        opset_version=17,
        dynamo=False,
    )


def export(model: Reader | SecondReader, out: Path) -> None:
    full = out.with_suffix(".fp32.onnx")
    write_onnx(model, full)
    pack(full, out)
    print(f"{out.name}: {out.stat().st_size / 1e6:.1f} MB", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--start", type=Path, required=True, nargs="+")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--second", action="store_true", help="the second reader, larger and slower")
    parser.add_argument("--papers", type=Path, default=None)
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--rate", type=float, default=5e-5)
    parser.add_argument(
        "--bfloat16",
        action="store_true",
        help="for a processor that has it (AMX, AVX512-BF16): several times as fast; without, ten times as slow",
    )
    parser.add_argument("--seed", type=int, default=7)
    args = parser.parse_args()
    torch.manual_seed(args.seed)
    torch.set_num_threads(1)
    everything = list(papers(args.papers) if args.papers else papers())
    held = left_out(everything)
    questions = Questions([p for p in everything if p not in held], random.Random(args.seed))
    print(f"{len(everything)} papers, {len(questions.asked)} questions to learn from", flush=True)
    model = SecondReader() if args.second else Reader()
    load(model, args.start)
    pairs = Pairs()
    if args.minutes:
        train(model, questions, pairs, args)
    measure(model, held, pairs)
    export(model, args.out)


if __name__ == "__main__":
    main()
