"""A plan as a picture: one node a step, coloured by its state, and the same in words. Pure; `ui/panel.py` shows it."""

from __future__ import annotations

from graph.plan_fold import waits_for
from text.unseen import dropped
from ui.views import PlanView, StepView

STATES = {
    "pending": ("○", "waiting"),
    "running": ("◐", "running"),
    "ok": ("✓", "done"),
    "failed": ("✕", "failed"),
    "skipped": ("–", "skipped"),
    "stopped": ("■", "stopped"),
}
# Fill and text of a node; each reads on a light and on a dark page.
_COLOURS = {
    "pending": ("transparent", "#8a8a82"),
    "running": ("#b7791f", "#ffffff"),
    "ok": ("#23805f", "#ffffff"),
    "failed": ("#b3423c", "#ffffff"),
    "skipped": ("#77776f", "#ffffff"),
    "stopped": ("#77776f", "#ffffff"),
}


def dot(plan: PlanView) -> str:
    """The plan as a graph, left to right, one node a step, coloured by state."""
    lines = [
        "digraph {",
        'rankdir=LR; bgcolor="transparent"; nodesep=0.18; ranksep=0.3; pad=0.05;',
        'node [shape=box, style="rounded,filled", fontname="sans-serif", fontsize=12, margin="0.14,0.08", penwidth=1.2];',
        'edge [color="#8a8a82", arrowsize=0.6];',
    ]
    for s in plan.steps.values():
        fill, ink = _COLOURS[s.state]
        text = _wrapped(f"{STATES[s.state][0]} {s.title}")
        border = ink if fill == "transparent" else fill
        lines.append(
            f'{_quote(s.step["id"])} [label={_quote(text)}, fillcolor="{fill}", fontcolor="{ink}", color="{border}"];'
        )
    for s in plan.steps.values():
        lines += [f"{_quote(n)} -> {_quote(s.step['id'])};" for n in _direct_needs(plan, s)]
    return "\n".join([*lines, "}"])


def _direct_needs(plan: PlanView, s: StepView) -> list[str]:
    """Needs that no other need implies: the last step needs them all, which would hide the shape of the plan."""

    def before(id: str, seen: set[str]) -> set[str]:
        for n in waits_for(plan.steps[id].step):
            if n in plan.steps and n not in seen:
                seen.add(n)
                before(n, seen)
        return seen

    needs = [n for n in waits_for(s.step) if n in plan.steps]
    implied = {x for n in needs for x in before(n, set())}
    return [n for n in needs if n not in implied]


def _quote(text: str) -> str:
    return '"' + dropped(text).replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def _wrapped(text: str, width: int = 21, lines: int = 3) -> str:
    out = [""]
    for word in text.split():
        if out[-1] and len(out[-1]) + len(word) >= width:
            out.append("")
        out[-1] = f"{out[-1]} {word}".strip()
    return "\n".join(out[:lines]) + ("…" if len(out) > lines else "")


def in_words(plan: PlanView) -> str:
    return "Plan: " + "; ".join(f"{s.title} ({STATES[s.state][1]})" for s in plan.steps.values())
