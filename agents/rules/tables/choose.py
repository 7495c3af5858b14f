"""Before anything was queried: which tables a question may be about, and whether it compares rows with a document's rule."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from agents.rules.documents import name_words
from agents.rules.shapes import Look
from agents.rules.tables.schema import Facts, Sheet
from agents.rules.tables.understand import understand
from agents.rules.words import content, words

_COLUMNS = 60  # profiled at most


_RULE = re.compile(
    r"""
    \b(?P<op>above|over|exceed(?:s|ed|ing)?|beyond|more[ ]than|higher[ ]than|greater[ ]than|larger[ ]than
        |warmer[ ]than|hotter[ ]than|longer[ ]than|older[ ]than|below|under|less[ ]than|lower[ ]than
        |fewer[ ]than|colder[ ]than|shorter[ ]than|cheaper[ ]than|within|up[ ]to|at[ ]least|at[ ]most)
    \s+(?P<np>(?:the|what|our|its|their|that|a)\s+[^?]{4,})
    """,
    re.I | re.X,
)


# "… above the policy's limit and should be specified": what is to be done with such rows is no part of the limit.
_GOES_ON = re.compile(
    r",?\s+and\s+(?:so\s+|therefore\s+)?(?:should|must|need|needs|ought|have|has|may|can|are|is)\b.*", re.I
)


def sheet_title(s: Sheet) -> str:
    return f"{s.title}, sheet {s.sheet}" if s.sheet else s.title


def by_file(text: str, named: Sequence[Any]) -> list[Any]:
    """Of the documents named those named as files: "orders.csv", "in the suppliers sheet", "the staff table". A word
    that only happens to be a file's name ("per supplier") leaves the choice to what fits."""
    out = []
    stems_ = {w.stem for w in words(text)}
    for d in named:
        said = "|".join(re.escape(w) for w in re.findall(r"[^\W\d_]{3,}", d.name.rsplit(".", 1)[0]))
        as_file = said and re.search(
            rf"\b(?:{said})\w*\s+(?:table|sheet|file|spreadsheet|csv|data|list|log|workbook|export)\b", text, re.I
        )
        if (
            d.name.casefold() in text.casefold()
            or as_file
            or len(stems_ & {w for w in name_words(d.name) if w.isalpha()}) > 1
        ):
            out.append(d)
    return out


def narrowed(everything: Sequence[Sheet], look: Look, documents: Sequence[str]) -> list[Sheet]:
    names = {t.name for t in look.tables if t.document in documents}
    return [s for s in everything if s.name in names] or list(everything)


def profiled(pool: Sequence[Sheet], text: str, look: Look) -> list[Sheet]:
    """The likeliest tables first, as many as one profile can show."""
    order = [a.sheet.name for a in understand(text, pool, Facts(), look.embed, look.brief.now) if a.join is None]
    seen = {t: i for i, t in enumerate(dict.fromkeys(p.document for p in look.brief.passages))}
    of = {t.name: t.document for t in look.tables}
    rank = {n: order.index(n) - (3 if of.get(n) in seen else 0) for n in order}
    out, columns = [], 0
    for s in sorted(pool, key=lambda s: rank.get(s.name, 99)):
        if out and columns + len(s.columns) > _COLUMNS:
            continue
        out.append(s)
        columns += len(s.columns)
    return out


def in_rows(left: Sequence[str], look: Look) -> list[str]:
    """Left-over words that stand in recalled rows of a table: probably values."""
    tabular = {t.document for t in look.tables}
    text = " ".join(p.text for p in look.brief.passages if p.document in tabular)
    known = {w.stem for w in words(text)}
    return [w for w in left if words(w) and all(x.stem in known for x in words(w))]


def rule_of(text: str, everything: Sequence[Sheet], look: Look) -> tuple[str, str] | None:
    """(the question with ¤ for the value, what to look up) when rows are compared with what a document says."""
    m = _RULE.search(text)
    if not m or not look.texts or any(ch.isdigit() for ch in m["np"][:25]):
        return None
    noun = _GOES_ON.sub("", m["np"]).strip()
    stems_ = {w.stem for w in content(noun)[:3]}
    columns = [c for s in everything for c in s.columns if c.stems and set(c.stems) <= stems_]
    says = re.search(
        r"\b(?:in|of|by|under|according to|given|stated|set|per|from|allowed|permitted|may|can)\b|\w['’]s?\s+\w+\s+\w",
        noun,
        re.I,
    )
    if columns or not says or re.match(r"(?:the )?(?:average|mean|median|total)\b", noun, re.I):
        return None
    return f"{text[: m.start()]}{m['op']} ¤", noun
