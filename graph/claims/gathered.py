"""What a run gathered that a claim can stand on, and what is found about one claim."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from graph.claims.evidence import Evidence, Rarity
from text.values import Value

Similar = Callable[[str, Sequence[str]], float]  # cosine of a text with the closest of several


@dataclass
class Finding:
    ok: bool
    reason: str = ""
    expression: str = ""
    used: tuple[str, ...] = ()  # ids of sources
    score: float = 0.0  # how well it is covered, for choosing among sources


@dataclass
class Run:
    """All that a run gathered, and the goal's own values."""

    sources: dict[str, Evidence]
    results: list[Evidence]  # what tools computed or listed
    rarity: Rarity
    similar: Similar
    goal: str = ""
    goal_values: list[Value] = field(default_factory=list)
    folded_goal: str = ""
    before: list[Value] = field(default_factory=list)  # values of the last claims that stood
    spoken_of: set[str] = field(default_factory=set)  # words of the claims that stood
    units: frozenset[str] = frozenset()  # of all values in the sources

    @property
    def computed(self) -> list[Evidence]:
        return [e for e in self.results if e.expression]

    def computed_by(self, cited: Sequence[Evidence]) -> list[Evidence]:
        """What the cited steps computed, and what tools without sources did; of all steps when nothing is cited."""
        return [e for e in self.computed if not cited or not e.about or any(e.step == c.step for c in cited)]

    def family(self, cited: Sequence[Evidence]) -> str:
        """The folded text of all passages that come from the cited documents."""
        titles = {e.source["title"] for e in cited if e.source}
        return " \n ".join(e.folded for e in self.sources.values() if e.source and e.source["title"] in titles)
