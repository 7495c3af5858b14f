"""How well reading answers, and declines: prints hit rate, decline rate, value accuracy and milliseconds.

    python -m bench.reading [--alone] [--chunk-eval DIR] [--limit N] [--fit] [--failures]

The development questions are beside the tests of reading. `--alone` searches only the right document instead of all.
`--chunk-eval` adds a folder with the public chunking_evaluation set (questions.csv and its texts): each text's
questions against its own passages, and, as unanswerable ones, against the other texts'. `--fit` prints the logistic
weights for `agents/rules/reading/likelihood.py` and their curve with each document left out in turn.

Not a test, and not the retrieval benchmark: passages come from a plain in-memory search over sentences packed to
1,000 characters.
"""

from __future__ import annotations

import argparse
import ast
import csv
import json
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from agents.rules.intents.document_question import PASSAGES
from agents.rules.reading.answer import answer
from agents.rules.reading.evidence import gather
from agents.rules.reading.likelihood import ACCEPT, features, may_answer
from agents.rules.reading.question import analyse
from agents.rules.reading.types import Sense
from agents.rules.reading.units import units
from agents.rules.reading.words import STOP, stem, words
from bench.reader.papers import PAPERS, as_text, left_out, papers
from text.sentences import sentences

DATA = Path(__file__).parents[1] / "tests" / "agents" / "reading"
Passages = list[dict[str, Any]]


@dataclass(frozen=True)
class Asked:
    question: str
    document: str
    gold: tuple[str, ...]  # exact excerpts, any of which answers; empty: unanswerable
    value: str = ""


class Index:
    """Dense and stemmed word search over packed sentences, ranks fused."""

    def __init__(self, texts: dict[str, str], sense: Sense) -> None:
        self.sense, embed = sense, sense.embed
        self.passages = [p for title, text in texts.items() for p in _pack(title, text)]
        self.vectors = np.asarray(embed([p["text"] for p in self.passages]))
        self.stems = [{stem(w) for w in words(p["text"])} for p in self.passages]

    def search(self, question: str, documents: set[str], k: int = PASSAGES) -> Passages:
        dense = self.vectors @ np.asarray(self.sense.embed([question]))[0]
        asked = {stem(w) for w in words(question) if w not in STOP}
        n = len(self.passages)
        idf = {s: math.log(1 + n / (1 + sum(s in x for x in self.stems))) for s in asked}
        lexical = [sum(idf[s] for s in asked & x) for x in self.stems]
        mine = [i for i, p in enumerate(self.passages) if p["document"] in documents]
        score = dict.fromkeys(mine, 0.0)
        for weight, by in ((0.5, dense), (1.0, lexical)):
            for rank, i in enumerate(sorted(mine, key=lambda i, by=by: -float(by[i]))):
                score[i] += weight / (10 + rank)
        best = sorted(mine, key=lambda i: -score[i])[:k]
        return [{**self.passages[i], "similarity": float(dense[i]), "score": score[i]} for i in best]


def _pack(title: str, text: str) -> Passages:
    out: Passages = []
    ss = sentences(text)
    i = 0
    while i < len(ss):
        j = i
        while j + 1 < len(ss) and ss[j + 1].end - ss[i].start < 1000:
            j += 1
        out.append(
            {
                "id": f"{title}/{i}",
                "document": title,
                "title": title,
                "locator": "",
                "text": text[ss[i].start : ss[j].end],
            }
        )
        k = j + 1
        while k < len(ss) and k - 1 > i and ss[j].end - ss[k - 1].start <= 200:
            k -= 1
        i = k
    return out


def development() -> tuple[dict[str, str], list[Asked]]:
    texts = {f.stem: f.read_text("utf-8") for f in sorted((DATA / "documents").glob("*.md"))}
    lines = [json.loads(x) for x in (DATA / "questions.jsonl").read_text("utf-8").splitlines()]
    return texts, [Asked(x["q"], x["doc"], (x["gold"],) if x.get("gold") else (), x.get("value", "")) for x in lines]


def written(folder: Path) -> tuple[dict[str, str], list[Asked]]:
    """The papers that the reader was not trained on, with their questions."""
    kept = left_out(list(papers(folder)))
    asked = [Asked(q, p.name, tuple(p.units[n].text for n in sorted(of))) for p in kept for q, of in p.questions]
    return {p.name: as_text(p) for p in kept}, asked


def chunk_eval(folder: Path) -> tuple[dict[str, str], list[Asked]]:
    texts = {f.stem: f.read_text("utf-8") for f in sorted(folder.glob("*.md"))}
    with (folder / "questions.csv").open(encoding="utf-8", newline="") as f:
        rows = list(csv.DictReader(f))
    return texts, [
        Asked(r["question"], r["corpus_id"], tuple(x["content"] for x in _list(r["references"]))) for r in rows
    ]


def _list(text: str) -> list[dict[str, Any]]:
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return ast.literal_eval(text)


def _overlap(a: str, b: str) -> bool:
    a, b = " ".join(a.split()), " ".join(b.split())
    return a in b or b in a or len(set(words(a)) & set(words(b))) >= 0.7 * min(len(set(words(a))), len(set(words(b))))


