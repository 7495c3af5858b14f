"""What can be taken along of an ended turn: the answer as Markdown, its tables as CSV and Excel files, saved reports."""

from __future__ import annotations

from typing import cast

import streamlit as st

from graph.events import AnswerChecked
from runs.errors import GroundworkError
from runs.exports import csv_of, xlsx_of
from runs.types import Run
from text.markdown import inert
from ui import citations, session
from ui.render import label, live_links
from ui.timeline import RunView

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def draw(run: Run, view: RunView, answer: AnswerChecked) -> None:
    """The answer and its tables in a popover that is filled when it is opened; a button for each saved report."""
    with st.container(horizontal=True, gap="small", key=f"take-{run.id}"):
        box = st.popover(
            "Copy or download", type="tertiary", icon=":material/content_copy:", on_change="rerun", key=f"copy-{run.id}"
        )
        if box.open:
            with box:
                text = as_markdown(run.goal, answer)
                st.download_button(
                    "Download as Markdown", text, "answer.md", "text/markdown", on_click="ignore", key=f"md-{run.id}"
                )
                _tables(run, view)
                st.code(text, language=None, wrap_lines=True, height=200)
        _reports(run, view)


def _reports(run: Run, view: RunView) -> None:
    for i, call in enumerate(view.calls("save_report")):
        name = str(call.data.get("value") or "")
        if call.undone:
            st.caption(label(f"{name} is in the trash."))
            continue
        try:
            data = session.groundwork().report(session.user(), name) if name else b""
        except GroundworkError as e:
            st.caption(label(f"{name}: {e}"))
            continue
        if data:
            st.download_button(
                label(f"Download {name}", 60), data, name, "text/markdown",
                on_click="ignore", key=f"report-{run.id}-{i}",
            )  # fmt: skip


def _tables(run: Run, view: RunView) -> None:
    """What queries returned, for a spreadsheet."""
    found = [c.data for c in view.calls("query_table") if c.data.get("rows") and c.data.get("columns")]
    for i, data in enumerate(found):
        columns, rows = cast("list[str]", data["columns"]), cast("list[list[object]]", data["rows"])
        name = f"table-{i + 1}" if len(found) > 1 else "table"
        with st.container(horizontal=True, gap="small", key=f"table-{run.id}-{i}"):
            st.download_button(
                f"{name}.csv", csv_of(columns, rows).encode("utf-8-sig"), f"{name}.csv", "text/csv",
                on_click="ignore", icon=":material/table:", key=f"csv-{run.id}-{i}",
            )  # fmt: skip
            st.download_button(
                f"{name}.xlsx", lambda c=columns, r=rows: xlsx_of(c, r), f"{name}.xlsx", _XLSX,
                on_click="ignore", icon=":material/table:", key=f"xlsx-{run.id}-{i}",
            )  # fmt: skip


def as_markdown(goal: str, answer: AnswerChecked) -> str:
    """The answer as a Markdown text that stands alone: goal, answer, what was not found, sources with quotations."""
    lines = [f"# {' '.join(goal.split())}", "", inert(answer.text.strip(), live_links(goal, answer.sources)), ""]
    missing = [inert(c["text"]) for c in answer.claims if c["support"] == "unsupported"]
    if missing:
        lines += ["**Not found in the sources:**", "", *(f"- {t}" for t in missing), ""]
    if answer.sources:
        lines += ["## Sources", ""]
        for i, s in enumerate(answer.sources):
            quote = inert(" ".join(s["quote"].split()))
            lines.append(f"{citations.number(s, i)}. {inert(citations.where(s))}" + (f": “{quote}”" if quote else ""))
    return "\n".join(lines).rstrip() + "\n"
