"""A question's words against one sheet: which name a column, which a value, which its rows, and which are left over."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from agents.rules.tables.cue import BUT, Cue
from agents.rules.tables.cues import cues
from agents.rules.tables.lexicon import ROWS, Lexicon, related
from agents.rules.tables.schema import Column, Facts, Sheet
from agents.rules.words import STOP, Word, stem, words

# Words that ask for nothing by themselves: verbs of being done, politeness, the company itself.
_FILLER = {
    stem(w)
    for w in ["make", "made", "makes", "go", "goes", "went", "going", "come", "came", "comes", "coming", "bring", "brought", "brings", "use", "used", "using", "uses", "work", "works", "working", "happen", "happened", "record", "recorded", "records", "sale", "place", "placed", "ordered", "buy", "bought", "need", "needed", "list", "break", "broken", "break", "down", "split", "breakdown", "figure", "figures", "number", "numbers", "data", "value", "values", "result", "results", "overall", "company", "firm", "business", "us", "please", "thanks", "currently", "current", "now", "still", "already", "ever", "yet", "far", "so", "today", "total", "per", "grouped", "group", "sort", "sorted", "rank", "ranked", "order", "according", "respectively", "different", "each", "various", "show", "display", "chart", "graph", "plot", "bar", "line", "pie", "table", "draw", "visualise", "visualize", "column", "row", "sheet", "file", "spreadsheet", "csv", "excel", "uploaded", "upload", "dataset", "database", "report", "question", "answer", "calculate", "compute", "across", "among", "amongst", "within", "during", "whole", "entire", "complete", "full", "single", "individual", "one", "ones", "have", "had", "do", "did", "mean", "means", "tell", "get", "got", "give", "given", "stand", "stands", "fall", "falls", "fell", "fallen", "gone", "contain", "contains", "include", "dropped", "drop", "sent", "send", "received", "receive", "shipped", "ship", "delivered", "deliver", "issued", "issue", "finished", "finish", "completed", "kept", "keep", "held", "hold", "belong", "belongs", "involved", "involve", "included", "occur", "appear", "exist", "exists", "much", "many", "amount", "people", "way", "year's", "contribute", "contributed", "generate", "generated", "achieve", "achieved", "perform", "performed", "run", "runs", "record", "reach", "reached", "see", "seen", "know", "want", "wants", "look", "like", "compare", "compared", "comparison", "versus", "difference", "between", "against", "exactly", "only", "just", "pounds", "pound", "euros", "euro", "dollars", "dollar", "gbp", "usd", "eur", "sterling", "sit", "sits", "sat", "live", "lives", "reside", "located", "based", "situated", "found", "find", "reach", "assigned", "everything", "altogether", "time", "added", "together"]
}  # fmt: skip


_OPPOSITES = {
    "unpaid": "paid",
    "inactive": "active",
    "incomplete": "complete",
    "unfinished": "finished",
    "undelivered": "delivered",
    "unshipped": "shipped",
    "unsold": "sold",
    "unapproved": "approved",
    "unresolved": "resolved",
}


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
    lexicon: Lexicon | None = None
    read_as: dict[str, str] = field(default_factory=dict)  # a word by whose meaning a column was taken -> its name

    def cue(self, *kinds: str) -> list[Cue]:
        return [c for c in self.found if c.kind in kinds]

    def has(self, kind: str, value: object = None) -> bool:
        return any(c.kind == kind and (value is None or c.value == value) for c in self.found)


def read(text: str, sheet: Sheet, facts: Facts, lexicon: Lexicon, now: datetime) -> Read:
    r = Read(text, words(text), cues(text, now), sheet, facts, lexicon=lexicon)
    taken = [any(c.start <= w.start and w.end <= c.end for c in r.found) for w in r.tokens]
    free = [not t for t in taken]
    # A word of a cue may name a column as well ("the total", "sales in total"): the column's exact name goes first.
    _compounds(r, free)
    _values(r, free)
    _columns(r, free, taken, lexicon)
    _row_words(r, free, taken)
    first = r.sheet.columns[0] if r.sheet.columns else None
    r.rows += [m.start for m in r.columns if m.column is first and r.tokens[m.start].stem in r.sheet.stems]  # "Job #"
    for i, w in enumerate(r.tokens):
        low = w.text.casefold()
        if free[i] and not taken[i] and low not in STOP and w.stem not in _FILLER and w.stem not in ROWS:
            r.left.append(i)
    if any(m.column.kind == "date" for m in r.columns):  # "the latest received date", of a column called Received
        r.left = [i for i in r.left if r.tokens[i].stem not in ("date", "day")]
    return r


def _compounds(r: Read, free: list[bool]) -> None:
    """ "cold store" is what the rows of coldstore-log are about."""
    for i in range(len(r.tokens) - 1):
        if free[i] and free[i + 1] and stem(r.tokens[i].text + r.tokens[i + 1].text) in r.sheet.stems:
            r.rows += [i, i + 1]
            free[i] = free[i + 1] = False


def _values(r: Read, free: list[bool]) -> None:
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
            if not all(free[j] for j in span):
                continue
            key = tuple(r.tokens[j].stem for j in span)
            hits = index.get(key) or (_parts_of(r, key[0], i) if size == 1 and key in index else [])
            hits = hits or (_state(r, r.tokens[i].text) if size == 1 else [])
            if not hits or (size == 1 and r.tokens[i].text.casefold() in STOP and not r.tokens[i].text.isupper()):
                continue
            column, value = _best(r, hits, i)
            if size == 1 and any(key == c.stems for c in r.sheet.columns) and column.stems != key:
                continue  # the word is a column's own name
            if size == 1 and key == column.stems and len(words(value)) > 1:
                continue  # "each field" where Field has "Lower Field"
            negated = bool(
                re.search(
                    rf"\b(?:{BUT}|not|non|isn't|aren't)\s+(?:the |any |in |from |of )*$",
                    r.text[: r.tokens[i].start],
                    re.I,
                )
            )
            negated = negated or _listed_with_negated(r, i, column)
            r.values.append(Mention(i, i + size, column, 1.0, value, negated))
            for j in span:
                free[j] = False
    _scattered(r, free, index)


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


def _parts_of(r: Read, key: str, i: int) -> list[tuple[Column, str]]:
    """One word of a value of several ("Grace" of "Grace Whitcombe"), when it can only be that one."""
    if not r.tokens[i].text[:1].isupper() and len(key) < 5:
        return []
    hits = [
        (c, v)
        for c in r.sheet.of_kind("text")
        for v in r.facts.of(c)
        if key in {w.stem for w in words(v)} and len(words(v)) <= 4
    ]
    return hits if len({v for _, v in hits}) == 1 else []


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


def _columns(r: Read, free: list[bool], taken: list[bool], lexicon: Lexicon) -> None:
    for size in (4, 3, 2, 1):
        for i in range(len(r.tokens) - size + 1):
            span = range(i, i + size)
            texts = tuple(r.tokens[j].text.casefold() for j in span)
            stems_ = tuple(r.tokens[j].stem for j in span)
            if size > 1 and any(t in STOP and t not in ("left", "per", "no", "of") for t in (texts[0], texts[-1])):
                continue
            if size == 1 and _subject(r, i):
                continue
            exact = [c for c in r.sheet.columns if c.stems == stems_]
            if not all(
                free[j] or (exact and not any(m.start <= j < m.end for m in r.values + r.columns)) for j in span
            ):
                continue
            if not exact and (
                not all(free[j] for j in span) or (size == 1 and texts[0] in STOP and texts[0] not in ("left",))
            ):
                continue
            if (
                exact
                and all(taken[j] for j in span)
                and size == 1
                and texts[0]
                not in ("total", "count", "number", "share", "month", "year", "day", "week", "quarter", "average")
            ):
                continue
            rated = sorted(((lexicon.rate(stems_, c), c) for c in r.sheet.columns), key=lambda x: -x[0])
            guessed = bool(rated) and rated[0][0] < 0.49 and size == 1 and not _value_like(r, i)
            if guessed:
                rated = sorted(((lexicon.guess(texts[0], c), c) for c in r.sheet.columns), key=lambda x: -x[0])
            if not rated or rated[0][0] < 0.49 or (size > 1 and rated[0][0] < 0.7):
                continue
            if stems_[0] in r.sheet.stems and rated[0][0] < 0.9 and size == 1:
                continue
            for rate, c in rated:
                if rate >= rated[0][0] - 0.08:
                    r.columns.append(Mention(i, i + size, c, rate, guessed=guessed))
            for j in span:
                free[j] = False


def _subject(r: Read, i: int) -> bool:
    """ "the number of nights people stay": who does it, right after what is asked for, names no column of its own."""
    if i == 0 or i + 1 >= len(r.tokens) or r.tokens[i].stem not in ("peopl", "person", "folk", "everyon", "everybodi"):
        return False
    beside = r.text[r.tokens[i - 1].end : r.tokens[i].start] == " " and r.text[r.tokens[i].end : r.tokens[i + 1].start] == " "  # fmt: skip
    return beside and all(r.tokens[j].text.casefold() not in STOP for j in (i - 1, i + 1))


def _value_like(r: Read, i: int) -> bool:
    """A name or what stands after "in" or "from" without an article is a value, not a column: "in Portugal"."""
    capital = r.tokens[i].text[:1].isupper() and r.tokens[i].start > 0
    before = r.text[: r.tokens[i].start]
    return capital or bool(re.search(r"\b(?:in|from|at|to|for|with|of|via|through|called|named)\s+$", before, re.I))


def _row_words(r: Read, free: list[bool], taken: list[bool]) -> None:
    title = r.sheet.stems
    for i, w in enumerate(r.tokens):
        if not free[i] or (taken[i] and w.stem not in title):
            continue
        if (
            w.stem in title
            or any(related(w.stem, t) for t in title)
            or (w.stem in ROWS and w.text.casefold() not in STOP)
        ):
            r.rows.append(i)
            free[i] = False
