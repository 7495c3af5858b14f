"""Findings on a topic, gathered from every document that is about it: its figures, dates and terms by document.

A document whose head is about the topic belongs to it as a whole; of another one the paragraphs that are. A sentence is
taken as it stands. What is asked about and nobody says is a gap.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from agents.rules.reading.evidence import gather
from agents.rules.reading.likelihood import probability
from agents.rules.reading.question import analyse
from agents.rules.reading.sections import Block, blocks, definite, fit, plain, read_units
from agents.rules.reading.types import Finding, Group, Report, Sense
from agents.rules.reading.units import Unit
from agents.rules.reading.words import STOP, concepts, stem, stems

MOST = 32  # findings: what a page holds
OF_ONE = 12  # of one document, where there are several
HEAD = 400  # characters at a document's start that say what it is about
ABOUT = 0.75  # the same for a document's head
ANSWERS = 0.15  # the reader judges a report's sentences himself: nearer to "about" than to "answers"
_SECTION = re.compile(r"^(?:#{2,6}|\d+(?:\.\d+)*[.)]?)\s+(\S.{0,60})$", re.M)
COVERS = 0.6  # share of the topic's words from which a paragraph is about it
# Cosine of topic and paragraph. Unrelated ones lie below 0.2; words are the surer sign, so meaning alone must be near.
NEAR, HALF_NEAR = 0.45, 0.3
# Words that say "a topic" without saying which.
_VAGUE = {stem(w) for w in ["project", "plan", "plans", "work", "matter", "topic", "subject", "thing", "things", "situation", "details", "information", "rules", "issue", "issues", "documents", "business", "question", "overview", "everything", "our"]}  # fmt: skip
# "block A", "phase 2": what is said of block B is not about it.
_MARKED = re.compile(r"\b([A-Za-z]{3,}) ([A-Z]|\d{1,3})\b(?![.,]?\d)")


@dataclass(frozen=True)
class Topic:
    text: str
    terms: tuple[tuple[frozenset[str], frozenset[int]], ...]  # stems of a word or phrase, and its synonyms' groups
    marks: tuple[tuple[str, str], ...]  # ("block", "a")
    vector: Any

    def covered(self, text: str) -> float:
        """The share of the topic's words that `text` has, in these words or synonyms; 0 when it is about another one."""
        low = text.casefold()
        for word, mark in self.marks:
            there = {m[2].casefold() for m in _MARKED.finditer(text) if m[1].casefold() == word}
            if there and mark not in there:
                return 0.0
        of = stems(text)
        having, said = concepts(of), set(of)
        hits = [1.0 if s <= said else 0.9 if groups & having else 0.0 for s, groups in self.terms]
        hits += [1.0 if re.search(rf"\b{w} {re.escape(x)}\b", low) else 0.0 for w, x in self.marks]
        return sum(hits) / len(hits) if hits else 0.0

    def headed(self, heading: str) -> bool:
        """Is a section of that heading about it: has it nothing but the topic's words, or nearly all of them?"""
        of = {s for s in stems(heading) if s not in STOP and not s.isdigit()}
        own = {s for of_term, _ in self.terms for s in of_term}
        return self.covered(heading) >= ABOUT or bool(of and of <= own)


def topic_of(text: str, sense: Sense) -> Topic:
    found = analyse(text).terms
    terms = tuple((frozenset(t.stems), t.groups) for t in found if not set(t.stems) <= _VAGUE | STOP)
    marks = tuple((m[1].casefold(), m[2].casefold()) for m in _MARKED.finditer(text))
    return Topic(text, terms, marks, np.asarray(sense.embed([text]))[0])


def about(topic: Topic, name: str, text: str) -> str:
    """Whether a document is about the topic: "whole", "part" or ""."""
    if not topic.terms:
        return ""
    title = f"{re.sub(r'[_.-]+', ' ', name)} {text.strip().partition(chr(10))[0]}"
    sections = _SECTION.findall(text)
    # Minutes with a section on it among others are not about it, however early that section comes.
    if topic.covered(title) >= ABOUT or (
        topic.covered(text[:HEAD]) >= ABOUT and not any(topic.headed(h) for h in sections)
    ):
        return "whole"
    paragraphs = [p for p in re.split(r"\n\s*\n", text) if p.strip()]
    with_heading = [f"{a} {b}" if len(a) < 80 else b for a, b in zip(["", *paragraphs], paragraphs, strict=False)]
    return "part" if any(topic.covered(p) >= COVERS for p in with_heading) else ""


