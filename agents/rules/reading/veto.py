"""Why a unit can't answer a question, however close its wording: it is about another name, code, day or row."""

from __future__ import annotations

import re

from agents.rules.reading.asked import LIMIT
from agents.rules.reading.question import Question, Term
from agents.rules.reading.units import Unit
from agents.rules.reading.words import GENERIC, STOP, concepts, stem, stems, words
from text.values import find_values

# One row of many can't say that it is the last, the largest or the first of them: that is a question to the table.
_MOST = re.compile(
    r"\b(?:latest|newest|earliest|oldest|(?:the|our|my|his|her|their) (?:last|first)|most recent|highest|lowest|largest|biggest|smallest|cheapest|longest|shortest|heaviest|lightest|most|least|fewest|average|total|all in all|altogether|in all|overall)\b",
    re.I,
)
_TABLE = re.compile(r"Table \S+(?: \S+)*?: columns ")  # how memory describes one
_ROW = re.compile(r"\W*[^:;\n]{1,40}: [^;\n]+;\s*[^:;\n]{1,40}: ")


_CELL = re.compile(r"[^:;\n]{1,40}: [^;\n]+(?:;|$)")


def _no_column(q: Question, u: Unit) -> str:
    """What is asked for by a word of the question, where neither the row nor what it stands under has one like it."""
    near = stems(f"{u.text} {u.heading} {u.header}")
    having = concepts(near)
    heads = [t for t in q.terms if t.head and t.text in q.text.lower()]
    return heads[0].text if heads and not any(t.hit(near, having) for t in heads) else ""


def _names_row(q: Question, u: Unit) -> bool:
    """Does the question say which row is meant, by something that stands in it rather than over it?"""
    values = " ".join(re.findall(r":\s([^;\n]*)", u.text))
    of = stems(values)
    return any(t.hit(of, concepts(of)) for t in q.terms) or any(
        c.lower() in values.lower() for c in (*q.codes, *q.years)
    )


_ASKS_LEAVE = re.compile(r"\b(?:allowed|permitted|can|could|may|must|needs? to|ha(?:ve|s|d) to|should|able to)\b", re.I)
_RULE = re.compile(r"\b(?:must|may|can(?:not|['’]t)?|shall|should|need(?:s|ed)? (?:to|not)|allowed|permitted|welcome|only|never|forbidden|prohibited)\b", re.I)  # fmt: skip

HEAD = 400  # characters at a document's start that say what it is about
PARTIES = 1200  # where a contract has named its parties, which are "the Client" from then on


_FOR_KIND = re.compile(r"\bfor (?:an?|the|our|my|your|each|every) (?P<kind>[a-z]{3,})\b")
_PER_KIND = re.compile(r"[$€£]?\d[\d.,]*\S* for (?:an?|the|each|every)? ?[a-z]{3,}")

ANY_ROW = "one row of a table, and none in particular"


def _another_kind(q: Question, u: Unit) -> str:
    """ "£4.00 for dogs and £2.00 for cats" says nothing of a parrot: the kind asked for, which is none of those told."""
    asked = _FOR_KIND.search(q.text)
    if asked is None or len(_PER_KIND.findall(u.text)) < 2:
        return ""
    term = next((t for t in q.terms if stem(asked["kind"]) in t.stems), None)
    return asked["kind"] if term is not None and not term.hit(u.stems, u.concepts) else ""


def veto(q: Question, u: Unit, everything: str) -> str:
    """A code, year or name of the question that this unit is not about; "" where nothing stands against it.

    everything: the text of the unit's document, lower case, as far as it is known.
    """
    if u.text.rstrip().endswith("?"):
        return "more than the question itself"
    if _TABLE.match(u.text) and not re.search(r"\b(?:columns?|tables?|rows?|fields?)\b", q.text, re.I):
        return "what a table says, only about which columns it has"
    if (
        (most := _MOST.search(q.text))
        and not LIMIT.match(q.text.lower())
        and _ROW.match(u.text)
        and most[0].lower() not in u.text.lower()
    ):
        return f"“{most[0]}”, since it is one row of a table"
    if _ROW.match(u.text) and not _names_row(q, u):
        return ANY_ROW
    if len(_CELL.findall(u.text)) > 2 and (missing := _no_column(q, u)):
        return f"“{missing}”, which is no column of that table"
    if kind := _another_kind(q, u):
        return kind
    near = f"{u.text} {u.heading} {u.header}"
    low = near.lower()
    for code in q.codes:
        # What a document is about stands at its head ("CR-90 refrigeration plant: manual"); other codes belong to a line.
        about = f"{low} {u.title.lower()} {u.whole[:HEAD]}"
        if not re.search(rf"(?<![\w.]){re.escape(code.lower())}(?![\w]|\.\d)", about):
            return code
    for year in q.years:
        others = re.findall(r"(?<![\d.,])(?:19|20)\d\d(?![\d]|[.,]\d)", u.text)
        if year not in u.text and (others or year not in f"{low} {u.before} {u.title}"):
            return year
    for day in q.days:
        if not _says_day(day, f"{u.text} {u.heading} {u.before} {u.title} {u.whole[:HEAD]}"):
            return day
    anybody = _ASKS_LEAVE.search(q.text) and _RULE.search(u.text)
    for name in q.names:
        if anybody and name.lower() not in everything:
            continue  # "May Rory come along?": the rule is for everybody, so it names nobody
        if reason := _about_another(name, u, low, everything):
            return reason
    return ""


def _says_day(day: str, text: str) -> bool:
    """Does `text` name this day (ISO), written in whatever way, or in file names ("minutes-2026-05-28")?"""
    return day in text or any(v.date == day for v in find_values(text) if v.kind == "date")


def _about_another(name: str, u: Unit, low: str, everything: str) -> str:
    parts = [p for p in words(name) if p not in STOP]
    if not parts:
        return ""
    proper = [p for p in parts if stem(p) not in GENERIC] or parts
    known = [p for p in proper if re.search(rf"\b{re.escape(p)}", everything) or _stands_for(p, name, everything)]
    if not known:
        # A capitalised word that no passage has: a name nobody mentions, unless it is a word with synonyms.
        return (
            name
            if not any(Term(p, (stem(p),), frozenset(), 1.0).hit(u.stems, set()) or _has_synonym(p, u) for p in proper)
            else ""
        )
    if any(re.search(rf"\b{re.escape(p)}", low) for p in known):
        return ""
    # The unit does not say the name: it may still be meant, unless the unit names a sibling ("Project Osprey").
    if len(parts) > 1 and parts[0] not in known[:1]:
        rival = re.search(rf"\b{re.escape(parts[0])}\s+([A-Z]\w+)", u.text + " " + u.heading, re.I)
        if rival and rival[1][0].isupper() and rival[1].lower() not in proper:
            return name
    above = f"{u.before} {u.title} {u.whole[:PARTIES]}".lower()
    if any(re.search(rf"\b{re.escape(p)}", above) for p in known):
        return ""
    return name if u.whole and len(known) == len(parts) > 1 and name.lower() in u.whole else ""


def _stands_for(word: str, name: str, everything: str) -> bool:
    """ "PO" where the document says "purchase order": the initials of words that stand together."""
    if word.upper() not in name or not 2 <= len(word) <= 5 or not word.isalpha():
        return False
    return bool(re.search(r"\b" + r"[\s\-]+".join(rf"{c}[a-z]+" for c in word), everything))


def _has_synonym(word: str, u: Unit) -> bool:
    return bool(concepts([stem(word)]) & u.concepts)
