"""Statements by their form: what is a decision, a duty, a date; and that the tool leaves none out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from memory.store import UserMemory
from tools.base import ToolContext
from tools.list_statements import list_statements
from tools.statements import Statement, is_a, statements, when

MINUTES = """Rowing Club: minutes of the committee, 4 May 2026

The boathouse
Two of the five windows are broken. It was agreed to replace both, at a cost of £420. Lena Voss will order the
glass by 12 May 2026.

Membership
Any rise in the fee must be approved by the annual meeting. Whether juniors pay less is still to be decided. The club
risks a fine if the jetty is not inspected by 30 June 2026.

Actions
Jetty inspection: P. Okoro, by 30 June 2026
Members shall
(a) sign the log before each outing; (b) not row alone.
"""


def of(kind: str) -> list[str]:
    return [s.line for s in statements(MINUTES, []) if is_a(kind, s)]


def test_each_kind_has_its_statements_and_no_others() -> None:
    assert of("decisions") == ["It was agreed to replace both, at a cost of £420."]
    assert of("actions") == [
        "Lena Voss will order the glass by 12 May 2026.",
        "Jetty inspection: P. Okoro, by 30 June 2026",
    ]
    assert of("open points") == ["Whether juniors pay less is still to be decided."]
    assert of("risks") == ["The club risks a fine if the jetty is not inspected by 30 June 2026."]
    assert of("amounts") == ["It was agreed to replace both, at a cost of £420."]
    assert "Members shall (a) sign the log before each outing; (b) not row alone." in of("duties")


@pytest.mark.parametrize("line", ["Orders above £500 must be approved by two officers.", "The agreed price is £40.", "If approved, work starts in May."])  # fmt: skip
def test_a_rule_is_no_decision(line: str) -> None:
    assert not is_a("decisions", Statement(0, len(line), line, line, "", ()))


def test_a_statement_stands_in_the_text_as_quoted() -> None:
    assert all(MINUTES[s.start : s.end] == s.quote for s in statements(MINUTES, []))
    assert [when(s) for s in statements(MINUTES, []) if is_a("actions", s)] == ["12 May 2026", "30 June 2026"]


def test_the_tool_lists_all_in_order_of_time_with_sources(memory: UserMemory, ctx: ToolContext) -> None:
    memory.add("minutes.txt", MINUTES.encode())
    memory.add(
        "lease.txt", b"The lease begins on 1 March 2026. The Tenant pays the rent on the first day of each month."
    )
    loaded = replace(ctx, memory=memory)
    dated = list_statements.run(loaded, "dates")
    assert next(p["when"] for p in dated.data["points"]) == "1 March 2026"  # type: ignore[index]
    assert {s["title"] for s in dated.sources} == {"minutes.txt", "lease.txt"}
    whose = list_statements.run(loaded, "duties", who="tenant")
    assert [p["text"] for p in whose.data["points"]] == ["The Tenant pays the rent on the first day of each month."]  # type: ignore[index]
    assert list_statements.run(loaded, "decisions", ["lease.txt"]).data["points"] == []
