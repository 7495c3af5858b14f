"""Servers that want something otherwise than the others: each refuses as it really does, and the run goes on all the same."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from agents.models.faults import ModelFault, translate
from agents.models.shapes import PlanShape
from agents.models.spec import ModelSettings, Spec
from graph import events as ev
from runs.service import Groundwork
from runs.types import Upload
from tests.agents.model_runs import answer, ended, plan, step
from tests.model_server import Asked, Decided, Failed, ModelServer, Refused, Said

LEASE = b"# Lease\n\n## Rent\nThe monthly rent is EUR 1,850.\n"
FINISH = Decided({"word": "finish", "reason": "It answers the goal."})
SAID = "The monthly rent is EUR 1,850 [s1.1].\nOUTCOME: answered"


def reply(asked: Asked) -> Any:
    if asked.schema == "plan" or (not asked.schema and "You are the planner" in asked.text):
        return plan(step("a", "search_memory", query="rent"), step("b", role="writer", needs=["a"]))
    if asked.schema == "review" or (not asked.schema and "Review the work" in asked.text):
        return FINISH
    return Said(SAID)


def run(model_: Callable[..., Groundwork], **more: Any) -> tuple[Any, list[ev.Event]]:
    return ended(model_(**more), "How much is the rent?", Upload("lease.md", LEASE))


def assert_answered(done: tuple[Any, list[ev.Event]]) -> None:
    run_, events = done
    assert (run_.status, run_.outcome) == ("done", "answered"), run_
    assert answer(events).text == "The monthly rent is EUR 1,850 [1]."
    assert not [e for e in events if isinstance(e, ev.ModelChanged)]
    assert "notes" not in answer(events).data


def only_completion_tokens(asked: Asked) -> str:
    unsupported = (
        "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead."
    )
    return unsupported if "max_tokens" in asked.body else ""


def no_system(asked: Asked) -> str:
    return "System role not supported" if asked.messages[0]["role"] == "system" else ""


def alternating(asked: Asked) -> str:
    roles = [m["role"] for m in asked.messages]
    wrong = roles != [("user", "assistant")[i % 2] for i in range(len(roles))]
    return "Conversation roles must alternate user/assistant/user/assistant/..." if wrong else ""


def no_schema(asked: Asked) -> str:
    return "This response_format type is unavailable now" if asked.way == "native" else ""


def no_choice(asked: Asked) -> str:
    if told := no_schema(asked):
        return told
    return "deepseek-reasoner does not support this tool_choice" if asked.tools else ""


def bad_json(asked: Asked) -> str:
    return (
        "Failed to generate JSON. Please adjust your prompt. See 'failed_generation'" if asked.way == "native" else ""
    )


def no_usage(asked: Asked) -> str:
    return "Unrecognized request argument supplied: stream_options" if "stream_options" in asked.body else ""


def least_output(asked: Asked) -> str:
    return f"`max_tokens` must be less than or equal to `1024`, got {asked.most}" if asked.most > 1024 else ""


@pytest.mark.parametrize(
    "refuses",
    [only_completion_tokens, no_system, alternating, no_schema, no_choice, bad_json, no_usage, least_output],
)
def test_a_server_that_refuses_something_is_asked_otherwise(model, server, refuses: Callable[[Asked], str]) -> None:
    server.refuses = refuses
    server.respond(reply)
    assert_answered(run(model))
    assert sum(bool(refuses(a)) for a in server.asked) <= 6, "what was refused is not asked for again and again"


@pytest.mark.parametrize("tail", ["", "/", "/v1/", "/v1/chat/completions"])
def test_an_address_as_people_paste_it(model, server, tail: str) -> None:
    server.respond(reply)
    assert_answered(run(model, model=f"openai:test-model@{server.url.removesuffix('/v1')}{tail}"))


def test_a_limit_of_its_context_counted_strictly(model, server) -> None:
    """As vLLM does: prompt and reply together, one token over is refused."""

    def refuses(asked: Asked) -> str:
        used = len(json.dumps(asked.body["messages"])) // 3  # a poor tokenizer: more tokens than are expected
        told = f"However, you requested {used + asked.most} tokens ({used} in the messages, {asked.most} in the completion)"
        return f"This model's maximum context length is 4096 tokens. {told}" if used + asked.most > 4096 else ""

    server.refuses = refuses
    server.respond(reply)
    assert_answered(run(model, context=8_192))


def test_a_model_that_thinks_at_length_before_it_answers_gets_the_room(model, server) -> None:
    """What it thinks counts as its reply: with a limit for the reply alone it would never come to say a word."""
    thoughts = "Let me think about the rent. " * 450  # about 3,300 tokens

    def thinking(asked: Asked) -> Any:
        said = reply(asked)
        return type(said)(said.text if isinstance(said, Said) else said.data, reasoning=thoughts)

    server.respond(thinking)
    done = run(model, context=32_768)
    assert_answered(done)
    assert sum(1 for a in server.asked if a.schema == "plan") == 2, "found out once"
    assert "Let me think" not in done[0].answer


def test_one_that_never_ends_thinking_is_left(model, server) -> None:
    server.respond(lambda asked: Said("", reasoning="Let me think about it again. " * 20_000))
    run_, events = run(model, context=32_768)
    assert run_.status == "done"
    assert [e.after for e in events if isinstance(e, ev.ModelChanged)]
    assert "EUR 1,850" in run_.answer, "the built-in agent goes on"


@pytest.mark.parametrize("begun", ["", "<think>"])
def test_thoughts_that_only_a_closing_tag_ends_are_no_answer(model, server, begun: str) -> None:
    """Templates that begin to think in the prompt: the reply holds the end of it only."""

    def thinking(asked: Asked) -> Any:
        said = reply(asked)
        text = said.text if isinstance(said, Said) else json.dumps(said.data)
        return Said(f"{begun}The user asks about the rent {{so}}.\n</think>\n\n{text}")

    server.native = server.tools = False
    server.respond(thinking)
    done = run(model)
    assert_answered(done)
    thought = " ".join(e.text for e in done[1] if isinstance(e, ev.Thought))
    assert "The user asks about the rent" in thought
    parts = [e for e in done[1] if isinstance(e, ev.AnswerPart)]
    last = max((i for i, e in enumerate(parts) if e.anew), default=0)
    assert "user asks" not in "".join(e.text for e in parts[last:])


def test_usage_told_with_every_piece_is_counted_once(model, server) -> None:
    server.usage_always = True
    server.respond(reply)
    done = run(model)
    assert_answered(done)
    used = [e for e in done[1] if isinstance(e, ev.ModelUsed)]
    assert [e.input_tokens for e in used] == [a.tokens for a in server.asked]


def test_a_refusal_is_told_in_the_models_words(model, server) -> None:
    server.expect(Refused("I can't help with that."), times=None)
    run_, events = run(model)
    server.finish()
    assert "declined to answer: I can't help with that." in str(answer(events).data["notes"])
    assert "EUR 1,850" in run_.answer


def test_an_answer_that_a_filter_ended_is_partial(model, server) -> None:
    server.expect(plan(step("a", "search_memory", query="rent"), step("b", role="writer", needs=["a"])), schema="plan")
    server.expect(Said("The monthly rent is EUR 1,850 [s1.1].", finish="content_filter"))
    server.expect(FINISH, schema="review")
    run_, _ = run(model)
    server.finish()
    assert run_.outcome == "partial"
    assert "filter" in run_.reason


def test_no_credit_is_not_told_as_too_many_requests(model, server) -> None:
    body = {"error": {"message": "You exceeded your current quota, please check your plan and billing details.", "code": "insufficient_quota"}}  # fmt: skip
    server.expect(Failed(429, body=json.dumps(body)))
    _, events = run(model)
    server.finish()
    assert "has no credit left" in str(answer(events).data["notes"])


def test_a_page_where_a_model_should_be_is_told(model) -> None:
    from tests.model_server import Raw

    with ModelServer() as other:
        other.expect(Raw(b"<html>Open WebUI</html>", kind="text/html"), times=None)
        _, events = run(model, model=f"openai:test-model@{other.url}")
    assert "does not speak its protocol" in str(answer(events).data["notes"])


def test_what_the_address_of_a_model_is_pasted_with_is_no_part_of_it() -> None:
    assert Spec.parse("openai:m@http://127.0.0.1:1/v1/chat/completions").base_url == "http://127.0.0.1:1/v1"
    assert Spec.parse("openai:m@http://127.0.0.1:1/v1/models/").base_url == "http://127.0.0.1:1/v1"


def test_a_certificate_that_is_not_trusted_is_told() -> None:
    import ssl

    lost = ConnectionError("Connection error.")
    lost.__cause__ = ssl.SSLCertVerificationError("certificate verify failed: self-signed certificate")
    fault: ModelFault = translate(lost, "openai:m@https://box", 5)
    assert "SSL_CERT_FILE" in str(fault)


def test_a_plan_of_the_right_shape_that_is_none_is_not_asked_for_in_three_ways(model, server) -> None:
    """A weak model that always asks the goal back: two tries in the one way that works, then the built-in agent."""
    server.respond(lambda asked: Decided({"question": "How much is the rent?", "steps": []}))
    run_, events = run(model)
    assert "EUR 1,850" in run_.answer
    assert [a.way for a in server.asked] == ["native", "native"]
    assert "only repeats the goal" in str(answer(events).data["notes"])


@pytest.mark.parametrize("same_thread", [True, False])
def test_an_earlier_goal_is_no_question_to_the_user(model, server, same_thread) -> None:
    """Seen of a small model: what stands in its prompt as a turn or an example comes back as its question."""
    earlier = "How much is the monthly rent?"
    server.respond(lambda asked: Decided({"question": earlier, "steps": []}))
    g = model()
    first, _ = ended(g, earlier, Upload("lease.md", LEASE))
    second, events = ended(g, "How much is the yearly rent?", thread=first.thread if same_thread else "")
    assert second.status == "done"
    assert not [e for e in events if isinstance(e, ev.QuestionAsked)]
    assert "repeats an earlier goal" in str(answer(events).data["notes"])


def test_the_test_of_a_connection_asks_as_a_run_would(model, server) -> None:
    server.refuses = lambda asked: only_completion_tokens(asked) or no_system(asked)
    server.respond(lambda asked: Decided({"total": 5}))
    address = server.url.removesuffix("/v1")
    assert "structured output: native" in model().models.test(f"openai:test-model@{address}")


def test_only_who_makes_replies_by_a_grammar_is_given_bounds(model, server, monkeypatch) -> None:
    """llama.cpp and its like: a small model that counts on and on in a sentence would else fill its whole reply. The
    providers' own services refuse such schemas, or some of them do."""
    server.respond(reply)
    g = model()
    ended(g, "How much is the rent?", Upload("lease.md", LEASE))
    monkeypatch.setenv("OPENAI_BASE_URL", server.url)
    monkeypatch.setenv("OPENAI_API_KEY", "k")
    g.models.save(ModelSettings(model="openai:test-model", backoff=0.01, timeout=20.0))
    ended(g, "How much is the monthly rent?")
    bounds = [json.dumps(a.body["response_format"]).count("maxLength") for a in server.asked if a.schema == "plan"]
    assert bounds[0] >= 8
    assert bounds[1] == 0


def test_a_reply_beyond_the_bounds_is_valid_all_the_same() -> None:
    said = {"understood": "x" * 5_000, "steps": [{"id": "s1", "title": "t" * 900}]}
    assert len(PlanShape.model_validate(said).understood) == 5_000
