"""SQL over real Parquet files in the real child process."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import duckdb
import pytest

from memory.types import Table
from tools import query_table as module
from tools.base import ToolContext, ToolFailed, ToolResult
from tools.child_environment import child_environment
from tools.query_table import query_table

SALES = """SELECT * FROM (VALUES
  ('North', DATE '2026-01-31', 1200.50::DECIMAL(10,2), 3), ('South', DATE '2026-01-31', 800, 2),
  ('North', DATE '2026-02-28', 1500.25, NULL), ('East | West', DATE '2026-02-28', 0.1, 1)
) t(region, "month end", revenue, orders)"""
PEOPLE = "SELECT * FROM (VALUES ('North', 'Ada'), ('South', 'Bo')) t(region, manager)"


def parquet(folder: Path, name: str, select: str, sheet: str = "") -> Table:
    path = folder / f"{name}.parquet"
    con = duckdb.connect()
    con.execute(f"COPY ({select}) TO '{path}' (FORMAT parquet)")
    columns = [(r[0], r[1]) for r in con.execute(f"DESCRIBE SELECT * FROM '{path}'").fetchall()]
    rows = con.execute(f"SELECT count(*) FROM '{path}'").fetchall()[0][0]
    return Table(f"d-{name}", f"{name}.csv", name, sheet, path, columns, rows)


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Sequence[Table]:
    folder = tmp_path_factory.mktemp("tables")
    return [parquet(folder, "sales", SALES, "Q1"), parquet(folder, "people", PEOPLE)]


@pytest.fixture
def run(tables: Sequence[Table], ctx: ToolContext):
    def call(sql: str) -> ToolResult:
        return query_table.run(replace(ctx, memory=SimpleNamespace(tables=lambda: tables)), sql)  # type: ignore[arg-type]

    return call


def test_groups_and_adds_up(run) -> None:
    result = run("SELECT region, sum(revenue) AS total FROM sales GROUP BY region ORDER BY total DESC;")
    assert result.data["columns"] == ["region", "total"]
    assert result.data["rows"] == [["North", 2700.75], ["South", 800], ["East | West", 0.1]]
    assert result.data["value"] == "North"
    assert result.data["truncated"] is False
    assert result.data["sql"] == "SELECT region, sum(revenue) AS total FROM sales GROUP BY region ORDER BY total DESC"
    assert "| North | 2700.75 |" in result.text
    assert "East \\| West" in result.text
    [s] = result.sources
    assert (s["title"], s["locator"], s["document"]) == ("sales.csv", "sheet Q1 · 4 rows", "d-sales")
    assert s["quote"].splitlines()[0] == "North: 2700.75"


def test_a_single_cell_is_the_value(run) -> None:
    assert run("SELECT count(*) FROM sales").data["value"] == 4
    assert run('SELECT max("month end") FROM sales').data["value"] == "2026-02-28"
    assert run("SELECT avg(orders) FROM sales").data["value"] == 2
    assert run("SELECT sum(revenue) FROM sales WHERE region = 'Nowhere'").data["value"] is None


def test_no_rows_is_an_answer(run) -> None:
    result = run("SELECT * FROM sales WHERE revenue > 1e9")
    assert result.data["rows"] == []
    assert result.data["value"] is None
    assert result.text == "No rows fit."


def test_joins_unions_subqueries_windows_and_ctes(run) -> None:
    joined = run("SELECT p.manager, sum(s.revenue) FROM sales s JOIN people p USING (region) GROUP BY 1 ORDER BY 1")
    assert joined.data["rows"] == [["Ada", 2700.75], ["Bo", 800]]
    assert [s["document"] for s in joined.sources] == ["d-sales", "d-people"]
    assert run("WITH top AS (SELECT * FROM sales WHERE orders > 1) SELECT count(*) FROM top").data["value"] == 2
    assert run("SELECT region FROM sales UNION SELECT region FROM people").data["columns"] == ["region"]
    assert run("(SELECT region FROM people) EXCEPT SELECT 'South'").data["rows"] == [["North"]]
    assert run("SELECT count(*) FROM (SELECT DISTINCT region FROM SALES)").data["value"] == 3
    assert (
        run("SELECT region FROM sales QUALIFY row_number() OVER (ORDER BY revenue DESC) = 1").data["value"] == "North"
    )
    assert run("SELECT sum(x) FROM range(4) t(x)").data["value"] == 6
    assert run("SELECT list(region ORDER BY region) FROM people").data["value"] == ["North", "South"]


def test_many_rows_are_cut_and_said(run) -> None:
    result = run("SELECT i FROM range(5000) t(i)")
    assert len(result.data["rows"]) == 1000
    assert result.data["truncated"] is True
    assert "1,000" in result.note
    assert "950 more rows" in result.text


def test_long_cells_and_odd_values_are_plain_json(run) -> None:
    row = run(
        "SELECT repeat('a', 100000), 'NaN'::DOUBLE, TRUE, NULL, 170141183460469231731687303715884105727::HUGEINT"
    ).data["rows"][0]
    assert len(row[0]) < 5000
    assert row[1] is None
    assert row[2] is True
    assert row[3] is None
    assert isinstance(row[4], float)
    row = run("SELECT TIMESTAMP '2026-03-01 14:30:00', INTERVAL 3 DAY, {'a': DATE '2026-01-01'}, '\\xAA'::BLOB").data[
        "rows"
    ][0]
    assert row[0] == "2026-03-01 14:30:00"
    assert row[2] == {"a": "2026-01-01"}
    assert isinstance(row[3], str)


ATTACKS = [
    "SELECT * FROM read_csv('/etc/passwd')",
    "SELECT * FROM read_text('/etc/passwd')",
    "SELECT * FROM read_blob('/etc/*')",
    "SELECT * FROM '/etc/passwd'",
    'SELECT * FROM "/etc/passwd"',
    "SELECT * FROM glob('/etc/*')",
    "SELECT * FROM parquet_scan('x.parquet')",
    "SELECT * FROM read_parquet('x.parquet')",
    "SELECT * FROM read_json_auto('x.json')",
    "SELECT * FROM sniff_csv('/etc/passwd')",
    "SELECT content FROM read_text(['/etc/hostname'])",
    "SELECT getenv('HOME')",
    "SELECT current_setting('memory_limit')",
    "SELECT * FROM duckdb_settings()",
    "SELECT * FROM duckdb_secrets()",
    "SELECT * FROM information_schema.tables",
    "SELECT * FROM pragma_database_list()",
    "SELECT * FROM query('SELECT 1')",
    "SELECT * FROM query_table('sales')",
    "COPY sales TO '/tmp/stolen.csv'",
    "COPY (SELECT 1) TO '/tmp/stolen.csv'",
    "EXPORT DATABASE '/tmp/stolen'",
    "ATTACH '/tmp/other.db' AS other",
    "INSTALL httpfs",
    "LOAD httpfs",
    "SET enable_external_access = true",
    "RESET lock_configuration",
    "PRAGMA database_list",
    "CALL pragma_version()",
    "CREATE TABLE x AS SELECT 1",
    "CREATE TABLE x AS SELECT * FROM sales",
    "DROP TABLE sales",
    "DELETE FROM sales",
    "UPDATE sales SET revenue = 0",
    "INSERT INTO sales SELECT * FROM sales",
    "SELECT 1; DROP TABLE sales",
    "SELECT 1; SELECT 2",
    "WITH x AS (DELETE FROM sales RETURNING *) SELECT * FROM x",
    "SELECT * INTO other FROM sales",
    "EXPLAIN ANALYZE SELECT 1",
    "VACUUM",
    "CHECKPOINT",
    "USE other",
    "BEGIN",
    "SELECT * FROM other_users_table",
    "SELECT * FROM main.sales",
    "SELECT * FROM memory.main.sales",
    "SELECT (SELECT max(x) FROM nowhere) FROM sales",
    "FROM read_csv('/etc/passwd')",
    "SELECT * FROM sales, read_csv('/etc/passwd')",
    "SELECT * FROM sales WHERE region IN (SELECT content FROM read_text('/etc/passwd'))",
    "",
    "not sql at all",
    "SELECT * FROM (((((",
]


@pytest.mark.parametrize("sql", ATTACKS)
def test_nothing_but_reading_the_tables_is_let_through(run, sql: str) -> None:
    with pytest.raises(ToolFailed) as e:
        run(sql)
    assert str(e.value)
    assert not Path("/tmp/stolen.csv").exists()
    assert not Path("/tmp/stolen").exists()


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM read_text('/etc/passwd')",
        "SELECT * FROM '/etc/passwd'",
        "COPY sales TO '{out}'",
        "ATTACH '{out}' AS x",
        "SET enable_external_access = true",
        "SET lock_configuration = false",
        "SET temp_directory = '/tmp'",
        "INSTALL httpfs",
        "EXPORT DATABASE '{out}'",
    ],
)
def test_the_child_alone_withstands_what_the_check_would_refuse(
    tables: Sequence[Table], tmp_path: Path, sql: str
) -> None:
    out = tmp_path / "out"
    with pytest.raises(ToolFailed):
        module._run(sql.format(out=out), tables, 20)
    assert not out.exists()


def test_a_child_gets_none_of_our_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_API_KEY", "canary-1")
    assert "SOME_API_KEY" not in child_environment()
    assert "canary-1" not in child_environment().values()
    assert "PATH" in child_environment() or "PATH" not in os.environ


def test_a_runaway_query_is_killed(tables: Sequence[Table]) -> None:
    with pytest.raises(ToolFailed, match="stopped after 1 seconds"):
        module._run(
            "SELECT count(*) FROM range(1000000000) a(i), range(1000000) b(j) WHERE a.i % 7 = b.j % 11", tables, 1
        )


@pytest.mark.parametrize(
    "sql", ["SELECT length(repeat('a', 3000000000))", "SELECT sum(length(repeat(region, 900000000))) FROM sales"]
)
def test_a_greedy_query_ends(run, sql: str) -> None:
    with pytest.raises(ToolFailed):
        run(sql)


def test_faults_are_told_in_words(run, tables: Sequence[Table], ctx: ToolContext) -> None:
    with pytest.raises(ToolFailed, match=r"no column “revenues”.*month end"):
        run("SELECT revenues FROM sales")
    with pytest.raises(ToolFailed, match=r"no table “sale”. Did you mean sales"):
        run("SELECT * FROM sale")
    with pytest.raises(ToolFailed, match="not of the kind"):
        run("SELECT region::INT FROM sales")
    gone = replace(tables[0], path=Path("/nowhere/gone.parquet"))
    with pytest.raises(ToolFailed, match="Upload the file again"):
        module._run("SELECT * FROM sales", [gone], 20)
    with pytest.raises(ToolFailed, match="No table is uploaded"):
        query_table.run(replace(ctx, memory=SimpleNamespace(tables=list)), "SELECT 1")  # type: ignore[arg-type]


def test_names_that_need_quotes(tmp_path: Path, ctx: ToolContext) -> None:
    odd = parquet(tmp_path, "order", f'SELECT 1 AS "a ""b""", DATE \'{date(2026, 1, 2)}\' AS "select"')
    memory = SimpleNamespace(tables=lambda: [odd])
    result = query_table.run(replace(ctx, memory=memory), 'SELECT "a ""b""", "select" FROM "order"')  # type: ignore[arg-type]
    assert result.data["columns"] == ['a "b"', "select"]
    assert result.data["rows"] == [[1, "2026-01-02"]]
