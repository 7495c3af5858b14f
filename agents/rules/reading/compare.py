"""Documents side by side on a topic, possibly on several aspects ("price, term and how long it takes").

Each aspect is asked of each document as a question, for the sentence that answers "How long does it take?" need not have
the word "take". A cell holds one sentence, its value first; what a document does not say is a gap. No sentence is its own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from agents.rules.reading.answer import read
from agents.rules.reading.question import analyse
from agents.rules.reading.sections import DEFINITE, definite, fit, plain, read_units
from agents.rules.reading.types import Cell, Comparison, Quoted, Reading, Row, Sense
from agents.rules.reading.units import Unit
from agents.rules.reading.words import STOP, concepts, stem, stems
from text.values import find_values

# A table shows each quotation beside its document, so the reader judges: nearer to "about" than to "answers".
# At 0.15 nine of ten answering sentences of the development questions pass (0.38 for an answer).
ABOUT = 0.15
SAME_SECTION = 0.5  # cosine of two headings from which they head the same thing ("Timetable", "Timing")
MOST_SECTIONS = 6

_LEAD = re.compile(
    r"^\W*(?:please\s+)?(?:compare|comparison of|contrast|differences? (?:between|in|of)|report on|write (?:me )?a (?:short )?report (?:on|about)|summari[sz]e|what do(?:es)? .{0,60}? say about|regarding|with regard to|in terms of)\s+",
    re.I,
)
_SPLIT = re.compile(r"\s*(?:,|;|\n|\band\b|&|\bas well as\b|\bplus\b)\s*(?:and\s+)?(?:the\s+|their\s+)?", re.I)
# What a noun is measured in, as a question asks for it.
_HOW_MUCH = {stem(w) for w in ["price", "prices", "cost", "costs", "fee", "fees", "rent", "charge", "charges", "deposit", "salary", "pay", "wage", "wages", "rate", "rates", "budget", "excess", "premium", "fare", "tariff", "ceiling", "compensation", "bonus", "allowance"]}  # fmt: skip
_HOW_LONG = {stem(w) for w in ["guarantee", "warranty", "duration", "notice", "length", "validity", "period", "term", "timescale", "timeline", "timetable", "delivery", "probation"]}  # fmt: skip
_WHEN = {
    stem(w) for w in ["deadline", "start", "date", "expiry", "begin", "beginning", "completion", "opening", "closing"]
}
_MEASURES = {
    stem(w)
    for w in [
        "how",
        "long",
        "much",
        "many",
        "often",
        "far",
        "big",
        "high",
        "old",
        "soon",
        "they'd",
        "they'll",
        "they're",
        "we'd",
        "it'd",
    ]
}
_FUNCTION = {stem(w) for w in ["do", "does", "it", "is", "are", "the", "we", "you", "i", "one", "can", "to", "of", "what", "when", "who", "where", "why"]}  # fmt: skip
# "how long they'd take" -> "How long does it take?": the documents are what "they" are.
_CLAUSE = re.compile(
    r"^(?P<wh>how(?: \w+)??|what|when|where|who|which \w+|why)\s+(?P<they>they|it|each(?: of them| one)?|both|we|you|i|one)\s*"
    r"(?P<aux>['’](?:d|ll|re|s|ve)|would|will|can|could|must|may|should|do|does|did|are|is|have to|has to|need to)?\s*(?P<rest>.*)$",
    re.I,
)
# "how long the work would take" -> "How long does the work take?"
_SUBJECT = re.compile(
    r"^(?P<wh>how(?: \w+)??|what|when|where|who|why)\s+(?P<they>(?:the|a|an|their|its|each|our|my)\s+[\w'’-]+(?: [\w'’-]+){0,3}?)\s+"
    r"(?P<aux>would|will|can|could|must|may|should|does|is|are)\s*(?P<rest>.*)$",
    re.I,
)
_WHETHER = re.compile(r"^(?:whether|if)\s+(?P<who>.+?)\s+(?P<aux>is|are|can|may|must|will|has|have|does|do)\s+(?P<rest>.+)$", re.I)  # fmt: skip
_FULL = {"'d": "would", "’d": "would", "'ll": "will", "’ll": "will", "'re": "are", "’re": "are", "'s": "is", "’s": "is"}


def aspects(topic: str) -> list[str]:
    """ "the price, term and notice period" -> ["price", "term", "notice period"]; a whole question stays whole."""
    bare = _LEAD.sub("", " ".join(topic.split())).strip(" ?.!")
    if re.match(r"(?:what|which|who|when|where|how|why|is|are|do|does|can|may|must)\b", bare, re.I):
        return [bare]
    parts = [re.sub(r"^(?:the|their|its|our)\s+", "", p, flags=re.I) for p in _SPLIT.split(bare) if p.strip()]
    return list(dict.fromkeys(parts)) or [topic]


def questions(aspect: str) -> list[str]:
    """An aspect as questions to one document, the likeliest first."""
    text = re.sub(r"^(?:the|their|its)\s+", "", aspect.strip(" ?."), flags=re.I)
    if m := _WHETHER.match(text):
        return [f"{m['aux'].capitalize()} {m['who']} {m['rest']}?", text]
    if m := _CLAUSE.match(text):
        return [_asked(m)]
    if m := _SUBJECT.match(text):
        does = m["aux"].casefold() in ("would", "will", "does")
        return [f"{m['wh'].capitalize()} {'does' if does else m['aux']} {m['they']} {m['rest']}".strip() + "?"]
    if re.match(r"(?:what|which|who|when|where|how|why|is|are|do|does|can|may|must)\b", text, re.I):
        return [f"{text}?"]
    last = stem(text.split()[-1].casefold()) if text else ""
    be = "are" if re.search(r"(?<![su])s$", text) and last not in _HOW_LONG else "is"
    what = f"What {be} the {text}?"
    if last in _HOW_MUCH:
        return [f"How much is the {text}?", what]
    if last in _HOW_LONG:
        return [f"How long is the {text}?", what]
    return [f"When is the {text}?", what] if last in _WHEN else [what]


def _asked(m: re.Match[str]) -> str:
    wh, rest = m["wh"].capitalize(), m["rest"].strip()
    aux = _FULL.get((m["aux"] or "").casefold(), (m["aux"] or "").casefold())
    mine = m["they"].casefold() in ("we", "you", "i", "one")
    who = m["they"].casefold() if mine else "it"
    if aux in ("are", "is", "was"):
        return f"{wh} {'are' if mine else 'is'} {who} {rest}".strip() + "?"
    if aux in ("would", "will", "", "do", "does", "did", "have to", "has to", "need to"):
        rest = f"{'have' if 'have' in aux or 'has' in aux else 'need'} to {rest}" if " " in aux else rest
        return f"{wh} {'do' if mine else 'does'} {who} {rest}".strip() + "?"
    return f"{wh} {aux} {who} {rest}".strip() + "?"


def compare(topic: str, by_document: Mapping[str, Sequence[Mapping[str, Any]]], sense: Sense) -> Comparison:
    """What each document says on each aspect of `topic`; a document that says nothing on it is a gap.

    by_document: document title -> its passages, best first. A cell's quotes index the passages of its own document.
    """
    rows, gaps = [], []
    for aspect in aspects(topic):
        cells: dict[str, Cell] = {}
        for title, passages in by_document.items():
            cells[title] = cell(aspect, passages, sense)
            if not cells[title].found:
                gaps.append((aspect, title))
        rows.append(Row(aspect, cells))
    return Comparison(topic, tuple(by_document), tuple(rows), tuple(gaps))


def cell(aspect: str, passages: Sequence[Mapping[str, Any]], sense: Sense) -> Cell:
    """The sentence on the aspect with its value; a typed answer first, then what stands under a heading that is the
    aspect, then whatever else answers."""
    if not passages:
        return Cell(False, reason="There is no text to answer from.")
    asked = questions(aspect)
    found = [read(q, passages, sense, ABOUT) for q in asked]
    kinds = analyse(asked[0]).wants & {*DEFINITE, "number"} or {*DEFINITE}
    headed = _headed(aspect, passages, kinds)
    typed = next((r for r in found if r.found and r.value and r.kind != "yes_no"), None)
    if (
        typed
        and headed
        and _names_it(aspect, headed[0], kinds)
        and not _own(aspect) & set(stems(typed.sentences[0].text))
    ):
        return _with_value(headed[0], kinds)  # "List price £900." before "Service £90 a year." under "Price"
    if typed and (not headed or _stands_under(typed, headed)):
        return Cell(True, typed.value, typed.sentences[:1])
    if headed and not (typed and not any(v.kind in kinds for v in find_values(headed[0].text))):
        return _with_value(headed[0], kinds)
    r = typed or next((r for r in found if r.found), None)
    if r is None and (worded := _worded(aspect, asked[0], passages)):
        return _with_value(worded, kinds & {"duration"} or kinds)
    if r is None:
        return Cell(False, reason=found[-1].reason)
    return Cell(True, r.value, _whole(r)[:1])


def _stands_under(r: Reading, headed: Sequence[Unit]) -> bool:
    """Does the typed answer come from the section of that name? Elsewhere the word stands for something smaller: under
    "Liability" the "cost of new locks" is not the price."""
    text = r.sentences[0].text
    return any(text in u.text or u.text in text for u in headed)


def _names_it(aspect: str, u: Unit, kinds: set[str] | frozenset[str]) -> bool:
    """Has the unit the aspect's own word beside a value, or under that heading nothing before it ("£4,850 without VAT")?"""
    values = [v for v in find_values(u.text) if v.kind in kinds]
    return bool(values) and (bool(_own(aspect) & set(stems(u.text))) or values[0].start <= 2)


