from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.tools.conftest import NoMemory, Notes, context
from tools.base import RetryTool, ToolContext, ToolFailed
from tools.save_report import save_report


def files(ctx: ToolContext) -> list[str]:
    return sorted(p.name for p in ctx.reports.iterdir())


def test_saves_markdown_under_the_title(ctx: ToolContext) -> None:
    result = save_report.run(ctx, "Sales in Q1", "North leads.\n\n## Details\n\n1200")
    assert result.data["value"] == "Sales in Q1.md"
    text = (ctx.reports / "Sales in Q1.md").read_text(encoding="utf-8")
    assert text == "# Sales in Q1\n\nNorth leads.\n\n## Details\n\n1200\n"
    assert result.data["bytes"] == len(text.encode())


def test_the_same_call_writes_the_same_file_and_another_call_another(ctx: ToolContext) -> None:
    save_report.run(ctx, "Report", "one")
    save_report.run(ctx, "Report", "one")
    assert files(ctx) == ["Report.md"]
    other = save_report.run(replace(ctx, key="another"), "report", "two")
    assert other.data["value"] == "report (2).md"
    assert "one" in (ctx.reports / "Report.md").read_text()
    assert "two" in (ctx.reports / "report (2).md").read_text()


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("../../etc/passwd", "etc passwd.md"),
        ("/absolute/path", "absolute path.md"),
        ("C:\\Windows\\system32", "C Windows system32.md"),
        ("..", "Report.md"),
        ("", "Report.md"),
        ("CON", "Report CON.md"),
        (".hidden", "hidden.md"),
        ("Überblick für 東京", "Überblick für 東京.md"),
        ("a\x00b\nc\u202ed", "a b c d.md"),
    ],
)
def test_a_title_cannot_lead_out_of_the_folder(ctx: ToolContext, title: str, name: str) -> None:
    assert save_report.run(ctx, title, "text").data["value"] == name
    assert files(ctx) == [name]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(title=st.text(max_size=300))
def test_any_title_makes_a_file_in_the_folder(tmp_path: Path, title: str) -> None:
    ctx = context(NoMemory(), Notes(), tmp_path / "reports")
    name = str(save_report.run(ctx, title, "text").data["value"])
    path = (ctx.reports / name).resolve()
    assert path.parent == ctx.reports.resolve()
    assert path.is_file()
    assert len(name.encode()) < 200
    path.unlink()


def test_an_empty_or_huge_report_is_refused(ctx: ToolContext) -> None:
    for text in ("", "  \n", "x" * 6_000_000):
        with pytest.raises(ToolFailed):
            save_report.run(ctx, "Report", text)
    assert not ctx.reports.exists()


def test_a_folder_that_cannot_be_written_is_tried_again_later(ctx: ToolContext) -> None:
    ctx.reports.write_text("a file stands where the folder should be")
    with pytest.raises(RetryTool, match="Nothing was changed"):
        save_report.run(ctx, "Report", "text")


def test_no_half_written_file_is_left(ctx: ToolContext, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("tools.save_report.os.fsync", full)
    with pytest.raises(RetryTool, match="No space left"):
        save_report.run(ctx, "Report", "text")
    assert [f for f in files(ctx) if not f.endswith(".claim")] == []  # its name stays its own, for another try


def test_calls_that_save_under_one_title_at_the_same_moment_each_have_their_own_file(ctx: ToolContext) -> None:
    """Found by the kill sweep: both saw the name free, and one report was written over the other."""
    from concurrent.futures import ThreadPoolExecutor

    start = threading.Barrier(8)

    def save(n: int) -> str:
        start.wait()
        return str(save_report.run(replace(ctx, key=f"call {n}"), "Report", f"number {n}").data["value"])

    with ThreadPoolExecutor(8) as pool:
        names = list(pool.map(save, range(8)))
    assert files(ctx) == sorted(names)
    assert {(ctx.reports / name).read_text().split()[-1] for name in names} == {str(n) for n in range(8)}


def test_a_crash_between_the_claim_and_the_journal_leaves_one_file(
    ctx: ToolContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(key: str, value: object, exact: bool = False) -> object:
        raise KeyboardInterrupt

    with monkeypatch.context() as m:
        m.setattr(ctx.journal, "once", killed)
        with pytest.raises(KeyboardInterrupt):
            save_report.run(ctx, "Report", "one")
    assert save_report.run(replace(ctx, key="another"), "Report", "two").data["value"] == "Report (2).md"
    assert save_report.run(ctx, "Report", "one").data["value"] == "Report.md"
    assert files(ctx) == ["Report (2).md", "Report.md"]
