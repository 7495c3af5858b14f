"""The tool `query_table`: one SQL SELECT over the user's uploaded tables, run in a child process that can be killed.

`sql_check` decides what may run, `sql_child` is where it runs. DuckDB's errors are translated here, once.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

from tools.base import RetryTool, Source, Table, ToolContext, ToolFailed, ToolResult, source, tool
from tools.child_environment import child_environment
from tools.sql_check import check

SECONDS = 20.0
ROWS = 1000
_MEGABYTES = 1024
_SHOWN = 50  # rows in the text and lines in the quote
_NO_COLUMN = re.compile(
    r'(?:Referenced column|Column with name|column named?) "?([^"\n]+?)"? (?:not found|does not exist)'
)


@tool(risk="read", timeout=SECONDS + 10, retries=1)
def query_table(
    ctx: ToolContext,
    sql: Annotated[
        str, "one DuckDB SELECT over the uploaded tables by their names; column names as in the file, in double quotes"
    ],
) -> ToolResult:
    """Run one SQL SELECT (DuckDB) over the tables in the user's uploads: CSV, Excel, Parquet, JSON lines.

    Use it to count, add up, average, filter, group, rank or join rows. Joins of several uploads are allowed; changing
    data, files and settings is not.

    data: {"columns": [names], "rows": [[values]] (dates as ISO text; 1,000 rows at most), "value": the single cell, or the
    first cell of the first row (null when there is no row), "sql", "truncated": whether rows were left out}.
    """
    tables: Sequence[Table] = ctx.memory.tables()
    if not tables:
        raise ToolFailed("No table is uploaded yet. Add a CSV or Excel file first.")
    statement, used = check(sql, tables)
    answer = _run(statement, used, SECONDS)
    columns, rows = answer["columns"], answer["rows"]
    text = as_markdown(columns, rows[:_SHOWN])
    if len(rows) > _SHOWN:
        text += f"\n\n… and {len(rows) - _SHOWN:,} more rows"
    note = f"Only the first {ROWS:,} rows were kept; the query gives more." if answer["truncated"] else ""
    data = {
        "columns": columns,
        "rows": rows,
        "value": rows[0][0] if rows and rows[0] else None,
        "sql": statement,
        "truncated": answer["truncated"],
    }
    return ToolResult(text, data, _sources(used, columns, rows), note)


def _run(sql: str, tables: Sequence[Table], seconds: float) -> dict[str, Any]:
    job = {
        "tables": [{"name": t.name, "path": str(t.path)} for t in tables],
        "sql": sql,
        "rows": ROWS,
        "megabytes": _MEGABYTES,
    }
    child = [sys.executable, "-P", str(Path(__file__).with_name("sql_child.py"))]
    try:
        done = subprocess.run(
            child,
            input=json.dumps(job).encode(),
            capture_output=True,
            timeout=seconds,
            env=child_environment(),
            check=False,
        )
    except subprocess.TimeoutExpired as e:
        raise ToolFailed(
            f"The query was stopped after {seconds:g} seconds. Ask for less: filter the rows or join fewer tables."
        ) from e
    try:
        answer = json.loads(done.stdout)
    except ValueError as e:
        if done.returncode < 0 or b"MemoryError" in done.stderr or b"bad_alloc" in done.stderr:
            raise ToolFailed(
                "The query needed too much memory and was stopped. Filter the rows or ask for less."
            ) from e
        raise RetryTool("The query's process ended without an answer.", after=1) from e
    if "error" in answer:
        raise _translated(answer["kind"], answer["error"], tables)
    return answer


def _translated(kind: str, message: str, tables: Sequence[Table]) -> ToolFailed:
    """DuckDB's exception names (they cross the process border as text) to words for users."""
    head = re.sub(r"^[\w ]+ Error:\s*", "", message).split("\n")[0].strip()
    if column := _NO_COLUMN.search(message):
        lists = "; ".join(f"{t.name}: {', '.join(c for c, _ in t.columns)}" for t in tables)
        return ToolFailed(f"There is no column “{column[1]}”. The columns are: {lists}.")
    if kind == "ConversionException":
        return ToolFailed(f"A value is not of the kind that the query needs: {head}")
    if kind in ("OutOfMemoryException", "MemoryError"):
        return ToolFailed("The query needed too much memory and was stopped. Filter the rows or ask for less.")
    if kind == "PermissionException":
        return ToolFailed(
            "SQL here reads the uploaded tables and nothing else: files and settings are out of its reach."
        )
    if kind == "IOException" and any(str(t.path) in message for t in tables):
        return ToolFailed("The stored copy of a table is missing. Upload the file again.")
    return ToolFailed(f"The query does not work: {head}")


def show(value: Any) -> str:
    """A cell for people: whole numbers without .0, fractions to 12 digits, nothing for null."""
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.0f}" if value.is_integer() and abs(value) < 1e15 else f"{value:.12g}"
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False)
    return str(value)


def as_markdown(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    def line(cells: Sequence[str]) -> str:
        return "| " + " | ".join(" ".join(c.split()).replace("|", "\\|") for c in cells) + " |"

    if not rows:
        return "No rows fit."
    numeric = [
        all((isinstance(r[i], int | float) and not isinstance(r[i], bool)) or r[i] is None for r in rows)
        for i in range(len(columns))
    ]
    rule = "| " + " | ".join("---:" if n else "---" for n in numeric) + " |"
    return "\n".join([line(columns), rule, *(line([show(c) for c in r]) for r in rows)])


def _sources(used: Sequence[Table], columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> list[Source]:
    quote = _lines(columns, rows)
    out = []
    for t in used:
        size = f"{t.rows:,} row{'s' * (t.rows != 1)}"
        locator = f"sheet {t.sheet} · {size}" if t.sheet else size
        out.append(source(t.title, quote, locator=locator, trust=t.trust, document=t.document))
    return out


def _lines(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """The result as short lines: "North: 1200"; one value with its column's name; wide rows under a heading."""
    if not rows:
        return "no rows"
    if len(rows) == 1:
        return "\n".join(f"{c}: {show(x)}" for c, x in zip(columns, rows[0], strict=True))
    shown = [list(map(show, r)) for r in rows[:_SHOWN]]
    if len(columns) == 1:
        return "\n".join([columns[0], *(r[0] for r in shown)])
    if len(columns) == 2:
        return "\n".join(f"{a}: {b}" for a, b in shown)
    return "\n".join([" · ".join(columns), *(" · ".join(r) for r in shown)])
