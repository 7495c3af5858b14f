from __future__ import annotations

from collections.abc import Callable
from typing import Any, get_type_hints, is_typeddict

import pytest

from graph import updates
from graph.checker import checker
from graph.executor import executor
from graph.extend import extend
from graph.planner import planner
from graph.review import review
from graph.state import State

UPDATES = [t for t in vars(updates).values() if is_typeddict(t) and t.__module__ == updates.__name__]


@pytest.mark.parametrize("update", UPDATES, ids=lambda t: t.__name__)
def test_a_node_writes_only_what_the_state_holds(update: type) -> None:
    assert get_type_hints(update).keys() <= get_type_hints(State).keys()


@pytest.mark.parametrize("node", [planner, review, executor, checker, extend])
def test_a_node_returns_its_own_typed_dict(node: Callable[..., Any]) -> None:
    returned = get_type_hints(node)["return"]
    kinds = getattr(returned, "__args__", (returned,))
    assert all(k in UPDATES for k in kinds), returned
