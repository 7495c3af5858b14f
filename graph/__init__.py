"""The state machine: planner, executor, checker, and the edges that are the orchestrator."""
