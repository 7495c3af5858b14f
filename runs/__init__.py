"""The life of a run: start, stop, resume; the event log; the durable queue; wiring from settings."""
