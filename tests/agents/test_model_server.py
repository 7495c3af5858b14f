"""The strict server is strict, and its faults are the faults they say: everything else rests on that."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.model_server import (
    Called,
    CutOff,
    Decided,
    Failed,
    Garbled,
    ModelServer,
    Raw,
    Refused,
    Reset,
    Said,
    Silent,
    Slow,
)

SCHEMA = {
    "type": "json_schema",
    "json_schema": {"name": "plan", "schema": {"type": "object", "properties": {}, "additionalProperties": False}},
}
TOOL = {"type": "function", "function": {"name": "look", "parameters": {"type": "object", "properties": {}}}}


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with ModelServer() as s:
        yield s


def post(server: ModelServer, text: str = "hello", timeout: float = 5, **more: Any) -> httpx.Response:
    body = {"model": "test-model", "messages": [{"role": "user", "content": text}], **more}
    return httpx.post(f"{server.url}/chat/completions", json=body, timeout=timeout)


def streamed(server: ModelServer, text: str = "hello", timeout: float = 5, **more: Any) -> list[dict[str, Any]]:
    body = {"model": "test-model", "messages": [{"role": "user", "content": text}], "stream": True, **more}
    out = []
    with httpx.stream("POST", f"{server.url}/chat/completions", json=body, timeout=timeout) as r:
        for line in r.iter_lines():
            if line.startswith("data: ") and line != "data: [DONE]":
                out.append(json.loads(line[6:]))
    return out


def test_the_script_is_matched_by_what_is_asked_not_by_order(server: ModelServer) -> None:
    server.expect(Said("second"), text="two")
    server.expect(Decided({"steps": []}), schema="plan")
    server.expect(Said("first"), when=lambda a: "one" in a.text)
    assert post(server, "one").json()["choices"][0]["message"]["content"] == "first"
    assert post(server, "two").json()["choices"][0]["message"]["content"] == "second"
    assert json.loads(post(server, response_format=SCHEMA).json()["choices"][0]["message"]["content"]) == {"steps": []}
    server.finish()


def test_what_nobody_expected_and_what_nobody_used_fail(server: ModelServer) -> None:
    assert post(server).status_code == 400
    with pytest.raises(AssertionError, match="unexpected request 1"):
        server.finish()
    server.failures.clear()
    server.expect(Said("never"))
    with pytest.raises(AssertionError, match="never asked for"):
        server.finish()


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"wisdom": 3}, "unknown parameter wisdom"),
        ({"messages": []}, "at least one"),
        ({"messages": [{"role": "robot", "content": "x"}]}, "unknown role"),
        ({"messages": [{"role": "tool", "tool_call_id": "c1", "content": "x"}]}, "was not called"),
        ({"tool_choice": "required"}, "tool_choice without tools"),
        ({"tools": [{"type": "function", "function": {"name": "a b", "parameters": {"type": "object"}}}]}, "'a b'"),
        ({"stream_options": {"include_usage": True}}, "without stream"),
        ({"response_format": {"type": "json_schema", "json_schema": {"name": "p", "schema": {}}}}, "no object schema"),
    ],
)
def test_a_malformed_request_is_refused_and_fails(server: ModelServer, wrong: dict[str, Any], why: str) -> None:
    server.expect(Said("x"), times=None)
    assert post(server, **wrong).status_code == 400
    with pytest.raises(AssertionError, match=why):
        server.finish()


def test_strict_schemas_must_be_closed_and_complete(server: ModelServer) -> None:
    loose = {"type": "object", "properties": {"a": {"type": "object", "properties": {"b": {"type": "string"}}}}}
    spec = {"name": "plan", "strict": True, "schema": {**loose, "additionalProperties": False, "required": ["a"]}}
    post(server, response_format={"type": "json_schema", "json_schema": spec})
    with pytest.raises(AssertionError, match=r"plan\.a must set additionalProperties.*plan\.a must require \['b'\]"):
        server.finish()


def test_a_decision_comes_in_the_way_it_was_asked_for(server: ModelServer) -> None:
    server.expect(Decided({"ok": True}), times=3)
    native = post(server, response_format=SCHEMA).json()["choices"][0]
    assert (native["message"]["content"], native["finish_reason"]) == ('{"ok": true}', "stop")
    forced = {"type": "function", "function": {"name": "look"}}
    called = post(server, tools=[TOOL], tool_choice=forced).json()["choices"][0]
    (call,) = called["message"]["tool_calls"]
    assert (call["function"]["name"], json.loads(call["function"]["arguments"])) == ("look", {"ok": True})
    assert called["finish_reason"] == "tool_calls"
    assert post(server).json()["choices"][0]["message"]["content"] == '{"ok": true}'
    server.finish()


def test_streams_carry_content_calls_reasoning_and_usage(server: ModelServer) -> None:
    server.expect(Said("A sentence that is longer than one piece.", reasoning="let me think"))
    chunks = streamed(server, stream_options={"include_usage": True})
    deltas = [c["choices"][0]["delta"] for c in chunks if c["choices"]]
    assert "".join(d.get("content", "") for d in deltas) == "A sentence that is longer than one piece."
    assert "".join(d.get("reasoning_content", "") for d in deltas) == "let me think"
    assert chunks[-1]["usage"]["total_tokens"] == chunks[-1]["usage"]["prompt_tokens"] + 14
    server.expect(Called([("look", {"far": "a rather long value for one piece"})]))
    calls = [c["choices"][0]["delta"].get("tool_calls") for c in streamed(server, tools=[TOOL])]
    pieces = [p[0]["function"]["arguments"] for p in calls if p]
    assert json.loads("".join(pieces)) == {"far": "a rather long value for one piece"}
    assert len(pieces) > 2
    server.finish()


def test_faults_of_the_wire_are_real(server: ModelServer) -> None:
    server.expect(Failed(429, {"Retry-After": "3"}))
    limited = post(server)
    assert (limited.status_code, limited.headers["Retry-After"]) == (429, "3")
    server.expect(Failed(502, body="<html>bad gateway</html>", kind="text/html"))
    assert post(server).text == "<html>bad gateway</html>"
    server.expect(Reset())
    with pytest.raises(httpx.ReadError):
        post(server)
    server.expect(Silent(30))
    with pytest.raises(httpx.ReadTimeout):
        post(server, timeout=0.2)
    server.expect(CutOff(Said("x" * 200)), times=2)
    with pytest.raises(httpx.RemoteProtocolError):
        post(server)
    with pytest.raises(httpx.RemoteProtocolError):
        streamed(server)
    server.expect(CutOff(Said("x" * 200), reset=True))
    with pytest.raises(httpx.TransportError):
        streamed(server)
    server.expect(Slow(Said("x" * 100), pause=0.01))
    assert len(streamed(server)) > 5
    server.expect(Raw(b"\xff\xfe{"))
    assert post(server).content == b"\xff\xfe{"
    server.finish()


def test_faults_of_the_content(server: ModelServer) -> None:
    server.expect(Garbled('{"steps": [', finish="length"))
    cut = post(server, response_format=SCHEMA).json()["choices"][0]
    assert (cut["message"]["content"], cut["finish_reason"]) == ('{"steps": [', "length")
    server.expect(Refused("No."))
    assert post(server).json()["choices"][0]["message"] == {"role": "assistant", "content": None, "refusal": "No."}
    server.expect(Refused(filtered=True))
    assert post(server).json()["choices"][0]["finish_reason"] == "content_filter"
    server.finish()


def test_keys_models_and_what_a_small_server_does_not_take() -> None:
    with ModelServer(key="sesame", native=False) as server:
        assert post(server).status_code == 401
        with_key = {"Authorization": "Bearer sesame"}
        listed = httpx.get(f"{server.url}/models", headers=with_key).json()
        assert [m["id"] for m in listed["data"]] == ["test-model"]
        body: dict[str, Any] = {"model": "other", "messages": [{"role": "user", "content": "x"}]}
        url = f"{server.url}/chat/completions"
        assert httpx.post(url, json=body, headers=with_key).json()["error"]["code"] == "model_not_found"
        body |= {"model": "test-model", "response_format": SCHEMA}
        assert "not supported" in httpx.post(url, json=body, headers=with_key).text
        server.finish()
