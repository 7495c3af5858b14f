"""From settings to parts: which embedding model, memory, built-in agent and tools. Which language model: `models.py`."""

from __future__ import annotations

import atexit
import threading
from collections.abc import Mapping

from agents.base import Agent
from memory.embedding import Embedder
from memory.store import Memory
from runs.settings import Settings
from tools.base import Tool

_READY = 20  # seconds that an ending process waits at most for the models to be loaded


def open_memory(settings: Settings, embedder: Embedder) -> Memory:
    return Memory(settings.home / "memory", embedder, embedding=settings.embedding)


def built_in_agent(embedder: Embedder) -> Agent:
    """The model and the agent's example goals are made ready in the background: the page is there before they are."""
    from agents.rules.agent import RuleAgent
    from agents.rules.reading.types import Sense
    from memory.reader import QueryReader, SentenceReader

    agent = RuleAgent(Sense(embedder.embed, SentenceReader().answers, QueryReader().asks))
    warming = threading.Thread(target=agent.warm, name="warm-agent", daemon=True)
    warming.start()
    atexit.register(warming.join, _READY)  # a process that ends in the middle of loading a model is aborted by it
    return agent


def built_in_tools() -> Mapping[str, Tool]:
    from tools.registry import all_tools

    return all_tools()
