"""Who decides: the Agent protocol (`base.py`) and its implementations. Deciding only: nothing here runs a tool."""
