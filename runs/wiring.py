"""From settings to parts: which memory, which agent, which tools."""

from __future__ import annotations

from collections.abc import Mapping

from agents.base import Agent
from memory.store import Memory
from runs.settings import Settings
from tools.base import Tool


def open_memory(settings: Settings) -> Memory:
    """The embedding model loads in the background: the page is there before it is."""
    from memory.embedding import Embedder

    embedder = Embedder()
    embedder.warm()
    return Memory(settings.home / "memory", embedder)


def built_in_agent(memory: Memory) -> Agent:
    from agents.rules.agent import RuleAgent

    return RuleAgent(memory.embedder.embed)


def built_in_tools() -> Mapping[str, Tool]:
    from tools.registry import all_tools

    return all_tools()
