"""Days of the week in a claim: of its date, beside one, and in the place of one."""

from __future__ import annotations

import pytest

from graph.claims.grounding import ground
from tests.graph.claims.test_grounding import embed, result

MOVED = "The seminars move from Monday to Thursday, 12:15, from 5 November 2026."


@pytest.mark.parametrize(
    ("claim", "support"),
    [
        (MOVED, "supported"),
        ("The seminars move to Thursday from 5 November 2026.", "supported"),
        ("The seminars move from Tuesday to Thursday, 12:15, from 5 November 2026.", "unsupported"),
        ("The seminars move to Monday, 12:15, from 5 November 2026.", "unsupported"),
    ],
)
def test_a_day_is_that_of_the_date_or_stands_in_the_source(claim: str, support: str) -> None:
    grounded = ground(f"{claim[:-1]} [s1.1].", {"s1": result("s1", sources=[("minutes.txt", MOVED)])}, embed)
    assert [c["support"] for c in grounded.claims] == [support]
