"""How goals ask between options: the two names, or how many of what there are; and on what they are compared."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from tools.base import Json

_MORE = {
    "cheaper": "price", "cheapest": "price", "less expensive": "price", "more expensive": "price", "dearer": "price", "pricier": "price", "costlier": "price", "better value": "price",
    "lower": "price", "higher": "price", "lighter": "weight", "heavier": "weight", "longer": "duration", "shorter": "duration", "quicker": "duration", "faster": "duration", "slower": "duration",
}  # fmt: skip
_LEAST = {"cheaper", "cheapest", "less expensive", "better value", "lower", "lighter", "shorter", "quicker", "faster"}
_KINDS = {"price": ("money",), "weight": ("quantity",), "duration": ("duration",)}
_ADJECTIVE = re.compile(rf"\b(?:{'|'.join(sorted(_MORE, key=len, reverse=True))})\b", re.I)
_PAPERS = (
    r"(?:quotes?|quotations?|offers?|estimates?|bids?|prices?|options?|alternatives?|variants?"
    r"|packages?|proposals?|choices?|plans?|tariffs?)"
)
COUNTED = re.compile(rf"\b(?:of )?(?:the|these|those|our|both) (?P<n>two|three|four|2|3|4)? ?(?P<topic>(?:[\w'’-]+ ){{0,3}}?{_PAPERS})\b", re.I)  # fmt: skip
_LISTS = re.compile(
    r"""
    \b(?:compare|contrast|what[ ](?:are|were)|list|show[ ]me|side[ ]by[ ]side|differences?[ ]between)\b.*?\b
    (?:the|both|these|those)[ ](?:(?P<n>two|three|four|2|3|4)[ ])?
    (?P<topic>(?:[\w'’-]+[ ]){0,2}?(?:options|alternatives|variants|packages|choices))\b
    """,
    re.I | re.X,
)
_ARTICLE = r"(?:the |an? |our )?"
_PAIR = re.compile(rf"{_ARTICLE}(?P<a>[\w&'’-]+(?: [\w&'’-]+){{0,3}}) (?:or|vs\.?|versus) {_ARTICLE}(?P<b>[\w&'’-]+(?: [\w&'’-]+){{0,3}})", re.I)  # fmt: skip
_THAN = re.compile(rf"(?:is|are|was|were|would) {_ARTICLE}(?P<a>[\w&'’ -]{{2,40}}?) (?:be |come out |end up |work out )?(?P<more>{_ADJECTIVE.pattern}) than {_ARTICLE}(?P<b>[\w&'’ -]{{2,40}})", re.I)  # fmt: skip
# "how much more does the oak one cost than the pine one?"
_HOW_MUCH = re.compile(rf"how much (?P<more>more|less|cheaper|dearer|heavier|lighter)(?: expensive)? (?:does|do|is|are|was|were|would|did) {_ARTICLE}(?P<a>[\w&'’ -]{{2,40}}?)(?: (?:cost|be|come to))? than {_ARTICLE}(?P<b>[\w&'’ -]{{2,40}})", re.I)  # fmt: skip
_WORSE = {"more": "more expensive", "less": "less expensive"}
_NUMBER = {"two": 2, "2": 2, "three": 3, "3": 3, "four": 4, "4": 4}
# Words after which a price is meant that must be worked out first.
_ADJUSTED = re.compile(
    r"\b(?:once|after|with|including|incl|without|plus|minus|less|taking|taken|net of|if)\b(?! expensive)", re.I
)
_GENERIC = re.compile(rf"\b{_PAPERS}\b|\b(?:of|the|these|those|both|our)\b", re.I)


@dataclass(frozen=True)
class Asked:
    names: tuple[str, ...]  # of the options, or ()
    topic: str  # "roof" of "the two roof quotes"
    count: int  # 0: not said
    more: str  # "cheaper"; "" where they are only to be put side by side
    aspect: str
    adjusted: bool = False  # the figures asked for are not those that stand there

    @property
    def kinds(self) -> tuple[str, ...]:
        return _KINDS.get(self.aspect, ("money",))

    @property
    def least(self) -> bool:
        return self.more in _LEAST

    def to_json(self) -> dict[str, Json]:
        return {**asdict(self), "names": [*self.names]}

    @staticmethod
    def from_json(data: Mapping[str, Any]) -> Asked:
        return Asked(tuple(data["names"]), data["topic"], data["count"], data["more"], data["aspect"], data["adjusted"])


def asked(text: str) -> Asked | None:
    """The options a goal asks between; None where it asks for something else."""
    bare = " ".join(text.split()).rstrip("?.! ")
    if (much := _HOW_MUCH.fullmatch(bare)) and not re.search(r"\d", much["b"]):
        more = _WORSE.get(much["more"].casefold(), much["more"].casefold())
        return Asked(
            (much["a"].strip(), much["b"].strip()), "", 2, more, _MORE[more], bool(_ADJUSTED.search(much["b"]))
        )
    m = _ADJECTIVE.search(bare)
    if m is None:
        found = _LISTS.search(bare)
        return Asked((), found["topic"], _NUMBER.get((found["n"] or "").lower(), 0), "", "price") if found else None
    more = m[0].casefold()
    adjusted = bool(_ADJUSTED.search(bare))
    if (than := _THAN.match(bare)) and _MORE[more] != "duration" and not re.search(r"\d", than["b"]):
        names = (than["a"].strip(), re.split(r"\s+(?:and|by|or|if|when)\b", than["b"])[0].strip())
        return Asked(names, "", 2, more, _MORE[more], adjusted)
    for piece in re.split(r"\s*[,:;]\s*|\s+[-–]\s+", bare):
        if pair := _PAIR.fullmatch(_without_question(piece)):
            return Asked((pair["a"], pair["b"]), "", 2, more, _MORE[more], adjusted)
    counted = COUNTED.search(bare)
    if counted and (counted["n"] or re.search(r"\bboth\b|\bwhich of\b", bare, re.I)):
        topic = " ".join(_GENERIC.sub(" ", counted["topic"]).split()) or counted["topic"].split()[-1]
        return Asked((), topic, _NUMBER.get((counted["n"] or "two").lower(), 2), more, _MORE[more], adjusted)
    return None


def _without_question(piece: str) -> str:
    """ "which is cheaper to buy the 7 or the 9" -> "the 7 or the 9"; a piece that is only the pair stays."""
    piece = re.sub(r"^(?:and|so|ok|hi)\s+", "", piece.strip(), flags=re.I)
    return re.sub(rf"^(?:which|what)\b.*?{_ADJECTIVE.pattern}\s+", "", piece, flags=re.I)
