"""What goes wrong between us and a model: one function a fault, by name, each given the good reply it spoils."""

from __future__ import annotations

import json
from collections.abc import Callable
from random import Random

from tests.model_server import CutOff, Failed, Garbled, Raw, Refused, Reply, Reset, Said, Silent, Slow
from tests.model_server.replies import Content

HTML = "<!doctype html><html><body><h1>502 Bad Gateway</h1><p>nginx</p></body></html>"
HANG = 3.0  # seconds; longer than the suite's timeout of one call


def _error(message: str, code: str = "error") -> str:
    return json.dumps({"error": {"message": message, "type": code, "code": code}})


def _usage(good: Content, rng: Random) -> Reply:
    """A bill that cannot be right."""
    absurd: list[object] = [10**9, -5, 0, None, "many", 1.5, {"n": 3}]
    count = rng.choice(absurd)
    bill = {"prompt_tokens": count, "completion_tokens": rng.choice(absurd), "total_tokens": count}
    text = good.text if isinstance(good, Said) else json.dumps(getattr(good, "data", {}))
    choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}
    whole = {"id": "x", "object": "chat.completion", "created": 0, "model": "test-model", "choices": [choice]}
    return Raw(json.dumps({**whole, "usage": bill}).encode())


WIRE: dict[str, Callable[[Content, Random], Reply]] = {
    "429 with Retry-After": lambda good, rng: Failed(429, {"Retry-After": rng.choice(["0", "0.05", "1"])}),
    "429, Retry-After far away": lambda good, rng: Failed(429, {"Retry-After": rng.choice(["86400", "9" * 30])}),
    "429, Retry-After unreadable": lambda good, rng: Failed(
        429, {"Retry-After": rng.choice(["soon", "-3", "", "nan", "Mon, 99 Foo 2026", "Wed, 21 Oct 2015 07:28:00 GMT"])}
    ),
    "429 without Retry-After": lambda good, rng: Failed(429),
    "500": lambda good, rng: Failed(500),
    "503": lambda good, rng: Failed(503, {"Retry-After": "0.02"} if rng.random() < 0.5 else {}),
    "502 as HTML": lambda good, rng: Failed(502, body=HTML, kind="text/html"),
    "529": lambda good, rng: Failed(529),
    "401": lambda good, rng: Failed(401, body=_error("Incorrect API key provided: sk-planted-canary-0123456789")),
    "403": lambda good, rng: Failed(403),
    "404": lambda good, rng: Failed(404, body=_error("The model does not exist", "model_not_found")),
    "400 prompt too long": lambda good, rng: Failed(400, body=_error("maximum context length is 2048 tokens")),
    "400 not supported": lambda good, rng: Failed(400, body=_error("response_format is not supported")),
    "400 without a word": lambda good, rng: Failed(400, body=""),
    "413": lambda good, rng: Failed(413, body=HTML, kind="text/html"),
    "redirect": lambda good, rng: Failed(302, {"Location": "http://127.0.0.1:9/elsewhere"}),
    "reset": lambda good, rng: Reset(),
    "no answer": lambda good, rng: Silent(HANG),
    "cut off": lambda good, rng: CutOff(good, rng.choice([0.0, 0.3, 0.9])),
    "cut off by a reset": lambda good, rng: CutOff(good, 0.5, reset=True),
    "slow drip": lambda good, rng: Slow(good, rng.choice([0.01, 0.4]), HANG),
    "HTML with 200": lambda good, rng: Raw(HTML.encode(), "text/html"),
    "no UTF-8": lambda good, rng: Raw(b'{"choices": [{"message": {"content": "\xff\xfe\x80"}}]}'),
    "empty body": lambda good, rng: Raw(b""),
    "JSON of another kind": lambda good, rng: Raw(
        rng.choice([b"null", b"[]", b"{}", b'"hello"', b'{"choices": []}', b'{"choices": null}', b'{"error": "overloaded"}'])
    ),
    "a choice without a message": lambda good, rng: Raw(b'{"id": "x", "model": "m", "choices": [{"index": 0}]}'),
    "body cut in the middle": lambda good, rng: Raw(b'{"id": "x", "choices": [{"index": 0, "mess'),
    "absurd usage": _usage,
    "refusal": lambda good, rng: Refused(),
    "filtered": lambda good, rng: Refused(filtered=True),
    "empty reply": lambda good, rng: Said(rng.choice(["", "   \n"])),
    "malformed JSON": lambda good, rng: Garbled(rng.choice(['{"steps": [{"id": }', "{{{{", "{'do': finish,,}", '{"word" "x"}'])),
    "truncated JSON": lambda good, rng: Garbled(_whole(good)[: rng.randrange(1, 60)], finish="length"),
    "JSON within prose": lambda good, rng: Garbled(f"Sure! Here you are:\n```json\n{_whole(good)}\n```\nHope it helps."),
    "wrong schema": lambda good, rng: Garbled(
        rng.choice(['{"answer": 42}', "[1, 2, 3]", "null", "true", '"finish"', '{"steps": "none", "word": 7, "do": []}'])
    ),
    "deep nesting": lambda good, rng: Garbled("[" * 20_000),
    "enormous reply": lambda good, rng: Garbled("blah " * 400_000),
    "control characters": lambda good, rng: Garbled('{"steps": "\x00\x1b[31m\ud83d"}'.encode("utf-8", "replace").decode()),
}  # fmt: skip


def _whole(good: Content) -> str:
    return good.text if isinstance(good, Said) else json.dumps(getattr(good, "data", {}))
