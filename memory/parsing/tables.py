"""From a grid of cells to a table: which row is the header, what the columns are called and hold, Parquet.

One table a grid: tables that stand below each other on one sheet are taken as one. A last row that is the sum of the
rows above it is left out of the table, so that a total is not counted twice; the text keeps it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from memory.parsing.values import Column, column, is_nothing, shown

_LOOK = 25  # rows in which a header is looked for
_PARQUET = {
    "BIGINT": "int64",
    "DOUBLE": "float64",
    "DATE": "date32",
    "TIMESTAMP": "timestamp",
    "BOOLEAN": "bool_",
    "VARCHAR": "string",
}

Grid = list[list[Any]]


@dataclass(frozen=True)
class MadeTable:
    columns: list[tuple[str, str]]
    values: list[list[Any]]  # by column
    units: dict[str, str]
    shown: list[list[str]]  # by row, as people read them
    above: list[str]  # titles and notes that stood above the header
    below: list[str]  # the total row, if it was left out

    @property
    def count(self) -> int:
        return len(self.shown)

    def write(self, file: Path) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        types = [pa.timestamp("us") if t == "TIMESTAMP" else getattr(pa, _PARQUET[t])() for _, t in self.columns]
        arrays = [pa.array(v, type=t) for v, t in zip(self.values, types, strict=True)]
        pq.write_table(pa.table(arrays, names=[c for c, _ in self.columns]), file)


def make_table(rows: Sequence[Sequence[Any]], comma: bool = False) -> MadeTable | None:
    """None when there is no table in the grid: fewer than two columns and rows, or nothing but blanks."""
    grid = _squared([list(r) for r in rows])
    if len(grid) < 2:
        return None
    at, has_header = _header(grid)
    body = grid[at + 1 :] if has_header else grid[at:]
    kept = [
        i for i in range(len(grid[0])) if any(not is_nothing(r[i]) for r in body) or (has_header and shown(grid[at][i]))
    ]
    if not body or not kept:
        return None
    names = _names([shown(grid[at][i]) if has_header else "" for i in kept])
    body = [[r[i] for i in kept] for r in body]
    typed = [column([r[i] for r in body], comma) for i in range(len(kept))]
    total = len(body) > 2 and _is_total(body[-1], body[:-1], comma)
    below = ["; ".join(f"{n}: {shown(c)}" for n, c in zip(names, body[-1], strict=True) if shown(c))] if total else []
    if total:
        body.pop()
        typed = [column([r[i] for r in body], comma) for i in range(len(kept))]
    return MadeTable(
        [(n, c.type) for n, c in zip(names, typed, strict=True)],
        [c.values for c in typed],
        {n: c.unit for n, c in zip(names, typed, strict=True) if c.unit},
        [[shown(c) for c in r] for r in body],
        [" ".join(shown(c) for c in r if shown(c)) for r in grid[:at]],
        below,
    )


def _squared(grid: Grid) -> Grid:
    """Rows of one length, without the blank ones."""
    width = max((len(r) for r in grid), default=0)
    return [r + [None] * (width - len(r)) for r in grid if any(shown(c) for c in r)]


def _header(grid: Grid) -> tuple[int, bool]:
    """(index of the first row of the table, is it a header). Rows before it are titles."""
    filled = [sum(bool(shown(c)) for c in r) for r in grid]
    usual = Counter(filled[1:] or filled).most_common(1)[0][0]
    wide = max(usual, 1)
    for i, row in enumerate(grid[:_LOOK]):
        if filled[i] < (1 if wide == 1 else max(2, round(0.6 * wide))):
            continue
        if i + 1 == len(grid):
            return 0, False
        return i, _names_columns(row, grid[i + 1 :])
    return 0, _names_columns(grid[0], grid[1:])


def _names_columns(row: Sequence[Any], below: Grid) -> bool:
    cells = [c for c in row if shown(c)]
    texts = [shown(c) for c in cells]
    if len({t.casefold() for t in texts}) < max(1, round(0.7 * len(texts))) or any(len(t) > 120 for t in texts):
        return False
    plain = [column([c]).type == "VARCHAR" or _is_year(c) for c in cells]
    if all(plain) and any(column([c]).type == "VARCHAR" for c in cells):
        types = [column([r[i] for r in below[:200]]).type for i in range(len(row))]
        # All text above all text says nothing; then a first row is a header, as people write tables.
        return any(t != "VARCHAR" for t in types) or all(not _repeats(row[i], below, i) for i in range(len(row)))
    return False


def _is_year(cell: Any) -> bool:
    text = shown(cell)
    return text.isdigit() and 1900 <= int(text) <= 2100


def _repeats(cell: Any, below: Grid, i: int) -> bool:
    return bool(shown(cell)) and any(shown(r[i]) == shown(cell) for r in below[:200])


def _names(raw: Sequence[str]) -> list[str]:
    """Names as in the file; blank ones and repetitions get a number. Compared as SQL does, without case."""
    out: list[str] = []
    for i, name in enumerate(raw, start=1):
        base = name or f"column_{i}"
        unique, n = base, 1
        while unique.casefold() in (o.casefold() for o in out):
            n += 1
            unique = f"{base} ({n})"
        out.append(unique)
    return out


def _is_total(last: Sequence[Any], above: Grid, comma: bool) -> bool:
    """Says so, or at least leaves its labels blank, and one of its numbers is the sum of the column above it."""
    says = any(
        isinstance(c, str)
        and c.strip().casefold().rstrip(":").startswith(("total", "sum", "grand total", "gesamt", "summe"))
        for c in last
    )
    blank = sum(is_nothing(c) for c in last) >= len(last) / 2
    if not (says or (blank and len(last) > 2)):
        return False
    for i, cell in enumerate(last):
        values = _numeric(column([*(r[i] for r in above), cell], comma))
        if values and values[-1] is not None and len(values) > 2:
            summed = sum(v for v in values[:-1] if v is not None)
            if values[-1] and abs(summed - values[-1]) <= 0.005 * max(1.0, abs(summed) * 1e-3):
                return True
    return False


def _numeric(c: Column) -> list[Any]:
    return c.values if c.type in ("BIGINT", "DOUBLE") else []
