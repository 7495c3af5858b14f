"""A small form of `make faults`, and what the full form found, each held by a test of its own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from agents.models.chat import Chat, longest
from agents.models.draft import taken_apart
from agents.models.faults import ModelFault
from agents.models.made import as_plan
from agents.models.shapes import PlanShape, ReviewShape, loads, sound
from agents.models.spec import ModelSettings, Spec
from agents.models.typed import decide
from bench.faults.cases import Case
from bench.faults.drive import BUDGETS, VARIANTS, drive
from bench.faults.judge import judge
from graph.events import AnswerChecked, ModelUsed, RunEnded, ToolCalled
from runs.types import Run, Stamped
from tests.model_server import Decided, Failed, Garbled, ModelServer, Raw, Said


@pytest.mark.timeout(600)
@pytest.mark.parametrize(("seeds", "variant"), [(range(7_000, 7_016), 0), (range(7_100, 7_116), 3)])
def test_runs_with_a_misbehaving_model_end_as_they_should(seeds: range, variant: int, tmp_path: Path) -> None:
    judged = drive(seeds, VARIANTS[variant], tmp_path / "home")
    assert [(j.seed, j.ended, j.over, j.faults) for j in judged if j.over or j.faults or not j.ended] == []
    assert len(judged) == len(seeds)
    assert sum(sum(j.said.values()) for j in judged) > 5, "the model was too well behaved to prove anything"


def test_the_judge_sees_what_it_is_there_to_see() -> None:
    """A judge that finds nothing would pass every suite."""
    lie = "The termination penalty amounts to 987,654 euros."
    claim: Any = {"text": lie, "support": "supported", "sources": [], "expression": "", "reason": ""}
    events = [
        *(ToolCalled("s1", "calculate", {}, "read") for _ in range(BUDGETS["tool_calls"] + 1)),
        ModelUsed("m", "writer", "s2", 50_000, 20_000, 0.0, 1.0),
        AnswerChecked(lie, "answered", "sk-planted-canary", [claim], [], {}),
        RunEnded("done", "answered", "", 1.0),
    ]

    def judged(status: Any, reason: str = "") -> Any:
        run = Run("r", "t", "ann", "g", status, "answered", lie, reason, "", [], [], "", 99.0, len(events))
        return judge(Case(1), run, [Stamped("r", i, 0.0, e) for i, e in enumerate(events, 1)], BUDGETS)

    done = judged("done")
    assert {x.split(":")[0] for x in done.over} == {"tool calls", "tokens", "seconds"}
    assert any("not marked" in f for f in done.faults)
    assert "a key is shown" in done.faults
    assert judged("running").hung
    assert any(f.startswith("a bug") for f in judged("failed", "inside Groundwork (reference r)").faults)
    assert not any(f.startswith("a bug") for f in judged("failed", "The disk is full.").faults)


# --- what it found


def chat(server: ModelServer, timeout: float = 5.0) -> Chat:
    settings = ModelSettings(model=f"openai:test-model@{server.url}", timeout=timeout)
    return Chat(Spec.parse(settings.model), settings)


async def decided(c: Chat) -> ReviewShape:
    async def say(messages: Any, mode: Any, schema: Any) -> Any:
        return await c.say(messages, 700, mode, schema)

    return await decide(c, say, [("user", "Review it.")], ReviewShape, lambda made: "")


@pytest.mark.parametrize(
    "text",
    [
        "[" * 20_000,
        '{"a":' * 20_000,
        '{"word": "finish", "reason": ' + "[" * 50 + "]" * 50 + "}",
        '{"word": "finish", "steps": NaN}',
        '{"word": "finish", "steps": 1' + "0" * 400 + "}",
        "blah " * 400_000,
        "null",
    ],
)
def test_no_decision_is_ever_an_exception_of_another_kind(text: str) -> None:
    import asyncio

    with ModelServer(limits=False) as server:
        server.expect(Garbled(text), times=None)
        with pytest.raises(ModelFault):
            asyncio.run(decided(chat(server)))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b'{"choices": []}',
        b'{"choices": null}',
        b"\xff\xfe",
        b"<html></html>",
        b'{"error": "busy"}',
    ],
)
def test_no_body_is_ever_an_exception_of_another_kind(body: bytes) -> None:
    import asyncio

    with ModelServer() as server:
        server.expect(Raw(body), times=None)
        with pytest.raises(ModelFault):
            asyncio.run(chat(server).say([("user", "hello")], 100))


def test_a_key_in_an_error_is_not_repeated() -> None:
    import asyncio

    with ModelServer() as server:
        server.expect(Failed(400, body=json.dumps({"error": {"message": "bad key sk-planted-canary-0123456789"}})))
        with pytest.raises(ModelFault) as told:
            asyncio.run(chat(server).say([("user", "hello")], 100))
        assert "canary" not in str(told.value)


def test_halves_of_characters_and_impossible_bills_are_left_out() -> None:
    import asyncio

    with ModelServer() as server:
        server.expect(Decided({"word": "finish", "reason": "so \ud83d it is"}))
        assert asyncio.run(decided(chat(server))).reason == "so ? it is"
        assert (server.asked[0].way, server.asked[0].most) == ("native", 700), "the length was not limited"
        message = {"role": "assistant", "content": "hi"}
        usage = {"prompt_tokens": 10**9, "completion_tokens": -5, "total_tokens": 10**9}
        choice = {"index": 0, "message": message, "finish_reason": "stop"}
        server.expect(Raw(json.dumps({"id": "x", "model": "m", "choices": [choice], "usage": usage}).encode()))
        c = chat(server)
        reply = asyncio.run(c.say([("user", "word " * 100)], 100))
        assert 50 < reply.input_tokens < 500
        assert reply.output_tokens > 0
        assert c.scale.factor == 1.0


def test_a_reply_longer_than_was_asked_for_is_cut() -> None:
    import asyncio

    with ModelServer(limits=False) as server:
        server.expect(Said("so " * 300_000), times=2)
        heard: list[str] = []
        for hear in (None, lambda text, reasoning: heard.append(text)):
            reply = asyncio.run(chat(server).say([("user", "hello")], 100, hear=hear))
            assert reply.cut
            assert len(reply.text) <= longest(100)
        assert sum(map(len, heard)) < longest(100) + 10_000


def test_ten_thousand_steps_are_renamed_in_one_go() -> None:
    class Brief:
        results: dict[str, Any] = {}  # noqa: RUF012
        replies = ()
        episodes = ()

    steps = [
        {"id": f"x{i}", "tool": "calculate", "args": {"expression": f"${{x{i - 1}.value}} + ${{other.value}}"}}
        for i in range(10_000)
    ]
    shape = PlanShape.model_validate({"steps": steps})
    made: Any = as_plan(shape, Brief(), "m")  # type: ignore[arg-type]
    assert made["steps"][9_999]["args"] == {"expression": "${s9999.value} + ${other.value}"}


def test_an_outcome_that_is_not_reached_has_a_reason() -> None:
    assert taken_apart("Some of it.\nOUTCOME: partial")[1:] == ("partial", "The model did not say what is missing.")
    assert taken_apart("OUTCOME: answered\n" * 3)[0] == ""


def test_sound_values_stay_what_they_are() -> None:
    value = {"a": [1, 2.5, True, None, "é", {"b": []}]}
    assert sound(value) == value
    assert loads('Here: {"word": "finish"} as asked') == {"word": "finish"}
