"""JSON and JSON lines: lists of objects become tables, the rest readable lines "path: value"."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from memory.parsing.parsed import Source, TextBuilder
from memory.parsing.plain import decode
from memory.types import UnreadableFile


def read(source: Source, out: TextBuilder) -> None:
    text = decode(source.data)
    stem = source.name.rsplit(".", 1)[0]
    try:
        value = json.loads(text)
    except json.JSONDecodeError as e:
        value = _lines(source.name, text, e)
    if _is_records(value):
        out.table(stem, _grid(value))
        return
    named = value if isinstance(value, dict) else {}
    tables = {k: v for k, v in named.items() if _is_records(v)}
    rest = {k: v for k, v in named.items() if k not in tables} if tables else value
    if lines := list(_described(rest)):
        out.paragraph("\n".join(f"- {line}" for line in lines))
    for key, records in tables.items():
        out.heading(key)
        out.table(key, _grid(records))


def _lines(name: str, text: str, fault: json.JSONDecodeError) -> list[Any]:
    """JSON lines; those that are cut off or broken are a reason to refuse the file, with the line's number."""
    values = []
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            try:
                values.append(json.loads(line))
            except json.JSONDecodeError as e:
                where = f"line {number}: {e.msg}" if values else f"line {fault.lineno}: {fault.msg}"
                raise UnreadableFile(f"{name} is not valid JSON ({where}). Correct it and upload it again.") from e
    return values


def _is_records(value: Any) -> bool:
    return isinstance(value, list) and len(value) > 0 and all(isinstance(v, dict) and v for v in value)


def _grid(records: list[dict[str, Any]]) -> list[list[Any]]:
    flat = [dict(_flattened(r)) for r in records]
    columns = list(dict.fromkeys(k for r in flat for k in r))
    return [list(columns), *([r.get(c) for c in columns] for r in flat)]


def _flattened(value: dict[str, Any], prefix: str = "", depth: int = 0) -> Iterator[tuple[str, Any]]:
    for key, v in value.items():
        if isinstance(v, dict) and v and depth < 5:
            yield from _flattened(v, f"{prefix}{key}.", depth + 1)
        elif isinstance(v, (dict, list)):
            simple = isinstance(v, list) and all(not isinstance(x, (dict, list)) for x in v)
            yield prefix + key, ", ".join(map(str, v)) if simple else json.dumps(v, ensure_ascii=False)
        else:
            yield prefix + key, v


def _described(value: Any, path: str = "") -> Iterator[str]:
    if isinstance(value, dict):
        for k, v in value.items():
            yield from _described(v, f"{path}.{k}" if path else str(k))
    elif isinstance(value, list) and any(isinstance(v, (dict, list)) for v in value):
        for i, v in enumerate(value, start=1):
            yield from _described(v, f"{path}[{i}]")
    else:
        said = ", ".join(map(str, value)) if isinstance(value, list) else "" if value is None else str(value)
        if said:
            yield f"{path}: {said}" if path else said
