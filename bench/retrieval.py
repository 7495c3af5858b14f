"""How well and how fast memory finds passages: dense, lexical and fused, on public sets and at 10,000 to 300,000 passages.

    python -m bench.retrieval --data FOLDER [--sets cranfield,locomo-dated,chunk_eval]
    python -m bench.retrieval --scale 10000,100000

FOLDER holds the sets and their `evalkit.py` (metrics and readers). Quality goes through the product's own path:
`bench/memory_target.py` adds the texts as uploads, `UserMemory.search` answers. nDCG@10 for Cranfield, recall@5 for the
others (of characters for chunk_eval). At scale the passages are made up: words by Zipf's law, vectors in clusters; their
vectors are not computed, so this measures storage and search. Not a test; the sets are not part of the repository.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from memory.embedding import Embedder

METRIC = {"cranfield": "ndcg@10"}
ONE = "GROUNDWORK_BENCH_GROUP"


def evalkit(data: Path) -> Any:
    spec = importlib.util.spec_from_file_location("evalkit", data / "evalkit.py")
    if spec is None or spec.loader is None or not (data / "evalkit.py").is_file():
        raise SystemExit(f"{data} has no evalkit.py; --data is the folder with the sets and their harness.")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    vars(module)["DATA"] = str(data)
    return module


class Timed(Embedder):
    """The shipped model, and how long it alone took: the bound that ingestion is measured against."""

    seconds = 0.0

    def embed(self, texts: Sequence[str], progress: Callable[[int, int], None] | None = None) -> np.ndarray:
        self._load()
        began = time.perf_counter()
        vectors = super().embed(texts, progress)
        self.seconds += time.perf_counter() - began
        return vectors


def one_group(data: Path, name: str, number: int) -> dict[str, Any]:
    """Ingest one group of documents and ask its questions; in a process of its own, so that memory use is its own."""
    from bench import memory_target as target

    kit = evalkit(data)
    group = kit.DATASETS[name]()[number]
    model = Timed()
    began = time.perf_counter()
    target.ingest(list(group["docs"]), model)
    out: dict[str, Any] = {"ingest": time.perf_counter() - began, "embedding": model.seconds, "ms": [], "rows": []}
    memory = target.user_memory()
    out["passages"] = sum(d.passages for d in memory.documents())
    for query in group["queries"]:
        began = time.perf_counter()
        fused = memory.search(query["q"], 20)
        out["ms"].append((time.perf_counter() - began) * 1e3)
        halves = {**target.halves(query["q"], 20), "fused": fused}
        out["rows"].append({half: _score(kit, name, group, query, found) for half, found in halves.items()})
    out["disk"] = sum(f.stat().st_size for f in Path(os.environ["EVAL_STORE_DIR"]).rglob("*") if f.is_file())
    out["rss"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return out


def _score(kit: Any, name: str, group: Any, query: Any, found: Sequence[Any]) -> float:
    from bench.memory_target import known_as

    if name != "chunk_eval":
        return kit.rank_metrics([known_as(p.title, p.start) for p in found], query["rel"])[METRIC.get(name, "recall@5")]
    texts, gold, ranges = dict(group["docs"]), next(iter(query["rel"])), []
    for p in found[:5]:
        document = known_as(p.title, p.start)
        place = kit.locate(texts[document], p.text)
        ranges.append((document == gold and place is not None, *(place or (0, len(p.text)))))
    return kit.range_metrics(ranges, query["refs"])["recall"]


def quality(data: Path, sets: Sequence[str]) -> None:
    kit = evalkit(data)
    print(
        "| set | measure | dense | lexical | fused | p50 ms | p95 ms | ingest / model alone | passages | disk MB | RSS MB |"
    )
    print("|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|")
    for name in sets:
        groups = [_apart(data, name, n) for n in range(len(kit.DATASETS[name]()))]
        rows = [r for g in groups for r in g["rows"]]
        ms = [x for g in groups for x in g["ms"]]
        mean = {half: float(np.mean([r[half] for r in rows])) for half in ("dense", "lexical", "fused")}
        slow = sum(g["ingest"] for g in groups) / sum(g["embedding"] for g in groups)
        total = [sum(g["passages"] for g in groups), sum(g["disk"] for g in groups) / 1e6]
        scores = " | ".join(f"{x:.3f}".lstrip("0") for x in mean.values())
        print(
            f"| {name} | {METRIC.get(name, 'recall@5')} | {scores} | {np.percentile(ms, 50):.1f} | "
            f"{np.percentile(ms, 95):.1f} | {slow:.2f} | {total[0]:,} | {total[1]:.0f} | "
            f"{max(g['rss'] for g in groups) / 1e6:.0f} |",
            flush=True,
        )


def _apart(data: Path, name: str, number: int) -> dict[str, Any]:
    store = tempfile.mkdtemp(prefix="groundwork-bench-")
    try:
        done = subprocess.run(
            [sys.executable, "-m", "bench.retrieval", "--data", str(data)],
            env={**os.environ, "EVAL_STORE_DIR": store, ONE: f"{name} {number}"},
            stdout=subprocess.PIPE,
            check=True,
        )
        return json.loads(done.stdout.splitlines()[-1])
    finally:
        shutil.rmtree(store, ignore_errors=True)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--data", type=Path)
    asked.add_argument("--sets", default="cranfield,locomo-dated,chunk_eval")
    asked.add_argument("--scale", help="numbers of passages, with commas")
    given = asked.parse_args()
    if group := os.environ.get(ONE):
        name, _, number = group.rpartition(" ")
        print(json.dumps(one_group(given.data.absolute(), name, int(number))))
    elif given.data:
        quality(given.data.absolute(), given.sets.split(","))
    if given.scale:
        from bench.retrieval_scale import scale

        scale([int(n) for n in given.scale.split(",")])


if __name__ == "__main__":
    main()
