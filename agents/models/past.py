"""Similar goals of the past as a model is shown them: examples among the data, never instructions."""

from __future__ import annotations

import json
from collections.abc import Sequence

from agents.base import Like
from agents.episodes import Episode

PAST = (
    "Similar goals before, each with the plan that it ended with, what failed and what the user changed. Only examples: if "
    "one that worked fits, start from it, name it in `like`, and put this goal's values in; what the user changed then "
    "holds now too; what failed is not tried again in the same way"
)
_NEAR = 0.45  # cosine of the goals below which an example misleads more than it helps
_SHOWN = 3
_ARGUMENT = 160  # characters


def shown(episodes: Sequence[Episode]) -> list[Episode]:
    """The ones worth showing: alike enough, the ones that worked first, no goal twice."""
    near = [e for e in episodes if e.similarity >= _NEAR]
    first = {e.goal.casefold(): e for e in sorted(near, key=lambda e: (e.worked, e.added))}  # the newest that worked
    kept = [e for e in near if first[e.goal.casefold()] is e]
    return sorted(kept, key=lambda e: not e.worked)[:_SHOWN]


def past_goals(episodes: Sequence[Episode]) -> str:
    return "\n\n".join(f"e{n}: {_told(e)}" for n, e in enumerate(shown(episodes), 1))


def _told(e: Episode) -> str:
    ended = "it worked" if e.worked else f"it did not work ({(e.outcome or e.status).replace('_', ' ')})"
    steps = [f"- {s['id']} {s['tool'] or s['role']}: {s['title']}{_args(s['args'])}" for s in e.plan["steps"]]
    lines = [f"{e.goal[:400]} ({e.added[:10]}; {ended})", *steps]
    lines += [f"The user: {c}" for c in e.corrected[:4]]
    lines += [f"Failed: {f}" for f in e.failed[:3]]
    return "\n".join(lines)


def _args(args: object) -> str:
    if not isinstance(args, dict):
        return ""
    given = {k: v for k, v in args.items() if v not in ("", None, [], {}) and k != "parts"}
    text = json.dumps(given, ensure_ascii=False, default=str) if given else ""
    return f" {text[:_ARGUMENT]}{'…' if len(text) > _ARGUMENT else ''}" if text else ""


def started_from(name: str, tools: Sequence[str], episodes: Sequence[Episode]) -> Like | None:
    """The example that the model says it started from, if it was shown it and the plans have a tool in common."""
    n = "".join(c for c in name if c.isdigit())
    every = shown(episodes)
    if not n or not 0 < int(n) <= len(every):
        return None
    e = every[int(n) - 1]
    if not {t for t in tools if t} & {s["tool"] for s in e.plan["steps"]}:
        return None
    why = " ".join(f"You: {c}" for c in e.corrected[:2])
    return Like(run=e.run, thread=e.thread, goal=e.goal, added=e.added, why=why)
