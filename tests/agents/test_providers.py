"""Each provider's own package over real HTTP, against a server that speaks that provider's protocol and no other.

Skipped where the package is an extra that is not installed.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from agents.models.spec import PROVIDERS, ModelSettings
from graph import events as ev
from runs.service import Groundwork
from runs.types import Upload
from tests.agents.model_runs import answer, ended, plan, step
from tests.model_server import CutOff, Decided, Failed, ModelServer, Said
from tests.model_server.anthropic import Anthropic
from tests.model_server.google import Google
from tests.model_server.wires import Ollama, OpenAILike, Wire

LEASE = "# Lease\n\n## Rent\nThe monthly rent is EUR 1,850.\n"
FINISH = Decided({"word": "finish", "reason": "It answers the goal."})
KEY = "test-key-4711"
WIRES: dict[str, tuple[str, Callable[[], Wire]]] = {
    "anthropic": ("claude-sonnet-4-5", Anthropic),
    "google_genai": ("gemini-2.5-flash", Google),
    "mistralai": ("mistral-small-latest", lambda: OpenAILike("mistralai")),
    "groq": ("openai/gpt-oss-20b", lambda: OpenAILike("groq")),
    "ollama": ("qwen3", Ollama),
}
Opened = tuple[ModelServer, Callable[..., Groundwork]]


@pytest.fixture(params=WIRES)
def provider(request: pytest.FixtureRequest) -> str:
    package = PROVIDERS[request.param][0]
    if importlib.util.find_spec(package) is None:
        pytest.skip(f"{package} is not installed")
    return request.param


@pytest.fixture
def served(
    provider: str, open_groundwork: Callable[..., Groundwork], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., Opened]]:
    servers: list[ModelServer] = []

    def open_(**how: Any) -> Opened:
        name, wire = WIRES[provider]
        key = "" if provider == "ollama" else KEY
        how = {"key": key, "wire": wire(), **how}
        server = ModelServer(models=(name,), **how)
        servers.append(server)
        monkeypatch.setenv("GROUNDWORK_MODEL_KEY", KEY)

        def opened(**more: Any) -> Groundwork:
            g = open_groundwork()
            model = f"{provider}:{name}@{server.url}"
            g.models.save(ModelSettings(**{"model": model, "backoff": 0.01, "timeout": 20.0, **more}))
            g.steering.choose_review("u", "never")
            return g

        return server, opened

    yield open_
    for server in servers:
        server.close()


def asked_of(server: ModelServer) -> list[str]:
    return [f"{a.way} {'stream' if a.stream else 'whole'}" for a in server.asked]


def expect_a_run(server: ModelServer, said: Any = None) -> None:
    server.expect(
        Decided(plan(step("a", "search_memory", query="rent"), step("b", role="writer", needs=["a"])).data),
        text="Lease",
    )
    server.expect(
        said or Said("The monthly rent is EUR 1,850 [s1.1].\nOUTCOME: answered", reasoning="Look at the rent.")
    )
    server.expect(FINISH)


def ask(g: Groundwork) -> tuple[Any, list[ev.Event]]:
    return ended(g, "How much is the rent?", Upload("lease.md", LEASE.encode()))


def assert_answered(run: Any, events: list[ev.Event]) -> None:
    assert (run.status, run.outcome) == ("done", "answered"), (run, answer(events).data)
    assert answer(events).text == "The monthly rent is EUR 1,850 [1]."
    assert "notes" not in answer(events).data


def test_a_whole_run(served: Callable[..., Opened], provider: str) -> None:
    server, opened = served()
    expect_a_run(server)
    run, events = ask(opened())
    server.finish()
    assert_answered(run, events)
    ways = {a.way for a in server.asked}
    assert ways == {"native", "text"}, asked_of(server)  # decisions as its structured output, the answer in words
    written = next(a for a in server.asked if a.way == "text")
    assert written.stream
    assert all(a.most for a in server.asked), "a reply without a limit"
    assert "".join(e.text for e in events if isinstance(e, ev.AnswerPart)).startswith(
        "The monthly rent is EUR 1,850 [s1.1]."
    )
    used = [e for e in events if isinstance(e, ev.ModelUsed)]
    assert [u.role for u in used] == ["planner", "writer", "reviewer"]
    assert [u.input_tokens for u in used] == [a.tokens for a in server.asked]
    assert all(u.output_tokens for u in used)


def test_what_it_thought_is_shown_and_is_no_answer(served: Callable[..., Opened], provider: str) -> None:
    server, opened = served()
    expect_a_run(server)
    run, events = ask(opened())
    assert_answered(run, events)
    assert [e.text for e in events if isinstance(e, ev.Thought)] == ["Look at the rent."]


def test_a_model_that_does_not_think_is_not_asked_to(served: Callable[..., Opened], provider: str) -> None:
    if provider != "ollama":
        pytest.skip("it is not asked to")
    server, opened = served(wire=Ollama(thinks=False))
    expect_a_run(server, Said("The monthly rent is EUR 1,850 [s1.1].\nOUTCOME: answered"))
    run, events = ask(opened())
    server.finish()
    assert_answered(run, events)


def test_a_prompt_that_is_too_long_is_shortened(served: Callable[..., Opened], provider: str) -> None:
    told = {
        "anthropic": "prompt is too long: 210000 tokens > 200000 maximum",
        "google_genai": "The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).",
        "mistralai": "Prompt contains 40000 tokens, too large for model with 32768 maximum context length",
        "groq": "Please reduce the length of the messages or completion.",
        "ollama": "the input length exceeds the context length",
    }[provider]
    server, opened = served()
    assert server.wire
    server.expect(Failed(400, body=server.wire.error(400, told)))
    expect_a_run(server)
    run, events = ask(opened())
    server.finish()
    assert_answered(run, events)


def test_without_structured_output_it_is_asked_by_tool_calls(served: Callable[..., Opened], provider: str) -> None:
    server, opened = served(native=False)
    expect_a_run(server)
    run, events = ask(opened())
    server.finish()
    assert_answered(run, events)
    assert [a.way for a in server.asked] == ["tool", "text", "tool"], asked_of(server)


def test_without_tools_either_it_is_asked_in_words(served: Callable[..., Opened], provider: str) -> None:
    server, opened = served(native=False, tools=False)
    expect_a_run(server)
    run, events = ask(opened())
    server.finish()
    assert_answered(run, events)


@pytest.mark.parametrize("status", [429, 500])
def test_a_busy_one_is_tried_again(served: Callable[..., Opened], provider: str, status: int) -> None:
    server, opened = served()
    server.expect(Failed(status, {"Retry-After": "0"}))
    expect_a_run(server)
    run, events = ask(opened())
    server.finish()
    assert_answered(run, events)


def test_a_stream_that_breaks_off_is_begun_anew(served: Callable[..., Opened], provider: str) -> None:
    server, opened = served()
    whole = Said("The monthly rent is EUR 1,850 [s1.1].\nOUTCOME: answered")
    expect_a_run(server, CutOff(whole))
    server.expect(whole)
    run, events = ask(opened())
    assert_answered(run, events)
    billed = [e for e in events if isinstance(e, ev.ModelUsed) and e.role == "writer"]
    assert len(billed) == sum(a.way == "text" for a in server.asked), "what had come was billed, so it counts"
    assert all(e.input_tokens and e.output_tokens for e in billed)


def test_a_wrong_key_is_told(served: Callable[..., Opened], provider: str) -> None:
    if provider == "ollama":
        pytest.skip("it has no key")
    server, opened = served(key="another")
    _, events = ask(opened())
    server.finish()
    note = str(answer(events).data["notes"])
    assert "refused the key" in note
    assert KEY not in note
    assert "built-in agent" in note


def test_a_name_that_it_does_not_have_is_told(served: Callable[..., Opened], provider: str) -> None:
    server, opened = served()
    _, events = ask(opened(model=f"{provider}:no-such-model@{server.url}"))
    server.finish()
    assert "is not known at its address" in str(answer(events).data["notes"])


def test_no_key_names_the_variable(
    provider: str, open_groundwork: Callable[..., Groundwork], monkeypatch: pytest.MonkeyPatch
) -> None:
    variable = PROVIDERS[provider][2]
    if not variable:
        pytest.skip("it has no key")
    monkeypatch.delenv(variable, raising=False)
    g = open_groundwork()
    g.models.save(ModelSettings(model=f"{provider}:{WIRES[provider][0]}"))
    _, events = ask(g)
    assert f"set {variable} in the environment" in str(answer(events).data["notes"])
