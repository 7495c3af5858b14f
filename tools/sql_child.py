"""The child process of `query_table`: loads Parquet files into memory, shuts every door, runs one SELECT.

Run as a file, `python -P sql_child.py`: one JSON object on stdin, {"tables": [{"name", "path"}], "sql", "rows",
"megabytes"}, one on stdout: {"columns", "rows", "truncated"} or {"error", "kind"}. It imports nothing of ours, so that
it starts fast and knows no secrets. The parent kills it when it takes too long.

The order matters: files are read first, then external access goes off and the configuration is locked, then the
user's SQL runs. What this does not do: limit the CPU (the parent's clock does).
"""

from __future__ import annotations

import datetime
import decimal
import json
import math
import sys

_LONGEST_CELL = 4000


def _limit_memory(megabytes: int) -> None:
    try:
        import resource
    except ImportError:  # Windows: DuckDB's own limit has to do
        return
    # Address space, which is several times what is used; a query that builds one huge value ends here.
    size = (megabytes * 2 + 2048) * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (size, size))


def _cell(x: object) -> object:
    if x is None or isinstance(x, bool | int):
        return x if not isinstance(x, int) or abs(x) < 2**63 else float(x)
    if isinstance(x, float):
        return x if math.isfinite(x) else None
    if isinstance(x, decimal.Decimal):
        return int(x) if x == x.to_integral_value() and abs(x) < 2**63 else float(x)
    if isinstance(x, datetime.datetime):
        midnight = x.time() == datetime.time() and x.tzinfo is None
        return x.date().isoformat() if midnight else x.isoformat(sep=" ")
    if isinstance(x, datetime.date | datetime.time):
        return x.isoformat()
    if isinstance(x, list | tuple):
        return [_cell(y) for y in x[:1000]]
    if isinstance(x, dict):
        return {str(k): _cell(v) for k, v in list(x.items())[:1000]}
    if isinstance(x, bytes):
        x = x.hex()
    text = str(x)
    return text if len(text) <= _LONGEST_CELL else text[:_LONGEST_CELL] + "…"


def _run(job: dict) -> dict:
    import duckdb

    con = duckdb.connect(
        ":memory:",
        config={"autoinstall_known_extensions": "false", "autoload_known_extensions": "false", "threads": "2"},
    )
    con.execute(f"SET memory_limit = '{int(job['megabytes'])}MB'")
    con.execute("SET temp_directory = ''")
    for table in job["tables"]:
        name = table["name"].replace('"', '""')
        con.execute(f'CREATE TABLE "{name}" AS SELECT * FROM read_parquet(?)', [table["path"]])
    con.execute("SET enable_external_access = false")
    con.execute("SET lock_configuration = true")
    cursor = con.execute(job["sql"])
    columns = [d[0] for d in cursor.description or []]
    rows = cursor.fetchmany(job["rows"] + 1)
    return {
        "columns": columns,
        "rows": [[_cell(x) for x in row] for row in rows[: job["rows"]]],
        "truncated": len(rows) > job["rows"],
    }


def main() -> None:
    job = json.loads(sys.stdin.buffer.read())
    _limit_memory(int(job["megabytes"]))
    try:
        answer = _run(job)
    except Exception as e:  # noqa: BLE001 - every fault crosses the process border as data; the parent translates it
        answer = {"error": str(e)[:4000], "kind": type(e).__name__}
    sys.stdout.buffer.write(json.dumps(answer).encode())


if __name__ == "__main__":
    main()
