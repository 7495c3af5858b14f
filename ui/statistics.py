"""What is in memory, drawn: passages by kind and by folder, and how it grew; and how far a change of model is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import streamlit as st

from memory.index import Reembedding
from ui import session
from ui.document_list import size
from ui.render import label

_FROM = 3  # documents
_BARS = 10
_POLL = 1.0


def draw(docs: Sequence[Any]) -> None:
    if len(docs) < _FROM:
        return
    passages = sum(d.passages for d in docs)
    with st.expander(
        f"{passages:,} passages of {len(docs):,} documents, {size(sum(d.bytes for d in docs))}", key="statistics"
    ):
        _bars("By kind of file", Counter[str](), docs, lambda d: d.format.upper())
        if len({d.folder for d in docs}) > 1:
            _bars("By folder", Counter[str](), docs, lambda d: d.folder.split("/")[0] or "(no folder)")
        _growth(docs)


def _bars(title: str, passages: Counter[str], docs: Sequence[Any], kind: Any) -> None:
    import altair as alt
    import pandas as pd

    files = Counter(kind(d) for d in docs)
    for d in docs:
        passages[kind(d)] += d.passages
    kinds = [k for k, _ in passages.most_common(_BARS)]
    frame = pd.DataFrame({"kind": kinds, "passages": [passages[k] for k in kinds], "files": [files[k] for k in kinds]})
    chart = alt.Chart(frame, title=title).mark_bar(size=14).encode(
        x=alt.X("passages:Q", title="passages", axis=alt.Axis(tickMinStep=1)),
        y=alt.Y("kind:N", sort="-x", title=None, axis=alt.Axis(labelLimit=150, labelOverlap=False)),
        tooltip=["kind", "files", alt.Tooltip("passages", format=",")],
    )  # fmt: skip
    st.altair_chart(chart.properties(height=alt.Step(24)))


def _growth(docs: Sequence[Any]) -> None:
    """Passages there are, day by day, of what is still there; nothing when all came on one day."""
    import altair as alt
    import pandas as pd

    days = Counter[str]()
    for d in docs:
        days[d.added[:10]] += d.passages
    if len(days) < 2:
        return
    frame = pd.DataFrame({"day": pd.to_datetime(sorted(days)), "added": [days[k] for k in sorted(days)]})
    frame["passages"] = frame["added"].cumsum()
    chart = alt.Chart(frame, title="Since when").mark_area(interpolate="step-after", opacity=0.5, line=True).encode(
        x=alt.X("day:T", title=None, axis=alt.Axis(format="%d %b %Y", labelOverlap=True, tickCount=5)),
        y=alt.Y("passages:Q", title="passages"),
        tooltip=[alt.Tooltip("day:T", format="%Y-%m-%d"), alt.Tooltip("added", format=","), alt.Tooltip("passages", format=",")],
    )  # fmt: skip
    st.altair_chart(chart.properties(height=160))


def reembedding(memory: Any) -> None:
    """While another embedding model takes over: how far it is. After it failed: why, and what that means."""
    state: Reembedding | None = memory.reembedding
    if state is not None:
        st.fragment(_reembedding, run_every=None if state.problem else _POLL, key="reembedding")()


def _reembedding() -> None:
    state = session.groundwork().memory(session.user()).reembedding
    if state is None:
        st.html(
            '<div class="gw-note gw-note-good" role="status">Your documents are found with the new model now.</div>'
        )
    elif state.problem:
        st.warning(
            label(
                f"The change to the embedding model {state.model} stopped at {state.done:,} of {state.total:,} passages. {state.problem}"
            )
        )
    else:
        share = min(1.0, state.done / state.total) if state.total else 0.0
        st.progress(
            share,
            text=label(
                f"Embedding anew with {state.model}: {state.done:,} of {state.total:,} passages. Until it is done the old index answers."
            ),
        )
