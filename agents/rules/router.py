"""Which kind of goal a part is: by meaning (nearness to the intents' example goals) and by what actually parses.

A reading that accounts for the part's whole wording ("5 miles in km") wins by itself; where wording leaves room, the
nearest examples decide. Two readings that come out equal are both returned: the agent then asks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from agents.rules.intents import intents
from agents.rules.shapes import Embed, Intent, Look, Part, Reading

CERTAIN = 0.9  # from here on the wording itself decides
CLOSE = 0.02  # two scores nearer than this are a tie


@dataclass(frozen=True)
class Choice:
    reading: Reading
    score: float
    meaning: float


class Router:
    def __init__(self, embed: Embed) -> None:
        self.embed = embed
        self._examples: tuple[list[str], np.ndarray] | None = None

    def meanings(self, text: str) -> Mapping[str, float]:
        """How near `text` is to each intent's examples: the mean of the two nearest, -1..1."""
        owners, vectors = self._known()
        near = vectors @ self.embed([text])[0]
        out: dict[str, float] = {}
        for name in intents():
            own = np.sort(near[[i for i, o in enumerate(owners) if o == name]])[::-1]
            out[name] = float(own[:2].mean()) if len(own) else 0.0
        return out

    def choices(self, part: Part, look: Look) -> list[Choice]:
        """All readings of a part, best first; never empty (`needs_model` reads everything)."""
        meanings = self.meanings(part.text)
        out = []
        for name, intent in intents().items():
            if part.only and name not in part.only:
                continue
            reading = intent.read(part, look)
            if reading is not None:
                out.append(Choice(reading, score(reading, meanings[name]), meanings[name]))
        return sorted(out, key=lambda c: -c.score)

    def choose(self, part: Part, look: Look) -> Choice | None:
        found = self.choices(part, look)
        return found[0] if found else None

    def parses(self, text: str, look: Look) -> bool:
        """Would this be understood as a goal of its own by wording alone? (for splitting)"""
        return any((r := i.read(Part(text), look)) and r.sure >= CERTAIN for i in intents().values())

    def _known(self) -> tuple[list[str], np.ndarray]:
        if self._examples is None:
            pairs = [(name, e) for name, intent in intents().items() for e in intent.examples]
            self._examples = ([n for n, _ in pairs], self.embed([e for _, e in pairs]))
        return self._examples


def score(reading: Reading, meaning: float) -> float:
    """0..2. What the wording makes certain stands above all that meaning can say."""
    if reading.sure >= CERTAIN:
        return 1.0 + reading.sure
    return 0.5 * reading.sure + 0.5 * max(0.0, meaning)


def intent_of(name: str) -> Intent:
    return intents()[name]


def names(choices: Sequence[Choice]) -> list[str]:
    return [c.reading.intent for c in choices]
