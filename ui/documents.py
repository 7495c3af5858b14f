"""What chat and the memory page share about uploads: the queue with its progress, the samples, goals to try on them."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from runs.types import FileQueue, IngestJob, Upload
from ui import session
from ui.render import label, told

_POLL = 0.5
_SHOWN = 8
_WORKING = ("queued", "working")


def working(jobs: Sequence[IngestJob]) -> bool:
    return any(j.state in _WORKING for j in jobs)


def busy() -> bool:
    """Is something being taken in?"""
    now = session.groundwork().files.queue(session.user())
    return now.open > 0 and not now.stopped


def queue(always: bool = False) -> None:
    """The uploads that are being taken in; with `always` also the last ones that ended, and what can be done about them."""
    now = session.groundwork().files.queue(session.user())
    busy = now.open > 0 and not now.stopped
    if now.open or (always and (now.failed or session.groundwork().jobs(session.user(), 1))):
        st.fragment(_queue, run_every=_POLL if busy else None, key="queue")(always, busy)


def _queue(always: bool, drawn_busy: bool) -> None:
    files, user = session.groundwork().files, session.user()
    now = files.queue(user)
    if (now.open > 0 and not now.stopped) != drawn_busy:
        st.rerun()
    with st.container(key="jobs", gap="small"):
        for job in now.at_work[:_SHOWN]:
            st.progress(share(job), text=label(f"{job.name}: {stage(job)}"))
        if now.open:
            _controls(now)
        if always:
            ended = _worth_telling(session.groundwork().jobs(user))
            if ended:
                st.html("".join(_ended_html(j) for j in ended))
            _failed(now)


def _controls(now: FileQueue) -> None:
    files = session.groundwork().files
    left = f"{now.open:,} to go" + (f", {now.counts.get('done', 0):,} done" if now.open > _SHOWN else "")
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="queue-controls"):
        st.caption(f"{left}. Stopped: it waits until you go on." if now.stopped else left)
        if now.stopped:
            st.button(
                "Go on", key="queue-go", icon=":material/play_arrow:", on_click=session.mine, args=(files.stop, False)
            )
        elif now.open > 1:
            st.button("Stop", key="queue-stop", icon=":material/pause:", on_click=session.mine, args=(files.stop,))
        if now.open > 1:
            st.button(
                "Take the rest out",
                key="queue-cancel",
                type="tertiary",
                on_click=session.mine,
                args=(files.cancel,),
            )


def _failed(now: FileQueue) -> None:
    """What was not taken in, with its reason and another try."""
    files = session.groundwork().files
    for job in now.failed[:_SHOWN]:
        with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"failed-{job.id}"):
            st.html(_ended_html(job))
            st.button("Try again", key=f"retry-{job.id}", on_click=session.mine, args=(files.retry, job.id))
            st.button(
                f"Do not show {label(job.name)} any more", key=f"dismiss-{job.id}", icon=":material/close:",
                type="tertiary", help="Do not show this any more",
                on_click=session.mine, args=(files.dismiss, job.id),
            )  # fmt: skip
    if len(now.failed) > _SHOWN:
        st.caption(f"and {len(now.failed) - _SHOWN} more that failed")


def _worth_telling(jobs: Sequence[IngestJob]) -> list[IngestJob]:
    """What ended well in this session, newest first; what was in an archive or sitemap after what was asked for itself."""
    mine: set[str] = st.session_state.get("ingested", set())
    ended = [j for j in jobs if j.state not in _WORKING and not failed(j) and (j.id in mine or j.parent in mine)]
    return sorted(ended, key=lambda j: j.id not in mine)[:_SHOWN]


def failed(job: IngestJob) -> bool:
    return job.state == "failed" or job.status == "failed"


def take_in(uploads: Sequence[Upload]) -> None:
    """Queue files for memory, and remember which they were, to tell how they fared."""
    remember_as_ours(session.attempt(session.groundwork().ingest, session.user(), uploads) or ())


def remember_as_ours(jobs: Sequence[IngestJob]) -> None:
    """This session is told how they end, and what was in them."""
    st.session_state["ingested"] = st.session_state.get("ingested", set()) | {j.id for j in jobs}


def share(job: IngestJob) -> float:
    return min(1.0, max(0.0, job.done / job.total)) if job.total > 0 else 0.0


def stage(job: IngestJob) -> str:
    if job.state == "queued":
        return "waiting"
    return f"{job.stage or 'starting'} {job.done:,}/{job.total:,}" if job.total > 1 else job.stage or "starting"


def _ended_html(job: IngestJob) -> str:
    mark = '<span class="gw-bad">✕</span>' if failed(job) else '<span class="gw-good">✓</span>'
    return f'<div class="gw-row">{mark} {told(job.name, job.message or job.status)}</div>'


def samples_button(text: str) -> None:
    """Not while files are being taken in: then the queue is shown."""
    if working(session.groundwork().jobs(session.user())):
        return
    st.button(text, key="samples", on_click=take_samples, icon=":material/folder_open:")
    st.caption("A services contract, a sales table and a purchasing policy. They are deleted like any other document.")


def take_samples() -> None:
    from memory.samples import samples

    take_in([Upload(name, data) for name, data, _ in samples()])


def goals(names: Sequence[str]) -> Sequence[str]:
    """Goals worth trying on what is in memory, or nothing when it is empty."""
    if not names:
        return ()
    from memory.samples import samples

    if {name for name, _, _ in samples()} <= set(names):
        return SAMPLE_GOALS
    tables = [n for n in names if n.lower().endswith((".csv", ".xlsx", ".parquet", ".jsonl"))]
    texts = [n for n in names if n not in tables]
    out = [f"Summarise {n} in 5 sentences" for n in texts[:2]]
    out += [f"How many rows are in {n}?" for n in tables[:2]]
    return (*out, "What have I uploaded?")


SAMPLE_GOALS = (
    "What is the limit of liability in the services agreement?",
    "Total revenue by region in 2025, as a chart",
    "Compare the notice periods in the services agreement and the purchasing policy",
    "Summarise the services agreement in 4 sentences",
)