def _own(aspect: str) -> set[str]:
    return {s for s in stems(aspect) if s not in STOP}


def _headed(aspect: str, passages: Sequence[Mapping[str, Any]], kinds: set[str] | frozenset[str]) -> list[Unit]:
    """Units under a heading (or label) that is the aspect, in the same word or a synonym; those with a value first."""
    own = _own(aspect)
    having = concepts(stems(aspect))
    out = []
    for u in read_units(passages):
        head = u.label or plain(u.heading)
        of = stems(head)
        if (
            own
            and len(of) <= 6
            and (fit(u) or _names_it(aspect, u, kinds))
            and (own <= set(of) or (having & concepts(of) and len(own) <= 2))
        ):
            out.append(u)
    rated = [(any(v.kind in kinds for v in find_values(u.text)), bool(own & set(stems(u.text))), u) for u in out]
    return [u for _, _, u in sorted(rated, key=lambda x: (-x[0], -x[1]))]


def _worded(aspect: str, question: str, passages: Sequence[Mapping[str, Any]]) -> Unit | None:
    """The first unit with the aspect's own words and a value of the kind that is asked for: "will take eight weeks"."""
    wants = analyse(question).wants & {*DEFINITE, "number"}
    # A clause may have nothing but a plain verb ("how long they'd take"): then that is its word.
    own = _own(aspect) - _MEASURES or set(stems(question)) - _MEASURES - _FUNCTION
    able = [u for u in read_units(passages) if wants and own and fit(u) and own <= set(stems(u.text))]
    return next((u for u in able if any(v.kind in wants for v in find_values(u.text))), None)


