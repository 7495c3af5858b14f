"""What language models used, by run and by conversation, read from the events. Of one user; limits it and stops nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from runs.database import Database


@dataclass(frozen=True)
class Spent:
    runs: int = 0  # that asked a language model
    calls: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    money: float = 0.0  # US dollars, of the calls whose price is known
    money_known: bool = True  # of all calls

    @property
    def tokens(self) -> int:
        return self.input_tokens + self.output_tokens

    def __str__(self) -> str:
        """ "1,240 tokens · $0.0031", or "" when no language model was asked."""
        if not self.calls:
            return ""
        cost = f"${self.money:.4f}" if self.money else ""
        if not self.money_known:
            cost = f"{cost} and calls whose price is not known" if cost else "price not known"
        return f"{self.tokens:,} tokens" + (f" · {cost}" if cost else "")


def together(parts: Iterable[Spent]) -> Spent:
    every = [*parts]
    return Spent(
        sum(p.runs for p in every),
        sum(p.calls for p in every),
        sum(p.input_tokens for p in every),
        sum(p.output_tokens for p in every),
        round(sum(p.money for p in every), 6),
        all(p.money_known for p in every),
    )


def by_run(database: Database, user: str, runs: Sequence[str]) -> dict[str, Spent]:
    """Of those of the runs that are the user's and asked a language model."""
    return _read(database, f"run.id IN ({','.join('?' * len(runs))})", user, *runs)


def in_thread(database: Database, user: str, thread: str) -> Spent:
    return together(_read(database, "run.thread=?", user, thread).values())


def _read(database: Database, which: str, user: str, *args: str) -> dict[str, Spent]:
    # `instr` first: most events are pieces of answers, and none of them need be parsed.
    rows = database.read(
        f"""SELECT run.id AS run, COUNT(*) AS calls, SUM(body->>'$.input_tokens') AS asked,
        SUM(body->>'$.output_tokens') AS said, SUM(MAX(body->>'$.money', 0)) AS money, MIN(body->>'$.money') AS least
        FROM run JOIN event ON event.run=run.id WHERE run.user=? AND {which}
        AND instr(body, '"ModelUsed"') AND body->>'$.kind'='ModelUsed' GROUP BY run.id""",
        user,
        *args,
    )
    return {
        r["run"]: Spent(1, r["calls"], int(r["asked"]), int(r["said"]), round(float(r["money"]), 6), r["least"] >= 0)
        for r in rows
    }
