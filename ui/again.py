"""Under a step of a run that has ended: undo what it wrote; run again from here, with changed input or as it was.

What would be done again is said before it is started. The service decides whether it may, and makes it a run of its own.
"""

from __future__ import annotations

import streamlit as st

from agents.base import made_by_model
from runs.types import Run
from ui import fields, session
from ui.approvals import RISKS
from ui.render import escape, label
from ui.timeline import RunView
from ui.views import StepView


def draw(run: Run, view: RunView, s: StepView, last: bool) -> None:
    """The controls of one step. last: it is of the plan that counts, so the run can be done again from it."""
    id = s.step["id"]
    undoable = [c for c in s.calls if c.returned and not c.undone and session.groundwork().undoing.undoable(c.tool)]
    if not last and not undoable:
        return
    with st.container(horizontal=True, gap="small", key=f"step-do-{run.id}-{int(last)}-{id}"):
        for call in undoable:
            st.button(
                label(f"Undo {call.tool.replace('_', ' ')}"), key=f"undo-{run.id}-{call.at}", type="tertiary",
                icon=":material/undo:", on_click=_undo, args=(run, call.at),
            )  # fmt: skip
        if last and s.state == "failed":
            st.button(
                "Retry this step", key=f"retry-{run.id}-{id}", type="tertiary", icon=":material/refresh:",
                help="As a new run that takes over what the other steps found", on_click=_start, args=(run, id),
            )  # fmt: skip
        if last:
            _again(run, view, s)


def _again(run: Run, view: RunView, s: StepView) -> None:
    key = f"fork-{run.id}-{s.step['id']}"
    times = st.session_state.get(f"{key}-times", 0)  # another key after each use: the box is closed then
    box = st.popover(
        "Run again from here", key=f"{key}-{times}", type="tertiary", icon=":material/fork_right:", on_change="rerun"
    )
    if box.open:
        with box:
            _form(run, view, s)


def _undo(run: Run, call: int) -> None:
    session.attempt(session.groundwork().undoing.undo, session.user(), run.id, call)
    session.redraw()


def _form(run: Run, view: RunView, s: StepView) -> None:
    service, user, id = session.groundwork(), session.user(), s.step["id"]
    again = session.attempt(service.forks.anew, user, run.id, id)
    if not again:
        st.html(f'<p class="gw-quiet">{escape(session.notice() or "This step cannot be run again.")}</p>')
        return
    tools = service.steering.tools(user)
    keys: dict[str, str] = {}
    if s.step["tool"] in tools:
        for name, about in fields.properties(tools[s.step["tool"]].schema()).items():
            key = keys[name] = f"fork-arg-{run.id}-{id}-{name}"
            fields.field(label(name.replace("_", " ")), s.step["args"].get(name, about.get("default")), key, about)
        if s.step["needs"]:
            fields.explain()
    elif view.plan and made_by_model(view.plan.plan):
        keys["title"] = f"fork-title-{run.id}-{id}"
        st.text_area("What it should do", s.title, key=keys["title"], height=80)
    st.html(_what_happens([f"{x['id']} {x['title']}" for x in again], _writes([x["tool"] for x in again])))
    st.button("Run again", key=f"fork-ok-{run.id}-{id}", type="primary", on_click=_changed, args=(run, s, keys))


def _what_happens(again: list[str], writes: list[str]) -> str:
    items = "".join(f"<li>{escape(x)}</li>" for x in again)
    warned = "".join(f'<div class="gw-warn"><b>{escape(w)}</b></div>' for w in writes)
    return (
        f'<div class="gw-row">Done again, as a new run below:<ul>{items}</ul>{warned}'
        '<span class="gw-quiet">What the other steps found is taken over. This run is kept.</span></div>'
    )


def _writes(names: list[str]) -> list[str]:
    tools = session.groundwork().steering.tools(session.user())
    risky = [n for n in dict.fromkeys(names) if n in tools and tools[n].risk != "read"]
    return [f"{n} {RISKS[tools[n].risk]}; it will be used once more." for n in risky]


def _changed(run: Run, s: StepView, keys: dict[str, str]) -> None:
    if "title" in keys and not s.step["tool"]:
        title = str(st.session_state.get(keys["title"], "")).strip()
        _start(run, s.step["id"], None, title if title != s.title else "")
        return
    tools = session.groundwork().steering.tools(session.user())
    schema = tools[s.step["tool"]].schema() if s.step["tool"] in tools else {}
    _start(run, s.step["id"], fields.read(schema, keys) if schema else None)


def _start(run: Run, step: str, args: dict | None = None, title: str = "") -> None:
    gw, user = session.groundwork(), session.user()
    made = session.attempt(gw.forks.start, user, run.id, step, args, title, gw.steering.asks_at_edge(user))
    session.redraw()
    if made is not None:
        times = f"fork-{run.id}-{step}-times"
        st.session_state[times] = st.session_state.get(times, 0) + 1
        st.session_state["sent"] = made.id
        gw.wait(user, made.id, made.last, 0.2)


def lineage(run: Run) -> None:
    """Under a goal: of which run this one was made, and which were made of it."""
    gw, user = session.groundwork(), session.user()
    parts = []
    if run.parent:
        parts.append(
            f"Run again from step {escape(run.from_step)} of an earlier run. {_compare(run.id, 'Compare with it')}"
        )
    made = gw.forks.of(user, run.id)
    for n, id in enumerate(made, 1):
        word = "Run again below" if len(made) == 1 else f"Run again below ({n})"
        parts.append(f"{word}. {_compare(id, 'Compare')}")
    if parts:
        st.html(f'<div class="gw-quiet gw-lineage">{"<br>".join(parts)}</div>')


def _compare(fork: str, word: str) -> str:
    return f'<a href="compare?run={escape(fork)}" target="_self">{word}</a>'