def _with_value(u: Unit, kinds: set[str] | frozenset[str]) -> Cell:
    values = [v for v in find_values(u.text) if v.kind in kinds]
    return Cell(True, values[0].text if len(values) == 1 else "", (Quoted(u.text, u.passage),))


def _whole(r: Reading) -> Sequence[Quoted]:
    """Whole sentences first: a heading alone says nothing in a table."""
    return sorted(r.sentences, key=lambda q: len(q.text.split()) < 4)


def common(by_document: Mapping[str, Sequence[Mapping[str, Any]]], sense: Sense) -> Comparison:
    """Where no aspect was asked for: the sections that the documents share, by what their headings mean."""
    titles = list(by_document)
    sections = {t: _sections(by_document[t]) for t in titles}
    first, rest = titles[0], titles[1:]
    heads = sorted({h for s in sections.values() for h in s})
    at = {h: i for i, h in enumerate(heads)}
    near = (lambda m: m @ m.T)(np.asarray(sense.embed([h.casefold() for h in heads]))) if heads else np.zeros((0, 0))
    rows: list[Row] = []
    taken: set[tuple[str, str]] = set()
    for head in sections[first]:
        mates = {first: head}
        for t in rest:
            free = [h for h in sections[t] if (t, h) not in taken]
            best = max(free, key=lambda h: _alike(head, h, float(near[at[head], at[h]])), default="")
            if best and _alike(head, best, float(near[at[head], at[best]])) >= SAME_SECTION:
                mates[t] = best
                taken.add((t, best))
        if len(mates) > 1:
            meant = [concepts(stems(h)) | {*stems(h)} for h in mates.values()]
            both = set.intersection(*map(set, meant))
            cells = {t: _section_cell(sections[t][mates[t]], both) if t in mates else Cell(False) for t in titles}
            rows.append(Row(" / ".join(dict.fromkeys(mates.values())), cells))
    rows = rows[:MOST_SECTIONS]
    gaps = tuple((r.aspect, t) for r in rows for t in titles if not r.cells[t].found)
    return Comparison("", tuple(titles), tuple(rows), gaps)


def _alike(a: str, b: str, cosine: float) -> float:
    return 1.0 if set(stems(a)) == set(stems(b)) or concepts(stems(a)) & concepts(stems(b)) else cosine


def _sections(passages: Sequence[Mapping[str, Any]]) -> dict[str, list[Unit]]:
    out: dict[str, list[Unit]] = {}
    for u in sorted(read_units(passages), key=lambda u: (u.passage, u.start)):
        if fit(u) and plain(u.heading):
            out.setdefault(plain(u.heading), []).append(u)
    return out


def _section_cell(us: Sequence[Unit], both: set) -> Cell:
    """The section's sentence with a figure or date; first one that has what both headings mean."""
    u = max(us, key=lambda u: (bool(both & (concepts(u.stems) | {*u.stems})), definite(u.text)))
    return _with_value(u, {*DEFINITE})
