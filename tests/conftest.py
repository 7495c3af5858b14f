"""For all tests: no example of a property test fails for taking long, for no test here asserts a time."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("untimed", settings.default, deadline=None)
settings.load_profile("untimed")
