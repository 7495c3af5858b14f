"""A tool's arguments from a goal's words, where the goal says them plainly: `name = value`, a value in quotation marks, or the
one value of a kind (an address, a clock time, a date, a place with a time zone, a number) for the one argument of it.

A value that could go to two arguments goes to none. Defaults are the tool's own affair: what is not said is not sent.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from agents.rules.words import STOP
from text.dates import dates, times
from text.numbers import numbers
from tools.base import Json, ToolFailed

Span = tuple[int, int]
_QUOTED = re.compile(r"“([^”]+)”|\"([^\"]+)\"|`([^`]+)`|(?<!\w)'([^']+)'(?!\w)")
_URL = re.compile(r"https?://[^\s<>\"'”)\]]+")
_PLACE = re.compile(r"[A-Z][\w/+-]*(?:[ _][A-Z][\w/+-]*)*")
_SQL = re.compile(r"\b(?:SELECT|INSERT\s+INTO|UPDATE|DELETE\s+FROM|CREATE\s+TABLE|WITH\s+\w+\s+AS)\b.+", re.S)
_LED_IN = re.compile(r"\b(?:with|where|whose|set|and|status|,)\s*(?:the\s+|its\s+)?$", re.I)


@dataclass
class Filled:
    args: dict[str, Json] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)  # required and not said plainly
    spans: list[Span] = field(default_factory=list)  # where the values stand

    def put(self, name: str, value: Json, span: Span) -> None:
        self.args[name] = value
        self.spans.append(span)


def fill(schema: Mapping[str, Any], text: str, now: datetime) -> Filled:
    given = schema.get("properties")
    about = {n: _one_type(p) for n, p in given.items()} if isinstance(given, Mapping) else {}
    out = Filled()
    for n, p in about.items():
        _by_name(n, p, text, out)
    for n, p in about.items():
        if n not in out.args and isinstance(p.get("enum"), list):
            _of_a_list(n, p["enum"], text, out)
    for values in _values(text, now):
        _of_a_kind(values, {n: p for n, p in about.items() if n not in out.args}, schema, text, out)
    out.missing = [n for n in schema.get("required") or [] if n not in out.args]
    return out


def _one_type(p: Any) -> Mapping[str, Any]:
    """ "string or nothing" is a string."""
    if not isinstance(p, Mapping):
        return {}
    for union in ("anyOf", "oneOf"):
        kinds = [x for x in p.get(union) or [] if isinstance(x, Mapping) and x.get("type") != "null"]
        if len(kinds) == 1:
            return {**p, **kinds[0]}
    return p


def _by_name(n: str, p: Mapping[str, Any], text: str, out: Filled) -> None:
    said = re.sub(r"[_-]", "[ _-]", re.escape(n).replace(r"\-", "-").replace(r"\_", "_"))
    pattern = rf"(?<![\w-]){said}\s*(?P<is>=|:|(?:is|to|of|as)\b)?\s*(?P<v>{_QUOTED.pattern}|[^\s“\"`]+)"
    for m in re.finditer(pattern, text, re.I):
        raw = m["v"].rstrip(".,;:?!") if not _QUOTED.fullmatch(m["v"]) else m["v"][1:-1]
        plain = m["is"] in ("=", ":") or m["v"][:1] in "“\"`'" or bool(re.search(r"\d|^[A-Z]", raw))
        led = bool(_LED_IN.search(text[: m.start()])) or bool(m["is"])
        if not raw or not (plain or (led and raw.casefold() not in STOP)):
            continue
        value = _typed(n, p, raw, exact=m["is"] in ("=", ":"))
        if value is not None:
            out.put(n, value, m.span())
            return


def _typed(n: str, p: Mapping[str, Any], raw: str, exact: bool) -> Json:
    """The value in the argument's type; None when it is none. exact: as it is, where it is not of the argument's kind."""
    if isinstance(p.get("enum"), list):
        return next((v for v in p["enum"] if str(v).casefold() == raw.casefold()), None)
    if p.get("type") == "boolean":
        return {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}.get(raw.casefold())
    if p.get("type") in ("integer", "number"):
        bare = raw.replace(",", "")
        if not re.fullmatch(r"-?\d+(?:\.\d+)?", bare):
            return None
        return float(bare) if "." in bare or p["type"] == "number" else int(bare)
    if p.get("type", "string") != "string":
        return None
    if _wants(n, p, "zone"):
        return _zone(raw) or (raw if exact else None)
    if _wants(n, p, "time"):
        at = times(raw)
        return _clock(at[0][2]) if len(at) == 1 else raw if exact else None
    if _wants(n, p, "date"):
        on = [d.date for d in dates(raw) if re.fullmatch(r"\d{4}-\d\d-\d\d", d.date) and not d.also]
        return on[0] if len(on) == 1 else raw if exact else None
    return raw


def _of_a_list(n: str, values: list[Any], text: str, out: Filled) -> None:
    found = [
        (v, m) for v in values if isinstance(v, str) and (m := re.search(rf"(?<!\w){re.escape(v)}(?!\w)", text, re.I))
    ]
    if len(found) == 1:
        out.put(n, found[0][0], found[0][1].span())


Values = tuple[str, list[tuple[Json, Span]]]  # the name of a kind, and the values of it with where they stand


def _values(text: str, now: datetime) -> list[Values]:
    quoted = [(m[0][1:-1], m.span()) for m in _QUOTED.finditer(text)]
    sql = [x for x in quoted if _SQL.match(x[0])] or [
        (m[0].strip().rstrip("?."), m.span()) for m in _SQL.finditer(text)
    ]
    whole = [d for d in dates(text, now) if re.fullmatch(r"\d{4}-\d\d-\d\d", d.date) and not d.also]
    return [
        ("url", [(m[0].rstrip(".,;:?!"), m.span()) for m in _URL.finditer(text)]),
        ("query", [*sql]),
        ("text", [*quoted]),
        ("time", [(_clock(minutes), (a, b)) for a, b, minutes in times(text)]),
        ("date", [(d.date, (d.start, d.end)) for d in whole]),
        ("zone", [(z, m.span()) for m in _PLACE.finditer(text) if (z := _zone(m[0]))]),
        ("number", [(n.value, (n.start, n.end)) for n in numbers(text)]),
    ]


def _of_a_kind(
    values: Values, about: Mapping[str, Mapping[str, Any]], schema: Mapping[str, Any], text: str, out: Filled
) -> None:
    """One value for the one argument of the kind; two for the two where their names say which comes first."""
    kind, found = values
    found = [(v, s) for v, s in found if not any(s[0] < b and a < s[1] for a, b in out.spans)]
    wanting = [n for n, p in about.items() if _wants(n, p, kind)]
    needed = [n for n in wanting if n in (schema.get("required") or [])]
    wanting = needed if len(needed) == len(found) else wanting
    if len(found) == 1 == len(wanting):
        pairs = [(wanting[0], found[0])]
    elif len(found) == 2 == len(wanting):
        order = _in_order(wanting)
        between = text[found[0][1][1] : found[1][1][0]]
        pairs = (
            list(zip(order, found, strict=True))
            if order and re.search(r"\b(?:to|into|in|until)\b|→|->", between)
            else []
        )
    else:
        pairs = []
    for n, (value, span) in pairs:
        if about[n].get("type") == "integer" and isinstance(value, float):
            if value != int(value):
                continue
            value = int(value)
        out.put(n, value, span)


def _in_order(names: list[str]) -> list[str]:
    first = [n for n in names if re.search(r"source|from|origin|start|since", n, re.I)]
    then = [n for n in names if re.search(r"target|(?:^|_)to(?:_|$)|dest|end|until", n, re.I)]
    return [*first, *then] if len(first) == 1 == len(then) and first != then else []


def _wants(n: str, p: Mapping[str, Any], kind: str) -> bool:
    """Does the argument take values of this kind, by its name, its type, its format or what is said of it?"""
    said = str(p.get("description", ""))
    text = p.get("type", "string") == "string" and "enum" not in p
    parts = set(re.findall(r"[a-z]+", re.sub(r"([a-z])([A-Z])", r"\1 \2", n).casefold()))
    match kind:
        case "number":
            return p.get("type") in ("integer", "number")
        case "url":
            return text and (bool(parts & {"url", "uri", "link", "address", "page"}) or p.get("format") == "uri")
        case "query":
            return text and (bool(parts & {"query", "sql", "statement"}) or "SQL" in said)
        case "zone":
            return text and (bool(parts & {"timezone", "tz"}) or {"time", "zone"} <= parts or "IANA" in said)
        case "time":
            return text and not _wants(n, p, "zone") and ("time" in parts or bool(re.search(r"HH:MM|24-hour", said)))
        case "date":
            return text and (
                bool(parts & {"date", "due", "deadline", "day"}) or p.get("format") == "date" or "YYYY-MM-DD" in said
            )
        case _:
            return text and not any(_wants(n, p, k) for k in ("url", "query", "zone", "time", "date"))


def _zone(name: str) -> str | None:
    from tools.current_time import zone

    try:
        return getattr(zone(name), "key", None)
    except ToolFailed:
        return None


def _clock(minutes: float) -> str:
    return f"{int(minutes) // 60:02}:{int(minutes) % 60:02}"
