"""Train the model that compares queries with questions: is this what the question asks of the table?

    python -m bench.table_reader.train --start memory/model/reader_int8.onnx --out FILE [--minutes 40] [--bfloat16]

Needs what `bench/reader/train.py` needs, whose network, loop and export it uses. Prints how often, on the tables left out,
the right query comes first among all of its table and among changes of itself, and how many of the questions that the
table cannot answer are declined.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import torch

from agents.rules.tables.schema import Ask, Column, Filter
from agents.rules.tables.worded import column, condition, whole
from bench.reader.network import Reader
from bench.reader.resume import load
from bench.reader.train import Group, Pairs, export, train
from bench.table_reader.parts import grouping, groupings, head, heads, joined, part
from bench.table_reader.questions import Table, tables

T = TypeVar("T")
CANDIDATES = 6  # a question
_OTHER_WAY = {"<": ">=", ">": "<=", "<=": ">", ">=": "<", "in": "not in", "not in": "in", "null": "not null"}
_OTHER_WAY |= {"not null": "null", "true": "false", "false": "true"}


class Wordings:
    """All of them, least seen first, each with other queries of its table, or with changes of the right one."""

    def __init__(self, known: Sequence[Table], rng: random.Random) -> None:
        self.rng, self.tables = rng, list(known)
        asked = [(q, ask, t) for t in known for q, ask in t.asked]
        none = [(q, None, t) for t in known for q in t.unanswerable]
        self.asked = [(rng.random(), *a) for a in [*asked, *none]]

    def next(self, count: int) -> list[Group]:
        self.asked.sort(key=lambda a: a[0])
        taken = self.asked[:count]
        self.asked[:count] = [(seen + 1 + 0.3 * self.rng.random(), *a) for seen, *a in taken]
        return [self._group(q, ask, t) for _, q, ask, t in taken]

    def _group(self, question: str, ask: Ask | None, t: Table) -> Group:
        rng = self.rng
        if rng.random() < 0.3:
            question = question.lower() if rng.random() < 0.6 else question.rstrip("?")
        right, wrong = self._part(ask, t) if ask is not None and rng.random() < 0.5 else self._whole(ask, t)
        wrong = [w for w in dict.fromkeys(wrong) if w not in right]
        while len(wrong) < CANDIDATES:
            wrong.append(whole(rng.choice(rng.choice(self.tables).asked)[1]))
        chosen = [*right[:1], *wrong][:CANDIDATES]
        return [(question, c) for c in chosen], len(right[:1])

    def _whole(self, ask: Ask | None, t: Table) -> tuple[list[str], list[str]]:
        others = [
            whole(a) for _, a in self.rng.sample(t.asked, min(8, len(t.asked))) if ask is None or not alike(a, ask)
        ]
        if ask is None:
            return [], others
        changed = [whole(a) for a in self._some(list(changes(ask, t, self.rng)), 4)]
        return [whole(ask)], [*changed, *others]

    def _part(self, ask: Ask, t: Table) -> tuple[list[str], list[str]]:
        """One decision of the query, or, of what it does not decide, nothing right."""
        which = self.rng.choice(["head", "head", "group", "rows", "rows", "rows"])
        if which == "head":
            every = [head(a) for a in heads(t.sheet, numbers(t)) if not alike(a, ask)]
            near = [x for x in every if ask.measure is not None and column(ask.measure) in x]
            return self._said(t, [head(ask)], [*self._some(near, 3), *self._some(every, 6)])
        if which == "group":
            right = [grouping(ask)] if grouping(ask) else []
            return self._said(t, right, self._some([grouping(a) for a in groupings(t.sheet)], 8))
        right = [condition(f) for f in self._some(list(ask.filters), 1)]
        all_right = {condition(f) for f in ask.filters}
        near = [condition(f) for own in ask.filters for f in turned(own, t, self.rng)]
        every = [condition(f) for f in conditions(t)]
        wrong = [x for x in [*self._some(near, 3), *self._some(every, 6)] if x not in all_right]
        return self._said(t, right, wrong)

    def _said(self, t: Table, right: list[str], wrong: list[str]) -> tuple[list[str], list[str]]:
        return [part(t.sheet, x) for x in right], [part(t.sheet, x) for x in wrong if x not in right]

    def _some(self, what: list[T], n: int) -> list[T]:
        return self.rng.sample(what, min(n, len(what)))


def numbers(t: Table) -> list[Column]:
    return [c for c in t.sheet.of_kind("number") if c.name not in t.codes]


def alike(a: Ask, b: Ask) -> bool:
    """The same to whoever asked: the highest amount, and the row with it."""
    if whole(a) == whole(b):
        return True
    ends = {("max", ""): "desc", ("min", ""): "asc"}
    of = [(x.measure, ends.get((x.agg, x.order), x.order if not x.agg else "")) for x in (a, b)]
    same_rows = {condition(f) for f in a.filters} == {condition(f) for f in b.filters}
    return bool(of[0] == of[1] and of[0][1]) and same_rows and not a.group and not b.group


def conditions(t: Table) -> Iterator[Filter]:
    for c in t.sheet.columns:
        if c.kind == "text":
            yield from (Filter(c, "in", (v,)) for v in t.values[c.name])
        if c.kind == "bool":
            yield from (Filter(c, op) for op in ("true", "false"))
        yield from (Filter(c, op) for op in ("null", "not null") if c.kind in ("text", "date"))
    yield from (f for _, a in t.asked for f in a.filters)


def turned(f: Filter, t: Table, rng: random.Random) -> Iterator[Filter]:
    """The same condition the other way round, of another value, of another column."""
    if f.op in _OTHER_WAY:
        yield replace(f, op=_OTHER_WAY[f.op])
    values = [v for v in t.values[f.column.name] if v not in f.values] if f.op in ("in", "not in") else []
    yield from (replace(f, values=(v,)) for v in rng.sample(values, min(3, len(values))))
    same_kind = [c for c in t.sheet.of_kind(f.column.kind) if c != f.column]
    if f.op not in ("in", "not in"):
        yield from (replace(f, column=c) for c in same_kind)


def changes(ask: Ask, t: Table, rng: random.Random) -> Iterator[Ask]:
    """Queries that differ from it in one thing that matters."""
    every = [a for a in heads(t.sheet, numbers(t)) if head(a) != head(ask)]
    of_measure = [a for a in every if a.measure == ask.measure and not alike(a, ask)]
    each = ask if grouping(ask) else None
    if not (each is None and ask.limit):
        for a in [*rng.sample(of_measure, min(2, len(of_measure))), *rng.sample(every, 2)]:
            if not (each and (a.share or (a.limit and not a.group) or not a.agg)) and not alike(a, ask):
                yield joined(a, each, ask.filters)
    else:
        yield replace(ask, order="asc" if ask.order == "desc" else "desc")
        yield from (joined(a, None, ask.filters) for a in rng.sample(every, 2) if not alike(a, ask))
    for i, f in enumerate(ask.filters):
        rest = [x for k, x in enumerate(ask.filters) if k != i]
        yield replace(ask, filters=rest)
        turns = list(turned(f, t, rng))
        yield from (replace(ask, filters=[*rest, x]) for x in rng.sample(turns, min(2, len(turns))))
    if more := [f for f in conditions(t) if f.column.name not in {x.column.name for x in ask.filters}]:
        yield replace(ask, filters=[*ask.filters, rng.choice(more)])
    if ask.agg and not ask.share:
        yield from (
            joined(ask, a, ask.filters) for a in rng.sample(list(groupings(t.sheet)), 2) if grouping(a) != grouping(ask)
        )
    if each is not None:
        yield (
            joined(ask, None, ask.filters)
            if not ask.order
            else replace(ask, order="asc" if ask.order == "desc" else "desc")
        )


def measure(model: Reader, held: Sequence[Table], pairs: Pairs) -> None:
    """Prints the shares of right, wrong and withheld queries, and of rightly declined questions, at several thresholds."""
    model.eval()
    rng, seen = random.Random(3), list[tuple[bool, bool, float]]()
    for t in held:
        golds = list({whole(a): a for _, a in t.asked}.values())
        for question, ask in [*t.asked, *((q, None) for q in t.unanswerable)]:
            changed = [*changes(ask, t, rng)] if ask else []
            candidates = [a for a in [*golds, *changed] if ask is None or a is ask or not alike(a, ask)]
            if ask is not None:
                candidates = [ask, *(a for a in candidates if a is not ask)]
            with torch.no_grad():
                z = model(*pairs([(question, whole(a)) for a in candidates]))
            seen.append((ask is not None, ask is not None and int(z.argmax()) == 0, float(torch.sigmoid(z.max()))))
    able, none = [s for s in seen if s[0]], [s for s in seen if not s[0]]
    print(f"  held out: {len(able)} wordings, right query first {sum(s[1] for s in able) / len(able):.3f}")
    for limit in (0.1, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95):
        right = sum(s[1] and s[2] >= limit for s in able) / len(able)
        wrong = sum(not s[1] and s[2] >= limit for s in able) / len(able)
        print(f"  from {limit:.2f}: right {right:.2f} wrong {wrong:.2f} declined {sum(s[2] < limit for s in none) / len(none):.2f}", flush=True)  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--start", type=Path, required=True, nargs="+")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=40.0)
    parser.add_argument("--rate", type=float, default=1e-4)
    parser.add_argument("--bfloat16", action="store_true", help="for a processor that has it")
    parser.add_argument("--seed", type=int, default=7)
    args = parser.parse_args()
    torch.manual_seed(args.seed)
    torch.set_num_threads(1)
    everything = list(tables())
    held = [t for t in everything if t.name.endswith("/4")]
    wordings = Wordings([t for t in everything if t not in held], random.Random(args.seed))
    print(f"{len(everything)} tables, {len(wordings.asked)} wordings to learn from", flush=True)
    model, pairs = Reader(), Pairs()
    load(model, args.start)
    if args.minutes:
        train(model, wordings, pairs, args)
    measure(model, held, pairs)
    export(model, args.out)


if __name__ == "__main__":
    main()
