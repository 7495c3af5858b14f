"""An answer taken apart: its sentences, list items, headings and table rows, each with the sources that it cites.

Knows Markdown and citation marks ("[s1.2]", "[s1.2, s2.1]", "[s1.2][s2.1]"); judges nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal

from text.sentences import sentences

Shape = Literal["prose", "item", "heading", "row", "header", "quote"]

_ID = r"(?:[A-Za-z]\w*\.\d+|s\d+|\d{1,3})"
MARK = re.compile(rf"[ \u00a0]?[\[【]{{1,2}}\s*(?P<ids>{_ID}(?:\s*(?:[,;&]|and)\s*{_ID})*)\s*[\]】]{{1,2}}(?!\()")
_FENCE = re.compile(r"^[ \t]*(```|~~~)[^\n]*\n.*?(?:^[ \t]*\1[ \t]*$|\Z)", re.M | re.S)
_INLINE_CODE = re.compile(r"`[^`\n]+`")
_ITEM = re.compile(r"[ \t]*(?:[-*+•–·◦▪]|\d{1,3}[.)]|\([a-zA-Z0-9]{1,3}\))[ \t]+(?:\[[ xX]\]\s+)?")
_RULE = re.compile(r"[ \t]*\|?[ \t:|\-]*-[ \t:|\-]*\|?[ \t]*$|[ \t]*(?:\*{3,}|_{3,})[ \t]*$")


@dataclass(frozen=True)
class Segment:
    """A stretch of a unit up to its citation mark."""

    text: str
    ids: tuple[str, ...]


@dataclass(frozen=True)
class Unit:
    shape: Shape
    start: int  # in the answer
    end: int
    text: str  # for people: no marks, no Markdown
    segments: tuple[Segment, ...]
    cells: tuple[str, ...] = ()  # of a row
    columns: tuple[str, ...] = ()  # of a row: its table's header
    before: str = ""  # the heading, or the line that introduces the list
    following: int = 0  # how many items or rows follow it directly

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(i for s in self.segments for i in s.ids))


def marks(text: str) -> list[re.Match[str]]:
    """Citation marks outside of code. A bare number in brackets is one only after a word: "two years [3]"."""
    hidden = [m.span() for p in (_FENCE, _INLINE_CODE) for m in p.finditer(text)]
    out = []
    for m in MARK.finditer(text):
        if text[m.end() : m.end() + 1] == ":" and re.fullmatch(
            r"\s*", text[text.rfind("\n", 0, m.start()) + 1 : m.start()]
        ):
            continue  # a link's definition
        bare = re.fullmatch(r"[\d,;\s]+", m["ids"])
        if bare and (
            m.start() == 0
            or (text[m.start()] == "[" and text[m.start() - 1].isspace())
            or in_quotation(text, m.start())
        ):
            continue
        if not any(s <= m.start() < e for s, e in hidden):
            out.append(m)
    return out


def ids_of(mark: re.Match[str]) -> list[str]:
    return re.findall(_ID, mark["ids"])


def units(answer: str) -> list[Unit]:
    """The units in order. Code blocks and rules are none."""
    found = marks(answer)
    masked = answer
    for m in _FENCE.finditer(answer):
        masked = masked[: m.start()] + re.sub(r"[^\n]", " ", m[0]) + masked[m.end() :]
    for m in found:  # "[s1.2]" holds a full stop; the splitter must not see it
        bracket = m[0].strip()
        at = m.start() + m[0].index(bracket)
        masked = masked[:at] + "[" + "x" * (len(bracket) - 2) + "]" + masked[at + len(bracket) :]
    spans = _with_trailing_marks(answer, [(s.start, s.end) for s in sentences(masked)], found)
    out: list[Unit] = []
    for start, end in spans:
        unit = _unit(answer, start, end, [m for m in found if start <= m.start() < end])
        if unit is not None:
            out.append(unit)
    return _in_context(answer, out)


def plain(text: str) -> str:
    """Markdown's signs taken off: emphasis, links, escapes, leading bullets and heading marks."""
    text = re.sub(r"(?m)^[ \t]*(?:>[ \t]?)+", "", text)
    text = re.sub(r"^[ \t]{0,3}#{1,6}[ \t]+", "", text)
    text = _ITEM.sub("", text, count=1) if _ITEM.match(text) else text
    text = re.sub(r"`[^`\n]*\s[^`\n]*`", lambda m: "…" if len(m[0]) > 30 else m[0], text)  # code says nothing in words
    text = re.sub(r"!?\[([^\]\n]+)\]\(([^)\s]+)[^)]*\)", r"\1 (\2)", text)
    text = re.sub(r"(\*{1,3}|~~|__)(?=\S)(.+?)(?<=\S)\1", r"\2", text, flags=re.S)
    text = re.sub(r"(?<!\w)_(?=\S)([^_]+)(?<=\S)_(?!\w)", r"\1", text)
    text = re.sub(r"(?<!\w)\*\*|\*\*(?!\w)", "", text)
    text = re.sub(r"\\([\\|*_#\[\]`>~$])", r"\1", text).replace("`", "")
    return re.sub(r"\s+([.,;:!?])(?=\s|$)", r"\1", " ".join(text.split()))


