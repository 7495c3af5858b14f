"""What a model turned out not to do is remembered in proportion, and tried again later."""

from __future__ import annotations

import json

import pytest

from agents.models import learned
from agents.models.learned import AGAIN, AGAIN_UNTOLD, Learned
from agents.models.tokens import Scale
from graph import events as ev
from runs.types import Upload
from tests.agents.model_runs import ended, plan, step
from tests.model_server import Decided, Failed, Garbled, Said, Silent
from tests.runs.conftest import to_the_end

LONG = Failed(400, body=json.dumps({"error": {"message": "This model's maximum context length is exceeded."}}))
NO_SCHEMA = Failed(400, body=json.dumps({"error": {"message": "response_format json_schema is not supported"}}))
FINISH = Decided({"word": "finish", "reason": "It answers the goal."})


class Clock:
    def __init__(self) -> None:
        self.at = 1_000.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(learned, "now", made)
    return made


def test_the_context_follows_the_prompt_that_failed_and_comes_back(clock: Clock) -> None:
    known = Learned(128_000)
    assert known.too_long(60_000)
    assert known.context == 45_000
    assert known.too_long(45_000)
    assert known.context == 33_750
    clock.at += AGAIN
    assert known.context == 128_000
    assert known.too_long(100_000)  # it has not changed: left alone for twice as long
    clock.at += AGAIN
    assert known.context == 75_000
    clock.at += AGAIN
    known.fitted(100_000, 2_000)  # it has: all is forgotten
    assert known.too_long(100_000)
    clock.at += AGAIN
    assert known.context == 128_000


def test_a_reply_that_took_too_long_may_be_shorter_for_a_while(clock: Clock) -> None:
    known = Learned(8_192)
    assert known.in_time(2_000) == 2_000
    known.too_slow(2_000)
    known.too_slow(2_000)  # a call at the same time found the same
    assert (known.in_time(2_000), known.in_time(700)) == (1_000, 700)
    known.fitted(4_000, 1_000)  # as long as it may be: that says nothing of longer ones
    assert known.in_time(2_000) == 1_000
    for _ in range(4):
        known.too_slow(known.in_time(2_000))
    assert known.in_time(2_000) == 256
    clock.at += AGAIN
    assert known.in_time(2_000) == 2_000
    known.fitted(6_000, 2_000)
    known.too_slow(2_000)
    clock.at += AGAIN  # not twice as long: it had been fast in between
    assert known.in_time(2_000) == 2_000


def test_a_model_that_writes_slowly_is_asked_for_less(model, server) -> None:
    """As a small model on a small machine does that fills its plan up to the limit, if it is let."""
    slow = {"when": lambda a: a.body["max_tokens"] > 1_000, "schema": "plan", "times": None}
    server.expect(Silent(20), **slow)
    server.expect(plan(step("a", "calculate", "analyst", expression="6*7"), step("b", role="writer")), schema="plan")
    server.expect(Said("6 * 7 = 42.\nOUTCOME: answered"))
    server.expect(FINISH, schema="review")
    run, _ = ended(model(timeout=2.0), "What is 6*7?")
    server.finish()
    assert run.answer.startswith("6 * 7 = 42")
    assert [a.body["max_tokens"] for a in server.asked if a.schema == "plan"] == [2_000, 1_000]


def test_a_short_prompt_that_is_called_too_long_lowers_nothing(clock: Clock) -> None:
    known = Learned(128_000)
    assert not known.too_long(900)
    assert known.context == 128_000


def test_a_better_way_is_tried_again_later(clock: Clock) -> None:
    known = Learned(8_192)
    known.instead("tools", told=True)
    known.served("tools")
    assert known.mode == "tools"
    clock.at += AGAIN
    assert known.mode == "native"
    known.instead("text", told=False)  # found out by what it answered, which costs calls: later
    clock.at += AGAIN
    assert known.mode == "text"
    clock.at += AGAIN_UNTOLD
    assert known.mode == "native"
    known.served("native")
    known.instead("tools", told=True)
    clock.at += AGAIN
    assert known.mode == "native"


