"""One step of a plan as HTML: what it was to do, its calls with what they returned, thoughts, approvals, verdicts.

Pure; `ui/panel.py` puts the steps into the panel. All text of others is escaped here.
"""

from __future__ import annotations

from collections.abc import Sequence

from agents.base import Json, Source
from graph.events import ApprovalAsked, ApprovalDecided, ModelChanged, ModelErred, ModelUsed
from graph.plan_fold import waits_for
from runs.accounts import LOCAL
from runs.spending import Spent
from ui.names import NONE, Names, in_words
from ui.plan_graph import STATES
from ui.render import escape
from ui.timeline import seconds
from ui.views import StepView, ToolUse, Verdict

_FOLD = 320  # characters of a result shown before the rest is folded


def step_html(s: StepView, names: Names = NONE) -> str:
    mark, word = STATES[s.state]
    facts = [s.step["role"], s.step["tool"] or _work(s)]
    if s.attempts > 1:
        facts.append(f"{s.attempts} attempts")
    if s.seconds or s.state == "ok":
        facts.append(seconds(s.seconds))
    if s.used:
        facts.append(used_text(s.used))
    elif s.tokens:
        facts.append(f"{s.tokens:,} tokens")
    body = [f'<div class="gw-quiet">{escape(s.step["reason"])}</div>' if s.step["reason"] else ""]
    body += [_approval_html(asked, decided) for asked, decided in s.approvals]
    for i, c in enumerate(s.calls):
        body += [thought_html(t.text) for t in s.thoughts if t.at == i]
        body.append(_call_html(c, s.step["tool"], names))
    body += [thought_html(t.text) for t in s.thoughts if t.at >= len(s.calls)]
    body += [changed_html(c) for c in s.changed]
    above = [x for c in s.calls for x in (c.text, c.error) if x]
    if s.text and not any(x.startswith(s.text[:200]) for x in above):  # a step of one call repeats its text
        body.append(_long(s.text, "gw-result"))
    body += [verdict_html(v, [*above, s.text]) for v in s.verdicts]
    needs = f'<span class="gw-quiet">after {escape(", ".join(after))}</span>' if (after := waits_for(s.step)) else ""
    return (
        f'<div class="gw-step gw-{s.state}"><span class="gw-mark" title="{word}">{mark}</span><div class="gw-step-body">'
        f'<div><span class="gw-id">{escape(s.step["id"])}</span> <b>{escape(s.title)}</b> {needs}</div>'
        f'<div class="gw-facts">{" · ".join(map(escape, facts))}</div>{"".join(body)}</div></div>'
    )


def _work(s: StepView) -> str:
    return "works with its tools" if s.calls else "writes"


def _approval_html(asked: ApprovalAsked, decided: ApprovalDecided | None) -> str:
    out = [f'<div class="gw-verdict"><span class="gw-warn">asked for a yes</span> {escape(asked.why)}</div>']
    if decided:
        kind = "gw-good" if decided.word == "approved" else "gw-bad"
        more = [
            f"by {who(decided.by)}" if decided.by else "",
            "for the whole run" if decided.for_run else "",
            decided.reason,
        ]
        if decided.edited:
            more.append("with edited arguments")
        details = escape(" · ".join(x for x in more if x))
        out.append(f'<div class="gw-verdict"><span class="{kind}">{decided.word}</span> {details}</div>')
    return "".join(out)


def _call_html(c: ToolUse, planned: str = "", names: Names = NONE) -> str:
    name = f'<div><span class="gw-id">{escape(c.tool)}</span></div>' if c.tool != planned else ""
    args = "".join(
        f"<dt>{escape(str(k))}</dt><dd>{escape(_value(v, names))}</dd>"
        for k, v in c.args.items()
        if v not in ("", None, [])
    )
    out = [name, f'<dl class="gw-args">{args}</dl>' if args else ""]
    if c.returned:
        out.append(_long(c.text, "gw-result"))
        out.append(_sources_html(c.sources))
        if c.undone:
            out.append(
                f'<div class="gw-warn"><b>Undone</b> by {escape(who(c.undone.by))}. {escape(c.undone.text)}</div>'
            )
    elif c.error:
        again = f" Tried again after {c.retry_after:g} s." if c.retry_after >= 0 else ""
        out.append(f'<div class="gw-bad">{escape(c.error)}{again}</div>')
    return "".join(out)


def _value(value: Json, names: Names) -> str:
    text = in_words(value, names)
    return text if len(text) <= 600 else text[:600] + "…"


def _sources_html(sources: Sequence[Source]) -> str:
    if not sources:
        return ""
    items = "".join(
        f"<li>{escape(' · '.join(x for x in (s['title'], s['locator']) if x))}"
        + (' <span class="gw-tag">external content</span>' if s["trust"] == "external" else "")
        + (f'<div class="gw-quiet">“{escape(s["quote"][:400])}”</div>' if s["quote"] else "")
        + "</li>"
        for s in sources
    )
    return (
        f"<details><summary>{len(sources)} source{'' if len(sources) == 1 else 's'}</summary><ol>{items}</ol></details>"
    )


def verdict_html(v: Verdict, above: Sequence[str] = ()) -> str:
    """above: what stands above it already."""
    kind = "gw-good" if v.word in ("accept", "finish") else "gw-warn"
    faults = "".join(f"<li>{escape(f)}</li>" for f in v.faults if f not in above)
    return (
        f'<div class="gw-verdict"><span class="{kind}">checker: {escape(v.word.replace("_", " "))}</span> {escape(v.reason)}'
        + (f"<ul>{faults}</ul>" if faults else "")
        + "</div>"
    )


def thought_html(text: str) -> str:
    return _long(" ".join(text.split()), "gw-thought")


def changed_html(c: ModelChanged | ModelErred) -> str:
    if isinstance(c, ModelErred):
        again = f"after {c.retry_after:g} s" if c.retry_after else "at once"
        return f'<div class="gw-warn">{escape(c.error)} It was asked again {again}.</div>'
    return f'<div class="gw-warn">{escape(c.reason)} It went on with {escape(c.after)}.</div>'


def used_text(used: Sequence[ModelUsed]) -> str:
    """Tokens, and money where it is known: "1,240 tokens · $0.0031"."""
    asked, said = sum(u.input_tokens for u in used), sum(u.output_tokens for u in used)
    return str(
        Spent(1, len(used), asked, said, sum(u.money for u in used if u.money > 0), all(u.money >= 0 for u in used))
    )


def _long(text: str, kind: str) -> str:
    if not text.strip():
        return ""
    if len(text) <= _FOLD:
        return f'<div class="{kind}">{escape(text)}</div>'
    head = text[:_FOLD].rsplit(" ", 1)[0]
    return (
        f'<details class="{kind}"><summary>{escape(head)} … <u>show all</u></summary>'
        f'<div class="gw-scroll">{escape(text)}</div></details>'
    )


def who(name: str, first: bool = False) -> str:
    """The user of an install without accounts has no name. first: it begins the sentence."""
    return ("You" if first else "you") if name == LOCAL else name
