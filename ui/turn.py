"""One turn of a conversation: the goal, the answer with its citations, what to do when there is none, the panel.

The same function draws a turn that works and one that ended, in the same places, so nothing jumps when it ends.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from graph.budgets import GO_ON, STOP
from graph.events import AT_WORK, OPEN, AnswerChecked
from runs.types import Run
from ui import again, citations, names, panel, plan_board, proposal, session, take_away
from ui.render import answer_html, escape, label, live_links, told
from ui.timeline import RunView

POLL = 0.5  # seconds between two looks at the event log
WRITING, PIECE = 0.35, 0.1  # seconds of each look in which an answer is drawn as it is written, and between two pieces


_SCROLL = """<script>setTimeout(() => document.querySelector(".st-key-turn-box-%s")
  ?.scrollIntoView({behavior: "%s", block: "start"}), 80)</script>"""
_ROOM = "<style>.st-key-turn-box-%s { min-height: calc(100vh - 12rem); }</style>"


def draw(run: Run) -> None:
    with st.container(key=f"turn-box-{run.id}"):
        _draw(run)


def bring_into_view(thread: str, runs: Sequence[Run], wanted: str = "") -> None:
    """The latest turn is what the reader sees when a conversation is opened and when a goal is sent, else the `wanted` one.

    It gets the room to stand at the top of the page, so that nothing moves while its answer grows.
    """
    latest = runs[-1].id if len(runs) > 1 else ""
    if latest.isalnum():
        st.html(_ROOM % latest)
    opened = st.session_state.get("placed") != thread
    sent = st.session_state.pop("sent", "") != ""
    st.session_state["placed"] = thread
    if wanted.isalnum() and any(r.id == wanted for r in runs):
        st.html(_SCROLL % (wanted, "instant"), unsafe_allow_javascript=True)
    elif latest.isalnum() and (opened or sent):
        st.html(_SCROLL % (latest, "smooth" if sent else "instant"), unsafe_allow_javascript=True)


def _draw(run: Run) -> None:
    with st.chat_message("user", avatar=":material/person:"):
        files = "".join(f'<span class="gw-file">{escape(f)}</span>' for f in run.files)
        st.html(f'<div class="gw-goal">{escape(run.goal)}</div>{f"<div>{files}</div>" if files else ""}')
        again.lineage(run)
    with st.chat_message("assistant", avatar=":material/foundation:"):
        every = POLL if run.status in AT_WORK else None
        st.fragment(_reply, run_every=every, key=f"turn-{run.id}")(run.id, run.status)
        if run.status == "waiting":  # in the main script, so that a click is never queued behind a poll
            for plan in session.groundwork().steering.plans(session.user(), run.id):
                plan_board.draw(plan)


def _reply(run_id: str, drawn: str) -> None:
    """A fragment: reads the status first, so that nothing it then draws can be older than what it acts on."""
    if not session.user():  # the session was ended meanwhile: the page says so
        st.rerun()
    run = session.groundwork().run(session.user(), run_id)
    if run.status != drawn or st.session_state.pop("redraw", False):
        st.rerun()
    view = session.follow(run)
    with st.container(key=f"answer-{run_id}", gap="small"):
        _failed_files(view)
        _shortfall(run, view)
        if view.answer and _says_more(run, view.answer):
            _answer(run, view, view.answer)
        elif view.draft:
            view = _written(run, view)
        _outcome(run, view)
    if run.status in AT_WORK:
        panel.live_panel(run_id, view, time.time(), names.of_documents())
    else:
        ended = run.status not in OPEN
        under = (lambda step, last: again.draw(run, view, step, last)) if ended else None
        panel.past_panel(run_id, view, under, names.of_documents())


_LEAD = 30  # characters: "This could not be done: "


def _says_more(run: Run, answer: AnswerChecked) -> bool:
    """Is it more than the reason, which the note beside it tells?"""
    said, told_above = answer.text.strip(), (answer.reason or run.reason).strip()
    return not told_above or not said.endswith(told_above) or len(said) > len(told_above) + _LEAD


def _told_below(run: Run, answer: AnswerChecked) -> bool:
    """Does the answer, as it is drawn, tell the reason itself? Then the note above it does not tell it as well."""
    reason = (answer.reason or run.reason).strip()
    if answer.outcome == "partial" and answer.text.startswith(answer.reason):  # it is cut there
        return False
    return bool(reason) and reason in answer.text and _says_more(run, answer)


def _written(run: Run, view: RunView) -> RunView:
    """The answer as it is being written, drawn piece by piece until the next look at the whole; returns the latest view."""
    going = run.status in AT_WORK
    said = "Being written; it is checked when it is done." if going else "This was not checked."
    place, until = st.empty(), time.monotonic() + WRITING
    while True:
        place.html(f'{answer_html(view.draft)[0]}<div class="gw-quiet">{said}</div>')
        if not going or time.monotonic() >= until:
            return view
        time.sleep(PIECE)
        now = session.follow(run)
        if now.answer or not now.draft:
            return view  # drawn at the next look, with all that belongs to it
        view = now


def _failed_files(view: RunView) -> None:
    bad = [f for f in view.ingested if f.status == "failed"]
    if bad:
        items = "".join(f"<div>{told(f.name, f.message)}</div>" for f in bad)
        st.html(f'<div class="gw-note gw-note-bad" role="alert">{items}</div>')


def _answer(run: Run, view: RunView, answer: AnswerChecked) -> None:
    numbers = {citations.number(s, i): s for i, s in enumerate(answer.sources)}
    html, lost = answer_html(
        answer.text.removeprefix(answer.reason)
        if answer.outcome == "partial"
        else answer.text,  # the note above tells it
        answer.claims,
        lambda n: citations.chip(run.id, numbers[n], n) if n in numbers else "",
        live_links(run.goal, answer.sources),
    )
    items = "".join(f"<li>{escape(c['text'])} <span class='gw-quiet'>{escape(c['reason'])}</span></li>" for c in lost)
    missing = f'<div class="gw-note gw-note-warn">Not found in the sources:<ul>{items}</ul></div>' if items else ""
    notes = "".join(f"<div>{escape(str(n))}</div>" for n in _listed(answer.data.get("notes")))
    missing += f'<div class="gw-note gw-note-quiet">{notes}</div>' if notes else ""
    st.html(html + missing + citations.sources_html(run.id, answer.sources, citations.in_own_words(answer)))
    _chart(answer.data.get("chart"))
    sql = answer.data.get("sql")
    if sql:
        with st.expander("SQL", type="compact", key=f"sql-{run.id}"):
            st.code(str(sql), language="sql")
    if run.status not in OPEN:
        take_away.draw(run, view, answer)
        proposal.draw(run)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _chart(chart: Any) -> None:
    if not isinstance(chart, Mapping) or not chart.get("x") or len(chart["x"]) != len(chart.get("y") or ()):
        return
    import altair as alt
    import pandas as pd

    across, up = str(chart.get("x_label") or "x"), str(chart.get("y_label") or "y")
    frame = pd.DataFrame({"x": [str(x) for x in chart["x"]], "y": chart["y"]})
    level = len(frame) * max(map(len, frame["x"])) < 60  # do the names fit beside each other?
    base = alt.Chart(frame).encode(
        x=alt.X("x:N", title=across, sort=None, axis=alt.Axis(labelAngle=0 if level else -40, labelLimit=160)),
        y=alt.Y("y:Q", title=up),
        tooltip=[alt.Tooltip("x:N", title=across), alt.Tooltip("y:Q", title=up, format=",")],
    )
    drawn = (
        base.mark_line(point=True) if chart.get("kind") == "line" else base.mark_bar(size=min(60, 500 // len(frame)))
    )
    st.altair_chart(drawn.properties(height=280))


def _shortfall(run: Run, view: RunView) -> None:
    """Above an answer that is not the whole answer: what is missing and why."""
    if not view.answer or run.status in ("failed", "cancelled"):
        return
    reason = view.answer.reason or run.reason
    if not reason and view.answer.outcome == "not_answered":
        reason = "Try other words, or add a document that holds the answer."
    reason = escape(reason[:1].upper() + reason[1:])  # a model's may begin in lower case
    if _told_below(run, view.answer):
        reason = ""
    if view.answer.outcome == "not_answered":
        _note("warn", "Not answered.", reason)
    elif view.answer.outcome == "partial":
        _note("warn", "Only part of this is answered.", reason)


def _outcome(run: Run, view: RunView) -> None:
    """A run that ended without its answer, or waits, says so, why, and what to do next."""
    reason = escape(run.reason)
    kept = "" if view.answer else "What was written until then is above." if view.draft else "Nothing was written yet."
    if run.status == "failed":
        _note("bad", "This run failed.", reason or "The reasoning below shows how far it came. You can try again.")
        _row_of_retries(run)
    elif run.status == "cancelled":
        first, _, rest = (run.reason or "Stopped.").partition(". ")
        _note("quiet", f"{escape(first.rstrip('.'))}.", f"{escape(rest)} {kept}".strip())
        _row_of_retries(run)
    elif run.status == "waiting" and view.asking:
        _approvals(view)
    elif run.status == "waiting" and view.reviewing:
        pass  # its board says so
    elif run.status == "waiting":
        _question(run, view)


def _note(kind: str, title: str, text: str) -> None:
    """`text` is escaped already."""
    st.html(f'<div class="gw-note gw-note-{kind}"><b>{title}</b> {text}</div>')


def _row_of_retries(run: Run) -> None:
    with st.container(horizontal=True, gap="small", key=f"again-row-{run.id}"):
        st.button(
            "Go on", key=f"go-on-{run.id}", on_click=_go_on, args=(run.id,), icon=":material/play_arrow:",
            help="From where it was; what is done is not done again",
        )  # fmt: skip
        st.button("Try again", key=f"again-{run.id}", on_click=submit, args=(run.goal,), icon=":material/refresh:")


def _go_on(run_id: str) -> None:
    session.attempt(session.groundwork().go_on, session.user(), run_id)


def _approvals(view: RunView) -> None:
    """Told here, decided on the card below the conversation."""
    steps = view.plan.steps if view.plan else {}
    whys: dict[str, list[str]] = {}
    for asked in view.asking.values():
        what = f"{asked.tool} ({steps[asked.step].title})" if asked.step in steps else asked.tool
        whys.setdefault(asked.why, []).append(what)
    for why, what in whys.items():
        st.html(
            f'<div class="gw-note gw-note-ask"><b>Waits for your yes: {escape(", ".join(what))}.</b> {escape(why)}</div>'
        )


def _question(run: Run, view: RunView) -> None:
    question = run.question or view.waiting
    if run.ask_at_edge and GO_ON in (run.options or view.options):
        _at_edge(run, question)
        return
    st.html(f'<div class="gw-note gw-note-ask"><b>A question before it goes on:</b> {escape(question)}</div>')
    with st.container(horizontal=True, gap="small"):
        for i, option in enumerate(run.options or view.options):
            st.button(label(option, 80), key=f"option-{run.id}-{i}", on_click=reply, args=(run.id, option))
    st.caption("Choose one, or write your own reply below.")


def _at_edge(run: Run, question: str) -> None:
    _note("warn", "A limit was reached.", escape(question))
    with st.container(horizontal=True, gap="small"):
        st.button(
            GO_ON,
            key=f"option-{run.id}-0",
            type="primary",
            icon=":material/play_arrow:",
            on_click=reply,
            args=(run.id, GO_ON),
        )
        st.button(STOP, key=f"option-{run.id}-1", icon=":material/stop:", on_click=reply, args=(run.id, STOP))
    st.caption("It waits for you. What was found so far is kept either way.")


def submit(goal: str, uploads: tuple = ()) -> None:
    """Commit a goal and look for its first event, so that the next drawing already shows it."""
    gw, user = session.groundwork(), session.user()
    run = session.attempt(gw.submit, user, goal, session.thread(), uploads, gw.steering.asks_at_edge(user))
    if run is not None:
        session.show_thread(run.thread)
        st.session_state["sent"] = run.id
        gw.wait(user, run.id, run.last, 0.2)


def reply(run_id: str, text: str) -> None:
    session.attempt(session.groundwork().reply, session.user(), run_id, text)
