"""The built-in agent: no key, no network, deterministic. `RuleAgent` in `agent.py` is its only door."""
