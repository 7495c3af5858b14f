"""A question's words against one sheet: which name a column, which a value, which its rows, and which are left over."""

from __future__ import annotations

import re
from datetime import datetime

from agents.rules.tables.begins import begins
from agents.rules.tables.cue import DENIES, OUT_AFTER
from agents.rules.tables.cues import cues
from agents.rules.tables.currencies import currencies
from agents.rules.tables.findings import Mention, Read
from agents.rules.tables.lexicon import Lexicon
from agents.rules.tables.owing import owing
from agents.rules.tables.rows import ROWS, called, compounds, numbered, row_words
from agents.rules.tables.schema import Facts, Sheet
from agents.rules.tables.states import states
from agents.rules.tables.subjects import subjects
from agents.rules.tables.values import values
from agents.rules.words import STOP, stem, words

# Words that ask for nothing by themselves: verbs of being done, politeness, the company itself.
_SAID_BESIDE = """
make made makes go goes went going come came comes coming bring brought brings use used using uses work works
working happen happened record recorded records sale place placed ordered buy bought need needed list break broken
down split breakdown figure figures number numbers data value values result results overall company firm business us
please thanks currently current now still already ever yet far so today total per grouped group sort sorted rank
ranked order according respectively different each various show display chart graph plot bar line pie table draw
visualise visualize column row sheet file spreadsheet csv excel uploaded upload dataset database report question
answer calculate compute across among amongst within during whole entire complete full single individual one ones
have had do did mean means tell get got give given stand stands fall falls fell fallen gone contain contains include
dropped drop sent send received receive shipped ship delivered deliver issued issue finished finish completed kept
keep held hold belong belongs involved involve included occur appear exist exists much many amount people way year's
contribute contributed generate generated achieve achieved perform performed run runs reach reached see seen know
want wants look like compare compared comparison versus difference between against exactly only just pounds pound
euros euro dollars dollar gbp usd eur sterling sit sits sat live lives reside located based situated found find
assigned everything altogether time added together
"""
# By their forms, not by their stems: a "generator" is not what is generated, a "placement" not what is placed.
_FILLER = {
    f
    for w in _SAID_BESIDE.split()
    for f in (w, w + "s", w + "es", w + "d", w + "ed", w + "ing", w.removesuffix("e") + "ing")
}


# Said beside the question. "haven't" is heard or missed as a whole by `denied`.
_ASIDE = re.compile(rf"\b(?:in|on|from) (?:the|our|my) (?:diary|calendar|books|schedule|register|records?)\b|\b(?:ended|ending)(?: up)? (?=(?:in|with|as)\b)|\bwith (?:their|its|the) (?:names?|amounts?|totals?|figures?|values?|numbers?)(?:,? and (?:(?:the|their|its) )?(?:names?|amounts?|totals?|figures?|values?|numbers?))*|\b(?:only|just) counting\b(?: the)?(?: ones)?|\bcounting (?:all|every\w*|each|the lot)\b(?: one)?|\b(?:right now|just now|all told|i mean|do you know|any idea|i(?:['’]d| would) like to know|for me|as of (?:now|today)|to date|up to now|at the moment|thank you|cheers|hi|hello|hey)\b|\b{DENIES}\b", re.I)  # fmt: skip
_SHORT = frozenset(["whats", "whos", "hows", "wheres", "whens", "thats", "theres", "ive", "weve", "youve", "theyve", "im"])  # fmt: skip


# "for each sort of damage", "per section of the wardrobe": the kinds are the column's values.
_OF_A_KIND = re.compile(r"\b(each|every|per|by)\s+(?P<kind>section|sort|kind|type|category|part|class|group)s? of (?:(?:the|our|all)\s+)?(?=[a-z])", re.I)  # fmt: skip


