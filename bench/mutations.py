"""How well the claim check tells right answers from changed ones: `python -m bench.mutations [--held-out] [--show]`.

`answers/*.json` hold right answers with the results of their runs (`{"held_out", "results", "answers": [{"goal",
"text"}]}`), in the styles of the built-in agent and of language models. First every right answer has to pass; then each
is changed in one place, in every way that can be done to it, and the check has to notice. A change that leaves the
meaning true (a citation moved to a source that says the same) is not made. The held-out answers were written after the checks; by now
their faults have been looked at too, so only newly written answers tell how often a right one is flagged.
"""

from __future__ import annotations

import argparse
import random
from collections import defaultdict
from typing import Any

from bench.mutated import Case, cases, mutations
from graph.claims.grounding import ground


def flagged(case: Case, text: str, embed: Any) -> list[str]:
    return ground(text, case.results, embed, case.goal).faults


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--held-out", action="store_true", help="the set-aside third as well")
    parser.add_argument("--show", action="store_true", help="print what was flagged wrongly and what was missed")
    parser.add_argument("--seed", type=int, default=7)
    args = parser.parse_args()
    from memory.embedding import Embedder

    embed = Embedder().embed
    for held in (False, True) if args.held_out else (False,):
        report(
            [c for c in cases() if c.held_out is held],
            "held out" if held else "development",
            embed,
            args.seed,
            args.show,
        )


def report(chosen: list[Case], title: str, embed: Any, seed: int, show: bool) -> None:
    wrong = claims = 0
    for c in chosen:
        grounded = ground(c.text, c.results, embed, c.goal)
        claims += len(grounded.claims)
        wrong += bool(grounded.faults)
        if grounded.faults and show:
            print(f"WRONGLY FLAGGED {c.name}: {grounded.faults}")
    caught: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for c in chosen:
        before = set(flagged(c, c.text, embed))
        for kind, text in dict.fromkeys(mutations(c, random.Random(f"{seed}:{c.name}"))):
            hit = bool(set(flagged(c, text, embed)) - before)
            caught[kind][0] += hit
            caught[kind][1] += 1
            if show and not hit:
                print(f"MISSED {kind} {c.name}: {_difference(c.text, text)}")
    total = [sum(x) for x in zip(*caught.values(), strict=True)]
    print(
        f"\n{title}: {len(chosen)} right answers, {claims} claims, {wrong} answers flagged ({100 * wrong / len(chosen):.1f}%)"
    )
    for kind, (hit, n) in [*sorted(caught.items()), ("all", total)]:
        print(f"  {kind:24} {hit:5} of {n:5} caught  {100 * hit / n:5.1f}%")


def _difference(before: str, after: str) -> str:
    at = next((i for i, (a, b) in enumerate(zip(before, after, strict=False)) if a != b), min(len(before), len(after)))
    start = max(0, at - 90)
    return f"…{' '.join(before[start : at + 50].split())}…  =>  …{' '.join(after[start : at + 50].split())}…"


if __name__ == "__main__":
    main()
