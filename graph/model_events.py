"""The part of the event vocabulary that tells of language models; `graph/events.py` holds the whole of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Thought:
    """The agent thinking aloud: for the panel, never part of the answer."""

    step: str  # "" while it plans
    text: str
    kind: Literal["Thought"] = "Thought"


@dataclass(frozen=True)
class ModelUsed:
    """One call of a language model."""

    model: str
    role: str
    step: str  # "" for planning and reviewing
    input_tokens: int
    output_tokens: int
    money: float  # US dollars; negative when the price is not known
    seconds: float
    kind: Literal["ModelUsed"] = "ModelUsed"


@dataclass(frozen=True)
class ModelChanged:
    """A model could not be used; the agent went on with another one, or with the built-in agent."""

    step: str
    before: str
    after: str
    reason: str
    kind: Literal["ModelChanged"] = "ModelChanged"


@dataclass(frozen=True)
class ModelErred:
    """A call of a model failed in a way that may pass, and was made again: it can have taken minutes."""

    step: str  # "" for planning and reviewing
    model: str
    error: str
    retry_after: float  # seconds
    kind: Literal["ModelErred"] = "ModelErred"
