"""What the model calls of one run may still use: tokens and money, shared by steps that run at the same time.

A call holds its estimate before it is made, so that a budget stops a run before it is passed, not after. Not a price
list: who calls says what it costs.
"""

from __future__ import annotations

from dataclasses import dataclass

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

    def tokens_left(self) -> int | None:
        """None without a limit."""
        return max(0, self.tokens - self.used_tokens - self.held_tokens) if self.tokens else None

    def money_left(self) -> float | None:
        return max(0.0, self.money - self.used_money - self.held_money) if self.money else None

    def hold(self, tokens: int, money: float) -> None:
        """Set the estimate of a call aside. Raises OverBudget when it does not fit."""
        left = self.tokens_left()
        if left is not None and tokens > left:
            raise OverBudget(
                "tokens",
                f"The budget of {self.tokens:,} tokens for one run does not allow another call of the model "
                f"({self.used_tokens:,} are used, the next call may take {tokens:,}).",
            )
        rest = self.money_left()
        if rest is not None and money > rest:
            raise OverBudget(
                "money",
                f"The budget of ${self.money:.2f} for one run does not allow another call of the model "
                f"(${self.used_money:.4f} is used, the next call may cost ${money:.4f}).",
            )
        self.held_tokens += tokens
        self.held_money += money

    def settle(self, tokens: int, money: float, used_tokens: int, used_money: float) -> None:
        """The call that was held is over: what it really used counts."""
        self.held_tokens -= tokens
        self.held_money -= money
        self.used_tokens += used_tokens
        self.used_money += used_money
