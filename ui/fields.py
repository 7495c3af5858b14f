"""The fields in which a step's arguments are edited, made from the schema of its tool, and what was typed into them.

On the plan board and where a step is run again. It checks nothing: the service says what does not fit.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, cast

import streamlit as st

from agents.base import Json
from ui import names
from ui.render import label

_AREA = 60  # characters from which a text is edited in an area


def properties(schema: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    return dict(schema.get("properties") or {})


def field(title: str, value: Json, key: str, about: Mapping[str, Any]) -> None:
    value = names.with_names(value, names.of_documents())
    text = "" if value is None else value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    told = label(str(about.get("description", ""))) or None  # of an MCP tool, a stranger's words
    if about.get("type") == "boolean" and not isinstance(value, str):
        st.checkbox(title, bool(value), key=key, help=told)
    elif len(text) > _AREA or "\n" in text:
        st.text_area(title, text, key=key, help=told, height=140)
    else:
        st.text_input(title, text, key=key, help=told)


def explain() -> None:
    st.caption("`${s1.value}` stands for what step s1 finds; `${s1.text}` for its text.")


def read(schema: Mapping[str, Any], keys: Mapping[str, str]) -> dict[str, Json]:
    """The arguments as they stand in the fields. keys: of the session state, by argument."""
    known, given, ids = properties(schema), st.session_state, names.of_documents()
    read_ = {n: _read(given.get(k), known.get(n, {})) for n, k in keys.items()}
    return {n: names.with_ids(v, ids) for n, v in read_.items() if v is not None}


def _read(value: Any, about: Mapping[str, Any]) -> Json:
    """A field's value as JSON; a text where the schema takes a text stays one. An empty one is left out: the default."""
    if not isinstance(value, str):
        return value
    if not value.strip():
        return None
    kinds = {about.get("type"), *(x.get("type") for x in about.get("anyOf", ()))}
    if "string" in kinds or not kinds - {None}:
        return value
    try:
        return cast(Json, json.loads(value))
    except ValueError:
        return value  # the check says what is wrong with it
