"""The reader: a document's text, or a PDF's page or a picture as it looks, with the passage marked that a citation points at.

Opened from a citation, a search result or the list of documents, by its address: `?passage=ID` with `&q=` for the words
that were quoted, or `?document=ID`. Whose document it is, is checked by memory, which knows only its own user's.
"""

from __future__ import annotations

from typing import Any

import streamlit as st

from memory.parsing.formats import DRAWN
from memory.types import MemoryFault
from ui import session
from ui.citations import highlighted
from ui.render import escape, label

_AROUND = 2  # passages shown before and after the one that is marked
_AT_ONCE = 12  # passages of a document read from its beginning


def page() -> None:
    memory = session.groundwork().memory(session.user())
    passage = memory.passage(st.query_params.get("passage", ""))
    wanted = passage.document if passage else st.query_params.get("document", "")
    document = next((d for d in memory.documents() if d.id == wanted), None)
    if document is None:
        st.title("Not in your memory", anchor=False)
        st.html('<p class="gw-quiet">This document was deleted, or it was never yours.</p>')
        return
    st.title(label(document.name), anchor=False)
    st.html(f'<p class="gw-quiet">{escape(_about(document))}</p>')
    if document.skipped:
        left = "".join(f"<li>{escape(s)}</li>" for s in document.skipped)
        st.html(f'<div class="gw-note gw-note-warn">Not read of this file:<ul>{left}</ul></div>')
    quoted = st.query_params.get("q", "")
    passages = memory.passages(document.id)
    at = next((i for i, p in enumerate(passages) if passage and p.id == passage.id), 0)
    if document.format in DRAWN:
        drawn = st.segmented_control(
            "Show", ["As it looks", "As text"], default="As it looks", key="reader-way", label_visibility="collapsed"
        )
        if drawn != "As text":
            _pages(memory, document, passages, at if passage else -1, quoted)
            return
    _text(passages, at, bool(passage), quoted)


def _about(d: Any) -> str:
    parts = (
        d.title if d.title and d.title not in d.name else "", f"by {d.author}" if d.author else "", f"of {d.date}" if d.date else "",
        f"{d.pages} pages" if d.pages > 1 else "", f"in {d.folder}" if d.folder else "", f"from {d.origin}" if d.origin else "",
        f"added {d.added[:10]}", f"in place of the version of {d.replaced[:10]}" if d.replaced else "",
    )  # fmt: skip
    return " · ".join(p for p in parts if p)


def _pages(memory: Any, document: Any, passages: list[Any], at: int, quoted: str) -> None:
    start = max(1, passages[at].page) if at >= 0 and passages else 1
    shown = start
    if document.pages > 1:
        key = f"reader-page-{document.id}-{at}"
        shown = int(st.number_input(f"Page, of {document.pages:,}", 1, document.pages, start, key=key, width=160))
    phrases = ()
    if at >= 0:
        phrases = (quoted,) if quoted else (passages[at].text,)
    try:
        picture = _drawn(memory, session.user(), document.id, shown, phrases)
    except MemoryFault as e:
        st.html(f'<p class="gw-quiet">This page cannot be drawn ({escape(str(e))}); here is its text.</p>')
        _text([p for p in passages if p.page in (0, shown)], 0, False, "")
        return
    with st.container(key="reader-paper"):
        st.image(picture, width="stretch")


@st.cache_data(max_entries=40, show_spinner="Drawing the page …")
def _drawn(_memory: Any, owner: str, document: str, number: int, phrases: tuple[str, ...]) -> bytes:  # noqa: ARG001 (keeps the cached pages of two people apart)
    return _memory.draw_page(document, number, phrases)


def _text(passages: list[Any], at: int, marked: bool, quoted: str) -> None:
    shown = st.session_state.get("reader-shown", _AT_ONCE)
    first, last = (max(0, at - _AROUND), at + _AROUND + 1 + shown - _AT_ONCE) if marked else (0, shown)
    out, heading, end = [], "", -1
    for p in passages[first:last]:
        if p.heading != heading:
            heading = p.heading
            out.append(f'<div class="gw-facts">{escape(heading)}{f" · page {p.page}" if p.page else ""}</div>')
        text = p.text[max(0, end - p.start) :] if end > p.start and not (marked and p is passages[at]) else p.text
        end = p.end
        here = marked and p is passages[at]
        body = highlighted(text, quoted or text) if here else escape(text)
        out.append(f'<div class="gw-read{" gw-read-here" if here else ""}">{body}</div>')
    st.html("".join(out) or '<p class="gw-quiet">This document has no text.</p>')
    if last < len(passages):
        st.button("Read on", key="read-on", type="tertiary", on_click=_more, args=(shown,))


def _more(shown: int) -> None:
    st.session_state["reader-shown"] = shown + _AT_ONCE