def test_a_bill_out_of_line_passes() -> None:
    scale = Scale()
    scale.learn(60, 600)  # a server's own prompt, not a factor
    assert scale.factor == 1.0
    scale.learn(1_000, 4_000)
    assert scale.factor == 4.0
    for _ in range(40):
        scale.learn(1_000, 1_000)
    assert scale.factor < 1.1


def _expect_a_run(server, *first) -> None:
    for reply in first:
        server.expect(reply)
    server.expect(plan(step("z", role="writer")))
    server.expect(Said("Hello there.\nOUTCOME: answered"))
    server.expect(FINISH)


def test_one_odd_refusal_lowers_it_for_a_while_only(model, server, clock: Clock) -> None:
    g = model()
    _expect_a_run(server)
    ended(g, "Say hello.")
    _expect_a_run(server, NO_SCHEMA)  # although it has served so before
    ended(g, "Say hello again.")
    _expect_a_run(server)
    ended(g, "Say hello once more.")
    clock.at += AGAIN
    _expect_a_run(server)
    run, _ = ended(g, "Say hello at last.")
    server.finish()
    assert run.answer == "Hello there."
    ways = [a.way for a in server.asked]
    assert ways[:3] == ["native", "text", "native"]
    assert ways[3:7] == ["native", "tool", "text", "tool"]
    assert ways[7:10] == ["tool", "text", "tool"]
    assert ways[10:] == ["native", "text", "native"]


def test_one_prompt_that_is_too_long_shortens_the_next_ones_for_a_while(model, server, clock: Clock) -> None:
    g = model(context=8_192)
    _expect_a_run(server, LONG)
    run, _ = ended(g, "Say hello.")
    server.finish()
    assert run.answer == "Hello there."
    (known,) = [c.learned for c in g.models._chats.values()]
    assert 2_048 <= known.context < 8_192
    clock.at += AGAIN
    assert known.context == 8_192


def test_a_decision_that_is_cut_off_is_asked_for_again(model, server) -> None:
    g = model()
    _expect_a_run(server, Garbled('{"understood": "it goes on and on', finish="length"))
    run = to_the_end(g, "u", g.submit("u", "Say hello."))
    server.finish()
    assert (run.answer, run.outcome) == ("Hello there.", "answered")


def test_a_question_that_asks_nothing_is_not_put_to_the_user(model, server) -> None:
    g = model()
    server.expect(Decided({"question": "What is the capital of France?", "steps": []}))
    server.expect(Decided({"question": "How does it work?", "steps": []}))
    run, _ = ended(g, "What is the capital of France?")
    server.finish()  # it keeps to the form, so no other way of asking is tried; the built-in agent takes over
    assert (run.status, run.question) == ("done", "")
    assert run.outcome == "not_answered"


def test_a_question_with_a_choice_is(model, server) -> None:
    g = model()
    server.expect(Decided({"question": "Which one do you mean?", "options": ["This year", "Last year"], "steps": []}))
    run = to_the_end(g, "u", g.submit("u", "How high was the revenue?"))
    server.finish()
    assert (run.status, run.question) == ("waiting", "Which one do you mean?")


def test_without_a_usable_model_it_is_not_said_that_none_is_connected(model, server) -> None:
    server.expect(Failed(503), times=None)
    g = model()
    run, _ = ended(g, "Write a poem about the sea.")
    assert run.outcome == "not_answered"
    assert "gave no usable reply" in run.answer
    assert "none is connected" not in run.answer
    letter = Upload("lease.md", b"# Lease\n\nThe monthly rent is EUR 1,850. The lease ends in 2028.\n")
    run, events = ended(g, "Who composed the opera about the barber?", letter)
    assert "it needs a language model, and openai:" in run.answer
    assert "Settings says how to connect one" not in run.answer
    assert "http" not in run.answer, "nor at which address"
    assert "http" not in str([e.data for e in events if isinstance(e, ev.AnswerChecked)])
