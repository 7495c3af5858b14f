"""What an agent may raise. The errors::

AgentError        it could not decide; the step fails or the plan is refused, and the reason is read by users
└── OverBudget    going on would pass a budget of the run, or a limit of its user for the day; it did not go on
"""

from __future__ import annotations

from typing import Literal


class AgentError(Exception):
    """The agent could not decide (for a model: unreachable, refused, unusable reply). Read by users."""


class OverBudget(AgentError):
    def __init__(self, what: Literal["tokens", "money", "tool_calls", "seconds", "day"], message: str) -> None:
        super().__init__(message)
        self.what = what
