"""What a specialist sees and may do inside its step, in whole runs with a scripted model."""

from __future__ import annotations

import pytest

from graph import events as ev
from runs.types import Upload
from tests.agents.model_runs import answer, ended, plan, step
from tests.model_server import Decided, Said

LEASE = Upload("lease.md", b"# Lease\n\n## Rent\nThe monthly rent is EUR 1,850.\n\n## Term\nThe lease ends in 2028.\n")
ORDERS = Upload("orders.csv", b"region,revenue\nNorth,120\nSouth,480\n")
FINISH = Decided({"word": "finish", "reason": "It answers the goal."})
RENT = Said("The monthly rent is EUR 1,850 [s1.1].\nOUTCOME: answered")


def use(tool: str, **args: object) -> Decided:
    return Decided({"do": "tool", "tool": tool, "args": args})


def test_it_sees_the_tables_its_own_calls_and_each_passage_once(model, server):
    server.expect(plan(step("a"), step("b", role="writer", needs=["a"])), schema="plan")
    server.expect(use("search_memory", query="rent"), schema="next")
    server.expect(use("search_memory", query="monthly rent"), schema="next")
    server.expect(Decided({"do": "finish", "text": "The monthly rent is EUR 1,850 [s1.1]."}), schema="next")
    server.expect(RENT)
    server.expect(FINISH, schema="review")
    run, _ = ended(model(), "How much is the monthly rent?", LEASE, ORDERS)
    server.finish()
    assert run.outcome == "answered"
    asked = [a.text for a in server.asked if a.schema == "next"]
    assert "orders (orders.csv" in asked[0]
    assert "region" in asked[0]
    assert "web_search" not in "".join(a.text for a in server.asked), "it is switched off"
    assert 'call 1: search_memory {"query": "rent"' in asked[1]
    assert 'call 2: search_memory {"query": "monthly rent"' in asked[2]
    assert asked[2].count("The monthly rent is EUR 1,850") == 1
    assert "the same passage as [s1.1]" in asked[2]


def test_an_earlier_result_is_put_into_its_call(model, server):
    server.expect(
        plan(step("a", "calculate", "analyst", expression="6*7"), step("b", role="analyst", needs=["a"]),
             step("c", role="writer", needs=["b"])),
        schema="plan",
    )  # fmt: skip
    server.expect(use("calculate", expression="${s1.value} * 2"), schema="next")
    server.expect(use("calculate", expression="${s7.value} * 2"), schema="next")  # there is none: told, and asked again
    server.expect(Decided({"do": "finish", "text": "It is 84."}), schema="next", text="s7")
    server.expect(Said("42 * 2 = 84.\nOUTCOME: answered"))
    server.expect(FINISH, schema="review")
    run, events = ended(model(), "What is 6*7, and the double of that?")
    server.finish()
    assert [e.args["expression"] for e in events if isinstance(e, ev.ToolCalled)] == ["6*7", "42 * 2"]
    assert run.outcome == "answered"


def test_a_tool_that_is_switched_off_cannot_be_called(model, server):
    server.expect(plan(step("a"), step("b", role="writer", needs=["a"])), schema="plan")
    server.expect(use("web_search", query="rents"), schema="next")
    server.expect(use("search_memory", query="rent"), schema="next", text="switched off")
    server.expect(Decided({"do": "finish", "text": "EUR 1,850 [s1.1]."}), schema="next")
    server.expect(RENT)
    server.expect(FINISH, schema="review")
    run, events = ended(model(), "How much is the monthly rent?", LEASE)
    server.finish()
    assert [e.tool for e in events if isinstance(e, ev.ToolCalled)] == ["search_memory"]
    assert run.outcome == "answered"


@pytest.mark.parametrize("last", ["", "fails"])
def test_at_the_limit_of_its_calls_it_ends_with_what_was_found(model, server, last):
    """A model that always wants one more call; with "fails", its last call is one that goes wrong."""
    server.expect(plan(step("a"), step("b", role="writer", needs=["a"])), schema="plan")
    words = ["rent", "monthly rent", "rent per month", "price", "cost"]
    for w in words:
        server.expect(use("search_memory", query=w), schema="next")
    server.expect(
        use("read_document", document="nowhere.pdf") if last else use("search_memory", query="fee"), schema="next"
    )
    server.expect(
        use("search_memory", query="one more"), times=None, when=lambda a: "You have used your tool calls" in a.text
    )
    server.expect(RENT)
    server.expect(FINISH, schema="review", times=None)
    run, events = ended(model(), "How much is the monthly rent?", LEASE)
    assert len([e for e in events if isinstance(e, ev.ToolCalled)]) == 6
    ends = {e.step: e for e in events if isinstance(e, ev.StepEnded)}
    assert ends["s1"].status == "ok"
    assert "The monthly rent is EUR 1,850" in ends["s1"].text
    assert run.outcome == "answered" if not answer(events).reason else run.outcome == "partial"
    assert "1,850" in run.answer
