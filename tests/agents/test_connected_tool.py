"""The built-in agent and tools of other programs: called when a goal asks for one and says all that it needs, else not."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import BaseModel

from agents.base import Brief, Plan
from agents.rules.agent import RuleAgent
from agents.rules.plain_arguments import fill
from runs.wiring import built_in_tools
from tools.base import Tool

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)


def text(about: str = "") -> dict[str, str]:
    return {"type": "string", "description": about}


def other(name: str, description: str, properties: Mapping[str, Any], *required: str) -> Tool:
    schema = {"type": "object", "properties": properties, "required": [*required]}
    return Tool(name, description, "external", BaseModel, lambda: None, 1, 0, True, json_schema=schema)


# As mcp-server-time, mcp-server-fetch, mcp-server-sqlite and the CRM of the tests describe theirs.
OTHERS = [
    other("time__get_current_time", "Get current time in a specific timezones",
          {"timezone": text("IANA timezone name (e.g., 'America/New_York')")}, "timezone"),
    other("time__convert_time", "Convert time between timezones",
          {"source_timezone": text("Source IANA timezone name"), "time": text("Time to convert in 24-hour format (HH:MM)"),
           "target_timezone": text("Target IANA timezone name")}, "source_timezone", "time", "target_timezone"),
    other("fetch__fetch", "Fetches a URL from the internet.",
          {"url": {**text("URL to fetch"), "format": "uri"}, "max_length": {"type": "integer"}, "raw": {"type": "boolean"}}, "url"),
    other("db__read_query", "Execute a SELECT query on the SQLite database", {"query": text("SELECT SQL query to execute")}, "query"),
    other("db__write_query", "Execute an INSERT, UPDATE, or DELETE query", {"query": text("SQL query to execute")}, "query"),
    other("db__list_tables", "List all tables in the SQLite database", {}),
    other("crm__list_companies", "List companies. status: lead, customer or lost; empty for all.",
          {"status": {"type": "string"}, "min_employees": {"type": "integer"}}),
    other("crm__update_company", "Change a company's status (lead, contacted, customer, lost) or note.",
          {"id": {"type": "string"}, "status": {"type": "string"}, "note": {"type": "string"}}, "id"),
    other("crm__create_task", "Create a follow-up task for a company id. due: YYYY-MM-DD.",
          {"company": {"type": "string"}, "title": {"type": "string"}, "due": {"type": "string"}}, "company", "title", "due"),
]  # fmt: skip


@pytest.fixture
def planned(agent: RuleAgent) -> Callable[..., Plan]:
    def plan(goal: str, **more: Any) -> Plan:
        tools = {**built_in_tools(), **{t.name: t for t in OTHERS}}
        return asyncio.run(agent.plan(Brief(goal, "ann", NOW, tools, **more)))

    return plan


def calls(plan: Plan) -> list[tuple[str, dict[str, Any]]]:
    return [(s["tool"], s["args"]) for s in plan["steps"] if s["tool"]]


TOKYO = {"source_timezone": "Europe/London", "time": "14:00", "target_timezone": "Asia/Tokyo"}


@pytest.mark.parametrize(
    ("goal", "tool", "args"),
    [
        ("use the time server to convert 14:00 London to Tokyo", "time__convert_time", TOKYO),
        ("convert 14:00 London to Tokyo", "time__convert_time", TOKYO),
        ("convert time 2pm from London to Tokyo with the time tool", "time__convert_time", TOKYO),
        ("Use the time server to tell me what time it is in Tokyo", "time__get_current_time", {"timezone": "Asia/Tokyo"}),
        ("what time is it in Tokyo?", "current_time", {"timezone": "Tokyo"}),  # ours needs no yes
        ("Read https://example.org/news with the fetch tool", "fetch__fetch", {"url": "https://example.org/news"}),
        ("List the tables in the db", "db__list_tables", {}),
        ("On the db server run SELECT count(*) FROM orders", "db__read_query", {"query": "SELECT count(*) FROM orders"}),
        ("list the companies with status lead in the crm", "crm__list_companies", {"status": "lead"}),
        ("Use the crm to list companies with min_employees 100", "crm__list_companies", {"min_employees": 100}),
        ("update_company id=c1 status=contacted", "crm__update_company", {"id": "c1", "status": "contacted"}),
        (
            "create a task in the crm for company c1 titled “Call Ann” due 4 December 2026",
            "crm__create_task",
            {"company": "c1", "title": "Call Ann", "due": "2026-12-04"},
        ),
    ],
)  # fmt: skip
def test_it_is_called_with_what_the_goal_says(planned, goal, tool, args) -> None:
    assert calls(planned(goal)) == [(tool, args)]


@pytest.mark.parametrize(
    ("goal", "left"),
    [
        ("Use the time server to convert 14:00 to Tokyo", "Tokyo"),  # from where?
        ("In the crm server, mark company c1 as contacted", "mark c1 contacted"),
        ("update_company id=c1 and archive it", "archive"),  # what it cannot do is not left out in silence
        ("use crm to create a task", ""),
        ("update_company id=c1 but not status=contacted", "not"),
        ("How many companies are there in the crm server?", "How many"),
    ],
)
def test_nothing_is_guessed(planned, goal, left) -> None:
    plan = planned(goal)
    assert calls(plan) == []
    assert plan["intent"] == "connected_tool"
    (part,) = plan["steps"][-1]["args"]["parts"]
    assert part["slots"]["left"] == left


@pytest.mark.parametrize(
    "goal",
    [
        "How much time do I have left?",
        "Which companies are in Porto?",
        "what is 12 km in miles",
        "Don't use the crm, just say hello",
        "Remember that the fee is in the crm",
    ],
)
def test_what_asks_for_none_gets_none(planned, goal) -> None:
    assert not any("__" in tool for tool, _ in calls(planned(goal)))


def test_the_values_of_one_call_stay_together(planned) -> None:
    plan = planned('Use the crm server to update company id=c1 with status=lead and note "ask again in May"')
    assert calls(plan) == [("crm__update_company", {"id": "c1", "status": "lead", "note": "ask again in May"})]


def test_one_that_is_off_says_why(planned) -> None:
    plan = planned("Use the mail server to write to Ann", withheld={"mail": "no tool of mail has been allowed yet."})
    assert calls(plan) == []
    (part,) = plan["steps"][-1]["args"]["parts"]
    assert part["slots"]["off"] == "“mail” cannot be used: no tool of mail has been allowed yet."


def test_one_that_is_off_beside_others_that_are_not_says_why_too(planned) -> None:
    why = "its description or its arguments have changed since it was allowed."
    plan = planned("Use the crm server: delete company id=c1", withheld={"crm__delete_company": why})
    assert calls(plan) == []
    (part,) = plan["steps"][-1]["args"]["parts"]
    assert part["slots"]["off"] == f"“delete_company” of crm cannot be used: {why}"


def test_a_value_that_could_go_to_two_arguments_goes_to_none() -> None:
    two = {"properties": {"a": {"type": "integer"}, "b": {"type": "integer"}}, "required": ["a", "b"]}
    filled = fill(two, "add up 3", NOW)
    assert (filled.args, filled.missing) == ({}, ["a", "b"])
    assert fill(two, "add up a=3 and b: 4", NOW).args == {"a": 3, "b": 4}
