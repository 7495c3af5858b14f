"""The memory page: what Groundwork remembers. Take in, look at, search and delete documents; facts about the user."""

from __future__ import annotations

from html import escape
from typing import Any

import streamlit as st

from runs.types import Upload
from ui import documents, session
from ui.render import label

_SHOWN = 25  # documents listed at once
_RECALLED = 8


def page() -> None:
    memory = session.groundwork().memory(session.user())
    st.title("Memory", anchor=False)
    message = session.notice()
    if message:
        st.error(label(message), icon=":material/error:")
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
    _receipt()
    if docs:
        _documents(docs)
        _search(memory)
    _facts(memory)


def _uploader() -> None:
    turn = st.session_state.setdefault("uploader", 0)
    st.file_uploader(
        "Add documents: PDF, Word, PowerPoint, Excel, CSV, HTML, Markdown, text, e-mail, JSON",
        accept_multiple_files=True,
        key=f"upload-{turn}",
        on_change=_uploaded,
        args=(turn,),
    )


def _uploaded(turn: int) -> None:
    files = st.session_state.get(f"upload-{turn}") or []
    if files:
        documents.take_in([Upload(f.name, f.getvalue()) for f in files])
        st.session_state["uploader"] = turn + 1  # a fresh uploader: what is queued is shown below it


def _documents(docs: list[Any]) -> None:
    shown = st.session_state.get("documents", _SHOWN)
    st.subheader(f"Documents ({len(docs)})", anchor=False)
    with st.container(key="documents", gap="small"):
        for d in docs[:shown]:
            with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"doc-{d.id}"):
                st.html(_document_html(d))
                _delete_button(d)
    if len(docs) > shown:
        st.button(
            f"Show more ({len(docs) - shown})", key="more-documents", type="tertiary", on_click=_more, args=(shown,)
        )


def _document_html(d: Any) -> str:
    pages = f"{d.pages} page{'' if d.pages == 1 else 's'}" if d.pages else ""
    facts = [
        d.format.upper(),
        pages,
        f"{d.passages:,} passage{'' if d.passages == 1 else 's'}",
        size(d.bytes),
        d.added[:10],
    ]
    return f'<div class="gw-doc"><b>{escape(d.name)}</b><div class="gw-facts">{" · ".join(escape(f) for f in facts if f)}</div></div>'


def size(count: int) -> str:
    if count < 1000:
        return f"{count} bytes"
    return f"{count / 1000:.0f} KB" if count < 1_000_000 else f"{count / 1_000_000:.1f} MB"


def _delete_button(d: Any) -> None:
    if st.session_state.get("deleting-document") == d.id:
        st.button("Delete it", key=f"yes-{d.id}", type="primary", on_click=_delete, args=(d.id,))
        st.button("Keep", key=f"no-{d.id}", on_click=_ask, args=("",))
    else:
        st.button(
            "",
            key=f"delete-{d.id}",
            icon=":material/delete:",
            type="tertiary",
            help=f"Delete {label(d.name)}",
            on_click=_ask,
            args=(d.id,),
        )


def _ask(document: str) -> None:
    st.session_state["deleting-document"] = document


def _delete(document: str) -> None:
    receipt = session.attempt(session.groundwork().delete_document, session.user(), document)
    st.session_state.pop("deleting-document", None)
    if receipt is not None:
        st.session_state["receipt"] = receipt


def _receipt() -> None:
    receipt = st.session_state.pop("receipt", None)
    if receipt is None:
        return
    if receipt.status == "deleted" and receipt.left == 0:
        text = f"Deleted: {receipt.passages:,} passages removed, nothing left: 0 passages found when searched again."
        st.html(f'<div class="gw-note gw-note-good" role="status"><b>{escape(receipt.name)}</b> {text}</div>')
    else:
        left = f" {receipt.left:,} passages were still found." if receipt.left else ""
        st.html(
            f'<div class="gw-note gw-note-bad" role="alert"><b>{escape(receipt.name)}</b> {escape(receipt.message)}{left}</div>'
        )


def _more(shown: int) -> None:
    st.session_state["documents"] = shown + _SHOWN


def _search(memory: Any) -> None:
    st.subheader("What would be recalled", anchor=False)
    query = st.text_input(
        "Search your documents",
        key="recall",
        placeholder="A question or some words, as you would ask in the chat",
        label_visibility="collapsed",
    )
    if not query.strip():
        return
    found = memory.search(query, k=_RECALLED)
    st.html(
        "".join(_passage_html(i, p) for i, p in enumerate(found, 1))
        or '<p class="gw-quiet">Nothing comes near that.</p>'
    )


def _passage_html(rank: int, p: Any) -> str:
    where = " · ".join(x for x in (p.title, p.locator) if x)
    by = [
        f"meaning: {'rank ' + str(p.dense_rank) if p.dense_rank else 'not found'}",
        f"words: {'rank ' + str(p.lexical_rank) if p.lexical_rank else 'not found'}",
        f"similarity {p.similarity:.2f}" if p.similarity else "",
    ]
    return (
        f'<div class="gw-recalled"><div><b>{rank}</b> {escape(where)}</div><div class="gw-facts">{" · ".join(b for b in by if b)}</div>'
        f'<div class="gw-recalled-text">{escape(p.text)}</div></div>'
    )


def _facts(memory: Any) -> None:
    facts = memory.facts()
    st.subheader("What you told it", anchor=False)
    if not facts:
        st.html('<p class="gw-quiet">Nothing yet. Say “remember that …” in the chat.</p>')
    for fact in facts:
        with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"fact-{fact.id}"):
            st.html(
                f'<div class="gw-doc">{escape(fact.text)}<div class="gw-facts">{escape(fact.added[:10])}</div></div>'
            )
            st.button(
                "",
                key=f"forget-{fact.id}",
                icon=":material/delete:",
                type="tertiary",
                help="Forget this",
                on_click=_forget,
                args=(fact.id,),
            )


def _forget(fact: str) -> None:
    session.attempt(session.groundwork().memory(session.user()).forget, [fact])