def in_quotation(text: str, at: int) -> bool:
    """Does `at` stand between quotation marks that its line has opened?"""
    line = text[text.rfind("\n", 0, at) + 1 : at]
    return line.count("“") > line.count("”") or line.count('"') % 2 == 1


def _with_trailing_marks(
    answer: str, spans: list[tuple[int, int]], found: list[re.Match[str]]
) -> list[tuple[int, int]]:
    """ "It ends in May. [s1.2] Next": the mark belongs to the sentence before it."""
    out: list[tuple[int, int]] = []
    for start, end in spans:
        while out and "\n" not in answer[out[-1][1] : start]:
            lead = next((m for m in found if start <= m.start() + (m[0][0].isspace()) == start), None)
            if lead is None or lead.end() > end:
                break
            out[-1] = (out[-1][0], lead.end())
            start = lead.end() + len(answer[lead.end() : end]) - len(answer[lead.end() : end].lstrip())
            if start >= end:
                break
        if start < end:
            out.append((start, end))
    return out


def _unit(answer: str, start: int, end: int, found: list[re.Match[str]]) -> Unit | None:
    raw = answer[start:end]
    if _RULE.fullmatch(raw):
        return Unit("header", start, end, "", (), ()) if "|" in raw else None
    if raw.startswith("|") and raw.rstrip().endswith("|"):
        shape: Shape = "row"
    elif re.match(r"#{1,6}[ \t]", raw):
        shape = "heading"
    elif raw.startswith(">"):
        shape = "quote"
    else:
        shape = "item" if _ITEM.match(raw) else "prose"
    segments: list[Segment] = []
    at = start
    for m in found:
        text, ids = plain(_uncelled(answer[at : m.start()], shape)), tuple(ids_of(m))
        if segments and not re.search(r"\w", text):  # "[s1.2][s2.1]" is one citation of two sources
            segments[-1] = replace(segments[-1], ids=(*segments[-1].ids, *ids))
        else:
            segments.append(Segment(text, ids))
        at = m.end()
    rest = plain(_uncelled(answer[at:end], shape))
    if re.search(r"\w", rest) or not segments:
        segments.append(Segment(rest, ()))
    bare = "".join(answer[a:b] for a, b in _gaps(start, end, found))
    cells = tuple(plain(c) for c in re.split(r"(?<!\\)\|", bare.strip().strip("|"))) if shape == "row" else ()
    text = " | ".join(cells) if cells else plain(bare)
    if shape == "prose" and re.fullmatch(r"(?:\*\*|__)[^*_\n]+(?:\*\*|__):?", raw.strip()):
        shape = "heading"
    return Unit(shape, start, end, text, tuple(segments), cells) if re.search(r"\w", text) else None


def _uncelled(text: str, shape: Shape) -> str:
    return re.sub(r"(?<!\\)\|", " | ", text) if shape == "row" else text


def _gaps(start: int, end: int, found: list[re.Match[str]]) -> list[tuple[int, int]]:
    edges = [start, *(x for m in found for x in m.span()), end]
    return list(zip(edges[::2], edges[1::2], strict=True))


def _in_context(answer: str, found: list[Unit]) -> list[Unit]:
    """Headers told from rows, and each unit with what stands before it and how much follows it."""
    out: list[Unit] = []
    columns: tuple[str, ...] = ()
    before = ""
    for i, u in enumerate(found):
        if u.shape == "header":
            continue  # the rule under a header
        after = found[i + 1] if i + 1 < len(found) else None
        if u.shape == "row" and after is not None and after.shape == "header":
            u, columns = replace(u, shape="header"), u.cells
        elif u.shape == "row":
            u = replace(u, columns=columns)
        else:
            columns = ()
        out.append(replace(u, before=before, following=_following(found, i)))
        if u.shape == "heading" or u.text.endswith(":"):
            before = u.text
        elif u.shape == "prose" and "\n\n" in answer[u.start - 2 : u.start]:
            before = ""
    return out


def _following(found: list[Unit], i: int) -> int:
    """Items or rows directly after unit `i`, the sentences inside an item not counted."""
    if found[i].shape not in ("prose", "heading"):
        return 0
    rest = found[i + 1 :]
    kind = next((u.shape for u in rest if u.shape in ("item", "row")), None)
    if not rest or (rest[0].shape not in ("item", "row", "header") and not (found[i].text.endswith(":") and kind)):
        return 0
    count = 0
    header = 0
    for u in rest:
        if u.shape in ("heading",) or (u.shape == "prose" and kind == "row"):
            break
        count += u.shape == kind
        header += u.shape == "header"
    return count - (1 if kind == "row" and header else 0)
