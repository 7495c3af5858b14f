"""Which words of a question are values of a sheet's text columns, and which of them it leaves out."""

from __future__ import annotations

import re
from collections.abc import Sequence

from agents.rules.tables.cue import BUT, DENIES, left_out
from agents.rules.tables.findings import Mention, Read
from agents.rules.tables.lexicon import related
from agents.rules.tables.schema import Column
from agents.rules.words import STOP, stem, words

_STATES = {
    "unpaid": "open outstanding pending due overdue unpaid",
    "outstanding": "open unpaid pending outstanding",
    "settled": "paid settled closed",
    "dispute": "disputed",
    "pay": "open unpaid outstanding",
    "cancelled": "canceled cancelled",
    "finished": "done completed closed finished",
    "done": "completed closed done",
    "overdue": "overdue",
}
# Verbs that only carry what follows: "did not COME from", "weren't BOOKED through".
_CARRIES = ("be", "been", "being", "have", "had", "get", "got", "go", "gone", "went", "come", "came", "do", "done", "made", "make", "book", "booked", "placed", "ordered", "sent", "bought", "sold", "belong", "based", "located", "spent", "paid")  # fmt: skip
_WITHIN = rf"(?:the|any|a|an|in|from|of|for|by|to|at|on|via|through|with|as|{'|'.join(_CARRIES)})"
_DENIED = re.compile(rf"\b(?:{BUT}\s+(?:(?:the|any|in|from|of)\s+)*|{DENIES}\s+(?:(?:yet|{_WITHIN})\s+)*)$", re.I)


def values(r: Read, free: list[bool]) -> None:
    """Spans of words that are a value of a text column; the longest first, each word once."""
    index: dict[tuple[str, ...], list[tuple[Column, str]]] = {}
    for c in r.sheet.of_kind("text"):
        for v in r.facts.of(c):
            key = tuple(w.stem for w in words(v))
            if 0 < len(key) <= 6:
                index.setdefault(key, []).append((c, v))
                if len(key) > 1 and len(set(key)) == len(key):
                    for k in key:
                        if len(k) > 2 and not k.isdigit():
                            index.setdefault((k,), [])
    for size in range(6, 0, -1):
        for i in range(len(r.tokens) - size + 1):
            span = range(i, i + size)
            key = tuple(r.tokens[j].stem for j in span)
            if not all(free[j] for j in span) and not _says_not(r, span, free, index.get(key)):
                continue
            hits = index.get(key) or (_parts_of(r, key[0], i) if size == 1 and key in index else [])
            if size == 1 and key[0] in r.sheet.stems and not r.tokens[i].text.casefold().endswith("ed"):
                # "The bookings", "the booking fees" of a table of them are not those whose state is "Booked"
                hits = [h for h in hits if h[1].casefold() == r.tokens[i].text.casefold()]
            hits = hits or (_state(r, r.tokens[i].text) if size == 1 else [])
            if size == 1 and _phrasal(r, i):  # "run out" is not "running"
                hits = [h for h in hits if h[1].casefold() == r.tokens[i].text.casefold()]
            idle = size == 1 and r.tokens[i].text.casefold() in STOP and not r.tokens[i].text.isupper()
            hits = [h for h in hits if not idle or _beside(r, i, h[0])]
            if not hits:
                continue
            column, value = _best(r, hits, i)
            whole = key == tuple(w.stem for w in words(value))
            if size == 1 and any(key == c.stems for c in r.sheet.columns) and column.stems != key:
                continue  # the word is a column's own name
            if size == 1 and key == column.stems and len(words(value)) > 1:
                continue  # "each field" where Field has "Lower Field"
            negated = (
                _denied(r, i) or left_out(r.text[r.tokens[i + size - 1].end :]) or _listed_with_negated(r, i, column)
            )
            r.values.append(Mention(i, i + size, column, 1.0 if whole else 0.5, value, negated))
            for j in span:
                free[j] = False
    _scattered(r, free, index)


def _phrasal(r: Read, i: int) -> bool:
    return re.match(r"\s+(?:out|off|up|over|down|away)\b", r.text[r.tokens[i].end :], re.I) is not None


def _says_not(r: Read, span: range, free: list[bool], hits: list[tuple[Column, str]] | None) -> bool:
    """ "Not started" that is a value itself denies nothing."""
    denials = [j for j in span if not free[j]]
    if not hits or len(span) == 1 or any(r.tokens[j].text.casefold() not in ("not", "non", "no") for j in denials):
        return False
    at = {r.tokens[j].start for j in denials}
    r.found[:] = [c for c in r.found if c.kind != "not" or c.start not in at]
    return True


