"""Which words name the same thing in tables: synonyms as data, meaning (embedding) where they give out."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from agents.rules.shapes import Embed
from agents.rules.tables.schema import Column, Sheet
from agents.rules.words import stem

# Nearness of a phrase to a column's name with its values, and the distance to the next column, from which it is meant;
# read off pairs like "genre"/Shelf (.46, next .29) and "author"/Book title (.32), which is to be refused.
_MEANT, _CLEAR = 0.38, 0.1
# The same of a noun and what a table is called with its columns: "bookings"/hires (.38, next .29), "repairs"/mending-log
# (.36, .08); to be refused: "volunteers" (.22), "dogs" (.13), "orders" (.26, .23).
_ROWS_MEANT, _ROWS_CLEAR = 0.34, 0.08
_GROUPS = """
revenue sales turnover income sold sell selling earnings takings proceeds turn amount total value
amount total value sum cost price spend spent spending expense expenses paid pay charge charged charges worth fee bill net gross money invoiced invoice
cost costs expense expenses expenditure spend spent price
price prices rate tariff
quantity units unit qty pieces piece volume items stock count pcs number
salary salaries pay wage wages earn earns earning earned compensation remuneration income paycheck payroll
hours hour hrs hr time
employee employees staff people person persons worker workers colleague colleagues headcount personnel team member members workforce
customer customers client clients buyer buyers account accounts consumer
supplier suppliers vendor vendors provider providers seller sellers
rep reps representative salesperson salespeople seller agent salesman saleswoman
product products item items article articles goods sku merchandise
region regions area areas territory zone district
country countries nation nations land
city cities town towns location village villages
seat seats ticket tickets admission admissions
audience crowd attendance attendees turnout
volunteer volunteers helper helpers
owner owners landlord landlords
department departments dept division team unit
category categories type types kind kinds class group groups segment
status state condition stage phase
date day dates when
hired hire joined join joining started start employed recruited enrolled enrolment enroled registered registration signed
ended end finished finish left leaving
due deadline payable
holiday holidays leave vacation absence
left remaining remain outstanding unused open available
temperature temperatures temp warm warmer warmest cold colder coldest hot hotter hottest heat
humidity moisture damp
weight heavy heavier heaviest mass
age old older oldest young younger youngest
rating ratings score scores stars grade review mark marks
name names called who
email mail e-mail address
phone telephone mobile
manager boss supervisor lead
site sites plant location warehouse branch facility
warehouse warehouses depot store storage
channel channels route medium source sources via origin referral heard
order orders purchase purchases transaction transactions booking bookings sale
invoice invoices bill bills
paid settled
received receive delivered delivery arrived arrival
reorder minimum threshold
contact contacts person
year years annual yearly annually
month months monthly pcm
discount rebate reduction
profit margin gain
duration length long
student students pupil pupils learner learners trainee trainees
teacher teachers instructor
house home property properties building place cottage flat apartment
car cars vehicle vehicles
electricity energy power kwh consumption usage use used
length long longest distance
sensor probe detector
"""


_JOINED = {stem(w) for w in "hired joined employed recruited enrolled registered".split()}  # noqa: SIM905


@lru_cache(maxsize=1)
def _groups() -> list[frozenset[str]]:
    return [frozenset(stem(w) for w in line.split()) for line in _GROUPS.strip().splitlines()]


@lru_cache(maxsize=10_000)
def related(a: str, b: str) -> bool:
    """Are two stems in one group? The group's first word must be one of them or both stand in the group."""
    return a == b or any(a in g and b in g for g in _groups())


class Lexicon:
    """Rates how well words name a column; asks the embedding once for all that synonyms do not settle."""

    def __init__(self, embed: Embed, all_sheets: list[Sheet], tokens: list[str]) -> None:
        self._embed, self._sheets = embed, all_sheets
        self._rows: dict[str, str] = {}
        self._near: dict[tuple[str, str], float] = {}
        names = sorted({" ".join(c.name.replace("_", " ").split()) for s in all_sheets for c in s.columns})
        said = sorted(set(tokens))
        if names and said:
            vectors = embed([*said, *names])
            likeness = vectors[: len(said)] @ vectors[len(said) :].T
            self._near = {(w, n): float(likeness[i, j]) for i, w in enumerate(said) for j, n in enumerate(names)}

    def rate(self, stems: tuple[str, ...], column: Column) -> float:
        """0..1: the words' stems against the column's name, by themselves or by synonyms."""
        own = column.stems
        if not own:
            return 0.0
        if stems == own:
            return 1.0
        if "per" in own and "per" not in stems and not set(stems) & set(own[: own.index("per")]):
            return 0.0  # "Rate per night" says nothing of how many nights
        if "per" in own and "per" in stems and not set(stems[: stems.index("per")]) <= set(own[: own.index("per")]):
            return 0.0  # nor "nights per booking"
        hits = [s for s in stems if s in own]
        if len(hits) == len(stems):
            return 0.72 + 0.25 * len(hits) / len(own)
        kin = [s for s in stems if s in own or any(related(s, o) for o in own)]
        if column.kind != "date" and set(stems) & _JOINED:
            return 0.0  # "who joined after May" asks for a date, not for the hour of a column called start
        if len(kin) == len(stems):
            covered = sum(any(related(s, o) for s in stems) for o in own) / len(own)
            return 0.5 + 0.2 * covered + 0.05 * len(hits)
        return 0.0

    def guess(self, text: str, column: Column) -> float:
        """0..1 for one word by meaning alone: "hired on" for "joined". Weak: what it names must also be used."""
        near = self._near.get((text, " ".join(column.name.replace("_", " ").split())), 0.0)
        return 0.9 * near if near >= (0.7 if column.kind == "text" else 0.55) else 0.0

    def rows_meant(self, noun: str) -> str:
        """The name of the table of which a row may be called `noun` ("bookings" of hires), by meaning; "" where it is a guess."""
        noun = noun if noun.endswith("s") else f"{noun}s"  # the singular may be the deed: "repair"
        if noun not in self._rows:
            texts = [f"{' '.join(s.title.rsplit('.', 1)[0].replace('_', ' ').replace('-', ' ').split())} {s.sheet}: {', '.join(c.name.replace('_', ' ') for c in s.columns)}" for s in self._sheets]  # fmt: skip
            vectors = self._embed([noun, *texts])
            rated = sorted(((float(x), s.name) for x, s in zip(vectors[1:] @ vectors[0], self._sheets, strict=True)), reverse=True)  # fmt: skip
            clear = rated[0][0] >= _ROWS_MEANT and (len(rated) == 1 or rated[0][0] - rated[1][0] >= _ROWS_CLEAR)
            self._rows[noun] = rated[0][1] if clear else ""
        return self._rows[noun]

    def meant(self, phrase: str, columns: Sequence[tuple[Column, Sequence[str]]]) -> Column | None:
        """The column whose name and values together mean `phrase` ("genre": a shelf that has Crime, History …), if one
        stands well before the others; None where it is a guess."""
        if not columns:
            return None
        texts = [f"{c.name}: {', '.join(v[:8])}" for c, v in columns] + [", ".join(v[:8]) for _, v in columns]
        vectors = self._embed([phrase, *texts])
        near = vectors[1:] @ vectors[0]
        n = len(columns)
        rated = sorted(((max(float(near[i]), float(near[n + i])), i) for i in range(n)), reverse=True)
        clear = rated[0][0] >= _MEANT and (n == 1 or rated[0][0] - rated[1][0] >= _CLEAR)
        return columns[rated[0][1]][0] if clear else None
