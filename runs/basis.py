"""What every part that works on runs stands on, handed on as one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from graph.policy import Rules
from runs.database import Database
from runs.ledger import Ledger
from runs.log import Log
from tools.base import Tool


@dataclass(frozen=True)
class Basis:
    database: Database
    ledger: Ledger
    log: Log
    tools: Callable[[], Mapping[str, Tool]]  # all there are at the moment, those of MCP servers included
    rules: Callable[[str], Rules]  # of a user, as they stand at the moment
