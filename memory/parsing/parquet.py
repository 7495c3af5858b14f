"""Parquet: a table already; its types are kept, nested columns become JSON text."""

from __future__ import annotations

import io
import json
from typing import Any

from memory.parsing.parsed import ROWS_AS_TEXT, ParsedTable, Source, TextBuilder, describe
from memory.parsing.values import shown

_CHEAP = 2_000_000  # rows


def read(source: Source, out: TextBuilder) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    from memory.types import UnreadableFile

    file = pq.ParquetFile(io.BytesIO(source.data))
    if file.metadata.num_rows > _CHEAP:
        raise UnreadableFile(
            f"{source.name} has {file.metadata.num_rows:,} rows; {_CHEAP:,} is the most that is read. Save a part of it."
        )
    table = file.read()
    columns, arrays = [], []
    for name, array in zip(table.column_names, table.columns, strict=True):
        kind, array = _plain(pa, array)
        columns.append((name, kind))
        arrays.append(array)
    plain = pa.table(arrays, names=[c for c, _ in columns])
    pq.write_table(plain, out.folder / "table_1.parquet")
    stem = source.name.rsplit(".", 1)[0]
    out.tables.append(ParsedTable(stem, "table_1.parquet", columns, plain.num_rows, {}))
    rows = [[shown(v) for v in row.values()] for row in plain.slice(0, ROWS_AS_TEXT).to_pylist()]
    out.paragraph(describe(stem, [c for c, _ in columns], plain.num_rows, rows))


def _plain(pa: Any, array: Any) -> tuple[str, Any]:
    kind = array.type
    if pa.types.is_dictionary(kind):
        array = array.cast(kind.value_type)
        kind = array.type
    if pa.types.is_boolean(kind):
        return "BOOLEAN", array
    if pa.types.is_integer(kind) and not pa.types.is_uint64(kind):
        return "BIGINT", array.cast(pa.int64())
    if pa.types.is_floating(kind) or pa.types.is_decimal(kind) or pa.types.is_uint64(kind):
        return "DOUBLE", array.cast(pa.float64())
    if pa.types.is_date(kind):
        return "DATE", array.cast(pa.date32())
    if pa.types.is_timestamp(kind):
        return "TIMESTAMP", array.cast(pa.timestamp("us"), safe=False)
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return "VARCHAR", array.cast(pa.string())
    texts = [
        v if v is None or isinstance(v, str) else json.dumps(v, default=str, ensure_ascii=False)
        for v in array.to_pylist()
    ]
    return "VARCHAR", pa.array(texts, type=pa.string())
