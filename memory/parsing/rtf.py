"""Rich text (RTF), read by `striprtf`: paragraphs, headings, footnotes and the cells of tables. No pictures.

That library drops what says that a paragraph is a heading, footnotes, and that a cell ends where its last paragraph does;
so the file is marked first. A file that marks no heading has those that look like one.
"""

from __future__ import annotations

import re

from memory.parsing.parsed import Source, TextBuilder, clean
from memory.parsing.plain import read_plain

_INFO = re.compile(r"\{\\(title|author) ((?:[^{}\\]|\\[^{}])*)\}")
_MADE = re.compile(r"\{\\creatim\\yr(\d{4})\\mo(\d{1,2})\\dy(\d{1,2})")
_OUTLINE = re.compile(r"\\outlinelevel([0-8])(?!\d) ?")
_HEADING = "\x0e"  # before its level, in the text that striprtf gives; no text of people has it
_FOOTNOTE = re.compile(r"\{(?:\\\*)?\\footnote(?![a-z])")
_MARK_OF_NOTE = re.compile(r"^(?:\\[a-z]+-?\d* ?|\\~|[{}\s])*?\\chftn(?![a-z])")
_PAR = re.compile(r"\\par(?![a-z])")
_BULLET = re.compile(r"^\s*[•·◦▪\uf0b7\uf0a7]\s+")


def read(source: Source, out: TextBuilder) -> None:
    from striprtf.striprtf import rtf_to_text

    raw = source.data.decode("latin-1")
    codepage = re.search(r"\\ansicpg(\d+)", raw[:2000])
    encoding = f"cp{codepage[1]}" if codepage and codepage[1] not in ("0", "10000") else "cp1252"
    head = raw[:20000]
    for name, said in _INFO.findall(head):
        out.tell(**{name: rtf_to_text("{\\rtf1\\ansi " + said + "}", encoding=encoding, errors="replace")})
    if m := _MADE.search(head):
        out.tell(date=f"{m[1]}-{int(m[2]):02}-{int(m[3]):02}")
    text = rtf_to_text(_marked(raw), encoding=encoding, errors="replace")
    _write(re.sub(r"\(Footnote:\s+(.*?)\s*\)", r"(Footnote: \1)", text), out)


def _write(text: str, out: TextBuilder) -> None:
    before: list[str] = []
    rows: list[list[str]] = []
    title = ""

    def flush() -> None:
        nonlocal rows, before
        if rows:
            read_plain(clean("\n".join(before)), out)
            before = [] if out.table(title, rows) else [" ".join(c for c in r if c) for r in rows]
            rows = []

    for line in [*text.split("\n"), ""]:
        if line.count("|") >= 2 and line.rstrip().endswith("|"):  # how striprtf writes a row of a table
            rows.append([" ".join(clean(c).split()) for c in line.rstrip().removesuffix("|").split("|")])
            continue
        if rows and not line.strip():
            continue  # between two rows of one table
        flush()
        said, mark, level = line.partition(_HEADING)
        if mark and (words := f"{said} {level[1:]}".strip()):
            read_plain(clean("\n".join(before)), out)
            before, title = [], " ".join(clean(words).split())
            out.heading(title, int(level[0]) + 1)
            continue
        before += [_BULLET.sub("- ", line), ""] if line.strip() else [""]  # a line here is a paragraph
    flush()
    read_plain(clean("\n".join(before)), out)


def _marked(raw: str) -> str:
    raw = raw.replace(_HEADING, "")
    return _OUTLINE.sub(rf"{_HEADING}\1", _cells(_footnotes(raw)))


def _footnotes(raw: str) -> str:
    """Footnotes in brackets where they are called for, without their number."""
    out, at = [], 0
    for m in _FOOTNOTE.finditer(raw):
        if m.start() < at or (end := _group_end(raw, m.start())) < 0:
            continue
        inside = _PAR.sub(" ", _MARK_OF_NOTE.sub(lambda n: n[0].replace("\\chftn", " "), raw[m.end() : end], count=1))
        out += [raw[at : m.start()], "{ (Footnote: ", inside, ")}"]
        at = end + 1
    return "".join([*out, raw[at:]])


def _group_end(raw: str, start: int) -> int:
    """Where the group that begins at `start` ends; -1 when it does not, or is too long for a footnote."""
    depth = 0
    for m in re.finditer(r"\\[{}\\]|[{}]", raw[start : start + 20_000]):
        depth += {"{": 1, "}": -1}.get(m[0], 0)
        if depth == 0:
            return start + m.start()
    return -1


def _cells(raw: str) -> str:
    """Paragraphs inside a row's cells, as words beside each other: a line is a row."""
    out, at = [], 0
    while (begin := raw.find("\\trowd", at)) >= 0 and (end := raw.find("\\row", begin + 6)) >= 0:
        first = raw.find("\\intbl", begin, end)
        first = begin if first < 0 else first
        out += [raw[at:first], _PAR.sub(" ", raw[first:end])]
        at = end
    return "".join([*out, raw[at:]])
