"""What is wrong with a tool's arguments, as words that a person or a model can act on: which one, and what to put there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

_KINDS = {
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "string": "a text",
    "list": "a list, as in [\"a\", \"b\"]",
    "dict": "an object, as in {\"a\": 1}",
}  # fmt: skip
_SHOWN = 60  # characters of what was given


def in_words(faults: Sequence[Mapping[str, Any]], schema: Mapping[str, Any]) -> str:
    """faults: as pydantic tells them (`type`, `loc`, `msg`, `input`), or with `loc` and `msg` alone."""
    properties = schema.get("properties") or {}
    return "; ".join(_one(f, properties) for f in faults)


def _one(fault: Mapping[str, Any], properties: Mapping[str, Any]) -> str:
    where = [str(x) for x in fault["loc"]]
    name = f"“{where[0]}”" if where else "what was given"
    about = properties.get(where[0]) if where else None
    told = str(about.get("description", "")) if isinstance(about, Mapping) else ""
    kind = str(fault.get("type", ""))
    if kind == "missing" or (not kind and "is a required property" in fault["msg"]):
        return f"{name} is missing" + (f" ({told})" if told else "")
    if kind == "extra_forbidden":
        return f"there is no argument {name}"
    if wanted := _KINDS.get(kind.split("_")[0]) if kind.endswith(("_type", "_parsing", "_from_float")) else None:
        return f"{name} must be {wanted}, not {_given(fault)}"
    if kind == "literal_error":
        return f"{name} must be {fault['ctx']['expected']}, not {_given(fault)}"
    return f"{name}: {fault['msg']}"


def _given(fault: Mapping[str, Any]) -> str:
    text = str(fault.get("input", ""))
    return f"“{text[:_SHOWN]}{'…' if len(text) > _SHOWN else ''}”"
