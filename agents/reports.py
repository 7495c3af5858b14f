"""What an agent tells of itself while it decides: pieces of what it writes and thinks, and its calls of models."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class TextPart:
    """A piece of the answer, as it is written."""

    text: str
    anew: bool = False  # what was written before is thrown away


@dataclass(frozen=True)
class Reasoning:
    """A piece of the agent's thinking aloud: for the panel, never for the answer."""

    text: str


@dataclass(frozen=True)
class Usage:
    """One call of a model, as it was billed (or estimated, where the model does not say)."""

    model: str
    role: str
    input_tokens: int
    output_tokens: int
    money: float  # US dollars; negative when the price is not known
    seconds: float = 0.0


@dataclass(frozen=True)
class Switched:
    """The agent goes on with another model, or with the built-in agent, because the one it used failed."""

    before: str
    after: str
    reason: str  # for users


@dataclass(frozen=True)
class Erred:
    """A call of a model failed in a way that may pass, and is made again."""

    model: str
    error: str  # for users
    after: float  # seconds until then


Report = TextPart | Reasoning | Usage | Switched | Erred


def unheard(report: Report) -> None:
    """For callers that do not want to know."""