_ENDED_UP = re.compile(r"\b(?:end(?:ed|s)? up|wound up|turned out) (?:being |as |to be )?(?=\w+ed\b)", re.I)
# "Nobody wrote down the depth": the rows without it.
_NOT_WRITTEN = re.compile(
    r"\b(?:(?:did|has|have|had)\s+)?(?:nobody|no one|no-one|we never|they never|(?:we|they|people) (?:did(?:n['’]t| not)|have(?:n['’]t| not)))\s+(?:ever |yet )?(?:wr[io]te|written|noted?|record(?:ed)?|enter(?:ed)?|filled|fill|log(?:ged)?|put)(?: (?:down|in))?\s+(?:the|an?|any|its|their)\s+(?=\w)",
    re.I,
)
# "Have no driver written down" is "have no driver".
_NONE_WRITTEN = re.compile(
    r"(?P<none>\b(?:has|have|had|having|with|got|there(?:['’]s| is| was) ) ?no (?:\w+ ){1,3}?)(?:written|noted|recorded|entered|filled|put|logged|listed|set|given|named|shown|assigned)(?: (?:down|in|up))?\b",
    re.I,
)
# "Pieces of equipment", of an equipment list: its rows.
_PIECES_OF = re.compile(r"\b(?:pieces?|items?|bits?) of (?=(?P<what>[a-z]+)\b)", re.I)
_AT_ONCE = re.compile(
    r"\s*\b(?:(?:all )?in one go|at one time|at a time|put together|between them all)\b", re.I
)  # no number of anything
_ONE_WORD = re.compile(r"\b(?:e-mail|call-out|set-up|take-away|week-end)s?\b", re.I)
# "Since the beginning of July" is since July.
_BEGINNING = re.compile(
    r"\b(since|from|after|until|before|by) the (?:very )?(?:beginning|start|first|1st) of\s+(?=\w)", re.I
)


def read(text: str, sheet: Sheet, facts: Facts, lexicon: Lexicon, now: datetime) -> Read:
    text = _NOT_WRITTEN.sub("missing ", _ENDED_UP.sub("were ", _AT_ONCE.sub("", text)))
    text = _PIECES_OF.sub(lambda m: "" if called(stem(m["what"]), sheet) else m[0], text)
    text = _NONE_WRITTEN.sub(lambda m: m["none"].rstrip(), text)
    text = _OF_A_KIND.sub(
        lambda m: m[0] if _has_kinds(m["kind"], sheet) else f"{m[1]} ",
        _ONE_WORD.sub(lambda m: m[0].replace("-", ""), _BEGINNING.sub(r"\1 ", text)),
    )
    r = Read(text, words(text), cues(text, now), sheet, facts, lexicon=lexicon, today=now.date())
    taken = [any(c.start <= w.start and w.end <= c.end for c in r.found) for w in r.tokens]
    free = [not t for t in taken]
    # A word of a cue may name a column as well ("the total", "sales in total"): the column's exact name goes first.
    compounds(r, free)
    currencies(r, free)
    owing(r, free)
    values(r, free)
    states(r, free)
    begins(r, free)
    _columns(r, free, taken, lexicon)
    row_words(r, free, taken)
    subjects(r)
    numbered(r)
    said = [m.span() for m in _ASIDE.finditer(r.text)]
    for v in r.values:
        if v.negated and (out := OUT_AFTER.match(r.text, r.tokens[v.end - 1].end)):
            said.append(out.span("out"))
    for i, w in enumerate(r.tokens):
        low = w.text.casefold()
        idle = low in STOP or low in _SHORT or low in _FILLER or (w.stem in ROWS and w.stem not in sheet.others)
        if free[i] and not taken[i] and not idle and not any(a <= w.start < b for a, b in said):
            r.left.append(i)
    if any(m.column.kind == "date" for m in r.columns):  # "the latest received date", of a column called Received
        r.left = [i for i in r.left if r.tokens[i].stem not in ("date", "day")]
    return r


def _has_kinds(kind: str, sheet: Sheet) -> bool:
    """Is the kind a column of its own: "per type of partner", of a table with a column "Type"?"""
    return any(c.stems == (stem(kind),) for c in sheet.columns)


_EACH = re.compile(r"\b(?:each|every|per|by)\s+$", re.I)


def _columns(r: Read, free: list[bool], taken: list[bool], lexicon: Lexicon) -> None:
    for size in (4, 3, 2, 1):
        for i in range(len(r.tokens) - size + 1):
            span = range(i, i + size)
            texts = tuple(r.tokens[j].text.casefold() for j in span)
            stems_ = tuple(r.tokens[j].stem for j in span)
            exact = [c for c in r.sheet.columns if c.stems == stems_]
            if (
                size > 1
                and not exact
                and any(t in STOP and t not in ("left", "per", "no", "of") for t in (texts[0], texts[-1]))
            ):
                continue
            if size == 1 and _subject(r, i):
                continue
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
            # "Each supplier", of a file of supplier invoices; not "per booking", of bookings
            each = _EACH.search(r.text[: r.tokens[i].start]) and stems_[0] != r.sheet.head
            if called(stems_[0], r.sheet) and rated[0][0] < 0.9 and size == 1 and not each:
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
