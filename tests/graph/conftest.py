from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

os.environ.setdefault("LANGGRAPH_STRICT_MSGPACK", "true")

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.types import Command

from graph.build import RECURSION_LIMIT, build
from graph.context import Context
from graph.events import Event
from graph.policy import Rules
from graph.state import DEFAULT_BUDGETS, Budgets, State, initial
from tests.fakes import DictRecord, EmptyMemory, MemoryDesk, MemoryReviews
from tools.base import RetryTool, Tool, ToolFailed, ToolResult, source, tool


@tool(risk="read")
def give(ctx: Any, value: int = 1) -> ToolResult:
    """Give a value."""
    return ToolResult(f"the value is {value}", {"value": value}, [source("A test", f"the value is {value}")])


@tool(risk="read")
def fail(ctx: Any) -> ToolResult:
    """Fail for good."""
    raise ToolFailed("This tool always fails.")


@tool(risk="read", retries=2)
def stutter(ctx: Any) -> ToolResult:
    """Ask for another try, always."""
    raise RetryTool("Not now.", after=0.001)


@tool(risk="read", external=True)
def outside(ctx: Any) -> ToolResult:
    """Bring in external content."""
    return ToolResult("from outside", {"value": "x"}, [source("Page", "from outside", trust="external")])


@tool(risk="write")
def put(ctx: Any, value: int = 1) -> ToolResult:
    """Write something."""
    PUT.append((ctx.key, value))
    return ToolResult("written", {"value": value})


@tool(risk="external", pure=True)
def post(ctx: Any, value: int = 1) -> ToolResult:
    """Send something away."""
    PUT.append((ctx.key, value))
    return ToolResult("sent", {"value": value})


@tool(risk="read", pure=True)
def count(ctx: Any, value: int = 1) -> ToolResult:
    """Count one further."""
    return ToolResult(str(value + 1), {"value": value + 1})


@tool(risk="read", external=True)
def visit(ctx: Any, url: str) -> ToolResult:
    """Look at an address."""
    return ToolResult("a page", {"value": url})


PUT: list[tuple[str, int]] = []
TOOLS: dict[str, Tool] = {t.name: t for t in (give, fail, stutter, outside, put, post, count, visit)}


class Driven:
    """The real graph with a scripted agent: `drive(agent)` runs to the end or to the first question."""

    def __init__(self, agent: Any, budgets: Budgets = DEFAULT_BUDGETS) -> None:
        self.events: list[Event] = []
        self.stop = asyncio.Event()
        self.clock = 0.0
        self.tick = 0.0  # seconds that pass whenever the clock is read
        self.ask_at_edge = False
        self.full = ""  # why the user's day is full
        self.record = DictRecord()
        self.desk = MemoryDesk()
        self.memory: Any = EmptyMemory()
        self.rules = Rules("member", {})
        self.review: Any = "never"
        self.reviews = MemoryReviews()
        self._agent, self._budgets = agent, budgets
        self._graph = build(InMemorySaver())
        self._config: Any = {"configurable": {"thread_id": "r"}, "recursion_limit": RECURSION_LIMIT}

    async def start(self, goal: str = "a goal") -> State:
        return await self._go(initial(goal, budgets=self._budgets, ask_at_edge=self.ask_at_edge))

    async def reply(self, text: str) -> State:
        waiting = (await self._graph.aget_state(self._config)).interrupts
        return await self._go(Command(resume={waiting[0].id: text}))

    async def decide(self, id: str, word: Any, **more: Any) -> State:
        """A person decides one waiting approval; the run goes on with that one."""
        self.desk.decide(id, word, **more)
        waiting = (await self._graph.aget_state(self._config)).interrupts
        return await self._go(Command(resume={i.id: True for i in waiting if i.value.get("approval") == id}))

    async def reviewed(self, id: str, word: Any, **more: Any) -> State:
        """A person decides on the plan that waits."""
        self.reviews.decide(id, word, **more)
        waiting = (await self._graph.aget_state(self._config)).interrupts
        return await self._go(Command(resume={i.id: True for i in waiting if i.value.get("review") == id}))

    async def waits(self) -> bool:
        return bool((await self._graph.aget_state(self._config)).interrupts)

    async def _go(self, given: Any) -> State:
        context = Context(
            run="r",
            user="u",
            agent=self._agent,
            tools=TOOLS,
            memory=self.memory,
            record=self.record,
            emit=self.events.append,
            now=datetime(2026, 3, 2, 9, 0, tzinfo=UTC),
            elapsed=self._elapsed,
            stop=self.stop,
            reports=Path("reports"),
            approvals=self.desk,
            rules=lambda: self.rules,
            review=self.review,
            full=lambda: self.full,
            reviews=self.reviews,
        )
        await self._graph.ainvoke(given, self._config, context=context)
        return (await self._graph.aget_state(self._config)).values  # type: ignore[return-value]

    def _elapsed(self) -> float:
        self.clock += self.tick
        return self.clock

    async def question(self) -> dict[str, Any]:
        """What the run asks its user."""
        waiting = (await self._graph.aget_state(self._config)).interrupts
        return waiting[0].value

    def kinds(self) -> list[str]:
        return [type(e).__name__ for e in self.events]


@pytest.fixture
def drive() -> Callable[..., Driven]:
    PUT.clear()
    return Driven
