"""The board of a plan that waits: its steps, what they would do and cost, to be edited, reordered, left out, approved.

What is edited is a draft, kept through a refresh; nothing of it counts before "Approve and start", and the service says
who was first when two tabs act. Faults come from the same check that an agent's plan has to pass.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, cast

import streamlit as st

from agents.base import Step, made_by_model
from graph.plans import settled
from runs.types import PlanReview
from runs.usual import Estimate, Usual
from ui import fields, session
from ui.plan_steps import step_html, total
from ui.render import escape, label


def draw(p: PlanReview) -> None:
    draft, service, user = _draft(p), session.groundwork().steering, session.user()
    known, by_model = service.usual(user), made_by_model(p.plan)
    kept = [s["id"] for s in draft["steps"] if s["id"] not in draft["out"]]
    faults = service.faults(user, p.id, draft["steps"], kept)
    with st.container(border=True, gap="small", key=f"board-{p.id}"):
        st.html(_head(p, known, draft, by_model))
        for i, step in enumerate(draft["steps"][:-1]):
            _row(p, draft, i, step, known.of(step, by_model))
        last = draft["steps"][-1]
        with (
            st.container(key=f"board-last-{p.id}"),
            st.container(
                horizontal=True, vertical_alignment="top", gap="small", wrap=False, key=f"board-answer-{p.id}"
            ),
        ):
            st.checkbox(
                "Write the answer", value=True, disabled=True, key=f"keep-{p.id}-answer", label_visibility="collapsed"
            )
            st.html(step_html(last, known.of(last, by_model), len(draft["steps"]), answer=True), width="stretch")
        if faults:
            items = "".join(f"<li>{escape(f)}</li>" for f in faults)
            st.html(
                f'<div class="gw-note gw-note-bad" role="alert"><b>It cannot run like this.</b><ul>{items}</ul>'
                "<div>Mend a step with its “Edit”, remove it, or leave it out.</div></div>"
            )
        with st.container(horizontal=True, gap="small", key=f"board-do-{p.id}"):
            word = (
                "Approve and start"
                if len(kept) == len(draft["steps"])
                else f"Start with {len(kept) - 1} of {len(draft['steps']) - 1}"
            )
            st.button(
                word, key=f"board-ok-{p.id}", type="primary", disabled=bool(faults), on_click=_approve, args=(p, kept)
            )
            _add(p)
            if by_model:
                _send_back(p)
            if draft["touched"]:
                st.button("As it was", key=f"board-reset-{p.id}", type="tertiary", on_click=_reset, args=(p,))


def _draft(p: PlanReview) -> dict[str, Any]:
    """What this session makes of the plan; at first what was kept of it before a refresh, else the plan as it is."""
    drafts = st.session_state.setdefault("boards", {})
    if p.id not in drafts:
        kept = session.groundwork().steering.draft(session.user(), p.id)
        kept = kept if isinstance(kept, dict) else {}
        drafts[p.id] = {
            "steps": kept.get("steps") or json.loads(json.dumps(p.plan["steps"])),
            "out": set(cast("list[str]", kept.get("out", []))),
            "grant": set(cast("list[str]", kept.get("grant", []))),
            "touched": bool(kept),
        }
    return drafts[p.id]


def _touched(p: PlanReview) -> None:
    """Something was edited: a refresh of the page finds it again."""
    draft = _draft(p)
    draft["touched"] = True
    kept = {"steps": draft["steps"], "out": sorted(draft["out"]), "grant": sorted(draft["grant"])}
    session.attempt(session.groundwork().steering.keep_draft, session.user(), p.id, kept)


def _head(p: PlanReview, known: Usual, draft: Mapping[str, Any], by_model: bool) -> str:
    wanted = [known.of(s, by_model) for s in draft["steps"] if s["id"] not in draft["out"]]
    return (
        f"<div><b>Look at the plan before it runs.</b> {escape(p.why)}</div>"
        f'<div class="gw-quiet">{escape(_sentence(p.plan["note"]))} {escape(total(wanted))}</div>'
    )


def _row(p: PlanReview, draft: dict[str, Any], i: int, step: Step, takes: Estimate) -> None:
    id = step["id"]
    with st.container(key=f"board-step-{p.id}-{id}", gap="small"):
        with st.container(horizontal=True, vertical_alignment="top", gap="small", wrap=False):
            st.checkbox(
                label(f"Do step {id}"), value=id not in draft["out"], key=f"keep-{p.id}-{id}", label_visibility="collapsed",
                on_change=_toggle, args=(p, "out", id, f"keep-{p.id}-{id}", False),
            )  # fmt: skip
            st.html(step_html(step, takes, i + 1, out=id in draft["out"]), width="stretch")
        with st.container(horizontal=True, gap="small", vertical_alignment="center", key=f"board-tools-{p.id}-{id}"):
            _edit(p, draft, step)
            many = len(draft["steps"]) > 2
            if many:
                _move(p, id, -1, "Earlier", ":material/arrow_upward:", i == 0)
                _move(p, id, 1, "Later", ":material/arrow_downward:", i == len(draft["steps"]) - 2)
            st.button(label(f"Remove {id}"), key=f"drop-{p.id}-{id}", type="tertiary", icon=":material/delete:",
                      help=label(f"Remove {id}"), on_click=_drop, args=(p, id))  # fmt: skip
            tool = session.groundwork().steering.tools(session.user()).get(step["tool"])
            if tool and tool.risk != "read" and settled(step):
                st.checkbox(
                    "Approve this very call as well", value=id in draft["grant"], key=f"grant-{p.id}-{id}",
                    help="Should it need your yes later in the run: given now, for exactly these arguments, once.",
                    on_change=_toggle, args=(p, "grant", id, f"grant-{p.id}-{id}", True),
                )  # fmt: skip


def _move(p: PlanReview, id: str, by: int, word: str, icon: str, off: bool) -> None:
    said = label(f"{word}: {id}")
    st.button(said, key=f"move{by}-{p.id}-{id}", type="tertiary", icon=icon, help=said, disabled=off,
              on_click=_moved, args=(p, id, by))  # fmt: skip


# --- editing
def _edit(p: PlanReview, draft: dict[str, Any], step: Step) -> None:
    box = st.popover(
        "Edit", key=f"edit-{p.id}-{step['id']}", type="tertiary", icon=":material/edit:", on_change="rerun"
    )
    if box.open:
        with box:
            _fields(p, draft, step)


def _fields(p: PlanReview, draft: dict[str, Any], step: Step) -> None:
    id, at = step["id"], f"{p.id}-{step['id']}"
    tools = session.groundwork().steering.tools(session.user())
    st.text_input("Title", step["title"], key=f"title-{at}")
    usable = sorted({*tools, step["tool"]} - {""}) + ([""] if not step["tool"] else [])
    tool = st.selectbox(
        "Tool",
        usable,
        index=usable.index(step["tool"]),
        key=f"tool-{at}",
        format_func=lambda n: n or "(none: it thinks)",
    )
    others = [s["id"] for s in draft["steps"][:-1] if s["id"] != id] + [k for k in p.known if k != id]
    st.multiselect("After these steps", others, [n for n in step["needs"] if n in others], key=f"needs-{at}")
    keys: dict[str, str] = {}
    schema = tools[tool].schema() if tool in tools else {}
    for name, about in fields.properties(schema).items():
        key = keys[name] = f"arg-{at}-{tool}-{name}"
        value = step["args"].get(name, about.get("default")) if tool == step["tool"] else about.get("default")
        fields.field(label(name.replace("_", " ")), value, key, about)
    if keys:
        fields.explain()
    st.button("Keep this", key=f"save-{at}", type="primary", on_click=_save, args=(p, id, keys))


def _save(p: PlanReview, id: str, keys: Mapping[str, str]) -> None:
    draft, at, given = _draft(p), f"{p.id}-{id}", st.session_state
    step = next(s for s in draft["steps"] if s["id"] == id)
    tool = given.get(f"tool-{at}", step["tool"])
    tools = session.groundwork().steering.tools(session.user())
    args = fields.read(tools[tool].schema() if tool in tools else {}, keys)
    step |= {"title": given.get(f"title-{at}", step["title"]), "tool": tool, "args": args}
    step["needs"] = [*given.get(f"needs-{at}", step["needs"])]
    draft["grant"].discard(id)  # it was given for other arguments
    st.session_state.pop(f"grant-{p.id}-{id}", None)
    st.session_state[f"edit-{at}"] = False  # closes it
    _touched(p)


def _toggle(p: PlanReview, which: str, id: str, key: str, on: bool) -> None:
    chosen = _draft(p)[which]
    (chosen.add if bool(st.session_state[key]) is on else chosen.discard)(id)
    _touched(p)


def _moved(p: PlanReview, id: str, by: int) -> None:
    draft = _draft(p)
    steps = draft["steps"]
    i = next(i for i, s in enumerate(steps) if s["id"] == id)
    if 0 <= i + by < len(steps) - 1:
        steps[i], steps[i + by] = steps[i + by], steps[i]
        _touched(p)


def _drop(p: PlanReview, id: str) -> None:
    draft = _draft(p)
    draft["steps"] = [s for s in draft["steps"] if s["id"] != id]
    for s in draft["steps"]:
        s["needs"] = [n for n in s["needs"] if n != id]
    _touched(p)


def _add(p: PlanReview) -> None:
    usable = sorted(session.groundwork().steering.tools(session.user()))
    box = st.popover("Add a step", key=f"add-{p.id}", icon=":material/add:", on_change="rerun")
    if box.open and usable:
        with box:
            st.selectbox("What should it use?", usable, key=f"add-tool-{p.id}")
            st.text_input("Title", key=f"add-title-{p.id}", placeholder="What it is for")
            st.button("Add", key=f"add-ok-{p.id}", type="primary", on_click=_added, args=(p,))
            st.caption("Its arguments are filled in with Edit.")


def _added(p: PlanReview) -> None:
    draft = _draft(p)
    tool = st.session_state[f"add-tool-{p.id}"]
    taken = {*(s["id"] for s in p.plan["steps"]), *(s["id"] for s in draft["steps"]), *p.known}
    id = next(i for n in range(1, 1000) if (i := f"u{n}") not in taken)
    title = st.session_state.get(f"add-title-{p.id}", "").strip() or f"Use {tool}"
    step = Step(id=id, title=title, role="researcher", tool=tool, args={}, needs=[], reason="You added this step.")
    draft["steps"] = [*draft["steps"][:-1], step, draft["steps"][-1]]
    st.session_state[f"add-{p.id}"] = False  # closes it
    _touched(p)


def _send_back(p: PlanReview) -> None:
    with st.popover("Send back", key=f"back-{p.id}"):
        key = f"back-why-{p.id}"
        st.text_area("What should be different? The agent reads it and plans anew.", key=key, height=80)
        st.button("Send back", key=f"back-ok-{p.id}", type="primary", on_click=_sent_back, args=(p, key))


def _approve(p: PlanReview, kept: list[str]) -> None:
    draft, gw = _draft(p), session.groundwork()
    steps = draft["steps"]
    granted = [s["id"] for s in steps if s["id"] in draft["grant"]]
    _look(session.attempt(gw.steering.approve_plan, session.user(), p.id, steps, kept, granted))


def _sent_back(p: PlanReview, key: str) -> None:
    done = session.groundwork().steering.send_back_plan
    _look(session.attempt(done, session.user(), p.id, st.session_state.get(key, "")))


def _look(done: PlanReview | None) -> None:
    """Wait a moment for the run to go on, so that the next drawing shows it."""
    if done is not None:
        st.session_state.get("boards", {}).pop(done.id, None)
        gw = session.groundwork()
        gw.wait(session.user(), done.run, gw.run(session.user(), done.run).last, 0.3)


def _reset(p: PlanReview) -> None:
    session.attempt(session.groundwork().steering.keep_draft, session.user(), p.id, None)
    st.session_state.get("boards", {}).pop(p.id, None)
    for key in [k for k in st.session_state if isinstance(k, str) and k.startswith((f"keep-{p.id}", f"grant-{p.id}"))]:
        del st.session_state[key]


def _sentence(text: str) -> str:
    """A model's own words, ended so that another sentence can follow."""
    return text if not text or text.rstrip()[-1:] in ".!?…:" else f"{text.rstrip()}."
