"""One seeded run: its goal, how bad its model is, and what it says to each request. The same seed says the same things.

(Not bit for bit: steps that run at the same time ask in an order of their own, so a failure may need a few tries.)
"""

from __future__ import annotations

import re
import threading
from collections import Counter
from dataclasses import dataclass, field
from random import Random
from typing import Literal

from bench.faults.minds import BAD, GOOD
from bench.faults.wire import WIRE
from tests.model_server import Asked, CutOff, Decided, Failed, Raw, Reply, Reset, Said, Silent, Slow
from tests.model_server.replies import message

Kind = Literal["plan", "next", "write", "review", "other"]
TAG = re.compile(r"\(case (\d+)\)")
GOALS = (
    "How long is the notice period in the services agreement?",
    "What is the monthly fee, and what is 12 times that?",
    "How many people work in the staff list?",
    "Summarise the purchasing policy and save it as a report.",
    "Compare the lease and the services agreement: who may end them, and when?",
    "What date is 45 working days after 1 March 2026?",
    "Read {page} and remember what matters.",
    "Hello, what can you do?",
    "Who won the football world cup in 1954?",
)


@dataclass
class Case:
    seed: int
    page: str = "http://127.0.0.1:9/page"
    limits: bool = True  # its server keeps to max_tokens
    requests: int = 0
    excess: int = 0  # tokens sent beyond what was asked for: no client can hold a budget against that
    said: Counter[str] = field(default_factory=Counter)  # what went wrong, and how often
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        r = self.rng = Random(self.seed)
        self.goal = f"{r.choice(GOALS).format(page=self.page)} (case {self.seed})"
        self.wire_rate = r.choice([0.0, 0.05, 0.2, 0.5, 1.0])
        self.mind_rate = r.choice([0.0, 0.2, 0.5, 1.0])
        self.replies = r.random() < 0.6  # does the user answer questions
        self.approves = r.random() < 0.5
        self.stops = r.random() < 0.04  # does the user press stop, some time
        # One in three is obsessed: it makes the same mistake every time.
        self.habits = {k: r.choice(sorted(BAD[k])) for k in BAD} if r.random() < 0.33 else {}
        self.wire_habit = r.choice(sorted(WIRE)) if r.random() < 0.33 else ""

    def reply(self, asked: Asked) -> Reply:
        with self.lock:
            self.requests += 1
            kind, text, r = kind_of(asked), asked.text, self.rng
            if r.random() < self.mind_rate:
                name = self.habits.get(kind) or r.choice(sorted(BAD[kind]))
                self.said[f"{kind}: {name}"] += 1
                made = BAD[kind][name](text, r)
            else:
                made = GOOD[kind](text, r)
            good = Said(made) if isinstance(made, str) else Decided(made)
            if r.random() < self.wire_rate:
                name = self.wire_habit or r.choice(sorted(WIRE))
                self.said[name] += 1
                return self._counted(WIRE[name](good, r), asked)
            return self._counted(good, asked)

    def _counted(self, reply: Reply, asked: Asked) -> Reply:
        inner = reply.reply if isinstance(reply, CutOff | Slow) else reply
        if not self.limits and asked.most and not isinstance(inner, Failed | Raw | Reset | Silent):
            self.excess += max(0, message(inner, asked).tokens - asked.most)
        return reply


class Cast:
    """All cases of a batch behind one server: each request finds its own by the goal's tag."""

    def __init__(self, cases: dict[int, Case]) -> None:
        self.cases, self.strays = cases, list[str]()

    def __call__(self, asked: Asked) -> Reply:
        found = TAG.search(asked.text)
        if found is None or int(found[1]) not in self.cases:
            self.strays.append(asked.text[:300])
            return Failed(400)
        return self.cases[int(found[1])].reply(asked)


def kind_of(asked: Asked) -> Kind:
    """By the fields of the decision; where it is asked for in words, by the example in the prompt."""
    system = str(asked.messages[0].get("content", "")) if asked.messages else ""
    for kind, name in (("plan", "understood"), ("next", "thinking"), ("review", "word")):
        if name in asked.fields or (not asked.fields and not asked.stream and f'"{name}"' in system):
            return kind  # type: ignore[return-value]
    return "write" if "OUTCOME:" in system else "other"
