"""The memory page: what Groundwork remembers. Take in, look at, search and delete documents; facts about the user."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import streamlit as st

from memory.ranking import WORDS
from runs.types import Upload
from ui import document_list, documents, episodes, facts, session, statistics, watched
from ui.render import escape, label

_RECALLED = 8


def page() -> None:
    memory = session.groundwork().memory(session.user())
    st.title("Memory", anchor=False)
    session.tell_notice()
    docs = memory.documents()
    if not docs:
        st.html(
            '<p class="gw-lead">Nothing here yet. Add documents and Groundwork reads them, keeps them on this machine and quotes them, '
            "with the page, when you ask.</p>"
        )
    _uploader()
    if not docs:
        documents.samples_button("Add the sample documents")
    documents.queue(always=True)
    watched.draw(len(docs))
    statistics.reembedding(memory)
    document_list.receipt()
    if docs:
        _search()
        document_list.draw(docs)
        statistics.draw(docs)
    facts.draw(memory)
    episodes.draw()


def _uploader() -> None:
    turn = st.session_state.setdefault("uploader", 0)
    ways = {"files": "Files", "folder": "A folder", "address": "A web address", "watch": "Watch a folder or feed"}
    way = st.segmented_control(
        "Add documents", [*ways], default="files", format_func=ways.__getitem__, key="upload-way"
    )
    if way == "address":
        with st.form("address-form", clear_on_submit=True, border=False):
            st.text_input(
                "A page, a document or a sitemap.xml", key="address", placeholder="https://example.org/handbook.pdf"
            )
            st.form_submit_button("Take it in", on_click=_address)
        return
    if way == "watch":
        watched.form()
        return
    folder = way == "folder"
    st.file_uploader(
        "A folder with everything in it" if folder else
        "PDF, Word, PowerPoint, Excel, OpenDocument, EPUB, RTF, CSV, HTML, Markdown, text, source code, e-mail, pictures of text, recordings, ZIP",
        accept_multiple_files="directory" if folder else True,
        key=f"{'folder' if folder else 'upload'}-{turn}",
        on_change=_uploaded,
        args=(turn, "folder" if folder else "upload"),
    )  # fmt: skip


def _uploaded(turn: int, way: str) -> None:
    files = st.session_state.get(f"{way}-{turn}") or []
    # Streamlit may call this twice for one change, when a drawing (that of the queue, say) is asked for meanwhile.
    if files and turn == st.session_state["uploader"]:
        st.session_state["uploader"] = turn + 1  # a fresh uploader: what is queued is shown below it
        documents.take_in([_upload(f.name, f.getvalue()) for f in files])


def _upload(path: str, data: bytes) -> Upload:
    """A file of a folder comes with its path."""
    folder, _, name = path.replace("\\", "/").rpartition("/")
    return Upload(name, data, folder)


def _address() -> None:
    address = st.session_state.get("address", "")
    job = session.attempt(session.groundwork().files.accept_address, session.user(), address, "")
    documents.remember_as_ours([job] if job else [])


def _search() -> None:
    st.subheader("What the agent would see", anchor=False)
    query = st.text_input(
        "Search your documents",
        key="recall",
        placeholder="A question or some words, as you would ask in the chat",
        label_visibility="collapsed",
    )
    if not query.strip():
        return
    said, found = session.groundwork().learning.seen(session.user(), query, _RECALLED)
    if said:
        st.caption(label(said))
    st.html(
        "".join(_passage_html(i, p) for i, p in enumerate(found, 1))
        or '<p class="gw-quiet">Nothing comes near that.</p>'
    )


def _passage_html(rank: int, p: Any) -> str:
    where = " · ".join(x for x in (p.title, p.locator) if x)
    by = [
        f"meaning {p.similarity:.2f} ({'rank ' + str(p.dense_rank) if p.dense_rank else 'not among the nearest'})",
        f"words {p.words:.2f} (rank {p.lexical_rank})" if p.lexical_rank else "words: none of them",
        f"together {p.score:.2f}" if p.score else "",
    ]
    whole = 1 + WORDS  # both at their best
    drawn = (
        f'<span class="gw-scores" aria-hidden="true"><i style="width:{100 * max(0.0, p.similarity) / whole:.1f}%"></i>'
        f'<i style="width:{100 * WORDS * p.words / whole:.1f}%"></i></span>'
    )
    link = f'<a href="reader?passage={quote(p.id)}" target="_self">Open in the document</a>'
    return (
        f'<div class="gw-recalled"><div><b>{rank}</b> {escape(where)}</div>{drawn}<div class="gw-facts">{" · ".join(b for b in by if b)}</div>'
        f'<div class="gw-recalled-text">{escape(p.text)}</div><div class="gw-facts">{link}</div></div>'
    )
