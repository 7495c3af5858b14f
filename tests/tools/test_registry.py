"""The conventions that every tool keeps."""

from __future__ import annotations

from pathlib import Path

import pytest

import tools
from tools.base import BadArguments, Tool
from tools.registry import all_tools

TOOLS = all_tools()
WRITES = {"remember", "forget", "save_report"}
OUTSIDE = {"fetch_page", "web_search"}


@pytest.mark.parametrize("tool", TOOLS.values(), ids=list(TOOLS))
def test_a_tool_keeps_the_conventions(tool: Tool) -> None:
    assert tool.run.__module__ == f"tools.{tool.name}", "one file a tool, named as the tool"
    assert len(tool.description) > 80
    assert "data:" in tool.description
    assert tool.risk == ("write" if tool.name in WRITES else "read")
    assert tool.external == (tool.name in OUTSIDE)
    assert 0 < tool.timeout <= 120
    assert 0 <= tool.retries <= 5
    for name, argument in tool.schema().get("properties", {}).items():
        assert len(argument.get("description", "")) > 10, f"{tool.name}: {name} is not described"


@pytest.mark.parametrize("tool", TOOLS.values(), ids=list(TOOLS))
def test_unknown_arguments_are_refused_by_name(tool: Tool) -> None:
    with pytest.raises(BadArguments, match="no_such_argument"):
        tool.validate({"no_such_argument": 1})


def test_every_file_with_a_tool_is_registered() -> None:
    files = Path(tools.__file__).parent.glob("*.py")
    with_a_tool = {f.stem for f in files if "\n@tool(" in f.read_text(encoding="utf-8")}
    assert with_a_tool == set(TOOLS)


def test_wrong_types_and_missing_arguments_are_named() -> None:
    with pytest.raises(BadArguments, match="value"):
        TOOLS["convert_units"].validate({"value": "many", "from_unit": "km", "to_unit": "mi"})
    with pytest.raises(BadArguments, match="sql"):
        TOOLS["query_table"].validate({})
    with pytest.raises(BadArguments, match="operation"):
        TOOLS["date_math"].validate({"operation": "multiply", "date": "today"})


def test_defaults_are_filled_in() -> None:
    assert TOOLS["search_memory"].validate({"query": "x"}) == {
        "query": "x",
        "k": 8,
        "documents": [],
        "kind": "documents",
        "folder": "",
        "tag": "",
    }


def test_defaults_of_one_call_do_not_leak_into_the_next() -> None:
    first = TOOLS["search_memory"].validate({"query": "x"})
    first["documents"].append("changed")
    assert TOOLS["search_memory"].validate({"query": "x"})["documents"] == []


def test_faults_say_which_argument_and_what_to_put_there() -> None:
    cases = {
        ("read_document", ()): "“document” is missing (the document's id or name; a part of the name will do)",
        ("read_document", (("document", "a"), ("start", "x"))): "“start” must be a whole number, not “x”",
        ("search_memory", (("query", "a"), ("kind", "b"))): "“kind” must be 'documents' or 'facts', not “b”",
        ("search_memory", (("query", "a"), ("documents", "b"))): "“documents” must be a list",
        ("search_memory", (("query", "a"), ("q", "b"))): "there is no argument “q”",
    }
    for (name, args), told in cases.items():
        with pytest.raises(BadArguments) as e:
            TOOLS[name].validate(dict(args))
        assert told in str(e.value), (name, args)
