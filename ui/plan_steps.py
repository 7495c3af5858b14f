"""The steps of a plan that waits, as HTML: what each would do, with which arguments, and what it takes by experience."""

from __future__ import annotations

from agents.base import Step
from runs.usual import Estimate
from ui import names, session
from ui.approvals import RISKS
from ui.render import escape, exact
from ui.timeline import seconds

_SHOWN = 300  # characters of an argument on the board before the rest is folded


def total(wanted: list[Estimate]) -> str:
    """A sum of what is known, and what is not."""
    took = [e.seconds for e in wanted if e.seconds is not None]
    parts = [f"about {seconds(sum(took))}"] if any(took) else []
    tokens = sum(e.tokens or 0 for e in wanted)
    parts += [f"{tokens:,} tokens"] if tokens else []
    money = sum(e.money or 0 for e in wanted)
    parts += [f"${money:.4f}"] if money else []
    unknown = sum(e.seconds is None for e in wanted)
    more = f"{unknown} step{'' if unknown == 1 else 's'} not used before" if unknown else ""
    if not parts:
        return "How long it takes is not known yet." if unknown else ""
    return f"Going by earlier runs: {', '.join(parts)}{'; ' + more if more else ''}."


def step_html(step: Step, takes: Estimate, number: int, *, out: bool = False, answer: bool = False) -> str:
    tools = session.groundwork().steering.tools(session.user())
    tool = tools.get(step["tool"])
    facts = [step["role"], step["tool"] or ("writes the answer" if answer else "works with its tools"), _takes(takes)]
    tag = f'<span class="gw-tag">{escape(RISKS[tool.risk])}</span>' if tool and tool.risk != "read" else ""
    tag += '<span class="gw-tag">fetches from outside</span>' if tool and tool.external and tool.risk == "read" else ""
    after = (
        f'<span class="gw-quiet">after {escape(", ".join(step["needs"]))}</span>'
        if step["needs"] and not answer
        else ""
    )
    known = names.of_documents()
    rows = "".join(
        f"<dt>{escape(k.replace('_', ' '))}</dt><dd>{exact(names.in_words(v, known), _SHOWN)}</dd>"
        for k, v in step["args"].items()
        if v not in (None, "", [], {}) and not answer
    )
    args = f'<dl class="gw-args">{rows}</dl>' if rows else ""
    reason = f'<div class="gw-quiet">{escape(step["reason"])}</div>' if step["reason"] and not answer else ""
    return (
        f'<div class="gw-board{" gw-left-out" if out else ""}"><div>{number}. <b>{escape(step["title"])}</b> '
        f'<span class="gw-id">{escape(step["id"])}</span> {after} {tag}</div>'
        f'<div class="gw-facts">{" · ".join(escape(f) for f in facts if f)}</div>{reason}{args}</div>'
    )


def _takes(e: Estimate) -> str:
    parts = [f"about {seconds(e.seconds)}" if e.seconds else "" if e.seconds == 0 else "not used before"]
    parts += [f"{e.tokens:,} tokens" if e.tokens else "", f"${e.money:.4f}" if e.money else ""]
    return ", ".join(x for x in parts if x)
