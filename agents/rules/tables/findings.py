"""What was found of a question's words in one sheet. Data only."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from agents.rules.tables.column_kinds import is_identifier, is_money
from agents.rules.tables.cue import Cue
from agents.rules.tables.lexicon import Lexicon
from agents.rules.tables.schema import Column, Facts, Sheet
from agents.rules.words import Word


@dataclass
class Mention:
    """Consecutive words of the question that name a column or one of its values."""

    start: int  # index of the first word
    end: int  # index after the last
    column: Column
    rate: float
    value: str = ""  # "" for a column
    negated: bool = False
    guessed: bool = False  # by meaning alone


@dataclass
class Read:
    """A question's words against one sheet: what was found where, before it is decided what it asks."""

    text: str
    tokens: list[Word]
    found: list[Cue]
    sheet: Sheet
    facts: Facts
    values: list[Mention] = field(default_factory=list)
    columns: list[Mention] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)  # words that say "a row of this table"
    left: list[int] = field(default_factory=list)
    unused: list[int] = field(default_factory=list)  # words that restrict nothing, told as not used
    rest: tuple[Column, Column] | None = None  # an amount, and what was paid of it: the difference is asked for
    lexicon: Lexicon | None = None
    today: date = date.min
    read_as: dict[str, str] = field(default_factory=dict)  # a word by whose meaning a column was taken -> its name

    def cue(self, *kinds: str) -> list[Cue]:
        return [c for c in self.found if c.kind in kinds]

    def amounts(self) -> list[Column]:
        """The number columns that measure something: no codes, no running number of the rows."""
        first = self.sheet.columns[0] if self.sheet.columns else None
        runs = first is not None and first.kind == "number" and self.facts.unique(first, self.sheet.rows)
        numbered = runs and first is not None and (not is_money(first)) and len(self.sheet.of_kind("number")) > 1
        return [c for c in self.sheet.of_kind("number") if not is_identifier(c) and not (numbered and c is first)]

    def has(self, kind: str, value: object = None) -> bool:
        return any(c.kind == kind and (value is None or c.value == value) for c in self.found)
