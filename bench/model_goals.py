"""The development goals with a real language model, beside the built-in agent: success, tokens, money and seconds a group.

    python -m bench.model_goals --base-url http://127.0.0.1:8080/v1 --model NAME [--groups tables facts] [--limit 2]
    python -m bench.model_goals --model openai:gpt-5-mini
    python -m bench.model_goals … --every 20 --offset 3      # a sample of every group, for a slow machine

The key is read from the environment, as the product does. A measurement, never a test. What matters most of a weak model is
the last line: how many of its answers were wrong and yet given as checked (answered, and no sentence marked).
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if __package__ in (None, ""):  # started as a script: find the rooms beside us
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench import goals as built_in
from bench.goals import SET, Measured, load

if TYPE_CHECKING:
    from agents.models.spec import ModelSettings
    from runs.service import Groundwork


@dataclass
class Tried:
    """One goal, done with the model."""

    measured: Measured
    tokens: int = 0
    money: float = 0.0  # US dollars; negative when the price is not known
    calls: int = 0
    changed: list[str] = field(default_factory=list)  # from which model to which, and why
    marked: list[str] = field(default_factory=list)  # sentences of the answer that nothing supports

    @property
    def confident_error(self) -> bool:
        """Wrong, and nothing in the answer says so."""
        m = self.measured
        return m.outcome == "answered" and not m.passed and not self.marked


def run(folder: Path, goals: Sequence[Mapping[str, Any]], models: ModelSettings, seconds: float) -> list[Tried]:
    from graph.state import DEFAULT_BUDGETS
    from runs.service import Groundwork
    from runs.settings import Settings

    out: list[Tried] = []
    with tempfile.TemporaryDirectory(prefix="groundwork-goals-") as home:
        gw = Groundwork.open(Settings(home=Path(home), budgets={**DEFAULT_BUDGETS, "seconds": seconds}))
        try:
            gw.models.save(models)
            names: dict[str, str] = {}
            for goal in sorted(goals, key=built_in.user_of):
                key = built_in.user_of(goal)
                if key not in names:
                    names[key] = f"bench{len(names) + 1}"
                    gw.steering.choose_review(names[key], "never")  # nobody is there to look at plans
                    built_in.ingest(gw, names[key], folder, goal["files"])
                out.append(_tried(gw, names[key], goal, seconds))
                tell(out[-1])
        finally:
            gw.close()
    return out


def _tried(gw: Groundwork, user: str, goal: Mapping[str, Any], seconds: float) -> Tried:
    tried = Tried(built_in.measure(gw, user, goal, limit=seconds + 60))
    for stamped in gw.events(user, gw.runs(user)[-1].id):
        event = stamped.event
        if event.kind == "ModelUsed":
            tried.calls += 1
            tried.tokens += event.input_tokens + event.output_tokens
            tried.money = -1.0 if event.money < 0 or tried.money < 0 else tried.money + event.money
        elif event.kind == "ModelChanged":
            tried.changed.append(f"{event.before} → {event.after}: {event.reason}")
        elif event.kind == "AnswerChecked":
            tried.marked = [c["text"] for c in event.claims if c["support"] == "unsupported"]
    return tried


def tell(t: Tried) -> None:
    m = t.measured
    print(f"\n{'✓' if m.passed else '✗'} {m.id} [{m.group}] {m.goal}", flush=True)
    print(
        f"  {m.outcome or 'no answer'} · {m.seconds:.1f} s · {t.calls} calls · {t.tokens:,} tokens · {m.reason[:300]}"
    )
    for line in [*(f"changed: {c[:300]}" for c in t.changed), *(f"marked: {c[:200]}" for c in t.marked), *m.faults]:
        print(f"  - {line}")
    print("  > " + (m.answer or "(nothing)").strip()[:1_500].replace("\n", "\n  > "), flush=True)


def table(tried: Sequence[Tried], others: Mapping[str, Measured]) -> str:
    """Per group: the model beside the built-in agent, as Markdown."""
    lines = [
        "| group | goals | done | built-in | tokens a goal | money | median s | built-in s | wrong without a mark | built-in |",
        "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for name in [*sorted({t.measured.group for t in tried}), "all"]:
        part = [t for t in tried if name in ("all", t.measured.group)]
        other = [others[t.measured.id] for t in part if t.measured.id in others]
        money = "unknown" if any(t.money < 0 for t in part) else f"${sum(t.money for t in part):.4f}"
        lines.append(
            f"| {name} | {len(part)} | {sum(t.measured.passed for t in part)} | {sum(m.passed for m in other)} | "
            f"{statistics.mean(t.tokens for t in part):,.0f} | {money} | "
            f"{statistics.median(t.measured.seconds for t in part):.1f} | "
            f"{statistics.median([m.seconds for m in other] or [0.0]):.1f} | "
            f"{sum(t.confident_error for t in part)} | "
            f"{sum(m.outcome == 'answered' and not m.passed for m in other)} |"
        )
    return "\n".join(lines)


def _chosen(args: argparse.Namespace) -> ModelSettings:
    from agents.models.spec import ModelSettings, Spec

    name = f"openai:{args.model}@{args.base_url.rstrip('/')}" if args.base_url else args.model
    Spec.parse(name)
    return ModelSettings(model=name, context=args.context, timeout=args.timeout)


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Run the development goals with a language model.")
    parser.add_argument("--model", required=True, help="its name at --base-url, or provider:name")
    parser.add_argument("--base-url", default="", help="an OpenAI-compatible address")
    parser.add_argument("--set", type=Path, default=SET, help="folder with goals.json and documents/")
    parser.add_argument("--groups", nargs="+", default=[], help="only these groups of goals")
    parser.add_argument("--limit", type=int, default=0, help="so many goals of each group, evenly chosen; 0: all")
    parser.add_argument("--every", type=int, default=1, help="only every so many-th goal of each group, one at least")
    parser.add_argument("--offset", type=int, default=0, help="which goal of each group --every begins with, from 0")
    parser.add_argument(
        "--context", type=int, default=0, help="tokens that the model can read at once; 0: what is known"
    )
    parser.add_argument("--timeout", type=float, default=120.0, help="seconds for one call of the model")
    parser.add_argument("--seconds", type=float, default=600.0, help="for one goal")
    parser.add_argument("--json", type=Path, help="write every result here")
    args = parser.parse_args(argv)
    if args.every < 1 or args.offset < 0:
        parser.error("--every is at least 1, --offset at least 0.")
    goals = _some(_sample(load(args.set), args.every, args.offset), args.groups, args.limit)
    if not goals:
        raise SystemExit("No goal of the set fits --groups.")
    began = time.monotonic()
    tried = run(args.set, goals, _chosen(args), args.seconds)
    others = {m.id: m for m in built_in.run(args.set, goals, verbose=False)}
    print(f"\n{table(tried, others)}\n\n{len(tried)} goals in {time.monotonic() - began:.0f} s, with {args.model}.")
    if args.json:
        args.json.write_text(json.dumps([asdict(t) for t in tried], ensure_ascii=False, indent=1), encoding="utf-8")
    return 0


def _sample(goals: Sequence[dict[str, Any]], every: int, offset: int) -> list[dict[str, Any]]:
    """Every so many-th goal of each group; of a group that is too short for the offset, one all the same."""
    out: list[dict[str, Any]] = []
    for group in dict.fromkeys(g["group"] for g in goals):
        part = [g for g in goals if g["group"] == group]
        out += part[offset % min(every, len(part)) :: every]
    return out


def _some(goals: Sequence[dict[str, Any]], groups: Sequence[str], limit: int) -> list[dict[str, Any]]:
    out: list[dict[str, Any]] = []
    for group in dict.fromkeys(g["group"] for g in goals):
        part = [g for g in goals if g["group"] == group] if not groups or group in groups else []
        step = max(1, len(part) // limit) if limit else 1
        out += part[::step][: limit or len(part)]
    return out


if __name__ == "__main__":
    raise SystemExit(main())
