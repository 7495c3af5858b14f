"""Rich text (RTF), read by `striprtf`: paragraphs and the cells of tables; headings by their looks. No pictures."""

from __future__ import annotations

import re

from memory.parsing.parsed import Source, TextBuilder, clean
from memory.parsing.plain import read_plain

_INFO = re.compile(r"\{\\(title|author) ((?:[^{}\\]|\\[^{}])*)\}")
_MADE = re.compile(r"\{\\creatim\\yr(\d{4})\\mo(\d{1,2})\\dy(\d{1,2})")


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
    text = clean(rtf_to_text(raw, encoding=encoding, errors="replace"))
    before: list[str] = []
    rows: list[list[str]] = []
    for line in [*text.split("\n"), ""]:
        if line.count("|") >= 2 and line.rstrip().endswith("|"):  # how striprtf writes a row of a table
            rows.append([c.strip() for c in line.rstrip().removesuffix("|").split("|")])
            continue
        if rows:
            read_plain("\n".join(before), out)
            before = []
            if not out.table("", rows):
                before = [" ".join(c for c in r if c) for r in rows]
            rows = []
        before += [line, ""] if line.strip() else [""]  # a line here is a paragraph
    read_plain("\n".join(before), out)
