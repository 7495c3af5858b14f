"""What the nodes of one run are given besides the state: who decides, what may be used, where events go."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol

from agents.base import Agent, Allowance
from agents.episodes import Episode
from agents.roles import RoleSpec, built_in_roles
from graph.approvals import Desk
from graph.events import Event
from graph.plans import ReviewDesk, When
from graph.policy import Rules
from tools.base import Journal, Json, MemoryOfUser, Tool


class Record(Journal, Protocol):
    """The run's durable store beside the checkpoints: notes of writes, and whole results. See `Journal` for `exact`."""

    def save(self, key: str, value: Json, exact: bool = False) -> None: ...
    def load(self, key: str) -> Json: ...  # None when there is nothing


@dataclass(frozen=True)
class Context:
    run: str
    user: str
    agent: Agent
    tools: Mapping[str, Tool]  # those this user may use
    memory: MemoryOfUser
    record: Record
    emit: Callable[[Event], None]
    now: datetime  # the run's clock: when it was accepted
    elapsed: Callable[[], float]  # seconds since the run started
    stop: asyncio.Event
    reports: Path
    rules: Callable[[], Rules]  # the user's rules as they stand at this moment
    web_search: bool = False
    allow_private_addresses: bool = False
    approvals: Desk | None = None  # None: there is nobody to ask, so what needs a yes is not done
    allowance: Allowance = field(default_factory=Allowance)
    roles: Mapping[str, RoleSpec] = field(default_factory=built_in_roles)
    review: When = "never"  # does the user want to see a plan before it runs?
    full: Callable[[], str] = str  # why the user may use no more today, or ""
    reviews: ReviewDesk | None = None  # None: nobody can be asked
    episodes: Callable[[str], Sequence[Episode]] = lambda goal: ()  # similar goals of this user, most alike first

    withheld: Mapping[str, str] = field(default_factory=dict)  # what a goal may name and not use, and why: for people

    @property
    def off(self) -> frozenset[str]:
        """Tools that are there and do nothing, because the user has not switched them on."""
        return frozenset() if self.web_search else frozenset({"web_search"})
