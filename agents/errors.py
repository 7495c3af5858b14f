"""What an agent may raise. The errors::

AgentError        it could not decide; the step fails or the plan is refused, and the reason is read by users
└── OverBudget    the next call of a model would pass the run's budget of tokens or money; it was not made
"""

from __future__ import annotations

from typing import Literal


class AgentError(Exception):
    """The agent could not decide (for a model: unreachable, refused, unusable reply). Read by users."""


class OverBudget(AgentError):
    def __init__(self, what: Literal["tokens", "money"], message: str) -> None:
        super().__init__(message)
        self.what = what
