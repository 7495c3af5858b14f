"""Documents by their names: what a tool is told is a document's id, which tells a person nothing.

For what is shown, and for the fields in which arguments are edited; what is sent on is the id again.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, cast

import streamlit as st

from agents.base import Json
from ui import session

if TYPE_CHECKING:
    from runs.service import Groundwork

Names = Mapping[str, str]  # a document's name by its id
NONE: Names = {}
_ID = re.compile(r"\b[0-9a-f]{16}\b")
_KEPT = 5  # seconds: a panel that is drawn twice a second need not read all of them each time


def of_documents() -> Names:
    return _of(session.groundwork(), session.user())


@st.cache_resource(ttl=_KEPT, max_entries=100, show_spinner=False)
def _of(_service: Groundwork, user: str) -> Names:
    return {d.id: d.name for d in _service.memory(user).documents()}


def named(text: str, names: Names) -> str:
    """The text with the names of documents in the place of their ids. The id of one that was deleted stays."""
    return _ID.sub(lambda m: names.get(m[0], m[0]), text)


def in_words(value: Json, names: Names = NONE) -> str:
    """An argument as people read it: a list of plain values without brackets, documents by their names."""
    if isinstance(value, list) and value and all(isinstance(v, str | int | float) for v in value):
        return ", ".join(in_words(v, names) for v in value)
    return named(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False), names)


def with_names(value: Json, names: Names) -> Json:
    """The value for a field: a name that two documents have would not say which, so there the id stays."""
    often = Counter(names.values())
    return _each(value, {id: name for id, name in names.items() if often[name] == 1})


def with_ids(value: Json, names: Names) -> Json:
    """What was typed into that field, as it is sent on."""
    often = Counter(names.values())
    return _each(value, {name: id for id, name in names.items() if often[name] == 1})


def _each(value: Json, other: Mapping[str, str]) -> Json:
    if isinstance(value, str):
        return other.get(value, value)
    if isinstance(value, list):
        return [_each(v, other) for v in value]
    if isinstance(value, dict):
        return cast(Json, {k: _each(v, other) for k, v in value.items()})
    return value
