"""What tools and language models usually took in a user's own earlier runs: for the estimates on a plan that waits.

An estimate, not a promise: medians of the last runs; nothing is known of what was never used.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from statistics import median

from agents.base import Step
from runs.database import Database

LOOK_BACK = 60  # runs


@dataclass(frozen=True)
class Estimate:
    seconds: float | None  # None: not known
    tokens: int | None = 0  # of a language model; 0: none is asked
    money: float | None = 0.0  # US dollars; None: the price is not known


@dataclass(frozen=True)
class Usual:
    seconds: dict[str, float] = field(default_factory=dict)  # by tool
    thinking: dict[str, tuple[float, int, float | None]] = field(
        default_factory=dict
    )  # by role: seconds, tokens, money

    def of(self, step: Step, by_model: bool) -> Estimate:
        """by_model: a language model does what has no tool."""
        if step["tool"]:
            return Estimate(self.seconds.get(step["tool"]))
        if not by_model:
            return Estimate(0.0)
        known = self.thinking.get(step["role"])
        return Estimate(*known) if known else Estimate(None, None, None)


def usual(database: Database, user: str) -> Usual:
    """Read from the events of the user's last `LOOK_BACK` runs."""
    recent = "SELECT id FROM run WHERE user=? ORDER BY number DESC LIMIT ?"
    took: dict[str, list[float]] = defaultdict(list)
    for r in database.read(
        f"""SELECT body->>'$.tool' AS tool, body->>'$.seconds' AS seconds FROM event WHERE run IN ({recent})
        AND body->>'$.kind'='ToolReturned'""",
        user,
        LOOK_BACK,
    ):
        took[r["tool"]].append(float(r["seconds"]))
    used: dict[str, list[tuple[float, int, float]]] = defaultdict(list)
    for r in database.read(
        f"""SELECT body->>'$.role' AS role, SUM(body->>'$.seconds') AS seconds, SUM((body->>'$.input_tokens')+(body->>'$.output_tokens')) AS tokens,
        CASE WHEN MIN(body->>'$.money')<0 THEN -1 ELSE SUM(body->>'$.money') END AS money FROM event
        WHERE run IN ({recent}) AND body->>'$.kind'='ModelUsed' AND body->>'$.step'!='' GROUP BY run, body->>'$.step'""",
        user,
        LOOK_BACK,
    ):
        used[r["role"]].append((float(r["seconds"]), int(r["tokens"]), float(r["money"])))
    thinking: dict[str, tuple[float, int, float | None]] = {}
    for role, calls in used.items():
        prices = [m for _, _, m in calls]
        money = median(prices) if min(prices) >= 0 else None
        thinking[role] = (median(s for s, _, _ in calls), round(median(t for _, t, _ in calls)), money)
    return Usual({tool: median(values) for tool, values in took.items()}, thinking)
