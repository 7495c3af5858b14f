"""What SQL may run on the user's tables: one SELECT over tables that are there, and nothing that reaches outside.

Decided on sqlglot's tree, before DuckDB sees it. It is the first of two walls and gives the clear messages; the second
is the child process, where DuckDB itself has no way out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from tools.base import Table, ToolFailed

# Functions that read files, the environment, other SQL or DuckDB's own state.
_OUTSIDE = re.compile(
    r"^(read_\w+|\w+_scan|scan_\w+|parquet_\w+|sniff_\w+|glob|getenv|current_setting|query|query_table|pragma_\w+|duckdb_\w+"
    r"|sql_auto_complete|json_execute_\w+|json_serialize_\w+|json_deserialize_\w+|from_substrait\w*|getvariable|which_secret"
    r"|write_\w+|copy_\w+|load_\w+|checkpoint|force_checkpoint|st_read\w*|http_\w+|nextval|seq_scan|test_\w+)$",
    re.IGNORECASE,
)
_FROM_FUNCTIONS = {
    "unnest",
    "range",
    "generate_series",
    "explode",
    "explodinggenerateseries",
    "generateseries",
    "values",
}


def check(sql: str, tables: Sequence[Table]) -> tuple[str, list[Table]]:
    """The statement without its trailing semicolon, and the tables it uses in their order. Raises ToolFailed."""
    import sqlglot
    from sqlglot import exp
    from sqlglot.errors import SqlglotError

    if not sql.strip():
        raise ToolFailed("There is no SQL to run.")
    if len(sql) > 20_000:
        raise ToolFailed("The SQL is too long (20,000 characters at most).")
    try:
        trees = [t for t in sqlglot.parse(sql, dialect="duckdb") if t is not None]
    except (SqlglotError, RecursionError) as e:
        raise ToolFailed(f"The SQL cannot be read: {_first_fault(e)}") from e
    if len(trees) != 1:
        raise ToolFailed("Exactly one SELECT statement can be run at a time.")
    tree = trees[0]
    body = tree.unnest() if isinstance(tree, exp.Subquery) else tree
    if not isinstance(body, exp.Select | exp.SetOperation):
        raise ToolFailed(
            "Only SELECT can be run: the tables are for reading, and nothing can be changed or opened with SQL."
        )
    _refuse_statements(tree)
    _refuse_functions(tree)
    return re.sub(r"[;\s]+$", "", sql.strip()), _used(tree, tables)


def _first_fault(e: Exception) -> str:
    text = re.sub(r"\x1b\[[0-9;]*m", "", str(e)).strip() or "it is nested too deeply"
    return text.split("\n")[0].rstrip(".") + "."


def _refuse_statements(tree: Any) -> None:
    from sqlglot import exp

    changing = (
        exp.Insert, exp.Update, exp.Delete, exp.Merge, exp.DDL, exp.Command, exp.Pragma, exp.Copy, exp.Attach, exp.Detach, exp.Set, exp.Into, exp.Drop,
        exp.Alter, exp.Use, exp.Transaction, exp.Install, exp.Lock,
    )  # fmt: skip
    for node in tree.walk():
        if isinstance(node, changing) and not isinstance(node, exp.Query):
            raise ToolFailed(f"Only reading is allowed in SQL here; {type(node).__name__.upper()} is not.")


def _refuse_functions(tree: Any) -> None:
    from sqlglot import exp

    for node in tree.find_all(exp.Func):
        name = node.name if isinstance(node, exp.Anonymous | exp.AnonymousAggFunc) else node.sql_name()
        if isinstance(node, exp.ReadCSV | exp.ReadParquet) or _OUTSIDE.match(str(name)):
            raise ToolFailed(
                f"The function {str(name).lower()}() is not allowed: SQL here reads the uploaded tables and nothing else."
            )


def _used(tree: Any, tables: Sequence[Table]) -> list[Table]:
    from sqlglot import exp

    known: Mapping[str, Table] = {t.name.casefold(): t for t in tables}
    local = {c.alias_or_name.casefold() for c in tree.find_all(exp.CTE)}
    used: dict[str, Table] = {}
    for node in tree.find_all(exp.Table):
        if isinstance(node.this, exp.Func):
            name = node.this.name if isinstance(node.this, exp.Anonymous) else node.this.sql_name()
            if str(name).casefold() not in _FROM_FUNCTIONS:
                raise ToolFailed(f"{str(name).lower()}() cannot be read from; only the uploaded tables can.")
            continue
        name = node.name
        if node.args.get("db") or node.args.get("catalog"):
            raise ToolFailed(f"“{node.sql(dialect='duckdb')}” is not one of the uploaded tables. {_there(tables)}")
        if name.casefold() in known:
            used[name.casefold()] = known[name.casefold()]
        elif name.casefold() not in local:
            near = get_close_matches(name.casefold(), list(known), n=1, cutoff=0.6)
            hint = f" Did you mean {known[near[0]].name}?" if near else ""
            raise ToolFailed(f"There is no table “{name}”.{hint} {_there(tables)}")
    return list(used.values())


def _there(tables: Sequence[Table]) -> str:
    names = ", ".join(t.name for t in tables[:12])
    return f"Uploaded tables are: {names}{' …' if len(tables) > 12 else ''}." if tables else "No table is uploaded."
