"""Calls of tools of real MCP servers, over both transports: what they give, what happens when a server dies."""

from __future__ import annotations

import asyncio
import json
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from runs.mcp_registry import McpRegistry
from tests.mcp.calling import Notes, call, log
from tests.mcp.conftest import ODD, allow_all
from tools import mcp
from tools.base import BadArguments, OutcomeUnknown, RetryTool, ToolFailed
from tools.mcp_connection import _end


def test_over_stdio(registry: McpRegistry, odd: Callable[..., Any]) -> None:
    odd()
    allow_all(registry, "odd")
    result = call(registry, "odd__echo", text="hello")
    assert (result.text, result.data["value"]) == ("hello", "hello")
    assert [s["trust"] for s in result.sources] == ["external"]


def test_over_http_with_a_header_from_the_environment(
    registry: McpRegistry, odd_over_http: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ODD_SECRET", "s3cr3t-value")
    again = odd_over_http({"Authorization": "Bearer ${ODD_SECRET}"})
    allow_all(registry, "odd")
    assert call(registry, "odd__echo", text="hello").text == "hello"
    assert "header Bearer s3cr3t-value" in log(tmp_path)
    assert "[" in call(registry, "odd__echo", key="k2", text="is it s3cr3t-value?").text
    assert "s3cr3t" not in call(registry, "odd__echo", key="k3", text="is it s3cr3t-value?").text
    monkeypatch.setattr("tools.mcp.CALL", 3.0)  # over HTTP nothing tells that a server has died
    with pytest.raises(ToolFailed, match="It may have been done or not"):
        call(registry, "odd__die", key="k4")
    again()
    assert call(registry, "odd__echo", key="k5", text="back").text == "back"


def test_a_server_that_dies_is_started_again_and_nothing_is_done_twice(
    registry: McpRegistry, odd: Callable[..., Any], tmp_path: Path
) -> None:
    odd()
    allow_all(registry, "odd")
    notes = Notes()
    with pytest.raises(ToolFailed, match="may have been done or not"):
        call(registry, "odd__die", notes)
    with pytest.raises(ToolFailed, match="was begun before and its end is not known"):
        call(registry, "odd__die", notes)
    assert log(tmp_path) == ["die {}"]
    assert call(registry, "odd__echo", notes, "other", text="alive").text == "alive"


def test_a_read_that_was_lost_may_be_asked_again(registry: McpRegistry, odd: Callable[..., Any]) -> None:
    odd()
    allow_all(registry, "odd", "read")
    with pytest.raises(RetryTool):
        call(registry, "odd__die")


def test_a_call_that_was_done_before_a_crash_gives_what_it_gave(
    registry: McpRegistry, odd: Callable[..., Any], tmp_path: Path
) -> None:
    odd()
    allow_all(registry, "odd")
    notes = Notes()
    first = call(registry, "odd__write", notes, text="a line")
    assert call(registry, "odd__write", notes, text="a line") == first
    assert log(tmp_path) == ['write {"text": "a line"}']


def test_an_error_that_the_server_told_may_be_tried_again(
    registry: McpRegistry, odd: Callable[..., Any], tmp_path: Path
) -> None:
    odd()
    allow_all(registry, "odd")
    notes = Notes()
    for _ in range(2):
        with pytest.raises(ToolFailed, match="No"):
            call(registry, "odd__fail", notes)
    assert log(tmp_path) == ["fail {}"] * 2


def test_cancelling_reaches_the_server_and_is_not_repeated(
    registry: McpRegistry, odd: Callable[..., Any], tmp_path: Path
) -> None:
    odd()
    allow_all(registry, "odd")
    notes = Notes()

    async def stopped() -> None:
        made = registry.tools()["odd__sleep"]
        running = asyncio.create_task(made.run(cast(Any, SimpleNamespace(run="r", key="k", journal=notes)), seconds=30))
        while not log(tmp_path):
            await asyncio.sleep(0.05)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running

    asyncio.run(stopped())
    assert call(registry, "odd__echo", key="other", text="not held up").text == "not held up"
    _until(lambda: "sleep cancelled" in log(tmp_path))
    with pytest.raises(ToolFailed, match="its end is not known"):
        call(registry, "odd__sleep", notes, seconds=30)


def test_a_call_that_takes_too_long_is_given_up(
    registry: McpRegistry, odd: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    odd()
    allow_all(registry, "odd")
    monkeypatch.setattr(mcp, "CALL", 0.5)
    with pytest.raises(ToolFailed, match=r"did not answer within 0\.5 seconds"):
        call(registry, "odd__sleep", seconds=30)
    assert call(registry, "odd__echo", key="other", text="x").text == "x"


def test_a_slow_server_holds_nobody(
    registry: McpRegistry, home: Path, odd: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = {**odd(), "env": {"ODD_SLOW_START": "600"}}
    quick = {"command": sys.executable, "args": [ODD]}
    (home / "mcp.json").write_text(json.dumps({"mcpServers": {"slow": slow, "odd": quick}}))
    allow_all(registry, "odd")
    monkeypatch.setattr("tools.mcp_connection.CONNECT", 5.0)  # only the slow one still has to connect
    registry.look("slow")
    drawn = registry.states()
    assert drawn == [("slow", "looking"), ("odd", "connected")]
    assert call(registry, "odd__echo", text="meanwhile").text == "meanwhile"
    registry.remove("odd")
    assert registry.states() != drawn, "the page is drawn anew while the slow one is still being connected"
    registry.look("slow", wait=True)
    assert "did not answer within" in registry.view()[0][0].message


def test_an_argument_may_have_any_name(registry: McpRegistry, odd: Callable[..., Any]) -> None:
    odd()
    allow_all(registry, "odd")
    given = {n: f"my {n}" for n in ("config", "runtime", "callbacks", "self", "name")}
    made = registry.tools()["odd__names"]
    ctx = cast(Any, SimpleNamespace(run="r", key="k", journal=Notes()))
    result = asyncio.run(made.run(ctx, **made.validate(cast(Any, given))))
    assert result.data["value"] == given


def test_what_is_no_text_is_named(registry: McpRegistry, odd: Callable[..., Any]) -> None:
    odd()
    allow_all(registry, "odd")
    assert call(registry, "odd__mixed").text.splitlines() == [
        "a text",
        "[image/png, 6 bytes, not shown]",
        "[audio/wav, 3 bytes, not shown]",
        "the log: file:///a.log",
        "[file:///b.bin, not shown]",
    ]


def test_a_call_of_unknown_end_is_not_made_by_another_step_either(
    registry: McpRegistry, odd: Callable[..., Any], tmp_path: Path
) -> None:
    odd()
    allow_all(registry, "odd")
    notes = Notes()
    with pytest.raises(OutcomeUnknown, match="may have been done or not"):
        call(registry, "odd__die", notes, key="r:s1:x")
    with pytest.raises(OutcomeUnknown, match="its end is not known"):
        call(registry, "odd__die", notes, key="r:s2:x")
    assert log(tmp_path) == ["die {}"]
    for key in ("r:s3:x", "r:s4:x"):  # what is known to be done may be wanted twice
        assert call(registry, "odd__write", notes, key=key, text="a line").text == "a line"
    assert len(log(tmp_path)) == 3


def test_huge_output_is_cut_and_said(registry: McpRegistry, odd: Callable[..., Any]) -> None:
    odd()
    allow_all(registry, "odd")
    result = call(registry, "odd__huge")
    assert len(result.text) == mcp.TEXT
    assert result.note == "Only the first 60,000 of 20,000,000 characters were kept."


def test_arguments_are_checked_before_anything_is_sent(registry: McpRegistry, odd: Callable[..., Any]) -> None:
    odd()
    allow_all(registry, "odd")
    made = registry.tools()["odd__echo"]
    for wrong in ({}, {"text": 3}, {"text": "x", "more": 1}):
        with pytest.raises(BadArguments, match="odd__echo cannot take"):
            made.validate(cast(Any, wrong))
    assert made.schema()["required"] == ["text"]


def test_several_calls_at_once_share_one_connection(
    registry: McpRegistry, odd: Callable[..., Any], tmp_path: Path
) -> None:
    odd()
    allow_all(registry, "odd")
    texts: list[str] = []
    threads = [
        threading.Thread(target=lambda n=n: texts.append(call(registry, "odd__echo", key=f"k{n}", text=str(n)).text))
        for n in range(8)
    ]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert sorted(texts) == [str(n) for n in range(8)]


def _until(true: Callable[[], bool]) -> None:
    import time

    end = time.monotonic() + 10
    while not true():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_of_what_a_server_wrote_before_it_ended_the_last_lines_are_told() -> None:
    wrote = [f"  File 'server.py', line {n}, in main" for n in range(40)] + [
        "    ^^^^^^^^^^^",
        "AttributeError: no such thing",
    ]
    told = _end(wrote)
    assert told.endswith("line 39, in main / AttributeError: no such thing")
    assert "^^^" not in told
    assert len(told) <= 400
