"""The shapes in which a model gives its decisions: lenient in what they take, strict in what they become.

From here to the types of `agents/base.py`; whether a plan may run is the policy's business.
"""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal

from json_repair import repair_json
from pydantic import BaseModel, BeforeValidator, Field

DEEPEST = 24  # levels of a decision's JSON


def _object(value: Any) -> Any:
    """Arguments may come as JSON in a string."""
    if value is None or value == "":
        return {}
    if isinstance(value, str):
        return repair_json(value, return_objects=True)
    return value


def _names(value: Any) -> Any:
    if value is None or value == "":
        return []
    if isinstance(value, str | int):
        return [str(value)]
    return [str(v) for v in value] if isinstance(value, list) else value


def _text(value: Any) -> Any:
    if value is None:
        return ""
    return str(value) if isinstance(value, int | float) else value


Text = Annotated[str, BeforeValidator(_text)]
Object = Annotated[dict[str, Any], BeforeValidator(_object)]


def _most(characters: int = 0, items: int = 0) -> dict[str, Any]:
    """A bound that is in the schema alone. Where a server makes a reply by the schema's grammar, a weak model that has
    begun to count or to repeat itself in a sentence ends there, instead of at the limit of the whole reply; a longer one
    is valid all the same, and cut where it is used."""
    return {"maxLength": characters} if characters else {"maxItems": items}


NAME, LINE, SAYING = _most(64), _most(120), _most(400)
Names = Annotated[list[Annotated[str, Field(json_schema_extra=LINE)]], BeforeValidator(_names)]


class StepShape(BaseModel):
    id: Text = Field(description="s1, s2 ...", json_schema_extra=NAME)
    title: Text = Field("", description="what the user reads while it runs", json_schema_extra=LINE)
    role: Text = Field("researcher", description="which specialist", json_schema_extra=NAME)
    tool: Text = Field(
        "", description="one tool, or empty: the specialist then chooses its tools itself", json_schema_extra=NAME
    )
    args: Object = Field(default_factory=dict, description="arguments of the tool; ${s1.value} is a value of step s1")
    needs: Names = Field(default_factory=list, description="ids of the steps that must be done before")
    reason: Text = Field("", description="why, in a sentence", json_schema_extra=SAYING)


class PlanShape(BaseModel):
    understood: Text = Field("", description="how you understood the goal, in a sentence", json_schema_extra=SAYING)
    question: Text = Field(
        "", description="only when the goal cannot be worked on without the user's choice", json_schema_extra=SAYING
    )
    options: Names = Field(
        default_factory=list, description="suggested replies to the question", json_schema_extra=_most(items=6)
    )
    steps: list[StepShape] = Field(default_factory=list)
    like: Text = Field(
        "", description="if the plan starts from one of the earlier plans that you were shown: its name, like e1"
    )


class NextShape(BaseModel):
    thinking: Text = Field("", description="why this comes next, in a sentence", json_schema_extra=SAYING)
    do: Literal["tool", "open", "hand_over", "finish"]
    tool: Text = Field("", description="for tool: its name")
    args: Object = Field(default_factory=dict, description="for tool: its arguments")
    step: Text = Field("", description="for open: the id of the result")
    part: int = Field(1, description="for open: which part")
    role: Text = Field("", description="for hand_over: which specialist")
    what: Text = Field("", description="for hand_over: what you need from it", json_schema_extra=SAYING)
    text: Text = Field("", description="for finish: the result of this step")


class ReviewShape(BaseModel):
    word: Literal["finish", "retry", "replan", "ask", "give_up"]
    reason: Text = Field("", description="in a sentence, for the user", json_schema_extra=_most(600))
    steps: Names = Field(default_factory=list, description="for retry: ids of the steps to do again")
    question: Text = Field("", description="for ask", json_schema_extra=SAYING)
    options: Names = Field(default_factory=list, description="for ask: suggested replies")


def sound(value: Any, depth: int = 0) -> Any:
    """The value as everything behind can keep it: whole characters, numbers that are numbers, not nested without end.

    Raises ValueError, which says what is wrong.
    """
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, int | float) and not isinstance(value, bool) and not abs(value) < 2**63:
        raise ValueError("it holds a number that is too large, or none.")
    if isinstance(value, dict | list) and depth >= DEEPEST:
        raise ValueError(f"it is nested more than {DEEPEST} deep.")
    if isinstance(value, list):
        return [sound(v, depth + 1) for v in value]
    if isinstance(value, dict):
        return {sound(k, depth + 1): sound(v, depth + 1) for k, v in value.items()}
    return value


def loads(text: str) -> Any:
    """The JSON object in a reply: as it stands, inside a code fence or prose, or repaired. None when there is none."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        pass
    start = text.find("{")
    if start < 0:
        return None
    try:
        found = repair_json(text[start:], return_objects=True)
    except (ValueError, RecursionError):  # nested thousands deep: no decision
        return None
    if isinstance(found, list):  # prose after the object makes a list of it
        found = next((x for x in found if isinstance(x, dict) and x), None)
    return found or None


def closed(schema: Any) -> Any:
    """The schema with free objects, like a tool's arguments, as JSON in a string: for providers that close every object
    of a schema, in which a free one could only ever be empty. What comes back in a string is taken as well."""
    if isinstance(schema, list):
        return [closed(s) for s in schema]
    if not isinstance(schema, dict):
        return schema
    if schema.get("type") == "object" and not schema.get("properties"):
        told = f"{schema.get('description', '')} (a JSON object, written as a string)".strip()
        return {"type": "string", "description": told, "title": schema.get("title", "")}
    return {k: closed(v) for k, v in schema.items()}


def unbounded(schema: Any) -> Any:
    """The schema without the bounds on length, which the providers' own services do not all take."""
    if isinstance(schema, list):
        return [unbounded(s) for s in schema]
    if not isinstance(schema, dict):
        return schema
    return {k: unbounded(v) for k, v in schema.items() if k not in ("maxLength", "maxItems")}
