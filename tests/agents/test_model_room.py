"""A small context is enough: long documents, long threads, long results; and no budget is passed."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from graph import events as ev
from graph.state import DEFAULT_BUDGETS, Answer
from runs.service import Groundwork
from runs.types import Upload
from tests.agents.model_runs import answer, ended, plan, step
from tests.model_server import Asked, Decided, Failed, ModelServer, Said

FINISH = Decided({"word": "finish", "reason": "It answers the goal."})


def longest(server: ModelServer) -> int:
    """Characters of the longest prompt."""
    return max(len(json.dumps(a.body["messages"])) for a in server.asked)


def book(pages: int) -> bytes:
    said = [
        f"## Page {n}\n\nThe keeper of lamp {n} reports {n * 7 % 50} hours of fog and {n % 9} ships. "
        + "The wind turned twice and the log was signed at noon by the officer of the watch. " * 18
        for n in range(1, pages + 1)
    ]
    return ("# The lamps\n\n" + "\n\n".join(said) + "\n\n## Rule\n\nThe bell is rung at 41 minutes past.\n").encode()


def test_a_200_page_document_is_read_in_parts_by_a_model_with_8k(model, server):
    server.expect(
        plan(
            step("a", "read_document", document="lamps.md", length=50_000),
            step("b", needs=["a"]),
            step("c", role="writer", needs=["b"]),
        ),
        schema="plan",
    )
    opened = Decided({"do": "open", "step": "s1", "part": 4, "thinking": "The head is not enough."})
    server.expect(opened, schema="next", when=lambda a: "(part " not in a.text)
    search = {"do": "tool", "tool": "search_memory", "args": {"query": "when is the bell rung"}}
    server.expect(Decided(search), schema="next", when=lambda a: "(part 4 of" in a.text and "call 1" not in a.text)
    server.expect(
        Decided({"do": "finish", "text": "The bell is rung at 41 minutes past [s2.1]."}), schema="next", text="call 1"
    )
    server.expect(Said("The bell is rung at 41 minutes past [s2.1].\nOUTCOME: answered"))
    server.expect(FINISH, schema="review")
    run, events = ended(model(context=8_192), "When is the bell rung?", Upload("lamps.md", book(200)))
    server.finish()
    assert run.outcome == "answered"
    assert answer(events).claims[0]["support"] == "supported"
    assert longest(server) < 8_192 * 4
    assert not [e for e in events if isinstance(e, ev.ModelChanged)]


def test_the_hundredth_turn_knows_what_was_said_in_the_third(model, server):
    g: Groundwork = model(context=8_192)
    thread = ""
    for n in range(1, 101):
        goal = "Our project is called Bluebird, remember" if n == 3 else f"Question {n} about the weather of day {n}"
        said = Answer(
            text="Noted: the project is called Bluebird." if n == 3 else f"On day {n} it rained for a while. " * 30,
            outcome="answered", reason="", claims=[], sources=[], data={},
        )  # fmt: skip
        run = g._ledger.accept(f"turn{n}", "u", goal, thread, [])
        thread = run.thread
        g._ledger.end(run.id, "done", said, "", 0.1)
    knows: Callable[[Asked], bool] = lambda a: "the project is called Bluebird" in a.text  # noqa: E731
    server.expect(plan(step("a", role="writer")), schema="plan", when=knows)
    server.expect(Said("Your project has the name Bluebird.\nOUTCOME: answered"), when=knows)
    server.expect(Said("You said: Bluebird.\nOUTCOME: answered"), times=None)
    server.expect(FINISH, schema="review")
    run, _ = ended(g, "What is our project called?", thread=thread)
    assert "Bluebird" in run.answer
    assert not server.failures
    assert longest(server) < 8_192 * 4


def never_content(asked: Asked) -> Any:
    """A specialist that goes on searching until its calls are used up."""
    if asked.schema == "plan":
        return plan(
            step("a", "search_memory", query="lamp"), step("b", needs=["a"]), step("c", role="writer", needs=["b"])
        )
    if asked.schema == "next":
        return Decided({"do": "tool", "tool": "search_memory", "args": {"query": f"lamp {asked.number}"}})
    return FINISH if asked.schema else Said("The keeper reports.\nOUTCOME: answered")


@pytest.mark.parametrize("tokens", [300, 2_500, 6_000])
def test_the_budget_of_tokens_stops_a_run_before_it_is_passed(model, server, tokens: int):
    server.respond(never_content)
    budgets = {**DEFAULT_BUDGETS, "tokens": tokens}
    run, events = ended(model(service={"budgets": budgets}), "What do the keepers report?", Upload("lamps.md", book(6)))
    used = sum(e.input_tokens + e.output_tokens for e in events if isinstance(e, ev.ModelUsed))
    assert used <= tokens
    assert run.status == "done"
    assert run.outcome in ("partial", "not_answered")
    assert "budget" in run.reason
    assert "tokens" in run.reason


def test_the_next_model_goes_on_and_both_panel_and_answer_say_so(model, server, monkeypatch):
    monkeypatch.setenv("GROUNDWORK_MODEL_KEY", "canary-7d21f5aa")
    with ModelServer(key="another key") as broken:
        name = f"openai:test-model@{broken.url}"
        server.expect(Failed(429, {"Retry-After": "0.05"}), schema="plan")
        server.expect(plan(step("a", role="writer")), schema="plan")
        server.expect(Said("Hello, how can I help?\nOUTCOME: answered"))
        server.expect(FINISH, schema="review")
        g = model(model=name, fallbacks=(f"openai:test-model@{server.url}",))
        run, events = ended(g, "Hello there")
        server.finish()
    changed = [e for e in events if isinstance(e, ev.ModelChanged)]
    assert [e.before for e in changed] == [name], "a model that has failed is not tried again in the same run"
    assert "refused the key" in changed[0].reason
    assert "refused the key" in str(answer(events).data["notes"])
    assert "canary-7d21f5aa" not in str(events) + run.answer + run.reason


def test_another_model_for_a_role(model, server):
    with ModelServer() as other:
        server.expect(plan(step("a", role="writer")), schema="plan")
        other.expect(Said("Good morning to you.\nOUTCOME: answered"))
        server.expect(FINISH, schema="review")
        run, _ = ended(model(roles={"writer": f"openai:test-model@{other.url}"}), "Good morning")
        server.finish()
        other.finish()
    assert run.answer.startswith("Good morning to you")


def test_an_unsupported_sentence_goes_back_once_and_is_marked_if_it_stays(model, server):
    server.expect(plan(step("a", "search_memory", query="bell"), step("b", role="writer", needs=["a"])), schema="plan")
    wrong = "The bell is rung at 17 minutes past [s1.1].\nOUTCOME: answered"
    server.expect(Said(wrong), when=lambda a: "17 minutes" not in a.text)
    server.expect(Said(wrong), text="What was wrong with it")
    server.expect(FINISH, schema="review")
    run, events = ended(model(), "When is the bell rung?", Upload("lamps.md", book(2)))
    server.finish()
    assert [c["support"] for c in answer(events).claims] == ["unsupported"]
    assert [e.attempt for e in events if isinstance(e, ev.StepStarted) and e.step == "s2"] == [1, 2]
    assert run.status == "done"


def test_plans_that_never_pass_end_with_the_built_in_agent(model, server):
    cycle = plan(
        step("a", "calculate", needs=["b"], expression="1+1"), step("b", "calculate", needs=["a"], expression="2+2")
    )
    server.expect(cycle, schema="plan", times=2)
    run, events = ended(model(), "What is 17.5% of 2,340?")
    server.finish()
    assert "409.5" in run.answer
    assert sum(isinstance(e, ev.PlanRejected) for e in events) == 2
    assert "did not pass the checks" in str(answer(events).data["notes"])


@pytest.mark.parametrize("money", [0.0001, 0.0008, 0.0015])
def test_the_budget_of_money_stops_a_run_before_it_is_passed(model, monkeypatch, money: float):
    """A model whose price is known, at an address that speaks for it; each call is held at what it may cost at most."""

    with ModelServer(models=("gpt-4o-mini",)) as priced:
        priced.respond(never_content)
        monkeypatch.setenv("OPENAI_API_KEY", "sk-test-4711")
        monkeypatch.setenv("OPENAI_BASE_URL", priced.url)
        budgets = {**DEFAULT_BUDGETS, "money": money}
        g = model(service={"budgets": budgets}, model="openai:gpt-4o-mini")
        run, events = ended(g, "What do the keepers report?", Upload("lamps.md", book(6)))
        assert not priced.failures
    used = [e.money for e in events if isinstance(e, ev.ModelUsed)]
    assert all(m > 0 for m in used), "its price is known"
    assert sum(used) <= money
    assert run.status == "done"
    assert run.outcome in ("partial", "not_answered")
    assert "budget" in run.reason
    assert "$" in run.reason
