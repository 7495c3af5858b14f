"""Tools as a model is told of them: one line each, with what their arguments are. Nothing here is sent as a provider's own
tool schema, so no provider's limits on names, unions or the number of tools apply.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from agents.models.tokens import estimate
from agents.roles import RoleSpec, allowed
from text.words import stems
from tools.base import Tool

_DEEPEST = 3  # levels of an argument that are described
_SAID = 140  # characters of what an argument is


def tools_text(tools: Mapping[str, Tool], roles: Mapping[str, RoleSpec] | None = None) -> str:
    """One line a tool: name, arguments, the first sentence of what it does, its risk, who may use it."""
    return "\n".join(_line(t, roles) for t in tools.values())


def tools_within(
    tools: Mapping[str, Tool], question: str, tokens: int, roles: Mapping[str, RoleSpec] | None = None
) -> str:
    """All of them whole when they fit; else those whole that have most to do with the question, the others by name."""
    whole = tools_text(tools, roles)
    if estimate(whole) <= tokens:
        return whole
    lines, others, room = list[str](), list[str](), tokens * 3 // 4
    for t in _by_relevance(tools, question):
        line = _line(t, roles)
        room -= estimate(line)
        if room >= 0:
            lines.append(line)
        else:
            others.append(t.name)
    return "\n".join(lines) + f"\n- Also there, with arguments that are told when one is misused: {', '.join(others)}"


def _by_relevance(tools: Mapping[str, Tool], question: str) -> list[Tool]:
    """Our own few keep their place before those of other programs that share as little with the question."""
    wanted = set(stems(question))
    score = {n: len(wanted & set(stems(f"{n.replace('_', ' ')} {t.description}"))) for n, t in tools.items()}
    return sorted(tools.values(), key=lambda t: (-score[t.name], t.json_schema is not None))


def _line(t: Tool, roles: Mapping[str, RoleSpec] | None) -> str:
    schema = t.schema()
    said = " ".join(t.description.split("\n\n")[0].split())
    who = f" [{', '.join(r.name for r in roles.values() if allowed(r, t.name, roles))}]" if roles else ""
    risk = "" if t.risk == "read" else f" ({'changes something' if t.risk == 'write' else 'acts outside'})"
    return f"- {t.name}({_arguments(schema, schema)}){risk}{who}: {said[:300]}"


def _type(schema: Mapping[str, Any], root: Mapping[str, Any] | None = None, depth: int = 0) -> str:
    """A JSON schema in a few words: "string", "list of number", "{city: string, zip?: string}", "string|null"."""
    root = root or {}
    if isinstance(ref := schema.get("$ref"), str):
        schema = {**root.get("$defs", root.get("definitions", {})).get(ref.rsplit("/", 1)[-1], {}), **schema}
    if "const" in schema:
        return json.dumps(schema["const"])
    if "enum" in schema:
        return "|".join(json.dumps(v) for v in schema["enum"])
    for union in ("anyOf", "oneOf"):
        if union in schema and depth < _DEEPEST:
            return "|".join(dict.fromkeys(_type(s, root, depth + 1) for s in schema[union]))
    kind = schema.get("type", "object" if "properties" in schema else "any")
    kind = "|".join(kind) if isinstance(kind, list) else str(kind)
    if kind == "array":
        kind = f"list of {_type(schema.get('items') or {}, root, depth + 1) if depth < _DEEPEST else 'any'}"
    elif kind == "object" and schema.get("properties") and depth < _DEEPEST:
        kind = f"{{{_arguments(schema, root, depth + 1)}}}"
    said = str(schema.get("description", ""))
    return f"{kind} = {said[:_SAID]}" if said else kind


def _arguments(schema: Mapping[str, Any], root: Mapping[str, Any], depth: int = 0) -> str:
    needed = schema.get("required", [])
    return ", ".join(
        f"{n}{'' if n in needed else '?'}: {_type(p, root, depth) if isinstance(p, Mapping) else 'any'}"
        for n, p in schema.get("properties", {}).items()
    )
