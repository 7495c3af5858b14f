"""A strict OpenAI-compatible server over real HTTP, for tests: scripted, and unforgiving of what it was not told to expect.

    with ModelServer() as server:
        server.expect(Decided({"steps": [...]}), schema="plan")
        server.expect(Failed(429, {"Retry-After": "1"}))
        server.expect(Said("The fee is 1,200 euros."), text="Write the answer")
        ...                       # point the product at server.url
        server.finish()           # nothing unexpected came, nothing scripted was left over, every request was well formed

It is no language model and imitates none: what it says is what the test says. What it checks is the protocol.
"""

from tests.model_server.asked import Asked
from tests.model_server.replies import (
    Called,
    CutOff,
    Decided,
    Failed,
    Garbled,
    Raw,
    Refused,
    Reply,
    Reset,
    Said,
    Silent,
    Slow,
)
from tests.model_server.server import ModelServer

__all__ = [
    "Asked",
    "Called",
    "CutOff",
    "Decided",
    "Failed",
    "Garbled",
    "ModelServer",
    "Raw",
    "Refused",
    "Reply",
    "Reset",
    "Said",
    "Silent",
    "Slow",
]
