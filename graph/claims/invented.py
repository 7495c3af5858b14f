"""What a heading, a framing or an account of the work names and nothing of the run holds.

Such a unit states nothing that a source could bear out, so it needs none; but a figure, a name or a quotation in it must
still be one that the run has met.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from graph.claims.evidence import Evidence
from graph.claims.gathered import Run
from graph.claims.items import Items, name_in, quote_in
from graph.claims.match import covers
from graph.claims.units import Unit
from text.values import Value

_FILE = re.compile(r"\.(?:csv|tsv|xlsx?|pdf|docx?|pptx?|txt|md|html?|jsonl?|parquet|eml)$", re.I)
# Names that an account of the work uses without having read them anywhere: the product and what its models run in, the
# formats and languages it reads and writes. "I" begins a sentence like a name.
_OF_THE_WORK = frozenset({"groundwork", "ollama", "markdown", "excel", "csv", "pdf", "sql", "i", "ai", "english"})


def invented(unit: Unit, found: Items, run: Run) -> str:
    """The first of it, in words for users, or ""."""
    every = [*run.sources.values(), *run.results]
    text = " \n ".join(e.folded for e in every) + " \n " + run.folded_goal
    for v in found.values:
        if not (_counted(v, unit, run) or _met(v, unit, every, text) or _asked_for(v, unit, run)):
            return f"{v.text} is in no result"
    for n in found.names:
        if not name_in(n, text) and n.lower() not in _OF_THE_WORK:
            return f"the name {n} is in no result"
    return next((f"the quotation “{q[:60]}” is in no result" for q in found.quotes if not quote_in(q, text)), "")


def _counted(v: Value, unit: Unit, run: Run) -> bool:
    """It counts: sources, documents, results, what a tool listed, the items that follow; or says which one."""
    if v.kind == "ordinal" or v.text.lower() == "one" or v.number == unit.following:
        return True
    documents = {e.about for e in run.sources.values()}
    counts = {float(len(run.sources)), float(len(documents)), float(len(run.results))}
    return v.kind == "number" and (v.number in counts or any(v.number in e.counts for e in run.results))


def _met(v: Value, unit: Unit, every: Sequence[Evidence], text: str) -> bool:
    """It stands in what was found, in a text, a title or as a reference. text: all of it, folded."""
    if v.kind in ("code", "url", "email", "phone") and v.unit in text:
        return True
    return any(
        any(covers(v, s, unit.text, x.text) for x in e.lines for s in x.values)
        or any(covers(v, s, unit.text) for s in e.about_values)
        for e in every
    )


def _asked_for(v: Value, unit: Unit, run: Run) -> bool:
    """The user said it; or it is a document that was asked for, from which nothing was taken."""
    return bool(_FILE.search(v.text)) or any(covers(v, g, unit.text) for g in run.goal_values)
