"""Tools: what Groundwork can do. One file a tool; `base.py` is the contract, `registry.py` the list."""
