"""Text and Markdown. The text is kept as it is, marks included; headings and pipe tables are found in it."""

from __future__ import annotations

import re

from memory.chunking import Heading, heading_level
from memory.parsing.parsed import Source, TextBuilder, clean

_ATX = re.compile(r"^ {0,3}(#{1,6})[ \t]+(.+?)[ \t]*#*[ \t]*$")
_UNDERLINE = re.compile(r"^ {0,3}(=+|-{3,})[ \t]*$")
_FENCE = re.compile(r"^ {0,3}(```|~~~)")
_RULE = re.compile(r"^\s*\|?\s*:?-{2,}:?\s*(\|\s*:?-{2,}:?\s*)*\|?\s*$")


def decode(data: bytes) -> str:
    """Bytes to text: a byte order mark, else UTF-8, else what `charset-normalizer` thinks most likely."""
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return data.decode(encoding, "replace")
    try:
        return (
            data.decode("utf-8")
            if b"\0" not in data
            else data.decode("utf-16-be" if data[:1] == b"\0" else "utf-16-le")
        )
    except UnicodeDecodeError:
        return _decode_old(data)


def _decode_old(data: bytes) -> str:
    """A one-byte encoding, or an Asian one. Windows' Western one unless its letters then make no sense.

    `charset-normalizer` alone takes a short German or French text for a Central European one.
    """
    western = data.decode("cp1252", "replace")
    foreign = [c for c in western if ord(c) > 127]
    sensible = sum(c.isalpha() or c in "€£°§«»„“”‘’–—…•©®™·\u00a0²³½" for c in foreign)
    if "\ufffd" not in western and sensible > 0.95 * len(foreign) and len(foreign) < 0.15 * len(western):
        return western
    from charset_normalizer import from_bytes

    best = from_bytes(data).best()
    return str(best) if best else western


def read(source: Source, out: TextBuilder) -> None:
    text = clean(decode(source.data))
    lines = text.split("\n")
    markdown = source.format == "md" or sum(bool(_ATX.match(line)) for line in lines) >= 2
    out.verbatim(text.rstrip(), _marked(lines) if markdown else _by_looks(lines))
    _tell_front_matter(text, out)
    if markdown:
        for title, rows in _pipe_tables(lines):
            out.table(title, rows, described=False)


def read_plain(text: str, out: TextBuilder) -> None:
    """A text without marks, as a part of a document."""
    if text.strip():
        text = re.sub(r"\n{3,}", "\n\n", text).strip("\n")
        out.verbatim(text, _by_looks(text.split("\n")))


def _tell_front_matter(text: str, out: TextBuilder) -> None:
    """The lines between two `---` at the top of a Markdown file: `title: …`, `author: …`, `date: …`."""
    if m := re.match(r"---\n((?:[^\n]*\n){1,40}?)---\s*\n", text):
        pairs = re.findall(r"^(title|author|date)\s*:\s*(.+)$", m[1], re.M | re.I)
        out.tell(**{k.lower(): v.strip("\"' ") for k, v in pairs})


def _marked(lines: list[str]) -> list[Heading]:
    found, at, fenced = [], 0, False
    for i, line in enumerate(lines):
        if _FENCE.match(line):
            fenced = not fenced
        elif not fenced and (m := _ATX.match(line)):
            found.append(Heading(at, len(m.group(1)), m.group(2)))
        elif not fenced and i + 1 < len(lines) and _is_underlined(lines, i):
            found.append(Heading(at, 1 if "=" in lines[i + 1] else 2, line.strip()))
        at += len(line) + 1
    return found


def _is_underlined(lines: list[str], i: int) -> bool:
    line, blank_before = lines[i].strip(), i == 0 or not lines[i - 1].strip()
    return bool(line and blank_before and len(line) < 100 and "|" not in line and _UNDERLINE.match(lines[i + 1]))


def _by_looks(lines: list[str]) -> list[Heading]:
    """Lines that look like a heading and have a blank line before them."""
    found, at = [], 0
    said = [i for i, line in enumerate(lines) if line.strip()]
    place = {i: n for n, i in enumerate(said)}
    for i, line in enumerate(lines):
        if i in place and (i == 0 or not lines[i - 1].strip()) and len(line) - len(line.lstrip()) < 40:
            n = place[i]
            above = lines[said[n - 1]] if n else ""
            below = lines[said[n + 1]] if n + 1 < len(said) else ""
            if level := heading_level(line, above, below):
                found.append(Heading(at, level, line.strip()))
        at += len(line) + 1
    return found


def _pipe_tables(lines: list[str]) -> list[tuple[str, list[list[str]]]]:
    """(nearest heading above, rows) of each `| a | b |` table."""
    tables, title, i = [], "", 0
    while i < len(lines):
        if m := _ATX.match(lines[i]):
            title = m.group(2)
        if "|" in lines[i] and i + 1 < len(lines) and _RULE.match(lines[i + 1]) and "|" in lines[i + 1]:
            rows, at = [_cells(lines[i])], i + 2
            while at < len(lines) and "|" in lines[at]:
                rows.append(_cells(lines[at]))
                at += 1
            tables.append((title, rows))
            i = at
        i += 1
    return tables


def _cells(line: str) -> list[str]:
    inner = line.strip().removeprefix("|").removesuffix("|")
    return [c.replace("\\|", "|").strip().strip("*`") for c in re.split(r"(?<!\\)\|", inner)]
