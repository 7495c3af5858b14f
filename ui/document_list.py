"""The documents on the Memory page: filtered by folder, tag and words of their names; placed, opened, deleted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

import streamlit as st

from ui import session
from ui.render import escape, label

_SHOWN = 25  # documents listed at once
_FILTERS_FROM = 8  # documents from which on the list can be filtered


def draw(docs: Sequence[Any]) -> None:
    st.subheader(f"Documents ({len(docs):,})", anchor=False)
    chosen = _filtered(docs)
    shown = st.session_state.get("documents", _SHOWN)
    with st.container(key="documents", gap="small"):
        for d in chosen[:shown]:
            asked = st.session_state.get("deleting-document") == d.id  # then there are two buttons with words
            with st.container(horizontal=True, wrap=asked, vertical_alignment="center", gap="small", key=f"doc-{d.id}"):
                st.html(_html(d))
                _place_button(d)
                _delete_button(d)
            if st.session_state.get("placing-document") == d.id:
                _place_form(d)
    if not chosen:
        st.html('<p class="gw-quiet">No document fits. Choose another folder or tag, or clear the words.</p>')
    if len(chosen) > shown:
        st.button(
            f"Show more ({len(chosen) - shown:,})", key="more-documents", type="tertiary", on_click=_more, args=(shown,)
        )


def _filtered(docs: Sequence[Any]) -> list[Any]:
    folders = sorted({d.folder for d in docs if d.folder})
    tags = sorted({t for d in docs for t in d.tags})
    if len(docs) < _FILTERS_FROM and not folders and not tags:
        return list(docs)
    with st.container(horizontal=True, gap="small", key="document-filters"):
        words = st.text_input("Name", key="filter-name", placeholder="Part of a name", label_visibility="collapsed")
        folder = (
            st.selectbox(
                "Folder", folders, None, key="filter-folder", placeholder="All folders", label_visibility="collapsed"
            )
            if folders
            else None
        )
        tag = (
            st.selectbox("Tag", tags, None, key="filter-tag", placeholder="All tags", label_visibility="collapsed")
            if tags
            else None
        )
    return [
        d
        for d in docs
        if words.casefold() in f"{d.name} {d.title}".casefold()
        and (not folder or d.folder == folder or d.folder.startswith(f"{folder}/"))
        and (not tag or tag in d.tags)
    ]


def _html(d: Any) -> str:
    pages = f"{d.pages} page{'' if d.pages == 1 else 's'}" if d.pages else ""
    facts = [
        d.format.upper(),
        pages,
        f"{d.passages:,} passage{'' if d.passages == 1 else 's'}",
        size(d.bytes),
        d.added[:10],
        d.folder and f"in {d.folder}",
        *(f"#{t}" for t in d.tags),
    ]
    stem = d.name.rsplit(".", 1)[0].casefold()
    said = [
        f"“{d.title}”" if d.title and d.title.casefold() != stem else "",
        f"by {d.author}" if d.author else "",
        f"of {d.date}" if d.date else "",
        f"language: {d.language}" if d.language and d.language != "en" else "",
        f"from {d.origin}" if d.origin else "",
        f"not read of it: {d.skipped[0]}{f' and {len(d.skipped) - 1} more' if len(d.skipped) > 1 else ''}"
        if d.skipped
        else "",
    ]
    about = " · ".join(escape(s) for s in said if s)
    more = f'<div class="gw-facts">{about}</div>' if about else ""
    link = f"reader?document={quote(d.id)}"
    return (
        f'<div class="gw-doc"><a class="gw-doc-name" href="{link}" target="_self"><b>{escape(d.name)}</b></a>'
        f'<div class="gw-facts">{" · ".join(escape(f) for f in facts if f)}</div>{more}</div>'
    )


def size(count: int) -> str:
    if count < 1000:
        return f"{count} bytes"
    return f"{count / 1000:.0f} KB" if count < 1_000_000 else f"{count / 1_000_000:.1f} MB"


def _place_button(d: Any) -> None:
    st.button(
        f"Folder and tags of {label(d.name)}", key=f"place-{d.id}", icon=":material/folder:", type="tertiary", help="Folder and tags",
        on_click=_place, args=("" if st.session_state.get("placing-document") == d.id else d.id,),
    )  # fmt: skip


def _place_form(d: Any) -> None:
    with st.form(f"place-form-{d.id}", border=True):
        st.text_input("Folder", d.folder, key=f"folder-{d.id}", placeholder="Contracts/2026")
        st.text_input("Tags, with commas between them", ", ".join(d.tags), key=f"tags-{d.id}")
        st.form_submit_button("Save", on_click=_save_place, args=(d.id,))


def _place(document: str) -> None:
    st.session_state["placing-document"] = document


def _save_place(document: str) -> None:
    folder, tags = st.session_state[f"folder-{document}"], st.session_state[f"tags-{document}"].split(",")
    session.attempt(session.groundwork().memory(session.user()).place, document, folder, tags)
    st.session_state.pop("placing-document", None)


def _delete_button(d: Any) -> None:
    if st.session_state.get("deleting-document") == d.id:
        st.button("Delete it", key=f"yes-{d.id}", type="primary", on_click=_delete, args=(d.id,))
        st.button("Keep", key=f"no-{d.id}", on_click=_ask, args=("",))
    else:
        st.button(
            f"Delete {label(d.name)}",
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


def receipt() -> None:
    """What the last deletion did, and how that was checked."""
    done = st.session_state.pop("receipt", None)
    if done is None:
        return
    if done.status == "deleted" and done.left == 0:
        proof = "".join(f"<li>{escape(p)}</li>" for p in done.proof)
        how = f"<details><summary>How that was checked</summary><ul>{proof}</ul></details>" if proof else ""
        text = f"Deleted: {done.passages:,} passages removed, nothing left: 0 passages found when searched again."
        st.html(f'<div class="gw-note gw-note-good" role="status"><b>{escape(done.name)}</b> {text}{how}</div>')
    else:
        left = f" {done.left:,} passages were still found." if done.left else ""
        st.html(
            f'<div class="gw-note gw-note-bad" role="alert"><b>{escape(done.name)}</b> {escape(done.message)}{left}</div>'
        )


def _more(shown: int) -> None:
    st.session_state["documents"] = shown + _SHOWN
