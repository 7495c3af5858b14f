"""The graph, as the diagram in DESIGN.md draws it."""

from __future__ import annotations

from typing import Any

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph import START, StateGraph
from langgraph.graph.state import CompiledStateGraph

from graph.checker import checker
from graph.context import Context
from graph.edges import after_checker, after_extend, after_planner, after_review, after_start, dispatch
from graph.executor import executor
from graph.extend import extend
from graph.planner import planner
from graph.review import review
from graph.state import State

RECURSION_LIMIT = 500  # far above what the budgets allow: reaching it is a bug, not a budget


def build(checkpointer: BaseCheckpointSaver[Any] | None) -> CompiledStateGraph[Any, Any, Any, Any]:
    to_start = lambda state: dispatch(state, after_start(state))  # noqa: E731
    to_planner = lambda state: dispatch(state, after_planner(state))  # noqa: E731
    to_review = lambda state: dispatch(state, after_review(state))  # noqa: E731
    to_checker = lambda state: dispatch(state, after_checker(state))  # noqa: E731
    to_extend = lambda state: dispatch(state, after_extend(state))  # noqa: E731
    g = StateGraph(State, context_schema=Context)
    g.add_node("planner", planner)
    g.add_node("review", review)
    g.add_node("executor", executor)
    g.add_node("checker", checker)
    g.add_node("extend", extend)
    g.add_conditional_edges(START, to_start, ["planner", "executor", "__end__"])
    g.add_conditional_edges("planner", to_planner, ["planner", "review", "executor", "extend", "__end__"])
    g.add_conditional_edges("review", to_review, ["planner", "executor", "extend", "__end__"])
    g.add_edge("executor", "checker")
    g.add_conditional_edges("checker", to_checker, ["planner", "executor", "extend", "__end__"])
    g.add_conditional_edges("extend", to_extend, ["planner", "review", "executor", "extend", "__end__"])
    return g.compile(checkpointer=checkpointer)
