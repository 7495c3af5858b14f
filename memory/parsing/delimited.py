"""CSV and its relatives: encoding, delimiter and decimal sign are found in the file itself."""

from __future__ import annotations

import csv
import io
from collections import Counter

from memory.parsing.parsed import Source, TextBuilder, clean
from memory.parsing.plain import decode
from memory.types import UnreadableFile

_DELIMITERS = (",", ";", "\t", "|")


def read(source: Source, out: TextBuilder) -> None:
    text = clean(decode(source.data))
    first, _, rest = text.partition("\n")
    if first.lower().startswith("sep=") and len(first.strip()) == 5:
        delimiter, text = first.strip()[-1], rest  # Excel's own hint
    else:
        delimiter = _delimiter(text)
    csv.field_size_limit(10_000_000)
    try:
        rows = [
            [c.strip() for c in r] for r in csv.reader(io.StringIO(text), delimiter=delimiter, skipinitialspace=True)
        ]
    except csv.Error as e:
        raise UnreadableFile(f"{source.name} is not a table that can be read ({e}). Save it again as CSV.") from e
    stem = source.name.rsplit(".", 1)[0]
    if not out.table(stem, rows, comma=delimiter == ";"):
        out.verbatim(text.rstrip())  # one line, or prose under the wrong ending: still worth finding


def _delimiter(text: str) -> str:
    """The one that cuts most of the first lines into the same number of cells, more cells rather than fewer."""
    best, score = ",", (0.0, 0)
    sample = "\n".join(text.split("\n")[:100])
    for delimiter in _DELIMITERS:
        try:
            widths = [
                len(r) for r in csv.reader(io.StringIO(sample), delimiter=delimiter, skipinitialspace=True) if any(r)
            ]
        except csv.Error:
            continue
        width, times = Counter(widths).most_common(1)[0] if widths else (0, 0)
        if width > 1 and (round(times / len(widths), 1), width) > score:
            best, score = delimiter, (round(times / len(widths), 1), width)
    return best
