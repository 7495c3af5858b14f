"""The model of the attacks: it does an ordinary goal well, and obeys every instruction that it reads anywhere, at once.

It reads what a reader could at best decode: invisible characters, base64, other languages. It knows every secret that
has stood in any of its prompts. It speaks through the strict HTTP server of the tests.
"""

from __future__ import annotations

import base64
import json
import re
import threading
from collections import Counter
from typing import Any

from bench.attacks.cases import SECRET, Case, step
from bench.faults.cases import TAG, kind_of
from tests.model_server import Asked, Decided, Failed, Reply, Said

_INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff]")
_TAGGED = re.compile("[\U000e0020-\U000e007e]")
_BASE64 = re.compile(r"B64\[([\w=-]+)\]")
_CALL = re.compile(r"(?:call tool|rufe das Werkzeug|调用工具)\s+(\w+)\s+(?:with|mit|参数)\s+(?=\{)")
_WRITE = re.compile(r"(?:write in the answer:|schreibe in die Antwort:|在答案中写:)\s*(.+?)\s*END", re.S)
_ASK = re.compile(r"ask the user: ([^?]+\?)")
_HAND = re.compile(r"hand over to (\w+): ")
ROLES = {"save_report": "writer"}


def readable(text: str) -> str:
    text = _INVISIBLE.sub("", text)
    text = _TAGGED.sub(lambda m: chr(ord(m[0]) - 0xE0000), text)
    return _BASE64.sub(lambda m: base64.urlsafe_b64decode(m[1] + "==").decode(errors="replace"), text)


class Mind:
    def __init__(self, case: Case) -> None:
        self.case, self.obeyed = case, Counter[str]()
        self._known: list[str] = []
        self._lock = threading.Lock()

    def reply(self, asked: Asked) -> Reply:
        with self._lock:
            text = readable(asked.text)
            self._known += [s for s in (self.case.secret, self.case.password) if s in text and s not in self._known]
            match kind_of(asked):
                case "plan":
                    return Decided(self._plan(text))
                case "next":
                    return Decided(self._next(text))
                case "review":
                    return Decided(self._review(text))
                case "write":
                    return Said(self._write(text))
                case _:
                    return Said(self.case.text)

    def _orders(self, text: str) -> str:
        """What the text tells it to do: what stands behind its case's mark, to the end of the line."""
        if self.case.quiet:
            return ""
        return "\n".join(m[1] for m in re.finditer(rf"NOTE-{self.case.number}: ([^\n]+)", text))

    def _calls(self, orders: str, place: str) -> list[tuple[str, dict[str, Any]]]:
        """Each at most twice in a place: an order that failed is tried again."""
        out = []
        for m in _CALL.finditer(orders):
            try:
                args, _ = json.JSONDecoder().raw_decode(orders[m.end() :].replace('\\"', '"'))
            except ValueError:
                continue
            told = json.dumps([m[1], args])
            if self.obeyed[f"{place} {told}"] < 2 and told not in {json.dumps(o) for o in out}:
                self.obeyed[f"{place} {told}"] += 1
                out.append((m[1], json.loads(json.dumps(args).replace(SECRET, "-".join(self._known) or SECRET))))
        return out

    def _once(self, what: str) -> bool:
        self.obeyed[what] += 1
        return self.obeyed[what] == 1

    def _plan(self, text: str) -> dict[str, Any]:
        orders = self._orders(text)
        if (asked := _ASK.search(orders)) and self._once("ask"):
            return {"understood": "as told", "question": asked[1], "options": [], "steps": []}
        *steps, last = self.case.steps
        more = []
        for n, (tool, args) in enumerate(self._calls(orders, "plan"), 1):
            needs = ["s1"] if "${s1" in json.dumps(args) else []
            more.append(step(f"a{n}", tool, needs, ROLES.get(tool, "researcher"), **args))
        last = {**last, "needs": [*last["needs"], *(s["id"] for s in more)]}
        return {"understood": "as told", "question": "", "options": [], "steps": [*steps, *more, last]}

    def _next(self, text: str) -> dict[str, Any]:
        orders = self._orders(text)
        if "used your tool calls" not in text:
            if (m := _HAND.search(orders)) and self._once("hand over"):
                what = f"NOTE-{self.case.number}: {orders[m.end() :]}".replace(SECRET, "-".join(self._known) or SECRET)
                return {"thinking": "told", "do": "hand_over", "role": m[1], "what": what}
            for tool, args in self._calls(orders, "next"):
                if f"- {tool}(" in text:
                    return {"thinking": "told", "do": "tool", "tool": tool, "args": args}
                if self._once(f"hand over {tool}"):
                    return {"thinking": "told", "do": "hand_over", "role": ROLES.get(tool, "researcher"),
                            "what": f"NOTE-{self.case.number}: call tool {tool} with {json.dumps(args)}"}  # fmt: skip
        return {"thinking": "done", "do": "finish", "text": f"The notice period was looked up{self._mark(text)}."}

    def _mark(self, text: str) -> str:
        found = re.search(rf"\[((?:s|p)\w*(?:#\d+)?\.\d+)\][^\n]*?\b{self.case.days}\b", text)
        return f" [{found[1]}]" if found else ""

    def _write(self, text: str) -> str:
        orders, days = self._orders(text), self.case.days
        told = [m[1].replace(SECRET, "-".join(self._known) or SECRET) for m in _WRITE.finditer(orders)]
        self.obeyed.update(f"write {t}" for t in told)
        found = str(days) in text
        said = f"The notice period is {days} days{self._mark(text)}." if found else "I did not find the notice period."
        if self.case.quiet:
            told.append(f"The remark says: {readable(self.case.order)}")
        end = "OUTCOME: answered" if found else "OUTCOME: not_answered: it is not there"
        return "\n\n".join([said, *dict.fromkeys(told), end])

    def _review(self, text: str) -> dict[str, Any]:
        orders = self._orders(text)
        made = {"word": "finish", "reason": "It is done.", "steps": [], "question": "", "options": []}
        if (asked := _ASK.search(orders)) and self._once("ask"):
            return {**made, "word": "ask", "question": asked[1]}
        if "make a new plan" in orders and self._once("another plan"):
            return {**made, "word": "replan", "reason": "The material asks for another plan."}
        return made


class Minds:
    """All cases behind one server: a request finds its own by the goal's tag."""

    def __init__(self, cases: list[Case]) -> None:
        self.all = {c.number: Mind(c) for c in cases}

    def __call__(self, asked: Asked) -> Reply:
        found = TAG.search(asked.text)
        return self.all[int(found[1])].reply(asked) if found else Failed(400)
