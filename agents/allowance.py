"""What the model calls of one run (or of a user's whole day) may still use: tokens and money, shared by what runs at once.

A call holds its estimate before it is made, so that a budget stops a run before it is passed, not after. Not a price
list: who calls says what it costs.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Literal

from agents.errors import OverBudget


@dataclass
class Allowance:
    """0 means without limit. Not thread-safe: used from the run's event loop only."""

    tokens: int = 0
    money: float = 0.0  # US dollars
    used_tokens: int = 0
    used_money: float = 0.0
    held_tokens: int = 0
    held_money: float = 0.0
    day: Allowance | None = None  # what is left of the user's limits for the day, shared by all their runs
    name: str = "one run"
    what: Literal["day"] | None = None  # of the errors; None: the kind itself
    plan_by: float = 0.0  # `time.monotonic()` when a model must have planned: the rest is for whoever plans instead

    def seconds_to_plan(self) -> float | None:
        """None without a limit."""
        return max(0.0, self.plan_by - time.monotonic()) if self.plan_by else None

    def tokens_left(self) -> int | None:
        """None without a limit."""
        own = max(0, self.tokens - self.used_tokens - self.held_tokens) if self.tokens else None
        left = [x for x in (own, self.day.tokens_left() if self.day else None) if x is not None]
        return min(left, default=None)

    def money_left(self) -> float | None:
        own = max(0.0, self.money - self.used_money - self.held_money) if self.money else None
        left = [x for x in (own, self.day.money_left() if self.day else None) if x is not None]
        return min(left, default=None)

    def hold(self, tokens: int, money: float) -> None:
        """Set the estimate of a call aside. Raises OverBudget when it does not fit, into the run or into the day."""
        if self.tokens and tokens > self.tokens - self.used_tokens - self.held_tokens:
            raise OverBudget(
                self.what or "tokens",
                f"The budget of {self.tokens:,} tokens for {self.name} does not allow another call of the model "
                f"({self.used_tokens:,} are used, the next call may take {tokens:,}).",
            )
        if self.money and money > self.money - self.used_money - self.held_money:
            raise OverBudget(
                self.what or "money",
                f"The budget of ${self.money:.2f} for {self.name} does not allow another call of the model "
                f"(${self.used_money:.4f} is used, the next call may cost ${money:.4f}).",
            )
        if self.day:
            self.day.hold(tokens, money)
        self.held_tokens += tokens
        self.held_money += money

    def settle(self, tokens: int, money: float, used_tokens: int, used_money: float) -> None:
        """The call that was held is over: what it really used counts."""
        self.held_tokens -= tokens
        self.held_money -= money
        self.used_tokens += used_tokens
        self.used_money += used_money
        if self.day:
            self.day.settle(tokens, money, used_tokens, used_money)