def _beside(r: Read, i: int, c: Column) -> bool:
    """ "With status done", "whose state is off": a word that says nothing elsewhere is a value right after its column."""
    before = r.text[: r.tokens[i].start]
    named = rf"\b{re.escape(c.name.replace('_', ' '))}"
    if re.search(rf"\b(?:{DENIES}|is|are|was|were|been)\s+(?:yet\s+|already\s+)?$", before, re.I):
        return r.tokens[i].text.casefold() == "done"  # "tasks that aren't done"
    return (
        re.search(rf"{named}(?:\s+(?:is|are|was|were|of|as|set to|being)|\s*[:=])?\s+[\"'“‘]?$", before, re.I)
        is not None
    )


def _denied(r: Read, i: int) -> bool:
    """ "not Paddlers", "did not come from Paddlers", "weren't for fuel": what stands between says nothing itself."""
    return bool(_DENIED.search(r.text[: r.tokens[i].start]))


def _listed_with_negated(r: Read, i: int, column: Column) -> bool:
    """ "apart from wages and rent": the second is left out as well."""
    return any(
        v.negated
        and v.column is column
        and re.fullmatch(
            r"\s*(?:,|,?\s*(?:and|or|nor))\s*(?:the )?", r.text[r.tokens[v.end - 1].end : r.tokens[i].start], re.I
        )
        for v in r.values
    )


def _scattered(r: Read, free: list[bool], index: dict[tuple[str, ...], list[tuple[Column, str]]]) -> None:
    """A value of two or three words in another order or with small words between: "hired a tool" for "Tool hire"."""
    for key, hits in index.items():
        if not hits or not 2 <= len(key) <= 3 or any(len(k) < 3 for k in key):
            continue
        at = [next((i for i, t in enumerate(r.tokens) if free[i] and t.stem == k), -1) for k in key]
        if -1 in at or max(at) - min(at) > len(key) + 1:
            continue
        column, value = _best(r, hits, min(at))
        r.values.append(Mention(min(at), max(at) + 1, column, 0.9, value, False))
        for i in at:
            free[i] = False


# "Are standing empty" names no "standing order".
_STANDING = re.compile(r"\b(?:is|are|was|were|been)\s+(?:\w+ly |still |now )?(?:standing|sitting|lying|running|going|coming)$", re.I)  # fmt: skip


def _parts_of(r: Read, key: str, i: int) -> list[tuple[Column, str]]:
    """One word of a value of several ("Grace" of "Grace Whitcombe"), when it can only be that one."""
    said = r.tokens[i].text
    if _STANDING.search(r.text[: r.tokens[i].end]):
        return []
    if not said[:1].isupper() and (len(key) < 5 or any(related(key, o) for o in _OF_TABLES)):
        return []  # "price" is no Dylan Price
    hits = [
        (c, v)
        for c in r.sheet.of_kind("text")
        for v in r.facts.of(c)
        if key in {w.stem for w in words(v)}
        and len(words(v)) <= 4
        # "drive" is not "town driving": a word that is only part of a value is there as it was typed, or as its plural
        and (said[:1].isupper() or any(_same_word(said, w.text) for w in words(v)))
    ]
    return hits if len({v for _, v in hits}) == 1 else []


# "The most nights" is not "Twelfth Night": what a question counts or measures is no part of somebody's name.
_OF_TABLES = tuple(
    stem(w)
    for w in [
        "price",
        "amount",
        "number",
        "date",
        "name",
        "hour",
        "cost",
        "total",
        "day",
        "night",
        "evening",
        "morning",
        "week",
        "month",
        "year",
        "season",
        "time",
        "people",
        "person",
        "ticket",
        "show",
        "place",
        "order",
        "number",
        "work",
        "money",
    ]
)


def _same_word(a: str, b: str) -> bool:
    a, b = sorted((a.casefold().removesuffix("'s").removesuffix("’s"), b.casefold()), key=len)
    return b in (a, f"{a}s", f"{a}es")


def _state(r: Read, word: str) -> list[tuple[Column, str]]:
    """ "unpaid" where the column says "Open"; only among a few values of a state."""
    wanted = {stem(w) for w in _STATES.get(word.casefold(), "").split()}
    return [
        (c, v)
        for c in r.sheet.of_kind("text")
        if r.facts.distinct.get((c.table, c.name), 99) <= 8
        for v in r.facts.of(c)
        if wanted and stem(v) in wanted
    ]


def _best(r: Read, hits: Sequence[tuple[Column, str]], i: int) -> tuple[Column, str]:
    """Of several columns with that value the one that is named nearby, else the one with fewest different values."""
    near = {w.stem for w in r.tokens[max(0, i - 3) : i + 4]}
    return min(hits, key=lambda h: (not (near & set(h[0].stems)), r.facts.distinct.get((h[0].table, h[0].name), 0)))
