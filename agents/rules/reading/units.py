"""Passages as units to judge: sentences, labelled lines, list items and table rows, each with what surrounds it.

A passage overlaps the next by some sentences: each unit occurs once. Text is kept exactly as it stands.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from agents.rules.reading.words import concepts, stems
from text.sentences import sentences


@dataclass
class Unit:
    text: str  # == passages[passage]["text"][start:end]
    passage: int
    start: int
    end: int
    heading: str  # the nearest heading above, or the passage's own
    title: str
    order: int  # position within its passage
    label: str = ""  # "Due date" of "Due date: 3 May"
    header: str = ""  # of a table row: the table's header row
    stems: list[str] = field(default_factory=list)
    concepts: set[int] = field(default_factory=set)
    before: str = ""  # the unit before it in the passage, "" at a heading
    after: str = ""
    whole: str = ""  # the document's text, lower case, where it is known


# Its subject is in the sentence before.
LEANS_BACK = re.compile(
    r"(?:it|they|this|these|that|those|he|she|thereafter|afterwards|otherwise|in this case|in that case|such|the latter|the same)\b",
    re.I,
)
_HEADING = re.compile(
    r"#{1,6}\s+(.+)|(?:(?:section|article|chapter|part|annex|§)\s*)?\d+(?:\.\d+)*\.?\s+[A-Z][^.!?:;|]{1,60}|[A-Z][A-Z &/,\-]{3,60}"
)
_LABEL = re.compile(r"[\s>*\-•]*\**([A-Z][^:.!?|\n]{1,40}?(?:\s\([^)]*\))?)\**:\**\s+(\S.*)", re.S)
_END = re.compile(r"(?<=[a-z]{4}[.!?])\s+(?=[A-Z][a-z]+\s[a-z])")
_RUN_IN = re.compile(
    r"(?!.*\b(?:is|are|was|were|be|been|must|shall|may|will|can|has|have|had|do|does|did)\b)"
    r"(?:(?:\W*\d+(?:\.\d+)*\.?\s+)(?:[\w’'/&-]+,? +){0,6}|\W*(?:[\w’'/&-]+,? +){0,2})"
    r"(?!(?:it|them|us|me|you|so)\.)[\w’'/&-]+\.\W*"
)
_ITEM = re.compile(r"\s*(?:[-*•–]|\(?(?:[a-z]|[ivx]{1,4}|\d{1,2})[.)])\s")
_RULE = re.compile(r"[\s|:\-–=_*]+")


def units(passages: Sequence[Mapping[str, Any]], texts: Mapping[str, str] | None = None) -> list[Unit]:
    """The units of all passages. texts: document id -> its whole text, so that a name which stands only on its title
    page is known to be in it."""
    out: list[Unit] = []
    whole = {d: t.lower() for d, t in (texts or {}).items()}
    for i, p in enumerate(passages):
        found = _of_passage(i, p)
        for u in found:
            u.whole = whole.get(str(p.get("document") or ""), "")
        out += found
    return _once(out, passages)


def _of_passage(index: int, p: Mapping[str, Any]) -> list[Unit]:
    text, title = str(p.get("text") or ""), str(p.get("title") or "")
    locator = str(p.get("locator") or "")
    heading = locator.rsplit(" · ", 1)[-1] if not re.fullmatch(r"(?:page|rows?|p\.)?\s*[\d–\-]*", locator, re.I) else ""
    out: list[Unit] = []
    header, lead = "", ""
    fresh = True  # nothing but a heading stands directly above
    for start, end in _spans(text):
        raw = text[start:end]
        if _RULE.fullmatch(raw):
            continue
        if m := _is_heading(raw) or (heading if raw.strip().casefold() == heading.casefold() else ""):
            heading, fresh, header, lead = m, True, "", ""
            continue
        header = header or raw if raw.startswith("|") else ""
        of = stems(raw)
        label = m[1] if (m := _LABEL.match(raw)) else ""
        u = Unit(
            raw, index, start, end, heading, title, len(out), label, header if header != raw else "", of, concepts(of)
        )
        if out and not fresh:
            u.before, out[-1].after = out[-1].text, u.text
        item = bool(_ITEM.match(raw))
        lead = lead if item else raw if raw.rstrip().endswith(":") else ""
        if item and lead:
            u.before = lead  # each item of a list says something about what stands above the list
        out.append(u)
        fresh = False
    return out


def _is_heading(raw: str) -> str:
    line = raw.strip()
    if line.startswith("#") and "\n" not in line:
        return line.lstrip("# ").strip()
    return line if len(line) <= 70 and "\n" not in line and _HEADING.fullmatch(line) else ""


def _spans(text: str) -> list[tuple[int, int]]:
    """Sentences, with runs of short or labelled lines taken apart."""
    out: list[tuple[int, int]] = []
    for s in sentences(text):
        at = s.start
        lines = list(re.finditer(r"[^\n]+", s.text))
        for a, b in pairwise(lines):
            if _breaks(a[0], b[0]):
                out.append(_strip(text, at, s.start + a.end()))
                at = s.start + b.start()
        out.append(_strip(text, at, s.end))
    return _with_run_in_headings(text, [y for x in out for y in _cut(text, *x)])


def _with_run_in_headings(text: str, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """ "4.2 Single article limit. The most we pay is £1,500.": the first says what the second is about; they are one."""
    out: list[tuple[int, int]] = []
    for start, end in spans:
        before = out[-1] if out else (0, 0)
        between = text[before[1] : start]
        if out and not between.strip() and "\n" not in between and _RUN_IN.fullmatch(text[slice(*before)]):
            out[-1] = (before[0], end)
        else:
            out.append((start, end))
    return out


def _cut(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Cut where a full sentence plainly ends; the splitter misses some after a capitalised word ("Bank. Travel is")."""
    at, out = start, []
    for m in _END.finditer(text, start, end):
        out.append((at, m.start()))
        at = m.end()
    out.append((at, end))
    return [x for x in out if x[1] > x[0]]


def _breaks(a: str, b: str) -> bool:
    """Do two neighbouring lines say two things, rather than being one sentence wrapped at the margin?"""
    a, b = a.strip(), b.strip()
    if a.startswith("#") or b.startswith(("#", "|", "- ", "* ", "• ", ">")) or _LABEL.match(b):
        return True
    if a.endswith((",", "-")) or b[:1].islower():
        return False
    return len(a) < 55 or a.startswith("**") or "\t" in a


def _strip(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _once(found: list[Unit], passages: Sequence[Mapping[str, Any]]) -> list[Unit]:
    """Drop repeats, and fragments of a sentence that stands whole in another passage of the document."""
    norm = [" ".join(u.text.split()) for u in found]
    documents = [str(passages[u.passage].get("document") or u.title) for u in found]
    seen: dict[tuple[str, str], int] = {}
    out: list[Unit] = []
    whole: dict[str, str] = {}
    for d, n in zip(documents, norm, strict=True):
        whole[d] = whole.get(d, "") + "\n" + n
    for u, d, n in zip(found, documents, norm, strict=True):
        edge = u.start == 0 or u.after == ""
        if (d, n) in seen or (
            edge and len(n) > 20 and re.search(re.escape(n) + r"[^\n]|[^\n]" + re.escape(n), whole[d])
        ):
            continue
        seen[(d, n)] = 1
        out.append(u)
    return out
