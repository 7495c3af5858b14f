"""Real memory with documents made here, one for all of these tests; nothing of it is changed by a test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from agents.models.spec import ModelSettings
from agents.rules.agent import RuleAgent
from agents.rules.reading import Sense
from memory.embedding import Embedder
from memory.reader import QueryReader, SentenceReader
from memory.store import Memory
from runs.service import Groundwork
from tests.agents.drive import Ran, run
from tests.model_server import ModelServer
from tests.runs.conftest import open_groundwork

__all__ = ["open_groundwork"]

LEASE = """# Lease of the workshop at 4 Mill Lane

## 1 Term
The lease begins on 1 May 2025 and ends on 30 April 2028.

## 2 Rent
The monthly rent is EUR 1,850, payable in advance on the third day of each month.

## 3 Notice
Either party may end the lease early by giving sixty days' written notice.

## 4 Deposit
The Tenant pays a deposit of EUR 5,550 before the keys are handed over by the caretaker, Ms Ingrid Dahl.
"""
RULES = """# Rules for buying

Purchases above EUR 900 need the signature of the head of finance.
Suppliers are paid within 30 days after the invoice has been received.
Travel by train is booked in second class. Flights need a reason in writing.
"""
ORDERS = """order_id,ordered_on,customer,country,product,quantity,revenue,paid
1,2025-01-14,Bluebird Cafe,Germany,Teapot,4,120.00,yes
2,2025-01-30,Nordlys Hotel,Norway,Cup,60,480.00,yes
3,2025-02-11,Bluebird Cafe,Germany,Cup,20,160.00,no
4,2025-02-19,Casa Lima,Spain,Teapot,12,360.00,yes
5,2025-03-03,Nordlys Hotel,Norway,Plate,80,1200.00,no
6,2025-03-21,Casa Lima,Spain,Plate,40,600.00,yes
7,2025-04-02,Bluebird Cafe,Germany,Plate,10,150.00,yes
8,2025-04-28,Nordlys Hotel,Norway,Teapot,30,900.50,no
"""
CUSTOMERS = """customer,city,contact
Bluebird Cafe,Bremen,Jana Vogel
Nordlys Hotel,Bergen,Olav Lie
Casa Lima,Madrid,Pilar Soto
"""

Ask = Callable[..., Ran]


@pytest.fixture(scope="session")
def embedder() -> Embedder:
    return Embedder()


@pytest.fixture(scope="session")
def agent(embedder: Embedder) -> RuleAgent:
    return RuleAgent(Sense(embedder.embed, SentenceReader().answers, QueryReader().asks))


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Iterator[Memory]:
    memory = Memory(tmp_path_factory.mktemp("memory"), embedder)
    yield memory
    memory.close()


def _filled(store: Memory, user: str, files: dict[str, str]) -> Any:
    mine = store.for_user(user)
    for name, text in files.items():
        assert mine.add(name, text.encode()).status == "added"
    return mine


@pytest.fixture(scope="session")
def everything(store: Memory) -> Any:
    return _filled(
        store,
        "all",
        {"workshop-lease.md": LEASE, "buying-rules.md": RULES, "orders.csv": ORDERS, "customers.csv": CUSTOMERS},
    )


@pytest.fixture(scope="session")
def tables(store: Memory) -> Any:
    return _filled(store, "tables", {"orders.csv": ORDERS, "customers.csv": CUSTOMERS})


@pytest.fixture(scope="session")
def texts(store: Memory) -> Any:
    return _filled(store, "texts", {"workshop-lease.md": LEASE, "buying-rules.md": RULES})


@pytest.fixture
def nothing(store: Memory, request: pytest.FixtureRequest) -> Any:
    return store.for_user(f"nobody-{request.node.name}")


@pytest.fixture
def ask(agent: RuleAgent, tmp_path: Path) -> Ask:
    def go(memory: Any, goal: str, **more: Any) -> Ran:
        return run(agent, memory, goal, tmp_path, **more)

    return go


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with ModelServer() as s:
        yield s


@pytest.fixture
def model(open_groundwork: Callable[..., Groundwork], server: ModelServer) -> Callable[..., Groundwork]:
    def opened(tools: Any = None, service: Any = None, **more: Any) -> Groundwork:
        g = open_groundwork(tools=tools, **(service or {}))
        name = f"openai:test-model@{server.url}"
        g.models.save(ModelSettings(**{"model": name, "backoff": 0.01, "timeout": 20.0, **more}))
        g.steering.choose_review("u", "never")  # tests of reviews choose otherwise
        return g

    return opened
