"""The reasoning panel: how a run's view (`ui/timeline.py`) is drawn. It reads nothing and decides nothing.

While the run works the panel is a plain expander whose label tells what happens now; its identity does not change with
the label, so it stays open and focused. Afterwards it folds to a summary and is filled only when someone opens it.
Each step is one piece of HTML: a step that did not change is not redrawn, and what the reader unfolded stays so.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from graph.events import PlanReviewed, RunForked, Tainted
from ui import plan_graph
from ui.episodes import like_html
from ui.names import NONE, Names, named
from ui.plan_graph import dot
from ui.render import escape, label, told
from ui.step_html import changed_html, step_html, thought_html, used_text, verdict_html, who
from ui.timeline import RunView, seconds
from ui.views import PlanView, StepView

Under = Callable[[StepView, bool], None]  # draws what belongs under a step; is it of the last plan?


def live_panel(run: str, view: RunView, now: float, names: Names = NONE) -> None:
    took = view.worked(now) if view.since else now - view.begun  # before its start: how long it has been in the queue
    line = f"{view.activity()} · {seconds(took)}" if view.begun else view.activity()
    with st.expander(label(line, 90), key=f"live-{run}"):
        st.html(f'<div class="gw-quiet">{escape(budget_text(view, now))}</div>')
        draw(view, None, names)


def budget_text(view: RunView, now: float) -> str:
    """What is used of the run's budgets: "7 of 40 tool calls · 12.0 s of 600 s · 3,100 of 400,000 tokens"."""
    limits = view.limits
    parts = [f"{_tool_calls(view)} of {limits['tool_calls']:g} tool calls"] if "tool_calls" in limits else []
    if "seconds" in limits:
        parts.append(f"{seconds(view.worked(now))} of {limits['seconds']:g} s")
    if view.used:
        tokens = sum(u.input_tokens + u.output_tokens for u in view.used)
        parts.append(f"{tokens:,} of {limits['tokens']:,} tokens" if limits.get("tokens") else f"{tokens:,} tokens")
        money = sum(u.money for u in view.used if u.money > 0)
        most = f" of ${limits['money']:.2f}" if limits.get("money") else ""
        parts += [f"${money:.4f}{most}"] if money or most else []
    return " · ".join(parts)


def _tool_calls(view: RunView) -> int:
    """A step that a new plan took over stands in both plans, and its calls count once."""
    return sum(len(s.calls) for s in {id(s): s for p in view.plans for s in p.steps.values()}.values())


def past_panel(run: str, view: RunView, under: Under | None = None, names: Names = NONE) -> None:
    box = st.expander(label(view.summary() if view.ended else view.activity()), key=f"past-{run}", on_change="rerun")
    if box.open:
        with box:
            draw(view, under, names)


def draw(view: RunView, under: Under | None = None, names: Names = NONE) -> None:
    """names: of the documents that arguments name by their ids."""
    st.html(_opening_html(view))
    if view.tainted:
        st.html(_tainted_html(view.tainted))
    for rejected in view.rejected:
        if not view.plan or rejected.number <= view.plans[0].number:
            st.html(_rejected_html(rejected.reasons))
    for i, plan in enumerate(view.plans):
        _draw_plan(view, plan, i < len(view.plans) - 1, under, names)
    closing = _closing_html(view)
    if closing:
        st.html(closing)


def _draw_plan(view: RunView, plan: PlanView, replaced: bool, under: Under | None, names: Names) -> None:
    if plan.number > 1:
        reasons = next((v.reason for v in reversed(view.verdicts) if v.word == "replan"), "")
        st.html(f'<div class="gw-row gw-warn"><b>New plan ({plan.number})</b> {escape(reasons)}</div>')
        for rejected in view.rejected:
            if rejected.number == plan.number:
                st.html(_rejected_html(rejected.reasons))
    st.html(_plan_html(plan) + "".join(_review_html(r, names) for r in view.reviewed if r.number == plan.number))
    if replaced:
        done = [s for s in plan.steps.values() if s.attempts]
        if not done:
            st.html('<div class="gw-quiet">No step of this plan was started.</div>')
        for s in done:
            st.html(step_html(s, names))
            if under:
                under(s, False)
        return
    if len(plan.steps) > 1:
        st.graphviz_chart(dot(plan), width="content", alt=plan_graph.in_words(plan))
    for s in plan.steps.values():
        st.html(step_html(s, names))
        if under:
            under(s, True)


