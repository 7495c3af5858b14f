"""A run beside the one it was made of: plan, results and answer, with what differs marked. Opened as `?run=ID` of the fork.

Whose runs they are is checked by the service, which finds no run for anybody else.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from graph.events import OPEN
from runs.compare import Comparison, Row, StepPair, compare
from runs.errors import GroundworkError
from runs.record import record
from runs.types import Run
from ui import names, session
from ui.render import escape

_MARKS = {"same": ("=", "the same"), "changed": ("≠", "differs"), "gone": ("−", "left out"), "new": ("+", "added")}


def page() -> None:
    gw, user = session.groundwork(), session.user()
    try:
        fork = gw.run(user, st.query_params.get("run", ""))
        first = gw.run(user, fork.parent)
    except GroundworkError:
        st.title("Nothing to compare", anchor=False)
        st.html('<p class="gw-quiet">This run was deleted, was made of no other, or belongs to somebody else.</p>')
        return
    st.title("Two runs of one goal", anchor=False)
    st.html(f'<p class="gw-goal gw-quiet">{escape(fork.goal)}</p>')
    if fork.status in OPEN:
        st.info("The second run has not ended yet. Open this page again when it has.")
    found = compare(_told(first), _told(fork))
    st.html(comparison_html(found, fork.from_step))
    st.html(
        f'<p><a class="gw-link" href="./?thread={escape(fork.thread)}" target="_self">Back to the conversation</a></p>'
    )


def _told(run: Run) -> dict[str, Any]:
    """The run's record, with documents by their names."""
    gw, user, known = session.groundwork(), session.user(), names.of_documents()
    found = record(run, gw.events(user, run.id))
    steps = [{**s, "args": names.with_names(s["args"], known)} for s in found["steps"]]
    return {**found, "steps": steps}


def comparison_html(found: Comparison, begun: str) -> str:
    facts = "".join(
        f"<tr><th>{escape(what)}</th><td>{escape(a)}</td><td{' class=gw-differs' if a != b else ''}>{escape(b)}</td></tr>"
        for what, a, b in found.facts
    )
    same = all(r.kind == "same" for r in found.answer)
    answer = _sides(found.answer) if found.answer else '<div class="gw-quiet">Neither has an answer.</div>'
    return (
        f'<div class="gw-compare"><table><tr><th></th><th>First run</th><th>Run again from {escape(begun)}</th></tr>{facts}</table>'
        f"<h3>Answer{_word(same)}</h3>{answer}<h3>Steps</h3>{''.join(_step(p) for p in found.steps)}</div>"
    )


def _word(same: bool) -> str:
    return ' <span class="gw-quiet">the same in both</span>' if same else ""


def _step(p: StepPair) -> str:
    mark, word = _MARKS[p.kind]
    title = (p.right or p.left or {}).get("title", "")
    head = (
        f'<summary><span class="gw-mark-{p.kind}" title="{word}">{mark}</span> <span class="gw-id">{escape(p.id)}</span> '
        f'<b>{escape(title)}</b> <span class="gw-quiet">{word}</span></summary>'
    )
    parts = [
        f'<div class="gw-quiet">{name}</div>{_sides(rows)}'
        for name, rows in (("Plan", p.input), ("Result", p.output))
        if rows
    ]
    return f'<details class="gw-pair"{"" if p.kind == "same" else " open"}>{head}{"".join(parts)}</details>'


def _sides(rows: Sequence[Row]) -> str:
    """Two columns, line beside line, one under the other on a phone; what is the same throughout stands there once."""
    if all(r.kind == "same" for r in rows):
        return "".join(f'<div class="gw-side">{_text(r.left, "del")}</div>' for r in rows)
    cells = "".join(
        f'<div class="gw-side gw-left{_kind(r, r.left)}">{_text(r.left, "del")}</div>'
        f'<div class="gw-side gw-right{_kind(r, r.right)}">{_text(r.right, "ins")}</div>'
        for r in rows
    )
    return f'<div class="gw-sides">{cells}</div>'


def _kind(row: Row, side: Sequence[tuple[bool, str]]) -> str:
    return " gw-none" if not side else "" if row.kind == "same" else " gw-other"


def _text(parts: Sequence[tuple[bool, str]], tag: str) -> str:
    return (
        "".join(f"<{tag}>{escape(t)}</{tag}>" if differs and t.strip() else escape(t) for differs, t in parts)
        or "&nbsp;"
    )
