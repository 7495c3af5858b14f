"""Search engines cannot be reached in tests; what they raise and return is given in their place, at the library's edge."""

from __future__ import annotations

from dataclasses import replace

import ddgs
import pytest
from ddgs.exceptions import DDGSException, RatelimitException, TimeoutException

from tools.base import RetryTool, ToolContext, ToolFailed
from tools.web_search import web_search


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Holds one reply or exception; asking twice, or with nothing prepared, fails the test."""
    replies: list[object] = []

    def text(self: object, query: str, *, max_results: int) -> object:
        reply = replies.pop()
        if isinstance(reply, Exception):
            raise reply
        return reply

    monkeypatch.setattr(ddgs.DDGS, "text", text)
    return replies


def test_it_is_off_until_the_user_switches_it_on(ctx: ToolContext, engine: list[object]) -> None:
    with pytest.raises(ToolFailed, match="Switch it on"):
        web_search.run(ctx, "weather")


def test_results_are_external_sources(ctx: ToolContext, engine: list[object]) -> None:
    engine.append(
        [
            {"title": "Lindau", "href": "https://lindau.example/", "body": "A town on an island."},
            {"title": "no address"},
        ]
    )
    result = web_search.run(replace(ctx, web_search=True), "lindau", k=3)
    assert result.data["results"] == [
        {"title": "Lindau", "url": "https://lindau.example/", "snippet": "A town on an island."}
    ]
    assert result.data["value"] == 1
    [s] = result.sources
    assert (s["trust"], s["locator"], s["quote"]) == ("external", "https://lindau.example/", "A town on an island.")
    assert engine == []


@pytest.mark.parametrize(
    ("fault", "expected", "message"),
    [
        (RatelimitException("202"), RetryTool, "slow down"),
        (TimeoutException("timed out"), RetryTool, "in time"),
        (DDGSException("DNSError: no records found"), ToolFailed, "No network"),
    ],
)
def test_faults_are_told_apart(
    ctx: ToolContext, engine: list[object], fault: Exception, expected: type[Exception], message: str
) -> None:
    engine.append(fault)
    with pytest.raises(expected, match=message):
        web_search.run(replace(ctx, web_search=True), "x")


def test_nothing_found_is_an_answer(ctx: ToolContext, engine: list[object]) -> None:
    engine.append(DDGSException("No results found."))
    assert web_search.run(replace(ctx, web_search=True), "x").data == {"results": [], "value": 0}
    with pytest.raises(ToolFailed, match="empty"):
        web_search.run(replace(ctx, web_search=True), " ")
