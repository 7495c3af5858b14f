"""The lexical half of a user's memory: an FTS5 table in the catalog's database, what it holds of a passage, how it is asked.

The table is contentless and derived from the texts; `DocumentStore.repair` has it made anew. It is deleted from with FTS5's
'delete' command, which needs the text once more, and not with `contentless_delete`, because a file made by a newer SQLite
could then not be opened by Python 3.11's.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import accumulate
from math import log
from typing import Any

from memory.ranking import indexed, words_of

Ask = Callable[[str, Sequence[Any]], list[Any]]  # rows of a statement, with its arguments
TABLE = """
CREATE VIRTUAL TABLE IF NOT EXISTS lexical USING fts5(
  body, context, around, content='', tokenize='porter unicode61 remove_diacritics 2');
"""
INSERT = "INSERT INTO lexical(rowid, body, context, around) VALUES(?,?,?,?)"
DELETE = "INSERT INTO lexical(lexical, rowid, body, context, around) VALUES('delete',?,?,?,?)"
# Of the document's name and headings, and of what stands around the passage, beside the text itself. Chosen on halves of
# three public sets and checked on the others: `around` gave 2 to 9 points of recall, anything from 0.2 to 0.5 the same.
_WEIGHTS = "1.0, 0.5, 0.35"
_AROUND = 500  # characters before and after
# BM25 is computed for every passage that has a word of the query: so many rows are scored, then the commonest words are
# left out. They would say little: the weight of a word that is in half of all passages is zero.
_SCORED = 12_000


def entries(numbered: Iterable[tuple[Any, int, int, str]], text: str, name: str) -> Iterator[tuple[int, str, str, str]]:
    """What the lexical index holds of each passage; the same on insertion and deletion, or the index is damaged."""
    for n, start, stop, heading in numbered:
        around = f"{text[max(0, start - _AROUND) : start]} {text[stop : stop + _AROUND]}"
        context = f"{name.rsplit('.', 1)[0]} {heading}".replace("_", " ")
        yield n, indexed(text[start:stop]), indexed(context), indexed(around)


def matched(ask: Ask, query: str, n: int, documents: Sequence[str] | None = None) -> tuple[dict[str, float], float]:
    """The best `n` passages by BM25, best first: id -> score, above 0; and about what a passage would score that has
    every word of the query once.

    A word that stands nowhere counts there like the rarest: the query asked for it, and no passage has it.
    """
    counts = {f'"{w}"': _count(ask, f'"{w}"') for w in words_of(query)}
    passages = ask("SELECT COALESCE(max(n), 0) FROM passage", ())[0][0]  # a few more than there are: it is at hand
    whole = sum(max(0.0, log((passages - c + 0.5) / (c + 0.5))) for c in counts.values() if c < passages)
    if not (expression := _expression(ask, counts, passages)):
        return {}, whole
    among, args = "", [expression]
    if documents is not None:
        wanted = "SELECT n FROM passage WHERE document IN (SELECT value FROM json_each(?))"
        among, args = f"AND rowid IN ({wanted})", [expression, json.dumps(list(documents))]
    # The ids of the best alone: thousands have a word of the query, and to look up each one's took a quarter more.
    first = f"SELECT rowid AS n, bm25(lexical, {_WEIGHTS}) AS score FROM lexical WHERE lexical MATCH ? {among} ORDER BY score LIMIT ?"
    sql = f"SELECT p.id, score FROM ({first}) JOIN passage p USING(n) ORDER BY score"
    return {i: -score for i, score in ask(sql, [*args, n])}, whole


def _expression(ask: Ask, counts: Mapping[str, int], passages: int) -> str:
    """The query for FTS5: any of the words, the rarest first, as many as can be scored in time; "" for none.

    counts: how many passages each has (`_count`). Words that are all too common count only together.
    """
    if passages < _SCORED:
        return " OR ".join(counts)
    rows = sorted((n, w) for w, n in counts.items())
    kept = [w for (_, w), total in zip(rows, accumulate(n for n, _ in rows), strict=True) if total < _SCORED]
    if kept:
        return " OR ".join(kept)
    together = " AND ".join(counts)
    return together if counts and _count(ask, together) < _SCORED else ""


def _count(ask: Ask, expression: str) -> int:
    """How many passages match, counted up to `_SCORED`."""
    sql = "SELECT count(*) FROM (SELECT 1 FROM lexical WHERE lexical MATCH ? LIMIT ?)"
    return ask(sql, (expression, _SCORED))[0][0]
