"""The fields in which a step's arguments are edited, made from the schema of its tool, and what was typed into them.

On the plan board, where a step is run again, and where a call waits for a yes. It checks nothing: the service says what does not fit.
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
    """Of an MCP tool the schema is a stranger's: what is no property by its form is left out."""
    found = schema.get("properties")
    return {k: v for k, v in found.items() if isinstance(v, Mapping)} if isinstance(found, Mapping) else {}


def field(title: str, value: Json, key: str, about: Mapping[str, Any]) -> None:
    """A text, number or switch in a field of its own; what is nested as JSON."""
    value = names.with_names(value, names.of_documents())
    text = "" if value is None else value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    told = label(str(about.get("description", ""))) or None  # of an MCP tool, a stranger's words
    if isinstance(value, bool) or (about.get("type") == "boolean" and not isinstance(value, str)):
        st.checkbox(title, bool(value), key=key, help=told)
    elif len(text) > _AREA or "\n" in text:
        st.text_area(title, text, key=key, help=told, height=140)
    else:
        st.text_input(title, text, key=key, help=told)


def explain() -> None:
    st.caption("`${s1.value}` stands for what step s1 finds; `${s1.text}` for its text.")


def read(
    schema: Mapping[str, Any], keys: Mapping[str, str], asked: Mapping[str, Json] | None = None
) -> dict[str, Json]:
    """The arguments as they stand in the fields. keys: of the session state, by argument.

    asked: the arguments of a call that is waited with, where that is what is edited.
    """
    known, given, ids = properties(schema), st.session_state, names.of_documents()
    read_ = {n: _read(given.get(k), known.get(n, {}), (asked or {}).get(n)) for n, k in keys.items()}
    return {n: names.with_ids(v, ids) for n, v in read_.items() if v is not None}


def _read(value: Any, about: Mapping[str, Any], asked: Json) -> Json:
    """A field's value as JSON; a text where a text was asked for, or else the schema takes one, stays one. An empty one
    is left out, so that the default holds, but not where something was asked for: nobody approved the default."""
    if value is None:
        return asked
    if not isinstance(value, str) or isinstance(asked, str):
        return value
    if asked is None:
        if not value.strip():
            return None
        kinds = {about.get("type"), *(x.get("type") for x in about.get("anyOf", ()))}
        if "string" in kinds or not kinds - {None}:
            return value
    try:
        return cast(Json, json.loads(value))
    except ValueError:
        return value  # the check says what is wrong with it
