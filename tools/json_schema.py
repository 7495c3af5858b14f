"""Arguments checked against a JSON schema that somebody else wrote.

The schema is as untrusted as its author, so checking must stay cheap: patterns are not tried (one regular expression can
run for hours), nothing is looked up elsewhere, and a schema that unfolds to too much is refused before it is used. The
server checks its own arguments too; this is to tell an agent early.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

MOST = 2_000  # subschemas, references followed
_SKIPPED = frozenset({"pattern", "patternProperties", "propertyNames", "$schema", "$id", "$anchor", "$dynamicRef"})


class SchemaFaults(ValueError):
    """What is wrong with the arguments; `errors()` is shaped like pydantic's."""

    def __init__(self, faults: list[dict[str, Any]]) -> None:
        super().__init__("; ".join(f["msg"] for f in faults))
        self._faults = faults

    def errors(self) -> list[dict[str, Any]]:
        return self._faults


class UnusableSchema(ValueError):
    """Too big, not an object's schema, or referring to elsewhere. Read by users."""


def usable(schema: object) -> dict[str, Any]:
    """The schema as it will be used. Raises UnusableSchema."""
    from jsonschema import SchemaError
    from jsonschema.validators import Draft202012Validator

    if not isinstance(schema, Mapping) or schema.get("type", "object") != "object":
        raise UnusableSchema("Its arguments are not described as an object.")
    try:
        kept = {"type": "object", "properties": {}, **_without(dict(schema))}
        if _weight(kept, kept, {}, 0) > MOST:
            raise UnusableSchema("The description of its arguments is too big to be checked.")
        Draft202012Validator.check_schema(kept)
    except RecursionError as e:
        raise UnusableSchema("The description of its arguments is nested too deep.") from e
    except SchemaError as e:
        raise UnusableSchema(f"The description of its arguments is not a JSON schema ({e.message[:200]}).") from e
    return kept


def check(schema: Mapping[str, Any], arguments: Mapping[str, Any]) -> None:
    """Raises SchemaFaults. The schema went through `usable`."""
    from jsonschema.validators import Draft202012Validator
    from referencing import Registry
    from referencing.exceptions import Unresolvable

    faults: list[dict[str, Any]] = []
    try:
        for e in Draft202012Validator(schema, registry=Registry()).iter_errors(dict(arguments)):
            loc = tuple(e.absolute_path) or _named(e, schema)
            faults.append({"loc": loc or ("arguments",), "msg": e.message[:300]})
            if len(faults) == 10:
                break
    except (RecursionError, Unresolvable) as e:
        raise SchemaFaults([{"loc": ("arguments",), "msg": "they cannot be checked against its schema"}]) from e
    strict = schema.get("additionalProperties", False) is False and "$ref" not in schema
    known = set(schema.get("properties") or {})
    if strict and not {"allOf", "anyOf", "oneOf"} & set(schema):
        faults += [{"loc": (k,), "msg": "there is no such argument"} for k in arguments if k not in known]
    if faults:
        raise SchemaFaults(faults)


def _named(error: Any, schema: Mapping[str, Any]) -> tuple[str, ...]:
    """The argument that a complaint about the whole object is about."""
    if error.validator == "required":
        return tuple(n for n in schema.get("required", []) if repr(n) in error.message)[:1]
    return ()


def _without(value: Any, names: bool = False) -> Any:
    """names: the keys are names of arguments, not keywords."""
    if isinstance(value, dict):
        kept = {k: v for k, v in value.items() if names or k not in _SKIPPED}
        return {
            k: _without(v, names=not names and k in ("properties", "$defs", "definitions"))
            if k not in ("enum", "const", "default", "examples")
            else v
            for k, v in kept.items()
        }
    return [_without(v) for v in value] if isinstance(value, list) else value


def _weight(at: Any, root: Mapping[str, Any], known: dict[str, int], depth: int) -> int:
    """How much a check unfolds to at most; a reference counts each time it is used."""
    if depth > 60:
        raise RecursionError
    if isinstance(at, list):
        return min(MOST + 1, sum(_weight(v, root, known, depth + 1) for v in at))
    if not isinstance(at, dict):
        return 0
    total = 1 + sum(_weight(v, root, known, depth + 1) for k, v in at.items() if k not in ("enum", "const", "default"))
    if isinstance(ref := at.get("$ref"), str):
        if not ref.startswith("#"):
            raise UnusableSchema("The description of its arguments refers to another place.")
        if ref not in known:
            known[ref] = 1  # a reference to itself unfolds only as deep as the arguments are
            known[ref] = _weight(_at(root, ref), root, known, depth + 1)
        total += known[ref]
    return min(MOST + 1, total)


def _at(root: Any, ref: str) -> Any:
    for part in ref.removeprefix("#").strip("/").split("/"):
        part = part.replace("~1", "/").replace("~0", "~")
        if part:
            root = root.get(part) if isinstance(root, dict) else None
    return root
