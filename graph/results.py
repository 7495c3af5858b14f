"""Results: the head in the state, the whole in the journal; and what a reference to one means.

Checkpoints are written after every super-step, so a long text in the state would be stored again and again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Literal, cast

from agents.base import Result
from graph.context import Context, Record
from graph.keys import call_key, result_key
from graph.policy import REFERENCE
from tools.base import Json

HEAD = 2_000  # characters of text kept in the state and in events
DATA = 8_000  # characters of data as JSON
SOURCES = 3  # sources kept in the state
STEERING = ("outcome", "over", "hand_over")  # data that the graph itself reads: kept, however long the rest is


class MissingReference(Exception):
    """An argument refers to something that the earlier step did not produce. Read by users."""


def result(
    step: str,
    *,
    status: Literal["ok", "failed", "skipped"] = "ok",
    text: str = "",
    error: str = "",
    attempts: int = 1,
    seconds: float = 0.0,
) -> Result:
    return Result(
        step=step,
        status=status,
        text=text,
        data={},
        sources=[],
        note="",
        error=error,
        attempts=attempts,
        seconds=seconds,
        tokens=0,
    )


def keep(record: Record, key: str, whole: Result) -> Result:
    """Store the whole under `key`; return the head for the state. Idempotent."""
    record.save(key, cast(Json, whole))
    return head_of(whole)


def head_of(whole: Result) -> Result:
    """What the state keeps of a result."""
    head = cast(Result, dict(whole))
    head["text"] = whole["text"][:HEAD]
    head["data"] = whole["data"] if fits(whole["data"]) else {k: v for k, v in whole["data"].items() if k in STEERING}
    head["sources"] = [{**s, "quote": s["quote"][:300]} for s in whole["sources"][:SOURCES]]
    return head


def fits(data: Mapping[str, Json]) -> bool:
    return len(json.dumps(data, default=str)) <= DATA


def whole(record: Record, run: str, heads: Mapping[str, Result]) -> dict[str, Result]:
    """The whole results for the heads of a state."""
    return {step: cast(Result, record.load(result_key(run, step)) or head) for step, head in heads.items()}


def evidence_of(ctx: Context, results: Mapping[str, Result]) -> dict[str, Result]:
    """What tools returned, and nothing that an agent wrote: a text is no evidence for itself."""
    out: dict[str, Result] = {}
    for step, r in results.items():
        if "outcome" not in r["data"]:
            out[step] = r
            continue
        number = 0
        while called := ctx.record.load(call_key(ctx.run, step, number)):
            out[f"{step}#{number}"] = cast(Result, called)
            number += 1
    return out


def number_sources(step: str, found: Result, after: int = 0) -> Result:
    """Give every source its id within the run: "s2.1" is the first source of step s2. after: how many came before."""
    found["sources"] = [{**s, "id": f"{step}.{i}"} for i, s in enumerate(found["sources"], start=after + 1)]
    return found


def resolve(value: Json, results: Mapping[str, Result]) -> Json:
    """Put earlier results where an argument refers to them; a lone reference keeps its type.

    Raises MissingReference.
    """
    if isinstance(value, str):
        if lone := REFERENCE.fullmatch(value.strip()):
            return _look_up(lone["step"], lone["path"], results)
        return REFERENCE.sub(lambda m: _shown(_look_up(m["step"], m["path"], results)), value)
    if isinstance(value, list):
        return [resolve(v, results) for v in value]
    if isinstance(value, dict):
        return {k: resolve(v, results) for k, v in value.items()}
    return value


def _shown(value: Json) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # "60000", as a person would write it, not "60000.0"
    return value if isinstance(value, str) else json.dumps(value)


def _look_up(step: str, path: str, results: Mapping[str, Result]) -> Json:
    found = results.get(step)
    if found is None or found["status"] != "ok":
        raise MissingReference(f"This step needs the result of step {step}, which has none.")
    at: Json = {"text": found["text"], **found["data"]}
    for part in path.split("."):
        if isinstance(at, dict) and part in at:
            at = at[part]
        elif isinstance(at, list) and part.isdigit() and int(part) < len(at):
            at = at[int(part)]
        else:
            raise MissingReference(f"Step {step} did not produce “{path}”, which this step needs.")
    if at is None:
        raise MissingReference(f"Step {step} found no value for “{path}”, which this step needs.")
    return at