def _opening_html(view: RunView) -> str:
    rows = [_forked_html(view.forked)] if view.forked else []
    for f in view.ingested:
        mark, kind = ("✕", "gw-bad") if f.status == "failed" else ("✓", "gw-good")
        rows.append(f'<span class="{kind}">{mark}</span> {told(f.name, f.message)}')
    if view.recalled:
        r = view.recalled
        counts = (
            (r.passages, "passage"), (r.facts, "fact"), (r.turns, "earlier turn"), (r.episodes, "similar goal"),
        )  # fmt: skip
        found = ", ".join(f"{n} {noun}{'' if n == 1 else 's'}" for n, noun in counts if n)
        rows.append(f"Recalled {found or 'nothing'} · {seconds(r.seconds)}")
    rows += [changed_html(c) for c in view.changed if not c.step]
    if view.thoughts:
        rows.append(thought_html(view.thoughts))
    if view.resumed:
        times = "once" if view.resumed == 1 else f"{view.resumed} times"
        rows.append(f"Went on {times} after a wait or a restart")
    rows += [f"Asked: {escape(q)}{' — you said: ' + escape(a) if a else ''}" for q, a in view.questions]
    return "".join(f'<div class="gw-row">{r}</div>' for r in rows) or '<div class="gw-row gw-quiet">Nothing yet.</div>'


def _forked_html(forked: RunForked) -> str:
    taken = f"Taken over: {', '.join(forked.taken)}." if forked.taken else "Nothing was taken over."
    items = "".join(f"<li>{escape(c)}</li>" for c in forked.changes)
    return f"<b>Run again from {escape(forked.step)}</b> {escape(taken)}" + (f"<ul>{items}</ul>" if items else "")


def _tainted_html(tainted: Tainted) -> str:
    return (
        f'<div class="gw-row gw-warn"><b>Read content of others</b> {escape(tainted.source)}: {escape(tainted.why)}. '
        '<span class="gw-quiet">From here on, what writes or leaves this machine waits for your yes.</span></div>'
    )


def _rejected_html(reasons: Sequence[str]) -> str:
    items = "".join(f"<li>{escape(r)}</li>" for r in reasons)
    return f'<div class="gw-row gw-warn"><b>A plan was refused</b><ul>{items}</ul></div>'


def _plan_html(plan: PlanView) -> str:
    note = escape(plan.plan["note"] or "Plan")
    kind = f'<span class="gw-quiet">{escape(plan.plan["intent"])} · {seconds(plan.seconds)}</span>'
    return f'<div class="gw-row"><b>Plan.</b> {note} {kind}{like_html(plan.plan.get("like"))}</div>'


def _review_html(r: PlanReviewed, names: Names) -> str:
    word = {"approved": "Approved", "sent_back": "Sent back", "withdrawn": "Not decided"}[r.word]
    by = f" by {escape(who(r.by))}" if r.by else ""
    calls = [f"Calls approved with it: {', '.join(r.granted)}."] if r.granted else []
    changes = [named(c, names) for c in r.changes]
    items = "".join(f"<li>{escape(c)}</li>" for c in [*([r.reason] if r.reason else []), *changes, *calls])
    kind = "gw-good" if r.word == "approved" else "gw-warn"
    return f'<div class="gw-row"><b class="{kind}">{word}</b>{by}{f"<ul>{items}</ul>" if items else ""}</div>'


def _agent(view: RunView) -> str:
    """Who worked on it: also the models that took over."""
    others = dict.fromkeys(u.model for u in view.used if u.model != view.agent)
    return f"agent: {', then '.join([view.agent, *others])}" if view.agent else ""


def _closing_html(view: RunView) -> str:
    rows = [verdict_html(v) for v in view.verdicts if not v.steps]
    rows += [
        f'<div class="gw-row gw-warn">A limit was reached: {escape(b.budget)}{f" ({b.limit:g})" if b.limit else ""}.</div>'
        for b in view.budgets
    ]
    rows += [
        f'<div class="gw-row">{escape(who(b.by, first=True))} extended the {escape(b.budget.replace("_", " "))} to {b.limit:g}.</div>'
        for b in view.extended
    ]
    if view.ended:
        tools = _tool_calls(view)
        total = [
            view.summary(),
            f"{tools} tool call{'' if tools == 1 else 's'}",
            _agent(view),
        ]
        if view.used:
            calls = len(view.used)
            total.append(f"{calls} model call{'' if calls == 1 else 's'}, {used_text(view.used)}")
        if view.answer and view.answer.claims:
            counts = {
                k: sum(c["support"] == k for c in view.answer.claims) for k in ("supported", "computed", "unsupported")
            }
            total.append(", ".join(f"{n} {k}" for k, n in counts.items() if n) + " claims")
        rows.append(f'<div class="gw-row gw-quiet">{escape(" · ".join(x for x in total if x))}</div>')
    return "".join(rows)
