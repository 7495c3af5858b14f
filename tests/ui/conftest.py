from __future__ import annotations

from collections.abc import Iterator

import pytest
import streamlit as st

from tests.ui.fake_service import FakeService
from ui import session


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeService]:
    """The scripted service in the place of the real one; every call that was expected must have come."""
    fake = FakeService()
    st.cache_resource.clear()
    monkeypatch.setattr(session, "groundwork", lambda: fake)
    yield fake
    st.cache_resource.clear()
    assert fake.expected == []