def measure(
    name: str, asked: Sequence[Asked], index: Index, scope: Callable[[Asked], set[str]], failures: bool
) -> None:
    tally = dict.fromkeys(("hit", "wrong", "declined", "value", "valued", "answerable", "unanswerable"), 0)
    seconds = []
    for a in asked:
        passages = index.search(a.question, scope(a))
        began = time.perf_counter()
        r = answer(a.question, passages, index.sense)
        seconds.append(time.perf_counter() - began)
        hit = r.found and any(_overlap(g, s.text) for g in a.gold for s in r.sentences)
        same = bool(r.value) and (a.value.lower() in r.value.lower() or r.value.lower() in a.value.lower())
        tally["answerable" if a.gold else "unanswerable"] += 1
        tally["hit"] += hit
        tally["wrong"] += r.found and not hit and bool(a.gold)
        tally["declined"] += not r.found and not a.gold
        tally["valued"] += bool(a.value and hit)
        tally["value"] += bool(a.value and hit and same)
        if failures and (r.found != bool(a.gold) or (a.gold and not hit) or (a.value and hit and not same)):
            print(
                f"  {a.question} | want {a.value or a.gold} | got {r.value!r} {[s.text[:80] for s in r.sentences]} {r.confidence:.2f} {r.reason}"
            )
    ms = sorted(1000 * s for s in seconds)
    print(
        f"{name:<28} answered {_share(tally['hit'], tally['answerable'])}  wrong {_share(tally['wrong'], tally['answerable'])}  "
        f"declined {_share(tally['declined'], tally['unanswerable'])}  value {_share(tally['value'], tally['valued'])}  "
        f"median {ms[len(ms) // 2]:.0f} ms  p95 {ms[int(len(ms) * 0.95)]:.0f} ms"
    )


def _share(n: int, of: int) -> str:
    return f"{n}/{of} {100 * n / of:.0f}%" if of else "-"


def fit(sets: Sequence[tuple[Sequence[Asked], Index]]) -> None:
    """Logistic regression on "is this unit the answering one", each document left out in turn for the curve."""
    rows: list[tuple[str, int, bool, tuple[float, ...]]] = []  # document, question number, answers, features
    tried = [(x, i, s) for asked, i in sets for x in asked for s in ({x.document}, {p["document"] for p in i.passages})]
    for n, (a, index, scope) in enumerate(tried):
        q = analyse(a.question)
        for e in gather(q, units(index.search(a.question, scope)), index.sense):
            if may_answer(q, e):
                rows.append((a.document, n, any(_overlap(g, e.unit.text) for g in a.gold), features(e)))
    x, y = np.array([r[3] for r in rows]), np.array([r[2] for r in rows], float)
    documents = np.array([r[0] for r in rows])
    z = np.empty(len(rows))
    for d in sorted(set(documents)):
        w, b = _logistic(x[documents != d], y[documents != d])
        z[documents == d] = x[documents == d] @ w + b
    w, b = _logistic(x, y)
    print("WEIGHTS", w.round(1).tolist(), "BIAS", round(float(b), 1))
    top: dict[int, tuple[float, bool]] = {}
    for (_, n, right, _), s in zip(rows, z, strict=True):
        top[n] = max(top.get(n, (-99.0, False)), (float(s), right))
    answerable = [n for n, (a, _, _) in enumerate(tried) if a.gold]
    rest = [n for n, (a, _, _) in enumerate(tried) if not a.gold]
    for p in (0.1, 0.15, 0.2, 0.3, ACCEPT, 0.5):
        limit = math.log(p / (1 - p))
        got = [top.get(n, (-99.0, False)) for n in answerable]
        right = sum(s > limit and ok for s, ok in got) / len(got)
        wrong = sum(s > limit and not ok for s, ok in got) / len(got)
        declined = sum(top.get(n, (-99.0, False))[0] <= limit for n in rest) / len(rest)
        print(f"  accept {p:.2f}: right {right:.2f}  wrong {wrong:.2f}  declined {declined:.2f}")


def _logistic(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, float]:
    """Newton steps with a small ridge on standardised features."""
    mean, spread = x.mean(0), x.std(0) + 1e-9
    a = np.c_[(x - mean) / spread, np.ones(len(x))]
    w = np.zeros(a.shape[1])
    for _ in range(50):
        p = 1 / (1 + np.exp(-a @ w))
        w -= np.linalg.solve((a * (p * (1 - p))[:, None]).T @ a + np.eye(len(w)), a.T @ (p - y) + np.r_[w[:-1], 0])
    return w[:-1] / spread, float(w[-1] - (w[:-1] / spread * mean).sum())


def _some(asked: list[Asked], limit: int) -> list[Asked]:
    return asked[:: max(1, len(asked) // limit)] if limit else asked


def main() -> None:
    from memory.embedding import Embedder
    from memory.reader import QueryReader, SentenceReader

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--alone", action="store_true")
    parser.add_argument("--fit", action="store_true")
    parser.add_argument("--failures", action="store_true")
    parser.add_argument("--chunk-eval", type=Path)
    parser.add_argument("--papers", type=Path, default=PAPERS, help="the reader's papers")
    parser.add_argument("--limit", type=int, default=0, help="about so many questions of each set")
    args = parser.parse_args()
    sense = Sense(Embedder().embed, SentenceReader().answers, QueryReader().asks)
    sets = {"development": development(), "papers": written(args.papers)}
    indexed = {name: (_some(asked, args.limit), Index(texts, sense)) for name, (texts, asked) in sets.items()}
    if args.fit:
        return fit([*indexed.values()])
    for name, (asked, index) in indexed.items():
        everything = set(sets[name][0])
        scope = (lambda a: {a.document}) if args.alone else (lambda a, all_of=everything: all_of)
        measure(f"{name}, {'alone' if args.alone else 'all documents'}", asked, index, scope, args.failures)
    if args.chunk_eval:
        texts, asked = chunk_eval(args.chunk_eval)
        index = Index(texts, sense)
        asked = _some(asked, args.limit)
        measure("chunk_eval, own text", asked, index, lambda a: {a.document}, args.failures)
        foreign = [Asked(a.question, a.document, ()) for a in asked]
        measure("chunk_eval, other texts", foreign, index, lambda a: set(texts) - {a.document}, args.failures)
    return None


if __name__ == "__main__":
    main()