def report(
    topic: str, passages: Sequence[Mapping[str, Any]], sense: Sense, texts: Mapping[str, str] | None = None
) -> Report:
    """Findings on `topic`; several topics ("the fees and the rules for hirers") have their own groups.

    texts: the whole texts of the documents by id, to know which of them are about the topic as a whole.
    """
    us = read_units(passages)
    if not us:
        return Report(topic, (), reason="There is no text to report on.")
    wanted = several(topic)
    if len(wanted) == 1:
        # A clause ("what the firm offers its staff") is no document's subject: its words stand in many heads.
        clause = re.match(r"(?:what|which|who|when|where|how|why)\b", topic, re.I)
        found = _answering(topic, us, sense) if clause else []
        found = found or _on(topic_of(topic, sense), us, passages, sense, {} if clause else texts or {})
        groups = _by_document(found, passages)
        return Report(topic, groups, () if groups else (topic,), "" if groups else _NONE)
    groups, gaps, taken = [], [], set()
    for one in wanted:
        # What is asked of a subject ("our contracts: costs, notice") is a matter of paragraphs, not of whole documents.
        found = _on(topic_of(one, sense), us, passages, sense, {} if ":" in topic else texts or {})
        new = [f for f in found if (f.passage, f.text) not in taken][: max(6, MOST // len(wanted))]
        taken |= {(f.passage, f.text) for f in new}
        if new:
            groups.append(Group(one[:1].upper() + one[1:], tuple(new)))
        else:
            gaps.append(one)
    return Report(topic, tuple(groups), tuple(gaps), "" if groups else _NONE)


_NONE = "None of the passages found is about this."


def several(topic: str) -> list[str]:
    """ "the fees and the rules for hirers" -> two topics; a question or a plain noun phrase is one."""
    subject, _, listed = topic.partition(":")
    if not listed.strip() and re.match(r"(?:what|which|who|when|where|how|why)\b", topic, re.I):
        return [topic]
    parts = [p.strip() for p in re.split(r"\s*(?:,|;|\band\b|&|\bas well as\b)\s*(?:and\s+)?", listed or topic)]
    parts = [re.sub(r"^(?:the|their|its|our)\s+", "", p, flags=re.I) for p in parts if p]
    return list(dict.fromkeys(parts)) or [subject.strip() or topic]


def _on(
    topic: Topic, us: Sequence[Unit], passages: Sequence[Mapping[str, Any]], sense: Sense, texts: Mapping[str, str]
) -> list[Finding]:
    """The findings of all documents on one topic, in the documents' order, the telling ones of each."""
    of = blocks(us, passages)
    near = _nearness(topic, of, sense)
    whole = {d for d, t in texts.items() if about(topic, _title(d, passages), t) == "whole"}
    documents: dict[str, list[tuple[float, Block, Unit]]] = {}
    for b, cos in zip(of, near, strict=True):
        p = passages[b.units[0].passage]
        lead = topic.covered(b.heading)
        said = topic.covered(f"{b.heading} {b.text}")
        if not (p["document"] in whole or said >= COVERS or cos >= NEAR or (said >= 0.5 and cos >= HALF_NEAR)):
            continue
        for u in b.units:
            if fit(u):
                # A paragraph's first sentence says what the others go on from.
                worth = (
                    cos + 0.35 * definite(u.text) + 0.3 * topic.covered(u.text) + 0.2 * lead + 0.15 * (u is b.units[0])
                )
                documents.setdefault(str(p["document"]), []).append((worth, b, u))
    heads = {d: t[:HEAD] for d, t in texts.items()}
    return [f for d, rated in _share(documents).items() for f in _in_order(rated, heads.get(d, ""))]


def _answering(question: str, us: Sequence[Unit], sense: Sense) -> list[Finding]:
    """What answers a topic that is a question, in the documents' order."""
    q = analyse(question)
    kept = [e for e in gather(q, [u for u in us if fit(u)], sense) if not e.veto]
    kept = [e for e in kept if probability(e) >= ANSWERS or (e.cosine >= NEAR and e.covered >= 0.5)]
    kept.sort(key=lambda e: (e.unit.passage, e.unit.start))
    return [Finding(e.unit.text, e.unit.passage, plain(e.unit.heading), probability(e)) for e in kept]


def _nearness(topic: Topic, of: Sequence[Block], sense: Sense) -> list[float]:
    if not of:
        return []
    texts = [f"{plain(b.heading)}: {b.text[:400]}" if b.heading else b.text[:400] for b in of]
    return [float(x) for x in np.asarray(sense.embed(texts)) @ topic.vector]


_Rated = tuple[float, Block, Unit]


def _share(documents: Mapping[str, Sequence[_Rated]]) -> dict[str, list[_Rated]]:
    """The best of each, MOST in all: each document in turn gives one, so that a short one is heard as a whole."""
    ranked = {d: _telling(rated) for d, rated in documents.items()}
    most = MOST if len(documents) == 1 else OF_ONE
    out: dict[str, list[_Rated]] = {d: [] for d in documents}
    for n in range(most):
        for d, rated in ranked.items():
            if n < len(rated) and sum(map(len, out.values())) < MOST:
                out[d].append(rated[n])
    return out


def _telling(rated: Sequence[_Rated]) -> list[_Rated]:
    """Best first; a section's later sentences give way to another section's first."""
    heard: dict[str, int] = {}
    by_worth = []
    for worth, b, u in sorted(rated, key=lambda x: -x[0]):
        n = heard[b.heading] = heard.get(b.heading, 0) + 1
        by_worth.append((worth - 0.12 * n, worth, b, u))
    return [(worth, b, u) for _, worth, b, u in sorted(by_worth, key=lambda x: -x[0])]


def _in_order(rated: Sequence[_Rated], head: str) -> list[Finding]:
    """As they stand in the document. Its own title is no category, so that is not kept as a heading."""
    out = []
    for worth, b, u in sorted(rated, key=lambda x: (x[2].passage, x[2].start)):
        heading = plain(b.heading)
        own = heading in head.strip().partition("\n")[0] or (len(heading) > 25 and heading in head)
        out.append(Finding(u.text, u.passage, "" if own else heading, worth))
    return out


def _title(document: str, passages: Sequence[Mapping[str, Any]]) -> str:
    return next((str(p.get("title") or "") for p in passages if p["document"] == document), "")


def _by_document(found: Sequence[Finding], passages: Sequence[Mapping[str, Any]]) -> tuple[Group, ...]:
    """By document, where there are several; else by the headings of the one."""
    titles = {str(passages[f.passage]["title"]) for f in found}
    groups: dict[str, list[Finding]] = {}
    for f in found:
        title = str(passages[f.passage]["title"])
        groups.setdefault(title if len(titles) > 1 else f.heading or title, []).append(f)
    return tuple(Group(h, tuple(fs)) for h, fs in groups.items())
