"""Sentences with their offsets. `nupunkt` finds the boundaries; this mends the cases it leaves to the caller: blocks
of Markdown (headings, list items, table rows, quotations), open brackets, references such as "No. 7" and "Art. 5".

English punctuation rules; other scripts fall back to what nupunkt does with them, plus the CJK full stops.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from text.dates import MONTHS, OTHER_MONTHS

_MONTHS = {*MONTHS, *OTHER_MONTHS}


class Sentence(NamedTuple):
    text: str  # stripped; text == whole[start:end]
    start: int
    end: int


_LINE = re.compile(r"[^\n]*(?:\n|$)")
_HEADING = re.compile(r"[ \t]{0,3}#{1,6}[ \t]")
_ROW = re.compile(r"[ \t]*\|.*\|[ \t]*\r?\n?$")
# "Auditorium ............ £385.00 per day", "Studio      £160": a line of a price list, set with dots or wide spaces.
_LED = re.compile(r"[ \t]*\S[^\n]*?(?:\.{4,}|…{2,}|(?: \.){4,}|[ \t]{4,})[ \t]*[^\n]*\d[^\n]*\r?\n?$")
_OPENS = re.compile(
    r"[ \t]*(?:[-*+•–·◦▪][ \t]|>|\||#{1,6}[ \t]|\d{1,3}[.)][ \t]|\([a-zA-Z0-9]{1,4}\)[ \t]|(?:-{3,}|\*{3,}|_{3,})[ \t]*\r?\n?$)"
)
_QUOTED = re.compile(r"[ \t]*>")
_NO_END = re.compile(
    r"(?:\b(?:no|nos|nr|art|arts|sec|secs|cl|para|paras|fig|figs|pp?|vol|ch|approx|ca|cf|e\.g|i\.e|viz"
    r"|incl|excl|resp|max|min|tel|ext|est|dept|inc|ltd|co|corp"
    r"|st|mr|mrs|ms|dr|prof|sr|jr|vs|abs|eq|ref|rev|ed|eds|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\.|(?<![\w.])[A-Z]\.|\.\.\.|…)$",
    re.I,
)
_NEEDS_NUMBER = re.compile(
    r"\b(?:no|nos|art|arts|sec|secs|cl|para|paras|fig|figs|pp?|vol|ch|max|min|ext|ref|rev|ed|jan|feb"
    r"|mar|apr|jun|jul|aug|sept?|oct|nov|dec|co|corp|inc|ltd|est|st)\.$",
    re.I,
)
_BEGINS = re.compile(
    r"""
    (?<=[a-z0-9'’)])[.!?]\s+(?=
        (?:Could|Can|What|When|Where|Who|How|Why|Which|Do|Does|Did|Is|Are|Will|Would|Should|May|Must|Have|Has
            |The|It|He|She|They|We|You|I|This|That|These|Those|There|My|Our|Your|His|Her|Their|If|In|On|At|For
            |Please|Tell|Give|And|But)
        \b)
    |(?:(?<=\d[ap]m)|(?<=\d[ ][ap]m))\.\s+(?=[A-Z][a-z])
    """,
    re.X,
)
_CJK_END = re.compile(r"[。！？](?=[^」』”’）)])")


def sentences(text: str) -> list[Sentence]:
    """Split `text`. A blank line, heading, list item or table row always ends a sentence; a wrapped line does not."""
    import nupunkt

    out: list[Sentence] = []
    for start, end in _blocks(text):
        block = text[start:end]
        if block.strip():
            spans = [(start + s, start + e) for s, e in nupunkt.sent_spans(block)]
            _append(out, text, _split_cjk(text, _split_plain(text, spans)))
    return out


def _blocks(text: str) -> list[tuple[int, int]]:
    """Spans of paragraphs, headings, list items and table rows, covering everything but blank lines."""
    blocks: list[tuple[int, int]] = []
    start = -1
    quoted = False
    for m in _LINE.finditer(text):
        line, at = m[0], m.start()
        if not line.strip():
            if start >= 0:
                blocks.append((start, at))
            start = -1
            continue
        led = bool(_LED.match(line))
        goes_on = start >= 0 and not led and (not _OPENS.match(line) or (quoted and bool(_QUOTED.match(line))))
        if start >= 0 and not goes_on:
            blocks.append((start, at))
        if not goes_on:
            start, quoted = at, bool(_QUOTED.match(line))
        if led or _HEADING.match(line) or _ROW.match(line):
            blocks.append((start, m.end()))
            start = -1
    if start >= 0:
        blocks.append((start, len(text)))
    return blocks


def _split_plain(text: str, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Ends that nupunkt takes for an abbreviation's ("My son is ill. Could you …") where a sentence plainly begins."""
    out = []
    for start, end in spans:
        at = start
        for m in _BEGINS.finditer(text, start, end):
            if not _NO_END.search(text[max(start, m.start() - 12) : m.start() + 1]):
                out.append((at, m.end()))
                at = m.end()
        out.append((at, end))
    return out


def _split_cjk(text: str, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    out = []
    for s, e in spans:
        at = s
        for m in _CJK_END.finditer(text, s, e):
            out.append((at, m.end()))
            at = m.end()
        out.append((at, e))
    return out


def _append(out: list[Sentence], text: str, spans: list[tuple[int, int]]) -> None:
    merged: list[list[int]] = []
    for s, e in [x for span in spans for x in _split_reply(text, *span)]:
        if merged and e - merged[-1][0] < 600 and _goes_on(text[merged[-1][0] : merged[-1][1]], text[s:e]):
            merged[-1][1] = e
        else:
            merged.append([s, e])
    for s, e in merged:
        raw = text[s:e]
        start = s + len(raw) - len(raw.lstrip())
        stop = s + len(raw.rstrip())
        if stop > start:
            out.append(Sentence(text[start:stop], start, stop))


def _split_reply(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """ "No. Orders may …" answers a question; "No. 7" is a number."""
    m = re.match(r"\s*(?:No|Yes)\.(?=\s+[A-Z][a-z])", text[start:end])
    return [(start, start + m.end()), (start + m.end(), end)] if m else [(start, end)]


def _goes_on(before: str, after: str) -> bool:
    """No boundary inside an open bracket, before a small letter, after "No." and a number, after an initial, nor
    before a bracket that only holds a citation mark."""
    head, tail = after.lstrip(), before.rstrip()
    if before.count("(") > before.count(")") or before.count("[") > before.count("]"):
        return True
    if head[:1].islower() or re.match(r"(?:\[[\w.,;\s]{1,40}\]\s*)+(?:[.!?]\s*)?$", head):
        return True
    if re.fullmatch(r"[“\"‘'>#\s]*\(?(?:\d{1,3}(?:\.\d{1,3})*|[A-Za-z]\d{0,2}|[ivxIVX]{1,5})[.)]", tail):
        return True  # the number of a list item or clause: "4.", "(a)", "A2.", also where it is quoted
    if re.search(r"(?:\w, |· |[“‘])[A-Z]?\d{1,3}(?:\.\d{1,3})*\.$", tail):
        return True  # a number after its document or opening its quotation: "terms.html, 2. Deposit: “4. It is …”"
    if re.search(r"\b\d{1,2}\.$", tail) and head.split(" ")[0].lower() in _MONTHS:
        return True  # "12. März 2026"
    if tail in ("No.", "Yes."):
        return bool(re.match(r"\d", head))
    if m := _NO_END.search(tail):
        return not _NEEDS_NUMBER.search(tail) or bool(re.match(r"[\d(§]", head)) if m[0] not in ("...", "…") else False
    return False
