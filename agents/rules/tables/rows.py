"""Which words of a question only say "a row of this table": "bookings", "stays" of a table of bookings, "jobs" of job_no."""

from __future__ import annotations

import re
from functools import lru_cache

from agents.rules.tables.column_kinds import LEVEL, is_identifier, pieces
from agents.rules.tables.findings import Read
from agents.rules.tables.lexicon import related
from agents.rules.tables.schema import Sheet
from agents.rules.words import STOP, stem

# A whole-table noun: what a row may be called whatever the file's name is.
_ROWS_WORDS = """
row rows record records entry entries line lines observation observations data dataset table spreadsheet sheet csv
reading readings measurement measurements item items case cases log logs register purchase purchases transaction
transactions expense expenses payment payments
"""
ROWS = frozenset(stem(w) for w in _ROWS_WORDS.split())
# What is done once and written down as one row goes by several names; no columns are looked for by these.
_SAME = """
booking bookings reservation reservations stay stays visit visits
hire hires hiring hirings rental rentals let lets lettings booking bookings
job jobs install installs installation installations fitting fittings
job jobs repair repairs callout callouts fault faults breakdown breakdowns
job jobs project projects
loan loans borrowing borrowings checkout checkouts issue issues
trip trips ride rides journey journeys tour tours run runs drive drives
order orders purchase purchases sale sales transaction transactions deal deals
payment payments expense expenses outgoing outgoings cost costs purchase purchases spending spendings
invoice invoices bill bills
appointment appointments visit visits consultation consultations session sessions
delivery deliveries shipment shipments consignment consignments drop drops parcel parcels
class classes lesson lessons course courses session sessions
ticket tickets case cases request requests
gift gifts donation donations contribution contributions pledge pledges
event events gig gigs concert concerts show shows performance performances
shift shifts duty duties rota
stock stores store storeroom stockroom inventory
match matches game games fixture fixtures
plant plants planting plantings
paper papers article articles publication publications
animal animals pet pets
"""


@lru_cache(maxsize=1)
def _groups() -> list[frozenset[str]]:
    return [frozenset(stem(w) for w in line.split()) for line in _SAME.strip().splitlines()]


def called(said: str, sheet: Sheet) -> bool:
    """Does the word name the sheet's rows as its title does?"""
    return said in sheet.stems or any(same_rows(said, t) for t in sheet.stems)


def same_rows(a: str, b: str) -> bool:
    if min(len(a), len(b)) >= 6 and abs(len(a) - len(b)) <= 2 and (a.startswith(b) or b.startswith(a)):
        return True  # "complained" of complaints
    return any(a in g and b in g for g in _groups())


def compounds(r: Read, free: list[bool]) -> None:
    """ "cold store" is what the rows of coldstore-log are about."""
    for i in range(len(r.tokens) - 1):
        if free[i] and free[i + 1] and stem(r.tokens[i].text + r.tokens[i + 1].text) in r.sheet.stems:
            r.rows += [i, i + 1]
            free[i] = free[i + 1] = False


def row_words(r: Read, free: list[bool], taken: list[bool]) -> None:
    title = r.sheet.stems
    for i, w in enumerate(r.tokens):
        if not free[i] or (taken[i] and w.stem not in title):
            continue
        if (
            w.stem in title
            or any(related(w.stem, t) or same_rows(w.stem, t) for t in title)
            or _identified(r, w.stem)
            or (w.stem in _STORED and _stores(r))
            or (w.stem in ROWS and w.text.casefold() not in STOP and w.stem not in r.sheet.others)
        ):
            r.rows.append(i)
            free[i] = False
    _occasions(r, free)
    _meant(r, free, taken)


_OCCASIONS = {stem(w) for w in "night evening day time occasion date".split()}  # noqa: SIM905
_HOW_OFTEN = re.compile(r"\b(?:most|fewest|more|fewer|how many)\s+$", re.I)


def _occasions(r: Read, free: list[bool]) -> None:
    """ "Who was in charge on the most nights", of rows with a date each: a night is a row; told as read so."""
    if not any(c.stems == (stem("date"),) for c in r.sheet.of_kind("date")):
        return
    for i, w in enumerate(r.tokens):
        if free[i] and w.stem in _OCCASIONS and w.text.endswith("s") and _HOW_OFTEN.search(r.text[: w.start]):
            r.rows.append(i)
            free[i] = False
            r.read_as[w.text] = f"the rows of {r.sheet.title}"


_COUNTED = re.compile(
    r"""
    \b(?:how[ ]many
        |(?:number|count|share|percentage|proportion)[ ]of(?:[ ](?:the|all|our|all[ ]the|all[ ]our))?
        |(?:which|list|name)(?:[ ]of)?(?:[ ](?:all|the|our))*|(?:for|per)[ ](?:an?|one|each|every)
        |(?:over|of)[ ]all[ ](?:the|our|my|your|his|her|their))
    \s+(?:\w+ed\s+)?$
    """,
    re.I | re.X,
)


def _meant(r: Read, free: list[bool], taken: list[bool]) -> None:
    """ "How many bookings" of a table of hires: what is counted, where no word of any table says it; told as read so."""
    for i, w in enumerate(r.tokens):
        plain = free[i] and not taken[i] and w.text.islower() and w.text not in STOP and len(w.text) > 3
        if not plain or r.lexicon is None or w.stem in r.sheet.others or not _COUNTED.search(r.text[: w.start]):
            continue
        if r.lexicon.rows_meant(w.text) == r.sheet.name:
            r.rows.append(i)
            free[i] = False
            r.read_as[w.text] = f"the rows of {r.sheet.title}"


_STORED = {stem(w) for w in "stock store stores storeroom stockroom inventory warehouse".split()}  # noqa: SIM905


def _stores(r: Read) -> bool:
    """Does the table say how much of each thing there is, and how little there may be?"""
    numbers = r.amounts()
    return pieces(numbers) is not None and any({*c.stems} & LEVEL for c in numbers)


def _identified(r: Read, said: str) -> bool:
    """ "jobs" of a table whose first column is job_no: what is numbered is a row."""
    first = r.sheet.columns[0] if r.sheet.columns else None
    return first is not None and is_identifier(first) and any(said == t or same_rows(said, t) for t in first.stems)


def numbered(r: Read) -> None:
    """ "Job #", "job_no" named by its noun alone is the row as well."""
    first = r.sheet.columns[0] if r.sheet.columns else None
    if first is None:
        return
    runs = first.kind == "number" and first not in r.amounts()  # 1, 2, 3 … down the table
    named = set(first.stems) if is_identifier(first) or runs else r.sheet.stems
    r.rows += [m.start for m in r.columns if m.column is first and r.tokens[m.start].stem in named]
