"""What reading hands back: data only. How it looks is up to the caller."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

Embed = Callable[[Sequence[str]], Any]  # texts -> float32 array [len(texts), dim], L2-normalised
Answers = Callable[[str, Sequence[str]], Any]  # question, sentences -> float32 [len]: log-odds that each answers it


@dataclass(frozen=True)
class Sense:
    """The models that stand in for understanding: likeness of texts, what answers a question, what query it asks."""

    embed: Embed
    answers: Answers
    asks: Answers  # the same of a query in words: whether it is what the question asks of a table


Kind = Literal[
    "date",
    "money",
    "number",
    "duration",
    "percent",
    "person",
    "organisation",
    "place",
    "code",
    "email",
    "phone",
    "yes_no",
    "list",
    "definition",
    "text",
]


@dataclass(frozen=True)
class Quoted:
    """Words exactly as they stand in a passage: `passages[passage]["text"]` contains `text`."""

    text: str
    passage: int  # index into the passages that were given


@dataclass(frozen=True)
class Reading:
    """What the passages say to a question.

    When `found` is False, `sentences` is empty, `closest` holds what came nearest and `reason` says in words for the
    user why none of it answers. With `likely` the first of them may well answer in other words than the question's: to
    be shown with the doubt.
    """

    found: bool
    value: str = ""  # the short value asked for, exactly as it stands in the passage; "Yes"/"No" for yes_no; or ""
    kind: Kind = "text"  # what was asked for
    typed: float | str | None = None  # the value as a number, or a date as ISO text, for later steps
    unit: str = ""  # "EUR", "day", "%", or ""
    sentences: Sequence[Quoted] = ()  # the 1-3 sentences that answer, best first
    confidence: float = 0.0  # 0..1
    closest: Sequence[Quoted] = ()
    reason: str = ""
    likely: bool = False
    rival: tuple[str, Quoted] | None = None  # another value, with its sentence, that comes as close as `value`


@dataclass(frozen=True)
class Cell:
    """What one document says on one aspect; a gap when `found` is False."""

    found: bool
    value: str = ""
    quotes: Sequence[Quoted] = ()  # `passage` indexes the passages of this document
    reason: str = ""


@dataclass(frozen=True)
class Row:
    aspect: str  # "notice period"
    cells: Mapping[str, Cell]  # by document title, every document present


@dataclass(frozen=True)
class Comparison:
    topic: str
    documents: Sequence[str]
    rows: Sequence[Row]
    gaps: Sequence[tuple[str, str]] = ()  # (aspect, document title)


@dataclass(frozen=True)
class Finding:
    """A sentence on the topic of a report, exactly as it stands in its passage."""

    text: str
    passage: int  # index into the passages that were given
    heading: str = ""  # what it stands under there, without its number
    worth: float = 0.0  # how much it tells about the topic; only comparable within one report


@dataclass(frozen=True)
class Group:
    """Findings that belong together."""

    heading: str
    findings: Sequence[Finding]


@dataclass(frozen=True)
class Report:
    topic: str
    groups: Sequence[Group]
    gaps: Sequence[str] = field(default_factory=tuple)  # aspects asked about with nothing found
    reason: str = ""  # why there are no groups, for the user
